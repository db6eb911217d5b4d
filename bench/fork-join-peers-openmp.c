/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fork-join-peers.h"

static guint64
fib (guint n)
{
  guint64 a, b;

  if (n < 2) {
    return n;
  }
#pragma omp task shared(a) firstprivate(n)
  a = fib (n - 1);
  b = fib (n - 2);
#pragma omp taskwait

  return a + b;
}

static gpointer
openmp_peer_open (guint n_threads)
{
  return GUINT_TO_POINTER (n_threads);
}

static guint64
openmp_peer_fib (gpointer pool,
                 guint    n)
{
  int n_threads = GPOINTER_TO_INT (pool);
  guint64 result = 0;

#pragma omp parallel num_threads(n_threads)
#pragma omp single
  result = fib (n);

  return result;
}

static void
openmp_peer_close (gpointer pool)
{
}

static const ForkJoinPeer openmp_peer = { openmp_peer_open, openmp_peer_fib, openmp_peer_close };

const BenchPeer fork_join_peers[] = {
  { "OpenMP-task", &openmp_peer },
};
const guint n_fork_join_peers = G_N_ELEMENTS (fork_join_peers);
