/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-log.h"
#include "my-test-pool.h"
#include "my-test-thread.h"

#include <unistd.h>

/* The end of a pool for who does not wait for it: shutdown_async(), and shutdown_timeout(). */

/* A shutdown_async() and what came of it. */
typedef struct {
  MyThreadPool *pool;
  MyTestLog *log; /* or NULL */
  GThread *called_in;
  gint n_called;
  gboolean is_over;
  GError *error;
} Outcome;

static void
on_shut_down (GObject *source,
              GAsyncResult *result,
              gpointer user_data)
{
  Outcome *outcome = user_data;

  g_assert_true (source == G_OBJECT (outcome->pool));
  g_assert_true (g_async_result_get_source_object (result) == source);
  g_object_unref (source);
  outcome->called_in = g_thread_self ();
  outcome->is_over = my_thread_pool_shutdown_finish (outcome->pool, result, &outcome->error);
  if (outcome->log != NULL) {
    my_test_log_add (outcome->log, "shut-down");
  }
  g_atomic_int_inc (&outcome->n_called);
}

static void
shut_down_async (Outcome *outcome,
                 MyShutdownMode mode,
                 GCancellable *cancellable)
{
  my_thread_pool_shutdown_async (outcome->pool, mode, cancellable, on_shut_down, outcome);
}

static void
assert_over (Outcome *outcome)
{
  my_test_iterate_until (NULL, my_test_is_set, &outcome->n_called);
  g_assert_no_error (outcome->error);
  g_assert_true (outcome->is_over);
  g_assert_true (outcome->called_in == g_thread_self ());
  g_assert_cmpint (outcome->n_called, ==, 1);
}

static void
assert_cancelled (Outcome *outcome)
{
  my_test_iterate_until (NULL, my_test_is_set, &outcome->n_called);
  g_assert_false (outcome->is_over);
  g_assert_error (outcome->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&outcome->error);
  g_assert_cmpint (outcome->n_called, ==, 1);
}

static void
assert_refuses (MyThreadPool *pool)
{
  GError *error = NULL;

  g_assert_false (my_thread_pool_push (pool, my_test_task_nothing, NULL, &error));
  g_assert_error (error, MY_THREAD_ERROR, MY_THREAD_ERROR_SHUT_DOWN);
  g_clear_error (&error);
}

static void
assert_times_out (MyThreadPool *pool,
                  gint64 timeout_us)
{
  GError *error = NULL;

  g_assert_false (my_thread_pool_shutdown_timeout (pool, MY_SHUTDOWN_DRAIN, timeout_us, &error));
  g_assert_error (error, MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT);
  g_clear_error (&error);
  assert_refuses (pool);
}

static gpointer
shut_down_and_wait (gpointer pool)
{
  GError *error = NULL;

  g_assert_true (my_thread_pool_shutdown (pool, MY_SHUTDOWN_DRAIN, &error));
  g_assert_no_error (error);
  return NULL;
}

/* A pool that was never used, and one that was. It is never called before shutdown_async() has returned. */
static void
test_idle (gconstpointer data)
{
  MyShutdownMode mode = (MyShutdownMode) GPOINTER_TO_INT (data);

  for (guint n_tasks = 0; n_tasks < 3; n_tasks++) {
    Outcome outcome = { .pool = my_thread_pool_new ("idle", 2) };

    for (guint i = 0; i < n_tasks; i++) {
      my_test_push (outcome.pool, my_test_task_nothing, NULL);
    }
    my_test_pool_wait_until_idle (outcome.pool, n_tasks);
    shut_down_async (&outcome, mode, NULL);
    g_assert_cmpint (outcome.n_called, ==, 0);
    assert_refuses (outcome.pool);
    assert_over (&outcome);
    my_test_iterate_pending (NULL);
    g_assert_cmpint (outcome.n_called, ==, 1);
    g_assert_finalize_object (outcome.pool);
  }
}

