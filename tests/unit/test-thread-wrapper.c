/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-executor.h"
#include "my-test-thread.h"
#include "my-test-wrapper.h"

/* Threads that a language binding has wrappers of: without a main loop, and with the owner thread somewhere else, they go when they have
 * ended and the program has let its wrappers go; and nothing that a handler is to hear is lost. */

static gint n_finalized;

static void
on_destroy (gpointer unused)
{
  g_atomic_int_inc (&n_finalized);
}

static gboolean
have_been_finalized (gpointer n)
{
  return g_atomic_int_get (&n_finalized) >= GPOINTER_TO_INT (n);
}

static gboolean
has_ended (gpointer thread)
{
  return my_thread_get_state (thread) >= MY_THREAD_STATE_SUCCEEDED;
}

static MyTestWrapper *
wrap (MyThread *thread)
{
  return my_test_wrapper_new (thread);
}

static MyThread *
make (MyThreadFunc func,
      gpointer user_data)
{
  MyThread *thread = my_thread_new (NULL, func, user_data, on_destroy);

  return thread;
}

/* The main thread waits for it in something that is not the library's. */
static void
assert_finalized (gint n)
{
  my_test_wait_until (have_been_finalized, GINT_TO_POINTER (n));
  g_assert_cmpint (g_atomic_int_get (&n_finalized), ==, n);
  n_finalized = 0;
}

#define N_THREADS 100

static void
run_report (MyThread *thread,
            gpointer unused,
            GError **error)
{
  for (guint i = 0; i <= 10; i++) {
    my_thread_set_progress (thread, i / 10.0);
  }
  my_thread_set_name (thread, "renamed");
}

static void
test_forgotten (void)
{
  for (guint i = 0; i < N_THREADS; i++) {
    MyThread *thread = make (run_report, NULL);
    MyTestWrapper *wrapper = wrap (thread);

    g_assert_true (my_thread_start (thread, NULL));
    my_test_wrapper_unref (wrapper);
  }
  assert_finalized (N_THREADS);
}

static void
test_dropped_after_end (void)
{
  for (guint i = 0; i < N_THREADS; i++) {
    MyThread *thread = make (run_report, NULL);
    MyTestWrapper *wrapper = wrap (thread);

    g_assert_true (my_thread_start (thread, NULL));
    my_test_wait_until (has_ended, thread);
    my_test_wrapper_unref (wrapper);
  }
  assert_finalized (N_THREADS);
}

/* Made by a thread whose owner is the main thread's context. */
static void
run_make (MyThread *thread,
          gpointer unused,
          GError **error)
{
  for (guint i = 0; i < N_THREADS; i++) {
    MyThread *child = make (run_report, NULL);
    MyTestWrapper *wrapper = wrap (child);

    g_assert_true (my_thread_start (child, NULL));
    g_assert_true (my_thread_join (child, NULL));
    my_test_wrapper_unref (wrapper);
  }
}

static void
test_made_by_worker (void)
{
  MyThread *thread = make (run_make, NULL);
  MyTestWrapper *wrapper = wrap (thread);

  g_assert_true (my_thread_start (thread, NULL));
  my_test_wrapper_unref (wrapper);
  assert_finalized (N_THREADS + 1);
}

static void
test_in_pool (void)
{
  MyThreadPool *pool = my_thread_pool_new (NULL, 1);

  for (guint i = 0; i < N_THREADS; i++) {
    MyThread *thread = make (run_report, NULL);
    MyTestWrapper *wrapper = wrap (thread);

    g_assert_true (my_executor_submit (MY_EXECUTOR (pool), thread, NULL));
    if (i % 2 == 0) {
      my_thread_cancel (thread);
    }
    my_test_wrapper_unref (wrapper);
  }
  assert_finalized (N_THREADS);
  g_assert_true (my_thread_pool_shutdown (pool, MY_SHUTDOWN_DRAIN, NULL));
  for (guint i = 0; i < N_THREADS; i++) {
    MyThread *thread = make (run_report, NULL);
    MyTestWrapper *wrapper = wrap (thread);

    g_assert_false (my_executor_submit (MY_EXECUTOR (pool), thread, NULL));
    my_test_wrapper_unref (wrapper);
  }
  assert_finalized (N_THREADS);
  my_test_release (pool);
}

