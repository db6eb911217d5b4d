/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "submit-peers.h"

/* A condition to wait for. */
typedef struct {
  GThreadFunc task;
  gpointer data;
  GMutex mutex;
  GCond ended;
  gboolean done; /* [mutex] */
} Job;

static void
gpool_run (gpointer data,
           gpointer user_data)
{
  Job *job = data;

  job->task (job->data);
  g_mutex_lock (&job->mutex);
  job->done = TRUE;
  g_cond_signal (&job->ended);
  g_mutex_unlock (&job->mutex);
}

static gpointer
gpool_peer_open (guint n_workers)
{
  g_autoptr (GError) error = NULL;
  GThreadPool *pool = g_thread_pool_new (gpool_run, NULL, n_workers, TRUE, &error);

  g_assert_no_error (error);

  return pool;
}

static void
gpool_peer_submit_and_join (gpointer pool,
                            GThreadFunc task,
                            gpointer data)
{
  /* One for all: only one is waited for at a time. */
  static Job job;

  job.task = task;
  job.data = data;
  job.done = FALSE;
  g_thread_pool_push (pool, &job, NULL);
  g_mutex_lock (&job.mutex);
  while (!job.done) {
    g_cond_wait (&job.ended, &job.mutex);
  }
  g_mutex_unlock (&job.mutex);
}

static void
gpool_peer_close (gpointer pool)
{
  g_thread_pool_free (pool, FALSE, TRUE);
}

static const SubmitPeer gpool_peer = { gpool_peer_open, gpool_peer_submit_and_join, gpool_peer_close };

const BenchPeer submit_peers[] = {
  { "GThreadPool", &gpool_peer },
};
const guint n_submit_peers = G_N_ELEMENTS (submit_peers);
