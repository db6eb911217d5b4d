/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Uses the window of find-files as a person would, in a folder with some files, and says what it has seen.
 */

int program_main (int argc,
                  char **argv);

#define main program_main
#include "code/find-files.c"
#undef main

#include <glib/gstdio.h>
#include <unistd.h>

static const char *const names[] = { "apple", "grape", "banana" };

typedef enum {
  STEP_TYPE,
  STEP_TYPE_ON,
  STEP_LOOK,
  STEP_NOTHING,
  STEP_CLOSE,
  STEP_END,
} Step;

static Step step;

static gboolean
shows (guint n,
       const char *text)
{
  GListModel *files = G_LIST_MODEL (shown);

  if (g_list_model_get_n_items (files) != n)
    return FALSE;
  for (guint i = 0; i < n; i++) {
    g_autoptr (GFile) file = g_list_model_get_item (files, i);
    g_autofree char *name = g_file_get_basename (file);

    if (strstr (name, text) == NULL)
      return FALSE;
  }
  return TRUE;
}

static void
type (const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (entry), text);
}

static gboolean
take_step (gpointer unused)
{
  if (step == STEP_TYPE && entry != NULL && gtk_widget_get_mapped (entry)) {
    type ("a");
    step++;
  } else if (step == STEP_TYPE_ON && gtk_no_selection_get_model (shown) != NULL) {
    type ("ap");
    step++;
  } else if (step == STEP_LOOK && shows (2, "ap")) {
    g_print ("2 with \"ap\"\n");
    type ("apx");
    step++;
  } else if (step == STEP_NOTHING && shows (0, "apx")) {
    g_print ("none with \"apx\"\n");
    type ("banana");
    step++;
  } else if (step == STEP_CLOSE && shows (1, "banana")) {
    g_print ("1 with \"banana\"\n");
    gtk_window_close (GTK_WINDOW (gtk_widget_get_root (entry)));
    step++;
  }
  return step < STEP_END;
}

int
main (int argc,
      char **argv)
{
  g_autofree char *folder = g_dir_make_tmp ("find-files-XXXXXX", NULL);
  int status;

  g_assert_true (folder != NULL && chdir (folder) == 0);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_true (g_file_set_contents (names[i], "", 0, NULL));

  g_timeout_add (1, take_step, NULL);
  status = program_main (argc, argv);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_unlink (names[i]);
  g_rmdir (folder);
  return status;
}
