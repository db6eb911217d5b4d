/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <pthread.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "my-test-pool.h"

/* The OS threads of a pool: their names, how long they are kept, and where the system refuses them. */

/* names */

#define N_WORKERS 12

typedef struct {
  MyTestBlock block;
  char names[N_WORKERS][16];
  gint n;
} Workers;

static void
task_note_worker (gpointer data)
{
  Workers *workers = data;
  gint i = g_atomic_int_add (&workers->n, 1);

  prctl (PR_GET_NAME, workers->names[i]);
  my_test_task_block (&workers->block);
}

static void
workers_start (Workers *workers,
               MyThreadPool *pool,
               guint n)
{
  memset (workers, 0, sizeof *workers);
  my_test_block_init (&workers->block);
  for (guint i = 0; i < n; i++) {
    my_test_push (pool, task_note_worker, workers);
  }
  my_test_gate_wait_count (&workers->block.entered, n);
}

/* The pool's name, cut so that there is room for a number, which tells them apart. */
static void
check_names (const char *name,
             const char *prefix)
{
  MyThreadPool *pool = my_thread_pool_new (name, N_WORKERS);
  Workers workers;

  workers_start (&workers, pool, N_WORKERS);
  for (guint i = 0; i < N_WORKERS; i++) {
    const char *os_name = workers.names[i];

    g_assert_true (g_utf8_validate (os_name, -1, NULL));
    g_assert_true (g_str_has_prefix (os_name, prefix));
    g_assert_true (g_ascii_isdigit (os_name[strlen (os_name) - 1]));
    for (guint j = 0; j < i; j++) {
      g_assert_cmpstr (os_name, !=, workers.names[j]);
    }
  }
  my_test_gate_open (&workers.block.release);
  my_test_pool_finish (pool);
  my_test_block_clear (&workers.block);
}

static void
test_names (void)
{
  check_names ("w", "w");
  check_names ("short", "short");
  check_names ("a name that is much longer than any", "a name that ");
  /* Cut between characters: each of these has two bytes, or three, or four. */
  check_names ("\u00e4\u00f6\u00fc\u00e4\u00f6\u00fc\u00e4\u00f6\u00fc", "\u00e4\u00f6\u00fc");
  check_names ("x\u00e4\u00f6\u00fc\u00e4\u00f6\u00fc\u00e4\u00f6\u00fc", "x\u00e4\u00f6");
  check_names ("\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac", "\u20ac\u20ac");
  check_names ("x\U0001f389\U0001f389\U0001f389\U0001f389", "x\U0001f389");
  check_names ("", "");
}

/* With no name, a default one. */
static void
test_default_names (void)
{
  MyThreadPool *first = my_thread_pool_new (NULL, 1);
  MyThreadPool *second = my_thread_pool_new (NULL, 1);

  g_assert_nonnull (my_thread_pool_get_name (first));
  g_assert_cmpstr (my_thread_pool_get_name (first), !=, my_thread_pool_get_name (second));
  my_test_pool_finish (first);
  my_test_pool_finish (second);
}

/* Shrinking. */

static void
test_idle_timeout (void)
{
  MyThreadPool *pool = my_thread_pool_new ("shrinking", 4);
  Workers workers;

  my_thread_pool_set_idle_timeout (pool, 20000);
  for (guint round = 0; round < 3; round++) {
    workers_start (&workers, pool, 4);
    g_assert_cmpuint (my_test_count_os_threads_named ("shrinking"), ==, 4);
    my_test_gate_open (&workers.block.release);
    my_test_wait_until (my_test_workers_have_left, (gpointer) "shrinking");
    my_test_block_clear (&workers.block);
    /* and it goes on as if it were new */
    my_test_pool_wait_until_idle (pool, 4 * (round + 1));
  }
  my_test_pool_finish (pool);
}

/* 0: at once. */
static void
test_idle_timeout_none (void)
{
  MyThreadPool *pool = my_thread_pool_new ("no-idle", 2);
  gint n = 0;

  my_thread_pool_set_idle_timeout (pool, 0);
  for (guint i = 0; i < 200; i++) {
    my_test_push (pool, my_test_task_count, &n);
    if (i % 10 == 0) {
      my_test_pool_wait_until_idle (pool, i + 1);
    }
  }
  my_test_pool_wait_until_idle (pool, 200);
  my_test_wait_until (my_test_workers_have_left, (gpointer) "no-idle");
  my_test_pool_finish (pool);
}

