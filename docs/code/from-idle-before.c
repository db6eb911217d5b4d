/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * from-idle-before: what from-idle does, as it is done with g_idle_add().
 */

#include <glib.h>

static gboolean
show (gpointer text)
{
  g_print ("%s\n", (char *) text);
  return G_SOURCE_REMOVE;
}

static gboolean
quit (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

static gpointer
count (gpointer loop)
{
  for (int i = 1; i <= 3; i++)
    g_idle_add_full (G_PRIORITY_DEFAULT, show, g_strdup_printf ("step %d", i), g_free);
  g_idle_add_full (G_PRIORITY_DEFAULT, quit, loop, NULL);
  return NULL;
}

int
main (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  GThread *thread = g_thread_new ("count", count, loop);

  g_main_loop_run (loop);
  g_thread_join (thread);
  return 0;
}
