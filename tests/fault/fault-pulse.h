/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* Whether anything happens in a process. If all of it sleeps, and nothing has woken or gone to sleep from one look to the next, time
 * and again, then nothing will come of it. That is no matter of how long it takes: on a busy machine who waits for a
 * processor does not sleep, and who is stopped does not either. */

typedef struct {
  gboolean all_sleep;
  guint64 n_switches; /* of OS threads, from or to a processor */
} FaultPulse;

#define FAULT_PULSE_INIT { TRUE, 0 }

/* Adds what the OS threads of @process do, but for that with the number @but. */
void fault_pulse_feel (FaultPulse *pulse,
                       pid_t       process,
                       pid_t       but);
gboolean fault_pulse_is_silent (const FaultPulse *pulse,
                                const FaultPulse *last);

G_END_DECLS
