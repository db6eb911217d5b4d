/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "submit-peers.h"

#include <gio/gio.h>

typedef struct {
  void (*task) (gpointer data);
  gpointer data;
  GMutex mutex;
  GCond ended;
  gboolean done; /* [mutex] */
} Job;

/* GThreadPool, and a condition to wait for. */

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
                            void     (*task) (gpointer data),
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

/* GTask, whose pool is its own. */

static gpointer
gtask_peer_open (guint n_workers)
{
  return NULL;
}

static void
gtask_run (GTask        *task,
           gpointer      source_object,
           gpointer      task_data,
           GCancellable *cancellable)
{
  Job *job = task_data;

  job->task (job->data);
  g_task_return_boolean (task, TRUE);
}

static void
gtask_sync_peer_submit_and_join (gpointer pool,
                                 void     (*task) (gpointer data),
                                 gpointer data)
{
  Job job = { .task = task, .data = data };
  g_autoptr (GTask) gtask = g_task_new (NULL, NULL, NULL, NULL);

  g_task_set_task_data (gtask, &job, NULL);
  g_task_run_in_thread_sync (gtask, gtask_run);
}

static void
gtask_done (GObject      *source_object,
            GAsyncResult *result,
            gpointer      user_data)
{
  Job *job = user_data;

  job->done = TRUE;
}

static void
gtask_loop_peer_submit_and_join (gpointer pool,
                                 void     (*task) (gpointer data),
                                 gpointer data)
{
  Job job = { .task = task, .data = data };
  g_autoptr (GTask) gtask = g_task_new (NULL, NULL, gtask_done, &job);

  g_task_set_task_data (gtask, &job, NULL);
  g_task_run_in_thread (gtask, gtask_run);
  while (!job.done) {
    g_main_context_iteration (NULL, TRUE);
  }
}

static void
gtask_peer_close (gpointer pool)
{
}

static const SubmitPeer gpool_peer = { gpool_peer_open, gpool_peer_submit_and_join, gpool_peer_close };
static const SubmitPeer gtask_sync_peer = { gtask_peer_open, gtask_sync_peer_submit_and_join, gtask_peer_close };
static const SubmitPeer gtask_loop_peer = { gtask_peer_open, gtask_loop_peer_submit_and_join, gtask_peer_close };

const BenchPeer submit_peers[] = {
  { "GThreadPool", &gpool_peer },
  { "GTask-sync", &gtask_sync_peer },
  { "GTask-loop", &gtask_loop_peer },
};
const guint n_submit_peers = G_N_ELEMENTS (submit_peers);
