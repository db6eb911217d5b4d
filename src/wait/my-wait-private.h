/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>
#include <stdatomic.h>

#include "wait/my-parker-private.h"
#include "wait/my-wait-graph-private.h"
#include "wait/my-wake-list-private.h"

G_BEGIN_DECLS

/* The waiting facility: every blocking call of the library goes through my_wait_block(). It knows timeouts,
 * cancellation and the wait-for graph, and nothing of what is waited for.
 *
 * A MyWaiter is who may wait: one is part of every MyThread. A MyWait is one wait, on the waiter's stack. A
 * MyWaitQueue is part of what can be waited for. A MyWaitTarget says what waiting for it means to the graph.
 */
typedef struct _MyWaitQueue MyWaitQueue;
typedef struct _MyWaitTarget MyWaitTarget;

typedef enum {
  MY_WAIT_WOKEN,
  MY_WAIT_TIMED_OUT,
  MY_WAIT_CANCELLED,
  MY_WAIT_DEADLOCK,
} MyWaitResult;

struct _MyWaiter {
  MyWait *wait;     /* [state] the wait it is in, or NULL */
  MyWaiterSet *set; /* [state] the set of which it is a part, or NULL; the same as long as it waits */

  /* Set once, by whoever cancels; the store is followed by a section under the state lock that unparks the waiter,
   * which looks at the flag under that lock before it parks. Others read it without the lock, as a hint. */
  atomic_int cancelled;

  guint n_awaiters;              /* [state] the waits without a limit that need it, or will when a set has gone on */
  MyHold *held;                  /* what it holds: touched by its own thread alone */
  gboolean is_lost;              /* [state] its thread is of the process before a fork(), and is gone; it is never freed */
} __attribute__ ((aligned (8))); /* so that a word has room for flags beside it */

struct _MyWaitQueue {
  MyWait *first; /* [state] */
  MyWait *last;  /* [state] */
};

struct _MyWait {
  /* What a search looks at: together. */
  MyWaiter *waiter;           /* [const] */
  const MyWaitTarget *target; /* [const] NULL: nobody is waited for (sleep) */
  gpointer object;            /* [const] what the target's functions get */
  MyWaitMark mark;
  MyWaitStanding standing;  /* [state] in the graph */
  gboolean woken;           /* [state] set by who takes it out of the queue */
  gboolean is_called;       /* [state] somebody wants something of the waiter: the wait ends as if it were woken, and the caller looks what that
                             * is before it waits again */
  gboolean uninterruptible; /* [state] it goes on, though the waiter is cancelled; set at the beginning, or before that */
  gboolean unlimited;       /* [const] */

  MyParker *parker;      /* [const] */
  MyWaitQueue *queue;    /* [const] or NULL */
  MyWait *next;          /* [state] */
  MyWait *previous;      /* [state] */
  MyHost *hosts;         /* [const] those of the OS thread that blocks, or NULL */
  GString *cycle;        /* [const] gets the text of the cycle, if it closes one; or NULL */
  MyWaitLink link;       /* in the list of the waiter's set */
  MyWaitBlocker blocker; /* [state] as it was when the wait began: their `n_awaiters` count it */
  gboolean is_retrier;   /* [state] see my-retry-private.h */
  MyWait *next_asleep;   /* [state] in the list of waits that may be the retrier */
  MyWait **asleep_link;  /* [state] what points to it there; NULL: it is in none */
  guint n_forks;         /* [const] of this process when it began */
};

/* What the graph asks of a thing that is waited for. Called under the state lock. */
struct _MyWaitTarget {
  /* What has to go on before the wait can end; nothing, if that is not known. NULL: it never is.
   * A waiter or a set that is named only later must have had its `n_awaiters` raised before it waits itself. */
  MyWaitBlocker (*get_blocker) (gpointer object);
  /* Appends what is waited for, for a person. With the state lock held, so it copies, and formats nothing. */
  void (*describe) (gpointer object,
                    GString *text);

  /* Of what can be held. */
  gboolean is_impatient; /* it has waited for long: it goes in front of the others, and is handed what it waits for */
  gsize tag;             /* MY_HOLD_TAGGED or 0 */
};

MyWaitResult my_wait_block (MyWaiter *waiter,
                            MyWaitQueue *queue,
                            const MyWaitTarget *target,
                            gpointer object,
                            gint64 deadline,
                            gboolean interruptible);
MyWaitResult my_wait_block_told (MyWaiter *waiter,
                                 MyWaitQueue *queue,
                                 const MyWaitTarget *target,
                                 gpointer object,
                                 gint64 deadline,
                                 gboolean interruptible,
                                 GString *cycle);
void my_wait_queue_append (MyWaitQueue *self,
                           MyWait *wait);
void my_wait_queue_prepend (MyWaitQueue *self,
                            MyWait *wait);
void my_wait_queue_remove (MyWaitQueue *self,
                           MyWait *wait);
void my_wait_queue_wake_first (MyWaitQueue *self,
                               MyWakeList *wakes);
void my_wait_queue_wake_all (MyWaitQueue *self,
                             MyWakeList *wakes);

void my_waiter_interrupt (MyWaiter *self,
                          MyWakeList *wakes);
void my_wait_queue_wake_all_now (MyWaitQueue *self);
void my_waiter_begin_again (MyWaiter *self);
char *my_waiter_dup_target (MyWaiter *self);
void my_waiter_call (MyWaiter *self,
                     MyWakeList *wakes);
void my_wait_set_blocker (MyWait *self,
                          MyWaiter *waiter);
void my_waiter_hold (MyWaiter *self,
                     const MyWaitTarget *target,
                     gpointer object);
void my_wait_enter (MyWait *self);
void my_wait_leave (MyWait *self);
void my_wait_wake (MyWait *self,
                   MyWakeList *wakes);

gint64 my_wait_deadline (gint64 timeout_us);

G_END_DECLS
