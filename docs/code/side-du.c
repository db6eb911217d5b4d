/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * side-du: what each of some directories takes on the disk, a thread for each.
 */

#include <mythread.h>

static void
measure (MyThread *thread,
         gpointer path,
         GError **error)
{
  g_autoptr (GFile) directory = g_file_new_for_path (path);
  GCancellable *cancellable = my_thread_get_cancellable (thread);
  guint64 size = 0;

  if (g_file_measure_disk_usage (directory, G_FILE_MEASURE_REPORT_ANY_ERROR, cancellable, NULL, NULL, &size, NULL, NULL, error))
    my_thread_set_result_int (thread, size);
}

int
main (int argc,
      char **argv)
{
  g_autoptr (MyThreadGroup) group = g_object_new (MY_TYPE_THREAD_GROUP, "cancel-on-error", TRUE, NULL);
  g_autoptr (GPtrArray) threads = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) error = NULL;
  MyThread *thread;

  for (int i = 1; i < argc && (thread = my_thread_group_run (group, argv[i], measure, argv[i], NULL, &error)) != NULL; i++)
    g_ptr_array_add (threads, thread);
  if (error != NULL || !my_thread_group_join (group, &error)) {
    g_printerr ("du: %s\n", error->message);
    return 1;
  }
  for (int i = 1; i < argc; i++)
    g_print ("%" G_GINT64_FORMAT "\t%s\n", my_thread_get_result_int (threads->pdata[i - 1], NULL), argv[i]);
  return 0;
}
