/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <pthread.h>
#include <string.h>

#include "core/my-inbox-private.h"

/* The inbox, with items that only count. */

#define N_PRODUCERS 4
#define N_ITEMS 20000

typedef struct _Item Item;

struct _Item {
  MyInboxItem item;
  guint producer;
  guint number;
  void (*func) (Item *self);
  gboolean is_lazy;
  gboolean is_reapable;
};

static guint n_delivered;
static guint last_number[N_PRODUCERS];

static gboolean
deliver (MyInboxItem *item)
{
  Item *self = (Item *) item;

  g_assert_true (my_inbox_take (item));
  n_delivered++;
  /* Once each, and in the order in which its producer has pushed them. */
  g_assert_cmpuint (self->number, ==, last_number[self->producer] + 1);
  last_number[self->producer] = self->number;
  if (self->func != NULL) {
    self->func (self);
  }
  return !self->is_lazy;
}

static gboolean
is_reapable (MyInboxItem *item,
             MyReap reap)
{
  return ((Item *) item)->is_reapable;
}

static const MyInboxItemClass item_class = {
  .deliver = deliver,
  .is_reapable = is_reapable,
};

static const MyInboxItemClass lasting_item_class = {
  .deliver = deliver,
};

static Item *
make_items (guint n,
            guint producer)
{
  Item *items = g_new0 (Item, n);

  for (guint i = 0; i < n; i++) {
    items[i].item.klass = &item_class;
    items[i].producer = producer;
    items[i].number = i + 1;
  }
  return items;
}

static void
reset (void)
{
  n_delivered = 0;
  memset (last_number, 0, sizeof last_number);
}

typedef struct {
  MyInbox *inbox;
  Item *items;
  guint n;
  gboolean is_slow;
  gboolean has_lock; /* it posts under the state lock: the wake-up comes after that */
  pthread_t thread;
} Producer;

static gpointer
produce (gpointer data)
{
  Producer *self = data;

  for (guint i = 0; i < self->n; i++) {
    if (self->has_lock) {
      my_state_lock ();
      my_inbox_push (self->inbox, &self->items[i].item);
      my_inbox_notify_locked (self->inbox, !self->items[i].is_lazy);
      my_state_unlock ();
    } else {
      my_inbox_push (self->inbox, &self->items[i].item);
      my_inbox_notify (self->inbox, !self->items[i].is_lazy);
    }
    if (self->is_slow && i % 64 == 0) {
      g_thread_yield ();
    }
  }
  return NULL;
}

/* The loop sleeps whenever it can: a lost wake-up hangs the test. */
static void
test_producers (gconstpointer data)
{
  gboolean is_lazy = GPOINTER_TO_INT (data);
  GMainContext *context = g_main_context_new ();
  MyInbox *inbox = my_inbox_get (context);
  Producer producers[N_PRODUCERS] = { 0 };

  reset ();
  for (guint i = 0; i < N_PRODUCERS; i++) {
    producers[i] = (Producer){ inbox, make_items (N_ITEMS, i), N_ITEMS, i % 2, i < N_PRODUCERS / 2, 0 };
    for (guint j = 0; j < N_ITEMS; j++) {
      producers[i].items[j].is_lazy = is_lazy || j % 3 == 0;
    }
    pthread_create (&producers[i].thread, NULL, produce, &producers[i]);
  }
  while (n_delivered < N_PRODUCERS * N_ITEMS) {
    g_main_context_iteration (context, TRUE);
  }
  for (guint i = 0; i < N_PRODUCERS; i++) {
    pthread_join (producers[i].thread, NULL);
    g_free (producers[i].items);
  }
  g_assert_false (g_main_context_pending (context));
  g_main_context_unref (context);
}

/* One at a time, each after the loop has gone to sleep: each needs its wake-up. */
static void
test_wake_up (gconstpointer data)
{
  gboolean is_lazy = GPOINTER_TO_INT (data);
  GMainContext *context = g_main_context_new ();
  Item *items = make_items (2000, 0);

  reset ();
  for (guint i = 0; i < 2000; i++) {
    Producer producer = { my_inbox_get (context), &items[i], 1, FALSE, i % 2, 0 };

    items[i].is_lazy = is_lazy;
    pthread_create (&producer.thread, NULL, produce, &producer);
    while (n_delivered == i) {
      g_main_context_iteration (context, TRUE);
    }
    pthread_join (producer.thread, NULL);
  }
  g_free (items);
  g_main_context_unref (context);
}

