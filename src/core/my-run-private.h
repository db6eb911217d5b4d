/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread/my-thread.h>
#include <stdatomic.h>

#include "wait/my-wait-private.h"

G_BEGIN_DECLS

/* What this library's executors, and what else is built on threads, know of a thread, beside its public functions, and do with it. See
 * also MyThreadQueue. */

/* Who waits, where the thread does. */
MyWaiter *my_run_get_waiter (MyThread *thread);

/* Who waits for its end, and is woken by that, or when it was refused and is NEW again; and what has to go on for it to get on. With the
 * state lock held. */
MyWaitQueue *my_run_get_joiners (MyThread *thread);
MyWaitBlocker my_run_get_blocker_locked (MyThread *thread);

/* Whether it is one that is started, and not the object of an OS thread that the library did not make. */
gboolean my_run_is_worker (MyThread *thread);

/* Of a thread that was started, these are constant. */
MyExecutor *my_run_get_executor (MyThread *thread);
guint64 my_run_get_start_serial (MyThread *thread);

/* Of the thread that was started last. With the state lock held. */
guint64 my_run_get_last_start_serial_locked (void);

/* Whether an executor is to begin it. */
gboolean my_run_is_handed (MyThread *thread);

/* The calling OS thread begins a thread that nobody else can begin: it was taken out of its executor's queue in the same section. With the
 * state lock held; then it runs it, without. */
void my_run_begin_locked (MyThread *thread);
void my_run_to_end (MyThread *thread,
                    _Atomic guint64 *n_ended);

/* All of it, on an OS thread that does nothing else. */
void my_run_on_os_thread (MyThread *thread);

G_END_DECLS