/* All that is queued is run meanwhile, and the loop goes on; the callback comes after what the threads have to tell. */
static void
test_drain (void)
{
  Outcome outcome = { .pool = my_thread_pool_new ("drain", 1), .log = my_test_log_new () };
  MyTestBlock block;
  MyThread *thread;
  gint n = 0;

  my_test_block_init (&block);
  my_test_pool_hold (outcome.pool, &block, 1);
  for (guint i = 0; i < 50; i++) {
    my_test_push (outcome.pool, my_test_task_count, &n);
  }
  thread = my_test_submit (outcome.pool, my_test_run_nothing, NULL);
  my_test_log_watch (outcome.log, thread, NULL, "finished");
  shut_down_async (&outcome, MY_SHUTDOWN_DRAIN, NULL);
  my_test_iterate_pending (NULL);
  g_assert_cmpint (outcome.n_called, ==, 0);
  assert_refuses (outcome.pool);
  my_test_gate_open (&block.release);
  assert_over (&outcome);
  g_assert_cmpint (n, ==, 50);
  my_test_assert_log (outcome.log, "finished shut-down");
  my_test_log_unwatch (outcome.log, thread);
  my_test_finish (thread);
  my_test_release (outcome.pool);
  my_test_log_free (outcome.log);
  my_test_block_clear (&block);
}

static void
add_one (gpointer n)
{
  g_atomic_int_inc ((gint *) n);
}

static void
test_cancel (void)
{
  Outcome outcome = { .pool = my_thread_pool_new ("cancel", 1) };
  gint n_run = 0, n_destroyed = 0;
  MyTestBlock block;
  MyThread *running, *queued;
  GError *error = NULL;

  my_test_block_init (&block);
  running = my_test_submit (outcome.pool, my_test_run_sleep, &block);
  my_test_gate_wait (&block.entered);
  my_test_pool_hold (outcome.pool, &block, 1);
  my_test_push (outcome.pool, my_test_task_count, &n_run);
  g_assert_true (my_thread_pool_push_full (outcome.pool, my_test_task_nothing, &n_destroyed, add_one, NULL));
  queued = my_test_submit (outcome.pool, my_test_run_nothing, NULL);
  shut_down_async (&outcome, MY_SHUTDOWN_CANCEL, NULL);
  g_assert_cmpint (n_destroyed, ==, 1);
  g_assert_cmpint (my_thread_get_state (queued), ==, MY_THREAD_STATE_CANCELLED);
  my_test_iterate_pending (NULL);
  g_assert_cmpint (outcome.n_called, ==, 0);
  my_test_gate_open (&block.release);
  assert_over (&outcome);
  g_assert_cmpint (n_run, ==, 0);
  g_assert_false (my_thread_join (running, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_object_unref (running);
  g_object_unref (queued);
  my_test_release (outcome.pool);
  my_test_block_clear (&block);
}

/* Threads that wait in their groups come to the closed pool one after the other, and no worker is there in between. */
static void
test_groups (void)
{
  MyThreadGroup *groups[2] = { my_thread_group_new ("a", NULL), my_thread_group_new ("b", NULL) };
  Outcome outcome = { .pool = my_thread_pool_new ("groups", 1), .log = my_test_log_new () };
  MyThread *threads[20], *outside[2];
  MyTestBlock block;

  my_test_block_init (&block);
  /* Each has the one slot of its group, and is none of the pool's. */
  for (guint i = 0; i < G_N_ELEMENTS (groups); i++) {
    my_thread_group_set_max_running (groups[i], 1);
    outside[i] = my_thread_group_run (groups[i], NULL, my_test_run_block, &block, NULL, NULL);
  }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    threads[i] = my_test_thread_new_in_group (groups[i % G_N_ELEMENTS (groups)], my_test_run_nothing, NULL);
    my_test_log_watch (outcome.log, threads[i], NULL, "finished");
    g_assert_true (my_executor_submit (MY_EXECUTOR (outcome.pool), threads[i], NULL));
  }
  assert_times_out (outcome.pool, 0);
  assert_times_out (outcome.pool, 1000);
  shut_down_async (&outcome, MY_SHUTDOWN_DRAIN, NULL);
  my_test_iterate_pending (NULL);
  g_assert_cmpint (outcome.n_called, ==, 0);
  my_test_gate_open (&block.release);
  assert_over (&outcome);
  my_test_assert_log (outcome.log, "finished finished finished finished finished finished finished finished finished finished "
                                   "finished finished finished finished finished finished finished finished finished finished shut-down");
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    g_assert_cmpint (my_thread_get_state (threads[i]), ==, MY_THREAD_STATE_SUCCEEDED);
    my_test_log_unwatch (outcome.log, threads[i]);
    my_test_finish (threads[i]);
  }
  for (guint i = 0; i < G_N_ELEMENTS (groups); i++) {
    my_test_finish (outside[i]);
    my_test_release (groups[i]);
  }
  my_test_release (outcome.pool);
  my_test_log_free (outcome.log);
  my_test_block_clear (&block);
}

