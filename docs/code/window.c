/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * window: a progress bar in GTK 4 that shows what a thread does. It closes when the
 * work is done; closing it earlier stops the work.
 */

#include <gtk/gtk.h>
#include <mythread.h>

/* On the worker. It knows nothing of any window. */
static void
work (MyThread *thread,
      gpointer user_data,
      GError **error)
{
  for (int i = 1; i <= 50; i++) {
    g_autofree char *status = g_strdup_printf ("Step %d of 50", i);

    my_thread_set_status (thread, status);
    if (!my_thread_sleep (20 * 1000, error))
      return;
    my_thread_set_progress (thread, i / 50.0);
  }
}

static gboolean
on_close_request (GtkWindow *window,
                  MyThread *thread)
{
  my_thread_cancel (thread);
  return GDK_EVENT_PROPAGATE;
}

static void
on_activate (GtkApplication *app)
{
  GtkWidget *window = gtk_application_window_new (app);
  GtkWidget *bar = gtk_progress_bar_new ();
  g_autoptr (MyThread) thread = my_thread_new ("work", work, NULL, NULL);
  g_autoptr (GError) error = NULL;

  gtk_progress_bar_set_show_text (GTK_PROGRESS_BAR (bar), TRUE);
  gtk_window_set_title (GTK_WINDOW (window), "Working");
  gtk_window_set_child (GTK_WINDOW (window), bar);

  g_object_bind_property (thread, "progress", bar, "fraction", G_BINDING_DEFAULT);
  g_object_bind_property (thread, "status", bar, "text", G_BINDING_DEFAULT);
  g_signal_connect_object (thread, "finished", G_CALLBACK (gtk_window_destroy), window, G_CONNECT_SWAPPED);
  g_signal_connect_object (window, "close-request", G_CALLBACK (on_close_request), thread, 0);

  gtk_window_present (GTK_WINDOW (window));
  if (!my_thread_start (thread, &error))
    g_printerr ("window: %s\n", error->message);
}

int
main (int argc,
      char **argv)
{
  g_autoptr (GtkApplication) app = gtk_application_new ("org.example.Window", G_APPLICATION_NON_UNIQUE);

  g_signal_connect (app, "activate", G_CALLBACK (on_activate), NULL);
  return g_application_run (G_APPLICATION (app), argc, argv);
}
