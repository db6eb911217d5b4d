/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread/my-thread.h>
#include <pthread.h>
#include <stdatomic.h>

#include "core/my-own-changes-private.h"
#include "wait/my-wait-private.h"

G_BEGIN_DECLS

/* What a thread has said, in the order in which it was said, for its owner context: emissions, results, calls. See "What a subclass says"
 * in docs/internals.md.
 *
 * A thread has a sequence from the first time on that it says something. Any thread pushes; the owner takes all that has come at once,
 * and delivers it one by one, so that a handler may run a loop, in which delivery goes on with the next.
 */
typedef struct _MyEvent MySequenceEvent;
typedef struct _MySequence MySequence;

/* Both in the owner thread, or where the context is closed in the thread that empties it. They take the event. */
typedef struct {
  void (*deliver) (MySequenceEvent *self,
                   MyThread *thread);
  /* Nothing is told. */
  void (*drop) (MySequenceEvent *self,
                MyThread *thread);
  gboolean comes_late; /* it is also taken after `finished` */
  gboolean is_lazy;    /* it may come a millisecond late, so that it can not flood the loop */
} MySequenceEventClass;

struct _MyEvent {
  const MySequenceEventClass *klass; /* [const] */
  MySequenceEvent *next;             /* the poster's; then [lock]; then [owner] */
  guint n;                           /* the same: how many things that were said it counts for; 0: that is counted elsewhere */
  guint n_results;                   /* the same: of one for results, how many have been published with it */
};

typedef enum {
  MY_OVER_NOT,
  MY_OVER_FINISHING, /* `finished` is being emitted: its handlers may still say something, which comes at once */
  MY_OVER_FINISHED,
} MyOver;

typedef enum {
  MY_SAY_TAKEN,
  MY_SAY_TOO_LATE, /* the end is delivered, or just being delivered: the event is still the caller's */
} MySay;

struct _MySequence {
  pthread_mutex_t lock; /* a leaf: no other is taken under it */
  guint n_forks;        /* [const] of this process when it was made: in a child it is not used any more */

  MySequenceEvent *first;            /* [lock] */
  MySequenceEvent *last;             /* [lock] */
  _Atomic (MySequenceEvent *) taken; /* [owner] what is being delivered; others look whether it is NULL, with the lock */
  MySequenceEvent *taken_last;       /* [owner] the last of these; of no meaning if there are none */

  MyOwnChanges own;
  _Atomic (GObject *) results; /* made by who needs it first */

  atomic_uint n_pending; /* raised with the lock, lowered by the owner; read as a hint */
  MyWaitQueue writers;   /* [state] those that wait until there are fewer */
  atomic_uint n_writers; /* how many they are, or are about to be: see my_sequence_give_room() */
  MyWaitQueue readers;   /* [state] those that wait for the next result, or the end */
  atomic_uint n_readers; /* how many they are, or are about to be */

  /* Which waiter has read the last result; it is only compared, as it may be gone. Relaxed: a reader that waits finds its own store. */
  _Atomic (MyWaiter *) reader;
  /* It waits for the thread instead, so nothing is taken: there is no limit, until it reads again. Set with the state lock held. */
  atomic_bool is_abandoned;

  /* Those that wait for the owner, who is to deliver even inside of a wait of its own: see my-serve.c. */
  guint n_requests;          /* [state] */
  MyThread *thread;          /* [const] of which it is a part */
  MySequence *next_request;  /* [state] */
  MySequence **request_link; /* [state] what points to it in the list of requests; NULL: it is in none */
};

/* What the property `results` is got by: in a constructor. */
void my_sequence_set_results_getter (GObject *(*getter) (MyThread *thread));
GObject *my_sequence_get_results (MyThread *thread);

MySequence *my_sequence_get (MyThread *thread);
MySequence *my_sequence_peek (MyThread *thread);

/* any thread, with a reference to @thread */
MySay my_sequence_say (MyThread *thread,
                       MySequenceEvent *event);
gboolean my_sequence_say_more (MyThread *thread,
                               const MySequenceEventClass *klass,
                               guint n_results);
MyOver my_sequence_get_over (MyThread *thread);
void my_sequence_count (MySequence *self,
                        guint n);
void my_sequence_give_room (MySequence *self,
                            guint n);
gboolean my_sequence_is_full (MyThread *thread);

/* the owner thread */
gboolean my_sequence_has_events (MyThread *thread);
gboolean my_sequence_is_in_delivery (MyThread *thread);
gboolean my_sequence_deliver (MyThread *thread);
void my_sequence_drop (MyThread *thread);

void my_sequence_free (MySequence *self);

G_END_DECLS
