/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "my-test-support.h"

G_BEGIN_DECLS

/* A log of what happened, in order, as words with a space between: what is
 * emitted in another thread than the one that made the log says so ("finished@"),
 * so no test can forget to look.
 */

typedef struct _MyTestLog MyTestLog;

MyTestLog *my_test_log_new (void);

/* Nothing may be left in it. */
void my_test_log_free (MyTestLog *log);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MyTestLog, my_test_log_free)

/* @words: names of signals or properties of the object: "started progress finished".
 * @prefix: put before each word, or %NULL.
 */
void my_test_log_watch (MyTestLog *log,
                        gpointer object,
                        const char *prefix,
                        const char *words);
void my_test_log_unwatch (MyTestLog *log,
                          gpointer object);
void my_test_log_add (MyTestLog *log,
                      const char *word);
char *my_test_log_take (MyTestLog *log);

/* For my_test_iterate_until(): the last word is one that ends in "finished". */
gboolean my_test_log_has_finished (gpointer log);

#define my_test_assert_log(log, expected) my_test_assert_string (my_test_log_take (log), expected)

/* A thread that has been started, and is watched. */
MyThread *my_test_start_watched (MyTestLog *log,
                                 const char *words,
                                 MyThreadFunc func,
                                 gpointer user_data);

G_END_DECLS
