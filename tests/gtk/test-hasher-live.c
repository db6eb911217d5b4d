/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "hasher-test.h"

#include "hasher-top.h"
#include "hasher-turn.h"

#include <stdio.h>

/* The window stays live, with many thousand files, and with large ones: what is counted here is how much is done in one turn
 * of the main loop, and so how long the next frame has to wait. What a turn takes, by the clock, is bench/window-turns.c's.
 */

#define N_LARGE 8
#define N_SMALL 1000
#define N_FRAMES 30

/* Of one turn, and the most of any. */
typedef struct {
  guint started;
  guint cancelled;
  guint rows_added;
  guint rows_removed;
  guint results_changes;
  guint results_added;
  guint results_removed;
} Turn;

typedef struct {
  HasherTest *test;
  GPtrArray *threads; /* those that were there when it began */
  guint n_cancelled;
  Turn turn;
  Turn most;
  guint n_turns;
  HasherTestTurns turns;
} Count;

static void
on_group_changed (GListModel *group,
                  guint position,
                  guint n_removed,
                  guint n_added,
                  Count *count)
{
  count->turn.started += n_added;
}

static void
on_rows_changed (GListModel *rows,
                 guint position,
                 guint n_removed,
                 guint n_added,
                 Count *count)
{
  count->turn.rows_added += n_added;
  count->turn.rows_removed += n_removed;
}

/* In a list that has fewer results than rows each has one. */
static void
on_results_changed (GListModel *results,
                    guint position,
                    guint n_removed,
                    guint n_added,
                    Count *count)
{
  count->turn.results_changes++;
  if (position < HASHER_JOB_MAX_ROWS) {
    count->turn.results_added += n_added;
    count->turn.results_removed += n_removed;
  }
}

static GListModel *
get_results (HasherTest *test)
{
  return hasher_job_get_results (hasher_window_get_job (test->window));
}

static GListModel *
get_rows (HasherTest *test)
{
  return G_LIST_MODEL (gtk_list_view_get_model (hasher_test_find (test->window, "running_list")));
}

static void
count_begin (Count *count,
             HasherTest *test)
{
  *count = (Count){ .test = test, .threads = my_thread_group_enumerate (test->group) };
  g_signal_connect (test->group, "items-changed", G_CALLBACK (on_group_changed), count);
  g_signal_connect (get_rows (test), "items-changed", G_CALLBACK (on_rows_changed), count);
  g_signal_connect (get_results (test), "items-changed", G_CALLBACK (on_results_changed), count);
  hasher_test_turns_begin (&count->turns, "the last of the turns that are counted");
}

static guint
count_cancelled (Count *count)
{
  guint n = 0;

  for (guint i = 0; i < count->threads->len; i++)
    n += my_thread_is_cancelled (count->threads->pdata[i]);
  return n;
}

static void
count_turn (Count *count)
{
  guint n_cancelled;

  hasher_test_turn (&count->turns);

  n_cancelled = count_cancelled (count);
  count->turn.cancelled = n_cancelled - count->n_cancelled;
  count->n_cancelled = n_cancelled;

  count->most.started = MAX (count->most.started, count->turn.started);
  count->most.cancelled = MAX (count->most.cancelled, count->turn.cancelled);
  count->most.rows_added = MAX (count->most.rows_added, count->turn.rows_added);
  count->most.rows_removed = MAX (count->most.rows_removed, count->turn.rows_removed);
  count->most.results_changes = MAX (count->most.results_changes, count->turn.results_changes);
  count->most.results_added = MAX (count->most.results_added, count->turn.results_added);
  count->most.results_removed = MAX (count->most.results_removed, count->turn.results_removed);
  count->turn = (Turn){ 0 };
  count->n_turns++;
}

static void
count_end (Count *count)
{
  hasher_test_turns_end (&count->turns);
  if (count->test->window) {
    g_signal_handlers_disconnect_by_data (get_rows (count->test), count);
    g_signal_handlers_disconnect_by_data (get_results (count->test), count);
  }
  g_signal_handlers_disconnect_by_data (count->test->group, count);
  g_ptr_array_unref (count->threads);

  g_test_message ("%u turns, and the most in one of them: %u started, %u cancelled, %u rows added, %u removed, %u changes of the results, "
                  "%u of them added, %u removed",
                  count->n_turns, count->most.started, count->most.cancelled, count->most.rows_added, count->most.rows_removed,
                  count->most.results_changes, count->most.results_added, count->most.results_removed);
  g_assert_cmpuint (count->most.started, <=, HASHER_TURN_MAX);
  g_assert_cmpuint (count->most.cancelled, <=, HASHER_TURN_MAX);
  g_assert_cmpuint (count->most.rows_added, <=, HASHER_TOP_MAX_ADDED);
  g_assert_cmpuint (count->most.rows_removed, <=, HASHER_TOP_MAX_REMOVED);
  g_assert_cmpuint (count->most.results_changes, <=, 1);
  g_assert_cmpuint (count->most.results_added, <=, HASHER_JOB_MAX_ADDED);
  g_assert_cmpuint (count->most.results_removed, <=, HASHER_JOB_MAX_REMOVED);
}

