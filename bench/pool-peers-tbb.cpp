/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "pool-peers.h"

#include "tbb-arena.h"

static gpointer
enqueue_peer_open (guint n_workers)
{
  return new Arena (n_workers, 0);
}

static void
enqueue_peer_produce (gpointer pool,
                      const PoolBatch *batch)
{
  tbb::task_arena &arena = static_cast<Arena *> (pool)->arena;
  BenchTask task = batch->task;
  gpointer data = batch->data;

  for (guint64 i = 0; i < batch->count; i++) {
    arena.enqueue ([task, data] { task (data); });
  }
  if (batch->pushed) {
    batch->pushed (batch->data);
  }
}

static const PoolPeer enqueue_peer = { enqueue_peer_open, enqueue_peer_produce, arena_close, FALSE };

const BenchPeer pool_peers[] = {
  { "TBB-enqueue", &enqueue_peer },
};
const guint n_pool_peers = G_N_ELEMENTS (pool_peers);
