/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-inbox-private.h"
#include "wait/my-parker-private.h"
#include "wait/my-state-lock-private.h"

/* What is put off under the state lock, and what is not done there. */

#define N_LATER 50

typedef struct {
  MyStateLater later;
  guint n_done;
  guint n_agains;
} Deed;

static void
do_it (MyStateLater *later)
{
  Deed *self = (Deed *) later;

  my_state_assert_unlocked ();
  /* From here it may be put off again, by a section inside of this, which does it. */
  g_assert_null (atomic_load (&later->next));
  self->n_done++;
  if (self->n_agains > 0) {
    self->n_agains--;
    my_state_lock ();
    g_assert_true (my_state_put_off (later));
    my_state_unlock ();
  }
}

static void
test_put_off (void)
{
  Deed deeds[N_LATER] = { { .later.func = NULL } };

  my_state_lock ();
  for (guint i = 0; i < N_LATER; i++) {
    deeds[i].later.func = do_it;
    deeds[i].n_agains = i % 3;
    g_assert_true (my_state_put_off (&deeds[i].later));
    g_assert_false (my_state_put_off (&deeds[i].later));
  }
  for (guint i = 0; i < N_LATER; i++) {
    g_assert_cmpuint (deeds[i].n_done, ==, 0);
  }
  my_state_unlock ();

  g_assert_null (my_state_later);
  for (guint i = 0; i < N_LATER; i++) {
    g_assert_cmpuint (deeds[i].n_done, ==, 1 + i % 3);
  }

  /* Once done, it is done. */
  my_state_lock ();
  my_state_unlock ();
  g_assert_cmpuint (deeds[0].n_done, ==, 1);
}

static guint n_delivered;

static gboolean
count (MyInboxItem *item)
{
  n_delivered++;
  return my_inbox_take (item);
}

static const MyInboxItemClass item_class = {
  .deliver = count,
};

typedef struct {
  MyInbox *inbox;
  MyInboxItem item;
} Post;

/* Nobody but the wake-up refers to the inbox when it comes. */
static gpointer
post_and_let_go (gpointer data)
{
  Post *self = data;

  my_state_lock ();
  my_inbox_push (self->inbox, &self->item);
  my_inbox_notify_locked (self->inbox, TRUE);
  my_inbox_unref (self->inbox);
  my_state_unlock ();

  return NULL;
}

static void
test_inbox_goes (void)
{
  for (guint i = 0; i < 200; i++) {
    GMainContext *context = g_main_context_new ();
    Post post = { my_inbox_ref (my_inbox_get (context)), { .klass = &item_class } };
    GThread *thread = g_thread_new ("post", post_and_let_go, &post);

    while (n_delivered == i) {
      g_main_context_iteration (context, TRUE);
    }
    g_main_context_unref (context);
    g_thread_join (thread);
  }
}

#ifdef MY_DEBUG_STATE_LOCK
static void
unpark_under_lock (void)
{
  my_state_lock ();
  my_parker_unpark (my_parker_get_current ());
}

static void
wake_under_lock (void)
{
  GMainContext *context = g_main_context_new ();
  MyInbox *inbox = my_inbox_get (context);
  MyInboxItem item = { .klass = &item_class };

  atomic_store (&inbox->sleeping, MY_SLEEP_ASLEEP);
  my_state_lock ();
  my_inbox_push (inbox, &item);
  my_inbox_notify (inbox, TRUE);
}

static void
nap_under_lock_twice (void)
{
  my_state_lock ();
  my_state_nap (); /* lets it go */
  g_assert_true (my_state_is_held);
  my_state_assert_unlocked ();
}

static void
test_asserts (gconstpointer data)
{
  if (g_test_subprocess ()) {
    ((void (*) (void)) data) ();
    return;
  }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*my_state_is_held*");
}
#endif

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/state-lock/put-off", test_put_off);
  g_test_add_func ("/state-lock/inbox-goes", test_inbox_goes);
#ifdef MY_DEBUG_STATE_LOCK
  g_test_add_data_func ("/state-lock/no-unpark", unpark_under_lock, test_asserts);
  g_test_add_data_func ("/state-lock/no-wake-up", wake_under_lock, test_asserts);
  g_test_add_data_func ("/state-lock/nap", nap_under_lock_twice, test_asserts);
#endif

  return g_test_run ();
}
