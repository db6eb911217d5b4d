/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "hasher-stuck.h"
#include "hasher-test.h"

#include <glib/gstdio.h>
#include <string.h>

/* Disks that do not answer, and what the window says meanwhile. */

static gboolean
is_stuck (HasherTest *test)
{
  return hasher_stuck_count () > 0;
}

static gboolean
is_not_stuck (HasherTest *test)
{
  return hasher_stuck_count () == 0;
}

static gboolean
says_what_it_waits_for (HasherTest *test)
{
  return hasher_test_is_shown (test->window, "close_anyway");
}

static gboolean
has_no_threads (HasherTest *test)
{
  return my_thread_group_active_count (test->group) == 0;
}

static gboolean
is_gone (HasherTest *test)
{
  g_autoptr (GPtrArray) threads = my_thread_group_enumerate (test->group);

  return threads->len == 0 && test->window == NULL;
}

static const char *
get_description (HasherTest *test)
{
  return adw_status_page_get_description (hasher_test_find (test->window, "stopping"));
}

static void
drop_stuck (HasherTest *test)
{
  g_autofree char *path = hasher_test_write (test, "stuck", "abc");

  hasher_stuck_begin ();
  hasher_test_drop (test, path, NULL);
  hasher_test_wait (test, is_stuck);
}

static void
end_stuck (HasherTest *test)
{
  hasher_stuck_end ();
  hasher_test_wait (test, is_not_stuck);
}

/* It says which file it is, and the button closes the window, for the thread can not be waited for. */
static void
test_close_anyway (HasherTest *test,
                   gconstpointer unused)
{
  g_autoptr (MyThread) thread = NULL;

  drop_stuck (test);
  thread = g_list_model_get_item (G_LIST_MODEL (test->group), 0);
  g_assert_true (my_thread_get_daemon (thread)); /* exit() does not wait for it */
  gtk_window_close (GTK_WINDOW (test->window));
  hasher_test_wait (test, says_what_it_waits_for);
  g_assert_cmpstr (get_description (test), ==, "Still waiting for stuck.");
  hasher_test_draw (test);
  hasher_test_press (test->window, "close_anyway");
  hasher_test_wait (test, hasher_test_is_closed);
  g_assert_true (my_thread_is_alive (thread));

  end_stuck (test);
  hasher_test_wait (test, has_no_threads);
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_CANCELLED);
}

/* Whoever closes it twice does not want to wait any longer, and need not look. */
static void
test_close_twice (HasherTest *test,
                  gconstpointer unused)
{
  drop_stuck (test);
  gtk_window_close (GTK_WINDOW (test->window));
  gtk_window_close (GTK_WINDOW (test->window));
  hasher_test_wait (test, hasher_test_is_closed);
  g_assert_cmpuint (hasher_stuck_count (), ==, 1);
  g_assert_cmpuint (my_thread_group_active_count (test->group), ==, 1);
  end_stuck (test);
  hasher_test_wait (test, has_no_threads);
}

/* The window has patience with its threads, and loses none while they could not run either, because the whole process was stopped. */
static void
test_stopped (HasherTest *test,
              gconstpointer unused)
{
  drop_stuck (test);
  gtk_window_close (GTK_WINDOW (test->window));
  /* As long as somebody likes: here twice the time after which the window says what it waits for. */
  g_usleep (2 * G_USEC_PER_SEC);
  for (guint i = 0; i < 10; i++)
    g_main_context_iteration (NULL, FALSE);
  g_assert_false (gtk_widget_get_visible (hasher_test_find (test->window, "close_anyway")));
  hasher_test_wait (test, says_what_it_waits_for);
  end_stuck (test);
  hasher_test_wait (test, is_gone);
}

/* It answers after all. */
static void
test_answers (HasherTest *test,
              gconstpointer unused)
{
  drop_stuck (test);
  gtk_window_close (GTK_WINDOW (test->window));
  hasher_test_wait (test, says_what_it_waits_for);
  end_stuck (test);
  hasher_test_wait (test, is_gone);
}

