/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "submit-peers.h"

#include "body-thread.h"

static gpointer
mythread_peer_open (guint n_workers)
{
  return my_thread_pool_new ("bench", n_workers);
}

typedef struct {
  void (*task) (gpointer data);
  gpointer data;
} Job;

static gpointer
job_run (gpointer data)
{
  Job *job = data;

  job->task (job->data);

  return NULL;
}

static void
mythread_peer_submit_and_join (gpointer pool,
                               void     (*task) (gpointer data),
                               gpointer data)
{
  Job job = { task, data };
  MyThread *thread = MY_THREAD (body_thread_new (job_run, &job));
  g_autoptr (GError) error = NULL;

  my_executor_submit (pool, thread, &error);
  g_assert_no_error (error);
  my_thread_join (thread, &error);
  g_assert_no_error (error);
  g_object_unref (thread);
}

static void
mythread_peer_close (gpointer pool)
{
  g_autoptr (GError) error = NULL;

  my_thread_pool_shutdown (pool, MY_SHUTDOWN_DRAIN, &error);
  g_assert_no_error (error);
  g_object_unref (pool);
}

static const SubmitPeer mythread_peer = { mythread_peer_open, mythread_peer_submit_and_join, mythread_peer_close };

const BenchPeer submit_peers[] = {
  { "mythread", &mythread_peer },
};
const guint n_submit_peers = G_N_ELEMENTS (submit_peers);
