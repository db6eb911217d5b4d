/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-pool.h"

/* Tasks that are pushed: each is run once, by at most so many workers, and is counted. */

static void
test_push (void)
{
  MyThreadPool *pool = my_thread_pool_new ("push", 2);
  gint n = 0;

  for (guint i = 0; i < 10000; i++) {
    my_test_push (pool, my_test_task_count, &n);
  }
  my_test_pool_wait_until_idle (pool, 10000);
  g_assert_cmpint (g_atomic_int_get (&n), ==, 10000);
  my_test_pool_finish (pool);
  g_assert_cmpint (n, ==, 10000);
}

/* A worker is no thread that the caller could have been. */

static void
task_store_ids (gpointer data)
{
  gpointer *seen = data;

  g_assert_null (g_main_context_get_thread_default ());
  seen[0] = my_thread_get_current ();
  g_atomic_pointer_set (&seen[1], g_thread_self ());
}

static gboolean
second_is_set (gpointer data)
{
  gpointer *seen = data;

  return g_atomic_pointer_get (&seen[1]) != NULL;
}

static void
test_elsewhere (void)
{
  MyThreadPool *pool = my_thread_pool_new (NULL, 1);
  gpointer seen[2] = { NULL, NULL };

  my_test_push (pool, task_store_ids, seen);
  my_test_wait_until (second_is_set, seen);
  g_assert_true (seen[0] != my_thread_get_main ());
  g_assert_true (seen[1] != g_thread_self ());
  my_test_pool_finish (pool);
}

/* One worker runs them in the order in which they came. */

typedef struct {
  gint *n_run;
  gint number;
} Numbered;

static void
task_check_turn (gpointer data)
{
  Numbered *numbered = data;

  g_assert_cmpint (g_atomic_int_add (numbered->n_run, 1), ==, numbered->number);
}

static void
test_order (void)
{
  static Numbered tasks[2000];
  MyThreadPool *pool = my_thread_pool_new ("order", 1);
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  gint n_run = 0;

  my_test_pool_hold (pool, &block, 1);
  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++) {
    tasks[i] = (Numbered){ &n_run, (gint) i };
    my_test_push (pool, task_check_turn, &tasks[i]);
    /* Half of them come while it is busy with the others. */
    if (i == G_N_ELEMENTS (tasks) / 2) {
      my_test_gate_open (&block.release);
    }
  }
  my_test_pool_finish (pool);
  g_assert_cmpint (n_run, ==, G_N_ELEMENTS (tasks));
}

/* Threads and tasks stand in one queue. */

static void
run_check_turn (MyThread *thread,
                gpointer data,
                GError **error)
{
  task_check_turn (data);
}

static void
test_order_mixed (void)
{
  static Numbered tasks[200];
  static MyThread *threads[G_N_ELEMENTS (tasks)];
  MyThreadPool *pool = my_thread_pool_new ("order", 1);
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  gint n_run = 0;

  my_test_pool_hold (pool, &block, 1);
  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++) {
    tasks[i] = (Numbered){ &n_run, (gint) i };
    if (i % 3 == 0) {
      threads[i] = my_test_submit (pool, run_check_turn, &tasks[i]);
    } else {
      my_test_push (pool, task_check_turn, &tasks[i]);
    }
  }
  my_test_gate_open (&block.release);
  my_test_pool_wait_until_idle (pool, G_N_ELEMENTS (tasks) + 1);
  for (guint i = 0; i < G_N_ELEMENTS (tasks); i += 3) {
    my_test_finish (threads[i]);
  }
  my_test_pool_finish (pool);
}

/* The destroy notify is called once, after the task. */

typedef struct {
  gint n_run;
  gint n_destroyed;
} Life;

static void
task_live (gpointer data)
{
  Life *life = data;

  g_assert_cmpint (g_atomic_int_get (&life->n_destroyed), ==, 0);
  g_atomic_int_inc (&life->n_run);
}

static void
destroy_life (gpointer data)
{
  Life *life = data;

  g_assert_cmpint (g_atomic_int_get (&life->n_run), ==, 1);
  g_atomic_int_inc (&life->n_destroyed);
}

static void
test_destroy (void)
{
  static Life lives[100];
  MyThreadPool *pool = my_thread_pool_new ("destroy", 2);

  for (guint i = 0; i < G_N_ELEMENTS (lives); i++) {
    GError *error = NULL;

    g_assert_true (my_thread_pool_push_full (pool, task_live, &lives[i], destroy_life, &error));
    g_assert_no_error (error);
  }
  my_test_pool_finish (pool);
  for (guint i = 0; i < G_N_ELEMENTS (lives); i++) {
    g_assert_cmpint (lives[i].n_run, ==, 1);
    g_assert_cmpint (lives[i].n_destroyed, ==, 1);
  }
}

