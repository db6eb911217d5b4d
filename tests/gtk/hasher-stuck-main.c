/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The application, on a disk that does not answer. With BLOCK set, its main thread gets stuck as well.
 */

#include "hasher-application.h"
#include "hasher-stuck.h"

#include <unistd.h>

static gboolean
on_block (gpointer unused)
{
  g_print ("blocked\n");
  for (;;)
    pause ();
  return G_SOURCE_REMOVE;
}

int
main (int argc,
      char *argv[])
{
  g_autoptr (HasherApplication) application = hasher_application_new ();

  hasher_stuck_begin ();
  if (g_getenv ("BLOCK"))
    g_signal_connect (application, "window-added", G_CALLBACK (on_block), NULL);
  return g_application_run (G_APPLICATION (application), argc, argv);
}
