/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * stream-no-loop: results one by one, in a program without a loop.
 */

#include <mythread.h>

static void
number_files (MyThread *thread,
              gpointer user_data,
              GError **error)
{
  for (int i = 1; i <= 2; i++) {
    g_autofree char *path = g_strdup_printf ("/tmp/%d", i);
    g_autoptr (GFile) file = g_file_new_for_path (path);

    my_thread_publish (thread, file); /* if one is pending, it waits */
  }
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "No numbers are left");
}

int
main (void)
{
  g_autoptr (MyThread) thread = my_thread_new ("numbers", number_files, NULL, NULL);
  g_autoptr (GError) error = NULL;
  GFile *file;

  my_thread_set_max_pending (thread, 1);
  if (!my_thread_start (thread, NULL))
    return 1;
  while ((file = my_thread_next_result (thread, -1, NULL)) != NULL) {
    g_print ("%s\n", g_file_peek_path (file));
    g_object_unref (file);
  }
  if (!my_thread_join (thread, &error))
    g_print ("%s\n", error->message);
  return 0;
}
