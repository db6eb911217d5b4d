/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * queued-signals: a worker makes an object emit, and the main loop handles it.
 */

#include <mythread.h>

static void
search (MyThread *thread,
        gpointer action,
        GError **error)
{
  for (int i = 1; i <= 3; i++)
    g_action_activate (action, g_variant_new_int32 (i)); /* emits `activate` here, on the worker */
}

static void
on_activate (GSimpleAction *action,
             GVariant *parameter)
{
  gboolean is_home = my_thread_get_current () == my_thread_get_main ();

  g_print ("%d, %s\n", g_variant_get_int32 (parameter), is_home ? "at home" : "on the worker");
}

int
main (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GSimpleAction) found = g_simple_action_new ("found", G_VARIANT_TYPE_INT32);
  g_autoptr (MyThread) thread = my_thread_new ("search", search, found, NULL);

  my_signal_connect_queued (found, "activate", G_CALLBACK (on_activate), NULL, NULL, 0, NULL);
  g_signal_connect_swapped (thread, "finished", G_CALLBACK (g_main_loop_quit), loop);

  if (my_thread_start (thread, NULL))
    g_main_loop_run (loop);
  return 0;
}
