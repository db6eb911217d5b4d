/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "test-thread-group.h"

#include <time.h>

/* Groups of many threads: what is done to one of them costs the same, and what is done to all is linear.
 *
 * What is compared is the time that was computed, of which whoever stops the process meanwhile takes none, and what used to be
 * square took a hundred times as long. */

#define N_MEMBERS 20000

/* Members that wait for a slot, and, first, one that has it and runs until it is cancelled. */

static MyThreadGroup *
make_queue (void)
{
  MyThreadGroup *group = my_thread_group_new ("queue", NULL);

  my_thread_group_set_max_running (group, 1);
  return group;
}

static GPtrArray *
start_sleepers (MyThreadGroup *group,
                guint n)
{
  GPtrArray *threads = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n; i++) {
    MyThread *thread = my_thread_new_in_group (group, NULL, my_test_run_sleep, NULL, NULL);

    g_assert_true (my_thread_start (thread, NULL));
    g_ptr_array_add (threads, thread);
  }
  return threads;
}

/* cancel */

static gint64
measure_cancel (gboolean is_backwards)
{
  MyThreadGroup *group = make_queue ();
  GPtrArray *threads = start_sleepers (group, N_MEMBERS);
  gint64 begin = my_test_get_cpu_time ();
  gint64 time;

  for (guint i = 0; i < N_MEMBERS; i++) {
    my_thread_cancel (threads->pdata[is_backwards ? N_MEMBERS - 1 - i : i]);
  }
  time = my_test_get_cpu_time () - begin;
  assert_group_joins (group);
  g_ptr_array_unref (threads);
  my_test_release (group);
  return time;
}

static void
test_cancel_backwards (void)
{
  gint64 forwards = measure_cancel (FALSE);
  gint64 backwards = measure_cancel (TRUE);

  g_test_message ("%" G_GINT64_FORMAT " us from the oldest on, %" G_GINT64_FORMAT " us from the newest on", forwards, backwards);
  g_assert_cmpint (backwards, <, 20 * forwards + 100 * 1000);
}

/* Out of the middle of the queue: the others keep their order. */

typedef struct {
  GString *order;
  const char *name;
} Mark;

static void
run_mark (MyThread *thread,
          gpointer data,
          GError **error)
{
  Mark *mark = data;

  g_string_append (mark->order, mark->name);
}

static void
test_queue_order (void)
{
  static const char *const names[] = { "a", "b", "c", "d", "e", "f" };
  /* which of them go, in this order */
  static const char *const cancelled[] = { "a", "f", "c", "fe", "ab", "ba", "cd", "dc", "ace", "bdf", "abcdef", "fedcba", "" };

  for (guint i = 0; i < G_N_ELEMENTS (cancelled); i++) {
    MyThreadGroup *group = make_queue ();
    g_autoptr (GString) order = g_string_new (NULL);
    g_autoptr (GString) expected = g_string_new (NULL);
    MyTestBlock block;
    MyThread *first = start_block_in (group, &block);
    MyThread *threads[G_N_ELEMENTS (names)];
    MyThread *late;
    Mark marks[G_N_ELEMENTS (names)];

    for (guint j = 0; j < G_N_ELEMENTS (names); j++) {
      marks[j] = (Mark){ order, names[j] };
      threads[j] = start_in (group, run_mark, &marks[j]);
      if (strstr (cancelled[i], names[j]) == NULL) {
        g_string_append (expected, names[j]);
      }
    }
    for (const char *name = cancelled[i]; *name != '\0'; name++) {
      my_thread_cancel (threads[*name - 'a']);
    }
    late = start_in (group, run_mark, &(Mark){ order, "z" });
    g_string_append (expected, "z");
    my_test_gate_open (&block.release);
    assert_group_joins (group);
    g_assert_cmpstr (order->str, ==, expected->str);

    release (first, &block);
    for (guint j = 0; j < G_N_ELEMENTS (names); j++) {
      g_object_unref (threads[j]);
    }
    g_object_unref (late);
    my_test_release (group);
  }
}

/* More than are done in one go. */

static void
test_cancel_all (void)
{
  MyThreadGroup *group = make_queue ();
  MyThreadGroup *child = my_thread_group_new (NULL, group);
  GPtrArray *threads = start_sleepers (group, 1000);
  GPtrArray *below = start_sleepers (child, 20);
  MyThread *late;

  my_thread_group_cancel (group);
  for (guint i = 0; i < threads->len; i++) {
    g_assert_true (my_thread_is_cancelled (threads->pdata[i]));
  }
  for (guint i = 0; i < below->len; i++) {
    g_assert_true (my_thread_is_cancelled (below->pdata[i]));
  }
  late = start_in (child, never_run, NULL);
  assert_cancelled (late);
  assert_group_joins (group);

  g_ptr_array_unref (threads);
  g_ptr_array_unref (below);
  my_test_release (late);
  my_test_release (child);
  my_test_release (group);
}