static gboolean
count_turn (gpointer data)
{
  ++*(guint *) data;
  return G_SOURCE_CONTINUE;
}

static void
push_again (Item *self)
{
  MyInbox *inbox = my_inbox_get (g_main_context_get_thread_default ());

  last_number[self->producer] = 0;
  my_inbox_push (inbox, &self->item);
  my_inbox_notify (inbox, FALSE);
}

/* A change that comes again and again leaves every other turn to sources of a lower priority. */
static void
test_gives_way (void)
{
  GMainContext *context = g_main_context_new ();
  MyInbox *inbox;
  GSource *low = g_idle_source_new ();
  Item *item = make_items (1, 0);
  guint n_turns = 0;

  g_main_context_push_thread_default (context);
  inbox = my_inbox_get (context);
  reset ();
  item->is_lazy = TRUE;
  item->func = push_again;
  g_source_set_priority (low, G_PRIORITY_LOW);
  g_source_set_callback (low, count_turn, &n_turns, NULL);
  g_source_attach (low, context);

  my_inbox_push (inbox, &item->item);
  my_inbox_notify (inbox, FALSE);
  for (guint i = 0; i < 1000; i++) {
    g_main_context_iteration (context, FALSE);
  }
  g_assert_cmpuint (n_turns, ==, 500);
  g_assert_cmpuint (n_delivered, ==, 500);

  g_source_destroy (low);
  g_source_unref (low);
  g_main_context_pop_thread_default (context);
  item->func = NULL;
  last_number[0] = 0;
  while (g_main_context_iteration (context, FALSE) || g_main_context_pending (context)) {
  }
  g_free (item);
  g_main_context_unref (context);
}

static void
post (MyInbox *inbox,
      Item *item,
      gboolean is_lazy)
{
  item->is_lazy = is_lazy;
  my_inbox_push (inbox, &item->item);
  my_inbox_notify (inbox, !is_lazy);
}

/* A turn in which this process was stopped has taken its time: the others have theirs now. */
static void
give_way_if_late (MyInbox *inbox,
                  GMainContext *context)
{
  if (inbox->must_give_way) {
    g_assert_false (g_main_context_iteration (context, FALSE));
    g_assert_false (inbox->must_give_way);
  }
}

/* What is urgent does not keep the others waiting either, if it takes longer than a turn may. */
static void
test_urgent_flood (void)
{
  GMainContext *context = g_main_context_new ();
  MyInbox *inbox = my_inbox_get (context);
  GSource *low = g_idle_source_new ();
  Item *items = make_items (10, 0);
  guint n_turns = 0;
  guint n_posted = 0;

  reset ();
  g_source_set_priority (low, G_PRIORITY_LOW);
  g_source_set_callback (low, count_turn, &n_turns, NULL);
  g_source_attach (low, context);

  /* One is always there. No turn is too long by itself; in the end they have all taken too long together. */
  while (n_turns == 0) {
    guint before = n_delivered;

    if (n_posted == n_delivered) {
      g_assert_cmpuint (n_posted, <, 10);
      post (inbox, &items[n_posted++], FALSE);
    }
    inbox->turns_us += 1000;
    g_main_context_iteration (context, FALSE);
    g_assert_cmpuint (n_turns + n_delivered, ==, before + 1);
  }
  g_assert_cmpuint (n_delivered, <=, 4);
  g_main_context_iteration (context, FALSE);
  g_assert_cmpuint (n_delivered, ==, n_posted);

  g_source_destroy (low);
  g_source_unref (low);
  g_free (items);
  g_main_context_unref (context);
}

