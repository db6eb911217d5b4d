/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <stdlib.h>
#include <unistd.h>

#include "my-test-pool.h"

/* A pool, and the end of its process, and a process that is born of it. */

static gint n_run;

static void
use (gpointer pool)
{
  MyThread *thread;
  gint n = 0;

  g_assert_cmpuint (my_thread_pool_get_n_queued (pool), ==, 0);
  g_assert_cmpuint (my_thread_pool_get_n_active (pool), ==, 0);
  for (guint i = 0; i < 50; i++) {
    my_test_push (pool, my_test_task_count, &n);
  }
  thread = my_test_submit (pool, my_test_run_nothing, NULL);
  my_test_finish (thread);
  g_assert_true (my_thread_pool_shutdown (pool, MY_SHUTDOWN_DRAIN, NULL));
  g_assert_cmpint (n, ==, 50);
}

/* Idle, or never used. */
static void
test_fork_idle (void)
{
  for (guint n_tasks = 0; n_tasks < 3; n_tasks++) {
    MyThreadPool *pool = my_thread_pool_new ("forked", 2);

    for (guint i = 0; i < n_tasks; i++) {
      my_test_push (pool, my_test_task_nothing, NULL);
    }
    my_test_pool_wait_until_idle (pool, n_tasks);
    my_test_in_child (use, pool);
    my_test_pool_finish (pool);
  }
}

/* What is queued is the parent's. */

typedef struct {
  MyThreadPool *pool;
  MyThread *running;
  MyThread *queued;
  MyTestBlock block;
} Busy;

static void
check_busy (gpointer data)
{
  Busy *busy = data;
  MyThread *threads[] = { busy->running, busy->queued };

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    g_assert_cmpint (my_thread_get_state (threads[i]), ==, MY_THREAD_STATE_CANCELLED);
    my_test_assert_fails (my_thread_join (threads[i], &error_), G_IO_ERROR, G_IO_ERROR_CANCELLED);
  }
  g_assert_cmpint (g_atomic_int_get (&n_run), ==, 0);
  use (busy->pool);
  g_assert_cmpint (g_atomic_int_get (&n_run), ==, 0);
}

static void
test_fork_busy (void)
{
  Busy busy = { .pool = my_thread_pool_new ("forked", 2) };

  n_run = 0;
  my_test_block_init (&busy.block);
  my_test_pool_hold (busy.pool, &busy.block, 1);
  busy.running = my_test_submit (busy.pool, my_test_run_block, &busy.block);
  my_test_gate_wait_count (&busy.block.entered, 2);
  for (guint i = 0; i < 20; i++) {
    my_test_push (busy.pool, my_test_task_count, &n_run);
  }
  busy.queued = my_test_submit (busy.pool, my_test_run_nothing, NULL);
  my_test_in_child (check_busy, &busy);

  /* The parent has noticed nothing. */
  g_assert_cmpuint (my_thread_pool_get_n_queued (busy.pool), ==, 21);
  my_test_gate_open (&busy.block.release);
  my_test_finish (busy.running);
  my_test_finish (busy.queued);
  my_test_pool_finish (busy.pool);
  g_assert_cmpint (n_run, ==, 20);
  my_test_block_clear (&busy.block);
}

/* Forked by a worker: it is no worker there. */

static void
check_in_worker (gpointer pool)
{
  g_assert_true (my_thread_get_main () == my_thread_get_current ());
  use (pool);
}

static void
task_fork (gpointer pool)
{
  my_test_in_child (check_in_worker, pool);
}

static void
run_fork (MyThread *thread,
          gpointer pool,
          GError **error)
{
  my_test_in_child (check_in_worker, pool);
}

static void
test_fork_in_worker (void)
{
  MyThreadPool *pool = my_thread_pool_new ("forked", 2);
  MyThread *thread;

  my_test_push (pool, task_fork, pool);
  my_test_pool_wait_until_idle (pool, 1);
  thread = my_test_submit (pool, run_fork, pool);
  my_test_wait_until (my_test_is_over, thread);
  my_test_finish (thread);
  my_test_pool_finish (pool);
}

/* One that was shut down stays so. */

