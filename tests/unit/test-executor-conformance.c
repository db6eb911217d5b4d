/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <pthread.h>
#include <string.h>

#include "my-test-executor.h"
#include "my-test-pool.h"
#include "my-test-thread.h"

/* What a thread is does not depend on where it runs: the same cases with every executor. */

/* What an executor can not do, so the cases that need it leave it out. */
enum {
  INLINE = 1 << 0,    /* start() returns when run() has */
  REPORTING = 1 << 1, /* run() is nothing that the library runs: nobody is its current thread */
};

typedef struct {
  const char *name;
  MyExecutor *(*create) (void);
  void (*drop) (MyExecutor *executor);
  guint lacks;
  gboolean fresh;
} Kind;

static const Kind *kind;     /* of the case that runs */
static MyExecutor *executor; /* its executor */

static MyExecutor *
create_pool_of_1 (void)
{
  return MY_EXECUTOR (my_thread_pool_new ("conform", 1));
}

static MyExecutor *
create_pool_of_4 (void)
{
  return MY_EXECUTOR (my_thread_pool_new ("conform", 4));
}

static void
drop_pool (MyExecutor *pool)
{
  my_test_pool_finish (MY_THREAD_POOL (pool));
}

static MyExecutor *
create_default_pool (void)
{
  return g_object_ref (MY_EXECUTOR (my_thread_pool_get_default ()));
}

static MyExecutor *
create_os_threads (void)
{
  return my_test_executor_new (MY_TEST_EXECUTOR_OS_THREAD);
}

static MyExecutor *
create_inline (void)
{
  return my_test_executor_new (MY_TEST_EXECUTOR_INLINE);
}

static MyExecutor *
create_reporting (void)
{
  return my_test_executor_new (MY_TEST_EXECUTOR_REPORTING);
}

static void
drop_shared (MyExecutor *shared)
{
  g_object_unref (shared);
}

static const Kind kinds[] = {
  { .name = "none" },
  { .name = "fresh", .fresh = TRUE },
  { .name = "pool-of-1", .create = create_pool_of_1, .drop = drop_pool },
  { .name = "pool-of-4", .create = create_pool_of_4, .drop = drop_pool },
  { .name = "default-pool", .create = create_default_pool, .drop = drop_shared },
  { .name = "os-threads", .create = create_os_threads, .drop = my_test_executor_free },
  { .name = "inline", .create = create_inline, .drop = my_test_executor_free, .lacks = INLINE },
  { .name = "reporting", .create = create_reporting, .drop = my_test_executor_free, .lacks = REPORTING },
};

/* All threads of the cases are made here. */

static MyThread *
prepare (MyThread *thread)
{
  my_thread_set_executor (thread, executor);
  if (kind->fresh) {
    g_object_set (thread, "fresh-os-thread", TRUE, NULL);
  }
  return thread;
}

static void
start (MyThread *thread)
{
  GError *error = NULL;
  gboolean ok = my_thread_start (thread, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
}

static MyThread *
start_new (MyThreadFunc func,
           gpointer user_data)
{
  MyThread *thread = prepare (my_thread_new (NULL, func, user_data, NULL));

  start (thread);
  return thread;
}

static MyThread *
start_in_group (MyThreadGroup *group,
                MyThreadFunc func,
                gpointer user_data)
{
  MyThread *thread = prepare (my_test_thread_new_in_group (group, func, user_data));

  start (thread);
  return thread;
}

/* What is logged where it runs has an "@", but where the caller ran it itself: inline, or in a join that helped. */
static void
assert_log_of_run (MyTestLog *log,
                   const char *expected)
{
  char *words = my_test_log_take (log);
  const char *rest = words;

  if (!g_str_has_prefix (rest, "run")) {
    g_error ("the log says \"%s\"", words);
  }
  rest += strlen ("run");
  if (*rest == '@') {
    g_assert_false (kind->lacks & INLINE);
    rest++;
  } else {
    g_assert_true (kind->lacks & INLINE || MY_IS_THREAD_POOL (executor));
  }
  g_assert_true (g_str_has_prefix (rest, " "));
  g_assert_cmpstr (rest + 1, ==, expected);
  g_free (words);
}

/* life */

static void
run_check_running (MyThread *thread,
                   gpointer unused,
                   GError **error)
{
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_RUNNING);
  g_assert_true (my_thread_is_alive (thread));
  if (!(kind->lacks & REPORTING)) {
    g_assert_true (my_thread_get_current () == thread);
    g_assert_true (my_thread_get_ident (thread) == (guint64) pthread_self ());
    g_assert_cmpint (my_thread_get_native_id (thread), !=, 0);
  }
}

