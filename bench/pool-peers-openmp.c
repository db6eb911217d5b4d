/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "pool-peers.h"

static gpointer
openmp_peer_open (guint n_workers)
{
  return GUINT_TO_POINTER (n_workers);
}

static void
push_tasks (const PoolBatch *batch)
{
  for (guint64 i = 0; i < batch->count; i++) {
#pragma omp task firstprivate(batch)
    batch->task (batch->data);
  }
}

static void
openmp_peer_produce (gpointer pool,
                     const PoolBatch *batch)
{
  int n_threads = GPOINTER_TO_INT (pool);

#pragma omp parallel num_threads(n_threads)
#pragma omp single
  push_tasks (batch);
}

static void
openmp_peer_close (gpointer pool)
{
}

static const PoolPeer openmp_peer = {
  .open = openmp_peer_open,
  .produce = openmp_peer_produce,
  .close = openmp_peer_close,
  .is_worker = TRUE,
};

const BenchPeer pool_peers[] = {
  { "OpenMP-task", &openmp_peer },
};
const guint n_pool_peers = G_N_ELEMENTS (pool_peers);
