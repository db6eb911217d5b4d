/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "hasher-test.h"

#include <glib/gstdio.h>
#include <string.h>

/* What the window shows, and what its controls do. */

#define SUM_OF_NOTHING "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define SUM_OF_ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static const char *
get_page (HasherTest *test)
{
  return gtk_stack_get_visible_child_name (hasher_test_find (test->window, "pages"));
}

static void
test_empty (HasherTest *test,
            gconstpointer unused)
{
  g_assert_cmpstr (get_page (test), ==, "empty");
  /* Nothing to be cancelled, copied or cleared. */
  gtk_widget_activate_action (GTK_WIDGET (test->window), "win.cancel-all", NULL);
  gtk_widget_activate_action (GTK_WIDGET (test->window), "win.copy-all", NULL);
  gtk_widget_activate_action (GTK_WIDGET (test->window), "win.clear", NULL);
  g_assert_cmpstr (get_page (test), ==, "empty");
}

static GtkFileChooser *
get_chooser (void)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  for (GList *link = windows; link; link = link->next) {
    if (GTK_IS_FILE_CHOOSER_DIALOG (link->data) && gtk_widget_get_mapped (link->data))
      return link->data;
  }
  return NULL;
}

static gboolean
has_chooser (HasherTest *test)
{
  return get_chooser () != NULL;
}

static gboolean
has_no_chooser (HasherTest *test)
{
  return get_chooser () == NULL;
}

static gboolean
has_chosen (HasherTest *test)
{
  g_autoptr (GListModel) files = gtk_file_chooser_get_files (get_chooser ());
  g_autoptr (GFile) file = g_list_model_get_item (files, 0);
  g_autofree char *path = file ? g_file_get_path (file) : NULL;

  return g_strcmp0 (path, test->dir) == 0;
}

static void
test_folder (HasherTest *test,
             gconstpointer unused)
{
  g_autofree char *abc = hasher_test_write (test, "abc.txt", "abc");
  g_autofree char *nothing = hasher_test_write (test, "nothing", "");
  g_autoptr (GFile) dir = g_file_new_for_path (test->dir);

  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (test->window), "win.add-folder", NULL));
  hasher_test_wait (test, has_chooser);
  g_assert_true (gtk_file_chooser_set_file (get_chooser (), dir, NULL));
  hasher_test_wait (test, has_chosen);
  gtk_dialog_response (GTK_DIALOG (get_chooser ()), GTK_RESPONSE_ACCEPT);
  hasher_test_wait (test, has_no_chooser);
  hasher_test_wait (test, hasher_test_is_done);
  hasher_test_draw (test);

  g_assert_cmpstr (get_page (test), ==, "work");
  hasher_test_draw (test);
  hasher_test_assert_text (test->window, "summary", "2 of 2 files");
  hasher_test_assert_text (hasher_test_get_result_row (test, "abc.txt"), "digest", SUM_OF_ABC);
  hasher_test_assert_text (hasher_test_get_result_row (test, "nothing"), "digest", SUM_OF_NOTHING);
  g_assert_cmpfloat (gtk_progress_bar_get_fraction (hasher_test_find (test->window, "progress")), ==, 1);
}

static void
test_drop (HasherTest *test,
           gconstpointer unused)
{
  g_autofree char *abc = hasher_test_write (test, "abc", "abc");
  g_autofree char *gone = g_build_filename (test->dir, "gone", NULL);
  HasherResultRow *row;

  hasher_test_drop (test, abc, gone, NULL);
  hasher_test_wait (test, hasher_test_is_done);
  hasher_test_draw (test);
  hasher_test_assert_text (test->window, "summary", "1 of 2 files");
  hasher_test_assert_text (test->window, "remarks", "1 failed");
  row = hasher_test_get_result_row (test, "abc");
  hasher_test_assert_text (row, "digest", SUM_OF_ABC);
  g_assert_true (hasher_test_is_shown (row, "digest"));
  g_assert_true (hasher_test_is_shown (row, "copy"));
  g_assert_false (hasher_test_is_shown (row, "error"));

  row = hasher_test_get_result_row (test, "gone");
  g_assert_nonnull (strstr (hasher_test_get_text (row, "error"), "No such file"));
  g_assert_false (hasher_test_is_shown (row, "digest"));
  g_assert_false (hasher_test_is_shown (row, "copy"));
  g_assert_true (hasher_test_is_shown (row, "error"));
}

static gboolean
is_waiting (HasherTest *test)
{
  HasherTaskRow *row = hasher_test_get_task_row (test, "doomed");

  /* Its thread, not the one that has looked for it. */
  return row && !hasher_test_get_result_row (test, "doomed") &&
         my_thread_get_state (hasher_task_row_get_thread (row)) == MY_THREAD_STATE_QUEUED;
}

