/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "thread-peers.h"

static gpointer
gthread_peer_start (GThreadFunc body,
                    gpointer data)
{
  return g_thread_new ("bench", body, data);
}

static void
gthread_peer_join (gpointer thread)
{
  g_thread_join (thread);
}

static const ThreadPeer gthread_peer = { gthread_peer_start, gthread_peer_join };

const BenchPeer thread_peers[] = {
  { "g_thread_new", &gthread_peer },
};
const guint n_thread_peers = G_N_ELEMENTS (thread_peers);
