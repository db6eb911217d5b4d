/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "parallel-peers.h"

#include "mythread-pool.h"

typedef struct {
  const float *numbers;
  GMutex mutex;
  double sum; /* [mutex] */
} Loop;

static void
piece_run (gsize begin,
           gsize end,
           gpointer user_data)
{
  Loop *loop = user_data;
  double sum = parallel_sum_piece (loop->numbers, begin, end);

  g_mutex_lock (&loop->mutex);
  loop->sum += sum;
  g_mutex_unlock (&loop->mutex);
}

static double
mythread_peer_sum (gpointer pool,
                   const float *numbers,
                   gsize n)
{
  Loop loop = { .numbers = numbers };

  g_mutex_init (&loop.mutex);
  my_parallel_for (pool, 0, n, 0, piece_run, &loop);
  g_mutex_clear (&loop.mutex);

  return loop.sum;
}

static const ParallelPeer mythread_peer = { mythread_pool_open, mythread_peer_sum, mythread_pool_close };

const BenchPeer parallel_peers[] = {
  { "mythread", &mythread_peer },
};
const guint n_parallel_peers = G_N_ELEMENTS (parallel_peers);
