/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "parallel-peers.h"

#include <array>
#include <numeric>

#include <QThreadPool>
#include <QtConcurrent>

static gpointer
qt_peer_open (guint n_threads)
{
  QThreadPool *pool = new QThreadPool ();

  pool->setMaxThreadCount (static_cast<int> (n_threads));

  return pool;
}

static double
qt_peer_sum (gpointer pool,
             const float *numbers,
             gsize n)
{
  std::array<gsize, PARALLEL_CHUNKS> chunks;

  std::iota (chunks.begin (), chunks.end (), 0);

  return QtConcurrent::blockingMappedReduced<double> (
    static_cast<QThreadPool *> (pool), chunks,
    [numbers, n] (gsize chunk) {
      return parallel_sum_piece (numbers, chunk * n / PARALLEL_CHUNKS, (chunk + 1) * n / PARALLEL_CHUNKS);
    },
    [] (double &sum, double piece) { sum += piece; });
}

static void
qt_peer_close (gpointer pool)
{
  delete static_cast<QThreadPool *> (pool);
}

static const ParallelPeer qt_peer = { qt_peer_open, qt_peer_sum, qt_peer_close };

const BenchPeer parallel_peers[] = {
  { "QtConcurrent", &qt_peer },
};
const guint n_parallel_peers = G_N_ELEMENTS (parallel_peers);