/* max-threads */

static void
test_max_threads (void)
{
  for (guint max = 1; max <= 4; max++) {
    MyThreadPool *pool = my_thread_pool_new ("crowd", max);
    MyTestCrowd crowd = { 0, 0 };

    g_assert_cmpuint (my_thread_pool_get_max_threads (pool), ==, max);
    for (guint i = 0; i < 1000; i++) {
      if (i % 10 == 0) {
        g_object_unref (my_test_submit (pool, my_test_run_pass, &crowd));
      } else {
        my_test_push (pool, my_test_task_pass, &crowd);
      }
    }
    my_test_pool_wait_until_idle (pool, 1000);
    g_assert_cmpint (crowd.n_most, <=, (gint) max);
    my_test_iterate_pending (NULL);
    my_test_pool_finish (pool);
  }
}

/* Nor of a pool that has just begun: what its first task submits waits for the end of that. */

static void
run_submit_and_look (MyThread *thread,
                     gpointer pool,
                     GError **error)
{
  MyThread *child = my_test_submit (pool, my_test_run_nothing, NULL);
  gint64 end = g_get_monotonic_time () + 300;

  /* No time makes this fail that should not: one that is never long enough finds nothing. */
  while (g_get_monotonic_time () < end) {
    g_assert_cmpint (my_thread_get_state (child), ==, MY_THREAD_STATE_QUEUED);
  }
  g_object_unref (child);
}

static void
test_max_threads_at_first (void)
{
  for (guint i = 0; i < 200; i++) {
    MyThreadPool *pool = my_thread_pool_new ("first", 1);
    MyThread *thread = my_test_submit (pool, run_submit_and_look, pool);

    /* Who joins it may run it himself. */
    my_test_wait_until (my_test_is_over, thread);
    my_test_finish (thread);
    my_test_pool_wait_until_idle (pool, 2);
    my_test_pool_finish (pool);
  }
}

/* All of them can run at once. */
static void
test_all_threads (void)
{
  MyThreadPool *pool = my_thread_pool_new ("all", 4);
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;

  my_test_pool_hold (pool, &block, 4);
  g_assert_cmpuint (my_thread_pool_get_n_active (pool), ==, 4);
  my_test_gate_open (&block.release);
  my_test_pool_finish (pool);
}

/* The number may change at any time. */
static void
test_max_threads_changes (void)
{
  MyThreadPool *pool = my_thread_pool_new ("changes", 1);
  g_auto (MyTestBlock) first = MY_TEST_BLOCK_INIT;
  g_auto (MyTestBlock) second = MY_TEST_BLOCK_INIT;
  MyTestCrowd crowd = { 0, 0 };

  my_test_pool_hold (pool, &first, 1);
  my_test_push (pool, my_test_task_block, &second);
  my_test_push (pool, my_test_task_block, &second);
  g_assert_cmpuint (my_thread_pool_get_n_active (pool), ==, 1);
  /* Those that are queued begin when there is room for them. */
  my_thread_pool_set_max_threads (pool, 3);
  my_test_gate_wait_count (&second.entered, 2);
  g_assert_cmpuint (my_thread_pool_get_n_active (pool), ==, 3);

  my_thread_pool_set_max_threads (pool, 1);
  my_test_gate_open (&second.release);
  my_test_gate_open (&first.release);
  my_test_pool_wait_until_idle (pool, 3);
  for (guint i = 0; i < 200; i++) {
    my_test_push (pool, my_test_task_pass, &crowd);
  }
  my_test_pool_wait_until_idle (pool, 203);
  g_assert_cmpint (crowd.n_most, ==, 1);
  my_test_pool_finish (pool);
}

/* Counters. */

static void
test_counters (void)
{
  MyThreadPool *pool = my_thread_pool_new ("counters", 2);
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *thread;
  guint64 n_queued, n_active, n_completed;

  g_assert_cmpuint (my_thread_pool_get_n_queued (pool), ==, 0);
  g_assert_cmpuint (my_thread_pool_get_n_active (pool), ==, 0);
  g_assert_cmpuint (my_thread_pool_get_n_completed (pool), ==, 0);
  my_test_pool_hold (pool, &block, 2);
  for (guint i = 0; i < 7; i++) {
    my_test_push (pool, my_test_task_nothing, NULL);
    g_assert_cmpuint (my_thread_pool_get_n_queued (pool), ==, i + 1);
  }
  thread = my_test_submit (pool, my_test_run_nothing, NULL);
  g_object_get (pool, "n-queued", &n_queued, "n-active", &n_active, "n-completed", &n_completed, NULL);
  g_assert_cmpuint (n_queued, ==, 8);
  g_assert_cmpuint (n_active, ==, 2);
  g_assert_cmpuint (n_completed, ==, 0);
  my_test_gate_open (&block.release);
  my_test_pool_wait_until_idle (pool, 10);
  my_test_finish (thread);
  my_test_pool_finish (pool);
}

