/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * from-gthread: the same computation on a MyThread.
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

int
main (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (MyThread) thread = my_thread_new ("sum", sum_up, GINT_TO_POINTER (1000), NULL);
  g_autoptr (GError) error = NULL;
  g_auto (GValue) result = G_VALUE_INIT;

  g_signal_connect_swapped (thread, "finished", G_CALLBACK (g_main_loop_quit), loop);
  if (!my_thread_start (thread, &error)) {
    g_printerr ("from-gthread: %s\n", error->message);
    return 1;
  }
  g_main_loop_run (loop);

  if (my_thread_get_result (thread, &result, &error))
    g_print ("the sum is %d\n", g_value_get_int (&result));
  return 0;
}
