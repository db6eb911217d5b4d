/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-thread.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* The end of a process: exit() and the return from main() wait for every thread that is no daemon. */

#define WORD "the worker has done its work"

static MyTestGate exiting;

/* Runs on until the process is on its way out, and then says that it has. */
static void
run_until_exit (MyThread *thread,
                gpointer unused,
                GError **error)
{
  my_test_gate_wait (&exiting);
  my_test_wait_until_asleep (my_thread_get_main ());
  g_print (WORD "\n");
}

static void
test_exit_waits (void)
{
  if (!my_test_is_apart ()) {
    g_test_trap_assert_stdout ("*" WORD "*");
    return;
  }
  my_test_start (NULL, run_until_exit, NULL);
  my_test_gate_open (&exiting);
  exit (0);
}

static void
test_return_waits (void)
{
  if (!my_test_is_apart ()) {
    g_test_trap_assert_stdout ("*" WORD "*");
    return;
  }
  my_test_start (NULL, run_until_exit, NULL);
  my_test_gate_open (&exiting);
  /* g_test_run() and main() return. */
}

static void
test_daemon (void)
{
  MyTestBlock *block;
  MyThread *thread;

  if (!my_test_is_apart ()) {
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

  if (!my_test_is_apart ()) {
    g_test_trap_assert_stdout ("*" WORD "*" WORD "*");
    return;
  }
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
                   gpointer unused,
                   GError **error)
{
  my_test_gate_wait (&exiting);
  my_test_wait_until_asleep (my_thread_get_main ());
  my_test_start (NULL, run_until_exit, NULL);
}

static void
test_started_late (void)
{
  if (!my_test_is_apart ()) {
    g_test_trap_assert_stdout ("*" WORD "*");
    return;
  }
  my_test_start (NULL, run_start_another, NULL);
  my_test_gate_open (&exiting);
  exit (0);
}

/* exit() in a worker does not wait for itself, nor for who waits for it. */

static void
run_exit (MyThread *thread,
          gpointer block,
          GError **error)
{
  my_test_run_block (thread, block, error);
  exit (0);
}

static void
test_exit_in_worker (void)
{
  MyTestBlock block;
  MyThread *worker, *waiter;

  if (!my_test_is_apart ()) {
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
              gpointer worker,
              GError **error)
{
  my_test_gate_wait (&exiting);
  my_test_wait_until_asleep (worker);
  g_print (WORD "\n");
}

static void
run_open_and_exit (MyThread *thread,
                   gpointer unused,
                   GError **error)
{
  my_test_gate_open (&exiting);
  exit (0);
}

static void
test_exit_in_worker_waits (void)
{
  MyThread *worker;

  if (!my_test_is_apart ()) {
    g_test_trap_assert_stdout ("*" WORD "*");
    return;
  }
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
  if (!my_test_is_apart ()) {
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

  if (!my_test_is_apart ()) {
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
                  gpointer unused,
                  GError **error)
{
  my_test_gate_wait (&exiting);
  my_test_wait_until_asleep (my_thread_get_main ());
  my_test_run_fail (thread, NULL, error);
}

static void
test_exit_with_failure (void)
{
  if (!my_test_is_apart ()) {
    g_test_trap_assert_stderr ("*the-last-one*" MY_TEST_FAILURE "*");
    return;
  }
  g_log_set_always_fatal (G_LOG_FATAL_MASK);
  g_object_unref (my_test_start ("the-last-one", run_fail_at_exit, NULL));
  my_test_gate_open (&exiting);
  exit (0);
}

/* Nor does anybody look when the threads have ended before, and no loop has told of it: dropped, or still held; of one that was
 * joined nothing is said, and of none twice. */
static void
test_exit_after_failure (void)
{
  static MyThread *held;
  MyThread *threads[3];

  if (!my_test_is_apart ()) {
    g_test_trap_assert_stderr ("*dropped*" MY_TEST_FAILURE "*");
    g_test_trap_assert_stderr ("*held*" MY_TEST_FAILURE "*");
    g_test_trap_assert_stderr_unmatched ("*dropped*dropped*");
    g_test_trap_assert_stderr_unmatched ("*joined*");
    return;
  }
  g_log_set_always_fatal (G_LOG_FATAL_MASK);
  threads[0] = my_test_start ("dropped", my_test_run_fail, NULL);
  threads[1] = held = my_test_start ("held", my_test_run_fail, NULL);
  threads[2] = my_test_start ("joined", my_test_run_fail, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++) {
    my_test_wait_until (my_test_is_over, threads[i]);
  }
  g_assert_false (my_thread_join (threads[2], NULL));
  g_object_unref (threads[0]);
  g_object_unref (threads[2]);
  exit (0);
}

/* One that another thread joins is looked at, also where exit() waits for it: each in a process of its own, many times. */

static void
run_join_last (MyThread *thread,
               gpointer last,
               GError **error)
{
  GError *ignored = NULL;

  my_test_gate_open (&exiting);
  g_assert_false (my_thread_join (last, &ignored));
  g_clear_error (&ignored);
}

static void
test_exit_with_joined_failure (void)
{
  if (!g_test_subprocess ()) {
    for (guint i = 0; i < 20; i++) {
      my_test_is_apart ();
    }
    return;
  }
  my_test_start ("joiner", run_join_last, my_test_start ("joined", run_fail_at_exit, NULL));
  exit (0);
}

/* Forks a child that calls @func with a terminal for its standard error; returns the terminal's other side. */
static int
fork_at_terminal (void (*func) (void),
                  pid_t *child)
{
  int terminal = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC);

  g_assert_cmpint (terminal, >=, 0);
  g_assert_cmpint (grantpt (terminal), ==, 0);
  g_assert_cmpint (unlockpt (terminal), ==, 0);

  *child = fork ();
  g_assert_cmpint (*child, >=, 0);
  if (*child == 0) {
    dup2 (open (ptsname (terminal), O_RDWR | O_NOCTTY), STDERR_FILENO);
    func ();
    exit (0);
  }
  return terminal;
}

/* There too a thread that joins the one that exits hears that this would never end, and goes on. */

static void
run_join_main (MyThread *thread,
               gpointer unused,
               GError **error)
{
  GError *deadlock = NULL;

  my_test_wait_until_waiting (my_thread_get_main ());
  if (my_thread_join (my_thread_get_main (), &deadlock) || !g_error_matches (deadlock, MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK)) {
    _exit (1);
  }
  _exit (3);
}

static void
start_joiner_of_main (void)
{
  my_test_start (NULL, run_join_main, NULL);
}

static void
test_exit_of_the_joined (void)
{
  pid_t child;
  int terminal = fork_at_terminal (start_joiner_of_main, &child);
  int status = my_test_wait_for_child (child);

  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 3);
  close (terminal);
}

/* A person at a terminal is told, after some seconds, what exit() waits for. */

static void
start_a_dozen (void)
{
  static MyTestBlock block; /* never released */

  my_test_block_init (&block);
  for (guint i = 0; i < 12; i++) {
    my_test_start (i == 0 ? "the first of them" : NULL, my_test_run_block, &block);
  }
}

static void
test_exit_says_what_it_waits_for (void)
{
  g_autoptr (GString) said = g_string_new (NULL);
  int status;
  pid_t child;
  int terminal = fork_at_terminal (start_a_dozen, &child);

  while (strchr (said->str, '\n') == NULL) {
    char text[512];
    gssize n = read (terminal, text, sizeof text);

    g_assert_cmpint (n, >, 0);
    g_string_append_len (said, text, n);
  }
  kill (child, SIGKILL);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  close (terminal);
  g_assert_nonnull (strstr (said->str, "\"the first of them\", "));
  g_assert_nonnull (strstr (said->str, " and 2 more"));
}

int
main (int argc,
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
  g_test_add_func ("/process/exit-after-failure", test_exit_after_failure);
  g_test_add_func ("/process/exit-with-joined-failure", test_exit_with_joined_failure);
  g_test_add_func ("/process/exit-of-the-joined/terminal", test_exit_of_the_joined);
  g_test_add_func ("/process/exit-says-what-it-waits-for", test_exit_says_what_it_waits_for);

  return g_test_run ();
}
