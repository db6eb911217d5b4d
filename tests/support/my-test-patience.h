/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* How long a test waits for what must come before it fails: half a minute of looking, times MY_TEST_TIMEOUT_FACTOR.
 *
 * It is looks that are counted, and not a point in time that is waited for: between two of them no more than a tenth of a
 * second is charged. A process that is stopped for minutes, or is not let run, has used up none of it.
 */

typedef struct {
  gint64 left_us;
  gint64 last_us; /* the time of the last look */
} MyTestPatience;

typedef gboolean (*MyTestPredicate) (gpointer data);

void my_test_patience_init (MyTestPatience *patience);

/* To be asked again and again, at least ten times a second. */
gboolean my_test_patience_is_over (MyTestPatience *patience);

/* The factor by which everything may take longer than on a machine of its own. */
guint my_test_timeout_factor (void);

/* For what nobody is told of: looks again and again. */
void my_test_wait_until (MyTestPredicate predicate,
                         gpointer data);

/* For what blocks by itself, and must not be woken to look: an OS thread that ends the process when its patience is over. */
typedef struct _MyTestWatch MyTestWatch;

MyTestWatch *my_test_watch_begin (void);
void my_test_watch_end (MyTestWatch *watch);

/* Waits until a child process has ended, and returns its status, as waitpid() has it. A child that does not end is killed. */
int my_test_wait_for_child (pid_t child);

/* The state of an OS thread of this process: 'R' for one that runs, 'S' for one that sleeps in the kernel, and so on;
 * '-' if there is none. One that sleeps may do so for any reason: on a lock, say.
 */
char my_test_get_os_state (gint native_id);

/* Waits until main() has ended by pthread_exit(). */
void my_test_wait_until_main_is_gone (void);

/* How many entries a folder has. */
guint my_test_count_entries (const char *path);

/* How many OS threads there are. */
guint my_test_count_os_threads (void);

/* What the calling thread has used of a processor, in microseconds. */
gint64 my_test_get_cpu_time (void);

G_END_DECLS
