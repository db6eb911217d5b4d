/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * manage: looks after a thread from outside: who runs, is it alive, what is it
 * called, and a join that does not wait for ever.
 */

#include <mythread.h>
#include <stdio.h>

/* Works until it is told to stop. */
static void
work (MyThread *thread,
      gpointer user_data,
      GError **error)
{
  while (my_thread_sleep (G_USEC_PER_SEC, error))
    continue;
}

static void
print_threads (void)
{
  g_autoptr (GPtrArray) threads = my_thread_enumerate ();

  printf ("%u threads:", my_thread_active_count ());
  for (guint i = 0; i < threads->len; i++) {
    g_autofree char *name = my_thread_dup_name (g_ptr_array_index (threads, i));

    printf (" %s", name);
  }
  printf ("\n");
}

static void
print_alive (MyThread *thread)
{
  g_autofree char *name = my_thread_dup_name (thread);

  printf ("%s is %s\n", name, my_thread_is_alive (thread) ? "alive" : "not alive");
}

static void
print_join (MyThread *thread,
            gint64 timeout_us)
{
  g_autoptr (GError) error = NULL;

  if (my_thread_join_timeout (thread, timeout_us, &error))
    printf ("join: it succeeded\n");
  else if (g_error_matches (error, MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT))
    printf ("join: it still runs\n");
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    printf ("join: it was cancelled\n");
  else
    printf ("join: %s\n", error->message);
}

int
main (void)
{
  g_autofree char *current = my_thread_dup_name (my_thread_get_current ());
  g_autoptr (MyThread) thread = my_thread_new ("worker", work, NULL, NULL);
  g_autoptr (GError) error = NULL;

  printf ("current: %s\n", current);
  print_threads ();
  print_alive (thread);

  if (!my_thread_start (thread, &error)) {
    fprintf (stderr, "manage: %s\n", error->message);
    return 1;
  }
  print_alive (thread);
  print_threads ();

  my_thread_set_name (thread, "renamed");
  print_threads ();
  print_join (thread, 50 * 1000);
  print_alive (thread);

  my_thread_cancel (thread);
  print_join (thread, -1);
  print_alive (thread);
  print_threads ();
  return 0;
}
