/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread/my-thread.h>
#include <stdatomic.h>

#include "wait/my-wait-private.h"

G_BEGIN_DECLS

/* The calls that other threads ask a thread for, and wait for. See "A thread that runs a loop" in docs/internals.md. */

/* A call, from invoke() to its end:
 *
 *   QUEUED ── the loop takes it ──▶ BEGUN ── func has returned ──▶ DONE
 *      │                              └───── the OS thread has been ended in func ──▶ BROKEN
 *      ├── the loop has found the invoking thread cancelled ──▶ CANCELLED
 *      ├── the loop has ended ──▶ REFUSED
 *      └── the invoking thread takes it back: it is cancelled, in a cycle, or the thread is not alive any more
 *
 * Every arrow is taken under the state lock. */
typedef enum {
  MY_CALL_QUEUED,
  MY_CALL_BEGUN,
  MY_CALL_DONE, /* this one and all after it are ends */
  MY_CALL_BROKEN,
  MY_CALL_CANCELLED,
  MY_CALL_REFUSED,
} MyCallState;

typedef struct _MyCall MyCall;

/* On the stack of the invoking thread, which goes on only when it is none of the loop's any more: it has ended, or was taken out of the queue. */
struct _MyCall {
  MyOwnerFunc func;   /* [const] */
  gpointer user_data; /* [const] */
  MyWaiter *waiter;   /* [const] of the invoking thread */
  MyCallState state;  /* [state] */
  MyCall *next;       /* [state] in the queue */
  MyCall *previous;   /* [state] */
};

typedef struct {
  guint n_forks; /* [state] of the process that has looked at the next ones last */
  MyCall *first; /* [state] those that are not begun, oldest first */
  MyCall *last;  /* [state] */

  /* Whether there is one. Stored, with release, where that changes, so under the state lock, and before the serving thread is woken; read, with
   * acquire, by that without the lock: it finds what it was woken for. */
  atomic_int has_calls;
} MyCallQueue;

/* With the state lock held. */
gboolean my_call_queue_look_locked (MyCallQueue *self);
void my_call_queue_append_locked (MyCallQueue *self,
                                  MyCall *call);
void my_call_queue_refuse_all_locked (MyCallQueue *self,
                                      MyWakeList *wakes);
MyWaitResult my_call_queue_wait_locked (MyCallQueue *self,
                                        MyCall *call,
                                        MyThread *thread);

/* The thread that serves them. */
void my_call_queue_serve (MyCallQueue *self,
                          MyThread *thread,
                          int cancel_state);

/* Without the lock. */
static inline gboolean
my_call_queue_has_calls (MyCallQueue *self)
{
  return atomic_load_explicit (&self->has_calls, memory_order_acquire);
}

G_END_DECLS
