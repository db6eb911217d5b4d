/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * from-qthread: a MyThread that waits until it is asked to stop.
 */

#include <mythread.h>

G_DECLARE_FINAL_TYPE (Worker, worker, EXAMPLE, WORKER, MyThread)

struct _Worker {
  MyThread parent_instance;
};

G_DEFINE_FINAL_TYPE (Worker, worker, MY_TYPE_THREAD)

static void
worker_run (MyThread *thread,
            GError **error)
{
  while (my_thread_sleep (10 * 1000, error))
    continue;
}

static void
worker_class_init (WorkerClass *klass)
{
  MY_THREAD_CLASS (klass)->run = worker_run;
}

static void
worker_init (Worker *self)
{
}

static gboolean
on_timeout (gpointer user_data)
{
  my_thread_cancel (user_data);
  return G_SOURCE_REMOVE;
}

static void
on_started (MyThread *worker)
{
  g_print ("started\n");
  g_timeout_add (50, on_timeout, worker);
}

static void
on_finished (MyThread *worker,
             GMainLoop *loop)
{
  g_print ("finished\n");
  g_main_loop_quit (loop);
}

int
main (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (MyThread) worker = g_object_new (worker_get_type (), NULL);

  g_signal_connect (worker, "started", G_CALLBACK (on_started), NULL);
  g_signal_connect (worker, "finished", G_CALLBACK (on_finished), loop);

  if (!my_thread_start (worker, NULL))
    return 1;
  g_main_loop_run (loop);
  return 0;
}
