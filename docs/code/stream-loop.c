/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * stream-loop: results as a list that grows in the main loop.
 */

#include <mythread.h>

static void
climb (MyThread *thread,
       gpointer user_data,
       GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path ("/usr");

  while (file != NULL) {
    g_autoptr (GFile) child = g_steal_pointer (&file);

    my_thread_publish (thread, child);
    file = g_file_get_parent (child);
  }
}

static void
on_items_changed (GListModel *results,
                  guint position,
                  guint n_removed,
                  guint n_added)
{
  for (guint i = position; i < position + n_added; i++) {
    g_autoptr (GFile) file = g_list_model_get_item (results, i);

    g_print ("%s\n", g_file_peek_path (file));
  }
}

int
main (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (MyThread) thread = my_thread_new ("climb", climb, NULL, NULL);

  g_signal_connect (my_thread_get_results (thread), "items-changed", G_CALLBACK (on_items_changed), NULL);
  g_signal_connect_swapped (thread, "finished", G_CALLBACK (g_main_loop_quit), loop);
  if (my_thread_start (thread, NULL))
    g_main_loop_run (loop);
  return 0;
}
