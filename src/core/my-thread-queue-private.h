/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread/my-types.h>
#include <stdatomic.h>

G_BEGIN_DECLS

/* Threads that wait for their turn, in their group or in their executor: linked by queue_next and queue_previous. A thread is in one
 * queue at most. With the state lock held; `first` is also read without it, as a hint. */
typedef struct {
  _Atomic (MyThread *) first; /* [state] */
  MyThread *last;             /* [state] */
  guint64 n;                  /* [state] */
} MyThreadQueue;

void my_thread_queue_append (MyThreadQueue *self,
                             MyThread *thread);
void my_thread_queue_remove (MyThreadQueue *self,
                             MyThread *thread);
gboolean my_thread_queue_contains (MyThreadQueue *self,
                                   MyThread *thread);

static inline MyThread *
my_thread_queue_peek (MyThreadQueue *self)
{
  return atomic_load_explicit (&self->first, memory_order_relaxed);
}

G_END_DECLS
