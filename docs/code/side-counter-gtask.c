/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * side-counter-gtask: what side-counter does, with GTask.
 */

#include <gtk/gtk.h>

#define LIMIT 100

static GtkWidget *label;
static GtkWidget *bar;
static GtkWidget *start;
static GtkWidget *cancel;
static GCancellable *cancellable;
static guint tick_id;
static int n_counted; /* atomic */

/* On a worker. */
static void
count (GTask *task,
       gpointer source,
       gpointer unused,
       GCancellable *task_cancellable)
{
  for (int i = 1; i <= LIMIT && !g_cancellable_is_cancelled (task_cancellable); i++) {
    g_usleep (20 * 1000);
    g_atomic_int_set (&n_counted, i);
  }
  g_task_return_boolean (task, TRUE);
}

static gboolean
on_tick (GtkWidget *widget,
         GdkFrameClock *clock,
         gpointer unused)
{
  int i = g_atomic_int_get (&n_counted);
  g_autofree char *text = g_strdup_printf ("%d of %d", i, LIMIT);

  gtk_label_set_text (GTK_LABEL (label), text);
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (bar), (double) i / LIMIT);
  return G_SOURCE_CONTINUE;
}

static void
on_counted (GObject *source,
            GAsyncResult *result,
            gpointer unused)
{
  g_autoptr (GError) error = NULL;

  if (bar == NULL)
    return;
  on_tick (bar, NULL, NULL);
  gtk_widget_remove_tick_callback (bar, tick_id);
  gtk_widget_set_sensitive (start, TRUE);
  gtk_widget_set_sensitive (cancel, FALSE);
  if (!g_task_propagate_boolean (G_TASK (result), &error))
    gtk_label_set_text (GTK_LABEL (label), error->message);
}

static void
on_start (void)
{
  g_autoptr (GTask) task = NULL;

  g_cancellable_reset (cancellable);
  g_atomic_int_set (&n_counted, 0);
  task = g_task_new (NULL, cancellable, on_counted, NULL);
  g_task_set_name (task, "counter");
  g_task_run_in_thread (task, count);
  tick_id = gtk_widget_add_tick_callback (bar, on_tick, NULL, NULL);
  gtk_widget_set_sensitive (start, FALSE);
  gtk_widget_set_sensitive (cancel, TRUE);
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
  g_signal_connect_swapped (cancel, "clicked", G_CALLBACK (g_cancellable_cancel), cancellable);
  g_signal_connect_swapped (cancel, "destroy", G_CALLBACK (g_cancellable_cancel), cancellable);
  g_object_add_weak_pointer (G_OBJECT (bar), (gpointer *) &bar);
  gtk_window_set_child (GTK_WINDOW (window), box);
  gtk_window_present (GTK_WINDOW (window));
}

int
main (int argc,
      char **argv)
{
  g_autoptr (GtkApplication) app = gtk_application_new ("org.example.Counter", G_APPLICATION_NON_UNIQUE);

  cancellable = g_cancellable_new ();
  g_signal_connect (app, "activate", G_CALLBACK (on_activate), NULL);
  return g_application_run (G_APPLICATION (app), argc, argv);
}
