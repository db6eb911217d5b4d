/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "pool-peers.h"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_group.h>

namespace tbb = oneapi::tbb;

namespace {

struct Arena {
  /* As many as one thread pushes for @n_workers others, or works with all but one of them. */
  Arena (guint n_workers, guint n_for_producer)
      : control (tbb::global_control::max_allowed_parallelism, n_workers + 1 - n_for_producer),
        arena (static_cast<int> (n_workers), n_for_producer)
  {
  }

  tbb::global_control control;
  tbb::task_arena arena;
};

} // namespace

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

static gpointer
group_peer_open (guint n_workers)
{
  return new Arena (n_workers, 1);
}

static void
group_peer_produce (gpointer pool,
                    const PoolBatch *batch)
{
  static_cast<Arena *> (pool)->arena.execute ([batch] {
    tbb::task_group group;
    BenchTask task = batch->task;
    gpointer data = batch->data;

    for (guint64 i = 0; i < batch->count; i++) {
      group.run ([task, data] { task (data); });
    }
    if (batch->pushed) {
      batch->pushed (batch->data);
    }
    group.wait ();
  });
}

static void
arena_close (gpointer pool)
{
  delete static_cast<Arena *> (pool);
}

static const PoolPeer enqueue_peer = { enqueue_peer_open, enqueue_peer_produce, arena_close, FALSE, FALSE, 0 };
static const PoolPeer group_peer = { group_peer_open, group_peer_produce, arena_close, TRUE, FALSE, 0 };

const BenchPeer pool_peers[] = {
  { "TBB-enqueue", &enqueue_peer },
  { "TBB-task_group", &group_peer },
};
const guint n_pool_peers = G_N_ELEMENTS (pool_peers);