/* While it works: nothing goes backwards, nothing is counted that was not pushed. */
static void
test_counters_running (void)
{
  MyThreadPool *pool = my_thread_pool_new ("counters", 2);
  guint64 last = 0;
  gint n = 0;

  for (guint64 n_pushed = 1; n_pushed <= 5000; n_pushed++) {
    guint64 n_completed;

    my_test_push (pool, my_test_task_count, &n);
    n_completed = my_thread_pool_get_n_completed (pool);
    g_assert_cmpuint (n_completed, >=, last);
    g_assert_cmpuint (n_completed, <=, n_pushed);
    g_assert_cmpuint (my_thread_pool_get_n_queued (pool), <=, n_pushed - last);
    /* The sums are made one after the other: what begins and ends in between is counted as begun. */
    g_assert_cmpuint (my_thread_pool_get_n_active (pool), <=, n_pushed - last);
    last = n_completed;
  }
  my_test_pool_wait_until_idle (pool, 5000);
  my_test_pool_finish (pool);
  g_assert_cmpint (n, ==, 5000);
}

/* Tasks that push. */

typedef struct {
  MyThreadPool *pool;
  gint n_run;
  gint n_to_push;
} Growing;

static void
task_push_two (gpointer data)
{
  Growing *growing = data;

  g_atomic_int_inc (&growing->n_run);
  for (guint i = 0; i < 2; i++) {
    if (g_atomic_int_add (&growing->n_to_push, -1) > 0) {
      my_test_push (growing->pool, task_push_two, growing);
    }
  }
}

static void
test_push_inside (void)
{
  for (guint max = 1; max <= 3; max++) {
    Growing growing = { .pool = my_thread_pool_new ("grow", max), .n_to_push = 2000 };

    my_test_push (growing.pool, task_push_two, &growing);
    my_test_pool_wait_until_idle (growing.pool, 2001);
    my_test_pool_finish (growing.pool);
    g_assert_cmpint (growing.n_run, ==, 2001);
  }
}

/* From one pool to another and back. */

typedef struct {
  MyThreadPool *pools[2];
  gint n_left;
} PingPong;

static void
task_ping_pong (gpointer data)
{
  PingPong *game = data;
  gint n = g_atomic_int_add (&game->n_left, -1);

  if (n > 0) {
    my_test_push (game->pools[n % 2], task_ping_pong, game);
  }
}

static void
test_two_pools (void)
{
  PingPong game = { .n_left = 500 };

  game.pools[0] = my_thread_pool_new ("ping", 1);
  game.pools[1] = my_thread_pool_new ("pong", 1);
  my_test_push (game.pools[0], task_ping_pong, &game);
  /* Every other one; the first one, and the last one, which pushes nothing, make 501. */
  my_test_pool_wait_until_idle (game.pools[0], 251);
  my_test_pool_wait_until_idle (game.pools[1], 250);
  my_test_pool_finish (game.pools[0]);
  my_test_pool_finish (game.pools[1]);
}

/* properties */

static void
test_properties (void)
{
  MyThreadPool *pool = g_object_new (MY_TYPE_THREAD_POOL, "name", "all of them", "max-threads", 3, "idle-timeout",
                                     G_GINT64_CONSTANT (1234567), "max-queued", 77, NULL);
  guint max_threads, max_queued;
  gint64 idle_timeout;
  char *name;

  g_assert_true (MY_IS_EXECUTOR (pool));
  g_assert_cmpstr (my_thread_pool_get_name (pool), ==, "all of them");
  g_assert_cmpuint (my_thread_pool_get_max_threads (pool), ==, 3);
  g_assert_cmpint (my_thread_pool_get_idle_timeout (pool), ==, 1234567);
  g_assert_cmpuint (my_thread_pool_get_max_queued (pool), ==, 77);
  g_object_set (pool, "max-threads", 2, "idle-timeout", G_GINT64_CONSTANT (7654321), "max-queued", 0, NULL);
  g_object_get (pool, "name", &name, "max-threads", &max_threads, "idle-timeout", &idle_timeout, "max-queued", &max_queued,
                NULL);
  g_assert_cmpstr (name, ==, "all of them");
  g_assert_cmpuint (max_threads, ==, 2);
  g_assert_cmpint (idle_timeout, ==, 7654321);
  g_assert_cmpuint (max_queued, ==, 0);
  g_free (name);
  my_test_pool_finish (pool);
}

