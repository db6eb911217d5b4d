/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "sync/my-wait-private.h"

#include "sync/my-host-private.h"
#include "sync/my-retry-private.h"
#include "sync/my-state-lock-private.h"

struct _MyWaitSearch {
  MyWaiter *caller;
  guint64 serial;
  gboolean rests_on_assumption; /* what was found since it was last cleared */
};

static guint64 last_search_serial; /* [state] */

/* queues */

static void
queue_append (MyWaitQueue *self,
              MyWait      *wait)
{
  wait->previous = self->last;
  wait->next = NULL;
  if (self->last != NULL) {
    self->last->next = wait;
  } else {
    self->first = wait;
  }
  self->last = wait;
}

static void
queue_remove (MyWaitQueue *self,
              MyWait      *wait)
{
  if (wait->previous != NULL) {
    wait->previous->next = wait->next;
  } else {
    self->first = wait->next;
  }
  if (wait->next != NULL) {
    wait->next->previous = wait->previous;
  } else {
    self->last = wait->previous;
  }
}

/* With the state lock held. */
void
my_wake_list_add (MyWakeList *self,
                  MyParker   *parker)
{
  if (self->n == G_N_ELEMENTS (self->parkers)) {
    my_wake_list_flush (self);
  }
  self->parkers[self->n++] = parker;
}

/* Unparks all that was collected. Best called without the state lock. */
void
my_wake_list_flush (MyWakeList *self)
{
  for (guint i = 0; i < self->n; i++) {
    my_parker_unpark (self->parkers[i]);
  }
  self->n = 0;
}

/* Takes the first waiter out of the queue. With the state lock held. */
void
my_wait_queue_wake_first (MyWaitQueue *self,
                          MyWakeList  *wakes)
{
  MyWait *wait = self->first;

  if (wait != NULL) {
    queue_remove (self, wait);
    wait->woken = TRUE;
    my_wake_list_add (wakes, wait->parker);
  }
}

/* Takes every waiter out of the queue. With the state lock held. */
void
my_wait_queue_wake_all (MyWaitQueue *self,
                        MyWakeList  *wakes)
{
  while (self->first != NULL) {
    my_wait_queue_wake_first (self, wakes);
  }
}

/* Makes the waiter, if it waits, look at its flag. With the state lock held, after the flag was set. */
void
my_waiter_interrupt (MyWaiter   *self,
                     MyWakeList *wakes)
{
  if (self->wait != NULL) {
    my_wake_list_add (wakes, self->wait->parker);
  }
}

/* the wait-for graph */

static gboolean
has_edges (MyWaiter *waiter)
{
  MyWait *wait = waiter->wait;

  return wait != NULL && wait->target != NULL && wait->unlimited && !wait->woken &&
         (wait->uninterruptible || !atomic_load_explicit (&waiter->cancelled, memory_order_relaxed));
}

static MyWaiter *
get_only_blocker (MyWaiter *waiter)
{
  MyWait *wait = waiter->wait;

  return wait->target->get_blocker != NULL ? wait->target->get_blocker (wait->object) : NULL;
}

/* Whether @waiter can go on only after the search's caller has. For the functions of a target.
 *
 * The answer is the greatest fixed point: a waiter that is being looked at already counts as stuck, which is what makes a
 * ring of threads that wait for one another's slots a deadlock, and is taken back where it proves wrong. A long chain
 * of waits is walked, not recursed into: this runs on small stacks too.
 */
gboolean
my_wait_search_is_stuck (MyWaitSearch *search,
                         MyWaiter     *waiter)
{
  MyWaiter *last = NULL; /* the last one on the way that was marked here */
  MyWaiter *next = waiter;
  gboolean rested = search->rests_on_assumption;
  gboolean stuck = FALSE;

  search->rests_on_assumption = FALSE;

  while (next != NULL) {
    if (next == search->caller) {
      stuck = TRUE;
      break;
    }
    if (!has_edges (next)) {
      break;
    }
    if (next->search_serial == search->serial) {
      stuck = next->assumed_stuck;
      search->rests_on_assumption |= next->is_open;
      break;
    }

    last = next;
    last->search_serial = search->serial;
    last->assumed_stuck = TRUE;
    last->is_open = TRUE;
    next = get_only_blocker (last);
    if (next == NULL && last->wait->target->is_stuck != NULL) {
      stuck = last->wait->target->is_stuck (last->wait->object, search);
    }
  }

  /* What was assumed on the way: "not stuck" is final; "stuck" is, unless it rests on a waiter that is still being
   * looked at further up, and may prove not to be: then it is found out again if it is asked again. */
  for (next = waiter; last != NULL;) {
    MyWaiter *marked = next;

    next = get_only_blocker (marked);
    marked->is_open = FALSE;
    if (!stuck) {
      marked->assumed_stuck = FALSE;
    } else if (search->rests_on_assumption) {
      marked->search_serial = 0;
    }
    if (marked == last) {
      break;
    }
  }

  search->rests_on_assumption |= rested;

  return stuck;
}

