/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "pool-peers.h"

#include "ring-pool.h"

static gpointer
ring_peer_open (guint n_workers)
{
  return ring_pool_new (n_workers);
}

static void
ring_peer_produce (gpointer         pool,
                   const PoolBatch *batch)
{
  RingTask task = { batch->task, batch->data };

  for (guint64 i = 0; i < batch->count; i++) {
    ring_pool_push (pool, task);
  }
  if (batch->pushed) {
    batch->pushed (batch->data);
  }
}

static void
ring_peer_close (gpointer pool)
{
  ring_pool_free (pool);
}

static const PoolPeer ring_peer = {
  .open = ring_peer_open,
  .produce = ring_peer_produce,
  .close = ring_peer_close,
};

const BenchPeer pool_peers[] = {
  { "floor-ring", &ring_peer },
};
const guint n_pool_peers = G_N_ELEMENTS (pool_peers);
