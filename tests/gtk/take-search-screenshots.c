/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * take-search-screenshots DIRECTORY: pictures of the search's window: to be looked at.
 */

#include "search-test.h"

#include <glib/gstdio.h>

static const char *output;

static void
picture (GtkWindow *window,
         const char *state)
{
  static const AdwColorScheme schemes[] = { ADW_COLOR_SCHEME_FORCE_LIGHT, ADW_COLOR_SCHEME_FORCE_DARK };
  static const char *const names[] = { "light", "dark" };

  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++) {
    g_autofree char *name = g_strdup_printf ("search-%s-%s.png", state, names[i]);
    g_autofree char *path = g_build_filename (output, name, NULL);
    gint64 end = g_get_monotonic_time () + 600 * 1000;

    adw_style_manager_set_color_scheme (adw_style_manager_get_default (), schemes[i]);
    /* The time of transitions. */
    while (g_get_monotonic_time () < end)
      hasher_test_draw_window (window);
    hasher_test_save_window (window, path);
  }
}

static void
take (SearchTest *test,
      const char *state)
{
  picture (GTK_WINDOW (test->window), state);
}

static void
take_all (SearchTest *test,
          gconstpointer unused)
{
  g_autofree char *denied = g_build_filename (test->dir, "denied", NULL);
  g_autofree char *allowed = g_build_filename (test->dir, "allowed", NULL);

  take (test, "begin");

  search_test_write (test, "Budget 2026.csv", "Concert,120\nPiano,80\n");
  search_test_write (test, "choir/Concert in the Church.txt", "The concert begins at eight.\n\nAfter the concert there is tea.\n");
  search_test_write (test, "choir/members.txt", "Anna\nBruno\nKonzert GmbH\n");
  search_test_write (test, "letters/to-the-mayor.md", "# The hall\n\nFor the next concert we need the large hall, since last time there were not enough chairs for all who came to hear us.\n");
  search_test_write (test, "letters/reply.md", "The hall is yours.\n");
  search_test_write (test, "denied/diary.txt", "The concert was bad.\n");
  search_test_enter (test, "concert");
  search_test_until (test, search_test_get_dialog (test));
  take (test, "asking");
  picture (search_test_get_dialog (test), "dialog");
  search_test_answer (test, "_Skip");
  search_test_until (test, test->is_finished);
  take (test, "results");

  g_assert_cmpint (g_rename (denied, allowed), ==, 0);
  search_test_write_lines (test, "letters/many", "concert", 1000000);
  search_test_enter (test, "concer");
  search_test_until (test, search_test_count (test) > 1000);
  take (test, "searching");

  hasher_test_press (test->window, "stop");
  search_test_until (test, test->is_finished);
  take (test, "stopped");
}

int
main (int argc,
      char *argv[])
{
  search_test_init (&argc, &argv);
  if (argc != 2) {
    g_printerr ("usage: take-search-screenshots DIRECTORY\n");
    return 1;
  }
  output = argv[1];

  g_object_set (gtk_settings_get_default (), "gtk-font-name", "Cantarell 11", NULL);
  search_test_add ("/search/screenshots", take_all);
  return g_test_run ();
}
