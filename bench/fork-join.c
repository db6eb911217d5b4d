/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What does it cost to fork a branch of a calculation that is hardly worth it, and to join it? */

#include "bench-support.h"
#include "fork-join-peers.h"

#define N_THREADS 2
#define N_REPEATS 5
#define WARM_UP 16

static guint64
plain_fib (guint n)
{
  guint64 a = 0, b = 1;

  for (guint i = 0; i < n; i++) {
    guint64 next = a + b;

    a = b;
    b = next;
  }

  return a;
}

static void
measure (const BenchPeer *peer,
         const BenchRun *run,
         BenchResult *result)
{
  const ForkJoinPeer *fork_join_peer = peer->data;
  guint n = run->count;
  guint n_repeats = run->smoke ? 1 : N_REPEATS;
  /* A call with n >= 2 forks once: fib(n + 1) - 1 of them. */
  guint64 n_forks = (plain_fib (n + 1) - 1) * n_repeats;
  gpointer pool = fork_join_peer->open (N_THREADS);
  BenchTime begin;

  fork_join_peer->fib (pool, MIN (n, WARM_UP));
  begin = bench_begin ();
  for (guint i = 0; i < n_repeats; i++) {
    g_assert_cmpuint (fork_join_peer->fib (pool, n), ==, plain_fib (n));
  }
  bench_end (begin, result, "ns", n_forks);
  fork_join_peer->close (pool);
}

int
main (int argc,
      char **argv)
{
  static const char *const modes[] = { "fib", NULL };
  static const BenchProgram program = { "fork-join", modes, 30, 10, measure };

  return bench_main (&program, fork_join_peers, n_fork_join_peers, argc, argv);
}
