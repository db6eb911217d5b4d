/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>
#include <stdatomic.h>

#include "wait/my-wait-private.h"

G_BEGIN_DECLS

/* What the system has refused, and what nothing that happens in the library may ask for again: one of the threads that wait in
 * my_wait_block() does, now and then, between two sleeps. It needs no OS thread of its own, since none can be had. See "A refused
 * OS thread" in docs/internals-pool.md.
 *
 * While something is wanted there is one such wait, its *retrier*, if any thread waits: whoever begins to wait while there is none, or, when the
 * first thing is wanted or a retrier's wait is over, one that is in the lists of those that sleep. All waits of my_wait_block() are in these until
 * they are woken, so that the retrier is found without a look at the threads that do not wait.
 */

/* How long it is before it is asked for again, in microseconds. */
#define MY_RETRY_PERIOD 10000

typedef void (*MyRetryFunc) (void);

/* Written under the state lock. Read without it, relaxed, by the retrier: one that reads an old value is woken, or sleeps for one period in vain. */
extern atomic_int my_retry_is_wanted;

void my_retry_set_func (MyRetryFunc func);
void my_retry_want_locked (MyWakeList *wakes);
void my_retry_unwant_locked (void);

/* for my_wait_block() */
void my_retry_begin_wait_locked (MyWait *wait);
void my_retry_pass_over_locked (MyWait *wait);
void my_retry_end_wait_locked (MyWait *wait);
gboolean my_retry_park (MyParker *parker,
                        gint64 deadline);

void my_retry_forget_all_in_child (void);

G_END_DECLS
