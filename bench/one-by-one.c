/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "one-by-one.h"

#include <stdatomic.h>
#include <time.h>

#define WARM_UP 200
#define IDLE_NS 200000

gpointer
one_by_one_count (gpointer n_run)
{
  atomic_fetch_add_explicit ((atomic_uint_fast64_t *) n_run, 1, memory_order_relaxed);

  return NULL;
}

/* The time of what is done, without the idle time between. */
static gint64
do_all (OneByOneFunc func,
        gpointer data,
        guint64 count,
        gboolean idle)
{
  const struct timespec pause = { 0, IDLE_NS };
  atomic_uint_fast64_t n_run = 0;
  gint64 elapsed = 0;
  gint64 begin = bench_now ();

  for (guint64 i = 0; i < count; i++) {
    if (idle) {
      clock_nanosleep (CLOCK_MONOTONIC, 0, &pause, NULL);
      begin = bench_now ();
    }
    func (data, &n_run);
    if (idle) {
      elapsed += bench_now () - begin;
    }
  }
  if (!idle) {
    elapsed = bench_now () - begin;
  }

  g_assert_cmpuint (atomic_load (&n_run), ==, count);

  return elapsed;
}

void
one_by_one_measure (OneByOneFunc func,
                    gpointer data,
                    const BenchRun *run,
                    BenchResult *result)
{
  gint64 elapsed, cpu;

  do_all (func, data, run->smoke ? 1 : WARM_UP, FALSE);
  cpu = bench_cpu_time ();
  elapsed = do_all (func, data, run->count, g_str_equal (run->mode, "idle"));
  cpu = bench_cpu_time () - cpu;
  bench_result_add (result, "us", elapsed / 1e3 / run->count);
  bench_result_add (result, "cpu_us", cpu / 1e3 / run->count);
}
