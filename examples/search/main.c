/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Search as you type, in the names and in the lines of the files below a folder: a thread for each text, of
 * which the latest wins. Its results come into the list while they are found, its properties are
 * bound to widgets, and it asks when it may not look into a folder.
 *
 *   mythread-search [FOLDER]
 */

#include "search-window.h"

static void
on_activate (GtkApplication *application)
{
  g_autoptr (GFile) folder = g_file_new_for_path (g_get_home_dir ());

  gtk_window_present (GTK_WINDOW (search_window_new (application, folder)));
}

static void
on_open (GtkApplication *application,
         GFile **folders,
         int n_folders)
{
  for (int i = 0; i < n_folders; i++)
    gtk_window_present (GTK_WINDOW (search_window_new (application, folders[i])));
}

int
main (int argc,
      char *argv[])
{
  g_autoptr (AdwApplication) application = adw_application_new ("org.mythread.Search", G_APPLICATION_HANDLES_OPEN);

  g_signal_connect (application, "activate", G_CALLBACK (on_activate), NULL);
  g_signal_connect (application, "open", G_CALLBACK (on_open), NULL);
  return g_application_run (G_APPLICATION (application), argc, argv);
}
