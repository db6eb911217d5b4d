/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-pool.h"
#include "my-test-thread.h"

/* A worker that blocks is compensated for: what it waits for may stand behind it in the queue. Every case has as many
 * workers blocked as the pool may have, so none of them could end if the pool did not make room. */

/* Each blocks until `n_arrived` is the number of all. */
typedef struct {
  gint n_arrived;
  gint n_all;
} Meeting;

/* sleep() */

static void
run_sleep_until_met (MyThread *thread,
                     gpointer data,
                     GError **error)
{
  Meeting *meeting = data;

  g_atomic_int_inc (&meeting->n_arrived);
  while (g_atomic_int_get (&meeting->n_arrived) < meeting->n_all) {
    g_assert_true (my_thread_sleep (100, error));
  }
}

static void
task_sleep_until_met (gpointer meeting)
{
  run_sleep_until_met (NULL, meeting, NULL);
}

static void
test_sleep (void)
{
  for (guint max = 1; max <= 2; max++) {
    Meeting meeting = { .n_all = 20 };
    MyThreadPool *pool = my_thread_pool_new ("sleep", max);

    for (gint i = 0; i < meeting.n_all; i++) {
      if (i % 2) {
        g_object_unref (my_test_submit (pool, run_sleep_until_met, &meeting));
      } else {
        my_test_push (pool, task_sleep_until_met, &meeting);
      }
    }
    my_test_pool_wait_until_idle (pool, (guint64) meeting.n_all);
    my_test_iterate_pending (NULL);
    my_test_pool_finish (pool);
  }
}

/* One that sleeps for ever is cancelled by one that is queued behind it. */

static void
task_cancel (gpointer thread)
{
  my_thread_cancel (thread);
}

static void
test_sleep_cancelled (void)
{
  MyThreadPool *pool = my_thread_pool_new ("sleep", 1);
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *thread;

  thread = my_test_submit (pool, my_test_run_sleep, &block);
  my_test_gate_wait (&block.entered);
  my_test_push (pool, task_cancel, thread);
  my_test_assert_fails (my_thread_join (thread, &error_), G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_finalize_object (thread);
  my_test_pool_finish (pool);
}

/* Joins of all kinds. */

typedef enum {
  JOIN_THREAD,
  JOIN_THREAD_TIMEOUT,
  JOIN_GROUP,
  JOIN_GROUP_TIMEOUT,
  JOIN_NEXT,
} JoinKind;

typedef struct {
  MyThreadPool *pool;
  JoinKind kind;
  MyThreadGroup *group;
  MyThread *thread;
} Joining;

static void
run_join_somehow (MyThread *thread,
                  gpointer data,
                  GError **error)
{
  Joining *joining = data;
  MyThread *next;

  switch (joining->kind) {
  case JOIN_THREAD:
    my_thread_join (joining->thread, error);
    break;
  case JOIN_THREAD_TIMEOUT:
    my_thread_join_timeout (joining->thread, MY_TEST_LONG_US, error);
    break;
  case JOIN_GROUP:
    my_thread_group_join (joining->group, error);
    break;
  case JOIN_GROUP_TIMEOUT:
    my_thread_group_join_timeout (joining->group, MY_TEST_LONG_US, error);
    break;
  case JOIN_NEXT:
    next = my_thread_group_join_next (joining->group, -1, error);
    g_assert_true (next == joining->thread);
    g_clear_object (&next);
    break;
  default:
    g_assert_not_reached ();
  }
  g_assert_false (my_thread_is_alive (joining->thread));
}

static void
task_release (gpointer block)
{
  MyTestBlock *self = block;

  my_test_gate_open (&self->release);
}

/* The group still keeps what nobody has taken. */
static void
take_next (MyThreadGroup *group)
{
  MyThread *next = my_thread_group_join_next (group, -1, NULL);

  g_assert_nonnull (next);
  g_object_unref (next);
}

/* What is waited for, on an OS thread of its own, ends when a task has run that stands behind the one that waits. */
static void
test_join (gconstpointer kind)
{
  Joining joining = { .pool = my_thread_pool_new ("join", 1), .kind = (JoinKind) GPOINTER_TO_INT (kind) };
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *joiner;

  joining.group = my_thread_group_new ("waited for", NULL);
  my_thread_group_set_keep_finished (joining.group, TRUE);
  joining.thread = my_test_thread_new_in_group (joining.group, my_test_run_block, &block);
  g_assert_true (my_thread_start (joining.thread, NULL));
  joiner = my_test_submit (joining.pool, run_join_somehow, &joining);
  my_test_wait_until (my_test_has_begun, joiner);
  my_test_push (joining.pool, task_release, &block);
  my_test_finish (joiner);
  my_test_pool_finish (joining.pool);
  if (joining.kind != JOIN_NEXT) {
    take_next (joining.group);
  }
  my_test_finish (joining.thread);
  my_test_release (joining.group);
}

/* The same for one that is queued in the pool, behind the one that waits for it. */
static void
test_join_queued (gconstpointer kind)
{
  Joining joining = { .pool = my_thread_pool_new ("join", 1), .kind = (JoinKind) GPOINTER_TO_INT (kind) };
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *joiner;

  my_test_pool_hold (joining.pool, &block, 1);
  joining.group = my_thread_group_new ("waited for", NULL);
  my_thread_group_set_keep_finished (joining.group, TRUE);
  joining.thread = my_test_thread_new_in_group (joining.group, NULL, NULL);
  joiner = my_test_submit (joining.pool, run_join_somehow, &joining);
  my_test_push (joining.pool, my_test_task_nothing, NULL);
  g_assert_true (my_executor_submit (MY_EXECUTOR (joining.pool), joining.thread, NULL));
  my_test_gate_open (&block.release);
  my_test_finish (joiner);
  my_test_pool_wait_until_idle (joining.pool, 4);
  if (joining.kind != JOIN_NEXT) {
    take_next (joining.group);
  }
  my_test_finish (joining.thread);
  my_test_pool_finish (joining.pool);
  my_test_release (joining.group);
}

/* Threads of a group that wait for each other to let them begin. */

/* The one that waits holds the worker, the one that is waited for has no slot in its group until a third one ends, which
 * is queued in the pool. */
static void
test_group_slot (void)
{
  MyThreadPool *pool = my_thread_pool_new ("slot", 1);
  MyThreadGroup *group = my_thread_group_new ("narrow", NULL);
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *threads[2], *joiner;

  my_thread_group_set_max_running (group, 1);
  my_test_pool_hold (pool, &block, 1);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    threads[i] = my_test_thread_new_in_group (group, NULL, NULL);
  }
  joiner = my_test_submit (pool, my_test_run_join, threads[1]);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    g_assert_true (my_executor_submit (MY_EXECUTOR (pool), threads[i], NULL));
  }
  my_test_gate_open (&block.release);
  my_test_finish (joiner);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    my_test_finish (threads[i]);
  }
  my_test_pool_finish (pool);
  my_test_release (group);
}

