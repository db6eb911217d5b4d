/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "my-test-log.h"

G_BEGIN_DECLS

/* An object that says things, and knows nothing of threads. In dispose() it says its last word. Its signals:
 *
 * "said": a string; detailed.
 * "said-slowly": a MyTestBlock, which is passed by my_test_run_block() when it is copied.
 * "met": an object, or %NULL.
 * "told-all": an int, a string, a GDate, strings, an object, a GVariant, a pointer, a double; the string and the date are not copied by the
 *   emission.
 * "nothing": without arguments.
 * "asks": returns a boolean.
 */
#define MY_TEST_TYPE_SPEAKER (my_test_speaker_get_type ())
G_DECLARE_FINAL_TYPE (MyTestSpeaker, my_test_speaker, MY_TEST, SPEAKER, GObject)

gpointer my_test_speaker_new (void);

/* Emits "said". */
void my_test_say (gpointer speaker,
                  const char *word);

/* Connects "said" by my_signal_connect_queued(), in the caller's context: the log gets the words, and "destroyed". */
gulong my_test_connect_said (gpointer speaker,
                             MyTestLog *log);

/* The handlers of that. */
void my_test_on_said (gpointer speaker,
                      const char *word,
                      MyTestLog *log);
void my_test_on_destroy (gpointer log,
                         GClosure *closure);

/* Drops the only reference; then nothing is left but the destruction, which comes with the default loop. */
void my_test_finish_speaker (gpointer speaker,
                             MyTestLog *log);

/* Calls @func in a thread of its own, and waits for that. */
void my_test_elsewhere (GThreadFunc func,
                        gpointer data);

G_END_DECLS
