/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "pool-peers.h"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>

namespace tbb = oneapi::tbb;

namespace {

struct Arena {
  /* The producer is no worker: the limit counts it, the arena does not. */
  explicit Arena (guint n_workers)
      : control (tbb::global_control::max_allowed_parallelism, n_workers + 1),
        arena (static_cast<int> (n_workers), 0)
  {
  }

  tbb::global_control control;
  tbb::task_arena arena;
};

} // namespace

static gpointer
enqueue_peer_open (guint n_workers)
{
  return new Arena (n_workers);
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

static void
enqueue_peer_close (gpointer pool)
{
  delete static_cast<Arena *> (pool);
}

static const PoolPeer enqueue_peer = { enqueue_peer_open, enqueue_peer_produce, enqueue_peer_close, FALSE };

const BenchPeer pool_peers[] = {
  { "TBB-enqueue", &enqueue_peer },
};
const guint n_pool_peers = G_N_ELEMENTS (pool_peers);