/* The cancellable ends the wait, and not the shutdown. */
static void
test_cancellable (void)
{
  MyThreadPool *pool = my_thread_pool_new ("cancellable", 1);
  GCancellable *cancellable = g_cancellable_new ();
  Outcome cancelled = { .pool = pool }, before = { .pool = pool }, other = { .pool = pool };
  MyTestBlock block;
  gint n = 0;

  my_test_block_init (&block);
  my_test_pool_hold (pool, &block, 1);
  my_test_push (pool, my_test_task_count, &n);
  shut_down_async (&cancelled, MY_SHUTDOWN_DRAIN, cancellable);
  shut_down_async (&other, MY_SHUTDOWN_DRAIN, NULL);
  my_test_iterate_pending (NULL);
  g_cancellable_cancel (cancellable);
  assert_cancelled (&cancelled);
  shut_down_async (&before, MY_SHUTDOWN_DRAIN, cancellable);
  g_assert_cmpint (before.n_called, ==, 0);
  assert_cancelled (&before);
  g_assert_cmpint (other.n_called, ==, 0);
  my_test_gate_open (&block.release);
  assert_over (&other);
  g_assert_cmpint (n, ==, 1);
  g_assert_cmpint (cancelled.n_called, ==, 1);
  g_assert_finalize_object (cancellable);
  g_assert_finalize_object (pool);
  my_test_block_clear (&block);
}

/* One that was cancelled before begins the shutdown all the same. */
static void
test_cancelled_before (void)
{
  Outcome outcome = { .pool = my_thread_pool_new ("before", 1) };
  GCancellable *cancellable = g_cancellable_new ();

  g_cancellable_cancel (cancellable);
  shut_down_async (&outcome, MY_SHUTDOWN_DRAIN, cancellable);
  assert_refuses (outcome.pool);
  assert_cancelled (&outcome);
  g_assert_finalize_object (cancellable);
  my_test_pool_finish (outcome.pool);
}

/* The cancellation races with the end. */

static gpointer
cancel_it (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return NULL;
}

static void
test_cancel_race (void)
{
  for (guint i = 0; i < 200; i++) {
    Outcome outcome = { .pool = my_thread_pool_new ("race", 2) };
    GCancellable *cancellable = g_cancellable_new ();
    GThread *canceller;

    for (guint j = 0; j < i % 5; j++) {
      my_test_push (outcome.pool, my_test_task_nothing, NULL);
    }
    shut_down_async (&outcome, i % 2 ? MY_SHUTDOWN_DRAIN : MY_SHUTDOWN_CANCEL, cancellable);
    canceller = g_thread_new ("canceller", cancel_it, cancellable);
    my_test_iterate_until (NULL, my_test_is_set, &outcome.n_called);
    if (!outcome.is_over) {
      g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_clear_error (&outcome.error);
    }
    g_thread_join (canceller);
    my_test_iterate_pending (NULL);
    g_assert_cmpint (outcome.n_called, ==, 1);
    g_assert_finalize_object (cancellable);
    my_test_pool_finish (outcome.pool);
  }
}

