/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "pool-peers.h"

#include <mythread.h>

static gpointer
mythread_peer_open (guint n_workers)
{
  return my_thread_pool_new ("bench", n_workers);
}

static void
mythread_peer_produce (gpointer         pool,
                       const PoolBatch *batch)
{
  for (guint64 i = 0; i < batch->count; i++) {
    my_thread_pool_push (pool, batch->task, batch->data, NULL);
  }
  if (batch->pushed) {
    batch->pushed (batch->data);
  }
}

static void
mythread_peer_close (gpointer pool)
{
  g_autoptr (GError) error = NULL;

  my_thread_pool_shutdown (pool, MY_SHUTDOWN_DRAIN, &error);
  g_assert_no_error (error);
  g_object_unref (pool);
}

static const PoolPeer mythread_peer = {
  .open = mythread_peer_open,
  .produce = mythread_peer_produce,
  .close = mythread_peer_close,
};

const BenchPeer pool_peers[] = {
  { "mythread", &mythread_peer },
};
const guint n_pool_peers = G_N_ELEMENTS (pool_peers);
