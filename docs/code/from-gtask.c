/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * from-gtask: the same sum, on a MyThread.
 */

#include <mythread.h>

static void
sum_up (MyThread *thread,
        gpointer user_data,
        GError **error)
{
  int limit = GPOINTER_TO_INT (user_data);
  g_auto (GValue) result = G_VALUE_INIT;
  int sum = 0;

  for (int i = 1; i <= limit && !my_thread_set_error_if_cancelled (thread, error); i++)
    sum += i;

  g_value_init (&result, G_TYPE_INT);
  g_value_set_int (&result, sum);
  my_thread_set_result (thread, &result);
}

static void
on_done (GObject *object,
         GAsyncResult *result,
         gpointer user_data)
{
  MyThread *thread = MY_THREAD (object);
  g_autoptr (GError) error = NULL;
  g_auto (GValue) sum = G_VALUE_INIT;

  if (!my_thread_join_finish (thread, result, &error) || !my_thread_get_result (thread, &sum, &error))
    g_print ("it failed: %s\n", error->message);
  else
    g_print ("the sum is %d\n", g_value_get_int (&sum));
  g_main_loop_quit (user_data);
}

int
main (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (MyThread) thread = my_thread_new ("sum", sum_up, GINT_TO_POINTER (1000), NULL);
  g_autoptr (GError) error = NULL;

  if (!my_thread_start (thread, &error)) {
    g_printerr ("from-gtask: %s\n", error->message);
    return 1;
  }
  my_thread_join_async (thread, NULL, on_done, loop);
  g_main_loop_run (loop);
  return 0;
}
