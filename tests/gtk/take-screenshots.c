/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * take-screenshots DIRECTORY: pictures of the window in each of its states, light and
 * dark, wide and narrow: to be looked at. Two of them are in docs/images.
 */

#include "hasher-stuck.h"
#include "hasher-test.h"

#include "my-test-thread.h"

#include <glib/gstdio.h>

#define N_MANY 20000

static const char *output;

static const struct {
  const char *name;
  AdwColorScheme scheme;
  int width;
  int height;
} looks[] = {
  { "light", ADW_COLOR_SCHEME_FORCE_LIGHT, 900, 560 },
  { "dark", ADW_COLOR_SCHEME_FORCE_DARK, 900, 560 },
  { "narrow-light", ADW_COLOR_SCHEME_FORCE_LIGHT, 360, 640 },
  { "narrow-dark", ADW_COLOR_SCHEME_FORCE_DARK, 360, 640 },
};

static gboolean
is_laid_out (HasherTest *test)
{
  GdkSurface *surface = gtk_native_get_surface (GTK_NATIVE (test->window));
  GtkRevealer *revealer = GTK_REVEALER (gtk_widget_get_ancestor (hasher_test_find (test->window, "switcher"), GTK_TYPE_REVEALER));
  int width;
  int height;

  gtk_window_get_default_size (GTK_WINDOW (test->window), &width, &height);
  return gdk_surface_get_width (surface) == width && gdk_surface_get_height (surface) == height &&
         gtk_revealer_get_child_revealed (revealer) == adw_leaflet_get_folded (hasher_test_find (test->window, "leaflet"));
}

static void
settle (HasherTest *test)
{
  gint64 end;

  hasher_test_draw (test);
  hasher_test_wait (test, is_laid_out);
  /* The time of other transitions, in which what is shown may go on. */
  end = g_get_monotonic_time () + 600 * 1000;
  while (g_get_monotonic_time () < end)
    hasher_test_draw (test);
}

static void
take (HasherTest *test,
      const char *state)
{
  for (guint i = 0; i < G_N_ELEMENTS (looks); i++) {
    g_autofree char *name = g_strdup_printf ("%s-%s.png", state, looks[i].name);
    g_autofree char *path = g_build_filename (output, name, NULL);

    adw_style_manager_set_color_scheme (adw_style_manager_get_default (), looks[i].scheme);
    gtk_window_set_default_size (GTK_WINDOW (test->window), looks[i].width, looks[i].height);
    settle (test);
    hasher_test_save_picture (test, path);
  }
  gtk_window_set_default_size (GTK_WINDOW (test->window), looks[0].width, looks[0].height);
  settle (test);
}

static void
drop_name (HasherTest *test,
           const char *name,
           goffset size)
{
  g_autofree char *path = hasher_test_write_sparse (test, name, size);

  hasher_test_drop (test, path, NULL);
}

/* Where there is room for one pane. */
static void
show_results (HasherTest *test)
{
  adw_leaflet_set_visible_child (hasher_test_find (test->window, "leaflet"), hasher_test_find (test->window, "results_pane"));
}

static gboolean
are_small_ones_done (HasherTest *test)
{
  return g_list_model_get_n_items (hasher_job_get_results (hasher_window_get_job (test->window))) >= 5;
}

static gboolean
is_half_way (HasherTest *test)
{
  HasherTaskRow *row = hasher_test_get_task_row (test, "backup-2026-10.tar");

  return row && gtk_progress_bar_get_fraction (hasher_test_find (row, "progress")) > 0.4;
}

