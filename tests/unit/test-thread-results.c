/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-support.h"

/* What a thread publishes: as a list in the owner, and by next_result(). */

#define ITEM_TYPE (item_get_type ())
G_DECLARE_FINAL_TYPE (Item, item, ITEM, ITEM, GObject)

struct _Item {
  GObject parent_instance;
  guint number;
};

G_DEFINE_FINAL_TYPE (Item, item, G_TYPE_OBJECT)

static gint n_items_alive;

static void
item_finalize (GObject *object)
{
  g_atomic_int_add (&n_items_alive, -1);
  G_OBJECT_CLASS (item_parent_class)->finalize (object);
}

static void
item_class_init (ItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = item_finalize;
}

static void
item_init (Item *self)
{
  g_atomic_int_inc (&n_items_alive);
}

static Item *
item_new (guint number)
{
  Item *self = g_object_new (ITEM_TYPE, NULL);

  self->number = number;
  return self;
}

static void
publish (MyThread *thread,
         guint number)
{
  Item *item = item_new (number);

  my_thread_publish (thread, item);
  g_object_unref (item);
}

static void
run_publish (MyThread *thread,
             gpointer n,
             GError **error)
{
  for (guint i = 0; i < GPOINTER_TO_UINT (n); i++) {
    if (i % 7 == 0) {
      gpointer items[3] = { item_new (i), item_new (i + 1), item_new (i + 2) };

      my_thread_publish_many (thread, items, 3);
      for (guint k = 0; k < 3; k++) {
        g_object_unref (items[k]);
      }
      i += 2;
    } else {
      publish (thread, i);
    }
  }
}

#define N_RESULTS (7 * 1000)

static void
check_list (GListModel *list,
            guint n)
{
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, n);
  for (guint i = 0; i < n; i++) {
    Item *item = g_list_model_get_item (list, i);

    g_assert_cmpuint (item->number, ==, i);
    g_object_unref (item);
  }
  g_assert_null (g_list_model_get_item (list, n));
}

typedef struct {
  guint n_items;
  guint n_changes;
  gboolean is_finished;
} Watch;

static void
note_changed (GListModel *list,
              guint position,
              guint n_removed,
              guint n_added,
              Watch *watch)
{
  g_assert_false (watch->is_finished);
  g_assert_cmpuint (position, ==, watch->n_items);
  g_assert_cmpuint (n_removed, ==, 0);
  watch->n_items += n_added;
  watch->n_changes++;
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, watch->n_items);
}

static void
note_finished (MyThread *thread,
               Watch *watch)
{
  watch->is_finished = TRUE;
}

static gboolean
is_finished (gpointer watch)
{
  return ((Watch *) watch)->is_finished;
}

/* The list grows in the owner's loop, in bursts, before `finished`, and outlives the thread. */
static void
test_list (void)
{
  for (guint i = 0; i < 20; i++) {
    Watch watch = { 0 };
    MyThread *thread = my_thread_new (NULL, run_publish, GUINT_TO_POINTER (N_RESULTS), NULL);
    GListModel *list = g_object_ref (my_thread_get_results (thread));

    g_assert_true (g_list_model_get_item_type (list) == G_TYPE_OBJECT);
    g_signal_connect (list, "items-changed", G_CALLBACK (note_changed), &watch);
    g_signal_connect (thread, "finished", G_CALLBACK (note_finished), &watch);
    if (i % 2 == 0) {
      my_thread_set_max_pending (thread, 100);
    }
    g_assert_true (my_thread_start (thread, NULL));
    if (i % 3 == 0) {
      g_assert_true (my_thread_join (thread, NULL));
    } else {
      my_test_iterate_until (NULL, is_finished, &watch);
    }
    g_assert_cmpuint (watch.n_items, ==, N_RESULTS);
    g_assert_cmpuint (watch.n_changes, <, N_RESULTS);
    g_assert_finalize_object (thread);
    check_list (list, N_RESULTS);
    g_assert_finalize_object (list);
    g_assert_cmpint (g_atomic_int_get (&n_items_alive), ==, 0);
  }
}

/* By the property, which chooses nothing. */
static void
test_property (void)
{
  MyThread *thread = my_thread_new (NULL, run_publish, GUINT_TO_POINTER (7), NULL);
  GListModel *list;
  Item *item;

  g_object_get (thread, "results", &list, NULL);
  g_assert_true (my_thread_start (thread, NULL));
  item = my_thread_next_result (thread, -1, NULL);
  g_assert_cmpuint (item->number, ==, 0);
  g_object_unref (item);
  g_assert_true (my_thread_join (thread, NULL));
  g_object_unref (list);
  g_assert_finalize_object (thread);
  g_assert_cmpint (g_atomic_int_get (&n_items_alive), ==, 0);
}

