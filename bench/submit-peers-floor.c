/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "submit-peers.h"

#include "bench-futex.h"
#include "ring-pool.h"

typedef struct {
  void (*task) (gpointer data);
  gpointer data;
  atomic_uint done; /* 1: it has run; the release of that pairs with the joiner's acquire */
} Job;

static void
job_run (gpointer data)
{
  Job *job = data;

  job->task (job->data);
  atomic_store_explicit (&job->done, 1, memory_order_release);
  /* The job may be gone by now; the address of a futex may be anything. */
  bench_futex_wake (&job->done, 1);
}

static gpointer
ring_peer_open (guint n_workers)
{
  return ring_pool_new (n_workers);
}

static void
ring_peer_submit_and_join (gpointer pool,
                           void     (*task) (gpointer data),
                           gpointer data)
{
  Job job = { task, data, 0 };

  ring_pool_push (pool, (RingTask){ job_run, &job });
  while (atomic_load_explicit (&job.done, memory_order_acquire) == 0) {
    bench_futex_wait (&job.done, 0);
  }
}

static void
ring_peer_close (gpointer pool)
{
  ring_pool_free (pool);
}

static const SubmitPeer ring_peer = { ring_peer_open, ring_peer_submit_and_join, ring_peer_close };

const BenchPeer submit_peers[] = {
  { "floor-ring", &ring_peer },
};
const guint n_submit_peers = G_N_ELEMENTS (submit_peers);
