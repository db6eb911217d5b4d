/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "pool-peers.h"

#include <future>
#include <vector>

/* There is no pool: each task gets an OS thread, and no more of them run at once than a pool would have workers. */
namespace {

struct Async {
  explicit Async (guint n_workers)
      : last (n_workers)
  {
  }

  std::vector<std::future<void>> last;
};

} // namespace

static gpointer
async_peer_open (guint n_workers)
{
  return new Async (n_workers);
}

static void
async_peer_produce (gpointer pool,
                    const PoolBatch *batch)
{
  std::vector<std::future<void>> &last = static_cast<Async *> (pool)->last;

  for (guint64 i = 0; i < batch->count; i++) {
    std::future<void> &slot = last[i % last.size ()];

    if (slot.valid ()) {
      slot.get ();
    }
    slot = std::async (std::launch::async, batch->task, batch->data);
  }
}

static void
async_peer_close (gpointer pool)
{
  delete static_cast<Async *> (pool);
}

static const PoolPeer async_peer = { async_peer_open, async_peer_produce, async_peer_close, TRUE, TRUE, 20 };

const BenchPeer pool_peers[] = {
  { "std::async", &async_peer },
};
const guint n_pool_peers = G_N_ELEMENTS (pool_peers);