static void
test_cancel_on_error (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  MyThreadGroup *child = my_thread_group_new (NULL, group);
  MyThreadGroup *queue = my_thread_group_new (NULL, group);
  MyThread *failing = my_test_thread_new_in_group (child, my_test_run_fail, NULL);
  GPtrArray *threads;

  my_thread_group_set_max_running (queue, 1);
  my_thread_group_set_cancel_on_error (group, TRUE);
  threads = start_sleepers (queue, 1000);
  g_assert_true (my_thread_start (failing, NULL));
  my_test_assert_fails (my_thread_group_join (group, &error_), G_IO_ERROR, G_IO_ERROR_EXISTS);
  for (guint i = 0; i < threads->len; i++) {
    g_assert_cmpint (my_thread_get_state (threads->pdata[i]), ==, MY_THREAD_STATE_CANCELLED);
  }

  g_ptr_array_unref (threads);
  g_object_unref (failing);
  my_test_release (queue);
  my_test_release (child);
  my_test_release (group);
}

static void
test_max_running (void)
{
  MyThreadGroup *group = make_queue ();
  MyThreadPool *pool = my_thread_pool_new (NULL, 1);
  GPtrArray *threads = g_ptr_array_new_with_free_func (g_object_unref);
  MyTestBlock block;
  MyThread *first = start_block_in (group, &block);
  guint64 n_completed;

  for (guint i = 0; i < 1000; i++) {
    MyThread *thread = my_test_thread_new_in_group (group, my_test_run_nothing, NULL);

    g_assert_true (my_executor_submit (MY_EXECUTOR (pool), thread, NULL));
    g_ptr_array_add (threads, thread);
  }
  /* They are launched before it returns. */
  my_thread_group_set_max_running (group, 0);
  for (guint i = 0; i < threads->len; i++) {
    g_assert_true (my_thread_join (threads->pdata[i], NULL));
  }
  g_object_get (pool, "n-completed", &n_completed, NULL);
  g_assert_cmpuint (n_completed, ==, threads->len);

  release (first, &block);
  g_ptr_array_unref (threads);
  g_assert_true (my_thread_pool_shutdown (pool, MY_SHUTDOWN_DRAIN, NULL));
  g_object_unref (pool);
  my_test_release (group);
}

/* the lists */

static gboolean
is_in_order (GPtrArray *found,
             guint first,
             GPtrArray *threads)
{
  gboolean is_same = found->len == first + threads->len;

  for (guint i = 0; i < threads->len && is_same; i++) {
    is_same = found->pdata[first + i] == threads->pdata[i];
  }
  return is_same;
}

static void
test_lists (void)
{
  MyThreadGroup *group = make_queue ();
  MyThreadGroup *child = my_thread_group_new ("child", group);
  GPtrArray *threads, *below, *found;
  g_auto (GStrv) lines = NULL;
  g_autofree char *dump = NULL;
  guint n_in_queue = 0;

  my_thread_group_set_max_running (child, 1);
  below = start_sleepers (child, 1);
  threads = start_sleepers (group, N_MEMBERS);

  g_assert_cmpuint (my_thread_group_active_count (group), ==, N_MEMBERS + 1);
  g_assert_cmpuint (my_thread_active_count (), ==, N_MEMBERS + 2);
  found = my_thread_group_enumerate (group);
  g_assert_cmpuint (found->len, ==, N_MEMBERS + 1);
  g_assert_true (found->pdata[N_MEMBERS] == below->pdata[0]);
  g_ptr_array_remove_index (found, N_MEMBERS);
  g_assert_true (is_in_order (found, 0, threads));
  g_ptr_array_unref (found);

  found = my_thread_enumerate ();
  g_assert_cmpuint (found->len, ==, N_MEMBERS + 2);
  g_assert_true (found->pdata[0] == my_thread_get_main ());
  g_ptr_array_unref (found);

  dump = my_thread_dump ();
  lines = g_strsplit (dump, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, N_MEMBERS + 3); /* the last one is empty */
  for (guint i = 0; lines[i] != NULL; i++) {
    n_in_queue += strstr (lines[i], "group \"queue\"") != NULL;
  }
  g_assert_cmpuint (n_in_queue, ==, N_MEMBERS);

  my_thread_group_cancel (group);
  assert_group_joins (group);
  g_ptr_array_unref (threads);
  g_ptr_array_unref (below);
  my_test_release (child);
  my_test_release (group);
}

