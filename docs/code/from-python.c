/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * from-python: from-python.py, in C.
 */

#include <mythread.h>

static GAsyncQueue *ticks;

static void
tick (MyThread *thread,
      gpointer user_data,
      GError **error)
{
  int count;

  g_variant_get (my_thread_get_args (thread), "(i)", &count);
  for (int i = 0; i < count; i++)
    g_async_queue_push (ticks, g_strdup_printf ("%d", i));

  my_thread_sleep (-1, error);
}

static void
print_alive (MyThread *thread)
{
  g_autofree char *name = my_thread_dup_name (thread);

  g_print ("%s is alive: %s\n", name, my_thread_is_alive (thread) ? "True" : "False");
}

static void
print_threads (void)
{
  g_autoptr (GPtrArray) threads = my_thread_enumerate ();

  g_print ("threads: [");
  for (guint i = 0; i < threads->len; i++) {
    g_autofree char *name = my_thread_dup_name (threads->pdata[i]);

    g_print ("%s'%s'", i > 0 ? ", " : "", name);
  }
  g_print ("]\n");
}

int
main (void)
{
  g_autoptr (MyThread) thread = my_thread_new_with_args ("ticker", tick, g_variant_new ("(i)", 3), NULL);

  ticks = g_async_queue_new ();
  if (!my_thread_start (thread, NULL))
    return 1;
  for (int i = 0; i < 3; i++) {
    g_autofree char *number = g_async_queue_pop (ticks);

    g_print ("tick %s\n", number);
  }
  my_thread_join_timeout (thread, 50 * 1000, NULL);
  print_alive (thread);
  my_thread_cancel (thread);
  my_thread_join (thread, NULL);
  print_alive (thread);
  print_threads ();
  g_async_queue_unref (ticks);
  return 0;
}