/* Several at once, also with those that wait; and again when all is over. */
static void
test_at_once (void)
{
  MyThreadPool *pool = my_thread_pool_new ("at once", 1);
  Outcome outcomes[4] = { { .pool = pool }, { .pool = pool }, { .pool = pool }, { .pool = pool } };
  GThread *closer;
  MyTestBlock block;

  my_test_block_init (&block);
  my_test_pool_hold (pool, &block, 1);
  for (guint i = 0; i < G_N_ELEMENTS (outcomes) - 1; i++) {
    shut_down_async (&outcomes[i], i % 2 ? MY_SHUTDOWN_DRAIN : MY_SHUTDOWN_CANCEL, NULL);
  }
  closer = g_thread_new ("closer", shut_down_and_wait, pool);
  my_test_iterate_pending (NULL);
  my_test_gate_open (&block.release);
  for (guint i = 0; i < G_N_ELEMENTS (outcomes) - 1; i++) {
    assert_over (&outcomes[i]);
  }
  g_thread_join (closer);
  shut_down_async (&outcomes[3], MY_SHUTDOWN_DRAIN, NULL);
  assert_over (&outcomes[3]);
  g_assert_finalize_object (pool);
  my_test_block_clear (&block);
}

/* A task of the pool may call it: it does not wait for itself. */

static void
task_shut_down (gpointer data)
{
  Outcome *outcome = data;
  GError *error = NULL;

  shut_down_async (outcome, MY_SHUTDOWN_DRAIN, NULL);
  assert_refuses (outcome->pool);
  g_assert_false (my_thread_pool_shutdown_timeout (outcome->pool, MY_SHUTDOWN_DRAIN, 0, &error));
  g_assert_error (error, MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK);
  g_clear_error (&error);
}

static void
run_shut_down (MyThread *thread,
               gpointer data,
               GError **error)
{
  task_shut_down (data);
}

static void
test_from_task (void)
{
  Outcome of_task = { .pool = my_thread_pool_new ("task", 1) };
  Outcome of_thread = { .pool = my_thread_pool_new ("thread", 1) };
  MyThread *thread;

  my_test_push (of_task.pool, task_shut_down, &of_task);
  assert_over (&of_task);
  my_test_release (of_task.pool);

  thread = my_test_submit (of_thread.pool, run_shut_down, &of_thread);
  assert_over (&of_thread);
  my_test_finish (thread);
  my_test_release (of_thread.pool);
}

/* It keeps the pool, whose last user has dropped it. */
static void
test_keeps_pool (void)
{
  MyThreadPool *pool = my_thread_pool_new ("kept", 1);
  Outcome outcome = { .pool = pool };
  MyTestBlock block;

  my_test_block_init (&block);
  my_test_pool_hold (pool, &block, 1);
  shut_down_async (&outcome, MY_SHUTDOWN_DRAIN, NULL);
  g_object_add_weak_pointer (G_OBJECT (pool), (gpointer *) &pool);
  g_object_unref (pool);
  my_test_iterate_pending (NULL);
  g_assert_nonnull (pool);
  my_test_gate_open (&block.release);
  assert_over (&outcome);
  g_assert_null (pool);
  my_test_block_clear (&block);
}

static void
test_no_callback (void)
{
  MyThreadPool *pool = my_thread_pool_new ("none", 1);

  my_test_push (pool, my_test_task_nothing, NULL);
  my_thread_pool_shutdown_async (pool, MY_SHUTDOWN_DRAIN, NULL, NULL, NULL);
  g_object_add_weak_pointer (G_OBJECT (pool), (gpointer *) &pool);
  g_object_unref (pool);
  my_test_iterate_until (NULL, my_test_is_null, &pool);
}