/* Each once, in order, then the end. */
static void
test_next (void)
{
  for (guint i = 0; i < 50; i++) {
    MyThread *thread = my_thread_new (NULL, run_publish, GUINT_TO_POINTER (N_RESULTS), NULL);
    GError *error = NULL;
    Item *item;
    guint n = 0;

    if (i % 2 == 0) {
      my_thread_set_max_pending (thread, 1 + i);
    }
    g_assert_true (my_thread_start (thread, NULL));
    while ((item = my_thread_next_result (thread, -1, &error)) != NULL) {
      g_assert_cmpuint (item->number, ==, n);
      n++;
      g_object_unref (item);
    }
    g_assert_no_error (error);
    g_assert_cmpuint (n, ==, N_RESULTS);
    g_assert_null (my_thread_next_result (thread, 0, &error));
    g_assert_no_error (error);
    g_assert_true (my_thread_join (thread, NULL));
    g_assert_finalize_object (thread);
    g_assert_cmpint (g_atomic_int_get (&n_items_alive), ==, 0);
  }
}

/* Several readers share them. */
static gpointer
read_all (gpointer thread)
{
  GError *error = NULL;
  Item *item;
  guint n = 0;

  while ((item = my_thread_next_result (thread, -1, &error)) != NULL) {
    n++;
    g_object_unref (item);
  }
  g_assert_no_error (error);
  return GUINT_TO_POINTER (n);
}

static void
test_readers (void)
{
  for (guint i = 0; i < 20; i++) {
    MyThread *thread = my_thread_new (NULL, run_publish, GUINT_TO_POINTER (N_RESULTS), NULL);
    GThread *readers[4];
    guint n = 0;

    g_assert_true (my_thread_start (thread, NULL));
    for (guint k = 0; k < G_N_ELEMENTS (readers); k++) {
      readers[k] = g_thread_new (NULL, read_all, thread);
    }
    for (guint k = 0; k < G_N_ELEMENTS (readers); k++) {
      n += GPOINTER_TO_UINT (g_thread_join (readers[k]));
    }
    g_assert_cmpuint (n, ==, N_RESULTS);
    my_thread_join (thread, NULL);
    my_test_release (thread);
    g_assert_cmpint (g_atomic_int_get (&n_items_alive), ==, 0);
  }
}

/* What does not go well. */

static void
run_next_of_itself (MyThread *thread,
                    gpointer unused,
                    GError **error)
{
  g_assert_null (my_thread_next_result (thread, -1, error));
}

static void
run_next (MyThread *thread,
          gpointer other,
          GError **error)
{
  g_assert_null (my_thread_next_result (other, -1, error));
}

static void
run_fail (MyThread *thread,
          gpointer unused,
          GError **error)
{
  publish (thread, 1);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "as it should");
}

