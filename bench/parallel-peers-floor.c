/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "parallel-peers.h"

static gpointer
sequential_open (guint n_threads)
{
  return NULL;
}

static double
sequential_sum (gpointer pool,
                const float *numbers,
                gsize n)
{
  return parallel_sum_piece (numbers, 0, n);
}

static void
sequential_close (gpointer pool)
{
}

static const ParallelPeer sequential = { sequential_open, sequential_sum, sequential_close };

const BenchPeer parallel_peers[] = {
  { "sequential", &sequential },
};
const guint n_parallel_peers = G_N_ELEMENTS (parallel_peers);