/* In the loop of another thread, where it was called. */

static void
shut_down_here (gpointer data)
{
  shut_down_async (data, MY_SHUTDOWN_DRAIN, NULL);
}

static void
test_other_thread (void)
{
  Outcome outcome = { .pool = my_thread_pool_new ("loop", 1) };
  MyTestLoop loop;
  MyTestBlock block;

  my_test_loop_init (&loop);
  my_test_block_init (&block);
  my_test_pool_hold (outcome.pool, &block, 1);
  my_test_loop_call (&loop, shut_down_here, &outcome);
  my_test_gate_open (&block.release);
  my_test_wait_until (my_test_is_set, &outcome.n_called);
  my_test_loop_clear (&loop);
  g_assert_no_error (outcome.error);
  g_assert_true (outcome.is_over);
  g_assert_true (outcome.called_in == loop.thread);
  my_test_pool_finish (outcome.pool);
  my_test_block_clear (&block);
}

static void
note_gone (gpointer is_gone,
           GObject *pool)
{
  g_atomic_int_set ((gint *) is_gone, TRUE);
}

/* The context is dropped before: it is never called, and leaves nothing behind. */
static void
test_context_closes (void)
{
  for (guint is_delivered = 0; is_delivered < 2; is_delivered++) {
    MyThreadPool *pool = my_thread_pool_new ("closes", 1);
    GMainContext *context = g_main_context_new ();
    Outcome outcome = { .pool = pool };
    MyTestBlock block;
    gint is_gone = FALSE;

    my_test_block_init (&block);
    my_test_pool_hold (pool, &block, 1);
    g_main_context_push_thread_default (context);
    shut_down_async (&outcome, MY_SHUTDOWN_DRAIN, NULL);
    if (is_delivered) {
      /* It has looked, and waits for the workers. */
      my_test_iterate_pending (context);
    }
    g_main_context_pop_thread_default (context);
    g_main_context_unref (context);
    g_object_weak_ref (G_OBJECT (pool), note_gone, &is_gone);
    g_object_unref (pool);
    my_test_gate_open (&block.release);
    my_test_wait_until (my_test_is_set, &is_gone);
    my_test_wait_until (my_test_workers_have_left, (gpointer) "closes");
    g_assert_cmpint (outcome.n_called, ==, 0);
    my_test_block_clear (&block);
  }
}

/* fork() in between: nothing comes of it in the child, which may shut the pool down itself; in the parent all is as before. */

static void
shut_down_in_child (gpointer data)
{
  Outcome *outcome = data;
  GMainContext *context = g_main_context_new ();
  Outcome own = { .pool = outcome->pool };

  g_assert_true (my_thread_pool_shutdown (outcome->pool, MY_SHUTDOWN_DRAIN, NULL));
  g_main_context_push_thread_default (context);
  shut_down_async (&own, MY_SHUTDOWN_DRAIN, NULL);
  my_test_iterate_until (context, my_test_is_set, &own.n_called);
  g_assert_true (own.is_over);
  g_assert_cmpint (outcome->n_called, ==, 0);
}

static void
test_fork (void)
{
  Outcome outcome = { .pool = my_thread_pool_new ("fork", 1) };
  MyTestBlock block;
  MyThread *thread;

  my_test_block_init (&block);
  thread = my_test_submit (outcome.pool, my_test_run_block, &block);
  my_test_gate_wait (&block.entered);
  shut_down_async (&outcome, MY_SHUTDOWN_DRAIN, NULL);
  my_test_iterate_pending (NULL);
  my_test_in_child (shut_down_in_child, &outcome);
  my_test_gate_open (&block.release);
  assert_over (&outcome);
  my_test_finish (thread);
  my_test_release (outcome.pool);
  my_test_block_clear (&block);
}

