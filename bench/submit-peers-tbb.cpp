/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "submit-peers.h"

#include "tbb-arena.h"

#include <oneapi/tbb/task_group.h>

static gpointer
tbb_peer_open (guint n_workers)
{
  return new Arena (n_workers + 1, 1);
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

static const SubmitPeer tbb_peer = { tbb_peer_open, tbb_peer_submit_and_join, arena_close };

const BenchPeer submit_peers[] = {
  { "TBB", &tbb_peer },
};
const guint n_submit_peers = G_N_ELEMENTS (submit_peers);
