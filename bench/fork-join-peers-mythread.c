/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fork-join-peers.h"

#include "mythread-pool.h"

typedef struct {
  guint n;
  guint64 result;
} Branch;

static void
branch_run (gpointer data)
{
  Branch *branch = data;

  if (branch->n < 2) {
    branch->result = branch->n;
  } else {
    Branch a = { branch->n - 1, 0 };
    Branch b = { branch->n - 2, 0 };

    my_parallel_invoke (NULL, branch_run, &a, branch_run, &b);
    branch->result = a.result + b.result;
  }
}

/* Below the first call the pool is that of the caller, as in a program that knows only of the outermost. */
static guint64
mythread_peer_fib (gpointer pool,
                   guint n)
{
  Branch a = { n - 1, 0 };
  Branch b = { n - 2, 0 };

  my_parallel_invoke (pool, branch_run, &a, branch_run, &b);

  return a.result + b.result;
}

static const ForkJoinPeer mythread_peer = { mythread_pool_open, mythread_peer_fib, mythread_pool_close };

const BenchPeer fork_join_peers[] = {
  { "mythread", &mythread_peer },
};
const guint n_fork_join_peers = G_N_ELEMENTS (fork_join_peers);
