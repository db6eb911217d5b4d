/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * take-screenshots DIRECTORY: pictures of the window in each of its states, light and
 * dark, wide and narrow: to be looked at. Two of them are in docs/images.
 */

#include "hasher-test.h"

#include "my-test-thread.h"

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

static void
settle (HasherTest *test)
{
  gint64 end = g_get_monotonic_time () + 600 * 1000;

  /* The time of transitions, in which what is shown may go on. */
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
           goffset     size)
{
  g_autofree char *path = hasher_test_write_sparse (test, name, size);

  hasher_test_drop (test, path, NULL);
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
take_all (HasherTest   *test,
          gconstpointer unused)
{
  static const char *const small[] = { "Budget 2026.ods", "cover-letter.pdf", "family.jpg", "notes.txt" };
  static const char *const large[] = { "backup-2026-10.tar", "backup-2026-11.tar", "Concert in the Church.mkv" };
  MyTestBlock block;
  MyThread *thread;
  g_autofree char *gone = g_build_filename (test->dir, "unplugged-disk.img", NULL);

  g_object_set (gtk_settings_get_default (), "gtk-font-name", "Cantarell 11", NULL);
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

  adw_leaflet_set_visible_child (hasher_test_find (test->window, "leaflet"), hasher_test_find (test->window, "results_pane"));
  gtk_widget_activate_action (GTK_WIDGET (test->window), "win.cancel-all", NULL);
  hasher_test_wait (test, hasher_test_is_done);
  take (test, "results");
  gtk_widget_activate_action (GTK_WIDGET (test->window), "win.copy-all", NULL);
  take (test, "toast");

  /* A thread that takes its time. */
  my_test_block_init (&block);
  thread = my_test_thread_new_in_group (test->group, my_test_run_block, &block);
  g_assert_true (my_thread_start (thread, NULL));
  my_test_gate_wait (&block.entered);
  drop_name (test, "more.iso", (goffset) 1 << 40);
  hasher_test_wait (test, hasher_test_is_running);
  gtk_window_close (GTK_WINDOW (test->window));
  take (test, "stopping");
  my_test_gate_open (&block.release);
  hasher_test_wait (test, hasher_test_is_closed);
  my_test_finish (thread);
  my_test_block_clear (&block);
}

int
main (int   argc,
      char *argv[])
{
  hasher_test_init (&argc, &argv);
  if (argc != 2) {
    g_printerr ("usage: take-screenshots DIRECTORY\n");
    return 1;
  }
  output = argv[1];

  hasher_test_add ("/hasher/screenshots", take_all);

  return g_test_run ();
}
