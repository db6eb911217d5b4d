/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "hasher-test.h"

/* Closing the window: what runs is cancelled and waited for, and nothing stands still.
 * That no thread and no object is left each of them asserts in its tear-down.
 */

static void
close_window (HasherTest *test)
{
  gint64 begin = g_get_monotonic_time ();

  gtk_window_close (GTK_WINDOW (test->window));
  /* It did not wait here: endless files would have been waited for. */
  g_test_message ("close took %" G_GINT64_FORMAT " us", g_get_monotonic_time () - begin);
}

static void
test_idle (HasherTest *test,
           gconstpointer unused)
{
  close_window (test);
  hasher_test_wait (test, hasher_test_is_closed);
}

static void
test_running (HasherTest *test,
              gconstpointer unused)
{
  HasherTestTurns turns;
  guint n_turns = 0;

  hasher_test_drop_endless (test, 12);
  hasher_test_wait (test, hasher_test_is_running);
  close_window (test);

  /* It is still there, and says what it is about. */
  g_assert_nonnull (test->window);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (hasher_test_find (test->window, "pages")), ==, "stopping");
  /* To ask again changes nothing. */
  close_window (test);
  hasher_test_turns_begin (&turns, "the end of the window");
  while (test->window) {
    hasher_test_turn (&turns);
    n_turns++;
  }
  hasher_test_turns_end (&turns);
  g_assert_cmpuint (n_turns, >, 0);
}

static void
test_paused (HasherTest *test,
             gconstpointer unused)
{
  hasher_job_set_paused (hasher_window_get_job (test->window), TRUE);
  hasher_test_drop_endless (test, 6);
  hasher_test_until (g_list_model_get_n_items (G_LIST_MODEL (test->group)) == 6);
  close_window (test);
  hasher_test_wait (test, hasher_test_is_closed);
}

static void
on_results_changed (GListModel *results,
                    guint position,
                    guint n_removed,
                    guint n_added)
{
  g_assert_cmpuint (n_added, ==, 0);
}

/* Threads that are yet to be made are not, and results that are yet to be shown are not, either. */
static void
test_feeding (HasherTest *test,
              gconstpointer unused)
{
  GListModel *results = hasher_job_get_results (hasher_window_get_job (test->window));

  for (guint i = 0; i < 5000; i++) {
    g_autofree char *name = g_strdup_printf ("%u", i);
    g_autofree char *path = hasher_test_write (test, name, "");
  }
  hasher_test_drop (test, test->dir, NULL);
  hasher_test_until (g_list_model_get_n_items (results) >= 10);
  close_window (test);
  g_signal_connect (results, "items-changed", G_CALLBACK (on_results_changed), NULL);
  hasher_test_wait (test, hasher_test_is_closed);
}

/* The last reference to a thread may be that of somebody else. */
static void
test_thread_outlives_window (HasherTest *test,
                             gconstpointer unused)
{
  g_autoptr (MyThread) thread = NULL;

  hasher_test_drop_endless (test, 1);
  hasher_test_wait (test, hasher_test_is_running);
  thread = g_list_model_get_item (G_LIST_MODEL (test->group), 0);
  close_window (test);
  hasher_test_wait (test, hasher_test_is_closed);
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_CANCELLED);
}

static gboolean
has_no_threads (HasherTest *test)
{
  return my_thread_group_active_count (test->group) == 0;
}

/* Without asking: the program is being ended. */
static void
test_destroyed (HasherTest *test,
                gconstpointer unused)
{
  hasher_test_drop_endless (test, 6);
  hasher_test_wait (test, hasher_test_is_running);
  gtk_window_destroy (GTK_WINDOW (test->window));
  hasher_test_wait (test, hasher_test_is_closed);
  hasher_test_wait (test, has_no_threads);
}

int
main (int argc,
      char *argv[])
{
  hasher_test_init (&argc, &argv);

  hasher_test_add ("/hasher/close/idle", test_idle);
  hasher_test_add ("/hasher/close/running", test_running);
  hasher_test_add ("/hasher/close/paused", test_paused);
  hasher_test_add ("/hasher/close/feeding", test_feeding);
  hasher_test_add ("/hasher/close/thread-outlives-window", test_thread_outlives_window);
  hasher_test_add ("/hasher/close/destroyed", test_destroyed);

  return g_test_run ();
}
