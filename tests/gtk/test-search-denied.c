/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "search-test.h"

/* A folder that may not be looked into: the search asks, and waits for the answer; the window does not. */

static void
begin (SearchTest *test)
{
  search_test_write (test, "denied/needle", "");
  search_test_write (test, "needle", "");
  search_test_write (test, "needle-and-pin", "");
  search_test_enter (test, "needle");
  search_test_until (test, search_test_get_dialog (test));
  g_assert_true (search_test_is_searching (test));
  /* The one that asks is as far as that: it waits. */
  my_test_wait_until_waiting (test->latest);
}

static void
test_skip (SearchTest *test,
           gconstpointer unused)
{
  begin (test);
  search_test_answer (test, "_Skip");
  search_test_until (test, test->is_finished);
  g_assert_cmpint (my_thread_get_state (test->latest), ==, MY_THREAD_STATE_SUCCEEDED);
  g_assert_cmpuint (search_test_count (test), ==, 2);

  /* What was answered is not asked at each key. */
  search_test_enter (test, "needle-");
  search_test_until (test, test->is_finished);
  g_assert_cmpint (my_thread_get_state (test->latest), ==, MY_THREAD_STATE_SUCCEEDED);
  g_assert_cmpuint (search_test_count (test), ==, 1);
}

static void
test_stop (SearchTest *test,
           gconstpointer unused)
{
  begin (test);
  search_test_answer (test, "S_top");
  search_test_until (test, test->is_finished);
  g_assert_cmpint (my_thread_get_state (test->latest), ==, MY_THREAD_STATE_CANCELLED);
}

/* As by Escape. */
static void
test_dialog_closed (SearchTest *test,
                    gconstpointer unused)
{
  begin (test);
  gtk_window_close (search_test_get_dialog (test));
  search_test_until (test, test->is_finished);
  g_assert_cmpint (my_thread_get_state (test->latest), ==, MY_THREAD_STATE_CANCELLED);
}

/* The question of a search that nobody needs any more is none. */
static void
test_new_text (SearchTest *test,
               gconstpointer unused)
{
  GtkWindow *dialog;

  begin (test);
  dialog = search_test_get_dialog (test);
  g_object_add_weak_pointer (G_OBJECT (dialog), (gpointer *) &dialog);
  search_test_enter (test, "pin");
  search_test_until (test, !dialog);
  /* The next one has its own. */
  search_test_until (test, search_test_get_dialog (test));
  search_test_answer (test, "_Skip");
  search_test_until (test, test->is_finished);
  g_assert_cmpuint (search_test_count (test), ==, 1);
  search_test_until (test, test->n_threads == 1);
}

static void
test_close (SearchTest *test,
            gconstpointer unused)
{
  begin (test);
  gtk_window_close (GTK_WINDOW (test->window));
  search_test_until (test, !test->window);
  g_assert_null (search_test_get_dialog (test));
}

int
main (int argc,
      char *argv[])
{
  search_test_init (&argc, &argv);

  search_test_add ("/search/denied/skip", test_skip);
  search_test_add ("/search/denied/stop", test_stop);
  search_test_add ("/search/denied/dialog-closed", test_dialog_closed);
  search_test_add ("/search/denied/new-text", test_new_text);
  search_test_add ("/search/denied/close", test_close);

  return g_test_run ();
}
