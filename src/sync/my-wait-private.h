/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>
#include <stdatomic.h>

#include "sync/my-parker-private.h"

G_BEGIN_DECLS

/* The waiting facility: every blocking call of the library goes through my_wait_block(). It knows timeouts,
 * cancellation and the wait-for graph, and nothing of what is waited for.
 *
 * A MyWaiter is who may wait: one is part of every MyThread. A MyWait is one wait, on the waiter's stack. A
 * MyWaitQueue is part of what can be waited for. A MyWaitTarget says what waiting for it means to the graph.
 */
typedef struct _MyWaiter MyWaiter;
typedef struct _MyWait MyWait;
typedef struct _MyWaitQueue MyWaitQueue;
typedef struct _MyWaitSearch MyWaitSearch;
typedef struct _MyWaitTarget MyWaitTarget;
typedef struct _MyWakeList MyWakeList;

typedef enum {
  MY_WAIT_WOKEN,
  MY_WAIT_TIMED_OUT,
  MY_WAIT_CANCELLED,
  MY_WAIT_DEADLOCK,
} MyWaitResult;

struct _MyWaiter {
  MyWait *wait; /* [state] the wait it is in, or NULL */

  /* Set once, by whoever cancels; the store is followed by a section under the state lock that unparks the waiter,
   * which looks at the flag under that lock before it parks. Others read it without the lock, as a hint. */
  atomic_int cancelled;

  /* [state] Marks of the search in the graph that came here last. */
  gboolean assumed_stuck;
  gboolean is_open;
  guint64 search_serial;
};

struct _MyWaitQueue {
  MyWait *first; /* [state] */
  MyWait *last;  /* [state] */
};

struct _MyWait {
  MyWaiter *waiter;           /* [const] */
  MyParker *parker;           /* [const] */
  const MyWaitTarget *target; /* [const] NULL: nobody is waited for (sleep) */
  gpointer object;            /* [const] what the target's functions get */
  MyWaitQueue *queue;         /* [const] or NULL */
  MyWait *next;               /* [state] */
  MyWait *previous;           /* [state] */
  gboolean unlimited;         /* [const] */
  gboolean uninterruptible;   /* [const] it goes on, though the waiter is cancelled */
  gboolean woken;             /* [state] set by who takes it out of the queue */
  gboolean can_keep;          /* [const] its OS thread sleeps in my_wait_block(), and may be the keeper: see my-retry-private.h */
  gboolean is_keeper;         /* [state] */
};

/* What the graph asks of a thing that is waited for. Called under the state lock. */
struct _MyWaitTarget {
  /* The one waiter without whom the wait can not end, or NULL if there is not just one: then is_stuck() is asked. */
  MyWaiter *(*get_blocker) (gpointer object);
  /* Whether the wait can not end, as far as my_wait_search_is_stuck() says of those it waits for. */
  gboolean (*is_stuck) (gpointer      object,
                        MyWaitSearch *search);
  /* Appends what is waited for, for a person. */
  void (*describe) (gpointer object,
                    GString *text);
};

/* Parkers to unpark once the state lock is free, so that who wakes does not run into the lock. */
struct _MyWakeList {
  guint n;
  MyParker *parkers[8];
};

MyWaitResult my_wait_block (MyWaiter           *waiter,
                            MyWaitQueue        *queue,
                            const MyWaitTarget *target,
                            gpointer            object,
                            gint64              deadline,
                            gboolean            interruptible);
void my_wait_queue_wake_first (MyWaitQueue *self,
                               MyWakeList  *wakes);
void my_wait_queue_wake_all (MyWaitQueue *self,
                             MyWakeList  *wakes);

void my_waiter_interrupt (MyWaiter   *self,
                          MyWakeList *wakes);
gboolean my_wait_would_deadlock (MyWaiter           *caller,
                                 const MyWaitTarget *target,
                                 gpointer            object);
gboolean my_wait_search_is_stuck (MyWaitSearch *search,
                                  MyWaiter     *waiter);

void my_wake_list_add (MyWakeList *self,
                       MyParker   *parker);
void my_wake_list_flush (MyWakeList *self);

gint64 my_wait_deadline (gint64 timeout_us);

G_END_DECLS
