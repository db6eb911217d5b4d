/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "submit-peers.h"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_group.h>

namespace tbb = oneapi::tbb;

namespace {

struct Arena {
  explicit Arena (guint n_workers)
      : control (tbb::global_control::max_allowed_parallelism, n_workers + 1),
        arena (static_cast<int> (n_workers) + 1, 1)
  {
  }

  tbb::global_control control;
  tbb::task_arena arena;
};

} // namespace

static gpointer
tbb_peer_open (guint n_workers)
{
  return new Arena (n_workers);
}

/* The one who waits is a thread of the arena as well. */
static void
tbb_peer_submit_and_join (gpointer pool,
                          GThreadFunc task,
                          gpointer data)
{
  static_cast<Arena *> (pool)->arena.execute ([task, data] {
    tbb::task_group group;

    group.run ([task, data] { task (data); });
    group.wait ();
  });
}

static void
tbb_peer_close (gpointer pool)
{
  delete static_cast<Arena *> (pool);
}

static const SubmitPeer tbb_peer = { tbb_peer_open, tbb_peer_submit_and_join, tbb_peer_close };

const BenchPeer submit_peers[] = {
  { "TBB", &tbb_peer },
};
const guint n_submit_peers = G_N_ELEMENTS (submit_peers);
