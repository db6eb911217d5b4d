/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <sched.h>

#include "my-test-pool.h"

/* What the OS threads of a pool are like: how many there are, what they inherit, and what a task finds that comes after another
 * one. See "What an OS thread of a pool is like" in docs/pools.md. */

/* how many */

static void
pin (void)
{
  cpu_set_t cpus;

  CPU_ZERO (&cpus);
  CPU_SET (sched_getcpu (), &cpus);
  g_assert_cmpint (sched_setaffinity (0, sizeof cpus, &cpus), ==, 0);
}

static gpointer
make_pool_pinned (gpointer unused)
{
  pin ();
  return my_thread_pool_new (NULL, 0);
}

/* The processors of the main thread, whoever makes the pool. */
static void
test_size (void)
{
  MyThreadPool *pool = my_thread_pool_new (NULL, 0);
  guint n = my_thread_pool_get_max_threads (pool);
  MyThreadPool *other = g_thread_join (g_thread_new ("pinned", make_pool_pinned, NULL));
  cpu_set_t all;

  g_assert_cmpint (sched_getaffinity (0, sizeof all, &all), ==, 0);
  g_assert_cmpuint (n, >=, 1);
  g_assert_cmpuint (n, <=, (guint) CPU_COUNT (&all));
  g_assert_cmpuint (my_thread_pool_get_max_threads (other), ==, n);

  pin ();
  g_assert_cmpuint (my_thread_pool_get_max_threads (pool), ==, n);
  my_thread_pool_set_max_threads (pool, 0);
  g_assert_cmpuint (my_thread_pool_get_max_threads (pool), ==, 1);
  g_assert_cmpuint (my_thread_pool_get_max_threads (my_thread_pool_get_default ()), ==, 1);
  g_assert_cmpint (sched_setaffinity (0, sizeof all, &all), ==, 0);
  my_thread_pool_set_max_threads (pool, 0);
  g_assert_cmpuint (my_thread_pool_get_max_threads (pool), ==, n);

  my_test_pool_finish (pool);
  my_test_pool_finish (other);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/pool/os-threads/size", test_size);

  return g_test_run ();
}
