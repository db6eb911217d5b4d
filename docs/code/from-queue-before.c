/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * from-queue-before: what from-queue does, as it is done with a GAsyncQueue.
 */

#include <gio/gio.h>

static gpointer
climb (gpointer user_data)
{
  GAsyncQueue *queue = user_data;
  g_autoptr (GFile) file = g_file_new_for_path ("/usr/share/doc");

  while (file != NULL) {
    g_autoptr (GFile) child = g_steal_pointer (&file);

    g_async_queue_push (queue, g_object_ref (child));
    file = g_file_get_parent (child);
  }
  g_async_queue_push (queue, queue); /* the end */
  return NULL;
}

int
main (void)
{
  g_autoptr (GAsyncQueue) queue = g_async_queue_new ();
  GThread *thread = g_thread_new ("climb", climb, queue);
  gpointer file;

  while ((file = g_async_queue_pop (queue)) != queue) {
    g_print ("%s\n", g_file_peek_path (file));
    g_object_unref (file);
  }
  g_thread_join (thread);
  return 0;
}