/* With no loop: join() delivers, in order, in the thread that owns it. */
static void
test_signals (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();

  for (guint i = 0; i < 20; i++) {
    MyThread *thread = prepare (my_test_thread_new (NULL, log, run_check_running, NULL));
    MyThread *caller = my_thread_get_current ();

    g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_NEW);
    my_test_log_watch (log, thread, NULL, "started state alive finished");
    start (thread);
    my_thread_join (thread, NULL);
    g_assert_true (my_thread_get_current () == caller);
    g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_SUCCEEDED);
    g_assert_false (my_thread_is_alive (thread));
    my_test_log_unwatch (log, thread);
    assert_log_of_run (log, "started class-started state alive finished class-finished");
    g_assert_finalize_object (thread);
    my_test_assert_log (log, "finalized");
  }
}

/* In the loop of another thread, which owns it. Of the state, what it is at the time is told, as often as it was
 * looked at in between. */

typedef struct {
  MyTestLoop loop;
  MyTestLog *log;
  MyThread *thread;
} Owned;

static void
own_and_start (gpointer data)
{
  Owned *owned = data;

  owned->log = my_test_log_new ();
  owned->thread = prepare (my_thread_new (NULL, run_check_running, NULL, NULL));
  my_test_log_watch (owned->log, owned->thread, NULL, "started finished");
  start (owned->thread);
}

static void
let_go_and_check (gpointer data)
{
  Owned *owned = data;

  my_test_iterate_until (owned->loop.context, my_test_log_has_finished, owned->log);
  my_test_log_unwatch (owned->log, owned->thread);
  my_test_iterate_pending (owned->loop.context);
  my_test_assert_log (owned->log, "started finished");
  g_assert_finalize_object (owned->thread);
  my_test_log_free (owned->log);
}

static void
test_owner (void)
{
  Owned owned;

  my_test_loop_init (&owned.loop);
  my_test_loop_call (&owned.loop, own_and_start, &owned);
  g_assert_true (my_thread_join (owned.thread, NULL));
  my_test_loop_call (&owned.loop, let_go_and_check, &owned);
  my_test_loop_clear (&owned.loop);
}

static void
test_started_once (void)
{
  MyThread *thread = start_new (my_test_run_nothing, NULL);

  my_test_assert_fails (my_thread_start (thread, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_ALREADY_STARTED);
  my_test_finish (thread);
}

static void
test_counted (void)
{
  guint n_before = my_thread_active_count ();
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *threads[3];
  GPtrArray *all;

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    threads[i] = start_new (my_test_run_block, &block);
  }
  g_assert_cmpuint (my_thread_active_count (), ==, n_before + G_N_ELEMENTS (threads));
  all = my_thread_enumerate ();
  g_assert_cmpuint (all->len, ==, n_before + G_N_ELEMENTS (threads));
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    g_assert_true (g_ptr_array_find (all, threads[i], NULL));
  }
  g_ptr_array_unref (all);
  my_test_gate_open (&block.release);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    my_test_finish (threads[i]);
  }
  g_assert_cmpuint (my_thread_active_count (), ==, n_before);
}

static void
test_many (void)
{
  static MyThread *threads[300];
  guint n_before = my_thread_active_count ();

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    threads[i] = start_new (run_check_running, NULL);
  }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    my_test_finish (threads[i]);
  }
  g_assert_cmpuint (my_thread_active_count (), ==, n_before);
}

/* outcome */

static void
test_failure (void)
{
  MyThread *thread = start_new (my_test_run_fail, NULL);
  GError *error = NULL;

  for (guint i = 0; i < 2; i++) {
    my_test_assert_fails (my_thread_join (thread, &error_), G_IO_ERROR, G_IO_ERROR_EXISTS);
  }
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_FAILED);
  error = my_thread_dup_error (thread);
  my_test_assert_error (&error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_assert_finalize_object (thread);
}

/* Nobody looks at it. */
static void
test_unseen_error (void)
{
  MyThread *thread = prepare (my_thread_new ("the unlucky one", my_test_run_fail, NULL, NULL));

  start (thread);
  my_test_wait_until (my_test_is_over, thread);
  my_test_iterate_pending (NULL);
  g_test_expect_message ("MyThread", G_LOG_LEVEL_WARNING, "*the unlucky one*" MY_TEST_FAILURE "*");
  my_test_release (thread);
  g_test_assert_expected_messages ();
}

