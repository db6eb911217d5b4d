/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * daemons: what the end of a program waits for, and what it does not.
 */

#include <mythread.h>

static GMutex document; /* held by main() as long as it writes */

/* Must be complete, whatever happens. */
static void
save (MyThread *thread,
      gpointer user_data,
      GError **error)
{
  g_mutex_lock (&document);
  g_print ("the document is saved\n");
  g_mutex_unlock (&document);
}

/* Is of no use to anybody when the program has gone. */
static void
watch (MyThread *thread,
       gpointer user_data,
       GError **error)
{
  while (my_thread_sleep (G_USEC_PER_SEC, error))
    continue;
}

int
main (void)
{
  g_autoptr (MyThread) saver = my_thread_new ("saver", save, NULL, NULL);
  g_autoptr (MyThread) watcher = my_thread_new ("watcher", watch, NULL, NULL);
  g_autoptr (GError) error = NULL;
  gboolean is_started;

  g_mutex_lock (&document);
  my_thread_set_daemon (watcher, TRUE);
  is_started = my_thread_start (saver, &error) && my_thread_start (watcher, &error);
  if (is_started)
    g_print ("main() returns\n");
  else
    g_printerr ("daemons: %s\n", error->message);
  g_mutex_unlock (&document);
  return is_started ? 0 : 1;
}
