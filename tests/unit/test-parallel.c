/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <string.h>

#include "my-test-pool.h"

/* Loops: every index once, whoever calls, wherever. */

/* Counts how often each index came; `grain` 0: of any length. */
typedef struct {
  gsize begin;
  gsize end;
  gsize grain;
  gint *n_seen;
  gint n_calls;
} Range;

static void
range_count (gsize begin,
             gsize end,
             gpointer data)
{
  Range *range = data;

  g_assert_cmpuint (begin, >=, range->begin);
  g_assert_cmpuint (begin, <, end);
  g_assert_cmpuint (end, <=, range->end);
  if (range->grain > 0) {
    g_assert_cmpuint (end - begin, <=, range->grain);
    /* Only the last one is shorter. */
    g_assert_true (end - begin == range->grain || end == range->end);
  }
  for (gsize i = begin; i < end; i++) {
    g_atomic_int_inc (&range->n_seen[i - range->begin]);
  }
  g_atomic_int_inc (&range->n_calls);
}

static void
check_range (MyThreadPool *pool,
             gsize begin,
             gsize end,
             gsize grain)
{
  gsize length = end - begin;
  Range range = { begin, end, grain, g_new0 (gint, MAX (length, 1)), 0 };

  my_parallel_for (pool, begin, end, grain, range_count, &range);
  for (gsize i = 0; i < length; i++) {
    g_assert_cmpint (range.n_seen[i], ==, 1);
  }
  if (grain > 0) {
    g_assert_cmpuint ((gsize) range.n_calls, ==, length / grain + (length % grain != 0));
  }
  g_free (range.n_seen);
}

static void
check_ranges (MyThreadPool *pool)
{
  const gsize lengths[] = { 0, 1, 2, 3, 7, 63, 64, 65, 1000 };
  const gsize grains[] = { 0, 1, 2, 3, 64, 999, 1000, 1001, G_MAXSIZE / 2, G_MAXSIZE - 1, G_MAXSIZE };
  const gsize begins[] = { 0, 1, 12345, G_MAXSIZE / 2, G_MAXSIZE - 1000 };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++) {
    for (guint j = 0; j < G_N_ELEMENTS (grains); j++) {
      for (guint k = 0; k < G_N_ELEMENTS (begins); k++) {
        check_range (pool, begins[k], begins[k] + lengths[i], grains[j]);
      }
    }
  }
}

static void
test_ranges (void)
{
  for (guint max = 1; max <= 4; max++) {
    MyThreadPool *pool = my_thread_pool_new ("ranges", max);

    check_ranges (pool);
    check_range (pool, 0, 100000, 0);
    check_range (pool, 5, 100000, 7);
    my_test_pool_finish (pool);
  }
  check_ranges (NULL);
}

/* As long as can be: in few pieces, and nothing overflows. */

typedef struct {
  gsize last_end;
  gsize begin;
  gsize n_bytes; /* the sum of all lengths, modulo 2^64 */
  GMutex lock;
  guint n_calls;
} Huge;

static void
range_sum (gsize begin,
           gsize end,
           gpointer data)
{
  Huge *huge = data;

  g_assert_cmpuint (begin, <, end);
  g_mutex_lock (&huge->lock);
  huge->n_bytes += end - begin;
  huge->n_calls++;
  huge->last_end = MAX (huge->last_end, end);
  huge->begin = MIN (huge->begin, begin);
  g_mutex_unlock (&huge->lock);
}

static void
check_huge (MyThreadPool *pool,
            gsize begin,
            gsize end,
            gsize grain,
            guint n_calls)
{
  Huge huge = { .begin = G_MAXSIZE };

  g_mutex_init (&huge.lock);
  my_parallel_for (pool, begin, end, grain, range_sum, &huge);
  g_assert_cmpuint (huge.n_bytes, ==, end - begin);
  g_assert_cmpuint (huge.begin, ==, begin);
  g_assert_cmpuint (huge.last_end, ==, end);
  if (n_calls > 0) {
    g_assert_cmpuint (huge.n_calls, ==, n_calls);
  } else {
    g_assert_cmpuint (huge.n_calls, <, 100000);
  }
  g_mutex_clear (&huge.lock);
}