static void
on_items_changed (GListModel *model,
                  guint position,
                  guint n_removed,
                  guint n_added,
                  GString *changes)
{
  g_string_append_printf (changes, "%u-%u+%u ", position, n_removed, n_added);
}

/* A long run is one change; and what is known of the others is not looked at. */
static void
test_model (void)
{
  MyThreadGroup *group = make_queue ();
  g_autoptr (GString) changes = g_string_new (NULL);
  GPtrArray *threads;

  g_signal_connect (group, "items-changed", G_CALLBACK (on_items_changed), changes);
  threads = start_sleepers (group, 1000);
  g_string_truncate (changes, 0);

  for (guint i = 100; i < 900; i++) {
    my_thread_cancel (threads->pdata[i]);
  }
  my_thread_cancel (threads->pdata[999]);
  my_thread_cancel (threads->pdata[2]);
  my_thread_cancel (threads->pdata[1]);
  assert_cancelled (threads->pdata[1]);
  g_assert_cmpstr (changes->str, ==, "1-2+0 98-800+0 197-1+0 ");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (group)), ==, 197);
  g_string_truncate (changes, 0);

  my_thread_group_cancel (group);
  assert_group_joins (group);
  g_assert_cmpstr (changes->str, ==, "0-197+0 ");
  g_ptr_array_unref (threads);
  g_signal_handlers_disconnect_by_data (group, changes);
  my_test_release (group);
}

/* One after the other, each of them told at once. */
static gint64
measure_ends (guint n)
{
  MyThreadGroup *group = make_queue ();
  GPtrArray *threads = start_sleepers (group, n);
  gint64 begin, time;

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (group)), ==, n);
  begin = my_test_get_cpu_time ();
  for (guint i = 1; i < n; i++) {
    my_thread_cancel (threads->pdata[i]);
    my_thread_join (threads->pdata[i], NULL);
    g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (group)), ==, n - i);
  }
  time = my_test_get_cpu_time () - begin;
  my_thread_cancel (threads->pdata[0]);
  assert_group_joins (group);
  g_ptr_array_unref (threads);
  my_test_release (group);
  return time;
}

static void
test_ends_in_model (void)
{
  gint64 few = measure_ends (N_MEMBERS / 16);
  gint64 many = measure_ends (N_MEMBERS);

  g_test_message ("%" G_GINT64_FORMAT " us, and %" G_GINT64_FORMAT " us for 16 times as many", few, many);
  g_assert_cmpint (many, <, 100 * few);
}

/* progress */

#define assert_progress(group, expected) \
  g_assert_cmpfloat_with_epsilon (my_thread_group_get_progress (group), expected, 1e-9)

typedef struct {
  MyThreadGroup *group;
  gint is_over; /* atomic */
} Asking;

/* Members end while somebody asks: more and more is done, and never more than all. */
static gpointer
ask (gpointer data)
{
  Asking *asking = data;
  double last = 0;

  while (!g_atomic_int_get (&asking->is_over)) {
    double progress = my_thread_group_get_progress (asking->group);

    g_assert_cmpfloat (progress, >=, last);
    g_assert_cmpfloat (progress, <=, 1);
    last = progress;
  }
  return NULL;
}

static void
test_progress (void)
{
  Asking asking = { make_queue (), FALSE };
  GPtrArray *threads = start_sleepers (asking.group, N_MEMBERS);
  GThread *asker;

  assert_progress (asking.group, 0);
  asker = g_thread_new ("asker", ask, &asking);
  for (guint i = N_MEMBERS - 1; i > 0; i--) {
    my_thread_cancel (threads->pdata[i]);
    if (i % 5000 == 0) {
      assert_progress (asking.group, 1 - i / (double) N_MEMBERS);
    }
  }
  assert_progress (asking.group, 1 - 1 / (double) N_MEMBERS);
  my_thread_cancel (threads->pdata[0]);
  assert_group_joins (asking.group);
  assert_progress (asking.group, 1);
  g_atomic_int_set (&asking.is_over, TRUE);
  g_thread_join (asker);

  g_ptr_array_unref (threads);
  my_test_release (asking.group);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/thread-group/size/cancel-backwards", test_cancel_backwards);
  g_test_add_func ("/thread-group/size/queue-order", test_queue_order);
  g_test_add_func ("/thread-group/size/cancel-all", test_cancel_all);
  g_test_add_func ("/thread-group/size/cancel-on-error", test_cancel_on_error);
  g_test_add_func ("/thread-group/size/max-running", test_max_running);
  g_test_add_func ("/thread-group/size/lists", test_lists);
  g_test_add_func ("/thread-group/size/model", test_model);
  g_test_add_func ("/thread-group/size/ends-in-model", test_ends_in_model);
  g_test_add_func ("/thread-group/size/progress", test_progress);

  return g_test_run ();
}