static void
run_set_result (MyThread *thread,
                gpointer unused,
                GError **error)
{
  GValue value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_STRING);
  g_value_set_static_string (&value, "forty-two");
  my_thread_set_result (thread, &value);
  g_value_unset (&value);
}

static void
test_result (void)
{
  MyThread *thread = prepare (my_thread_new (NULL, run_set_result, NULL, NULL));
  GValue value = G_VALUE_INIT;
  GError *error = NULL;

  my_test_assert_fails (my_thread_get_result (thread, &value, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_NOT_STARTED);
  start (thread);
  g_assert_true (my_thread_join (thread, NULL));
  g_assert_true (my_thread_get_result (thread, &value, &error));
  g_assert_cmpstr (g_value_get_string (&value), ==, "forty-two");
  g_value_unset (&value);
  g_assert_finalize_object (thread);
}

static void
run_report_much (MyThread *thread,
                 gpointer unused,
                 GError **error)
{
  for (guint i = 0; i <= 1000; i++) {
    my_thread_set_progress (thread, i / 1000.0);
  }
  my_thread_set_status (thread, "nearly there");
}

static void
on_progress (MyThread *thread,
             GParamSpec *unused,
             gpointer last)
{
  double progress = my_thread_get_progress (thread);

  g_assert_true (my_thread_get_current () == my_thread_get_main ());
  g_assert_cmpfloat (progress, >=, *(double *) last);
  *(double *) last = progress;
}

static void
test_progress (void)
{
  MyThread *thread = prepare (my_thread_new (NULL, run_report_much, NULL, NULL));
  double last = -1;

  g_signal_connect (thread, "notify::progress", G_CALLBACK (on_progress), &last);
  start (thread);
  g_assert_true (my_thread_join (thread, NULL));
  g_assert_cmpfloat (last, ==, 1);
  my_test_assert_string (my_thread_dup_status (thread), "nearly there");
  g_assert_finalize_object (thread);
}

/* cancellation */

static void
test_cancelled_before (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  MyThread *thread = prepare (my_test_thread_new (NULL, log, NULL, NULL));

  my_thread_cancel (thread);
  start (thread);
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_CANCELLED);
  my_test_assert_fails (my_thread_join (thread, &error_), G_IO_ERROR, G_IO_ERROR_CANCELLED);
  my_test_assert_log (log, "class-finished");
  g_assert_finalize_object (thread);
  my_test_assert_log (log, "finalized");
}

static void
assert_ends_cancelled (MyThread *thread)
{
  my_test_assert_fails (my_thread_join (thread, &error_), G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_CANCELLED);
  g_assert_true (my_thread_is_cancelled (thread));
  /* It may have been cancelled before it ran. */
  my_test_release (thread);
}

static void
test_cancelled_asleep (void)
{
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *thread;

  thread = start_new (my_test_run_sleep, &block);
  my_test_gate_wait (&block.entered);
  my_test_wait_until_waiting (thread);
  my_thread_cancel (thread);
  assert_ends_cancelled (thread);
}

static void
run_until_cancelled (MyThread *thread,
                     gpointer entered,
                     GError **error)
{
  my_test_gate_open (entered);
  my_test_wait_until (my_test_is_cancelled, thread);
  g_assert_true (g_cancellable_is_cancelled (my_thread_get_cancellable (thread)));
  g_assert_true (my_thread_set_error_if_cancelled (thread, error));
}

/* by its own function, and by its GCancellable */
static void
test_cancelled_running (void)
{
  for (guint i = 0; i < 2; i++) {
    g_auto (MyTestGate) entered = MY_TEST_GATE_INIT;
    MyThread *thread;

    thread = start_new (run_until_cancelled, &entered);
    my_test_gate_wait (&entered);
    if (i == 0) {
      my_thread_cancel (thread);
    } else {
      g_cancellable_cancel (my_thread_get_cancellable (thread));
    }
    assert_ends_cancelled (thread);
  }
}

/* Whatever it does after the flag, its state follows what it returns. */
static void
run_ignore_cancel (MyThread *thread,
                   gpointer entered,
                   GError **error)
{
  my_test_gate_open (entered);
  my_test_wait_until (my_test_is_cancelled, thread);
}

static void
test_cancel_ignored (void)
{
  g_auto (MyTestGate) entered = MY_TEST_GATE_INIT;
  MyThread *thread;

  thread = start_new (run_ignore_cancel, &entered);
  my_test_gate_wait (&entered);
  my_thread_cancel (thread);
  my_test_finish (thread);
}