/* After a turn of lazy ones the source gives way, but not to what is urgent; and what was urgent is so for one turn. */
static void
test_urgent_does_not_wait (void)
{
  GMainContext *context = g_main_context_new ();
  MyInbox *inbox = my_inbox_get (context);
  Item *items = make_items (6, 0);

  reset ();
  post (inbox, &items[0], TRUE);
  g_main_context_iteration (context, FALSE);
  g_assert_cmpuint (n_delivered, ==, 1);

  give_way_if_late (inbox, context);
  post (inbox, &items[1], TRUE);
  post (inbox, &items[2], FALSE);
  post (inbox, &items[3], FALSE);
  g_main_context_iteration (context, FALSE);
  g_assert_cmpuint (n_delivered, ==, 4);

  give_way_if_late (inbox, context);

  post (inbox, &items[4], TRUE);
  g_main_context_iteration (context, FALSE);
  g_assert_cmpuint (n_delivered, ==, 5);
  post (inbox, &items[5], TRUE);
  g_main_context_iteration (context, FALSE);
  g_assert_cmpuint (n_delivered, ==, 5);
  g_main_context_iteration (context, FALSE);
  g_assert_cmpuint (n_delivered, ==, 6);

  g_free (items);
  g_main_context_unref (context);
}

static void
iterate_nested (Item *self)
{
  guint before = n_delivered;

  while (g_main_context_iteration (g_main_context_get_thread_default (), FALSE)) {
  }
  /* The rest came from inside. */
  g_assert_cmpuint (n_delivered, ==, before + 9);
}

static void
test_nested (void)
{
  GMainContext *context = g_main_context_new ();
  Item *items = make_items (10, 0);
  Producer producer = { NULL, items, 10, FALSE, FALSE, 0 };

  g_main_context_push_thread_default (context);
  producer.inbox = my_inbox_get (context);
  reset ();
  items[0].func = iterate_nested;
  produce (&producer);
  g_main_context_iteration (context, FALSE);
  g_assert_cmpuint (n_delivered, ==, 10);
  g_main_context_pop_thread_default (context);
  g_free (items);
  g_main_context_unref (context);
}

static void
take_next (Item *self)
{
  g_assert_true (my_inbox_take (&self[1].item));
  g_assert_false (my_inbox_take (&self[1].item));
  last_number[self->producer]++;
}

static void
skip_one (Item *self)
{
  last_number[self->producer]++;
}

static gboolean
is_even (MyInboxItem *item,
         gpointer data)
{
  return ((Item *) item)->number % 2 == 0;
}

static void
test_matching (void)
{
  GMainContext *context = g_main_context_new ();
  MyInbox *inbox = my_inbox_get (context);
  Item *items = make_items (10, 0);
  Producer producer = { inbox, items, 10, FALSE, FALSE, 0 };

  /* Nobody owns it. */
  g_assert_false (my_inbox_enter (inbox));
  g_main_context_acquire (context);
  g_assert_true (my_inbox_enter (inbox));

  reset ();
  produce (&producer);
  for (guint i = 0; i < 10; i++) {
    items[i].producer = i % 2;
  }
  /* Only 2, 4 and so on are delivered; each steps over the one that is not. */
  for (guint i = 1; i < 10; i += 2) {
    items[i].func = skip_one;
  }
  last_number[1] = 1;
  my_inbox_deliver_matching (inbox, is_even, NULL);
  g_assert_cmpuint (n_delivered, ==, 5);
  for (guint i = 0; i < 10; i++) {
    g_assert_cmpint (my_inbox_take (&items[i].item), ==, i % 2 == 0);
  }

  my_inbox_leave (inbox);
  g_main_context_release (context);
  g_free (items);
  g_main_context_unref (context);
}

/* A handler may take what comes next. */
static void
test_take (void)
{
  GMainContext *context = g_main_context_new ();
  Item *items = make_items (3, 0);
  Producer producer = { my_inbox_get (context), items, 3, FALSE, FALSE, 0 };

  reset ();
  items[0].func = take_next;
  produce (&producer);
  g_main_context_iteration (context, FALSE);
  g_assert_cmpuint (n_delivered, ==, 2);

  g_free (items);
  g_main_context_unref (context);
}

static void
test_reap (void)
{
  GMainContext *context = g_main_context_new ();
  Item *items = make_items (1000, 0);
  Producer producer = { NULL, items, 1000, FALSE, FALSE, 0 };

  g_main_context_push_thread_default (context);
  producer.inbox = my_inbox_get (context);

  /* What may go goes at a start, the rest stays. */
  reset ();
  for (guint i = 0; i < 1000; i++) {
    items[i].is_reapable = i % 2;
    items[i].producer = i % 2;
    items[i].number = i / 2 + 1;
  }
  produce (&producer);
  my_inbox_reap_mine (FALSE);
  g_assert_cmpuint (n_delivered, ==, 500);
  g_assert_cmpuint (last_number[1], ==, 500);

  /* Nothing new, and nothing to be let go. */
  my_inbox_reap_mine (TRUE);
  g_assert_cmpuint (n_delivered, ==, 500);
  while (g_main_context_iteration (context, FALSE) || g_main_context_pending (context)) {
  }
  g_assert_cmpuint (n_delivered, ==, 1000);

  g_main_context_pop_thread_default (context);
  g_free (items);
  g_main_context_unref (context);
}

