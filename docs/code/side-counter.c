/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * side-counter: a window in which a thread counts, and can be cancelled.
 */

#include <gtk/gtk.h>
#include <mythread.h>

#define LIMIT 100

static GtkWidget *label;
static GtkWidget *bar;
static GtkWidget *start;
static GtkWidget *cancel;

/* On the worker. */
static void
count (MyThread *thread,
       gpointer unused,
       GError **error)
{
  for (int i = 1; i <= LIMIT && my_thread_sleep (20 * 1000, error); i++) {
    g_autofree char *text = g_strdup_printf ("%d of %d", i, LIMIT);

    my_thread_set_status (thread, text);
    my_thread_set_progress (thread, (double) i / LIMIT);
  }
}

static void
on_finished (MyThread *thread)
{
  g_autoptr (GError) error = my_thread_dup_error (thread);

  if (error != NULL)
    gtk_label_set_text (GTK_LABEL (label), error->message);
}

static void
on_start (void)
{
  g_autoptr (MyThread) thread = my_thread_new ("counter", count, NULL, NULL);
  g_autoptr (GError) error = NULL;

  g_object_bind_property (thread, "status", label, "label", G_BINDING_DEFAULT);
  g_object_bind_property (thread, "progress", bar, "fraction", G_BINDING_DEFAULT);
  g_object_bind_property (thread, "alive", start, "sensitive", G_BINDING_INVERT_BOOLEAN);
  g_object_bind_property (thread, "alive", cancel, "sensitive", G_BINDING_DEFAULT);
  g_signal_connect_object (cancel, "clicked", G_CALLBACK (my_thread_cancel), thread, G_CONNECT_SWAPPED);
  g_signal_connect_object (cancel, "destroy", G_CALLBACK (my_thread_cancel), thread, G_CONNECT_SWAPPED);
  g_signal_connect_object (thread, "finished", G_CALLBACK (on_finished), label, 0);
  if (!my_thread_start (thread, &error))
    gtk_label_set_text (GTK_LABEL (label), error->message);
}

static void
on_activate (GtkApplication *app)
{
  GtkWidget *window = gtk_application_window_new (app);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *parts[] = {
    label = gtk_label_new (NULL),
    bar = gtk_progress_bar_new (),
    start = gtk_button_new_with_label ("Start"),
    cancel = gtk_button_new_with_label ("Cancel"),
  };

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    gtk_box_append (GTK_BOX (box), parts[i]);
  gtk_widget_set_sensitive (cancel, FALSE);
  g_signal_connect (start, "clicked", G_CALLBACK (on_start), NULL);
  gtk_window_set_child (GTK_WINDOW (window), box);
  gtk_window_present (GTK_WINDOW (window));
}

int
main (int argc,
      char **argv)
{
  g_autoptr (GtkApplication) app = gtk_application_new ("org.example.Counter", G_APPLICATION_NON_UNIQUE);

  g_signal_connect (app, "activate", G_CALLBACK (on_activate), NULL);
  return g_application_run (G_APPLICATION (app), argc, argv);
}
