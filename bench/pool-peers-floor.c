/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "pool-peers.h"

#include "task-ring.h"

#include <pthread.h>

#define SIZE (1 << 20)

/* A few OS threads at a ring. */
typedef struct {
  TaskRing *ring;
  guint n_workers;
  pthread_t workers[];
} RingPool;

static void *
worker_run (void *data)
{
  RingPool *pool = data;
  RingTask task;

  /* A task with no function is the end. */
  while ((task = task_ring_pop (pool->ring)).task) {
    task.task (task.data);
  }

  return NULL;
}

static gpointer
ring_peer_open (guint n_workers)
{
  RingPool *pool = g_malloc (sizeof *pool + n_workers * sizeof pool->workers[0]);

  pool->ring = task_ring_new (SIZE);
  pool->n_workers = n_workers;
  for (guint i = 0; i < n_workers; i++) {
    int status = pthread_create (&pool->workers[i], NULL, worker_run, pool);

    g_assert_cmpint (status, ==, 0);
  }

  return pool;
}

static void
ring_peer_produce (gpointer data,
                   const PoolBatch *batch)
{
  RingPool *pool = data;
  RingTask task = { batch->task, batch->data };

  for (guint64 i = 0; i < batch->count; i++) {
    task_ring_push (pool->ring, task);
  }
  if (batch->pushed) {
    batch->pushed (batch->data);
  }
}

static void
ring_peer_close (gpointer data)
{
  RingPool *pool = data;

  for (guint i = 0; i < pool->n_workers; i++) {
    task_ring_push (pool->ring, (RingTask){ NULL, NULL });
  }
  for (guint i = 0; i < pool->n_workers; i++) {
    pthread_join (pool->workers[i], NULL);
  }
  task_ring_free (pool->ring);
  g_free (pool);
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