static void
test_huge (void)
{
  for (guint max = 1; max <= 3; max++) {
    MyThreadPool *pool = my_thread_pool_new ("huge", max);

    check_huge (pool, 0, G_MAXSIZE, G_MAXSIZE, 1);
    check_huge (pool, 0, G_MAXSIZE, G_MAXSIZE - 1, 2);
    check_huge (pool, 0, G_MAXSIZE, G_MAXSIZE / 2, 3);
    check_huge (pool, 0, G_MAXSIZE, G_MAXSIZE / 2 + 1, 2);
    check_huge (pool, 1, G_MAXSIZE, (G_MAXSIZE >> 12) + 1, 1 << 12);
    check_huge (pool, G_MAXSIZE - 1, G_MAXSIZE, 1, 1);
    check_huge (pool, G_MAXSIZE - 1000, G_MAXSIZE, 1, 1000);
    check_huge (pool, 0, G_MAXSIZE, 0, 0);
    my_test_pool_finish (pool);
  }
}

static void
range_never (gsize begin,
             gsize end,
             gpointer unused)
{
  g_assert_not_reached ();
}

/* There is nothing between the end and the begin. */
static void
test_empty (void)
{
  MyThreadPool *pool = my_thread_pool_new ("empty", 2);

  my_parallel_for (pool, 0, 0, 0, range_never, NULL);
  my_parallel_for (pool, G_MAXSIZE, G_MAXSIZE, 1, range_never, NULL);
  my_parallel_for (pool, 10, 9, 1, range_never, NULL);
  my_parallel_for (pool, G_MAXSIZE, 0, 0, range_never, NULL);
  my_test_pool_finish (pool);
}

/* Who calls. */

static void
task_check (gpointer pool)
{
  check_range (pool, 0, 1000, 0);
  check_range (pool, 0, 1000, 1);
  check_range (NULL, 10, 1000, 3);
}

static void
run_check (MyThread *thread,
           gpointer pool,
           GError **error)
{
  task_check (pool);
  g_assert_true (my_thread_get_current () == thread);
}

static gpointer
check_as_foreign (gpointer pool)
{
  for (guint i = 0; i < 20; i++) {
    task_check (pool);
  }
  return NULL;
}

static void
test_callers (void)
{
  for (guint max = 1; max <= 3; max++) {
    MyThreadPool *pool = my_thread_pool_new ("callers", max);
    MyThreadPool *other = my_thread_pool_new ("others", max);
    MyThread *threads[6];
    GThread *foreign[2];

    task_check (pool);
    for (guint i = 0; i < G_N_ELEMENTS (foreign); i++) {
      foreign[i] = g_thread_new ("foreign", check_as_foreign, pool);
    }
    for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
      MyThreadPool *const executors[] = { NULL, pool, other };

      threads[i] = my_thread_new (NULL, run_check, i % 2 ? pool : NULL, NULL);
      my_thread_set_executor (threads[i], (MyExecutor *) executors[i % 3]);
      g_assert_true (my_thread_start (threads[i], NULL));
      my_test_push (pool, task_check, other);
      my_test_push (other, task_check, pool);
    }
    for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
      my_test_finish (threads[i]);
    }
    for (guint i = 0; i < G_N_ELEMENTS (foreign); i++) {
      g_thread_join (foreign[i]);
    }
    /* As many pushes as threads, and a third of the threads. */
    my_test_pool_wait_until_idle (pool, G_N_ELEMENTS (threads) * 4 / 3);
    my_test_pool_wait_until_idle (other, G_N_ELEMENTS (threads) * 4 / 3);
    my_test_pool_finish (pool);
    my_test_pool_finish (other);
  }
}

/* A pool that has no time, or no more: the caller does it. */

static void
test_busy (void)
{
  MyThreadPool *pool = my_thread_pool_new ("busy", 2);
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;

  my_test_pool_hold (pool, &block, 2);
  for (guint i = 0; i < 10; i++) {
    my_test_push (pool, my_test_task_nothing, NULL);
  }
  task_check (pool);
  g_assert_cmpuint (my_thread_pool_get_n_queued (pool), ==, 10);
  my_test_gate_open (&block.release);
  my_test_pool_finish (pool);
}

