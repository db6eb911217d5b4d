/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-pool.h"

void
my_test_push (MyThreadPool *pool,
              MyTaskFunc func,
              gpointer user_data)
{
  GError *error = NULL;
  gboolean ok = my_thread_pool_push (pool, func, user_data, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
}

MyThread *
my_test_submit (gpointer executor,
                MyThreadFunc func,
                gpointer user_data)
{
  MyThread *thread = my_thread_new (NULL, func, user_data, NULL);
  GError *error = NULL;
  gboolean ok = my_executor_submit (MY_EXECUTOR (executor), thread, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
  return thread;
}

void
my_test_task_nothing (gpointer unused)
{
}

void
my_test_task_count (gpointer n)
{
  g_atomic_int_inc ((gint *) n);
}

void
my_test_task_block (gpointer block)
{
  MyTestBlock *self = block;

  my_test_gate_open (&self->entered);
  my_test_gate_wait (&self->release);
}

void
my_test_task_open (gpointer gate)
{
  my_test_gate_open (gate);
}

void
my_test_task_pass (gpointer crowd)
{
  my_test_crowd_pass (crowd);
}

void
my_test_run_pass (MyThread *thread,
                  gpointer crowd,
                  GError **error)
{
  my_test_crowd_pass (crowd);
}

void
my_test_pool_hold (MyThreadPool *pool,
                   MyTestBlock *block,
                   guint n)
{
  for (guint i = 0; i < n; i++) {
    my_test_push (pool, my_test_task_block, block);
  }
  my_test_gate_wait_count (&block->entered, n);
}

typedef struct {
  MyThreadPool *pool;
  guint64 n_completed;
} Rest;

static gboolean
is_at_rest (gpointer data)
{
  Rest *rest = data;

  return my_thread_pool_get_n_completed (rest->pool) >= rest->n_completed && my_thread_pool_get_n_active (rest->pool) == 0 &&
         my_thread_pool_get_n_queued (rest->pool) == 0;
}

void
my_test_pool_wait_until_idle (MyThreadPool *pool,
                              guint64 n_completed)
{
  Rest rest = { pool, n_completed };

  my_test_wait_until (is_at_rest, &rest);
  g_assert_cmpuint (my_thread_pool_get_n_completed (pool), ==, n_completed);
}

gboolean
my_test_pool_has_empty_queue (gpointer pool)
{
  return my_thread_pool_get_n_queued (pool) == 0;
}

void
my_test_pool_finish (MyThreadPool *pool)
{
  GError *error = NULL;
  gboolean ok = my_thread_pool_shutdown (pool, MY_SHUTDOWN_DRAIN, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
  /* A thread that has ended has a reference to its executor until its owner has let it go. */
  my_test_release (pool);
}

/* @state: or 0, which is any. */
static guint
count_os_threads (const char *prefix,
                  char state)
{
  GDir *dir = g_dir_open ("/proc/self/task", 0, NULL);
  const char *id;
  guint n = 0;

  g_assert_nonnull (dir);
  while ((id = g_dir_read_name (dir))) {
    char *path = g_strdup_printf ("/proc/self/task/%s/comm", id);
    char *name = NULL;

    /* It may have ended since. */
    if (g_file_get_contents (path, &name, NULL, NULL) && g_str_has_prefix (name, prefix) &&
        (state == 0 || my_test_get_os_state ((gint) g_ascii_strtoll (id, NULL, 10)) == state)) {
      n++;
    }
    g_free (name);
    g_free (path);
  }
  g_dir_close (dir);
  return n;
}

guint
my_test_count_os_threads_named (const char *prefix)
{
  return count_os_threads (prefix, 0);
}

guint
my_test_count_os_threads_named_in_state (const char *prefix,
                                         char state)
{
  return count_os_threads (prefix, state);
}

/* An OS thread that a worker has left is idle for some time, with its name, and is what one of the next threads gets. */
gboolean
my_test_workers_have_left (gpointer prefix)
{
  guint n = my_test_count_os_threads_named (prefix) > 0 ? my_test_count_os_threads () : 0;
  MyThread **threads = g_new (MyThread *, n);
  gboolean have_left;
  MyTestBlock block;

  my_test_block_init (&block);
  for (guint i = 0; i < n; i++) {
    threads[i] = my_test_start ("taker", my_test_run_block, &block);
  }
  my_test_gate_wait_count (&block.entered, n);
  have_left = my_test_count_os_threads_named (prefix) == 0;
  my_test_gate_open (&block.release);
  for (guint i = 0; i < n; i++) {
    my_test_finish (threads[i]);
  }
  my_test_block_clear (&block);
  g_free (threads);
  return have_left;
}