/* Negative: never. A new time holds for those that are idle already. */
static void
test_idle_timeout_changes (void)
{
  MyThreadPool *pool = my_thread_pool_new ("for-ever", 3);
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;

  my_thread_pool_set_idle_timeout (pool, -1);
  my_test_pool_hold (pool, &block, 3);
  my_test_gate_open (&block.release);
  my_test_pool_wait_until_idle (pool, 3);
  g_assert_cmpuint (my_test_count_os_threads_named ("for-ever"), ==, 3);
  my_thread_pool_set_idle_timeout (pool, 1000);
  my_test_wait_until (my_test_workers_have_left, (gpointer) "for-ever");
  my_test_pool_finish (pool);
}

/* An idle worker is used again, rather than that a new one is made. */

static gboolean
are_all_asleep (gpointer prefix)
{
  return my_test_count_os_threads_named_in_state (prefix, 'S') == my_test_count_os_threads_named (prefix);
}

static void
test_reuse (void)
{
  MyThreadPool *pool = my_thread_pool_new ("reuse", 8);

  my_thread_pool_set_idle_timeout (pool, -1);
  for (guint i = 0; i < 100; i++) {
    my_test_push (pool, my_test_task_nothing, NULL);
    my_test_pool_wait_until_idle (pool, i + 1);
    /* It has counted its task, and may not have got to the place where it waits. */
    my_test_wait_until (are_all_asleep, (gpointer) "reuse");
  }
  g_assert_cmpuint (my_test_count_os_threads_named ("reuse"), <=, 2);
  my_test_pool_finish (pool);
}

/* A blocked worker that was compensated for leaves no surplus. */

static void
task_sleep_a_little (gpointer unused)
{
  g_assert_true (my_thread_sleep (20000, NULL));
}

static void
test_surplus (void)
{
  MyThreadPool *pool = my_thread_pool_new ("surplus", 2);
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;

  my_thread_pool_set_idle_timeout (pool, 1000);
  for (guint i = 0; i < 20; i++) {
    my_test_push (pool, task_sleep_a_little, NULL);
  }
  my_test_pool_wait_until_idle (pool, 20);
  my_test_wait_until (my_test_workers_have_left, (gpointer) "surplus");

  my_thread_pool_set_idle_timeout (pool, -1);
  my_test_pool_hold (pool, &block, 2);
  for (guint i = 0; i < 20; i++) {
    my_test_push (pool, my_test_task_nothing, NULL);
  }
  g_assert_cmpuint (my_thread_pool_get_n_active (pool), ==, 2);
  g_assert_cmpuint (my_test_count_os_threads_named ("surplus"), ==, 2);
  my_test_gate_open (&block.release);
  my_test_pool_finish (pool);
}

/* The system refuses an OS thread: as with a stack of which there is not so much memory. In a process of its own, where no OS
 * thread waits for work. */

static void
destroy_never (gpointer unused)
{
  g_assert_not_reached ();
}

static void
test_no_resources (void)
{
  MyThreadPool *pool;
  MyThread *thread;
  guint n_active, n_os_threads;
  size_t stack_size;
  gint n = 0;

  if (!my_test_is_apart ()) {
    return;
  }
  pool = my_thread_pool_new ("refused", 2);
  thread = my_thread_new (NULL, my_test_run_nothing, NULL, NULL);
  n_active = my_thread_active_count ();
  n_os_threads = my_test_count_os_threads ();
  stack_size = my_test_set_default_stack_size (MY_TEST_HUGE_STACK);
  for (guint i = 0; i < 3; i++) {
    my_test_assert_fails (my_thread_pool_push_full (pool, my_test_task_count, &n, destroy_never, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_NO_RESOURCES);
    my_test_assert_fails (my_executor_submit (MY_EXECUTOR (pool), thread, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_NO_RESOURCES);
    g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_NEW);
    g_assert_cmpuint (my_thread_pool_get_n_queued (pool), ==, 0);
    g_assert_cmpuint (my_thread_active_count (), ==, n_active);
    g_assert_cmpuint (my_test_count_os_threads (), ==, n_os_threads);
  }
  my_test_set_default_stack_size (stack_size);
  /* as if nothing had been */
  my_test_push (pool, my_test_task_count, &n);
  g_assert_true (my_executor_submit (MY_EXECUTOR (pool), thread, NULL));
  my_test_finish (thread);
  my_test_pool_wait_until_idle (pool, 2);
  g_assert_cmpint (n, ==, 1);
  my_test_pool_finish (pool);
}

/* A pool that has workers does with those that it has. */
static void
test_no_more_resources (void)
{
  MyThreadPool *pool;
  MyThread *threads[10];
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  size_t stack_size;
  gint n = 0;

  if (!my_test_is_apart ()) {
    return;
  }
  pool = my_thread_pool_new ("refused", 4);
  my_test_pool_hold (pool, &block, 1);
  stack_size = my_test_set_default_stack_size (MY_TEST_HUGE_STACK);
  for (guint i = 0; i < 100; i++) {
    my_test_push (pool, my_test_task_count, &n);
  }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    threads[i] = my_test_submit (pool, my_test_run_nothing, NULL);
  }
  g_assert_cmpint (g_atomic_int_get (&n), ==, 0);
  my_test_gate_open (&block.release);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    my_test_finish (threads[i]);
  }
  my_test_pool_wait_until_idle (pool, 111);
  my_test_set_default_stack_size (stack_size);
  g_assert_cmpint (n, ==, 100);
  my_test_pool_finish (pool);
}

