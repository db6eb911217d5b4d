/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * thread-safety: ten threads that all start, rename, cancel and join the same one.
 */

#include <mythread.h>

#define N_RIVALS 10

static int n_started;  /* atomic */
static int n_too_late; /* atomic */
static int n_joined;   /* atomic */

static void
wait_for_ever (MyThread *thread,
               gpointer user_data,
               GError **error)
{
  my_thread_sleep (-1, error);
}

static void
meddle (MyThread *thread,
        gpointer user_data,
        GError **error)
{
  MyThread *target = user_data;
  g_autofree char *name = my_thread_dup_name (thread);

  if (my_thread_start (target, NULL))
    g_atomic_int_inc (&n_started);
  else
    g_atomic_int_inc (&n_too_late);

  my_thread_set_name (target, name);
  my_thread_cancel (target);

  my_thread_join (target, NULL);
  if (my_thread_get_state (target) == MY_THREAD_STATE_CANCELLED)
    g_atomic_int_inc (&n_joined);
}

int
main (void)
{
  g_autoptr (MyThread) target = my_thread_new ("target", wait_for_ever, NULL, NULL);
  MyThread *rivals[N_RIVALS];

  for (int i = 0; i < N_RIVALS; i++) {
    rivals[i] = my_thread_new (NULL, meddle, g_object_ref (target), g_object_unref);
    my_thread_start (rivals[i], NULL);
  }
  for (int i = 0; i < N_RIVALS; i++) {
    my_thread_join (rivals[i], NULL);
    g_object_unref (rivals[i]);
  }

  g_print ("%d has started it, %d came too late, %d have seen its end\n", n_started, n_too_late, n_joined);
  return 0;
}
