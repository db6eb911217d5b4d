/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * from-gthread-before: a computation on a GThread, watched by a main loop.
 */

#include <glib.h>

typedef struct {
  GMainLoop *loop;
  int limit;
  int is_cancelled; /* atomic */
} Job;

static gboolean
on_done (gpointer user_data)
{
  Job *job = user_data;

  g_main_loop_quit (job->loop);
  return G_SOURCE_REMOVE;
}

static gpointer
sum_up (gpointer user_data)
{
  Job *job = user_data;
  int sum = 0;

  for (int i = 1; i <= job->limit && !g_atomic_int_get (&job->is_cancelled); i++)
    sum += i;

  g_idle_add (on_done, job);
  return GINT_TO_POINTER (sum);
}

int
main (void)
{
  Job job = { g_main_loop_new (NULL, FALSE), 1000, FALSE };
  g_autoptr (GError) error = NULL;
  GThread *thread = g_thread_try_new ("sum", sum_up, &job, &error);

  if (thread == NULL) {
    g_printerr ("from-gthread-before: %s\n", error->message);
    return 1;
  }
  g_main_loop_run (job.loop);

  g_print ("the sum is %d\n", GPOINTER_TO_INT (g_thread_join (thread)));
  g_main_loop_unref (job.loop);
  return 0;
}
