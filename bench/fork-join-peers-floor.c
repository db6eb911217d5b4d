/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fork-join-peers.h"

#include "fork-deque.h"

#include <pthread.h>
#include <sched.h>

/* Two threads, each with a deque: the caller's, and one that does nothing but steal, while somebody waits for a result. */

typedef struct {
  ForkJob job;
  guint n;
  guint64 result;
} Branch;

typedef struct {
  ForkDeque deques[2];
  pthread_t thief;
  atomic_bool closed;
} DequePool;

static __thread ForkDeque *own_deque;
static __thread ForkDeque *other_deque;

static void
job_run_stolen (ForkJob *job)
{
  job->run (job);
  atomic_store_explicit (&job->done, TRUE, memory_order_release);
}

static gboolean
steal_and_run (void)
{
  ForkJob *job = fork_deque_steal (other_deque);

  if (!job) {
    return FALSE;
  }
  job_run_stolen (job);

  return TRUE;
}

static guint64 deque_fib (guint n);

static void
branch_run (ForkJob *job)
{
  Branch *branch = (Branch *) job;

  branch->result = deque_fib (branch->n);
}

static guint64
deque_fib (guint n)
{
  Branch branch = { { branch_run, FALSE }, n - 1, 0 };
  guint64 result;

  if (n < 2) {
    return n;
  }

  fork_deque_push (own_deque, &branch.job);
  result = deque_fib (n - 2);
  if (fork_deque_pop (own_deque)) {
    branch_run (&branch.job);
  } else {
    while (!atomic_load_explicit (&branch.job.done, memory_order_acquire)) {
      if (!steal_and_run ()) {
        sched_yield ();
      }
    }
  }

  return result + branch.result;
}

static void *
thief_run (void *data)
{
  DequePool *pool = data;

  own_deque = &pool->deques[1];
  other_deque = &pool->deques[0];
  while (!atomic_load_explicit (&pool->closed, memory_order_relaxed)) {
    if (!steal_and_run ()) {
      sched_yield ();
    }
  }

  return NULL;
}

static gpointer
deque_peer_open (guint n_threads)
{
  DequePool *pool = g_aligned_alloc0 (1, sizeof *pool, 64);
  int status;

  g_assert_cmpuint (n_threads, ==, G_N_ELEMENTS (pool->deques));
  own_deque = &pool->deques[0];
  other_deque = &pool->deques[1];
  fork_deque_init_barrier ();
  status = pthread_create (&pool->thief, NULL, thief_run, pool);
  g_assert_cmpint (status, ==, 0);

  return pool;
}

static guint64
deque_peer_fib (gpointer pool,
                guint n)
{
  return deque_fib (n);
}

static void
deque_peer_close (gpointer pool)
{
  DequePool *self = pool;

  atomic_store_explicit (&self->closed, TRUE, memory_order_relaxed);
  pthread_join (self->thief, NULL);
  g_aligned_free (self);
}

static const ForkJoinPeer deque_peer = { deque_peer_open, deque_peer_fib, deque_peer_close };

const BenchPeer fork_join_peers[] = {
  { "floor-deque", &deque_peer },
};
const guint n_fork_join_peers = G_N_ELEMENTS (fork_join_peers);