static void
run_note (MyThread *thread,
          gpointer unused,
          GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "failed");
  g_object_set_data (G_OBJECT (thread), "ran", thread);
}

static void
test_cancelled (void)
{
  for (guint i = 0; i < N_THREADS; i++) {
    MyThread *thread = make (run_note, NULL);
    MyTestWrapper *wrapper = wrap (thread);

    my_thread_cancel (thread);
    g_assert_true (my_thread_start (thread, NULL));
    my_test_wrapper_unref (wrapper);
  }
  assert_finalized (N_THREADS);
}

/* An executor that has it in hand when it is cancelled gets a reference of its own. */
static void
test_abandoned (void)
{
  MyExecutor *executor = my_test_executor_new (MY_TEST_EXECUTOR_OS_THREAD);

  for (guint i = 0; i < N_THREADS; i++) {
    MyThread *thread = make (run_report, NULL);
    MyTestWrapper *wrapper = wrap (thread);

    g_assert_true (my_executor_submit (executor, thread, NULL));
    my_thread_cancel (thread);
    my_test_wrapper_unref (wrapper);
  }
  assert_finalized (N_THREADS);
  my_test_executor_free (executor);
}

static gpointer
ask_who (gpointer unused)
{
  MyThread *thread = my_thread_get_current ();
  MyTestWrapper *wrapper = wrap (g_object_ref (thread));

  g_object_set_data_full (G_OBJECT (thread), "destroy", thread, on_destroy);
  my_test_wrapper_unref (wrapper);
  return NULL;
}

static void
test_foreign (void)
{
  for (guint i = 0; i < N_THREADS; i++) {
    g_thread_join (g_thread_new (NULL, ask_who, NULL));
  }
  assert_finalized (N_THREADS);
}

/* nothing is lost */

typedef struct {
  guint n_started;
  guint n_finished;
} Heard;

static void
on_started (MyThread *thread,
            Heard *heard)
{
  g_assert_cmpuint (heard->n_finished, ==, 0);
  heard->n_started++;
}

static void
on_finished (MyThread *thread,
             Heard *heard)
{
  heard->n_finished++;
}

static gboolean
has_finished (gpointer heard)
{
  return ((Heard *) heard)->n_finished > 0;
}

static void
listen (MyThread *thread,
        Heard *heard)
{
  g_signal_connect (thread, "started", G_CALLBACK (on_started), heard);
  g_signal_connect (thread, "finished", G_CALLBACK (on_finished), heard);
}

typedef enum {
  BY_LOOP,
  BY_JOIN,
  BY_GROUP_JOIN,
} HeardBy;

/* Connected by the owner after the end, and before its next turn, or its join. */
static void
test_heard (gconstpointer by)
{
  for (guint i = 0; i < N_THREADS; i++) {
    MyThreadGroup *group = my_thread_group_new (NULL, NULL);
    MyThread *thread = my_thread_new_in_group (group, NULL, run_report, NULL, on_destroy);
    MyTestWrapper *wrapper = wrap (thread);
    Heard heard = { 0 };

    g_assert_true (my_thread_start (thread, NULL));
    my_test_wait_until (has_ended, thread);
    listen (thread, &heard);
    switch (GPOINTER_TO_INT (by)) {
    case BY_LOOP:
      my_test_iterate_until (NULL, has_finished, &heard);
      break;
    case BY_JOIN:
      g_assert_true (my_thread_join (thread, NULL));
      break;
    case BY_GROUP_JOIN:
    default:
      g_assert_true (my_thread_group_join (group, NULL));
      break;
    }
    my_test_iterate_pending (NULL);
    g_assert_cmpuint (heard.n_started, ==, 1);
    g_assert_cmpuint (heard.n_finished, ==, 1);
    my_test_wrapper_unref (wrapper);
    my_test_iterate_pending (NULL);
    my_test_release (group);
    assert_finalized (1);
  }
}

