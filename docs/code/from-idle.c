/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * from-idle: a function called in the owner context for each step of a thread.
 */

#include <mythread.h>

static void
show (MyThread *thread,
      gpointer text)
{
  g_print ("%s\n", (char *) text);
}

static void
count (MyThread *thread,
       gpointer user_data,
       GError **error)
{
  for (int i = 1; i <= 3; i++)
    my_thread_post (thread, show, g_strdup_printf ("step %d", i), g_free);
}

int
main (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (MyThread) thread = my_thread_new ("count", count, NULL, NULL);

  g_signal_connect_swapped (thread, "finished", G_CALLBACK (g_main_loop_quit), loop);
  if (my_thread_start (thread, NULL))
    g_main_loop_run (loop);
  return 0;
}