/* What may not go yet is looked at again at each wait, whether or not anything new has come; a start looks only at what is new. */
static void
test_reap_later (void)
{
  GMainContext *context = g_main_context_new ();
  MyInbox *inbox;
  Item *items = make_items (3, 0);

  g_main_context_push_thread_default (context);
  inbox = my_inbox_get (context);
  reset ();
  post (inbox, &items[0], FALSE);
  my_inbox_reap_mine (TRUE);
  items[0].is_reapable = TRUE;
  my_inbox_reap_mine (FALSE);
  g_assert_cmpuint (n_delivered, ==, 0);
  my_inbox_reap_mine (TRUE);
  g_assert_cmpuint (n_delivered, ==, 1);

  /* What somebody else has collected is new too. */
  post (inbox, &items[1], FALSE);
  my_inbox_collect (inbox);
  items[1].is_reapable = TRUE;
  my_inbox_reap_mine (TRUE);
  g_assert_cmpuint (n_delivered, ==, 2);

  /* What never goes so is no reason to look again, and is told of by the loop. */
  items[2].item.klass = &lasting_item_class;
  post (inbox, &items[2], FALSE);
  my_inbox_reap_mine (TRUE);
  my_inbox_reap_mine (TRUE);
  g_assert_cmpuint (n_delivered, ==, 2);
  g_main_context_iteration (context, FALSE);
  g_assert_cmpuint (n_delivered, ==, 3);

  g_main_context_pop_thread_default (context);
  g_free (items);
  g_main_context_unref (context);
}

static Item *posted_by_handler;

static void
post_and_reap (Item *self)
{
  post (my_inbox_get (g_main_context_get_thread_default ()), posted_by_handler, FALSE);
  my_inbox_reap_mine (TRUE);
}

/* What a handler's own wait has had to leave is not forgotten by the wait that called the handler. */
static void
test_reap_nested (void)
{
  GMainContext *context = g_main_context_new ();
  Item *items = make_items (2, 0);
  Item *lasting = make_items (1, 1);

  g_main_context_push_thread_default (context);
  reset ();
  lasting->item.klass = &lasting_item_class;
  post (my_inbox_get (context), lasting, FALSE);
  items[0].is_reapable = TRUE;
  items[0].func = post_and_reap;
  posted_by_handler = &items[1];
  post (my_inbox_get (context), &items[0], FALSE);
  my_inbox_reap_mine (TRUE);
  g_assert_cmpuint (n_delivered, ==, 1);
  items[1].is_reapable = TRUE;
  my_inbox_reap_mine (TRUE);
  g_assert_cmpuint (n_delivered, ==, 2);
  g_main_context_iteration (context, FALSE);
  g_assert_cmpuint (n_delivered, ==, 3);

  g_main_context_pop_thread_default (context);
  g_free (lasting);
  g_free (items);
  g_main_context_unref (context);
}

/* The main thread waits while another thread iterates the global default context, and is the owner: for ThreadSanitizer. */

static gpointer
iterate_default (gpointer data)
{
  MyInbox *inbox = my_inbox_get_default ();
  Item *items = data;

  for (guint i = 0; i < N_ITEMS; i++) {
    post (inbox, &items[i], FALSE);
    g_main_context_iteration (NULL, FALSE);
  }
  return NULL;
}

static void
test_reap_beside_owner (void)
{
  Item *items = make_items (N_ITEMS, 0);
  pthread_t thread;

  reset ();
  for (guint i = 0; i < N_ITEMS; i++) {
    items[i].is_reapable = TRUE;
  }
  pthread_create (&thread, NULL, iterate_default, items);
  for (guint i = 0; i < N_ITEMS; i++) {
    my_inbox_reap_mine (TRUE);
  }
  pthread_join (thread, NULL);
  my_inbox_reap_mine (TRUE);
  g_assert_cmpuint (n_delivered, ==, N_ITEMS);
  g_free (items);
}

