/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "submit-peers.h"

#include "body-thread.h"
#include "mythread-pool.h"

static void
mythread_peer_submit_and_join (gpointer pool,
                               GThreadFunc task,
                               gpointer data)
{
  MyThread *thread = MY_THREAD (body_thread_new (task, data));
  g_autoptr (GError) error = NULL;

  my_executor_submit (pool, thread, &error);
  g_assert_no_error (error);
  my_thread_join (thread, &error);
  g_assert_no_error (error);
  g_object_unref (thread);
}

static const SubmitPeer mythread_peer = { mythread_pool_open, mythread_peer_submit_and_join, mythread_pool_close };

const BenchPeer submit_peers[] = {
  { "mythread", &mythread_peer },
};
const guint n_submit_peers = G_N_ELEMENTS (submit_peers);
