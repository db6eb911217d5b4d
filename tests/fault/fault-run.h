/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "fault-interpose.h"

G_BEGIN_DECLS

/* Runs the session in a process of its own, again and again, and says what has become of it. */

typedef enum {
  FAULT_RUN_HELD,
  FAULT_RUN_ABORTED, /* as the rule allows it */
  FAULT_RUN_BROKEN,
} FaultRun;

/* @rule: %NULL, or what is to fail at the @nth call. @verdict: what has happened, if it is broken; to be freed. If it has held, no more memory
 * is left than where nothing fails. */
FaultRun fault_run (const FaultRule *rule,
                    guint nth,
                    FaultReport *report,
                    char **verdict);

/* What is called where nothing fails: the mean of some sessions, which this process has run once, rounded up. */
const FaultReport *fault_measure (void);

/* A test for each rule: the session is run with the first call failing, the second, and so on, until none is left. Where there are many,
 * only some of them are tried, unless MY_TEST_LONG is set. A rule for what the session does not call fails, or, if it is rare, is skipped. */
void fault_add_sweeps (const char *path,
                       const FaultRule *rules,
                       gsize n_rules);

/* A test for each rule, which is a bug of the library: at one call at least the session has to find it. */
void fault_add_bugs (const char *path,
                     const FaultRule *rules,
                     gsize n_rules);

/* To be called first: g_test_init(), or, in a process that fault_run() has executed, the session. With MY_FAULT="RULE N" in the
 * environment the session is run in this process, for a debugger. */
void fault_init (int *argc,
                 char ***argv,
                 const FaultRule *rules,
                 gsize n_rules);

G_END_DECLS