static void
test_shut_down (void)
{
  for (guint used = 0; used < 2; used++) {
    MyThreadPool *pool = my_thread_pool_new ("closed", 2);
    gint n = 0;

    if (used) {
      my_test_push (pool, my_test_task_nothing, NULL);
    }
    g_assert_true (my_thread_pool_shutdown (pool, MY_SHUTDOWN_DRAIN, NULL));
    task_check (pool);
    my_parallel_invoke (pool, my_test_task_count, &n, my_test_task_count, &n);
    g_assert_cmpint (n, ==, 2);
    g_assert_true (my_thread_pool_shutdown (pool, MY_SHUTDOWN_CANCEL, NULL));
    g_assert_finalize_object (pool);
  }
}

/* Others do take part: each of these pieces waits for the other one to come. */

typedef struct {
  MyTestGate arrived;
} Meeting;

static void
range_meet (gsize begin,
            gsize end,
            gpointer data)
{
  Meeting *meeting = data;

  my_test_gate_open (&meeting->arrived);
  my_test_gate_wait_count (&meeting->arrived, 2);
}

static void
task_meet (gpointer meeting)
{
  range_meet (0, 1, meeting);
}

static void
test_in_parallel (void)
{
  MyThreadPool *pool = my_thread_pool_new ("parallel", 2);

  for (guint i = 0; i < 20; i++) {
    Meeting meeting;

    my_test_gate_init (&meeting.arrived);
    my_parallel_for (pool, 0, 2, 1, range_meet, &meeting);
    my_test_gate_clear (&meeting.arrived);
    my_test_gate_init (&meeting.arrived);
    my_parallel_invoke (pool, task_meet, &meeting, task_meet, &meeting);
    my_test_gate_clear (&meeting.arrived);
  }
  my_test_pool_finish (pool);
}

/* Never more than may. */

static void
range_in_crowd (gsize begin,
                gsize end,
                gpointer data)
{
  my_test_crowd_pass (data);
}

static void
test_max_threads (void)
{
  for (guint max = 1; max <= 3; max++) {
    MyThreadPool *pool = my_thread_pool_new ("crowd", max);
    MyTestCrowd crowd = { 0, 0 };

    for (guint i = 0; i < 20; i++) {
      my_parallel_for (pool, 0, 100, 1, range_in_crowd, &crowd);
    }
    g_assert_cmpint (crowd.n_most, <=, (gint) max);
    my_test_pool_finish (pool);
  }
}

/* Nested. */

typedef struct {
  MyThreadPool *pool;
  guint depth;
  gint *n_leaves;
} Nest;

static void
range_nest (gsize begin,
            gsize end,
            gpointer data)
{
  Nest *nest = data;

  for (gsize i = begin; i < end; i++) {
    Nest below = { nest->pool, nest->depth - 1, nest->n_leaves };

    if (nest->depth == 0) {
      g_atomic_int_inc (nest->n_leaves);
    } else {
      my_parallel_for (nest->pool, 0, 4, i % 3, range_nest, &below);
    }
  }
}

static void
test_nested (void)
{
  for (guint max = 1; max <= 3; max++) {
    MyThreadPool *pool = my_thread_pool_new ("nested", max);
    MyThreadPool *const pools[] = { pool, NULL };

    for (guint i = 0; i < G_N_ELEMENTS (pools); i++) {
      gint n_leaves = 0;
      Nest nest = { pools[i], 5, &n_leaves };

      my_parallel_for (pool, 0, 4, 1, range_nest, &nest);
      g_assert_cmpint (n_leaves, ==, 4096);
    }
    my_test_pool_finish (pool);
  }
}

/* As deep as a stack may be. */

typedef struct {
  MyThreadPool *pool;
  guint depth;
  gint *n;
} Deep;

static void
task_deeper (gpointer data)
{
  Deep *deep = data;

  g_atomic_int_inc (deep->n);
  if (deep->depth > 0) {
    Deep below = { deep->pool, deep->depth - 1, deep->n };

    my_parallel_invoke (deep->pool, task_deeper, &below, my_test_task_count, deep->n);
  }
}

static void
range_deeper (gsize begin,
              gsize end,
              gpointer data)
{
  Deep *deep = data;

  if (begin == 0) {
    Deep below = { deep->pool, deep->depth - 1, deep->n };

    g_atomic_int_inc (deep->n);
    if (deep->depth > 0) {
      my_parallel_for (deep->pool, 0, 2, 1, range_deeper, &below);
    }
  } else {
    g_atomic_int_inc (deep->n);
  }
}

