/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * from-gtask-before: a sum, as an asynchronous function on GTask.
 */

#include <gio/gio.h>

static void
sum_up (GTask *task,
        gpointer source_object,
        gpointer task_data,
        GCancellable *cancellable)
{
  int limit = GPOINTER_TO_INT (task_data);
  gssize sum = 0;

  for (int i = 1; i <= limit && !g_cancellable_is_cancelled (cancellable); i++)
    sum += i;

  if (!g_task_return_error_if_cancelled (task))
    g_task_return_int (task, sum);
}

static void
sum_async (int limit,
           GCancellable *cancellable,
           GAsyncReadyCallback callback,
           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_task_data (task, GINT_TO_POINTER (limit), NULL);
  g_task_run_in_thread (task, sum_up);
}

static void
on_done (GObject *source_object,
         GAsyncResult *result,
         gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  gssize sum = g_task_propagate_int (G_TASK (result), &error);

  if (error != NULL)
    g_print ("it failed: %s\n", error->message);
  else
    g_print ("the sum is %d\n", (int) sum);
  g_main_loop_quit (user_data);
}

int
main (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  sum_async (1000, NULL, on_done, loop);
  g_main_loop_run (loop);
  return 0;
}