static gboolean
are_four_stuck (HasherTest *test)
{
  return hasher_stuck_count () == 4;
}

/* The fifth is cancelled without having run, which the window may hear of after it has lost its patience: it looks again. */
static gboolean
says_that_it_waits_for_four (HasherTest *test)
{
  return says_what_it_waits_for (test) && g_strcmp0 (get_description (test), "Still waiting for stuck, stuck, stuck and 1 more.") == 0;
}

/* They are not all named. */
static void
test_many (HasherTest *test,
           gconstpointer unused)
{
  hasher_stuck_begin ();
  for (guint i = 1; i <= 5; i++) {
    g_autofree char *name = g_strdup_printf ("%u", i);
    g_autofree char *dir = g_build_filename (test->dir, name, NULL);
    g_autofree char *below = g_build_filename (name, "stuck", NULL);
    g_autofree char *path = NULL;

    g_assert_cmpint (g_mkdir (dir, 0700), ==, 0);
    path = hasher_test_write (test, below, "");
    hasher_test_drop (test, path, NULL);
  }
  hasher_test_wait (test, are_four_stuck);
  gtk_window_close (GTK_WINDOW (test->window));
  hasher_test_wait (test, says_that_it_waits_for_four);
  end_stuck (test);
}

/* While it is not known how many files there are, it does not say how much of them is done. */
static void
test_counting (HasherTest *test,
               gconstpointer unused)
{
  g_autofree char *abc = hasher_test_write (test, "abc", "abc");
  g_autofree char *dir = g_build_filename (test->dir, "stuck", NULL);
  GtkProgressBar *bar = hasher_test_find (test->window, "progress");

  hasher_test_drop (test, abc, NULL);
  hasher_test_wait (test, hasher_test_is_done);
  hasher_test_draw (test);
  hasher_test_assert_text (test->window, "summary", "1 of 1 file");
  g_assert_cmpfloat (gtk_progress_bar_get_fraction (bar), ==, 1);

  g_assert_cmpint (g_mkdir (dir, 0700), ==, 0);
  g_free (hasher_test_write (test, "stuck/def", "def"));
  hasher_stuck_begin ();
  hasher_test_drop (test, dir, NULL);
  hasher_test_wait (test, is_stuck);
  hasher_test_draw (test);
  hasher_test_assert_text (test->window, "summary", "1 of 1 file so far");
  hasher_test_assert_text (test->window, "remarks", "still counting");
  g_assert_cmpfloat (gtk_progress_bar_get_fraction (bar), ==, 0);

  end_stuck (test);
  hasher_test_wait (test, hasher_test_is_done);
  hasher_test_draw (test);
  hasher_test_assert_text (test->window, "summary", "2 of 2 files");
  g_assert_cmpfloat (gtk_progress_bar_get_fraction (bar), ==, 1);

  /* Nothing at all is known. */
  gtk_widget_activate_action (GTK_WIDGET (test->window), "win.clear", NULL);
  hasher_stuck_begin ();
  hasher_test_drop (test, dir, NULL);
  hasher_test_wait (test, is_stuck);
  hasher_test_draw (test);
  hasher_test_assert_text (test->window, "summary", "Counting files");
  gtk_widget_activate_action (GTK_WIDGET (test->window), "win.cancel-all", NULL);
  end_stuck (test);
  hasher_test_wait (test, hasher_test_is_done);
}

int
main (int argc,
      char *argv[])
{
  hasher_test_init (&argc, &argv);

  hasher_test_add ("/hasher/stuck/close-anyway", test_close_anyway);
  hasher_test_add ("/hasher/stuck/close-twice", test_close_twice);
  hasher_test_add ("/hasher/stuck/stopped", test_stopped);
  hasher_test_add ("/hasher/stuck/answers", test_answers);
  hasher_test_add ("/hasher/stuck/many", test_many);
  hasher_test_add ("/hasher/stuck/counting", test_counting);

  return g_test_run ();
}
