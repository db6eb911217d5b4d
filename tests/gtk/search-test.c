/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "search-test.h"

#include "search-result.h"

#include <glib/gstdio.h>
#include <string.h>

static AdwApplication *application;

/* what comes of a search */

static void
on_results_changed (GListModel *results,
                    guint position,
                    guint n_removed,
                    guint n_added,
                    SearchTest *test)
{
  g_assert_true (results == my_thread_get_results (test->latest));
  g_assert_cmpuint (n_removed, ==, 0);
  test->n_added += n_added;
}

static void
on_notify (MyThread *thread,
           GParamSpec *property,
           SearchTest *test)
{
  g_assert_true (thread == test->latest);
  g_assert_true (my_thread_get_current () == my_thread_get_main ());
  if (g_str_equal (property->name, "n-found"))
    test->n_notified++;
}

static void
on_finished (MyThread *thread,
             SearchTest *test)
{
  g_assert_true (thread == test->latest);
  test->is_finished = TRUE;
}

static void
on_gone (gpointer test,
         GObject *where_it_was)
{
  ((SearchTest *) test)->n_threads--;
}

static void
on_search (MyThreadSlot *slot,
           GParamSpec *unused,
           SearchTest *test)
{
  MyThread *thread = my_thread_slot_get_thread (slot);

  g_signal_connect (my_thread_get_results (thread), "items-changed", G_CALLBACK (on_results_changed), test);
  g_signal_connect (thread, "notify", G_CALLBACK (on_notify), test);
  g_signal_connect (thread, "finished", G_CALLBACK (on_finished), test);
  g_object_weak_ref (G_OBJECT (thread), on_gone, test);
  test->n_threads++;
  test->n_searches++;
  test->latest = thread;
  test->is_finished = FALSE;
}

/* set up, tear down */

void
search_test_init (int *argc,
                  char ***argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (argc, argv, NULL);
  g_set_prgname ("mythread-search");

  /* One for all tests, as GTK wants it. */
  application = adw_application_new ("org.mythread.Search", G_APPLICATION_NON_UNIQUE);
  g_application_register (G_APPLICATION (application), NULL, &error);
  g_assert_no_error (error);
}

void
search_test_set_up (SearchTest *test,
                    gconstpointer unused)
{
  g_autoptr (GFile) folder = NULL;
  g_autoptr (GError) error = NULL;

  test->dir = g_dir_make_tmp ("search-test-XXXXXX", &error);
  g_assert_no_error (error);
  folder = g_file_new_for_path (test->dir);

  test->window = search_window_new (GTK_APPLICATION (application), folder);
  g_object_add_weak_pointer (G_OBJECT (test->window), (gpointer *) &test->window);
  test->slot = g_object_ref (search_window_get_slot (test->window));
  test->entry = hasher_test_find (test->window, "entry");
  g_signal_connect (test->slot, "notify::thread", G_CALLBACK (on_search), test);
  gtk_window_present (GTK_WINDOW (test->window));
  hasher_test_draw_window (GTK_WINDOW (test->window));
}

void
search_test_tear_down (SearchTest *test,
                       gconstpointer unused)
{
  if (test->window)
    gtk_window_close (GTK_WINDOW (test->window));
  search_test_until (test, !test->window);
  g_signal_handlers_disconnect_by_data (test->slot, test);
  g_assert_finalize_object (test->slot);
  search_test_until (test, test->n_threads == 0);
  search_test_until (test, my_thread_active_count () == 1);
  search_test_until (test, g_list_model_get_n_items (gtk_window_get_toplevels ()) == 0);

  hasher_test_remove_dir (test->dir);
}

/* files */

void
search_test_write (SearchTest *test,
                   const char *name,
                   const char *contents)
{
  g_autofree char *path = g_build_filename (test->dir, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  /* Not safely, but fast. */
  g_file_set_contents_full (path, contents, -1, G_FILE_SET_CONTENTS_NONE, 0600, &error);
  g_assert_no_error (error);
}

void
search_test_write_lines (SearchTest *test,
                         const char *name,
                         const char *text,
                         guint n_lines)
{
  g_autoptr (GString) lines = g_string_new (NULL);

  for (guint i = 1; i <= n_lines; i++)
    g_string_append_printf (lines, "%s#%u\n", text, i);
  search_test_write (test, name, lines->str);
}

void
search_test_enter (SearchTest *test,
                   const char *text)
{
  gtk_editable_set_text (test->entry, text);
}

/* what is shown */

GListModel *
search_test_get_list (SearchTest *test)
{
  return G_LIST_MODEL (gtk_list_view_get_model (hasher_test_find (test->window, "list")));
}

guint
search_test_count (SearchTest *test)
{
  return g_list_model_get_n_items (search_test_get_list (test));
}

gboolean
search_test_is_searching (SearchTest *test)
{
  return gtk_spinner_get_spinning (hasher_test_find (test->window, "spinner"));
}

GtkWindow *
search_test_get_dialog (SearchTest *test)
{
  GListModel *windows = gtk_window_get_toplevels ();
  guint n_windows = g_list_model_get_n_items (windows);

  for (guint i = 0; i < n_windows; i++) {
    g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

    /* It is the list's. */
    if (ADW_IS_MESSAGE_DIALOG (window) && gtk_widget_get_mapped (GTK_WIDGET (window)))
      return window;
  }
  return NULL;
}

static GtkWidget *
find_button (GtkWidget *root,
             const char *label)
{
  if (GTK_IS_BUTTON (root) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (root)), label) == 0)
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child; child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find_button (child, label);

    if (found)
      return found;
  }
  return NULL;
}

void
search_test_answer (SearchTest *test,
                    const char *label)
{
  GtkWidget *button = find_button (GTK_WIDGET (search_test_get_dialog (test)), label);

  g_assert_nonnull (button);
  g_signal_emit_by_name (button, "clicked");
}

/* waiting */

static gboolean
is_of_text (SearchResult *result,
            const char *text)
{
  return strcasestr (search_result_get_place (result), text) || strcasestr (search_result_get_text (result), text);
}

static void
assert_nothing_is_stale (SearchTest *test)
{
  GListModel *list = search_test_get_list (test);
  const char *text = gtk_editable_get_text (test->entry);
  guint n_items = g_list_model_get_n_items (list);

  for (guint i = 0; i < n_items; i++) {
    g_autoptr (SearchResult) result = g_list_model_get_item (list, i);

    if (!is_of_text (result, text))
      g_error ("%s is shown, for \"%s\"", search_result_get_place (result), text);
  }
}

void
search_test_turn (SearchTest *test,
                  HasherTestTurns *turns)
{
  test->n_added = 0;
  test->n_notified = 0;
  hasher_test_turn (turns);
  g_assert_cmpuint (test->n_added, <=, SEARCH_THREAD_SHARE);
  g_assert_cmpuint (test->n_notified, <=, 1);
  test->n_added_most = MAX (test->n_added_most, test->n_added);
  if (test->window)
    assert_nothing_is_stale (test);
}
