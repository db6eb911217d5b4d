/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "object-peers.h"

#include "body-thread.h"

typedef void (*EndedFunc) (gpointer data);

/* A thread on a pool. */

static gpointer
mythread_open (guint n_workers)
{
  return my_thread_pool_new ("bench", n_workers);
}

typedef struct {
  EndedFunc ended;
  gpointer data;
} Listener;

static void
mythread_finished (MyThread *thread,
                   gpointer  user_data)
{
  Listener *listener = user_data;

  listener->ended (listener->data);
}

static void
mythread_start (gpointer    pool,
                GThreadFunc body,
                gpointer    data,
                void        (*ended) (gpointer data))
{
  /* The same for all of one program: a closure of its own for each would be no cost of the thread. */
  static Listener listener;
  MyThread *thread = MY_THREAD (body_thread_new (body, data));
  g_autoptr (GError) error = NULL;

  listener = (Listener){ ended, data };
  g_signal_connect (thread, "finished", G_CALLBACK (mythread_finished), &listener);
  my_executor_submit (pool, thread, &error);
  g_assert_no_error (error);
  g_object_unref (thread);
}

static void
mythread_close (gpointer pool)
{
  g_autoptr (GError) error = NULL;

  my_thread_pool_shutdown (pool, MY_SHUTDOWN_DRAIN, &error);
  g_assert_no_error (error);
  g_object_unref (pool);
}

const ObjectPeer object_mythread = { mythread_open, mythread_start, mythread_close };

/* GTask, whose pool is its own and takes as many OS threads as it likes. */

static GThreadFunc gtask_body;
static EndedFunc gtask_ended;

static gpointer
gtask_open (guint n_workers)
{
  return NULL;
}

static void
gtask_run (GTask        *task,
           gpointer      source_object,
           gpointer      task_data,
           GCancellable *cancellable)
{
  gtask_body (task_data);
  g_task_return_boolean (task, TRUE);
}

static void
gtask_done (GObject      *source_object,
            GAsyncResult *result,
            gpointer      user_data)
{
  gtask_ended (user_data);
}

static void
gtask_start (gpointer    pool,
             GThreadFunc body,
             gpointer    data,
             void        (*ended) (gpointer data))
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, gtask_done, data);

  gtask_body = body;
  gtask_ended = ended;
  g_task_set_task_data (task, data, NULL);
  g_task_run_in_thread (task, gtask_run);
}

static void
gtask_close (gpointer pool)
{
}

const ObjectPeer object_gtask = { gtask_open, gtask_start, gtask_close };
