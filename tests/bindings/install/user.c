/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A program of somebody who has the library installed, or as a subproject.
 */

#include <mythread.h>
#include <stdio.h>

static void
answer (MyThread *thread,
        gpointer user_data,
        GError **error)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_INT);
  g_value_set_int (&value, 42);
  my_thread_set_result (thread, &value);
}

int
main (void)
{
  g_autoptr (MyThread) thread = my_thread_new ("answer", answer, NULL, NULL);
  g_auto (GValue) value = G_VALUE_INIT;

  if (!my_thread_start (thread, NULL) ||
      !my_thread_join (thread, NULL) ||
      !my_thread_get_result (thread, &value, NULL))
    return 1;
  printf ("%d %d.%d\n", g_value_get_int (&value), MY_MAJOR_VERSION, MY_MINOR_VERSION);
  return 0;
}
