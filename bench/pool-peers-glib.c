/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "pool-peers.h"

static void
gpool_run (gpointer data,
           gpointer user_data)
{
  const PoolBatch *batch = data;

  batch->task (batch->data);
}

static gpointer
gpool_peer_open (guint n_workers)
{
  g_autoptr (GError) error = NULL;
  GThreadPool *pool = g_thread_pool_new (gpool_run, NULL, n_workers, TRUE, &error);

  g_assert_no_error (error);

  return pool;
}

/* Its tasks are one pointer, its function belongs to the pool: nobody has to allocate anything for a task. */
static void
gpool_peer_produce (gpointer pool,
                    const PoolBatch *batch)
{
  for (guint64 i = 0; i < batch->count; i++) {
    g_thread_pool_push (pool, (gpointer) batch, NULL);
  }
  if (batch->pushed) {
    batch->pushed (batch->data);
  }
}

static void
gpool_peer_close (gpointer pool)
{
  g_thread_pool_free (pool, FALSE, TRUE);
}

static const PoolPeer gpool_peer = {
  .open = gpool_peer_open,
  .produce = gpool_peer_produce,
  .close = gpool_peer_close,
};

const BenchPeer pool_peers[] = {
  { "GThreadPool", &gpool_peer },
};
const guint n_pool_peers = G_N_ELEMENTS (pool_peers);