/* many files */

static void
write_small (HasherTest *test)
{
  for (guint i = 0; i < N_SMALL; i++) {
    g_autofree char *name = g_strdup_printf ("%04u", i);
    g_autofree char *path = hasher_test_write (test, name, name);
  }
}

static void
drop_singly (HasherTest *test)
{
  GSList *files = NULL;

  for (guint i = N_SMALL; i > 0; i--) {
    g_autofree char *name = g_strdup_printf ("%04u", i - 1);

    files = g_slist_prepend (files, g_file_new_build_filename (test->dir, name, NULL));
  }
  hasher_test_drop_list (test, files);
  g_slist_free_full (files, g_object_unref);
}

/* They wait in the shut gate. */
static void
queue_small (HasherTest *test,
             gboolean is_folder)
{
  Count count;

  write_small (test);
  hasher_job_set_paused (hasher_window_get_job (test->window), TRUE);
  count_begin (&count, test);
  if (is_folder) {
    hasher_test_drop (test, test->dir, NULL);
  } else {
    drop_singly (test);
  }
  while (g_list_model_get_n_items (G_LIST_MODEL (test->group)) < N_SMALL ||
         g_list_model_get_n_items (get_rows (test)) < HASHER_JOB_MAX_ROWS)
    count_turn (&count);
  count_end (&count);
}

/* Not the threads that look at the files, either, whose group is another one. */
static void
test_files (HasherTest *test,
            gconstpointer unused)
{
  guint n_most = 0;
  HasherTestTurns turns;

  write_small (test);
  drop_singly (test);
  /* They are in no list: so many have been started that are alive, or have found their file. */
  hasher_test_turns_begin (&turns, "the last file that is looked at");
  for (guint n_before = 0; hasher_job_is_counting (hasher_window_get_job (test->window));) {
    guint n_now;

    hasher_test_turn (&turns);
    n_now = my_thread_group_active_count (test->group);
    n_most = MAX (n_most, n_now > n_before ? n_now - n_before : 0);
    n_before = n_now;
  }
  hasher_test_turns_end (&turns);
  g_assert_cmpuint (n_most, <=, HASHER_TURN_MAX);
  hasher_test_wait (test, hasher_test_is_done);
}

static void
test_queue_files (HasherTest *test,
                  gconstpointer unused)
{
  queue_small (test, FALSE);
}

static void
test_cancel (HasherTest *test,
             gconstpointer unused)
{
  Count count;

  queue_small (test, TRUE);
  count_begin (&count, test);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (test->window), "win.cancel-all", NULL));
  g_assert_cmpuint (count_cancelled (&count), ==, 0);
  while (!hasher_test_is_done (test) || g_list_model_get_n_items (get_rows (test)) > 0)
    count_turn (&count);
  g_assert_cmpuint (count.n_cancelled, ==, N_SMALL);
  count_end (&count);
  hasher_test_draw (test);
  hasher_test_assert_text (test->window, "remarks", "paused, 1000 cancelled");
}

static void
test_close (HasherTest *test,
            gconstpointer unused)
{
  Count count;

  queue_small (test, TRUE);
  count_begin (&count, test);
  gtk_window_close (GTK_WINDOW (test->window));
  g_assert_cmpuint (count_cancelled (&count), ==, 0);
  while (test->window)
    count_turn (&count);
  g_assert_cmpuint (count.n_cancelled, ==, N_SMALL);
  count_end (&count);
}

/* Rows come and go, and results with them; and the bar says how much of all files is done, not of those that have been begun. */
static void
test_hash (HasherTest *test,
           gconstpointer unused)
{
  GtkProgressBar *bar = hasher_test_find (test->window, "progress");
  double fraction = 0;
  Count count;

  write_small (test);
  my_thread_group_set_max_running (test->group, N_LARGE);
  count_begin (&count, test);
  hasher_test_drop (test, test->dir, NULL);
  while (!hasher_test_is_done (test) || fraction < 1) {
    count_turn (&count);
    fraction = gtk_progress_bar_get_fraction (bar);
    if (fraction > 0) {
      char *end = NULL;
      guint64 n_done = g_ascii_strtoull (hasher_test_get_text (test->window, "summary"), &end, 10);

      g_assert_true (g_str_has_prefix (end, " of " G_STRINGIFY (N_SMALL) " files"));
      g_assert_cmpfloat (fraction, <=, (double) (n_done + HASHER_JOB_MAX_RUNNING) / N_SMALL);
    }
  }
  count_end (&count);
}

static void
on_result_finalized (guint *n_freed,
                     GObject *result)
{
  (*n_freed)++;
}

