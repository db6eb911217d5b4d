/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The results that a thread has published: a list that grows in the owner context, or a queue that is read by next_result(). */
typedef enum {
  MY_RESULTS_UNDECIDED,
  MY_RESULTS_LIST,
  MY_RESULTS_QUEUE,
} MyResultsMode;

#define MY_TYPE_RESULTS (my_results_get_type ())
G_DECLARE_FINAL_TYPE (MyResults, my_results, MY, RESULTS, GObject)

MyResults *my_results_new (void);

/* any thread */
MyResultsMode my_results_choose (MyResults *self,
                                 MyResultsMode mode);
MyResultsMode my_results_append (MyResults *self,
                                 gpointer *items,
                                 guint n_items,
                                 guint *n_results);
gpointer my_results_pop (MyResults *self,
                         gboolean *was_pending);
gboolean my_results_has_unread (MyResults *self);

/* the owner thread */
guint my_results_release (MyResults *self,
                          guint n_results);
void my_results_show (MyResults *self);

G_END_DECLS