/* What they leave behind them: a task that ends its OS thread ends only itself. */

static void
task_exit (gpointer unused)
{
  pthread_exit (NULL);
}

static void
run_exit (MyThread *thread,
          gpointer unused,
          GError **error)
{
  pthread_exit (NULL);
}

static void
test_pthread_exit (void)
{
  for (guint max = 1; max <= 2; max++) {
    MyThreadPool *pool = my_thread_pool_new ("exiting", max);
    MyThread *thread;
    gint n = 0;

    for (guint i = 0; i < 5; i++) {
      my_test_push (pool, my_test_task_count, &n);
      my_test_push (pool, task_exit, NULL);
    }
    thread = my_test_submit (pool, run_exit, NULL);
    my_test_wait_until (my_test_is_over, thread);
    my_test_assert_fails (my_thread_join (thread, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_BROKEN);
    for (guint i = 0; i < 5; i++) {
      my_test_push (pool, my_test_task_count, &n);
    }
    my_test_pool_wait_until_idle (pool, 16);
    g_assert_cmpint (n, ==, 10);
    g_object_unref (thread);
    my_test_pool_finish (pool);
  }
}

/* The next task finds nothing of the one before: no context, no other current thread. */

static void
task_push_context (gpointer context)
{
  g_assert_null (g_main_context_get_thread_default ());
  g_main_context_push_thread_default (context);
  g_main_context_pop_thread_default (context);
}

static void
run_note_current (MyThread *thread,
                  gpointer unused,
                  GError **error)
{
  g_assert_true (my_thread_get_current () == thread);
}

static void
task_check_current (gpointer unused)
{
  MyThread *current = my_thread_get_current ();

  g_assert_cmpint (my_thread_get_native_id (current), ==, (gint) syscall (SYS_gettid));
  g_assert_cmpint (my_thread_get_state (current), ==, MY_THREAD_STATE_RUNNING);
  g_assert_false (my_thread_is_cancelled (current));
}

static void
test_clean (void)
{
  MyThreadPool *pool = my_thread_pool_new ("clean", 1);
  GMainContext *context = g_main_context_new ();

  for (guint i = 0; i < 10; i++) {
    MyThread *thread = my_test_submit (pool, run_note_current, NULL);

    my_test_push (pool, task_check_current, NULL);
    my_test_push (pool, task_push_context, context);
    my_test_pool_wait_until_idle (pool, 3 * (i + 1));
    my_test_finish (thread);
  }
  g_main_context_unref (context);
  my_test_pool_finish (pool);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/pool-workers/names", test_names);
  g_test_add_func ("/pool-workers/default-names", test_default_names);
  g_test_add_func ("/pool-workers/idle-timeout", test_idle_timeout);
  g_test_add_func ("/pool-workers/idle-timeout-none", test_idle_timeout_none);
  g_test_add_func ("/pool-workers/idle-timeout-changes", test_idle_timeout_changes);
  g_test_add_func ("/pool-workers/reuse", test_reuse);
  g_test_add_func ("/pool-workers/surplus", test_surplus);
  g_test_add_func ("/pool-workers/no-resources", test_no_resources);
  g_test_add_func ("/pool-workers/no-more-resources", test_no_more_resources);
  g_test_add_func ("/pool-workers/pthread-exit", test_pthread_exit);
  g_test_add_func ("/pool-workers/clean", test_clean);

  return g_test_run ();
}