/* With nothing to wait for it is out of sight at once. Its rows go first, and the results with them, before the rest of it does. */
static void
test_leave (HasherTest *test,
            gconstpointer unused)
{
  guint n_freed = 0;
  guint n_before = 0;
  guint n_most = 0;
  Count count;

  write_small (test);
  hasher_test_drop (test, test->dir, NULL);
  hasher_test_wait (test, hasher_test_is_done);
  hasher_test_draw (test);
  for (guint i = 0; i < N_SMALL; i++) {
    g_autoptr (GObject) result = g_list_model_get_item (get_results (test), i);

    g_object_weak_ref (result, (GWeakNotify) (GCallback) on_result_finalized, &n_freed);
  }

  count_begin (&count, test);
  gtk_window_close (GTK_WINDOW (test->window));
  g_assert_nonnull (test->window);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (test->window)));
  while (test->window) {
    count_turn (&count);
    n_most = MAX (n_most, n_freed - n_before);
    n_before = n_freed;
  }
  count_end (&count);
  g_assert_cmpuint (n_freed, ==, N_SMALL);
  g_assert_cmpuint (n_most, <=, HASHER_TURN_MAX);
}

static gboolean
has_no_results (HasherTest *test)
{
  return g_list_model_get_n_items (get_results (test)) == 0;
}

static void
on_cleared (GListModel *results,
            guint position,
            guint n_removed,
            guint n_added,
            guint *n_most)
{
  g_assert_cmpuint (n_added, ==, 0);
  /* Behind the rows as many as there are. */
  if (position < HASHER_JOB_MAX_ROWS)
    *n_most = MAX (*n_most, n_removed);
}

static void
test_clear (HasherTest *test,
            gconstpointer unused)
{
  GListModel *results = get_results (test);
  guint n_most = 0;

  write_small (test);
  hasher_test_drop (test, test->dir, NULL);
  hasher_test_wait (test, hasher_test_is_done);
  hasher_test_draw (test);
  g_assert_cmpuint (g_list_model_get_n_items (results), ==, N_SMALL);

  g_signal_connect (results, "items-changed", G_CALLBACK (on_cleared), &n_most);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (test->window), "win.clear", NULL));
  /* What comes meanwhile stays. */
  hasher_test_wait (test, has_no_results);
  g_signal_handlers_disconnect_by_data (results, &n_most);
  g_assert_cmpuint (n_most, <=, HASHER_JOB_MAX_REMOVED);
  hasher_test_draw (test);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (hasher_test_find (test->window, "pages")), ==, "empty");
}

/* large files */

static gboolean
are_all_read (HasherTest *test)
{
  g_autoptr (GPtrArray) threads = my_thread_group_enumerate (test->group);
  guint n_running = 0;

  for (guint i = 0; i < threads->len; i++)
    n_running += my_thread_get_progress (threads->pdata[i]) > 0;
  return n_running == N_LARGE;
}

static void
on_progress (MyThread *thread,
             GParamSpec *pspec,
             guint *n)
{
  (*n)++;
}

/* However fast they tell how far they are, the loop hears of each once in a turn, and draws its frames. */
static void
test_large_files (HasherTest *test,
                  gconstpointer unused)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (test->window));
  g_autoptr (GPtrArray) threads = NULL;
  guint n_in_turn[N_LARGE] = { 0 };
  guint n_heard = 0;
  HasherTestTurns turns;
  gint64 frame;

  my_thread_group_set_max_running (test->group, N_LARGE);
  hasher_test_drop_endless (test, N_LARGE);
  hasher_test_wait (test, are_all_read);
  threads = my_thread_group_enumerate (test->group);
  for (guint i = 0; i < N_LARGE; i++)
    g_signal_connect (threads->pdata[i], "notify::progress", G_CALLBACK (on_progress), &n_in_turn[i]);

  frame = gdk_frame_clock_get_frame_counter (clock);
  hasher_test_turns_begin (&turns, "frames, and news of each thread");
  while (gdk_frame_clock_get_frame_counter (clock) < frame + N_FRAMES || n_heard < N_LARGE * N_FRAMES) {
    hasher_test_turn (&turns);
    for (guint i = 0; i < N_LARGE; i++) {
      g_assert_cmpuint (n_in_turn[i], <=, 1);
      n_heard += n_in_turn[i];
      n_in_turn[i] = 0;
    }
  }
  hasher_test_turns_end (&turns);
  for (guint i = 0; i < N_LARGE; i++)
    g_signal_handlers_disconnect_by_data (threads->pdata[i], &n_in_turn[i]);
  g_assert_true (are_all_read (test));
}

int
main (int argc,
      char *argv[])
{
  hasher_test_init (&argc, &argv);

  hasher_test_add ("/hasher/live/files", test_files);
  hasher_test_add ("/hasher/live/queue-files", test_queue_files);
  hasher_test_add ("/hasher/live/cancel", test_cancel);
  hasher_test_add ("/hasher/live/close", test_close);
  hasher_test_add ("/hasher/live/hash", test_hash);
  hasher_test_add ("/hasher/live/leave", test_leave);
  hasher_test_add ("/hasher/live/clear", test_clear);
  hasher_test_add ("/hasher/live/large-files", test_large_files);

  return g_test_run ();
}