/* Foreign waits, in brackets. */

static void
task_wait_in_brackets (gpointer data)
{
  MyTestBlock *block = data;

  my_thread_pool_begin_blocking ();
  my_test_task_block (block);
  my_thread_pool_end_blocking ();
}

static void
task_wait_in_more_brackets (gpointer data)
{
  my_thread_pool_begin_blocking ();
  my_thread_pool_begin_blocking ();
  my_thread_pool_end_blocking ();
  my_test_task_block (data);
  my_thread_pool_end_blocking ();
}

static void
run_wait_in_brackets (MyThread *thread,
                      gpointer block,
                      GError **error)
{
  task_wait_in_brackets (block);
}

static void
test_brackets (void)
{
  const MyTaskFunc tasks[] = { task_wait_in_brackets, task_wait_in_more_brackets };

  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++) {
    MyThreadPool *pool = my_thread_pool_new ("brackets", 1);
    g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
    MyThread *thread;

    my_test_push (pool, tasks[i], &block);
    my_test_push (pool, tasks[i], &block);
    thread = my_test_submit (pool, run_wait_in_brackets, &block);
    my_test_gate_wait_count (&block.entered, 3);
    my_test_push (pool, task_release, &block);
    my_test_finish (thread);
    my_test_pool_wait_until_idle (pool, 4);
    my_test_pool_finish (pool);
  }
}

/* After the brackets the worker counts again: no more run at once than may. */

static void
test_brackets_end (void)
{
  MyThreadPool *pool = my_thread_pool_new ("brackets", 1);
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyTestCrowd crowd = { 0, 0 };

  for (guint i = 0; i < 5; i++) {
    my_test_push (pool, task_wait_in_brackets, &block);
  }
  my_test_gate_wait_count (&block.entered, 5);
  my_test_gate_open (&block.release);
  my_test_pool_wait_until_idle (pool, 5);
  for (guint i = 0; i < 300; i++) {
    my_test_push (pool, my_test_task_pass, &crowd);
  }
  my_test_pool_wait_until_idle (pool, 305);
  g_assert_cmpint (crowd.n_most, ==, 1);
  my_test_pool_finish (pool);
}

/* A wait of the library within brackets, and what is no worker at all: nothing to tell anybody. */

static void
task_sleep_in_brackets (gpointer unused)
{
  my_thread_pool_begin_blocking ();
  g_assert_true (my_thread_sleep (1000, NULL));
  my_thread_pool_end_blocking ();
}

static void
test_brackets_elsewhere (void)
{
  MyThreadPool *pool = my_thread_pool_new ("brackets", 1);
  MyTestCrowd crowd = { 0, 0 };

  my_thread_pool_begin_blocking ();
  my_thread_pool_end_blocking ();
  for (guint i = 0; i < 5; i++) {
    my_test_push (pool, task_sleep_in_brackets, NULL);
  }
  my_test_pool_wait_until_idle (pool, 5);
  for (guint i = 0; i < 300; i++) {
    my_test_push (pool, my_test_task_pass, &crowd);
  }
  my_test_pool_wait_until_idle (pool, 305);
  g_assert_cmpint (crowd.n_most, ==, 1);
  my_test_pool_finish (pool);
}

#define ADD_JOIN(name, kind)                                                                               \
  G_STMT_START                                                                                             \
    {                                                                                                      \
      g_test_add_data_func ("/pool-blocking/join/" name, GINT_TO_POINTER (kind), test_join);               \
      g_test_add_data_func ("/pool-blocking/join-queued/" name, GINT_TO_POINTER (kind), test_join_queued); \
    }                                                                                                      \
  G_STMT_END

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/pool-blocking/sleep", test_sleep);
  g_test_add_func ("/pool-blocking/sleep-cancelled", test_sleep_cancelled);
  ADD_JOIN ("thread", JOIN_THREAD);
  ADD_JOIN ("thread-timeout", JOIN_THREAD_TIMEOUT);
  ADD_JOIN ("group", JOIN_GROUP);
  ADD_JOIN ("group-timeout", JOIN_GROUP_TIMEOUT);
  ADD_JOIN ("next", JOIN_NEXT);
  g_test_add_func ("/pool-blocking/group-slot", test_group_slot);
  g_test_add_func ("/pool-blocking/brackets", test_brackets);
  g_test_add_func ("/pool-blocking/brackets-end", test_brackets_end);
  g_test_add_func ("/pool-blocking/brackets-elsewhere", test_brackets_elsewhere);

  return g_test_run ();
}
