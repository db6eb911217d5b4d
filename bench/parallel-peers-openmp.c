/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "parallel-peers.h"

#include <math.h>

static gpointer
openmp_peer_open (guint n_threads)
{
  return GUINT_TO_POINTER (n_threads);
}

static double
static_peer_sum (gpointer pool,
                 const float *numbers,
                 gsize n)
{
  int n_threads = GPOINTER_TO_INT (pool);
  double sum = 0;

#pragma omp parallel num_threads(n_threads)
  {
    double part = 0;

#pragma omp for schedule(static) nowait
    for (gsize i = 0; i < n; i++) {
      part += sqrtf (numbers[i]);
    }
#pragma omp atomic
    sum += part;
  }

  return sum;
}

static void
openmp_peer_close (gpointer pool)
{
}

static const ParallelPeer static_peer = { openmp_peer_open, static_peer_sum, openmp_peer_close };

const BenchPeer parallel_peers[] = {
  { "OpenMP-static", &static_peer },
};
const guint n_parallel_peers = G_N_ELEMENTS (parallel_peers);
