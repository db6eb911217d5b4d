/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread.h>

static MyLock *from;
static MyLock *to;

static void
book (MyThread *thread,
      gpointer user_data,
      GError **error)
{
  /* The other way round than main() does. */
  if (!my_lock_acquire (to, -1, error))
    return;
  my_thread_sleep (10 * 1000, NULL);
  if (my_lock_acquire (from, -1, error))
    my_lock_release (from);
  my_lock_release (to);
}

int
main (void)
{
  g_autoptr (MyThread) thread = my_thread_new ("book", book, NULL, NULL);
  g_autoptr (GError) error = NULL;

  from = my_lock_new ();
  to = my_lock_new ();
  my_lock_set_name (from, "from");
  my_lock_set_name (to, "to");

  my_lock_acquire (from, -1, NULL);
  my_thread_start (thread, NULL);
  while (!my_lock_is_locked (to))
    my_thread_sleep (1000, NULL);
  if (my_lock_acquire (to, -1, &error))
    my_lock_release (to);
  my_lock_release (from);

  my_thread_join (thread, error == NULL ? &error : NULL);
  g_print ("%s\n", g_error_matches (error, MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK) ? "one was told" : "nobody was told");
  g_object_unref (from);
  g_object_unref (to);
  return 0;
}
