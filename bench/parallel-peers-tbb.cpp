/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "parallel-peers.h"

#include <functional>

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_reduce.h>

namespace tbb = oneapi::tbb;

static gpointer
tbb_peer_open (guint n_threads)
{
  return new tbb::global_control (tbb::global_control::max_allowed_parallelism, n_threads);
}

static double
tbb_peer_sum (gpointer,
              const float *numbers,
              gsize n)
{
  return tbb::parallel_reduce (
    tbb::blocked_range<gsize> (0, n), 0.0,
    [numbers] (const tbb::blocked_range<gsize> &range, double sum) {
      return sum + parallel_sum_piece (numbers, range.begin (), range.end ());
    },
    std::plus<double> ());
}

static void
tbb_peer_close (gpointer pool)
{
  delete static_cast<tbb::global_control *> (pool);
}

static const ParallelPeer tbb_peer = { tbb_peer_open, tbb_peer_sum, tbb_peer_close };

const BenchPeer parallel_peers[] = {
  { "TBB-reduce", &tbb_peer },
};
const guint n_parallel_peers = G_N_ELEMENTS (parallel_peers);
