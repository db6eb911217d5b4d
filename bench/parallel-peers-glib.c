/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "parallel-peers.h"

typedef struct {
  const float *numbers;
  gsize n;
  GMutex mutex;
  GCond ended;
  guint n_left; /* [mutex] */
  double sum;   /* [mutex] */
} Loop;

/* @data: the number of the chunk, from 1. */
static void
chunk_run (gpointer data,
           gpointer user_data)
{
  Loop *loop = user_data;
  gsize chunk = GPOINTER_TO_SIZE (data);
  double sum = parallel_sum_piece (loop->numbers, (chunk - 1) * loop->n / PARALLEL_CHUNKS, chunk * loop->n / PARALLEL_CHUNKS);

  g_mutex_lock (&loop->mutex);
  loop->sum += sum;
  if (--loop->n_left == 0) {
    g_cond_signal (&loop->ended);
  }
  g_mutex_unlock (&loop->mutex);
}

typedef struct {
  GThreadPool *pool;
  Loop loop;
} LoopPool;

static gpointer
gpool_peer_open (guint n_threads)
{
  LoopPool *self = g_new0 (LoopPool, 1);
  g_autoptr (GError) error = NULL;

  self->pool = g_thread_pool_new (chunk_run, &self->loop, n_threads, TRUE, &error);
  g_assert_no_error (error);

  return self;
}

static double
gpool_peer_sum (gpointer pool,
                const float *numbers,
                gsize n)
{
  LoopPool *self = pool;
  Loop *loop = &self->loop;
  double sum;

  loop->numbers = numbers;
  loop->n = n;
  loop->n_left = PARALLEL_CHUNKS;
  loop->sum = 0;
  for (gsize chunk = 1; chunk <= PARALLEL_CHUNKS; chunk++) {
    g_thread_pool_push (self->pool, GSIZE_TO_POINTER (chunk), NULL);
  }
  g_mutex_lock (&loop->mutex);
  while (loop->n_left > 0) {
    g_cond_wait (&loop->ended, &loop->mutex);
  }
  sum = loop->sum;
  g_mutex_unlock (&loop->mutex);

  return sum;
}

static void
gpool_peer_close (gpointer pool)
{
  LoopPool *self = pool;

  g_thread_pool_free (self->pool, FALSE, TRUE);
  g_free (self);
}

static const ParallelPeer gpool_peer = { gpool_peer_open, gpool_peer_sum, gpool_peer_close };

const BenchPeer parallel_peers[] = {
  { "GThreadPool", &gpool_peer },
};
const guint n_parallel_peers = G_N_ELEMENTS (parallel_peers);
