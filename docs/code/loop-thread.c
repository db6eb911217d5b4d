/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread.h>

static gboolean
tick (gpointer n_ticks)
{
  ++*(guint *) n_ticks;
  return G_SOURCE_CONTINUE;
}

static void
start_clock (MyThread *thread,
             gpointer n_ticks)
{
  g_autoptr (GSource) source = g_timeout_source_new (1);

  g_source_set_callback (source, tick, n_ticks, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
}

static void
read_clock (MyThread *thread,
            gpointer n_ticks)
{
  if (*(guint *) n_ticks >= 3)
    my_loop_thread_quit (MY_LOOP_THREAD (thread));
}

int
main (void)
{
  g_autoptr (MyLoopThread) loop = my_loop_thread_new ("clock");
  g_autoptr (GError) error = NULL;
  guint n_ticks = 0; /* touched by the loop's thread only */

  if (!my_thread_start (MY_THREAD (loop), &error) ||
      !my_loop_thread_invoke (loop, start_clock, &n_ticks, &error))
    g_error ("%s", error->message);

  /* Until it has quit. */
  while (my_loop_thread_invoke (loop, read_clock, &n_ticks, &error))
    continue;
  g_print ("%s\n", error->message);

  if (my_thread_join (MY_THREAD (loop), NULL))
    g_print ("It has ticked three times, if not more.\n");
  return 0;
}
