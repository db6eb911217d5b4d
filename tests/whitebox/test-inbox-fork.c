/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <signal.h>
#include <string.h>

#include "core/my-inbox-list-private.h"
#include "my-test-sanitizer.h"

/* A child of fork() has the lists of an inbox as their owner, which is gone, had them after some instruction. So here the owner stops after
 * each one of its instructions, and what a child does is tried on what it has then. */

/* A list that is longer than SHORT_LIST is indexed. */
#define N_ITEMS 70
#define N_KIN 3
#define GONE 0xa5

typedef struct {
  MyInbox inbox;
  MyInboxItem items[N_ITEMS];
} World;

static World world;
static gboolean is_posted[N_ITEMS]; /* and not delivered */
static gboolean is_in_child;
static guint n_steps;
static guint32 random_state = 1;

static gconstpointer
get_kin (MyInboxItem *item)
{
  return GUINT_TO_POINTER (1 + (item - world.items) % N_KIN);
}

static gboolean
deliver (MyInboxItem *item)
{
  /* What was in the lists before is told to nobody that has not asked for it. */
  g_assert_false (is_in_child);
  my_inbox_take (item);
  is_posted[item - world.items] = FALSE;
  return FALSE;
}

static const MyInboxItemClass item_class = { .deliver = deliver, .get_kin = get_kin };

static gboolean
is_of_kin (MyInboxItem *item,
           gpointer kin)
{
  return get_kin (item) == kin;
}

static gboolean
is_gone (const MyInboxItem *item)
{
  const guint8 *bytes = (const guint8 *) item;

  for (gsize i = 0; i < sizeof *item; i++) {
    if (bytes[i] != GONE) {
      return FALSE;
    }
  }
  return TRUE;
}

static guint n_new_delivered;

static gboolean
deliver_new (MyInboxItem *item)
{
  my_inbox_take (item);
  n_new_delivered++;
  return FALSE;
}

static const MyInboxItemClass new_item_class = { .deliver = deliver_new };

/* What the child itself posts is delivered, and nothing else. */
static void
use_lists (void)
{
  MyInboxItem items[3] = { 0 };

  n_new_delivered = 0;
  for (guint i = 0; i < G_N_ELEMENTS (items); i++) {
    items[i].klass = &new_item_class;
    my_inbox_push (&world.inbox, &items[i]);
  }
  my_inbox_deliver_turn (&world.inbox, G_MAXINT64);
  g_assert_cmpuint (n_new_delivered, ==, G_N_ELEMENTS (items));
  g_assert_false (my_inbox_has_items (&world.inbox));
}

/* Each item is asked for, in any order, and is gone then: what is done for the others must not touch it. */
static void
be_child (void)
{
  guint order[N_ITEMS] = { 0 };

  my_inbox_forget_lists_in_child (&world.inbox);
  atomic_store (&world.inbox.arrived, NULL); /* as my_inbox_abandon_contexts_in_child() does */
  use_lists ();
  for (guint i = 0; i < N_ITEMS; i++) {
    guint other;

    random_state = random_state * 1664525 + 1013904223;
    other = (random_state >> 16) % (i + 1);
    order[i] = order[other];
    order[other] = i;
  }

  for (guint i = 0; i < N_ITEMS; i++) {
    MyInboxItem *item = &world.items[order[i]];

    if (is_posted[order[i]]) {
      my_inbox_adopt (&world.inbox, item);
      g_assert_true (my_inbox_is_ready (item));
    }
    my_inbox_take (item);
    g_assert_false (my_inbox_is_ready (item));
    memset (item, GONE, sizeof *item);
    if (i == N_ITEMS / 2) {
      use_lists ();
    }
  }
  for (guint i = 0; i < N_ITEMS; i++) {
    g_assert_true (is_gone (&world.items[i]));
  }
  use_lists ();
  g_assert_true (world.inbox.inherited.next == &world.inbox.inherited);
}

static void
note_step (int signal_number)
{
  static World saved;
  guint depth = my_inbox_depth;
  guint n_deferred = my_inbox_n_deferred;

  saved = world;
  is_in_child = TRUE;
  be_child ();
  is_in_child = FALSE;
  world = saved;
  my_inbox_depth = depth;
  my_inbox_n_deferred = n_deferred;
  n_steps++;
}

/* The processor's trap flag: SIGTRAP after each instruction. */
static inline void
set_stepping (gboolean is_stepping)
{
#if defined(__x86_64__)
  const guint64 flag = 0x100;
  guint64 flags = __builtin_ia32_readeflags_u64 ();

  __builtin_ia32_writeeflags_u64 (is_stepping ? flags | flag : flags & ~flag);
#endif
}

static void
post (guint first,
      guint n)
{
  for (guint i = first; i < first + n; i++) {
    is_posted[i] = TRUE;
    my_inbox_push (&world.inbox, &world.items[i]);
  }
}

static void
test_each_instruction (void)
{
  struct sigaction action = { .sa_handler = note_step };
  struct sigaction old;

#if !defined(__x86_64__) || MY_TEST_HAS_SANITIZER
  g_test_skip ("stepping is written for x86-64, and without a sanitizer's own instructions");
  return;
#endif

  atomic_store (&world.inbox.ref_count, 1);
  my_inbox_init_lists (&world.inbox);
  for (guint i = 0; i < N_ITEMS; i++) {
    world.items[i].klass = &item_class;
  }
  g_assert_cmpint (sigaction (SIGTRAP, &action, &old), ==, 0);

  post (0, 3);
  set_stepping (TRUE);
  my_inbox_collect (&world.inbox);
  set_stepping (FALSE);
  post (3, N_ITEMS - 3);
  set_stepping (TRUE);
  my_inbox_collect (&world.inbox);
  my_inbox_deliver_matching (&world.inbox, is_of_kin, GUINT_TO_POINTER (1));
  set_stepping (FALSE);
  for (guint i = 0; i < N_ITEMS; i += N_KIN) {
    post (i, 1);
  }
  set_stepping (TRUE);
  my_inbox_deliver_kin (&world.inbox, (gconstpointer[]){ GUINT_TO_POINTER (2) }, 1, is_of_kin, GUINT_TO_POINTER (2));
  set_stepping (FALSE);
  post (1, 1);
  post (4, 1);
  set_stepping (TRUE);
  my_inbox_deliver_turn (&world.inbox, G_MAXINT64);
  set_stepping (FALSE);

  sigaction (SIGTRAP, &old, NULL);
  for (guint i = 0; i < N_ITEMS; i++) {
    g_assert_false (is_posted[i]);
  }
  g_test_message ("%u steps", n_steps);
  g_assert_cmpuint (n_steps, >, 1000);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/inbox/fork/each-instruction", test_each_instruction);

  return g_test_run ();
}