static void
check_is_shut (gpointer pool)
{
  my_test_assert_fails (my_thread_pool_push (pool, my_test_task_nothing, NULL, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_SHUT_DOWN);
  g_assert_true (my_thread_pool_shutdown (pool, MY_SHUTDOWN_CANCEL, NULL));
}

static void
test_fork_shut (void)
{
  MyThreadPool *pool = my_thread_pool_new ("forked", 2);

  my_test_push (pool, my_test_task_nothing, NULL);
  g_assert_true (my_thread_pool_shutdown (pool, MY_SHUTDOWN_DRAIN, NULL));
  my_test_in_child (check_is_shut, pool);
  my_test_pool_finish (pool);
}

/* In the middle of a parallel loop. */

static void
range_fork_once (gsize begin,
                 gsize end,
                 gpointer n_forked)
{
  if (g_atomic_int_add ((gint *) n_forked, 1) == 0) {
    MyThreadPool *pool = my_thread_pool_new ("in the child", 2);

    my_test_in_child (use, pool);
    my_test_pool_finish (pool);
  }
}

static void
test_fork_in_loop (void)
{
  MyThreadPool *pool = my_thread_pool_new ("forked", 2);
  gint n_forked = 0;

  my_parallel_for (pool, 0, 100, 1, range_fork_once, &n_forked);
  g_assert_cmpint (n_forked, ==, 100);
  my_test_pool_finish (pool);
}

static void
check_default (gpointer unused)
{
  MyThread *thread = my_test_submit (my_thread_pool_get_default (), my_test_run_nothing, NULL);
  gint n = 0;

  my_parallel_for (NULL, 0, 1, 1, range_fork_once, &(gint){ 1 });
  my_test_push (my_thread_pool_get_default (), my_test_task_count, &n);
  my_test_finish (thread);
  my_test_wait_until (my_test_is_set, &n);
}

static void
test_fork_default (void)
{
  my_test_push (my_thread_pool_get_default (), my_test_task_nothing, NULL);
  my_test_in_child (check_default, NULL);
  check_default (NULL);
}

/* exit */

#define WORD "the work is done"

static MyTestGate exiting;

static void
run_until_exit (MyThread *thread,
                gpointer unused,
                GError **error)
{
  my_test_gate_wait (&exiting);
  my_test_wait_until_asleep (my_thread_get_main ());
  g_print (WORD "\n");
}

/* A thread on a pool is a thread: exit() waits for those that run and those that are queued. */
static void
test_exit_waits (void)
{
  static MyThreadPool *pool;

  if (!my_test_is_apart ()) {
    g_test_trap_assert_stdout ("*" WORD "*" WORD "*");
    return;
  }
  pool = my_thread_pool_new ("exit", 1);
  my_test_submit (pool, run_until_exit, NULL);
  my_test_submit (pool, run_until_exit, NULL);
  my_test_gate_open (&exiting);
  exit (0);
}

/* Idle workers, and tasks that never end, hold nobody up. */
static void
test_exit_with_tasks (void)
{
  static MyThreadPool *pools[2];
  static MyTestBlock block;

  if (!my_test_is_apart ()) {
    return;
  }
  my_test_block_init (&block);
  for (guint i = 0; i < G_N_ELEMENTS (pools); i++) {
    pools[i] = my_thread_pool_new ("exit", 2);
  }
  my_test_push (pools[0], my_test_task_nothing, NULL);
  my_test_pool_hold (pools[1], &block, 1);
  my_test_push (my_thread_pool_get_default (), my_test_task_nothing, NULL);
  exit (0);
}

static void
task_exit_process (gpointer unused)
{
  exit (0);
}

static void
run_exit_process (MyThread *thread,
                  gpointer unused,
                  GError **error)
{
  exit (0);
}

/* By a worker. */
static void
test_exit_in_worker (gconstpointer as_thread)
{
  static MyThreadPool *pool;

  if (!my_test_is_apart ()) {
    return;
  }
  pool = my_thread_pool_new ("exit", 2);
  if (as_thread) {
    my_test_submit (pool, run_exit_process, NULL);
  } else {
    my_test_push (pool, task_exit_process, NULL);
  }
  my_thread_sleep (-1, NULL);
  g_assert_not_reached ();
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/pool-process/fork-idle", test_fork_idle);
  g_test_add_func ("/pool-process/fork-busy", test_fork_busy);
  g_test_add_func ("/pool-process/fork-in-worker", test_fork_in_worker);
  g_test_add_func ("/pool-process/fork-shut", test_fork_shut);
  g_test_add_func ("/pool-process/fork-in-loop", test_fork_in_loop);
  g_test_add_func ("/pool-process/fork-default", test_fork_default);
  g_test_add_func ("/pool-process/exit-waits", test_exit_waits);
  g_test_add_func ("/pool-process/exit-with-tasks", test_exit_with_tasks);
  g_test_add_data_func ("/pool-process/exit-in-worker/task", NULL, test_exit_in_worker);
  g_test_add_data_func ("/pool-process/exit-in-worker/thread", "", test_exit_in_worker);

  return g_test_run ();
}