/* What passes between, with all of it at random: it is called once. */

static void
run_start_next (MyThread *thread,
                gpointer pool,
                GError **error)
{
  MyThread *next = my_thread_new (NULL, my_test_run_nothing, NULL, NULL);

  /* Taken, or refused. */
  if (my_executor_submit (pool, next, NULL)) {
    my_thread_join (next, NULL);
  }
  g_object_unref (next);
}

static void
test_race (void)
{
  for (guint i = 0; i < 200; i++) {
    MyThreadPool *pool = my_thread_pool_new ("race", 1 + i % 2);
    Outcome outcomes[2] = { { .pool = pool }, { .pool = pool } };
    MyThreadGroup *group = my_thread_group_new (NULL, NULL);
    MyThread *threads[8];

    my_thread_group_set_max_running (group, i % 3);
    for (guint j = 0; j < G_N_ELEMENTS (threads); j++) {
      threads[j] = my_test_thread_new_in_group (group, run_start_next, pool);
      g_assert_true (my_executor_submit (MY_EXECUTOR (pool), threads[j], NULL));
    }
    shut_down_async (&outcomes[0], MY_SHUTDOWN_DRAIN, NULL);
    if (i % 4 == 0) {
      my_thread_group_cancel (group);
    }
    shut_down_async (&outcomes[1], i % 5 == 0 ? MY_SHUTDOWN_CANCEL : MY_SHUTDOWN_DRAIN, NULL);
    if (i % 7 == 0) {
      g_assert_true (my_thread_pool_shutdown_timeout (pool, MY_SHUTDOWN_DRAIN, G_MAXINT64, NULL));
    }
    assert_over (&outcomes[0]);
    assert_over (&outcomes[1]);
    for (guint j = 0; j < G_N_ELEMENTS (threads); j++) {
      g_assert_false (my_thread_is_alive (threads[j]));
      my_thread_join (threads[j], NULL);
      g_object_unref (threads[j]);
    }
    my_test_release (group);
    my_test_release (pool);
  }
}

/* with a limit */

static void
test_timeout (void)
{
  MyThreadPool *pool = my_thread_pool_new ("timeout", 1);
  MyTestBlock block;
  gint n = 0;

  my_test_block_init (&block);
  my_test_pool_hold (pool, &block, 1);
  my_test_push (pool, my_test_task_count, &n);
  assert_times_out (pool, 0);
  assert_times_out (pool, 1000);
  g_assert_cmpint (n, ==, 0);
  /* It goes on. */
  my_test_gate_open (&block.release);
  my_test_wait_until (my_test_is_set, &n);
  g_assert_true (my_thread_pool_shutdown_timeout (pool, MY_SHUTDOWN_DRAIN, -1, NULL));
  g_assert_true (my_thread_pool_shutdown_timeout (pool, MY_SHUTDOWN_CANCEL, 0, NULL));
  g_assert_true (my_thread_pool_shutdown_timeout (pool, MY_SHUTDOWN_CANCEL, 1, NULL));
  g_assert_finalize_object (pool);
  my_test_block_clear (&block);
}

/* One that was never used is shut down at once. */
static void
test_poll_unused (void)
{
  MyThreadPool *pool = my_thread_pool_new (NULL, 1);

  g_assert_true (my_thread_pool_shutdown_timeout (pool, MY_SHUTDOWN_DRAIN, 0, NULL));
  assert_refuses (pool);
  g_assert_finalize_object (pool);
}

static void
run_shut_down_long (MyThread *thread,
                    gpointer pool,
                    GError **error)
{
  my_thread_pool_shutdown_timeout (pool, MY_SHUTDOWN_DRAIN, G_MAXINT64, error);
}

