/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "hasher-test.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <unistd.h>

#define ENDLESS_SIZE ((goffset) 1 << 42)

static HasherApplication *application;

/* set up, tear down */

void
hasher_test_init (int *argc,
                  char ***argv)
{
  g_test_init (argc, argv, NULL);
  hasher_test_init_application ();
}

void
hasher_test_init_application (void)
{
  g_autoptr (GError) error = NULL;

  g_set_prgname ("mythread-hasher");

  /* One for all tests, as GTK wants it. */
  application = hasher_application_new ();
  g_application_set_flags (G_APPLICATION (application), G_APPLICATION_HANDLES_OPEN | G_APPLICATION_NON_UNIQUE);
  g_application_register (G_APPLICATION (application), NULL, &error);
  g_assert_no_error (error);
}

void
hasher_test_set_up (HasherTest *test,
                    gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  test->dir = g_dir_make_tmp ("hasher-test-XXXXXX", &error);
  g_assert_no_error (error);

  test->window = hasher_window_new (GTK_APPLICATION (application));
  g_object_add_weak_pointer (G_OBJECT (test->window), (gpointer *) &test->window);
  test->group = g_object_ref (hasher_job_get_group (hasher_window_get_job (test->window)));
  /* The same on every machine. */
  my_thread_group_set_max_running (test->group, 4);
  gtk_window_present (GTK_WINDOW (test->window));
  hasher_test_draw (test);
}

static int
remove_entry (const char *path,
              const struct stat *status,
              int flag,
              struct FTW *ftw)
{
  g_assert_cmpint (remove (path), ==, 0);
  return 0;
}

void
hasher_test_remove_dir (char *dir)
{
  g_assert_cmpint (nftw (dir, remove_entry, 16, FTW_DEPTH | FTW_PHYS), ==, 0);
  g_free (dir);
}

void
hasher_test_tear_down (HasherTest *test,
                       gconstpointer unused)
{
  if (test->window)
    gtk_window_close (GTK_WINDOW (test->window));
  hasher_test_wait (test, hasher_test_is_closed);

  g_assert_cmpuint (my_thread_group_active_count (test->group), ==, 0);
  g_assert_cmpuint (my_thread_active_count (), ==, 1);
  my_test_release (test->group);
  hasher_test_remove_dir (test->dir);
}

/* waiting */

static gboolean
on_tick (gpointer unused)
{
  return G_SOURCE_CONTINUE;
}

void
hasher_test_turns_begin (HasherTestTurns *turns,
                         const char *what)
{
  turns->what = what;
  my_test_patience_init (&turns->patience);
  /* Drawing in software, on a machine that does something else too. */
  turns->patience.left_us *= 4;
  /* So that the loop turns, and patience is lost, where nothing comes. */
  turns->source = g_timeout_add (20, on_tick, NULL);
}

void
hasher_test_turn (HasherTestTurns *turns)
{
  if (my_test_patience_is_over (&turns->patience))
    g_error ("never came: %s", turns->what);
  g_main_context_iteration (NULL, TRUE);
}

void
hasher_test_turns_end (HasherTestTurns *turns)
{
  g_source_remove (turns->source);
}

gboolean
hasher_test_is_done (HasherTest *test)
{
  return !hasher_job_is_active (hasher_window_get_job (test->window)) &&
         g_list_model_get_n_items (G_LIST_MODEL (test->group)) == 0;
}

/* Something is being read, and its row says so. */
gboolean
hasher_test_is_running (HasherTest *test)
{
  g_autoptr (GPtrArray) rows = hasher_test_list_rows (test, HASHER_TYPE_TASK_ROW);

  for (guint i = 0; i < rows->len; i++) {
    if (gtk_progress_bar_get_fraction (hasher_test_find (rows->pdata[i], "progress")) > 0)
      return TRUE;
  }
  return FALSE;
}

gboolean
hasher_test_is_closed (HasherTest *test)
{
  return test->window == NULL;
}

void
hasher_test_draw_window (GtkWindow *window)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (window));
  gint64 frame = gdk_frame_clock_get_frame_counter (clock);
  HasherTestTurns turns;

  hasher_test_turns_begin (&turns, "two frames");
  while (gdk_frame_clock_get_frame_counter (clock) < frame + 2) {
    gtk_widget_queue_draw (GTK_WIDGET (window));
    hasher_test_turn (&turns);
  }
  hasher_test_turns_end (&turns);
}

void
hasher_test_draw (HasherTest *test)
{
  hasher_test_draw_window (GTK_WINDOW (test->window));
}

/* files */

char *
hasher_test_write (HasherTest *test,
                   const char *name,
                   const char *contents)
{
  char *path = g_build_filename (test->dir, name, NULL);
  g_autoptr (GError) error = NULL;

  /* Not safely, but fast. */
  g_file_set_contents_full (path, contents, -1, G_FILE_SET_CONTENTS_NONE, 0600, &error);
  g_assert_no_error (error);
  return path;
}

char *
hasher_test_write_sparse (HasherTest *test,
                          const char *name,
                          goffset size)
{
  char *path = g_build_filename (test->dir, name, NULL);
  int fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

  /* One that is there stays as it is, also for a moment: it may be being read. */
  if (fd < 0 || ftruncate (fd, size) != 0)
    g_error ("%s: %s", path, g_strerror (errno));
  close (fd);
  return path;
}

