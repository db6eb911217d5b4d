/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The window. Each change of the text starts a search, which takes the place of the one before it. What
 * is shown is bound, in search-window.ui, to properties of the thread that is in the slot: there is no
 * function here that shows anything of a search, and none that takes anything back of the one before.
 */

#include "search-window.h"

#include "search-result.h"
#include "search-user.h"

struct _SearchWindow {
  AdwApplicationWindow parent_instance;

  GFile *folder;
  MyThreadSlot *slot;
  GtkSearchEntry *entry;
  GtkFileChooserNative *chooser; /* the one that is open */

  /* what the search waits for: an answer about a folder */
  MyThread *question;
  GFile *denied;
  GtkWindow *dialog;
  GHashTable *skipped; /* of GFile: what was answered once is not asked at each key */
};

G_DEFINE_FINAL_TYPE (SearchWindow, search_window, ADW_TYPE_APPLICATION_WINDOW)

/* a question of the search */

static void
search_window_close_question (SearchWindow *self)
{
  if (self->question)
    search_user_refuse (self->question);
  g_clear_object (&self->question);
  g_clear_object (&self->denied);
  g_clear_pointer (&self->dialog, gtk_window_destroy);
}

static void
search_window_stop (SearchWindow *self)
{
  MyThread *thread = my_thread_slot_get_thread (self->slot);

  if (thread)
    my_thread_cancel (thread);
  search_window_close_question (self);
}

static void
on_answer (SearchWindow *self,
           const char *response)
{
  /* It closes itself. */
  self->dialog = NULL;
  if (g_str_equal (response, "skip")) {
    g_hash_table_add (self->skipped, g_steal_pointer (&self->denied));
    search_user_agree (self->question);
    g_clear_object (&self->question);
  } else {
    search_window_stop (self);
  }
}

/* In the thread of the window, as every handler. The search waits for the thread that is returned; the window does not. */
static MyThread *
on_denied (SearchWindow *self,
           GFile *folder)
{
  g_autofree char *name = g_file_get_parse_name (folder);
  GtkWidget *dialog;

  if (g_hash_table_contains (self->skipped, folder))
    return NULL;

  dialog = adw_message_dialog_new (GTK_WINDOW (self), "Skip This Folder?", NULL);
  adw_message_dialog_format_body (ADW_MESSAGE_DIALOG (dialog), "You have no permission to look into %s.", name);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "stop", "S_top", "skip", "_Skip", NULL);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "skip");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "stop");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_answer), self, G_CONNECT_SWAPPED);

  self->dialog = GTK_WINDOW (dialog);
  self->denied = g_object_ref (folder);
  self->question = search_user_ask (name);
  gtk_window_present (self->dialog);
  return g_object_ref (self->question);
}

/* searching */

static void
search_window_search (SearchWindow *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  g_autoptr (SearchThread) thread = search_thread_new (self->folder, text);
  g_autoptr (GError) error = NULL;

  search_window_close_question (self);
  g_signal_connect_object (thread, "denied", G_CALLBACK (on_denied), self, G_CONNECT_SWAPPED);
  /* From here on nothing is shown of the search before it. */
  if (!my_thread_slot_start (self->slot, MY_THREAD (thread), &error))
    g_warning ("The search did not start: %s", error->message);
}

static void
search_window_set_folder (SearchWindow *self,
                          GFile *folder)
{
  g_autofree char *name = g_file_get_parse_name (folder);
  g_autofree char *placeholder = g_strdup_printf ("Search in %s", name);

  g_set_object (&self->folder, folder);
  g_object_set (self->entry, "placeholder-text", placeholder, NULL);
  search_window_search (self);
}

/* what a binding can not say without a function */

static char *
summarise (SearchWindow *self,
           guint n_found,
           guint n_files)
{
  return g_strdup_printf ("%'u found in %'u files", n_found, n_files);
}

