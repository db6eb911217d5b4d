/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "exec/my-pool-private.h"

/* Who has given something to a pool looks whether a worker is to be woken when the pool may be gone, or be another one. */

static gint n_run;

static void
count (gpointer unused)
{
  g_atomic_int_inc (&n_run);
}

static void
push_and_finish (MyPool *pool)
{
  const MyTask task = { count, NULL, NULL };
  gint before = g_atomic_int_get (&n_run);
  GError *error = NULL;

  g_assert_true (my_pool_push (pool, &task, &error));
  g_assert_no_error (error);
  g_assert_true (my_pool_shut_down (pool, MY_SHUTDOWN_DRAIN, -1, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_atomic_int_get (&n_run), ==, before + 1);
  my_pool_abandon (pool);
}

/* The last worker may not have let go of it yet. */
static void
wait_until_gone (MyPool *pool)
{
  gint64 deadline = g_get_monotonic_time () + 100 * G_USEC_PER_SEC;

  while (atomic_load_explicit (&pool->ref_count, memory_order_acquire) != 0) {
    g_assert_cmpint (g_get_monotonic_time (), <, deadline);
    g_usleep (100);
  }
}

static void
test_gone (void)
{
  MyPool *pool = my_pool_new ("gone", 2, NULL);

  push_and_finish (pool);
  wait_until_gone (pool);
  for (guint i = 0; i < 3; i++) {
    my_pool_notify (pool);
    g_assert_cmpuint (atomic_load_explicit (&pool->state, memory_order_relaxed), ==, 0);
    g_assert_cmpuint (atomic_load_explicit (&pool->ref_count, memory_order_relaxed), ==, 0);
  }
}

/* It is as new for the next one. */
static void
test_another_one (void)
{
  for (guint i = 0; i < 100; i++) {
    MyPool *pool = my_pool_new ("another", 1 + i % 3, NULL);

    my_pool_notify (pool); /* for nothing, as whoever had it before might */
    g_assert_cmpuint (my_pool_count (pool).n_queued, ==, 0);
    g_assert_cmpuint (my_pool_count (pool).n_completed, ==, 0);
    if (i % 2 == 0) {
      my_pool_set_max_queued (pool, 1);
    }
    push_and_finish (pool);
  }
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/pool-notify/gone", test_gone);
  g_test_add_func ("/pool-notify/another-one", test_another_one);

  return g_test_run ();
}
