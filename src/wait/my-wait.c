/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "wait/my-wait-private.h"

#include "wait/my-host-private.h"
#include "wait/my-retry-private.h"
#include "wait/my-state-lock-private.h"
#include "wait/my-wait-cycle-private.h"
#include "wait/my-wait-search-private.h"

/* blocking */

/* A wait shorter than this, in microseconds, is slept from its beginning: not much of it could be spent awake. */
#define SHORT_WAIT 200

/* Whether somebody may end this wait soon, so that it is worth being awake for. */
static gboolean
is_worth_watching (MyWaitQueue *queue,
                   gint64 deadline)
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

/* The wait begins. With the state lock held. */
void
my_wait_enter (MyWait *self)
{
  self->waiter->wait = self;
  if (self->queue != NULL && self->target != NULL && self->target->is_impatient) {
    my_wait_queue_prepend (self->queue, self);
  } else if (self->queue != NULL) {
    my_wait_queue_append (self->queue, self);
  }
  if (self->unlimited && self->target != NULL && self->target->get_blocker != NULL) {
    self->blocker = self->target->get_blocker (self->object);
    my_wait_graph_enter (self);
  }
}

/* The wait ends. With the state lock held. In a child of fork() the waiter may be gone, and in no wait any more. */
void
my_wait_leave (MyWait *self)
{
  if (self->waiter->wait != self) {
    return;
  }
  self->waiter->wait = NULL;
  if (self->queue != NULL && !self->woken) {
    my_wait_queue_remove (self->queue, self);
  }
  if (self->standing != MY_WAIT_APART) {
    my_wait_graph_leave (self);
  }
}

/* Names the waiter that has to go on before @self can end; so far there was none. It waits for nothing itself: so this closes no cycle. With
 * the state lock held. */
void
my_wait_set_blocker (MyWait *self,
                     MyWaiter *waiter)
{
  if (self->standing != MY_WAIT_APART && self->blocker.waiter == NULL) {
    self->blocker.waiter = waiter;
    waiter->n_awaiters++;
  }
}

/* Whether the wait is over, and how. Without a @token the OS thread has slept until the deadline. */
static gboolean
is_over (MyWait *wait,
         gboolean token,
         MyWaitResult *result)
{
  if (wait->woken) {
    *result = MY_WAIT_WOKEN;
  } else if (!wait->uninterruptible && atomic_load_explicit (&wait->waiter->cancelled, memory_order_relaxed)) {
    *result = MY_WAIT_CANCELLED;
  } else if (wait->is_called) {
    *result = MY_WAIT_WOKEN;
  } else if (!token) {
    *result = MY_WAIT_TIMED_OUT;
  } else {
    return FALSE;
  }
  return TRUE;
}

/* Parks until the wait is over. Without the state lock, which is held when it returns. */
static MyWaitResult
park (MyWait *wait,
      gint64 deadline,
      gboolean is_retrier)
{
  MyWaitResult result = MY_WAIT_WOKEN;

  for (;;) {
    gboolean token = (is_worth_watching (wait->queue, deadline) && my_parker_watch (wait->parker)) ||
                     (G_LIKELY (!is_retrier) ? my_parker_park (wait->parker, deadline) : my_retry_park (wait->parker, deadline));

    my_state_lock ();
    if (is_over (wait, token, &result)) {
      return result;
    }
    is_retrier = wait->is_retrier;
    my_state_unlock ();
  }
}

/* The same for a wait without a limit that may close a cycle. */
static MyWaitResult
search_and_park (MyWait *wait)
{
  MyWaitResult result = MY_WAIT_WOKEN;
  MyWaitVerdict verdict;
  gboolean is_retrier;

  my_state_lock ();
  verdict = my_wait_search_decide (wait);
  /* If it is, the search may have used up the token. */
  if (is_over (wait, TRUE, &result)) {
    return result;
  }
  if (verdict == MY_WAIT_STUCK) {
    return MY_WAIT_DEADLOCK;
  }
  is_retrier = wait->is_retrier;
  my_state_unlock ();

  return park (wait, MY_DEADLINE_NEVER, is_retrier);
}

/* Blocks the calling OS thread, on behalf of @waiter, until somebody takes it out of @queue, the deadline passes, or
 * the waiter is cancelled.
 *
 * Called with the state lock held, after the caller has found its condition false; returns with it held, and the
 * caller looks at its condition again: MY_WAIT_WOKEN says that it was taken out of the queue, not that the condition
 * holds. A NULL queue is a sleep. DEADLOCK comes only without a deadline, and only to a wait that has just begun; such a one begins
 * again each time the caller finds its condition still false.
 *
 * It says nothing to the owner of a context: the caller does its deliveries before it takes the lock.
 *
 * With DEADLOCK, @cycle (or NULL) is the text of the cycle.
 */
MyWaitResult
my_wait_block_told (MyWaiter *waiter,
                    MyWaitQueue *queue,
                    const MyWaitTarget *target,
                    gpointer object,
                    gint64 deadline,
                    gboolean interruptible,
                    GString *cycle)
{
  MyWaitVerdict verdict = MY_WAIT_FREE;
  MyWaitResult result;
  gboolean is_retrier;
  MyWait wait = {
    .waiter = waiter,
    .parker = my_parker_get_current (),
    .target = target,
    .object = object,
    .queue = queue,
    .hosts = my_host_current,
    .cycle = cycle,
    .unlimited = deadline == MY_DEADLINE_NEVER,
    .uninterruptible = !interruptible,
  };

  if (interruptible && atomic_load_explicit (&waiter->cancelled, memory_order_relaxed)) {
    return MY_WAIT_CANCELLED;
  }

  my_wait_enter (&wait);
  if (wait.standing != MY_WAIT_APART) {
    verdict = my_wait_graph_look (&wait);
  }
  if (verdict == MY_WAIT_STUCK) {
    my_wait_describe_cycle (&wait, NULL);
    my_wait_leave (&wait);
    return MY_WAIT_DEADLOCK;
  }
  if (verdict == MY_WAIT_UNDECIDED) {
    wait.standing = MY_WAIT_PENDING;
  }
  my_retry_begin_wait_locked (&wait);
  is_retrier = wait.is_retrier;
  my_state_unlock ();

  my_host_block ();
  result = verdict == MY_WAIT_UNDECIDED ? search_and_park (&wait) : park (&wait, deadline, is_retrier);
  my_host_unblock ();
  my_wait_leave (&wait);
  my_retry_end_wait_locked (&wait);

  return result;
}

MyWaitResult
my_wait_block (MyWaiter *waiter,
               MyWaitQueue *queue,
               const MyWaitTarget *target,
               gpointer object,
               gint64 deadline,
               gboolean interruptible)
{
  return my_wait_block_told (waiter, queue, target, object, deadline, interruptible, NULL);
}
