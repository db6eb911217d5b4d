/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "thread-peers.h"

#include "body-thread.h"

static gpointer
start_with_stack (guint64     stack_size,
                  GThreadFunc body,
                  gpointer    data)
{
  BodyThread *thread = body_thread_new (body, data);
  g_autoptr (GError) error = NULL;

  if (stack_size > 0) {
    my_thread_set_stack_size (MY_THREAD (thread), stack_size);
  }
  my_thread_start (MY_THREAD (thread), &error);
  g_assert_no_error (error);

  return thread;
}

static gpointer
mythread_peer_start (GThreadFunc body,
                     gpointer    data)
{
  return start_with_stack (0, body, data);
}

static gpointer
mythread_64k_peer_start (GThreadFunc body,
                         gpointer    data)
{
  return start_with_stack (64 * 1024, body, data);
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
static const ThreadPeer mythread_64k_peer = { mythread_64k_peer_start, mythread_peer_join };

const BenchPeer thread_peers[] = {
  { "mythread", &mythread_peer },
  { "mythread-64k", &mythread_64k_peer },
};
const guint n_thread_peers = G_N_ELEMENTS (thread_peers);
