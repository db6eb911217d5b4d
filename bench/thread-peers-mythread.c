/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "thread-peers.h"

#include "body-thread.h"

static gpointer
mythread_peer_start (GThreadFunc body,
                     gpointer data)
{
  BodyThread *thread = body_thread_new (body, data);
  g_autoptr (GError) error = NULL;

  my_thread_start (MY_THREAD (thread), &error);
  g_assert_no_error (error);

  return thread;
}

static void
mythread_peer_join (gpointer thread)
{
  g_autoptr (GError) error = NULL;

  my_thread_join (thread, &error);
  g_assert_no_error (error);
  g_object_unref (thread);
}

static const ThreadPeer mythread_peer = { mythread_peer_start, mythread_peer_join };

const BenchPeer thread_peers[] = {
  { "mythread", &mythread_peer },
};
const guint n_thread_peers = G_N_ELEMENTS (thread_peers);