/* What has a listener waits for the owner. */
static void
test_listened (void)
{
  MyThread *thread = make (run_report, NULL);
  MyTestWrapper *wrapper = wrap (thread);
  Heard heard = { 0 };

  listen (thread, &heard);
  g_assert_true (my_thread_start (thread, NULL));
  my_test_wrapper_unref (wrapper);
  my_test_wait_until (my_test_is_alone, NULL);
  g_assert_cmpint (n_finalized, ==, 0);
  my_test_iterate_until (NULL, has_finished, &heard);
  g_assert_cmpuint (heard.n_started, ==, 1);
  assert_finalized (1);
}

/* After a turn of the loop, or a join, in which nobody listened, it is over. */
static void
test_over (void)
{
  for (guint i = 0; i < 2; i++) {
    MyThread *thread = make (run_report, NULL);
    MyTestWrapper *wrapper = wrap (thread);
    Heard heard = { 0 };

    g_assert_true (my_thread_start (thread, NULL));
    my_test_wait_until (has_ended, thread);
    if (i == 0) {
      my_test_iterate_pending (NULL);
    } else {
      g_assert_true (my_thread_join (thread, NULL));
    }
    listen (thread, &heard);
    my_test_iterate_pending (NULL);
    g_assert_true (my_thread_join (thread, NULL));
    g_assert_cmpuint (heard.n_started + heard.n_finished, ==, 0);
    my_test_wrapper_unref (wrapper);
    assert_finalized (1);
  }
}

/* The context closes with a thread in it that is over, and one that runs. */
static void
test_context_closes (void)
{
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  GMainContext *context = g_main_context_new ();
  MyTestWrapper *wrappers[2];
  MyThread *threads[2];

  g_main_context_push_thread_default (context);
  threads[0] = make (run_report, NULL);
  threads[1] = my_test_start_block (NULL, &block);
  g_main_context_pop_thread_default (context);
  wrappers[0] = wrap (threads[0]);
  wrappers[1] = wrap (threads[1]);
  my_test_gate_wait (&block.entered);
  g_assert_true (my_thread_start (threads[0], NULL));
  my_test_wait_until (has_ended, threads[0]);
  g_main_context_unref (context);

  my_test_gate_open (&block.release);
  g_assert_true (my_thread_join (threads[0], NULL));
  g_assert_true (my_thread_join (threads[1], NULL));
  my_test_wrapper_unref (wrappers[0]);
  my_test_wrapper_unref (wrappers[1]);
  assert_finalized (1);
}

/* In a child of fork(), which has none of what was pending. */
static void
join_in_child (gpointer thread)
{
  Heard heard = { 0 };

  listen (thread, &heard);
  g_assert_true (my_thread_join (thread, NULL));
  g_assert_cmpuint (heard.n_finished, ==, 0);
}

static void
test_fork (void)
{
  MyThread *thread = make (run_report, NULL);
  MyTestWrapper *wrapper = wrap (thread);

  g_assert_true (my_thread_start (thread, NULL));
  my_test_wait_until (has_ended, thread);
  my_test_in_child (join_in_child, thread);
  my_test_wrapper_unref (wrapper);
  assert_finalized (1);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/thread/wrapper/forgotten", test_forgotten);
  g_test_add_func ("/thread/wrapper/dropped-after-end", test_dropped_after_end);
  g_test_add_func ("/thread/wrapper/made-by-worker", test_made_by_worker);
  g_test_add_func ("/thread/wrapper/in-pool", test_in_pool);
  g_test_add_func ("/thread/wrapper/cancelled", test_cancelled);
  g_test_add_func ("/thread/wrapper/abandoned", test_abandoned);
  g_test_add_func ("/thread/wrapper/foreign", test_foreign);
  g_test_add_data_func ("/thread/wrapper/heard-by-loop", GINT_TO_POINTER (BY_LOOP), test_heard);
  g_test_add_data_func ("/thread/wrapper/heard-by-join", GINT_TO_POINTER (BY_JOIN), test_heard);
  g_test_add_data_func ("/thread/wrapper/heard-by-group-join", GINT_TO_POINTER (BY_GROUP_JOIN), test_heard);
  g_test_add_func ("/thread/wrapper/listened", test_listened);
  g_test_add_func ("/thread/wrapper/over", test_over);
  g_test_add_func ("/thread/wrapper/context-closes", test_context_closes);
  g_test_add_func ("/thread/wrapper/fork", test_fork);

  return g_test_run ();
}
