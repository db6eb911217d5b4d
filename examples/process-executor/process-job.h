/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread.h>

G_BEGIN_DECLS

/* A thread, and the child process that does its work. Talks to the child in @context, and reports for the thread. */
void process_job_start (GMainContext *context,
                        MyExecutor *executor,
                        MyThread *thread,
                        GSubprocess *child,
                        guint grace_ms);

G_END_DECLS