static char *
choose_page (SearchWindow *self,
             guint n_found,
             const char *text,
             gboolean is_alive,
             const GError *error)
{
  if (error && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_strdup ("failed");
  if (*text == '\0')
    return g_strdup ("begin");
  return g_strdup (n_found > 0 || is_alive ? "results" : "nothing");
}

static char *
describe (SearchWindow *self,
          const GError *error)
{
  return g_strdup (error ? error->message : "");
}

/* the folder, the files */

static void
on_chosen (SearchWindow *self,
           int response,
           GtkFileChooser *chooser)
{
  if (response == GTK_RESPONSE_ACCEPT) {
    g_autoptr (GFile) folder = gtk_file_chooser_get_file (chooser);

    search_window_set_folder (self, folder);
  }
  g_clear_object (&self->chooser);
}

static void
on_choose_folder (GtkWidget *widget,
                  const char *action,
                  GVariant *target)
{
  SearchWindow *self = SEARCH_WINDOW (widget);

  if (self->chooser)
    return;
  self->chooser = gtk_file_chooser_native_new ("Choose a Folder", GTK_WINDOW (self), GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, "_Search", "_Cancel");
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (on_chosen), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
on_activated (SearchWindow *self,
              guint position,
              GtkListView *list)
{
  GListModel *model = G_LIST_MODEL (gtk_list_view_get_model (list));
  g_autoptr (SearchResult) result = g_list_model_get_item (model, position);
  g_autofree char *uri = g_file_get_uri (search_result_get_file (result));

  gtk_show_uri (GTK_WINDOW (self), uri, GDK_CURRENT_TIME);
}

/* the class */

static void
search_window_dispose (GObject *object)
{
  SearchWindow *self = SEARCH_WINDOW (object);

  /* Nobody waits for its end: the thread keeps itself, and needs nothing of the window. */
  if (self->slot)
    search_window_stop (self);
  g_clear_object (&self->chooser);
  g_clear_object (&self->folder);

  G_OBJECT_CLASS (search_window_parent_class)->dispose (object);
}

static void
search_window_finalize (GObject *object)
{
  g_hash_table_unref (SEARCH_WINDOW (object)->skipped);

  G_OBJECT_CLASS (search_window_parent_class)->finalize (object);
}

static void
search_window_class_init (SearchWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = search_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = search_window_finalize;

  g_type_ensure (MY_TYPE_THREAD_SLOT);
  g_type_ensure (SEARCH_TYPE_RESULT);
  g_type_ensure (SEARCH_TYPE_THREAD);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/mythread/Search/search-window.ui");
  gtk_widget_class_bind_template_child (widget_class, SearchWindow, slot);
  gtk_widget_class_bind_template_child (widget_class, SearchWindow, entry);
  gtk_widget_class_bind_template_callback (widget_class, choose_page);
  gtk_widget_class_bind_template_callback (widget_class, describe);
  gtk_widget_class_bind_template_callback (widget_class, on_activated);
  gtk_widget_class_bind_template_callback (widget_class, search_window_search);
  gtk_widget_class_bind_template_callback (widget_class, search_window_stop);
  gtk_widget_class_bind_template_callback (widget_class, summarise);

  gtk_widget_class_install_action (widget_class, "win.choose-folder", NULL, on_choose_folder);
}

static void
search_window_init (SearchWindow *self)
{
  self->skipped = g_hash_table_new_full ((GHashFunc) g_file_hash, (GEqualFunc) g_file_equal, g_object_unref, NULL);

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_search_entry_set_key_capture_widget (self->entry, GTK_WIDGET (self));
}

SearchWindow *
search_window_new (GtkApplication *application,
                   GFile *folder)
{
  SearchWindow *self = g_object_new (SEARCH_TYPE_WINDOW, "application", application, NULL);

  search_window_set_folder (self, folder);
  return self;
}

/* Where its search is. */
MyThreadSlot *
search_window_get_slot (SearchWindow *self)
{
  return self->slot;
}