/* A thread that fails: its file is gone when its turn comes. */
static void
test_failure (HasherTest *test,
              gconstpointer unused)
{
  g_autofree char *doomed = hasher_test_write (test, "doomed", "abc");

  hasher_test_press (test->window, "pause");
  hasher_test_wait (test, hasher_test_is_done); /* gtk_widget_activate() takes its time */
  hasher_test_until (hasher_job_get_paused (hasher_window_get_job (test->window)));

  hasher_test_drop (test, doomed, NULL);
  hasher_test_wait (test, is_waiting);
  hasher_test_assert_text (hasher_test_get_task_row (test, "doomed"), "status", "Waiting");
  hasher_test_draw (test);
  hasher_test_assert_text (test->window, "summary", "0 of 1 file");
  hasher_test_assert_text (test->window, "remarks", "paused");
  g_assert_cmpint (g_unlink (doomed), ==, 0);

  hasher_test_press (test->window, "pause");
  hasher_test_until (!hasher_job_get_paused (hasher_window_get_job (test->window)));
  hasher_test_wait (test, hasher_test_is_done);
  hasher_test_draw (test);
  hasher_test_assert_text (test->window, "summary", "0 of 1 file");
  hasher_test_assert_text (test->window, "remarks", "1 failed");
  g_assert_nonnull (strstr (hasher_test_get_text (hasher_test_get_result_row (test, "doomed"), "error"), "No such file"));
}

/* The list is the group, and each row is bound to its thread. */
static void
test_rows (HasherTest *test,
           gconstpointer unused)
{
  GListModel *group = G_LIST_MODEL (test->group);
  g_autoptr (GPtrArray) rows = NULL;

  hasher_test_drop_endless (test, 3);
  hasher_test_wait (test, hasher_test_is_running);
  hasher_test_until (g_list_model_get_n_items (group) == 3 && hasher_test_get_task_row (test, "endless-3"));
  hasher_test_draw (test);

  rows = hasher_test_list_rows (test, HASHER_TYPE_TASK_ROW);
  g_assert_cmpuint (rows->len, ==, 3);
  for (guint i = 0; i < rows->len; i++) {
    g_autoptr (MyThread) thread = g_list_model_get_item (group, i);
    g_autofree char *name = my_thread_dup_name (thread);
    GtkProgressBar *bar = hasher_test_find (rows->pdata[i], "progress");
    double fraction = gtk_progress_bar_get_fraction (bar);

    g_assert_true (hasher_task_row_get_thread (rows->pdata[i]) == thread);
    hasher_test_assert_text (rows->pdata[i], "name", name);
    /* It goes on, and says how far it is in words too. */
    hasher_test_until (gtk_progress_bar_get_fraction (bar) != fraction);
    g_assert_true (g_str_has_suffix (hasher_test_get_text (rows->pdata[i], "status"), " of 4.4\302\240TB"));
  }
  g_assert_cmpfloat (gtk_progress_bar_get_fraction (hasher_test_find (test->window, "progress")), >, 0);
}

static gboolean
is_one_gone (HasherTest *test)
{
  return !hasher_test_get_task_row (test, "endless-2");
}

static void
test_cancel_one (HasherTest *test,
                 gconstpointer unused)
{
  g_autofree char *abc = hasher_test_write (test, "abc", "abc");
  g_autoptr (MyThread) thread = NULL;

  my_thread_group_set_max_running (test->group, 2);
  hasher_test_drop_endless (test, 2);
  hasher_test_drop (test, abc, NULL);
  hasher_test_until (hasher_test_get_task_row (test, "endless-2") && hasher_test_get_task_row (test, "endless-1") &&
                     hasher_test_get_task_row (test, "abc") && hasher_test_is_running (test));
  hasher_test_draw (test);
  thread = g_object_ref (hasher_task_row_get_thread (hasher_test_get_task_row (test, "endless-2")));

  hasher_test_press (hasher_test_get_task_row (test, "endless-2"), "cancel");
  hasher_test_wait (test, is_one_gone);
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_CANCELLED);

  /* The other goes on, and what has waited for the place is done. */
  hasher_test_until (hasher_test_get_result_row (test, "abc"));
  g_assert_nonnull (hasher_test_get_task_row (test, "endless-1"));
  hasher_test_draw (test);
  hasher_test_assert_text (test->window, "summary", "1 of 3 files");
  hasher_test_assert_text (test->window, "remarks", "1 cancelled");

  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (test->window), "win.cancel-all", NULL));
  hasher_test_wait (test, hasher_test_is_done);
  hasher_test_draw (test);
  hasher_test_assert_text (test->window, "summary", "1 of 3 files");
  hasher_test_assert_text (test->window, "remarks", "2 cancelled");

  /* And it is of use again. */
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (test->window), "win.clear", NULL));
  hasher_test_draw (test);
  g_assert_cmpstr (get_page (test), ==, "empty");
  hasher_test_drop (test, abc, NULL);
  hasher_test_wait (test, hasher_test_is_done);
  hasher_test_draw (test);
  hasher_test_assert_text (test->window, "summary", "1 of 1 file");
}

static guint
count_running (HasherTest *test)
{
  g_autoptr (GPtrArray) threads = my_thread_group_enumerate (test->group);
  guint n_running = 0;

  for (guint i = 0; i < threads->len; i++)
    n_running += my_thread_get_state (threads->pdata[i]) == MY_THREAD_STATE_RUNNING;
  return n_running;
}

