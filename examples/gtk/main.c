/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A GTK application with a thread object for each file it hashes: a row is bound to
 * its thread's progress and status, the list is the top of the group of threads, and
 * closing the window cancels them and waits for their end without a block.
 */

#include "hasher-application.h"

int
main (int argc,
      char *argv[])
{
  g_autoptr (HasherApplication) application = hasher_application_new ();

  return g_application_run (G_APPLICATION (application), argc, argv);
}
