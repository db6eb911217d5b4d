/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "core/my-sequence-private.h"

G_BEGIN_DECLS

/* What an owner thread delivers out of a wait of its own, since somebody waits for that: a call, or room for what it has to say. */

MyWaitResult my_serve_block (MyWaiter *waiter,
                             MyWaitQueue *queue,
                             const MyWaitTarget *target,
                             gpointer object,
                             gint64 deadline,
                             gboolean interruptible);

/* With the state lock held, from when to when somebody waits for the owner of the sequence. */
void my_serve_request_locked (MySequence *sequence,
                              MyWakeList *wakes);
void my_serve_end_request_locked (MySequence *sequence);

void my_serve_wait_for_room (MyThread *thread);

/* The calling thread reads the results of @thread. */
void my_serve_note_reader (MyThread *thread);
/* The calling thread waits for @thread, and runs it meanwhile. */
void my_serve_note_help_locked (MyThread *thread,
                                MyWaiter *waiter);

G_END_DECLS
