/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "hasher-test.h"
#include "search-window.h"

G_BEGIN_DECLS

/* A window that searches a folder of the test's own. After each turn of the loop that it waits for, a test
 * asserts that the turn had its share, and that what is in the list belongs to the text that is in the entry. */

typedef struct {
  SearchWindow *window;
  MyThreadSlot *slot; /* the window's */
  GtkEditable *entry;
  char *dir;

  guint n_searches;
  MyThread *latest;     /* (unowned) */
  guint n_threads;      /* of these, those that are not finalised */
  gboolean is_finished; /* the last of them, and all that it has to say was said */

  /* in one turn */
  guint n_added;
  guint n_notified; /* "n-found" */
  /* in any */
  guint n_added_most;
} SearchTest;

void search_test_init (int *argc,
                       char ***argv);

void search_test_set_up (SearchTest *test,
                         gconstpointer unused);

/* Closes the window if it is still there, and asserts that nothing is left of it: no thread, no object. */
void search_test_tear_down (SearchTest *test,
                            gconstpointer unused);

#define search_test_add(path, func) \
  g_test_add (path, SearchTest, NULL, search_test_set_up, func, search_test_tear_down)

/* A file in the folder; its own folders are made. */
void search_test_write (SearchTest *test,
                        const char *name,
                        const char *contents);

/* A file with so many lines, each of which has @text in it. */
void search_test_write_lines (SearchTest *test,
                              const char *name,
                              const char *text,
                              guint n_lines);

/* All of the text at once. */
void search_test_enter (SearchTest *test,
                        const char *text);

/* waiting */

void search_test_turn (SearchTest *test,
                       HasherTestTurns *turns);

#define search_test_until(test, condition)              \
  do {                                                  \
    HasherTestTurns until_turns;                        \
    hasher_test_turns_begin (&until_turns, #condition); \
    while (!(condition))                                \
      search_test_turn (test, &until_turns);            \
    hasher_test_turns_end (&until_turns);               \
  } while (FALSE)

/* what is shown */

/* The list's model. */
GListModel *search_test_get_list (SearchTest *test);
guint search_test_count (SearchTest *test);
gboolean search_test_is_searching (SearchTest *test);
#define search_test_assert_page(test, expected) \
  g_assert_cmpstr (gtk_stack_get_visible_child_name (hasher_test_find ((test)->window, "pages")), ==, expected)

/* (nullable): what is asked now */
GtkWindow *search_test_get_dialog (SearchTest *test);

/* By the button with this label. */
void search_test_answer (SearchTest *test,
                         const char *label);

G_END_DECLS