static void
take_running (HasherTest *test,
              gconstpointer unused)
{
  static const char *const small[] = { "Budget 2026.ods", "cover-letter.pdf", "family.jpg", "notes.txt" };
  static const char *const large[] = { "backup-2026-10.tar", "backup-2026-11.tar", "Concert in the Church.mkv" };
  g_autofree char *gone = g_build_filename (test->dir, "unplugged-disk.img", NULL);

  take (test, "empty");

  for (guint i = 0; i < G_N_ELEMENTS (small); i++) {
    g_autofree char *path = hasher_test_write (test, small[i], small[i]);

    hasher_test_drop (test, path, NULL);
  }
  hasher_test_drop (test, gone, NULL);
  hasher_test_wait (test, are_small_ones_done);
  for (guint i = 0; i < G_N_ELEMENTS (large); i++)
    drop_name (test, large[i], ((goffset) 5 + 2 * i) << 29);
  drop_name (test, "debian-12.9.0-amd64-DVD-1.iso", (goffset) 3900000000);
  drop_name (test, "virtual-machine.qcow2", (goffset) 1 << 35);
  drop_name (test, "recordings.zip", (goffset) 1 << 32);
  hasher_test_wait (test, is_half_way);
  take (test, "running");

  show_results (test);
  gtk_widget_activate_action (GTK_WIDGET (test->window), "win.cancel-all", NULL);
  hasher_test_wait (test, hasher_test_is_done);
  take (test, "results");
  gtk_widget_activate_action (GTK_WIDGET (test->window), "win.copy-all", NULL);
  take (test, "toast");
}

static gboolean
is_stuck (HasherTest *test)
{
  return hasher_stuck_count () > 0;
}

static gboolean
has_many (HasherTest *test)
{
  return g_list_model_get_n_items (G_LIST_MODEL (test->group)) >= N_MANY;
}

static void
take_many (HasherTest *test,
           gconstpointer unused)
{
  static const char *const large[] = { "backup-2026-10.tar", "backup-2026-11.tar", "Concert in the Church.mkv", "virtual-machine.qcow2" };
  g_autofree char *dir = g_build_filename (test->dir, "stuck", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (large); i++)
    drop_name (test, large[i], (goffset) 1 << (35 + i));
  hasher_test_wait (test, hasher_test_is_running);

  g_assert_cmpint (g_mkdir (dir, 0700), ==, 0);
  for (guint i = 0; i < N_MANY; i++) {
    g_autofree char *name = g_strdup_printf ("stuck/IMG_%05u.jpg", i);
    g_autofree char *path = hasher_test_write (test, name, name);
  }
  hasher_stuck_begin ();
  hasher_test_drop (test, dir, NULL);
  hasher_test_wait (test, is_stuck);
  take (test, "counting");
  hasher_stuck_end ();
  hasher_test_wait (test, has_many);
  take (test, "many");
}

static gboolean
says_what_it_waits_for (HasherTest *test)
{
  return hasher_test_is_shown (test->window, "close_anyway");
}

static void
take_stopping (HasherTest *test,
               gconstpointer unused)
{
  static const char *const names[] = { "backup-2026-10.tar", "Concert in the Church.mkv", "virtual-machine.qcow2", "more.iso" };
  MyTestBlock blocks[G_N_ELEMENTS (names)];
  MyThread *threads[G_N_ELEMENTS (names)];

  drop_name (test, "recordings.zip", (goffset) 1 << 40);
  hasher_test_wait (test, hasher_test_is_running);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    my_test_block_init (&blocks[i]);
    threads[i] = my_test_thread_new_in_group (test->group, my_test_run_block, &blocks[i]);
    my_thread_set_name (threads[i], names[i]);
  }

  my_thread_group_set_max_running (test->group, 8);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_assert_true (my_thread_start (threads[i], NULL));
    my_test_gate_wait (&blocks[i].entered);
  }
  gtk_window_close (GTK_WINDOW (test->window));
  hasher_test_wait (test, says_what_it_waits_for);
  take (test, "stopping");
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    my_test_gate_open (&blocks[i].release);
  hasher_test_wait (test, hasher_test_is_closed);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    my_test_finish (threads[i]);
    my_test_block_clear (&blocks[i]);
  }
}

int
main (int argc,
      char *argv[])
{
  hasher_test_init (&argc, &argv);
  if (argc != 2) {
    g_printerr ("usage: take-screenshots DIRECTORY\n");
    return 1;
  }
  output = argv[1];

  g_object_set (gtk_settings_get_default (), "gtk-font-name", "Cantarell 11", NULL);

  hasher_test_add ("/hasher/screenshots/running", take_running);
  hasher_test_add ("/hasher/screenshots/many", take_many);
  hasher_test_add ("/hasher/screenshots/stopping", take_stopping);

  return g_test_run ();
}
