/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fork-join-peers.h"

#include "tbb-arena.h"

#include <oneapi/tbb/task_group.h>

namespace {

guint64
fib (guint n)
{
  if (n < 2) {
    return n;
  }

  guint64 a = 0;
  tbb::task_group group;

  group.run ([&a, n] { a = fib (n - 1); });
  guint64 b = fib (n - 2);
  group.wait ();

  return a + b;
}

} // namespace

static gpointer
tbb_peer_open (guint n_threads)
{
  return new Arena (n_threads, 1);
}

static guint64
tbb_peer_fib (gpointer pool,
              guint n)
{
  return static_cast<Arena *> (pool)->arena.execute ([n] { return fib (n); });
}

static const ForkJoinPeer tbb_peer = { tbb_peer_open, tbb_peer_fib, arena_close };

const BenchPeer fork_join_peers[] = {
  { "TBB-task_group", &tbb_peer },
};
const guint n_fork_join_peers = G_N_ELEMENTS (fork_join_peers);
