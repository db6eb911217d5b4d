/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-thread.h"

#include <stdlib.h>

/* The end of a process: exit() and the return from main() wait for every thread that is no daemon. */

#define WORD "the worker has done its work"

static MyTestGate exiting;

/* Runs on until the process is on its way out, and then says that it has. */
static void
run_until_exit (MyThread *thread,
                gpointer  unused,
                GError  **error)
{
  my_test_gate_wait (&exiting);
  my_test_wait_until_asleep (my_thread_get_main ());
  g_print (WORD "\n");
}

static void
test_exit_waits (void)
{
  if (!g_test_subprocess ()) {
    my_test_trap ();
    g_test_trap_assert_stdout ("*" WORD "*");
    return;
  }
  my_test_gate_init (&exiting);
  my_test_start (NULL, run_until_exit, NULL);
  my_test_gate_open (&exiting);
  exit (0);
}

static void
test_return_waits (void)
{
  if (!g_test_subprocess ()) {
    my_test_trap ();
    g_test_trap_assert_stdout ("*" WORD "*");
    return;
  }
  my_test_gate_init (&exiting);
  my_test_start (NULL, run_until_exit, NULL);
  my_test_gate_open (&exiting);
  /* g_test_run() and main() return. */
}

static void
test_daemon (void)
{
  MyTestBlock *block;
  MyThread *thread;

  if (!g_test_subprocess ()) {
    my_test_trap ();
    return;
  }
  block = g_new0 (MyTestBlock, 1);
  my_test_block_init (block);
  thread = my_thread_new (NULL, my_test_run_sleep, block, NULL);
  my_thread_set_daemon (thread, TRUE);
  g_assert_true (my_thread_start (thread, NULL));
  my_test_gate_wait (&block->entered);
  exit (0);
}

/* One that waits for its turn is waited for, too. */
static void
test_queued (void)
{
  MyThreadGroup *group;
  MyThread *running, *queued;

  if (!g_test_subprocess ()) {
    my_test_trap ();
    g_test_trap_assert_stdout ("*" WORD "*" WORD "*");
    return;
  }
  my_test_gate_init (&exiting);
  group = my_thread_group_new ("narrow", NULL);
  my_thread_group_set_max_running (group, 1);
  running = my_test_thread_new_in_group (group, run_until_exit, NULL);
  queued = my_test_thread_new_in_group (group, run_until_exit, NULL);
  g_assert_true (my_thread_start (running, NULL));
  g_assert_true (my_thread_start (queued, NULL));
  g_assert_cmpint (my_thread_get_state (queued), ==, MY_THREAD_STATE_QUEUED);
  my_test_gate_open (&exiting);
  exit (0);
}

/* One that is started while exit() waits. */

static void
run_start_another (MyThread *thread,
                   gpointer  unused,
                   GError  **error)
{
  my_test_gate_wait (&exiting);
  my_test_wait_until_asleep (my_thread_get_main ());
  my_test_start (NULL, run_until_exit, NULL);
}

static void
test_started_late (void)
{
  if (!g_test_subprocess ()) {
    my_test_trap ();
    g_test_trap_assert_stdout ("*" WORD "*");
    return;
  }
  my_test_gate_init (&exiting);
  my_test_start (NULL, run_start_another, NULL);
  my_test_gate_open (&exiting);
  exit (0);
}

/* exit() in a worker does not wait for itself, nor for who waits for it. */

static void
run_exit (MyThread *thread,
          gpointer  block,
          GError  **error)
{
  my_test_run_block (thread, block, error);
  exit (0);
}

static void
test_exit_in_worker (void)
{
  MyTestBlock block;
  MyThread *worker, *waiter;

  if (!g_test_subprocess ()) {
    my_test_trap ();
    return;
  }
  my_test_block_init (&block);
  worker = my_test_start (NULL, run_exit, &block);
  waiter = my_test_start (NULL, my_test_run_join, worker);
  my_test_wait_until_asleep (waiter);
  my_test_gate_open (&block.release);
  my_thread_join (worker, NULL);
  g_assert_not_reached ();
}

/* It waits for the others. */

static void
run_say_word (MyThread *thread,
              gpointer  worker,
              GError  **error)
{
  my_test_gate_wait (&exiting);
  my_test_wait_until_asleep (worker);
  g_print (WORD "\n");
}

static void
run_open_and_exit (MyThread *thread,
                   gpointer  unused,
                   GError  **error)
{
  my_test_gate_open (&exiting);
  exit (0);
}

static void
test_exit_in_worker_waits (void)
{
  MyThread *worker;

  if (!g_test_subprocess ()) {
    my_test_trap ();
    g_test_trap_assert_stdout ("*" WORD "*");
    return;
  }
  my_test_gate_init (&exiting);
  worker = my_thread_new (NULL, run_open_and_exit, NULL, NULL);
  my_test_start (NULL, run_say_word, worker);
  g_assert_true (my_thread_start (worker, NULL));
  my_thread_join (worker, NULL);
  g_assert_not_reached ();
}

/* A program that has only looked leaves as one that has not. */
static void
test_exit_of_nothing (void)
{
  if (!g_test_subprocess ()) {
    my_test_trap ();
    return;
  }
  g_assert_cmpuint (my_thread_active_count (), ==, 1);
  exit (0);
}

/* Objects that were never started do not hold anybody up, nor does one that has ended. */
static void
test_exit_with_new_and_ended (void)
{
  static MyThread *is_new, *has_ended;

  if (!g_test_subprocess ()) {
    my_test_trap ();
    return;
  }
  /* Leak checkers find what can be reached. */
  is_new = my_thread_new (NULL, NULL, NULL, NULL);
  has_ended = my_test_start (NULL, my_test_run_nothing, NULL);
  g_assert_cmpint (my_thread_get_state (is_new), ==, MY_THREAD_STATE_NEW);
  g_assert_true (my_thread_join (has_ended, NULL));
  exit (0);
}

/* An error that comes when nobody is left to look at it is logged. */

static void
run_fail_at_exit (MyThread *thread,
                  gpointer  unused,
                  GError  **error)
{
  my_test_gate_wait (&exiting);
  my_test_wait_until_asleep (my_thread_get_main ());
  my_test_run_fail (thread, NULL, error);
}

static void
test_exit_with_failure (void)
{
  if (!g_test_subprocess ()) {
    my_test_trap ();
    g_test_trap_assert_stderr ("*the-last-one*" MY_TEST_FAILURE "*");
    return;
  }
  g_log_set_always_fatal (G_LOG_FATAL_MASK);
  my_test_gate_init (&exiting);
  g_object_unref (my_test_start ("the-last-one", run_fail_at_exit, NULL));
  my_test_gate_open (&exiting);
  exit (0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/process/exit-waits", test_exit_waits);
  g_test_add_func ("/process/return-waits", test_return_waits);
  g_test_add_func ("/process/daemon", test_daemon);
  g_test_add_func ("/process/queued", test_queued);
  g_test_add_func ("/process/started-late", test_started_late);
  g_test_add_func ("/process/exit-in-worker", test_exit_in_worker);
  g_test_add_func ("/process/exit-in-worker-waits", test_exit_in_worker_waits);
  g_test_add_func ("/process/exit-of-nothing", test_exit_of_nothing);
  g_test_add_func ("/process/exit-with-new-and-ended", test_exit_with_new_and_ended);
  g_test_add_func ("/process/exit-with-failure", test_exit_with_failure);

  return g_test_run ();
}
