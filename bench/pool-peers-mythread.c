/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "pool-peers.h"

#include "mythread-pool.h"

static void
mythread_peer_produce (gpointer pool,
                       const PoolBatch *batch)
{
  for (guint64 i = 0; i < batch->count; i++) {
    my_thread_pool_push (pool, batch->task, batch->data, NULL);
  }
  if (batch->pushed) {
    batch->pushed (batch->data);
  }
}

static const PoolPeer mythread_peer = {
  .open = mythread_pool_open,
  .produce = mythread_peer_produce,
  .close = mythread_pool_close,
};

const BenchPeer pool_peers[] = {
  { "mythread", &mythread_peer },
};
const guint n_pool_peers = G_N_ELEMENTS (pool_peers);