/* joining */

static gpointer
join_as_foreign (gpointer thread)
{
  GError *error = NULL;

  g_assert_true (my_thread_join (thread, &error));
  g_assert_no_error (error);
  return NULL;
}

static void
test_many_joins (void)
{
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *thread;
  GThread *joiners[8];

  thread = start_new (my_test_run_block, &block);
  for (guint i = 0; i < G_N_ELEMENTS (joiners); i++) {
    joiners[i] = g_thread_new ("joiner", join_as_foreign, thread);
  }
  my_test_gate_wait (&block.entered);
  my_test_gate_open (&block.release);
  for (guint i = 0; i < G_N_ELEMENTS (joiners); i++) {
    g_thread_join (joiners[i]);
  }
  my_test_finish (thread);
}

static void
test_timeouts (void)
{
  const gint64 timeouts[] = { 0, 1, 1000, 20000 };
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *thread;

  thread = start_new (my_test_run_block, &block);
  my_test_gate_wait (&block.entered);
  for (guint i = 0; i < G_N_ELEMENTS (timeouts); i++) {
    gint64 begin = g_get_monotonic_time ();

    my_test_assert_fails (my_thread_join_timeout (thread, timeouts[i], &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT);
    g_assert_cmpint (g_get_monotonic_time () - begin, >=, timeouts[i]);
    g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_RUNNING);
  }
  my_test_gate_open (&block.release);
  g_assert_true (my_thread_join_timeout (thread, MY_TEST_LONG_US, NULL));
  my_test_finish (thread);
}