static void
test_timeout_interrupted (void)
{
  MyThreadPool *pool = my_thread_pool_new ("interrupted", 1);
  MyTestBlock block;
  MyThread *closer;
  GError *error = NULL;

  my_test_block_init (&block);
  my_test_pool_hold (pool, &block, 1);
  closer = my_test_start ("closer", run_shut_down_long, pool);
  my_test_wait_until_waiting (closer);
  my_thread_cancel (closer);
  g_assert_false (my_thread_join (closer, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  my_test_gate_open (&block.release);
  g_object_unref (closer);
  my_test_pool_finish (pool);
  my_test_block_clear (&block);
}

/* bad input */

static void
on_other (GObject *source,
          GAsyncResult *result,
          gpointer done)
{
  MyThreadPool *other = my_thread_pool_new (NULL, 1);

  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*my_thread_pool_shutdown_finish*");
  g_assert_false (my_thread_pool_shutdown_finish (other, result, NULL));
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*my_thread_group_join_finish*");
  g_assert_false (my_thread_group_join_finish (my_thread_group_get_default (), result, NULL));
  g_test_assert_expected_messages ();
  g_object_unref (other);
  g_atomic_int_set ((gint *) done, TRUE);
}

static void
test_bad_input (void)
{
  MyThreadPool *pool = my_thread_pool_new (NULL, 1);
  gint done = FALSE;

  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*my_thread_pool_shutdown_timeout*");
  g_assert_false (my_thread_pool_shutdown_timeout (pool, (MyShutdownMode) 2, 0, NULL));
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*my_thread_pool_shutdown_async*");
  my_thread_pool_shutdown_async (pool, (MyShutdownMode) -1, NULL, on_other, NULL);
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*my_thread_pool_shutdown_async*");
  my_thread_pool_shutdown_async (pool, MY_SHUTDOWN_DRAIN, (GCancellable *) pool, on_other, NULL);
  g_test_assert_expected_messages ();
  my_test_push (pool, my_test_task_nothing, NULL);
  my_thread_pool_shutdown_async (pool, MY_SHUTDOWN_DRAIN, NULL, on_other, &done);
  my_test_iterate_until (NULL, my_test_is_set, &done);
  my_test_iterate_pending (NULL);
  my_test_release (pool);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/pool-shutdown-async/idle/drain", GINT_TO_POINTER (MY_SHUTDOWN_DRAIN), test_idle);
  g_test_add_data_func ("/pool-shutdown-async/idle/cancel", GINT_TO_POINTER (MY_SHUTDOWN_CANCEL), test_idle);
  g_test_add_func ("/pool-shutdown-async/drain", test_drain);
  g_test_add_func ("/pool-shutdown-async/cancel", test_cancel);
  g_test_add_func ("/pool-shutdown-async/groups", test_groups);
  g_test_add_func ("/pool-shutdown-async/cancellable", test_cancellable);
  g_test_add_func ("/pool-shutdown-async/cancelled-before", test_cancelled_before);
  g_test_add_func ("/pool-shutdown-async/cancel-race", test_cancel_race);
  g_test_add_func ("/pool-shutdown-async/at-once", test_at_once);
  g_test_add_func ("/pool-shutdown-async/from-task", test_from_task);
  g_test_add_func ("/pool-shutdown-async/keeps-pool", test_keeps_pool);
  g_test_add_func ("/pool-shutdown-async/no-callback", test_no_callback);
  g_test_add_func ("/pool-shutdown-async/other-thread", test_other_thread);
  g_test_add_func ("/pool-shutdown-async/context-closes", test_context_closes);
  g_test_add_func ("/pool-shutdown-async/fork", test_fork);
  g_test_add_func ("/pool-shutdown-async/race", test_race);
  g_test_add_func ("/pool-shutdown-async/timeout", test_timeout);
  g_test_add_func ("/pool-shutdown-async/poll-unused", test_poll_unused);
  g_test_add_func ("/pool-shutdown-async/timeout-interrupted", test_timeout_interrupted);
  g_test_add_func ("/pool-shutdown-async/bad-input", test_bad_input);

  return g_test_run ();
}
