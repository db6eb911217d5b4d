/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * owner-context: what a thread tells of itself arrives in the thread that made it.
 */

#include <mythread.h>

#define N_STEPS 1000000

static guint n_notifies;
static guint n_in_wrong_thread;

/* On the worker: no care is taken, and none is needed. */
static void
work (MyThread *thread,
      gpointer user_data,
      GError **error)
{
  for (int i = 1; i <= N_STEPS; i++)
    my_thread_set_progress (thread, (double) i / N_STEPS);
}

static void
look_who_is_here (void)
{
  if (my_thread_get_current () != my_thread_get_main ())
    n_in_wrong_thread++;
}

static void
on_started (MyThread *thread)
{
  look_who_is_here ();
  g_print ("started\n");
}

static void
on_progress (MyThread *thread)
{
  look_who_is_here ();
  n_notifies++;
}

static void
on_finished (MyThread *thread,
             GMainLoop *loop)
{
  look_who_is_here ();
  g_print ("finished, with the progress at %.0f%%\n", 100 * my_thread_get_progress (thread));
  g_main_loop_quit (loop);
}

int
main (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (MyThread) thread = my_thread_new ("counter", work, NULL, NULL);
  g_autoptr (GError) error = NULL;

  g_signal_connect (thread, "started", G_CALLBACK (on_started), NULL);
  g_signal_connect (thread, "notify::progress", G_CALLBACK (on_progress), NULL);
  g_signal_connect (thread, "finished", G_CALLBACK (on_finished), loop);

  if (!my_thread_start (thread, &error)) {
    g_printerr ("owner-context: %s\n", error->message);
    return 1;
  }
  g_main_loop_run (loop);

  g_print ("handlers in the wrong thread: %u\n", n_in_wrong_thread);
  g_print ("%s\n", n_notifies < N_STEPS ? "notified as often as the loop had time" : "flooded");
  return 0;
}
