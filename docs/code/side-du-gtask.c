/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * side-du-gtask: what side-du does, with GTask.
 */

#include <gio/gio.h>

typedef struct {
  GCancellable *cancellable;
  GError *error; /* the first one */
  int n_left;
} Run;

static void
measure (GTask *task,
         gpointer source,
         gpointer path,
         GCancellable *cancellable)
{
  g_autoptr (GFile) directory = g_file_new_for_path (path);
  GError *error = NULL;
  guint64 size = 0;

  if (g_file_measure_disk_usage (directory, G_FILE_MEASURE_REPORT_ANY_ERROR, cancellable, NULL, NULL, &size, NULL, NULL, &error))
    g_task_return_int (task, size);
  else
    g_task_return_error (task, error);
}

static void
on_measured (GObject *source,
             GAsyncResult *result,
             gpointer user_data)
{
  Run *run = user_data;

  if (g_task_had_error (G_TASK (result)) && run->error == NULL) {
    g_task_propagate_int (G_TASK (result), &run->error);
    g_cancellable_cancel (run->cancellable);
  }
  run->n_left--;
}

int
main (int argc,
      char **argv)
{
  g_autoptr (GPtrArray) tasks = g_ptr_array_new_with_free_func (g_object_unref);
  Run run = { g_cancellable_new (), NULL, argc - 1 };

  for (int i = 1; i < argc; i++) {
    GTask *task = g_task_new (NULL, run.cancellable, on_measured, &run);

    g_task_set_name (task, argv[i]);
    g_task_set_task_data (task, argv[i], NULL);
    g_task_run_in_thread (task, measure);
    g_ptr_array_add (tasks, task);
  }
  while (run.n_left > 0)
    g_main_context_iteration (NULL, TRUE);
  if (run.error != NULL)
    g_printerr ("du: %s\n", run.error->message);
  for (int i = 1; i < argc && run.error == NULL; i++)
    g_print ("%" G_GSSIZE_FORMAT "\t%s\n", g_task_propagate_int (tasks->pdata[i - 1], NULL), argv[i]);
  g_object_unref (run.cancellable);
  return run.error != NULL;
}
