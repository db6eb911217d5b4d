/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-pool.h"

/* Loops and forks that are cancelled, that block, and that need each other. */

/* Cancelling the thread that has called ends the loop: what runs ends, nothing more begins. */

#define LONG_LOOP 1000000

typedef struct {
  MyThreadPool *pool;
  MyThread *caller;
  gint n_calls;
} Cancelled;

static void
range_cancel_caller (gsize begin,
                     gsize end,
                     gpointer data)
{
  Cancelled *cancelled = data;

  /* Whoever comes later as well: nobody goes on while another one, which is held up, is yet to do it. */
  if (g_atomic_int_add (&cancelled->n_calls, 1) >= 10) {
    my_thread_cancel (cancelled->caller);
  }
}

static void
run_cancelled_loop (MyThread *thread,
                    gpointer data,
                    GError **error)
{
  Cancelled *cancelled = data;

  g_atomic_pointer_set (&cancelled->caller, thread);
  my_parallel_for (cancelled->pool, 0, LONG_LOOP, 1, range_cancel_caller, cancelled);
  g_assert_true (my_thread_set_error_if_cancelled (thread, error));
}

static void
check_cancelled (MyThreadPool *pool,
                 gpointer executor)
{
  Cancelled cancelled = { .pool = pool };
  MyThread *thread = my_thread_new (NULL, run_cancelled_loop, &cancelled, NULL);

  my_thread_set_executor (thread, executor);
  g_assert_true (my_thread_start (thread, NULL));
  my_test_wait_until (my_test_is_over, thread);
  my_test_assert_fails (my_thread_join (thread, &error_), G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (cancelled.n_calls, >, 10);
  g_assert_cmpint (cancelled.n_calls, <, LONG_LOOP);
  g_assert_finalize_object (thread);
}

static void
test_cancelled (void)
{
  for (guint max = 1; max <= 3; max++) {
    MyThreadPool *pool = my_thread_pool_new ("cancelled", max);

    for (guint i = 0; i < 10; i++) {
      check_cancelled (pool, NULL);
      check_cancelled (pool, pool);
      check_cancelled (NULL, pool);
    }
    my_test_pool_finish (pool);
  }
}

/* Cancelled before: nothing is begun. But of two functions, both are called. */

static void
range_never (gsize begin,
             gsize end,
             gpointer unused)
{
  g_assert_not_reached ();
}

static void
run_loop_when_cancelled (MyThread *thread,
                         gpointer pool,
                         GError **error)
{
  gint n = 0;

  my_thread_cancel (thread);
  my_parallel_for (pool, 0, 1000, 1, range_never, NULL);
  my_parallel_for (pool, 0, 1000, 0, range_never, NULL);
  my_parallel_invoke (pool, my_test_task_count, &n, my_test_task_count, &n);
  g_assert_cmpint (n, ==, 2);
}

static void
test_cancelled_before (void)
{
  MyThreadPool *pool = my_thread_pool_new ("cancelled", 2);

  my_test_finish (my_test_start (NULL, run_loop_when_cancelled, pool));
  my_test_finish (my_test_submit (pool, run_loop_when_cancelled, pool));
  my_test_pool_finish (pool);
}

/* A loop in a loop is the same thread's, wherever the outer piece is. */

static void
range_nest_cancelled (gsize begin,
                      gsize end,
                      gpointer data)
{
  Cancelled *cancelled = data;

  my_parallel_for (cancelled->pool, 0, 1000, 1, range_cancel_caller, cancelled);
}

static void
run_nested_loops (MyThread *thread,
                  gpointer data,
                  GError **error)
{
  Cancelled *cancelled = data;

  cancelled->caller = thread;
  my_parallel_for (cancelled->pool, 0, 1000, 1, range_nest_cancelled, cancelled);
}

static void
test_cancelled_nested (void)
{
  MyThreadPool *pool = my_thread_pool_new ("cancelled", 3);
  Cancelled cancelled = { .pool = pool };

  my_test_finish (my_test_submit (pool, run_nested_loops, &cancelled));
  g_assert_cmpint (cancelled.n_calls, >, 10);
  g_assert_cmpint (cancelled.n_calls, <, 1000 * 1000);
  my_test_pool_finish (pool);
}

/* Cancelling another thread is nothing to it. */

static void
range_cancel_other (gsize begin,
                    gsize end,
                    gpointer data)
{
  Cancelled *cancelled = data;

  my_thread_cancel (cancelled->caller);
  g_atomic_int_inc (&cancelled->n_calls);
}

static void
test_cancelled_other (void)
{
  MyThreadPool *pool = my_thread_pool_new ("cancelled", 2);
  Cancelled cancelled = { .pool = pool, .caller = my_thread_new (NULL, NULL, NULL, NULL) };

  my_parallel_for (pool, 0, 100, 1, range_cancel_other, &cancelled);
  g_assert_cmpint (cancelled.n_calls, ==, 100);
  g_assert_finalize_object (cancelled.caller);
  my_test_pool_finish (pool);
}

/* Blocking inside. */

typedef struct {
  MyThreadPool *pool;
  gint n;
} Blocking;

static void
range_sleep (gsize begin,
             gsize end,
             gpointer data)
{
  Blocking *blocking = data;

  g_assert_true (my_thread_sleep (100, NULL));
  g_atomic_int_add (&blocking->n, (gint) (end - begin));
}

static void
range_join (gsize begin,
            gsize end,
            gpointer data)
{
  Blocking *blocking = data;
  MyThread *thread = my_test_submit (blocking->pool, my_test_run_nothing, NULL);
  MyThread *other = my_test_start (NULL, my_test_run_nothing, NULL);

  g_assert_true (my_thread_join (thread, NULL));
  g_assert_true (my_thread_join (other, NULL));
  g_object_unref (thread);
  g_object_unref (other);
  g_atomic_int_add (&blocking->n, (gint) (end - begin));
}

static void
range_push (gsize begin,
            gsize end,
            gpointer data)
{
  Blocking *blocking = data;

  my_test_push (blocking->pool, my_test_task_count, &blocking->n);
}

static void
test_blocking (void)
{
  for (guint max = 1; max <= 3; max++) {
    Blocking blocking = { .pool = my_thread_pool_new ("blocking", max) };

    my_parallel_for (blocking.pool, 0, 50, 1, range_sleep, &blocking);
    g_assert_cmpint (blocking.n, ==, 50);
    my_parallel_for (blocking.pool, 0, 50, 1, range_join, &blocking);
    g_assert_cmpint (blocking.n, ==, 100);
    my_parallel_for (blocking.pool, 0, 50, 1, range_push, &blocking);
    my_test_iterate_pending (NULL);
    my_test_pool_finish (blocking.pool);
    g_assert_cmpint (blocking.n, ==, 150);
  }
}

/* One worker, and a piece that waits for what stands in the queue: somebody has to come for it. */

typedef struct {
  MyThreadPool *pool;
  MyTestGate gate;
} Queue;

static void
range_wait_in_brackets (gsize begin,
                        gsize end,
                        gpointer data)
{
  Queue *queue = data;

  my_test_push (queue->pool, my_test_task_open, &queue->gate);
  my_thread_pool_begin_blocking ();
  my_test_gate_wait_count (&queue->gate, (guint) begin + 1);
  my_thread_pool_end_blocking ();
}

static void
run_wait_in_brackets (MyThread *thread,
                      gpointer data,
                      GError **error)
{
  Queue *queue = data;

  my_parallel_for (queue->pool, 0, 10, 1, range_wait_in_brackets, queue);
}

static void
test_brackets (void)
{
  Queue queue = { .pool = my_thread_pool_new ("brackets", 1) };

  my_test_gate_init (&queue.gate);
  my_test_finish (my_test_submit (queue.pool, run_wait_in_brackets, &queue));
  my_test_pool_finish (queue.pool);
  my_test_gate_clear (&queue.gate);
}

/* A caller that waits for others' pieces does nothing else: it may hold a lock that other work needs. */

typedef struct {
  MyThreadPool *pool;
  GMutex lock;
  gint n;
} Locked;

static void
range_without_lock (gsize begin,
                    gsize end,
                    gpointer data)
{
  g_thread_yield ();
}

static void
task_loop_with_lock (gpointer data)
{
  Locked *locked = data;

  g_mutex_lock (&locked->lock);
  my_parallel_for (locked->pool, 0, 20, 1, range_without_lock, NULL);
  my_parallel_invoke (locked->pool, my_test_task_nothing, NULL, my_test_task_nothing, NULL);
  locked->n++;
  g_mutex_unlock (&locked->lock);
}

static void
test_lock_held (void)
{
  for (guint max = 1; max <= 3; max++) {
    Locked locked = { .pool = my_thread_pool_new ("locked", max) };

    g_mutex_init (&locked.lock);
    for (guint i = 0; i < 200; i++) {
      my_test_push (locked.pool, task_loop_with_lock, &locked);
      if (i % 20 == 0) {
        task_loop_with_lock (&locked);
      }
    }
    my_test_pool_finish (locked.pool);
    g_assert_cmpint (locked.n, ==, 210);
    g_mutex_clear (&locked.lock);
  }
}

/* A piece that needs the end of the thread whose piece it is. */

typedef struct {
  MyThreadPool *pool;
  MyThread *caller;
  MyTestGate arrived;
  guint n_pieces;
  gint n_deadlocks;
} Circle;

static void
range_join_caller (gsize begin,
                   gsize end,
                   gpointer data)
{
  Circle *circle = data;

  /* Each of them on an OS thread of its own. */
  my_test_gate_open (&circle->arrived);
  my_test_gate_wait_count (&circle->arrived, circle->n_pieces);
  my_test_assert_fails (my_thread_join (circle->caller, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK);
  g_atomic_int_inc (&circle->n_deadlocks);
}

static void
run_circle (MyThread *thread,
            gpointer data,
            GError **error)
{
  Circle *circle = data;

  circle->caller = thread;
  my_parallel_for (circle->pool, 0, circle->n_pieces, 1, range_join_caller, circle);
}

static void
test_ancestor (gconstpointer n_pieces)
{
  Circle circle = { .pool = my_thread_pool_new ("circle", 2), .n_pieces = GPOINTER_TO_UINT (n_pieces) };
  MyThread *thread;

  my_test_gate_init (&circle.arrived);
  thread = my_test_submit (circle.pool, run_circle, &circle);
  my_test_wait_until (my_test_is_over, thread);
  g_assert_cmpint (circle.n_deadlocks, ==, (gint) circle.n_pieces);
  my_test_finish (thread);
  my_test_pool_finish (circle.pool);
  my_test_gate_clear (&circle.arrived);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/parallel-waits/cancelled", test_cancelled);
  g_test_add_func ("/parallel-waits/cancelled-before", test_cancelled_before);
  g_test_add_func ("/parallel-waits/cancelled-nested", test_cancelled_nested);
  g_test_add_func ("/parallel-waits/cancelled-other", test_cancelled_other);
  g_test_add_func ("/parallel-waits/blocking", test_blocking);
  g_test_add_func ("/parallel-waits/brackets", test_brackets);
  g_test_add_func ("/parallel-waits/lock-held", test_lock_held);
  g_test_add_data_func ("/parallel-waits/ancestor/1", GUINT_TO_POINTER (1), test_ancestor);
  g_test_add_data_func ("/parallel-waits/ancestor/2", GUINT_TO_POINTER (2), test_ancestor);

  return g_test_run ();
}
