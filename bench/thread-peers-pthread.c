/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "thread-peers.h"

#include <pthread.h>

static gpointer
pthread_peer_start (GThreadFunc body,
                    gpointer data)
{
  pthread_t thread;
  int status = pthread_create (&thread, NULL, body, data);

  g_assert_cmpint (status, ==, 0);

  return GSIZE_TO_POINTER (thread);
}

static void
pthread_peer_join (gpointer thread)
{
  int status = pthread_join (GPOINTER_TO_SIZE (thread), NULL);

  g_assert_cmpint (status, ==, 0);
}

static const ThreadPeer pthread_peer = { pthread_peer_start, pthread_peer_join };

const BenchPeer thread_peers[] = {
  { "pthread", &pthread_peer },
};
const guint n_thread_peers = G_N_ELEMENTS (thread_peers);
