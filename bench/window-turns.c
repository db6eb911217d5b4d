/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* How long does the window of examples/gtk stand still, with 20,000 thread objects in its list? Run it by
 * tests/gtk/run-in-display.sh. The modes, of which each measures one thing:
 *
 *   queue   a folder with so many files is dropped: until there is a thread for each (they wait: it is paused)
 *   files   the same with the files themselves
 *   cancel  all of them are cancelled: until the last has ended
 *   close   the window is closed instead: until it is gone
 *   hash    the files are hashed: until there is a result for each
 *   leave   the window is closed after that: until it is gone
 *   copy    all results are copied
 *   clear   all results are cleared
 */

#include "bench-support.h"
#include "hasher-test.h"
#include "turn-meter.h"

#include <string.h>

typedef struct {
  HasherTest test;
  HasherJob *job;
  guint64 count;
} Window;

static gboolean
has_all_threads (HasherTest *test)
{
  return g_list_model_get_n_items (G_LIST_MODEL (test->group)) == ((Window *) test)->count;
}

static gboolean
has_all_results (HasherTest *test)
{
  return g_list_model_get_n_items (hasher_job_get_results (((Window *) test)->job)) == ((Window *) test)->count;
}

static gboolean
has_no_results (HasherTest *test)
{
  return g_list_model_get_n_items (hasher_job_get_results (((Window *) test)->job)) == 0;
}

static gboolean
is_cancelled (HasherTest *test)
{
  g_autoptr (GPtrArray) rows = hasher_test_list_rows (test, HASHER_TYPE_TASK_ROW);

  return hasher_test_is_done (test) && rows->len == 0;
}

static void
wait_and_draw (Window *window,
               gboolean (*predicate) (HasherTest *test),
               const char *what)
{
  HasherTestTurns turns;

  hasher_test_turns_begin (&turns, what);
  while (!predicate (&window->test))
    hasher_test_turn (&turns);
  hasher_test_turns_end (&turns);
  if (window->test.window)
    hasher_test_draw (&window->test);
}

static void
drop_folder (Window *window)
{
  hasher_test_drop (&window->test, window->test.dir, NULL);
}

static GSList *
list_files (Window *window)
{
  GSList *files = NULL;

  for (guint64 i = 0; i < window->count; i++) {
    g_autofree char *name = g_strdup_printf ("%06" G_GUINT64_FORMAT, i);

    files = g_slist_prepend (files, g_file_new_build_filename (window->test.dir, name, NULL));
  }

  return files;
}

static void
activate (Window *window,
          const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (window->test.window), action, NULL));
}

static void
open_window (Window *window,
             guint64 count)
{
  hasher_test_set_up (&window->test, NULL);
  window->job = hasher_window_get_job (window->test.window);
  window->count = count;
  for (guint64 i = 0; i < count; i++) {
    g_autofree char *name = g_strdup_printf ("%06" G_GUINT64_FORMAT, i);
    g_autofree char *path = hasher_test_write (&window->test, name, "abc");
  }
}

static void
measure (const BenchPeer *peer,
         const BenchRun *run,
         BenchResult *result)
{
  static const char *const with_results[] = { "leave", "copy", "clear", NULL };
  static const char *const with_threads[] = { "cancel", "close", NULL };
  gboolean wants_results = g_strv_contains (with_results, run->mode);
  gboolean wants_threads = g_strv_contains (with_threads, run->mode);
  Window window;
  GSList *files;
  TurnFigures figures;
  gint64 begin;

  open_window (&window, run->count);
  files = list_files (&window);
  hasher_job_set_paused (window.job, !wants_results && strcmp (run->mode, "hash") != 0);
  if (wants_results || wants_threads)
    drop_folder (&window);
  if (wants_results)
    wait_and_draw (&window, has_all_results, "all results");
  if (wants_threads)
    wait_and_draw (&window, has_all_threads, "all threads");

  begin = bench_now ();
  turn_meter_start (gtk_widget_get_frame_clock (GTK_WIDGET (window.test.window)));
  if (strcmp (run->mode, "queue") == 0) {
    drop_folder (&window);
    wait_and_draw (&window, has_all_threads, "all threads");
  } else if (strcmp (run->mode, "files") == 0) {
    hasher_test_drop_list (&window.test, files);
    wait_and_draw (&window, has_all_threads, "all threads");
  } else if (strcmp (run->mode, "cancel") == 0) {
    activate (&window, "win.cancel-all");
    wait_and_draw (&window, is_cancelled, "all cancelled");
  } else if (strcmp (run->mode, "close") == 0 || strcmp (run->mode, "leave") == 0) {
    gtk_window_close (GTK_WINDOW (window.test.window));
    wait_and_draw (&window, hasher_test_is_closed, "closed");
  } else if (strcmp (run->mode, "hash") == 0) {
    drop_folder (&window);
    wait_and_draw (&window, has_all_results, "all results");
  } else if (strcmp (run->mode, "copy") == 0) {
    activate (&window, "win.copy-all");
    hasher_test_draw (&window.test);
  } else {
    activate (&window, "win.clear");
    wait_and_draw (&window, has_no_results, "no results");
  }
  figures = turn_meter_stop ();

  bench_result_add (result, "longest_ms", figures.longest_ms);
  bench_result_add (result, "longest_cpu_ms", figures.longest_cpu_ms);
  bench_result_add (result, "longest_drawn_ms", figures.longest_drawn_ms);
  bench_result_add (result, "median_ms", figures.median_ms);
  bench_result_add (result, "turns", figures.n_turns);
  bench_result_add (result, "whole_ms", (double) (bench_now () - begin) / 1e6);

  if (window.test.window)
    hasher_job_set_paused (window.job, FALSE);
  hasher_test_tear_down (&window.test, NULL);
  g_slist_free_full (files, g_object_unref);
}

int
main (int argc,
      char **argv)
{
  static const char *const modes[] = { "queue", "files", "cancel", "close", "hash", "leave", "copy", "clear", NULL };
  static const BenchPeer peers[] = { { "mythread", NULL } };
  static const BenchProgram program = { "window-turns", modes, 20000, 300, measure };

  hasher_test_init_application ();

  return bench_main (&program, peers, G_N_ELEMENTS (peers), argc, argv);
}