static void
test_deep (void)
{
  MyThreadPool *pool = my_thread_pool_new ("deep", 2);
  gint n = 0;
  Deep deep = { pool, 2000, &n };

  task_deeper (&deep);
  g_assert_cmpint (n, ==, 1 + 2 * 2000);
  n = 0;
  my_parallel_for (pool, 0, 2, 1, range_deeper, &deep);
  g_assert_cmpint (n, ==, 2 * 2001);
  my_test_pool_finish (pool);
}

/* Fork-join. */

typedef struct {
  MyThreadPool *pool;
  guint n;
  guint64 result;
} Fibonacci;

static void
task_fibonacci (gpointer data)
{
  Fibonacci *self = data;

  if (self->n < 2) {
    self->result = self->n;
  } else {
    Fibonacci a = { self->pool, self->n - 1, 0 };
    Fibonacci b = { self->pool, self->n - 2, 0 };

    my_parallel_invoke (self->pool, task_fibonacci, &a, task_fibonacci, &b);
    self->result = a.result + b.result;
  }
}

static void
run_fibonacci (MyThread *thread,
               gpointer data,
               GError **error)
{
  task_fibonacci (data);
}

static void
test_fibonacci (void)
{
  for (guint max = 1; max <= 3; max++) {
    MyThreadPool *pool = my_thread_pool_new ("fibonacci", max);
    Fibonacci numbers[4] = { { pool, 20, 0 }, { NULL, 18, 0 }, { pool, 19, 0 }, { NULL, 17, 0 } };
    MyThread *threads[2];

    threads[0] = my_test_submit (pool, run_fibonacci, &numbers[0]);
    threads[1] = my_test_start (NULL, run_fibonacci, &numbers[1]);
    my_test_push (pool, task_fibonacci, &numbers[2]);
    task_fibonacci (&numbers[3]);
    my_test_finish (threads[0]);
    my_test_finish (threads[1]);
    my_test_pool_wait_until_idle (pool, 2);
    g_assert_cmpuint (numbers[0].result, ==, 6765);
    g_assert_cmpuint (numbers[1].result, ==, 2584);
    g_assert_cmpuint (numbers[2].result, ==, 4181);
    g_assert_cmpuint (numbers[3].result, ==, 1597);
    my_test_pool_finish (pool);
  }
}

typedef struct {
  MyThreadPool *pool;
  gint *items;
  gint *scratch;
  gsize n;
} Sort;

static void
task_sort (gpointer data)
{
  Sort *self = data;
  gsize half = self->n / 2;
  Sort left = { self->pool, self->items, self->scratch, half };
  Sort right = { self->pool, self->items + half, self->scratch + half, self->n - half };

  if (self->n < 2) {
    return;
  }
  my_parallel_invoke (self->pool, task_sort, &left, task_sort, &right);
  memcpy (self->scratch, self->items, self->n * sizeof (gint));
  for (gsize i = 0, l = 0, r = half; i < self->n; i++) {
    if (r == self->n || (l < half && self->scratch[l] <= self->scratch[r])) {
      self->items[i] = self->scratch[l++];
    } else {
      self->items[i] = self->scratch[r++];
    }
  }
}

static void
test_sort (void)
{
  MyThreadPool *pool = my_thread_pool_new ("sort", 3);
  static gint items[20000], scratch[20000];

  for (guint i = 0; i < G_N_ELEMENTS (items); i++) {
    items[i] = g_test_rand_int ();
  }
  task_sort (&(Sort){ pool, items, scratch, G_N_ELEMENTS (items) });
  for (guint i = 1; i < G_N_ELEMENTS (items); i++) {
    g_assert_cmpint (items[i - 1], <=, items[i]);
  }
  my_test_pool_finish (pool);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/parallel/ranges", test_ranges);
  g_test_add_func ("/parallel/huge", test_huge);
  g_test_add_func ("/parallel/empty", test_empty);
  g_test_add_func ("/parallel/callers", test_callers);
  g_test_add_func ("/parallel/busy", test_busy);
  g_test_add_func ("/parallel/shut-down", test_shut_down);
  g_test_add_func ("/parallel/in-parallel", test_in_parallel);
  g_test_add_func ("/parallel/max-threads", test_max_threads);
  g_test_add_func ("/parallel/nested", test_nested);
  g_test_add_func ("/parallel/deep", test_deep);
  g_test_add_func ("/parallel/fibonacci", test_fibonacci);
  g_test_add_func ("/parallel/sort", test_sort);

  return g_test_run ();
}