void
hasher_test_drop_list (HasherTest *test,
                       GSList *files)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (hasher_test_find (test->window, "toasts"));
  guint n_controllers = g_list_model_get_n_items (controllers);
  g_auto (GValue) value = G_VALUE_INIT;
  gboolean is_taken = FALSE;

  g_value_init (&value, GDK_TYPE_FILE_LIST);
  g_value_take_boxed (&value, gdk_file_list_new_from_list (files));
  for (guint i = 0; i < n_controllers; i++) {
    g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

    if (GTK_IS_DROP_TARGET (controller))
      g_signal_emit_by_name (controller, "drop", &value, 10.0, 10.0, &is_taken);
  }
  g_assert_true (is_taken);
}

void
hasher_test_drop (HasherTest *test,
                  const char *path,
                  ...)
{
  GSList *files = NULL;
  va_list args;

  va_start (args, path);
  for (; path; path = va_arg (args, const char *))
    files = g_slist_append (files, g_file_new_for_path (path));
  va_end (args);
  hasher_test_drop_list (test, files);
  g_slist_free_full (files, g_object_unref);
}

/* Files that are not read to their end before the test is over: endless-1, ... */
void
hasher_test_drop_endless (HasherTest *test,
                          guint n_files)
{
  for (guint i = 1; i <= n_files; i++) {
    g_autofree char *name = g_strdup_printf ("endless-%u", i);
    g_autofree char *path = hasher_test_write_sparse (test, name, ENDLESS_SIZE);

    hasher_test_drop (test, path, NULL);
  }
}

/* widgets */

static gpointer
find (GtkWidget *root,
      const char *id)
{
  const char *own_id = gtk_buildable_get_buildable_id (GTK_BUILDABLE (root));

  if (own_id && strcmp (own_id, id) == 0)
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child; child = gtk_widget_get_next_sibling (child)) {
    gpointer found = find (child, id);

    if (found)
      return found;
  }
  return NULL;
}

gpointer
hasher_test_find (gpointer root,
                  const char *id)
{
  gpointer widget = find (root, id);

  if (!widget)
    g_error ("there is no widget %s", id);
  return widget;
}

static void
add_rows (GPtrArray *rows,
          GtkWidget *root,
          GType type)
{
  /* A list keeps rows that it does not need now: they have no item, and are not shown. */
  if (G_TYPE_CHECK_INSTANCE_TYPE (root, type) && gtk_widget_get_child_visible (gtk_widget_get_parent (root)))
    g_ptr_array_add (rows, root);
  for (GtkWidget *child = gtk_widget_get_first_child (root); child; child = gtk_widget_get_next_sibling (child))
    add_rows (rows, child, type);
}

GPtrArray *
hasher_test_list_rows (HasherTest *test,
                       GType type)
{
  GPtrArray *rows = g_ptr_array_new ();

  add_rows (rows, GTK_WIDGET (test->window), type);
  return rows;
}

static gpointer
get_row (HasherTest *test,
         GType type,
         const char *name)
{
  g_autoptr (GPtrArray) rows = hasher_test_list_rows (test, type);

  for (guint i = 0; i < rows->len; i++) {
    if (g_strcmp0 (hasher_test_get_text (rows->pdata[i], "name"), name) == 0)
      return rows->pdata[i];
  }
  return NULL;
}

/* (nullable) */
HasherTaskRow *
hasher_test_get_task_row (HasherTest *test,
                          const char *name)
{
  return get_row (test, HASHER_TYPE_TASK_ROW, name);
}

/* (nullable) */
HasherResultRow *
hasher_test_get_result_row (HasherTest *test,
                            const char *name)
{
  return get_row (test, HASHER_TYPE_RESULT_ROW, name);
}

const char *
hasher_test_get_text (gpointer root,
                      const char *id)
{
  return gtk_label_get_text (hasher_test_find (root, id));
}

gboolean
hasher_test_is_shown (gpointer root,
                      const char *id)
{
  return gtk_widget_get_mapped (hasher_test_find (root, id));
}

void
hasher_test_press (gpointer root,
                   const char *id)
{
  GtkWidget *widget = hasher_test_find (root, id);

  g_assert_true (gtk_widget_get_mapped (widget));
  g_assert_true (gtk_widget_is_sensitive (widget));
  g_assert_true (gtk_widget_get_focusable (widget));
  g_assert_true (gtk_widget_grab_focus (widget));
  g_assert_true (gtk_widget_activate (widget));
}

void
hasher_test_save_window (GtkWindow *window,
                         const char *path)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (GTK_WIDGET (window));
  int width = gdk_paintable_get_intrinsic_width (paintable);
  int height = gdk_paintable_get_intrinsic_height (paintable);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;

  gdk_paintable_snapshot (paintable, GDK_SNAPSHOT (snapshot), width, height);
  node = gtk_snapshot_free_to_node (snapshot);
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (window)), node,
                                         &GRAPHENE_RECT_INIT (0, 0, width, height));
  g_assert_true (gdk_texture_save_to_png (texture, path));
}

void
hasher_test_save_picture (HasherTest *test,
                          const char *path)
{
  hasher_test_save_window (GTK_WINDOW (test->window), path);
}
