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
                         pid_t process,
                         pid_t but);
gboolean my_test_pulse_is_silent (const MyTestPulse *pulse,
                                  const MyTestPulse *last);

/* Who is looked at. */
typedef struct {
  pid_t process;
  pid_t but;   /* an OS thread of it that only looks on, or 0 */
  pid_t other; /* a process that it has forked, or 0 */
} MyTestPatient;

/* Has @func called in a process of its own, and returns the status with which that ends, as waitpid() has it. One without a pulse is ended, with
 * what it has forked; with MY_TEST_STACKS set it is first said, for a person, where all of it is.
 *
 * @look: fills in the latter two, time and again; called with @data, as @func.
 * @said: what it writes is added to it.
 */
int my_test_run_apart (void (*func) (gpointer data),
                       void (*look) (MyTestPatient *patient,
                                     gpointer data),
                       gpointer data,
                       GString *said,
                       gboolean *hangs);

G_END_DECLS
