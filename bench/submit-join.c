/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What does it cost to have one task run by a pool that has nothing else to do, and to wait for it? */

#include "one-by-one.h"
#include "submit-peers.h"

#define N_WORKERS 2

typedef struct {
  const SubmitPeer *peer;
  gpointer pool;
} Pool;

static void
submit_and_join (gpointer data,
                 gpointer n_run)
{
  const Pool *pool = data;

  pool->peer->submit_and_join (pool->pool, one_by_one_count, n_run);
}

static void
measure (const BenchPeer *peer,
         const BenchRun *run,
         BenchResult *result)
{
  const SubmitPeer *submit_peer = peer->data;
  Pool pool = { submit_peer, submit_peer->open (N_WORKERS) };

  one_by_one_measure (submit_and_join, &pool, run, result);
  submit_peer->close (pool.pool);
}

int
main (int argc,
      char **argv)
{
  static const char *const modes[] = { "back-to-back", "idle", NULL };
  static const BenchProgram program = { "submit-join", modes, 10000, 5, measure };

  return bench_main (&program, submit_peers, n_submit_peers, argc, argv);
}
