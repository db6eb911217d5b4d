/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread.h>

static gboolean
has_come (gpointer user_data)
{
  return *(gboolean *) user_data;
}

static gboolean is_here = FALSE;

static void
wait_for_it (MyThread *thread,
             gpointer user_data,
             GError **error)
{
  MyCondition *condition = user_data;
  MyLock *lock = my_condition_get_lock (condition);

  if (!my_lock_acquire (lock, -1, error))
    return;
  my_condition_wait_for (condition, has_come, &is_here, -1, error);
  my_lock_release (lock);
}

int
main (void)
{
  g_autoptr (MyCondition) condition = my_condition_new (NULL);
  g_autoptr (MyThread) thread = my_thread_new ("patient", wait_for_it, condition, NULL);
  g_autoptr (GError) error = NULL;

  my_thread_start (thread, NULL);
  my_thread_cancel (thread);
  my_thread_join (thread, &error);
  g_print ("%s\n", g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? "it waits no longer" : "it has come");
  return 0;
}