/* kin */

typedef struct {
  Item item; /* first */
  guint kin;
} Relative;

static guint n_looks;

static gconstpointer
get_kin (MyInboxItem *item)
{
  n_looks++;
  return GUINT_TO_POINTER (((Relative *) item)->kin);
}

static const MyInboxItemClass relative_class = {
  .deliver = deliver,
  .get_kin = get_kin,
};

static gboolean
is_kin (MyInboxItem *item,
        gpointer kin)
{
  return item->klass->get_kin != NULL && item->klass->get_kin (item) == kin;
}

#define N_OF_KIN 3

/* Waits for @n kin, one after the other, in the worst order: how many items were looked at. Between them are items of none. */
static guint
count_looks (guint n)
{
  GMainContext *context = g_main_context_new ();
  MyInbox *inbox = my_inbox_get (context);
  Relative *relatives = g_new0 (Relative, n * N_OF_KIN);
  Item *others = make_items (n, 1);

  reset ();
  n_looks = 0;
  g_main_context_acquire (context);
  for (guint i = 0; i < n * N_OF_KIN; i++) {
    relatives[i].item.item.klass = &relative_class;
    relatives[i].kin = 1 + i % n;
    /* In the order of their arrival. */
    relatives[i].item.number = 1 + i / n;
    my_inbox_push (inbox, &relatives[i].item.item);
    if (i < n) {
      my_inbox_push (inbox, &others[i].item);
    }
  }

  for (guint kin = n; kin > 0; kin--) {
    gconstpointer key = GUINT_TO_POINTER (kin);

    last_number[0] = 0;
    g_assert_true (my_inbox_enter (inbox));
    my_inbox_deliver_kin (inbox, &key, 1, is_kin, (gpointer) key);
    my_inbox_leave (inbox);
    g_assert_cmpuint (last_number[0], ==, N_OF_KIN);
    g_assert_cmpuint (n_delivered, ==, (n - kin + 1) * N_OF_KIN);
  }

  g_main_context_release (context);
  while (g_main_context_iteration (context, FALSE) || g_main_context_pending (context)) {
  }
  g_assert_cmpuint (last_number[1], ==, n);
  g_main_context_unref (context);
  g_free (relatives);
  g_free (others);

  return n_looks;
}

static void
test_kin (void)
{
  guint few = count_looks (500);

  g_assert_cmpuint (count_looks (5000), <, 20 * few);
}

/* Those of a kin that come later, from a handler, and that somebody else has taken. */

static Relative late[2];

static void
push_late (Item *self)
{
  my_inbox_push (my_inbox_get (g_main_context_get_thread_default ()), &late[1].item.item);
}

static void
test_kin_later (void)
{
  GMainContext *context = g_main_context_new ();
  Relative *early = g_new0 (Relative, 200);
  gconstpointer key = GUINT_TO_POINTER (1);
  MyInbox *inbox;

  reset ();
  g_main_context_push_thread_default (context);
  inbox = my_inbox_get (context);
  for (guint i = 0; i < 200; i++) {
    early[i].item.item.klass = &relative_class;
    early[i].item.producer = i % 2;
    early[i].item.number = 1 + i / 2;
    early[i].kin = i % 2;
    my_inbox_push (inbox, &early[i].item.item);
  }
  g_assert_true (my_inbox_enter (inbox));
  my_inbox_collect (inbox);
  g_assert_true (my_inbox_take (&early[1].item.item));
  last_number[1] = 1;
  my_inbox_deliver_kin (inbox, &key, 1, is_kin, (gpointer) key);
  g_assert_cmpuint (last_number[1], ==, 100);
  g_assert_cmpuint (last_number[0], ==, 0);

  for (guint i = 0; i < 2; i++) {
    late[i].item.item.klass = &relative_class;
    late[i].item.producer = 1;
    late[i].item.number = 101 + i;
    late[i].kin = 1;
  }
  late[0].item.func = push_late;
  my_inbox_push (inbox, &late[0].item.item);
  my_inbox_deliver_kin (inbox, &key, 1, is_kin, (gpointer) key);
  my_inbox_deliver_kin (inbox, &key, 1, is_kin, (gpointer) key);
  g_assert_cmpuint (last_number[1], ==, 102);

  my_inbox_leave (inbox);
  while (g_main_context_iteration (context, FALSE) || g_main_context_pending (context)) {
  }
  g_assert_cmpuint (last_number[0], ==, 100);
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
  g_free (early);
}

