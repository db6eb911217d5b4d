/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "my-test-pool.h"
#include "my-test-sanitizer.h"

/* main() calls pthread_exit(): its thread has ended, and the process ends when the others have, those that wait for work not
 * counted. */

#define WORD "the main thread has ended"

static void
say_so (void)
{
  g_print (WORD "\n");
  /* ThreadSanitizer has an OS thread of its own, with which the process does not end. */
  if (MY_TEST_HAS_THREAD_SANITIZER) {
    _exit (0);
  }
}

/* LeakSanitizer asks for it: with the stack of main() goes what is referred to from there alone. */
int __lsan_is_turned_off (void);

int
__lsan_is_turned_off (void)
{
  return TRUE;
}

static void
check_ended (MyThread *main_thread)
{
  g_autoptr (GPtrArray) threads = NULL;

  g_assert_true (my_thread_join (main_thread, NULL));
  threads = my_thread_enumerate ();
  g_assert_true (my_thread_join_timeout (main_thread, 0, NULL));
  g_assert_cmpint (my_thread_get_state (main_thread), ==, MY_THREAD_STATE_SUCCEEDED);
  g_assert_false (my_thread_is_alive (main_thread));
  g_assert_false (g_ptr_array_find (threads, main_thread, NULL));
  g_assert_cmpuint (threads->len, ==, my_thread_active_count ());
  g_assert_true (my_thread_get_main () == main_thread);
  say_so ();
}

static void
run_join_main (MyThread *thread,
               gpointer main_thread,
               GError **error)
{
  g_assert_true (my_thread_join (main_thread, NULL));
  check_ended (main_thread);
}

static void
test_join (void)
{
  if (!my_test_is_apart ()) {
    g_test_trap_assert_stdout ("*" WORD "*");
    return;
  }
  g_object_unref (my_test_start (NULL, run_join_main, my_thread_get_current ()));
  pthread_exit (NULL);
}

/* A thread of no library, and a main thread that had never been asked for. */
static gpointer
join_late (gpointer unused)
{
  my_test_wait_until_main_is_gone ();
  check_ended (my_thread_get_main ());
  return NULL;
}

static void
test_late (void)
{
  if (!my_test_is_apart ()) {
    g_test_trap_assert_stdout ("*" WORD "*");
    return;
  }
  g_thread_unref (g_thread_new ("late", join_late, NULL));
  pthread_exit (NULL);
}

/* Workers that would wait for ever. */
static void
test_idle_workers (void)
{
  MyThreadPool *pool;
  MyTestBlock block;

  if (MY_TEST_HAS_THREAD_SANITIZER) {
    g_test_skip ("its own OS thread holds the process");
    return;
  }
  if (!my_test_is_apart ()) {
    return;
  }
  pool = my_thread_pool_new (NULL, 3);
  my_thread_pool_set_idle_timeout (pool, -1);
  my_test_block_init (&block);
  my_test_pool_hold (pool, &block, 3);
  my_test_gate_open (&block.release);
  my_test_pool_wait_until_idle (pool, 3);
  pthread_exit (NULL);
}

/* What goes on after that still has its pools and its OS threads, and ends the process. */
static void
run_go_on (MyThread *thread,
           gpointer pool,
           GError **error)
{
  gint n = 0;

  my_test_wait_until_main_is_gone ();
  for (guint i = 0; i < 100; i++) {
    my_test_push (pool, my_test_task_count, &n);
    my_test_finish (my_test_start (NULL, my_test_run_nothing, NULL));
  }
  my_test_pool_wait_until_idle (pool, 100);
  g_assert_cmpint (n, ==, 100);
  say_so ();
}

static gpointer
run_go_on_foreign (gpointer pool)
{
  g_autoptr (GMainContext) context = g_main_context_new ();

  /* It owns the threads that it makes, so that their references end with it. */
  g_main_context_push_thread_default (context);
  run_go_on (NULL, pool, NULL);
  g_main_context_pop_thread_default (context);
  return NULL;
}

static void
test_goes_on (void)
{
  MyThreadPool *pool;

  if (!my_test_is_apart ()) {
    g_test_trap_assert_stdout ("*" WORD "*");
    return;
  }
  pool = my_thread_pool_new (NULL, 2);
  my_thread_pool_set_idle_timeout (pool, -1);
  g_thread_unref (g_thread_new ("goes on", run_go_on_foreign, pool));
  pthread_exit (NULL);
}

/* In a child after fork() the thread that has forked is the main one, whichever it was. */

static gpointer
fork_and_exit (gpointer unused)
{
  pid_t child;
  int status = -1;

  my_thread_get_current ();
  child = fork ();
  if (child == 0) {
    g_object_unref (my_test_start (NULL, run_join_main, my_thread_get_current ()));
    pthread_exit (NULL);
  }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);
  return NULL;
}

static void
test_fork (void)
{
  if (!my_test_is_apart ()) {
    g_test_trap_assert_stdout ("*" WORD "*" WORD "*");
    return;
  }
  fork_and_exit (NULL);
  g_thread_join (g_thread_new ("forks", fork_and_exit, NULL));
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/process/main-end/join", test_join);
  g_test_add_func ("/process/main-end/late", test_late);
  g_test_add_func ("/process/main-end/idle-workers", test_idle_workers);
  g_test_add_func ("/process/main-end/goes-on", test_goes_on);
  g_test_add_func ("/process/main-end/fork", test_fork);

  return g_test_run ();
}
