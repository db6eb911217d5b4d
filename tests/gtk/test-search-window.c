/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "search-test.h"

#include "search-result.h"

#include <glib/gstdio.h>
#include <string.h>

/* What a search finds, and that the window stays live while it does: what is counted is how much comes in one turn of the main
 * loop. In each turn all that is shown must belong to the text in the entry: see search_test_turn(). */

/* So many results come in many turns: when the first of them are there, the search is not at its end. */
#define N_MANY (SEARCH_THREAD_SHARE * 100)

/* typed at this speed */
#define KEY_MS 30
#define TYPED "searchasyoutypetoday"
#define N_KEYS 20
#define N_FILES_PER_KEY 40
#define N_LINES_PER_KEY 400

static int
compare (gconstpointer a,
         gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static char *
list_results (SearchTest *test)
{
  g_autoptr (GPtrArray) results = g_ptr_array_new_with_free_func (g_free);
  GListModel *list = search_test_get_list (test);
  guint n_items = g_list_model_get_n_items (list);

  for (guint i = 0; i < n_items; i++) {
    g_autoptr (SearchResult) result = g_list_model_get_item (list, i);

    g_ptr_array_add (results, g_strdup_printf ("%s|%s", search_result_get_place (result), search_result_get_text (result)));
  }
  /* In which order a folder is read is the system's business. */
  g_ptr_array_sort (results, compare);
  g_ptr_array_add (results, NULL);
  return g_strjoinv ("\n", (char **) results->pdata);
}

static void
test_found (SearchTest *test,
            gconstpointer unused)
{
  g_autofree char *folder = g_build_filename (test->dir, "deep", "down", NULL);
  g_autofree char *expected = g_strdup_printf ("Needles.txt|%s\nletter:2|a NEEDLE, and more\nletter:4|needle", folder);

  search_test_assert_page (test, "begin");
  search_test_write (test, "deep/down/Needles.txt", "");
  search_test_write (test, "letter", "hay\n  a NEEDLE, and more\nhay\nneedle");
  search_test_write (test, "deep/other", "hay\n");

  search_test_enter (test, "needle");
  search_test_until (test, test->is_finished);
  my_test_assert_string (list_results (test), expected);
  search_test_assert_page (test, "results");
  hasher_test_assert_text (test->window, "summary", "3 found in 3 files");
  g_assert_false (search_test_is_searching (test));

  search_test_enter (test, "pin");
  search_test_until (test, test->is_finished);
  search_test_assert_page (test, "nothing");
  hasher_test_assert_text (test->window, "summary", "0 found in 3 files");

  search_test_enter (test, "");
  search_test_until (test, test->is_finished);
  search_test_assert_page (test, "begin");
}

static void
test_binary (SearchTest *test,
             gconstpointer unused)
{
  g_autofree char *zeros = g_build_filename (test->dir, "needle.zeros", NULL);
  static const char bytes[] = "needle\0needle";

  g_assert_true (g_file_set_contents (zeros, bytes, sizeof bytes, NULL));
  search_test_write (test, "latin-1", "a needle of K\xf6ln\n");

  search_test_enter (test, "needle");
  search_test_until (test, test->is_finished);
  g_assert_cmpuint (search_test_count (test), ==, 2);
}

/* typing */

typedef struct {
  SearchTest *test;
  guint n_typed;
} Typist;

static gboolean
on_key (gpointer user_data)
{
  Typist *typist = user_data;
  int position = -1;

  gtk_editable_insert_text (typist->test->entry, &TYPED[typist->n_typed], 1, &position);
  return ++typist->n_typed < N_KEYS;
}

static void
test_typing (SearchTest *test,
             gconstpointer unused)
{
  Typist typist = { .test = test };

  G_STATIC_ASSERT (sizeof TYPED == N_KEYS + 1);
  /* What is found with the first keys does not have all of the text in it. */
  for (guint n_keys = 1; n_keys <= N_KEYS; n_keys++) {
    g_autofree char *text = g_strndup (TYPED, n_keys);
    g_autofree char *lines = g_strdup_printf ("lines/%u", n_keys);

    search_test_write_lines (test, lines, text, N_LINES_PER_KEY);
    for (guint i = 0; i < N_FILES_PER_KEY; i++) {
      g_autofree char *name = g_strdup_printf ("names/%s#%u", text, i);

      search_test_write (test, name, "");
    }
  }

  g_timeout_add (KEY_MS, on_key, &typist);
  search_test_until (test, typist.n_typed == N_KEYS);
  g_assert_cmpuint (test->n_searches, ==, N_KEYS);
  search_test_until (test, test->is_finished);
  g_assert_cmpuint (search_test_count (test), ==, N_FILES_PER_KEY + N_LINES_PER_KEY);
  /* Of the others there is nothing left. */
  search_test_until (test, test->n_threads == 1);
  g_test_message ("at most %u results in a turn", test->n_added_most);
}

/* A search that finds faster than a window can show. */
static void
test_share (SearchTest *test,
            gconstpointer unused)
{
  search_test_write_lines (test, "many", "needle", N_MANY);
  search_test_enter (test, "needle");
  search_test_until (test, test->is_finished);
  g_assert_cmpuint (search_test_count (test), ==, N_MANY);
  g_test_message ("at most %u results in a turn", test->n_added_most);
}

/* ending */

static void
begin_many (SearchTest *test)
{
  search_test_write_lines (test, "many", "needle", N_MANY);
  search_test_enter (test, "needle");
  search_test_until (test, search_test_count (test) > 0);
  g_assert_true (search_test_is_searching (test));
}

static void
test_stop (SearchTest *test,
           gconstpointer unused)
{
  begin_many (test);
  hasher_test_press (test->window, "stop");
  search_test_until (test, test->is_finished);
  g_assert_cmpint (my_thread_get_state (test->latest), ==, MY_THREAD_STATE_CANCELLED);
  g_assert_false (search_test_is_searching (test));
  g_assert_false (gtk_widget_get_sensitive (hasher_test_find (test->window, "stop")));
  /* What there is stays. */
  search_test_assert_page (test, "results");
  g_assert_cmpuint (search_test_count (test), <, N_MANY);
}

static void
test_close (SearchTest *test,
            gconstpointer unused)
{
  begin_many (test);
  gtk_window_close (GTK_WINDOW (test->window));
  search_test_until (test, !test->window);
}

static void
test_failed (SearchTest *test,
             gconstpointer unused)
{
  g_assert_cmpint (g_rmdir (test->dir), ==, 0);
  search_test_enter (test, "needle");
  search_test_until (test, test->is_finished);
  search_test_assert_page (test, "failed");
  g_assert_nonnull (strstr (adw_status_page_get_description (hasher_test_find (test->window, "failure")), "No such file"));
  g_assert_cmpint (g_mkdir (test->dir, 0700), ==, 0);
}

int
main (int argc,
      char *argv[])
{
  search_test_init (&argc, &argv);

  search_test_add ("/search/window/found", test_found);
  search_test_add ("/search/window/binary", test_binary);
  search_test_add ("/search/window/typing", test_typing);
  search_test_add ("/search/window/share", test_share);
  search_test_add ("/search/window/stop", test_stop);
  search_test_add ("/search/window/close", test_close);
  search_test_add ("/search/window/failed", test_failed);

  return g_test_run ();
}