/* The inbox is closed with its context, and the next context gets its own. */
static void
test_contexts (void)
{
  for (guint i = 0; i < 1000; i++) {
    GMainContext *context = g_main_context_new ();
    MyInbox *inbox = my_inbox_ref (my_inbox_get (context));

    g_assert_true (my_inbox_get (context) == inbox);
    g_assert_true (my_inbox_get_context (inbox) == context);
    g_main_context_unref (context);
    g_assert_true (my_inbox_is_closed (inbox));
    g_assert_null (my_inbox_get_context (inbox));
    g_assert_false (my_inbox_enter (inbox));
    my_inbox_unref (inbox);
  }
  g_assert_true (my_inbox_get_default () == my_inbox_get (g_main_context_default ()));
}

/* What is in it, and what comes later from whatever thread, is dropped, once. */

static gint n_dropped;

static void
drop (MyInboxItem *item)
{
  g_assert_true (my_inbox_take (item));
  g_atomic_int_inc (&n_dropped);
}

static const MyInboxItemClass droppable_class = {
  .deliver = deliver,
  .drop = drop,
};

static gpointer
produce_and_empty (gpointer data)
{
  Producer *self = data;

  for (guint i = 0; i < self->n; i++) {
    my_inbox_push (self->inbox, &self->items[i].item);
    my_inbox_notify (self->inbox, TRUE);
    my_inbox_empty_closed ();
  }
  return NULL;
}

static void
test_close (void)
{
  for (guint round = 0; round < 200; round++) {
    GMainContext *context = g_main_context_new ();
    MyInbox *inbox = my_inbox_ref (my_inbox_get (context));
    Producer producers[2] = { 0 };

    reset ();
    n_dropped = 0;
    for (guint i = 0; i < 2; i++) {
      producers[i] = (Producer){ inbox, make_items (100, i), 100, FALSE, FALSE, 0 };
      for (guint j = 0; j < 100; j++) {
        producers[i].items[j].item.klass = &droppable_class;
      }
      pthread_create (&producers[i].thread, NULL, produce_and_empty, &producers[i]);
    }
    for (guint i = 0; i < round % 4; i++) {
      g_main_context_iteration (context, FALSE);
    }
    g_main_context_unref (context);
    for (guint i = 0; i < 2; i++) {
      pthread_join (producers[i].thread, NULL);
    }
    g_assert_cmpint (n_dropped + (gint) n_delivered, ==, 200);
    for (guint i = 0; i < 2; i++) {
      g_free (producers[i].items);
    }
    my_inbox_unref (inbox);
  }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/inbox/producers/urgent", GINT_TO_POINTER (FALSE), test_producers);
  g_test_add_data_func ("/inbox/producers/lazy", GINT_TO_POINTER (TRUE), test_producers);
  g_test_add_data_func ("/inbox/wake-up/urgent", GINT_TO_POINTER (FALSE), test_wake_up);
  g_test_add_data_func ("/inbox/wake-up/lazy", GINT_TO_POINTER (TRUE), test_wake_up);
  g_test_add_func ("/inbox/gives-way", test_gives_way);
  g_test_add_func ("/inbox/urgent-flood", test_urgent_flood);
  g_test_add_func ("/inbox/urgent-does-not-wait", test_urgent_does_not_wait);
  g_test_add_func ("/inbox/nested", test_nested);
  g_test_add_func ("/inbox/matching", test_matching);
  g_test_add_func ("/inbox/take", test_take);
  g_test_add_func ("/inbox/reap", test_reap);
  g_test_add_func ("/inbox/reap-later", test_reap_later);
  g_test_add_func ("/inbox/reap-nested", test_reap_nested);
  g_test_add_func ("/inbox/reap-beside-owner", test_reap_beside_owner);
  g_test_add_func ("/inbox/kin", test_kin);
  g_test_add_func ("/inbox/kin-later", test_kin_later);
  g_test_add_func ("/inbox/contexts", test_contexts);
  g_test_add_func ("/inbox/close", test_close);
  return g_test_run ();
}
