/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * find-files: search as you type, in the files below the current directory. The
 * results of the latest search fill a list in GTK 4 while it goes on.
 */

#include <gtk/gtk.h>
#include <mythread.h>
#include <string.h>

static GtkWidget *entry;
static GtkNoSelection *shown;

/* On the worker: the files below a folder with a text in their names. */
static void
find_in (MyThread *thread,
         GFile *folder,
         const char *text)
{
  GCancellable *cancellable = my_thread_get_cancellable (thread);
  g_autoptr (GFileEnumerator) files = g_file_enumerate_children (folder, "standard::name,standard::type",
                                                                 G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, cancellable, NULL);
  GFileInfo *info;
  GFile *file;

  while (files != NULL && g_file_enumerator_iterate (files, &info, &file, cancellable, NULL) && info != NULL) {
    if (strstr (g_file_info_get_name (info), text) != NULL)
      my_thread_publish (thread, file);
    if (g_file_info_get_file_type (info) == G_FILE_TYPE_DIRECTORY)
      find_in (thread, file, text);
  }
}

static void
find (MyThread *thread,
      gpointer text,
      GError **error)
{
  g_autoptr (GFile) here = g_file_new_for_path (".");

  find_in (thread, here, text);
  my_thread_set_error_if_cancelled (thread, error);
}

/* At home. */
static void
on_search_changed (GtkSearchEntry *search_entry,
                   MyThreadSlot *slot)
{
  char *text = g_strdup (gtk_editable_get_text (GTK_EDITABLE (search_entry)));
  g_autoptr (MyThread) thread = my_thread_new ("find", find, text, g_free);
  g_autoptr (GError) error = NULL;

  my_thread_set_max_pending (thread, 1000);
  if (my_thread_slot_start (slot, thread, &error))
    gtk_no_selection_set_model (shown, my_thread_get_results (thread));
  else
    g_printerr ("find-files: %s\n", error->message);
}

static void
on_setup (GtkListItemFactory *factory,
          GtkListItem *item)
{
  gtk_list_item_set_child (item, g_object_new (GTK_TYPE_LABEL, "xalign", 0.0, NULL));
}

static void
on_bind (GtkListItemFactory *factory,
         GtkListItem *item)
{
  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)), g_file_peek_path (gtk_list_item_get_item (item)));
}

static gboolean
on_close_request (GtkWindow *window,
                  MyThreadSlot *slot)
{
  MyThread *thread = my_thread_slot_get_thread (slot);

  if (thread != NULL)
    my_thread_cancel (thread);
  return GDK_EVENT_PROPAGATE;
}

static void
on_activate (GtkApplication *app,
             MyThreadSlot *slot)
{
  GtkWidget *window = gtk_application_window_new (app);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), NULL);
  shown = gtk_no_selection_new (NULL);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), gtk_list_view_new (GTK_SELECTION_MODEL (shown), factory));
  gtk_widget_set_vexpand (scrolled, TRUE);

  entry = gtk_search_entry_new ();
  g_signal_connect (entry, "search-changed", G_CALLBACK (on_search_changed), slot);
  gtk_box_append (GTK_BOX (box), entry);
  gtk_box_append (GTK_BOX (box), scrolled);

  gtk_window_set_default_size (GTK_WINDOW (window), 400, 400);
  gtk_window_set_child (GTK_WINDOW (window), box);
  g_signal_connect (window, "close-request", G_CALLBACK (on_close_request), slot);
  gtk_window_present (GTK_WINDOW (window));
}

int
main (int argc,
      char **argv)
{
  g_autoptr (GtkApplication) app = gtk_application_new ("org.example.FindFiles", G_APPLICATION_NON_UNIQUE);
  g_autoptr (MyThreadSlot) slot = my_thread_slot_new ();

  g_signal_connect (app, "activate", G_CALLBACK (on_activate), slot);
  return g_application_run (G_APPLICATION (app), argc, argv);
}