static void
on_joined (GObject *source,
           GAsyncResult *result,
           gpointer n_joined)
{
  my_test_assert_fails (my_thread_join_finish (MY_THREAD (source), result, &error_), G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_atomic_int_inc ((gint *) n_joined);
}

static void
test_join_async (void)
{
  MyThread *thread = start_new (my_test_run_fail, NULL);
  gint n_joined = 0;

  my_thread_join_async (thread, NULL, on_joined, &n_joined);
  g_assert_cmpint (n_joined, ==, 0);
  my_test_iterate_until (NULL, my_test_is_set, &n_joined);
  g_assert_cmpint (n_joined, ==, 1);
  my_test_iterate_pending (NULL);
  g_assert_finalize_object (thread);
}

/* Deadlock. */

static void
run_join_itself (MyThread *thread,
                 gpointer unused,
                 GError **error)
{
  my_thread_join (thread, error);
}

static void
assert_deadlock (MyThread *thread)
{
  my_test_assert_fails (my_thread_join (thread, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK);
}

static void
test_join_itself (void)
{
  MyThread *thread = start_new (run_join_itself, NULL);

  assert_deadlock (thread);
  g_assert_finalize_object (thread);
}

#define RING 4

typedef struct {
  MyThread *threads[RING];
  gint n_deadlocks;
} Ring;

/* Each joins the next one, and is content if that fails. */
static void
run_in_ring (MyThread *thread,
             gpointer data,
             GError **unused)
{
  Ring *ring = data;
  GError *error = NULL;
  guint self = 0;

  while (ring->threads[self] != thread) {
    self++;
  }
  if (!my_thread_join (ring->threads[(self + 1) % RING], &error)) {
    my_test_assert_error (&error, MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK);
    g_atomic_int_inc (&ring->n_deadlocks);
  }
}

/* Whichever of them closes the circle, one of them does. It may do so before the next one was started. */
static void
test_ring (void)
{
  for (guint round = 0; round < 30; round++) {
    Ring ring = { .n_deadlocks = 0 };
    MyThreadGroup *group = my_thread_group_new ("ring", NULL);
    g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
    MyThread *gate;

    /* Nobody begins before all of them have been started. */
    my_thread_group_set_max_running (group, 1);
    gate = my_test_thread_new_in_group (group, my_test_run_block, &block);
    start (gate);
    for (guint i = 0; i < RING; i++) {
      ring.threads[i] = start_in_group (group, run_in_ring, &ring);
    }
    my_thread_group_set_max_running (group, 0);
    my_test_gate_open (&block.release);
    for (guint i = 0; i < RING; i++) {
      GError *error = NULL;

      g_assert_true (my_thread_join (ring.threads[i], &error));
      g_assert_no_error (error);
    }
    g_assert_cmpint (ring.n_deadlocks, ==, 1);
    my_test_finish (gate);
    for (guint i = 0; i < RING; i++) {
      g_assert_finalize_object (ring.threads[i]);
    }
    my_test_release (group);
  }
}

/* A thread that starts others where it runs itself, and waits for them. */
static void
run_tree (MyThread *thread,
          gpointer depth,
          GError **error)
{
  if (GPOINTER_TO_UINT (depth) > 0) {
    MyThread *children[2];

    for (guint i = 0; i < G_N_ELEMENTS (children); i++) {
      children[i] = start_new (run_tree, GUINT_TO_POINTER (GPOINTER_TO_UINT (depth) - 1));
    }
    for (guint i = 0; i < G_N_ELEMENTS (children); i++) {
      g_assert_true (my_thread_join (children[i], NULL));
      g_object_unref (children[i]);
    }
  }
}

static void
test_tree (void)
{
  my_test_finish (start_new (run_tree, GUINT_TO_POINTER (5)));
}

/* groups */

static void
test_group_limit (void)
{
  MyThreadGroup *group = my_thread_group_new ("crowd", NULL);
  MyTestCrowd crowd = { 0, 0 };
  GError *error = NULL;

  my_thread_group_set_max_running (group, 2);
  for (guint i = 0; i < 100; i++) {
    g_object_unref (start_in_group (group, my_test_run_pass, &crowd));
  }
  g_assert_true (my_thread_group_join (group, &error));
  g_assert_no_error (error);
  g_assert_cmpint (crowd.n_running, ==, 0);
  g_assert_cmpint (crowd.n_most, >=, 1);
  g_assert_cmpint (crowd.n_most, <=, 2);
  my_test_release (group);
}

/* Of threads that run, and of some that may still wait for their turn. */
static void
test_cancel_on_error (void)
{
  MyThreadGroup *group = my_thread_group_new ("all or none", NULL);
  MyThread *threads[8];

  my_thread_group_set_cancel_on_error (group, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    threads[i] = start_in_group (group, my_test_run_sleep, NULL);
  }
  g_object_unref (start_in_group (group, my_test_run_fail, NULL));
  my_test_assert_fails (my_thread_group_join (group, &error_), G_IO_ERROR, G_IO_ERROR_EXISTS);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    assert_ends_cancelled (threads[i]);
  }
  my_test_release (group);
}

static void
test_group_cancel (void)
{
  MyThreadGroup *group = my_thread_group_new ("cancelled", NULL);
  MyThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    threads[i] = start_in_group (group, my_test_run_sleep, NULL);
  }
  my_thread_group_cancel (group);
  g_assert_true (my_thread_group_join (group, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    assert_ends_cancelled (threads[i]);
  }
  my_test_release (group);
}

/* Says that it blocks: one worker has them all. */
static void
run_block_in_brackets (MyThread *thread,
                       gpointer block,
                       GError **error)
{
  my_thread_pool_begin_blocking ();
  my_test_run_block (thread, block, error);
  my_thread_pool_end_blocking ();
}

/* Each one once, and those that are told to end one after the other in that order. */
static void
test_join_next (void)
{
  const guint order[] = { 2, 0, 1 };
  MyThreadGroup *group = my_thread_group_new ("one after the other", NULL);
  MyTestBlock blocks[G_N_ELEMENTS (order)];
  MyThread *threads[G_N_ELEMENTS (order)];
  GError *error = NULL;

  my_thread_group_set_keep_finished (group, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (order); i++) {
    my_test_block_init (&blocks[i]);
    threads[i] = start_in_group (group, run_block_in_brackets, &blocks[i]);
  }
  for (guint i = 0; i < G_N_ELEMENTS (order); i++) {
    MyThread *next;

    my_test_gate_open (&blocks[order[i]].release);
    next = my_thread_group_join_next (group, -1, &error);
    g_assert_no_error (error);
    g_assert_true (next == threads[order[i]]);
    g_object_unref (next);
  }
  g_assert_null (my_thread_group_join_next (group, -1, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (order); i++) {
    my_test_finish (threads[i]);
    my_test_block_clear (&blocks[i]);
  }
  my_test_release (group);
}

/* ownership */

static void
on_destroy (gpointer data)
{
  g_assert_true (my_thread_get_current () == my_thread_get_main ());
  g_atomic_int_inc ((gint *) data);
}

static gboolean
are_all_gone (gpointer n_destroyed)
{
  /* A wait in the thread that owns them: no loop is run. */
  g_assert_true (my_thread_sleep (1, NULL));
  return g_atomic_int_get ((gint *) n_destroyed) == 50;
}

/* Nobody has a reference, and nobody runs a loop. */
static void
test_let_go (void)
{
  gint n_destroyed = 0;

  for (guint i = 0; i < 50; i++) {
    MyThread *thread = prepare (my_thread_new (NULL, run_check_running, &n_destroyed, on_destroy));

    start (thread);
    g_object_unref (thread);
  }
  my_test_wait_until (are_all_gone, &n_destroyed);
}

/* refusal */

static void
test_refused (void)
{
  MyExecutor *closed = my_test_executor_new (MY_TEST_EXECUTOR_CLOSED);
  g_autoptr (MyTestLog) log = my_test_log_new ();
  MyThread *thread = prepare (my_test_thread_new (NULL, log, NULL, NULL));
  guint n_before = my_thread_active_count ();
  MyExecutor *refuses = closed;

  /* A pool of the test's own refuses by itself. */
  if (MY_IS_THREAD_POOL (executor) && kind->drop == drop_pool) {
    g_assert_true (my_thread_pool_shutdown (MY_THREAD_POOL (executor), MY_SHUTDOWN_DRAIN, NULL));
    refuses = executor;
  }
  for (guint i = 0; i < 3; i++) {
    my_test_assert_fails (my_executor_submit (refuses, thread, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_SHUT_DOWN);
    g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_NEW);
    g_assert_cmpuint (my_thread_active_count (), ==, n_before);
  }
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "");
  my_thread_set_executor (thread, refuses == closed ? executor : NULL);
  start (thread);
  g_assert_true (my_thread_join (thread, NULL));
  assert_log_of_run (log, "class-started class-finished");
  g_assert_finalize_object (thread);
  my_test_assert_log (log, "finalized");
  my_test_executor_free (closed);
}

/* the cases */

typedef struct {
  const char *name;
  void (*func) (void);
  guint needs;
} Case;

static const Case cases[] = {
  { "signals", test_signals, 0 },
  { "owner", test_owner, 0 },
  { "started-once", test_started_once, 0 },
  { "counted", test_counted, INLINE },
  { "many", test_many, 0 },
  { "failure", test_failure, 0 },
  { "unseen-error", test_unseen_error, 0 },
  { "result", test_result, REPORTING },
  { "progress", test_progress, 0 },
  { "cancelled-before", test_cancelled_before, 0 },
  { "cancelled-asleep", test_cancelled_asleep, INLINE | REPORTING },
  { "cancelled-running", test_cancelled_running, INLINE },
  { "cancel-ignored", test_cancel_ignored, INLINE },
  { "many-joins", test_many_joins, INLINE },
  { "timeouts", test_timeouts, INLINE },
  { "join-async", test_join_async, 0 },
  { "join-itself", test_join_itself, REPORTING },
  { "ring", test_ring, INLINE | REPORTING },
  { "tree", test_tree, 0 },
  { "group-limit", test_group_limit, 0 },
  { "cancel-on-error", test_cancel_on_error, INLINE | REPORTING },
  { "group-cancel", test_group_cancel, INLINE | REPORTING },
  { "join-next", test_join_next, INLINE },
  { "let-go", test_let_go, 0 },
  { "refused", test_refused, 0 },
};

typedef struct {
  const Kind *kind;
  const Case *a_case;
} Pair;

static void
test_pair (gconstpointer data)
{
  const Pair *pair = data;

  kind = pair->kind;
  executor = kind->create ? kind->create () : NULL;
  pair->a_case->func ();
  if (executor) {
    kind->drop (executor);
  }
  executor = NULL;
}

static gboolean
has_fresh_os_threads (void)
{
  GObjectClass *klass = g_type_class_ref (MY_TYPE_THREAD);
  gboolean has = g_object_class_find_property (klass, "fresh-os-thread") != NULL;

  g_type_class_unref (klass);
  return has;
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++) {
    if (kinds[i].fresh && !has_fresh_os_threads ()) {
      continue;
    }
    for (gsize j = 0; j < G_N_ELEMENTS (cases); j++) {
      if (!(kinds[i].lacks & cases[j].needs)) {
        Pair *pair = g_new (Pair, 1);
        char *path = g_strdup_printf ("/executor-conformance/%s/%s", kinds[i].name, cases[j].name);

        *pair = (Pair){ &kinds[i], &cases[j] };
        g_test_add_data_func_full (path, pair, test_pair, g_free);
        g_free (path);
      }
    }
  }

  return g_test_run ();
}
