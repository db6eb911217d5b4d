/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* Whether anything happens in a process. If all of it sleeps, and nothing has woken or gone to sleep from one look to the next, time
 * and again, then nothing will come of it. That is no matter of how long it takes: on a busy machine who waits for a
 * processor does not sleep, and who is stopped does not either.
 */
typedef struct {
  gboolean all_sleep;
  guint64 n_switches; /* of OS threads, to and from a processor */
} MyTestPulse;

#define MY_TEST_PULSE_INIT \
  {                        \
    TRUE, 0                \
  }

/* Adds what the OS threads of @process do, but for that with the number @but (0: none). */
void my_test_pulse_feel (MyTestPulse *pulse,
                         pid_t        process,
                         pid_t        but);
gboolean my_test_pulse_is_silent (const MyTestPulse *pulse,
                                  const MyTestPulse *last);

/* Where a process and another one, that it has forked, have no pulse any more. */
typedef struct {
  pid_t process;
  pid_t but;   /* an OS thread of it that only looks on, or 0 */
  pid_t other; /* or 0 */
} MyTestPatient;

/* With MY_TEST_STACKS set, for a person: says where all of a process is. */
void my_test_show_stacks (pid_t process);

/* Reads what a process writes into a pipe, until it has closed that; FALSE: it hangs, and still has it open.
 *
 * @look: tells who is to be looked at, time and again.
 */
gboolean my_test_attend (int fd,
                         void (*look) (MyTestPatient *patient,
                                       gpointer data),
                         gpointer data,
                         GString *said);

G_END_DECLS
