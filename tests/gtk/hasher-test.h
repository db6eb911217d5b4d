/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "hasher-application.h"
#include "hasher-result-row.h"
#include "hasher-task-row.h"
#include "hasher-window.h"
#include "my-test-support.h"

G_BEGIN_DECLS

/* A window of the application, shown on a real display, and files to hash. What a
 * test does to it goes through its widgets, and what it asserts is what they show.
 */

typedef struct {
  HasherWindow *window;
  MyThreadGroup *group;
  char *dir;
} HasherTest;

void hasher_test_init (int *argc,
                       char ***argv);

/* The part of it for a program that is no test. */
void hasher_test_init_application (void);

void hasher_test_set_up (HasherTest *test,
                         gconstpointer unused);

/* Closes the window if it is still there, and asserts that nothing is left of it: no thread, no object. */
void hasher_test_tear_down (HasherTest *test,
                            gconstpointer unused);

#define hasher_test_add(path, func) \
  g_test_add (path, HasherTest, NULL, hasher_test_set_up, func, hasher_test_tear_down)

/* waiting: in the main loop, for a condition, with patience that ends */

typedef struct {
  const char *what;
  MyTestPatience patience;
  guint source;
} HasherTestTurns;

#define hasher_test_until(condition)                    \
  do {                                                  \
    HasherTestTurns until_turns;                        \
    hasher_test_turns_begin (&until_turns, #condition); \
    while (!(condition))                                \
      hasher_test_turn (&until_turns);                  \
    hasher_test_turns_end (&until_turns);               \
  } while (FALSE)
#define hasher_test_wait(test, predicate) hasher_test_until (predicate (test))

void hasher_test_turns_begin (HasherTestTurns *turns,
                              const char *what);
void hasher_test_turn (HasherTestTurns *turns);
void hasher_test_turns_end (HasherTestTurns *turns);
gboolean hasher_test_is_done (HasherTest *test);
gboolean hasher_test_is_running (HasherTest *test);
gboolean hasher_test_is_closed (HasherTest *test);

/* Some turns of the loop with a frame drawn in between. */
void hasher_test_draw (HasherTest *test);
void hasher_test_draw_window (GtkWindow *window);

/* files */

char *hasher_test_write (HasherTest *test,
                         const char *name,
                         const char *contents);

/* A file of zeros that takes no room on the disk. */
char *hasher_test_write_sparse (HasherTest *test,
                                const char *name,
                                goffset size);

/* As when they are dropped on the window; the last path is followed by NULL. */
void hasher_test_drop (HasherTest *test,
                       const char *path,
                       ...) G_GNUC_NULL_TERMINATED;

/* @files: of GFile */
void hasher_test_drop_list (HasherTest *test,
                            GSList *files);
void hasher_test_drop_endless (HasherTest *test,
                               guint n_files);

/* Removes a folder with all that is in it, and frees the path. */
void hasher_test_remove_dir (char *dir);

/* widgets */

/* By the id it has in its .ui file. */
gpointer hasher_test_find (gpointer root,
                           const char *id);

/* The rows that are in the window's lists now, top to bottom. */
GPtrArray *hasher_test_list_rows (HasherTest *test,
                                  GType type);
HasherTaskRow *hasher_test_get_task_row (HasherTest *test,
                                         const char *name);
HasherResultRow *hasher_test_get_result_row (HasherTest *test,
                                             const char *name);

const char *hasher_test_get_text (gpointer root,
                                  const char *id);
gboolean hasher_test_is_shown (gpointer root,
                               const char *id);

/* As by the keyboard: it must be there, visible, enabled, and able to have the focus. */
void hasher_test_press (gpointer root,
                        const char *id);

#define hasher_test_assert_text(root, id, expected) \
  g_assert_cmpstr (hasher_test_get_text (root, id), ==, expected)

/* The window, as a picture. */
void hasher_test_save_picture (HasherTest *test,
                               const char *path);
void hasher_test_save_window (GtkWindow *window,
                              const char *path);

G_END_DECLS
