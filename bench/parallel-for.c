/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* How much faster does a loop get with a second thread? */

#include "bench-support.h"
#include "parallel-peers.h"

#include <math.h>

#define N_THREADS 2
#define N_REPEATS 3

double
parallel_sum_piece (const float *numbers,
                    gsize begin,
                    gsize end)
{
  double sum = 0;

  for (gsize i = begin; i < end; i++) {
    sum += sqrtf (numbers[i]);
  }

  return sum;
}

static void
measure (const BenchPeer *peer,
         const BenchRun *run,
         BenchResult *result)
{
  const ParallelPeer *parallel_peer = peer->data;
  guint n_repeats = run->smoke ? 1 : N_REPEATS;
  gsize n = run->count;
  float *numbers = g_new (float, n);
  gpointer pool = parallel_peer->open (N_THREADS);
  double expected, sum;
  BenchTime begin;

  for (gsize i = 0; i < n; i++) {
    numbers[i] = i % 1000;
  }
  expected = parallel_sum_piece (numbers, 0, n);

  sum = parallel_peer->sum (pool, numbers, n);
  begin = bench_begin ();
  for (guint i = 0; i < n_repeats; i++) {
    sum = parallel_peer->sum (pool, numbers, n);
  }
  bench_end (begin, result, "ns", n * n_repeats);
  /* Not in the same order, so not to the last bit. */
  g_assert_cmpfloat_with_epsilon (sum, expected, 1e-9 * expected + 1e-9);
  parallel_peer->close (pool);
  g_free (numbers);
}

int
main (int argc,
      char **argv)
{
  static const char *const modes[] = { "sum", NULL };
  static const BenchProgram program = { "parallel-for", modes, 16 * 1024 * 1024, 1000, measure };

  return bench_main (&program, parallel_peers, n_parallel_peers, argc, argv);
}
