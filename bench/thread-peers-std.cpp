/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "thread-peers.h"

#include <thread>

static gpointer
std_peer_start (GThreadFunc body,
                gpointer data)
{
  return new std::thread (body, data);
}

static void
std_peer_join (gpointer thread)
{
  std::thread *std_thread = static_cast<std::thread *> (thread);

  std_thread->join ();
  delete std_thread;
}

static const ThreadPeer std_peer = { std_peer_start, std_peer_join };

const BenchPeer thread_peers[] = {
  { "std::thread", &std_peer },
};
const guint n_thread_peers = G_N_ELEMENTS (thread_peers);
