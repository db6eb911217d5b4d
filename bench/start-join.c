/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What does a thread cost that has nothing to do: made, started, joined and freed, one after the other? */

#include "one-by-one.h"
#include "thread-peers.h"

static void
start_and_join (gpointer data,
                gpointer n_run)
{
  const ThreadPeer *peer = data;

  peer->join (peer->start (one_by_one_count, n_run));
}

static void
measure (const BenchPeer *peer,
         const BenchRun *run,
         BenchResult *result)
{
  one_by_one_measure (start_and_join, (gpointer) peer->data, run, result);
}

int
main (int argc,
      char **argv)
{
  static const char *const modes[] = { "back-to-back", "idle", NULL };
  static const BenchProgram program = { "start-join", modes, 4000, 5, measure };

  return bench_main (&program, thread_peers, n_thread_peers, argc, argv);
}