static void
test_limit (HasherTest *test,
            gconstpointer unused)
{
  GtkSpinButton *spin = hasher_test_find (test->window, "limit_spin");

  g_assert_cmpint (gtk_spin_button_get_value_as_int (spin), ==, 4);
  gtk_spin_button_set_value (spin, 1);
  g_assert_cmpuint (my_thread_group_get_max_running (test->group), ==, 1);

  hasher_test_drop_endless (test, 1);
  hasher_test_until (count_running (test) == 1 && hasher_test_is_running (test));
  gtk_spin_button_set_value (spin, 3);
  hasher_test_drop_endless (test, 5);
  hasher_test_until (count_running (test) == 3 && g_list_model_get_n_items (G_LIST_MODEL (test->group)) == 6);
}

static void
on_text (GObject *clipboard,
         GAsyncResult *result,
         gpointer text)
{
  g_autoptr (GError) error = NULL;

  *(char **) text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (clipboard), result, &error);
  g_assert_no_error (error);
}

static char *
read_clipboard (HasherTest *test)
{
  char *text = NULL;

  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (GTK_WIDGET (test->window)), NULL, on_text, &text);
  hasher_test_until (text != NULL);
  return text;
}

static gboolean
has_copied (HasherTest *test)
{
  g_autofree char *text = read_clipboard (test);

  return strcmp (text, SUM_OF_ABC) == 0;
}

static void
test_copy (HasherTest *test,
           gconstpointer unused)
{
  g_autofree char *abc = hasher_test_write (test, "abc", "abc");
  /* A name that would be markup in a toast, and a break in a list of sums. */
  g_autofree char *evil = hasher_test_write (test, "<b>\n", "");
  g_autofree char *sums = NULL;
  g_autofree char *expected = NULL;

  hasher_test_drop (test, abc, NULL);
  hasher_test_wait (test, hasher_test_is_done);
  hasher_test_drop (test, evil, NULL);
  hasher_test_wait (test, hasher_test_is_done);
  hasher_test_draw (test);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (test->window)), "");
  hasher_test_press (hasher_test_get_result_row (test, "abc"), "copy");
  hasher_test_wait (test, has_copied);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (test->window)), "");
  g_signal_emit_by_name (hasher_test_find (test->window, "results_list"), "activate", 0);
  hasher_test_wait (test, has_copied);

  hasher_test_press (hasher_test_get_result_row (test, "<b>?"), "copy");
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (test->window), "win.copy-all", NULL));
  sums = read_clipboard (test);
  expected = g_strdup_printf ("%s  %s/abc\n\\%s  %s/<b>\\n\n", SUM_OF_ABC, test->dir, SUM_OF_NOTHING, test->dir);
  g_assert_cmpstr (sums, ==, expected);
}

static gboolean
is_folded (HasherTest *test)
{
  return adw_leaflet_get_folded (hasher_test_find (test->window, "leaflet"));
}

/* As wide as a telephone: nothing is cut off, and the panes are one at a time. */
static void
test_narrow (HasherTest *test,
             gconstpointer unused)
{
  g_autofree char *abc = hasher_test_write (test, "abc", "abc");
  AdwLeaflet *leaflet = hasher_test_find (test->window, "leaflet");
  int minimum;

  g_assert_false (is_folded (test));
  g_assert_false (hasher_test_is_shown (test->window, "switcher"));
  hasher_test_drop_endless (test, 2);
  hasher_test_drop (test, abc, NULL);
  hasher_test_wait (test, hasher_test_is_running);

  gtk_widget_measure (GTK_WIDGET (test->window), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, <=, 360);
  gtk_window_set_default_size (GTK_WINDOW (test->window), 360, 600);
  hasher_test_wait (test, is_folded);
  hasher_test_draw (test);
  g_assert_cmpint (gdk_surface_get_width (gtk_native_get_surface (GTK_NATIVE (test->window))), ==, 360);

  g_assert_true (adw_leaflet_get_visible_child (leaflet) == hasher_test_find (test->window, "running_pane"));
  hasher_test_press (test->window, "show_results");
  hasher_test_until (adw_leaflet_get_visible_child (leaflet) == hasher_test_find (test->window, "results_pane"));
  g_assert_true (adw_leaflet_navigate (leaflet, ADW_NAVIGATION_DIRECTION_BACK));
  hasher_test_until (gtk_toggle_button_get_active (hasher_test_find (test->window, "show_running")));
}

int
main (int argc,
      char *argv[])
{
  hasher_test_init (&argc, &argv);

  hasher_test_add ("/hasher/window/empty", test_empty);
  hasher_test_add ("/hasher/window/folder", test_folder);
  hasher_test_add ("/hasher/window/drop", test_drop);
  hasher_test_add ("/hasher/window/failure", test_failure);
  hasher_test_add ("/hasher/window/rows", test_rows);
  hasher_test_add ("/hasher/window/cancel-one", test_cancel_one);
  hasher_test_add ("/hasher/window/limit", test_limit);
  hasher_test_add ("/hasher/window/copy", test_copy);
  hasher_test_add ("/hasher/window/narrow", test_narrow);

  return g_test_run ();
}
