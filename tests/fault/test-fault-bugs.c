/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fault-run.h"

/* Whether the session notices. Each rule is a bug of the library, put in at one place after another, until one is found. */

static const FaultRule bugs[] = {
  /* somebody sleeps for ever */
  { "lost-wake-up", FAULT_FUTEX_WAKE, FAULT_BY_LIBRARY, FAULT_ONCE, 0, 0, NULL, NULL },
  { "lost-thread", FAULT_PTHREAD_CREATE, FAULT_BY_LIBRARY, FAULT_ONCE, 0, 0, NULL, NULL },
  { "lost-wake-up-of-loop", FAULT_G_MAIN_CONTEXT_WAKEUP, FAULT_BY_LIBRARY, FAULT_ONCE, 0, 0, NULL, NULL },
  /* a signal is lost, or comes twice */
  { "lost-signal", FAULT_G_SIGNAL_EMIT, FAULT_BY_LIBRARY, FAULT_ONCE, 0, 0, NULL, NULL },
  { "doubled-signal", FAULT_G_SIGNAL_EMIT, FAULT_BY_LIBRARY, FAULT_ONCE, 2, 0, NULL, NULL },
  /* something is left, or goes too early */
  { "lost-unref", FAULT_G_OBJECT_UNREF, FAULT_BY_LIBRARY, FAULT_ONCE, 0, 0, NULL, NULL },
  { "lost-free", FAULT_G_FREE, FAULT_BY_LIBRARY, FAULT_FOR_SOME_TIME, 0, 0, NULL, NULL },
  { "doubled-unref", FAULT_G_OBJECT_UNREF, FAULT_BY_LIBRARY, FAULT_ONCE, 2, 0, NULL, NULL },
  { "lost-value-of-key", FAULT_PTHREAD_SETSPECIFIC, FAULT_BY_LIBRARY, FAULT_FOR_SOME_TIME, 0, 0, NULL, NULL },
  /* fork() and exit() go unnoticed */
  { "lost-atfork", FAULT_REGISTER_ATFORK, FAULT_BY_LIBRARY, FAULT_ONCE, 0, 0, NULL, NULL },
  { "lost-atexit", FAULT_CXA_ATEXIT, FAULT_BY_LIBRARY, FAULT_ONCE, 0, 0, NULL, NULL },
};

int
main (int argc,
      char *argv[])
{
  fault_init (&argc, &argv, bugs, G_N_ELEMENTS (bugs));
  fault_add_bugs ("/fault/bugs", bugs, G_N_ELEMENTS (bugs));

  return g_test_run ();
}
