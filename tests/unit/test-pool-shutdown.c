/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-log.h"
#include "my-test-pool.h"
#include "my-test-thread.h"

/* The end of a pool: what becomes of what it has, and of what comes after. */

static void
assert_is_shut (MyThreadPool *pool)
{
  MyThread *thread = my_thread_new (NULL, NULL, NULL, NULL);
  guint n_active = my_thread_active_count ();

  my_test_assert_fails (my_thread_pool_push (pool, my_test_task_nothing, NULL, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_SHUT_DOWN);
  my_test_assert_fails (my_executor_submit (MY_EXECUTOR (pool), thread, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_SHUT_DOWN);
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_NEW);
  g_assert_cmpuint (my_thread_active_count (), ==, n_active);
  g_assert_cmpuint (my_thread_pool_get_n_queued (pool), ==, 0);
  g_assert_cmpuint (my_thread_pool_get_n_active (pool), ==, 0);
  my_thread_set_executor (thread, NULL);
  g_assert_true (my_thread_start (thread, NULL));
  my_test_finish (thread);
}

static void
shut_down (MyThreadPool *pool,
           MyShutdownMode mode)
{
  GError *error = NULL;
  gboolean ok = my_thread_pool_shutdown (pool, mode, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
}

/* A pool that was never used, one that has idle workers; and the second time. */
static void
test_idle (gconstpointer data)
{
  MyShutdownMode mode = (MyShutdownMode) GPOINTER_TO_INT (data);

  for (guint n_tasks = 0; n_tasks < 3; n_tasks++) {
    MyThreadPool *pool = my_thread_pool_new ("idlepool", 2);

    for (guint i = 0; i < n_tasks; i++) {
      my_test_push (pool, my_test_task_nothing, NULL);
    }
    my_test_pool_wait_until_idle (pool, n_tasks);
    shut_down (pool, mode);
    my_test_wait_until (my_test_workers_have_left, (gpointer) "idlepool");
    assert_is_shut (pool);
    shut_down (pool, mode);
    shut_down (pool, MY_SHUTDOWN_DRAIN);
    shut_down (pool, MY_SHUTDOWN_CANCEL);
    assert_is_shut (pool);
    g_assert_cmpuint (my_thread_pool_get_n_completed (pool), ==, n_tasks);
    g_assert_finalize_object (pool);
  }
}

/* A pool with work. */

typedef struct {
  gint n_run;
  gint n_destroyed;
} Life;

static void
task_live (gpointer data)
{
  g_atomic_int_inc (&((Life *) data)->n_run);
}

static void
destroy_life (gpointer data)
{
  g_atomic_int_inc (&((Life *) data)->n_destroyed);
}

static gpointer
shut_down_by_draining (gpointer pool)
{
  shut_down (pool, MY_SHUTDOWN_DRAIN);
  return NULL;
}

static gpointer
shut_down_by_cancelling (gpointer pool)
{
  shut_down (pool, MY_SHUTDOWN_CANCEL);
  return NULL;
}

/* Refused while the shutdown waits: it has begun. */
static gboolean
refuses (gpointer pool)
{
  GError *error = NULL;
  gboolean is_shut = !my_thread_pool_push (pool, my_test_task_nothing, NULL, &error);

  if (is_shut) {
    g_assert_error (error, MY_THREAD_ERROR, MY_THREAD_ERROR_SHUT_DOWN);
  }
  g_clear_error (&error);
  return is_shut;
}

static void
test_drain (void)
{
  MyThreadPool *pool = my_thread_pool_new ("drain", 1);
  g_autoptr (MyTestLog) log = my_test_log_new ();
  Life life = { 0, 0 };
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *thread;
  GThread *closer;

  my_test_pool_hold (pool, &block, 1);
  for (guint i = 0; i < 100; i++) {
    g_assert_true (my_thread_pool_push_full (pool, task_live, &life, destroy_life, NULL));
  }
  thread = my_test_thread_new (NULL, log, NULL, NULL);
  g_assert_true (my_executor_submit (MY_EXECUTOR (pool), thread, NULL));
  closer = g_thread_new ("closer", shut_down_by_draining, pool);
  my_test_wait_until (refuses, pool);
  g_assert_cmpint (life.n_destroyed, ==, 0);
  my_test_gate_open (&block.release);
  g_thread_join (closer);
  g_assert_cmpint (life.n_run, ==, 100);
  g_assert_cmpint (life.n_destroyed, ==, 100);
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_SUCCEEDED);
  g_assert_true (my_thread_join (thread, NULL));
  my_test_assert_log (log, "run@ class-started class-finished");
  assert_is_shut (pool);
  g_assert_finalize_object (thread);
  my_test_assert_log (log, "finalized");
  my_test_pool_finish (pool);
}

/* What is queued is dropped, what runs is cancelled. */
static void
test_cancel (void)
{
  MyThreadPool *pool = my_thread_pool_new ("cancel", 1);
  g_autoptr (MyTestLog) log = my_test_log_new ();
  Life life = { 0, 0 };
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *running, *queued;

  running = my_test_submit (pool, my_test_run_sleep, &block);
  my_test_gate_wait (&block.entered);
  /* A worker that sleeps is no worker; this one is held. */
  my_test_pool_hold (pool, &block, 1);
  for (guint i = 0; i < 100; i++) {
    g_assert_true (my_thread_pool_push_full (pool, task_live, &life, destroy_life, NULL));
  }
  queued = my_test_thread_new (NULL, log, NULL, NULL);
  my_test_log_watch (log, queued, NULL, "started finished");
  g_assert_true (my_executor_submit (MY_EXECUTOR (pool), queued, NULL));
  g_assert_cmpint (my_thread_get_state (queued), ==, MY_THREAD_STATE_QUEUED);
  {
    GThread *closer = g_thread_new ("closer", shut_down_by_cancelling, pool);

    my_test_assert_fails (my_thread_join (running, &error_), G_IO_ERROR, G_IO_ERROR_CANCELLED);
    my_test_assert_fails (my_thread_join (queued, &error_), G_IO_ERROR, G_IO_ERROR_CANCELLED);
    my_test_wait_until (my_test_pool_has_empty_queue, pool);
    my_test_gate_open (&block.release);
    g_thread_join (closer);
  }
  g_assert_cmpint (my_thread_get_state (queued), ==, MY_THREAD_STATE_CANCELLED);
  my_test_log_unwatch (log, queued);
  my_test_assert_log (log, "finished class-finished");
  g_assert_cmpint (life.n_run, ==, 0);
  g_assert_cmpint (life.n_destroyed, ==, 100);
  assert_is_shut (pool);
  g_assert_finalize_object (running);
  g_assert_finalize_object (queued);
  my_test_assert_log (log, "finalized");
  my_test_pool_finish (pool);
}

/* CANCEL while a DRAIN waits: no more is begun. And the other way round, where the first one has done it already. */
static void
test_cancel_draining (void)
{
  MyThreadPool *pool = my_thread_pool_new ("both", 1);
  Life life = { 0, 0 };
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  GThread *draining, *cancelling;

  my_test_pool_hold (pool, &block, 1);
  for (guint i = 0; i < 10; i++) {
    g_assert_true (my_thread_pool_push_full (pool, task_live, &life, destroy_life, NULL));
  }
  draining = g_thread_new ("draining", shut_down_by_draining, pool);
  my_test_wait_until (refuses, pool);
  cancelling = g_thread_new ("cancelling", shut_down_by_cancelling, pool);
  /* It has taken what was queued while the worker was still held. */
  my_test_wait_until (my_test_is_set, &life.n_destroyed);
  my_test_gate_open (&block.release);
  g_thread_join (draining);
  g_thread_join (cancelling);
  g_assert_cmpint (life.n_run + life.n_destroyed, >=, 10);
  g_assert_cmpint (life.n_destroyed, ==, 10);
  g_assert_cmpint (life.n_run, <, 10);
  assert_is_shut (pool);
  my_test_pool_finish (pool);
}

/* From many threads at once. */
static void
test_at_once (void)
{
  for (guint round = 0; round < 50; round++) {
    MyThreadPool *pool = my_thread_pool_new ("at once", 2);
    Life life = { 0, 0 };
    GThread *closers[4];

    for (guint i = 0; i < 20; i++) {
      g_assert_true (my_thread_pool_push_full (pool, task_live, &life, destroy_life, NULL));
    }
    for (guint i = 0; i < G_N_ELEMENTS (closers); i++) {
      closers[i] = g_thread_new ("closer", shut_down_by_draining, pool);
    }
    for (guint i = 0; i < G_N_ELEMENTS (closers); i++) {
      g_thread_join (closers[i]);
    }
    g_assert_cmpint (life.n_run, ==, 20);
    g_assert_cmpint (life.n_destroyed, ==, 20);
    g_assert_finalize_object (pool);
  }
}

/* From a worker of its own: it does nothing. */

static void
try_to_shut_down (gpointer pool)
{
  const MyShutdownMode modes[] = { MY_SHUTDOWN_DRAIN, MY_SHUTDOWN_CANCEL };

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++) {
    my_test_assert_fails (my_thread_pool_shutdown (pool, modes[i], &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK);
  }
}

static void
run_try_to_shut_down (MyThread *thread,
                      gpointer pool,
                      GError **error)
{
  MyThread *child = my_test_submit (pool, my_test_run_nothing, NULL);

  try_to_shut_down (pool);
  g_assert_false (my_thread_is_cancelled (thread));
  g_assert_true (my_thread_join (child, error));
  g_object_unref (child);
}

/* One that runs on the stack of another one is in the pool, too. */
static void
run_shut_down_below (MyThread *thread,
                     gpointer pool,
                     GError **error)
{
  MyThread *child = my_test_submit (pool, run_try_to_shut_down, pool);

  g_assert_true (my_thread_join (child, error));
  g_object_unref (child);
}

static void
test_from_worker (void)
{
  const MyThreadFunc funcs[] = { run_try_to_shut_down, run_shut_down_below };
  MyThreadPool *pool = my_thread_pool_new ("worker", 1);
  gint n = 0;

  my_test_push (pool, try_to_shut_down, pool);
  my_test_push (pool, my_test_task_count, &n);
  for (guint i = 0; i < G_N_ELEMENTS (funcs); i++) {
    MyThread *thread = my_test_submit (pool, funcs[i], pool);

    /* Who joins it before may run it himself. */
    my_test_wait_until (my_test_is_over, thread);
    my_test_finish (thread);
  }
  g_assert_cmpint (n, ==, 1);
  my_test_pool_finish (pool);
}

/* A worker of another pool may. */

static void
task_shut_down (gpointer pool)
{
  shut_down (pool, MY_SHUTDOWN_DRAIN);
}

static void
test_from_another_pool (void)
{
  MyThreadPool *pool = my_thread_pool_new ("this", 1);
  MyThreadPool *other = my_thread_pool_new ("other", 1);
  gint n = 0;

  for (guint i = 0; i < 100; i++) {
    my_test_push (pool, my_test_task_count, &n);
  }
  my_test_push (other, task_shut_down, pool);
  my_test_pool_finish (other);
  g_assert_cmpint (n, ==, 100);
  assert_is_shut (pool);
  my_test_pool_finish (pool);
}

/* While workers block in the library: they are waited for. */

static void
test_drain_blocked (void)
{
  MyThreadPool *pool = my_thread_pool_new ("blocked", 1);
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *outside, *joiners[5];
  GThread *closer;

  outside = my_test_start_block ("outside", &block);
  for (guint i = 0; i < G_N_ELEMENTS (joiners); i++) {
    joiners[i] = my_test_submit (pool, my_test_run_join, outside);
  }
  closer = g_thread_new ("closer", shut_down_by_draining, pool);
  my_test_wait_until (refuses, pool);
  for (guint i = 0; i < G_N_ELEMENTS (joiners); i++) {
    /* All of them begin although the pool takes nothing more. */
    my_test_wait_until (my_test_has_begun, joiners[i]);
  }
  my_test_gate_open (&block.release);
  g_thread_join (closer);
  for (guint i = 0; i < G_N_ELEMENTS (joiners); i++) {
    g_assert_cmpint (my_thread_get_state (joiners[i]), ==, MY_THREAD_STATE_SUCCEEDED);
    my_test_finish (joiners[i]);
  }
  my_test_finish (outside);
  my_test_pool_finish (pool);
}

static void
test_cancel_blocked (void)
{
  MyThreadPool *pool = my_thread_pool_new ("blocked", 1);
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *outside, *joiners[5];

  outside = my_test_start_block ("outside", &block);
  for (guint i = 0; i < G_N_ELEMENTS (joiners); i++) {
    joiners[i] = my_test_submit (pool, my_test_run_join, outside);
    my_test_wait_until (my_test_has_begun, joiners[i]);
  }
  shut_down (pool, MY_SHUTDOWN_CANCEL);
  for (guint i = 0; i < G_N_ELEMENTS (joiners); i++) {
    g_assert_cmpint (my_thread_get_state (joiners[i]), ==, MY_THREAD_STATE_CANCELLED);
    g_assert_false (my_thread_join (joiners[i], NULL));
    g_assert_finalize_object (joiners[i]);
  }
  my_test_gate_open (&block.release);
  my_test_finish (outside);
  my_test_pool_finish (pool);
}

/* The one that waits for the shutdown is cancelled, as in every wait; and may come back. */

static void
run_shut_down (MyThread *thread,
               gpointer pool,
               GError **error)
{
  my_thread_pool_shutdown (pool, MY_SHUTDOWN_DRAIN, error);
}

static void
test_interrupted (void)
{
  MyThreadPool *pool = my_thread_pool_new ("interrupted", 1);
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *closer;

  my_test_pool_hold (pool, &block, 1);
  closer = my_test_start ("closer", run_shut_down, pool);
  my_test_wait_until (refuses, pool);
  my_test_wait_until_waiting (closer);
  my_thread_cancel (closer);
  my_test_assert_fails (my_thread_join (closer, &error_), G_IO_ERROR, G_IO_ERROR_CANCELLED);
  my_test_gate_open (&block.release);
  shut_down (pool, MY_SHUTDOWN_DRAIN);
  assert_is_shut (pool);
  g_assert_finalize_object (closer);
  my_test_pool_finish (pool);
}

/* Dropping the last reference: a DRAIN that does not wait. */

static gboolean
all_are_destroyed (gpointer data)
{
  return g_atomic_int_get (&((Life *) data)->n_destroyed) == 50;
}

static void
test_last_unref (void)
{
  MyThreadPool *pool = my_thread_pool_new ("lastunref", 1);
  Life life = { 0, 0 };
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *thread;

  my_test_pool_hold (pool, &block, 1);
  for (guint i = 0; i < 50; i++) {
    g_assert_true (my_thread_pool_push_full (pool, task_live, &life, destroy_life, NULL));
  }
  thread = my_test_submit (pool, my_test_run_nothing, NULL);
  g_object_unref (pool);
  g_assert_cmpint (life.n_run, ==, 0);
  my_test_gate_open (&block.release);
  g_assert_true (my_thread_join (thread, NULL));
  g_object_unref (thread);
  my_test_wait_until (all_are_destroyed, &life);
  g_assert_cmpint (life.n_run, ==, 50);
  my_test_wait_until (my_test_workers_have_left, (gpointer) "lastunref");
}

/* By a task of its own. */

typedef struct {
  MyThreadPool *pool;
  Life life;
  MyTestGate go;
} Owner;

static void
task_unref (gpointer data)
{
  Owner *owner = data;

  my_test_gate_wait (&owner->go);
  for (guint i = 0; i < 50; i++) {
    g_assert_true (my_thread_pool_push_full (owner->pool, task_live, &owner->life, destroy_life, NULL));
  }
  g_object_unref (owner->pool);
}

static void
test_last_unref_inside (void)
{
  for (guint max = 1; max <= 2; max++) {
    Owner owner = { .pool = my_thread_pool_new ("lastinside", max) };

    /* The task's reference is the last one when the push has returned. */
    my_test_gate_init (&owner.go);
    my_test_push (owner.pool, task_unref, &owner);
    my_test_gate_open (&owner.go);
    my_test_wait_until (all_are_destroyed, &owner.life);
    g_assert_cmpint (owner.life.n_run, ==, 50);
    my_test_wait_until (my_test_workers_have_left, (gpointer) "lastinside");
    my_test_gate_clear (&owner.go);
  }
}

/* By the destroy notify of a task that is dropped. */

static void
destroy_owner (gpointer data)
{
  Owner *owner = data;

  destroy_life (&owner->life);
  g_object_unref (owner->pool);
}

static void
task_of_owner (gpointer data)
{
  task_live (&((Owner *) data)->life);
}

static void
test_unref_when_dropped (void)
{
  Owner owner = { .pool = my_thread_pool_new ("dropped", 1) };
  MyThreadPool *pool = owner.pool;
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  GThread *closer;

  my_test_pool_hold (pool, &block, 1);
  g_object_add_weak_pointer (G_OBJECT (pool), (gpointer *) &pool);
  g_object_ref (pool);
  g_assert_true (my_thread_pool_push_full (pool, task_of_owner, &owner, destroy_owner, NULL));
  closer = g_thread_new ("closer", shut_down_by_cancelling, pool);
  my_test_wait_until (refuses, pool);
  my_test_wait_until (my_test_pool_has_empty_queue, pool);
  my_test_gate_open (&block.release);
  g_thread_join (closer);
  g_assert_cmpint (owner.life.n_run, ==, 0);
  g_assert_cmpint (owner.life.n_destroyed, ==, 1);
  g_object_unref (owner.pool);
  g_assert_null (pool);
}

#define ADD_MODES(name, func)                                                                              \
  G_STMT_START                                                                                             \
    {                                                                                                      \
      g_test_add_data_func ("/pool-shutdown/" name "/drain", GINT_TO_POINTER (MY_SHUTDOWN_DRAIN), func);   \
      g_test_add_data_func ("/pool-shutdown/" name "/cancel", GINT_TO_POINTER (MY_SHUTDOWN_CANCEL), func); \
    }                                                                                                      \
  G_STMT_END

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD_MODES ("idle", test_idle);
  g_test_add_func ("/pool-shutdown/drain", test_drain);
  g_test_add_func ("/pool-shutdown/cancel", test_cancel);
  g_test_add_func ("/pool-shutdown/cancel-draining", test_cancel_draining);
  g_test_add_func ("/pool-shutdown/at-once", test_at_once);
  g_test_add_func ("/pool-shutdown/from-worker", test_from_worker);
  g_test_add_func ("/pool-shutdown/from-another-pool", test_from_another_pool);
  g_test_add_func ("/pool-shutdown/drain-blocked", test_drain_blocked);
  g_test_add_func ("/pool-shutdown/cancel-blocked", test_cancel_blocked);
  g_test_add_func ("/pool-shutdown/interrupted", test_interrupted);
  g_test_add_func ("/pool-shutdown/last-unref", test_last_unref);
  g_test_add_func ("/pool-shutdown/last-unref-inside", test_last_unref_inside);
  g_test_add_func ("/pool-shutdown/unref-when-dropped", test_unref_when_dropped);

  return g_test_run ();
}