static void
test_defaults (void)
{
  MyThreadPool *pool = my_thread_pool_new (NULL, 0);
  const char *const counters[] = { "n-queued", "n-active", "n-completed" };

  g_assert_cmpuint (my_thread_pool_get_max_queued (pool), ==, 0);
  g_assert_cmpint (my_thread_pool_get_idle_timeout (pool), >, 0);
  for (guint i = 0; i < G_N_ELEMENTS (counters); i++) {
    GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (pool), counters[i]);

    g_assert_nonnull (pspec);
    g_assert_true (pspec->value_type == G_TYPE_UINT64);
    g_assert_cmpint (pspec->flags & G_PARAM_WRITABLE, ==, 0);
  }
  my_test_pool_finish (pool);
}

/* A pool that was never used has made no OS thread. */
static void
test_lazy (void)
{
  MyThreadPool *pool = my_thread_pool_new ("lazy", 4);

  g_assert_cmpuint (my_test_count_os_threads_named ("lazy"), ==, 0);
  my_test_pool_finish (pool);
  pool = my_thread_pool_new ("lazy", 4);
  g_assert_finalize_object (pool);
}

static void
test_default_pool (void)
{
  MyThreadPool *pool = my_thread_pool_get_default ();
  guint64 n_before = my_thread_pool_get_n_completed (pool);
  MyThread *thread;
  gint n = 0;

  g_assert_true (my_thread_pool_get_default () == pool);
  g_assert_cmpuint (my_thread_pool_get_max_queued (pool), ==, 0);
  for (guint i = 0; i < 100; i++) {
    my_test_push (pool, my_test_task_count, &n);
  }
  thread = my_test_submit (pool, my_test_run_nothing, NULL);
  my_test_finish (thread);
  my_test_pool_wait_until_idle (pool, n_before + 101);
  g_assert_cmpint (n, ==, 100);
}

static gpointer
get_default_pool (gpointer unused)
{
  return my_thread_pool_get_default ();
}

/* Whoever asks first, all get the same. */
static void
test_default_pool_race (void)
{
  GThread *threads[8];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    threads[i] = g_thread_new (NULL, get_default_pool, NULL);
  }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    g_assert_true (g_thread_join (threads[i]) == my_thread_pool_get_default ());
  }
}

/* Bad input is answered. */
static void
test_bad_input (void)
{
  MyThreadPool *pool = my_thread_pool_new (NULL, 1);

  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*my_thread_pool_push*func*");
  g_assert_false (my_thread_pool_push (pool, NULL, NULL, NULL));
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*my_thread_pool_push*POOL*");
  g_assert_false (my_thread_pool_push ((MyThreadPool *) my_thread_get_main (), my_test_task_nothing, NULL, NULL));
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*my_thread_pool_shutdown*");
  g_assert_false (my_thread_pool_shutdown (NULL, MY_SHUTDOWN_DRAIN, NULL));
  g_test_assert_expected_messages ();
  my_test_pool_finish (pool);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/pool/default-race", test_default_pool_race);
  g_test_add_func ("/pool/push", test_push);
  g_test_add_func ("/pool/elsewhere", test_elsewhere);
  g_test_add_func ("/pool/order", test_order);
  g_test_add_func ("/pool/order-mixed", test_order_mixed);
  g_test_add_func ("/pool/destroy", test_destroy);
  g_test_add_func ("/pool/max-threads", test_max_threads);
  g_test_add_func ("/pool/max-threads-at-first", test_max_threads_at_first);
  g_test_add_func ("/pool/all-threads", test_all_threads);
  g_test_add_func ("/pool/max-threads-changes", test_max_threads_changes);
  g_test_add_func ("/pool/counters", test_counters);
  g_test_add_func ("/pool/counters-running", test_counters_running);
  g_test_add_func ("/pool/push-inside", test_push_inside);
  g_test_add_func ("/pool/two-pools", test_two_pools);
  g_test_add_func ("/pool/properties", test_properties);
  g_test_add_func ("/pool/defaults", test_defaults);
  g_test_add_func ("/pool/lazy", test_lazy);
  g_test_add_func ("/pool/default", test_default_pool);
  g_test_add_func ("/pool/bad-input", test_bad_input);

  return g_test_run ();
}