/* Whether a wait of @caller for @target could never end. With the state lock held. */
gboolean
my_wait_would_deadlock (MyWaiter           *caller,
                        const MyWaitTarget *target,
                        gpointer            object)
{
  MyWaitSearch search = { caller, ++last_search_serial, FALSE };
  MyWaiter *blocker = target->get_blocker != NULL ? target->get_blocker (object) : NULL;

  if (blocker != NULL) {
    return my_wait_search_is_stuck (&search, blocker);
  }
  return target->is_stuck != NULL && target->is_stuck (object, &search);
}

/* As my_wait_would_deadlock() for all that the calling OS thread works for: a part of a thread's work that runs on another one
 * holds up that thread, too. */
static gboolean
would_deadlock_any (MyWaiter           *caller,
                    const MyWaitTarget *target,
                    gpointer            object)
{
  for (MyHost *host = my_host_current; host != NULL; host = host->outer) {
    if (host->subject != NULL && host->subject != caller && my_wait_would_deadlock (host->subject, target, object)) {
      return TRUE;
    }
  }
  return my_wait_would_deadlock (caller, target, object);
}

/* blocking */

/* A wait shorter than this, in microseconds, is slept from its beginning: not much of it could be spent awake. */
#define SHORT_WAIT 200

/* Whether somebody may end this wait soon, so that it is worth being awake for. */
static gboolean
is_worth_watching (MyWaitQueue *queue,
                   gint64       deadline)
{
  return queue != NULL && (deadline == MY_DEADLINE_NEVER || deadline - g_get_monotonic_time () >= SHORT_WAIT);
}

/* When a wait that begins now ends; negative: never. */
gint64
my_wait_deadline (gint64 timeout_us)
{
  gint64 now;

  if (timeout_us < 0) {
    return MY_DEADLINE_NEVER;
  }
  now = g_get_monotonic_time ();
  return timeout_us < MY_DEADLINE_NEVER - now ? now + timeout_us : MY_DEADLINE_NEVER;
}

/* Blocks the calling OS thread, on behalf of @waiter, until somebody takes it out of @queue, the deadline passes, or
 * the waiter is cancelled.
 *
 * Called with the state lock held, after the caller has found its condition false; returns with it held, and the
 * caller looks at its condition again: MY_WAIT_WOKEN says that it was taken out of the queue, not that the condition
 * holds. A NULL queue is a sleep. DEADLOCK comes before anything is waited for, and only without a deadline.
 *
 * It says nothing to the owner of a context: the caller does its deliveries before it takes the lock.
 */
MyWaitResult
my_wait_block (MyWaiter           *waiter,
               MyWaitQueue        *queue,
               const MyWaitTarget *target,
               gpointer            object,
               gint64              deadline,
               gboolean            interruptible)
{
  MyWaitResult result = MY_WAIT_WOKEN;
  gboolean token = TRUE;
  gboolean is_keeper;
  MyWait wait = {
    .waiter = waiter,
    .target = target,
    .object = object,
    .queue = queue,
    .unlimited = deadline == MY_DEADLINE_NEVER,
    .uninterruptible = !interruptible,
    .can_keep = TRUE,
  };

  if (interruptible && atomic_load_explicit (&waiter->cancelled, memory_order_relaxed)) {
    return MY_WAIT_CANCELLED;
  }
  my_host_set_waiting_locked (waiter);
  if (wait.unlimited && target != NULL && would_deadlock_any (waiter, target, object)) {
    my_host_set_waiting_locked (NULL);
    return MY_WAIT_DEADLOCK;
  }

  wait.parker = my_parker_get_current ();

  if (queue != NULL) {
    queue_append (queue, &wait);
  }
  waiter->wait = &wait;
  if (G_UNLIKELY (atomic_load_explicit (&my_retry_is_wanted, memory_order_relaxed))) {
    my_retry_begin_wait_locked (&wait);
  }
  is_keeper = wait.is_keeper;

  my_state_unlock ();
  my_host_block ();

  for (;;) {
    token = (is_worth_watching (queue, deadline) && my_parker_watch (wait.parker)) ||
            (G_LIKELY (!is_keeper) ? my_parker_park (wait.parker, deadline) : my_retry_park (wait.parker, deadline));
    my_state_lock ();

    if (wait.woken) {
      result = MY_WAIT_WOKEN;
      break;
    }
    if (interruptible && atomic_load_explicit (&waiter->cancelled, memory_order_relaxed)) {
      result = MY_WAIT_CANCELLED;
      break;
    }
    if (!token) {
      result = MY_WAIT_TIMED_OUT;
      break;
    }
    is_keeper = wait.is_keeper;
    my_state_unlock ();
  }

  my_host_unblock ();
  my_host_set_waiting_locked (NULL);
  waiter->wait = NULL;
  if (queue != NULL && !wait.woken) {
    queue_remove (queue, &wait);
  }
  if (G_UNLIKELY (wait.is_keeper)) {
    my_retry_end_wait_locked (&wait);
  }

  return result;
}
