/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * from-queue: what a thread publishes, read one by one.
 */

#include <mythread.h>

static void
climb (MyThread *thread,
       gpointer user_data,
       GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path ("/usr/share/doc");

  while (file != NULL) {
    g_autoptr (GFile) child = g_steal_pointer (&file);

    my_thread_publish (thread, child);
    file = g_file_get_parent (child);
  }
}

int
main (void)
{
  g_autoptr (MyThread) thread = my_thread_new ("climb", climb, NULL, NULL);
  gpointer file;

  if (!my_thread_start (thread, NULL))
    return 1;
  while ((file = my_thread_next_result (thread, -1, NULL)) != NULL) {
    g_print ("%s\n", g_file_peek_path (file));
    g_object_unref (file);
  }
  return 0;
}
