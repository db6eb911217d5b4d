/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * from-call: a thread has a function called in the owner context, and waits for it.
 */

#include <mythread.h>

static void
ask (MyThread *thread,
     gpointer answer)
{
  *(const char **) answer = "yes"; /* from a dialog, perhaps */
}

static void
work (MyThread *thread,
      gpointer user_data,
      GError **error)
{
  const char *answer;

  if (my_thread_call_owner (thread, ask, &answer, error))
    g_print ("the owner says %s\n", answer);
}

int
main (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (MyThread) thread = my_thread_new ("work", work, NULL, NULL);

  g_signal_connect_swapped (thread, "finished", G_CALLBACK (g_main_loop_quit), loop);
  if (my_thread_start (thread, NULL))
    g_main_loop_run (loop);
  return 0;
}