static void
test_errors (void)
{
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *thread = my_thread_new (NULL, my_test_run_block, &block, NULL);
  MyThread *reader;
  GError *error = NULL;
  Item *item;

  my_test_assert_fails (my_thread_next_result (thread, -1, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_NOT_STARTED);
  g_assert_true (my_thread_start (thread, NULL));
  my_test_assert_fails (my_thread_next_result (thread, 0, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT);
  my_test_assert_fails (my_thread_next_result (thread, 1000, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT);

  reader = my_test_start (NULL, run_next, thread);
  my_test_wait_until_waiting (reader);
  my_thread_cancel (reader);
  my_test_assert_fails (my_thread_join (reader, &error_), G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_object_unref (reader);

  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*are read by my_thread_next_result()*");
  my_thread_get_results (thread);
  g_test_assert_expected_messages ();
  my_test_gate_open (&block.release);
  my_test_finish (thread);

  thread = my_test_start (NULL, run_next_of_itself, NULL);
  my_test_assert_fails (my_thread_join (thread, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK);
  g_assert_finalize_object (thread);

  /* The end is the end, also of one that has failed; after it nothing is taken. */
  thread = my_test_start (NULL, run_fail, NULL);
  item = my_thread_next_result (thread, -1, &error);
  g_assert_cmpuint (item->number, ==, 1);
  g_object_unref (item);
  g_assert_null (my_thread_next_result (thread, -1, &error));
  g_assert_no_error (error);
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*stream of results has ended*");
  publish (thread, 2);
  g_test_assert_expected_messages ();
  my_test_assert_fails (my_thread_join (thread, &error_), G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_finalize_object (thread);

  thread = my_thread_new (NULL, my_test_run_nothing, NULL, NULL);
  my_thread_get_results (thread);
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*are read from my_thread_get_results()*");
  g_assert_null (my_thread_next_result (thread, 0, NULL));
  g_test_assert_expected_messages ();
  g_assert_finalize_object (thread);
  g_assert_cmpint (g_atomic_int_get (&n_items_alive), ==, 0);
}

/* By the owner, before the thread starts, and in the order of other things that are said. */
static void
count_up (MyThread *thread,
          gpointer list)
{
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 2);
}

static void
run_publish_and_post (MyThread *thread,
                      gpointer list,
                      GError **error)
{
  publish (thread, 1);
  my_thread_post (thread, count_up, list, NULL);
  publish (thread, 2);
}

static void
test_order (void)
{
  MyThread *thread;
  GListModel *list;

  thread = my_thread_new (NULL, my_test_run_nothing, NULL, NULL);
  list = my_thread_get_results (thread);
  publish (thread, 0);
  check_list (list, 1);
  g_assert_finalize_object (thread);

  for (guint i = 0; i < 1000; i++) {
    MyThread *sayer = NULL;

    thread = my_thread_new (NULL, my_test_run_nothing, NULL, NULL);
    list = my_thread_get_results (thread);
    publish (thread, 0);
    sayer = my_thread_new (NULL, run_publish_and_post, list, NULL);
    g_object_unref (sayer);
    run_publish_and_post (thread, list, NULL);
    check_list (list, 3);
    my_test_iterate_pending (NULL);
    my_test_release (thread);
  }
}

/* slots */

static void
run_say_until_cancelled (MyThread *thread,
                         gpointer unused,
                         GError **error)
{
  while (!my_thread_set_error_if_cancelled (thread, NULL)) {
    publish (thread, 0);
    my_thread_set_progress (thread, 0.5);
  }
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "nobody is warned of this");
}

static void
check_latest (gpointer slot,
              MyThread *thread)
{
  g_assert_true (my_thread_slot_get_thread (slot) == thread);
}

static void
note_list (GListModel *list,
           guint position,
           guint n_removed,
           guint n_added,
           gpointer data)
{
  gpointer *pair = data;

  check_latest (pair[0], pair[1]);
}

static void
note_progress (MyThread *thread,
               GParamSpec *pspec,
               gpointer slot)
{
  check_latest (slot, thread);
}

static void
note_slot_finished (MyThread *thread,
                    gpointer slot)
{
  check_latest (slot, thread);
}

static void
note_joined (GObject *thread,
             GAsyncResult *result,
             gpointer n)
{
  g_assert_false (my_thread_join_finish (MY_THREAD (thread), result, NULL));
  ++*(guint *) n;
}

static gboolean
has_joined_all (gpointer n)
{
  return *(guint *) n == 100;
}

static void
count_thread (GObject *slot,
              GParamSpec *pspec,
              gpointer n)
{
  ++*(guint *) n;
}

static void
test_slot (void)
{
  MyThreadSlot *slot = my_thread_slot_new ();
  MyThread *threads[100];
  gpointer pairs[100][2];
  guint n_notified = 0, n_joined = 0;
  MyThread *last;

  g_signal_connect (slot, "notify::thread", G_CALLBACK (count_thread), &n_notified);
  g_assert_null (my_thread_slot_get_thread (slot));
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    threads[i] = my_thread_new (NULL, run_say_until_cancelled, NULL, NULL);
    pairs[i][0] = slot;
    pairs[i][1] = threads[i];
    g_signal_connect (my_thread_get_results (threads[i]), "items-changed", G_CALLBACK (note_list), pairs[i]);
    g_signal_connect (threads[i], "notify", G_CALLBACK (note_progress), slot);
    g_signal_connect (threads[i], "finished", G_CALLBACK (note_slot_finished), slot);
    g_assert_true (my_thread_slot_start (slot, threads[i], NULL));
    my_thread_join_async (threads[i], NULL, note_joined, &n_joined);
    if (i % 3 == 0) {
      my_test_iterate_pending (NULL);
    }
  }
  g_assert_cmpuint (n_notified, ==, G_N_ELEMENTS (threads));

  /* One that can not be started changes nothing. */
  last = my_thread_slot_get_thread (slot);
  my_test_assert_fails (my_thread_slot_start (slot, last, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_ALREADY_STARTED);
  g_assert_true (my_thread_slot_get_thread (slot) == last);
  g_assert_false (my_thread_is_cancelled (last));

  my_thread_cancel (last);
  my_test_iterate_until (NULL, has_joined_all, &n_joined);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    g_object_unref (threads[i]);
  }
  g_assert_finalize_object (slot);
  my_test_wait_until (my_test_is_alone, NULL);
  my_test_iterate_pending (NULL);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/thread/results/list", test_list);
  g_test_add_func ("/thread/results/property", test_property);
  g_test_add_func ("/thread/results/next", test_next);
  g_test_add_func ("/thread/results/readers", test_readers);
  g_test_add_func ("/thread/results/errors", test_errors);
  g_test_add_func ("/thread/results/order", test_order);
  g_test_add_func ("/thread/results/slot", test_slot);

  return g_test_run ();
}
