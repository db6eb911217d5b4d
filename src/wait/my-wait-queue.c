/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "wait/my-retry-private.h"
#include "wait/my-state-lock-private.h"
#include "wait/my-wait-private.h"

const MyWaitObserver *my_wait_observer;

/* With the state lock held. */
void
my_wait_queue_append (MyWaitQueue *self,
                      MyWait *wait)
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

/* With the state lock held. */
void
my_wait_queue_prepend (MyWaitQueue *self,
                       MyWait *wait)
{
  wait->next = self->first;
  wait->previous = NULL;
  if (self->first != NULL) {
    self->first->previous = wait;
  } else {
    self->last = wait;
  }
  self->first = wait;
}

/* With the state lock held. */
void
my_wait_queue_remove (MyWaitQueue *self,
                      MyWait *wait)
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

/* Takes the waiter out of its queue. With the state lock held. Not inline: most queues are empty, and that is soon seen. */
G_GNUC_NO_INLINE void
my_wait_wake (MyWait *self,
              MyWakeList *wakes)
{
  my_wait_queue_remove (self->queue, self);
  self->woken = TRUE;
  my_retry_pass_over_locked (self);
  my_wait_graph_note_end (self);
  my_wake_list_add (wakes, self->parker);
}

/* Takes the first waiter out of the queue. With the state lock held. */
void
my_wait_queue_wake_first (MyWaitQueue *self,
                          MyWakeList *wakes)
{
  if (self->first != NULL) {
    my_wait_wake (self->first, wakes);
  }
}

/* Takes every waiter out of the queue. With the state lock held. */
void
my_wait_queue_wake_all (MyWaitQueue *self,
                        MyWakeList *wakes)
{
  while (self->first != NULL) {
    my_wait_queue_wake_first (self, wakes);
  }
}

/* The same without the state lock. */
void
my_wait_queue_wake_all_now (MyWaitQueue *self)
{
  MyWakeList wakes = { 0 };

  my_state_lock ();
  my_wait_queue_wake_all (self, &wakes);
  my_state_unlock ();
  my_wake_list_flush (&wakes);
}

/* Has the waiter, if it waits in a queue, begin that wait again, and so look for a cycle once more. One that is no part of the graph closes
 * none, and stays in its queue, where a signal finds it. With the state lock held. */
void
my_waiter_begin_again (MyWaiter *self)
{
  MyWakeList wakes = { 0 };

  if (self->wait != NULL && self->wait->queue != NULL && !self->wait->woken && self->wait->standing != MY_WAIT_APART) {
    my_wait_wake (self->wait, &wakes);
    my_wake_list_put_off_locked (&wakes);
  }
}

/* What it waits for, for a person; NULL if it does not, or sleeps. With the state lock held. */
char *
my_waiter_dup_target (MyWaiter *self)
{
  GString *text;

  if (self->wait == NULL || self->wait->target == NULL) {
    return NULL;
  }
  text = g_string_new (NULL);
  self->wait->target->describe (self->wait->object, text);
  return g_string_free (text, FALSE);
}

/* Makes the waiter, if it waits, look at its flag. With the state lock held, after the flag was set. */
void
my_waiter_interrupt (MyWaiter *self,
                     MyWakeList *wakes)
{
  if (self->wait != NULL) {
    if (!self->wait->uninterruptible) {
      my_wait_graph_note_end (self->wait);
    }
    my_wake_list_add (wakes, self->wait->parker);
  }
}

/* Has the waiter, if it waits, come back from that. With the state lock held. */
void
my_waiter_call (MyWaiter *self,
                MyWakeList *wakes)
{
  if (self->wait != NULL) {
    self->wait->is_called = TRUE;
    my_wake_list_add (wakes, self->wait->parker);
  }
}

/* From now on the wait of the waiter for @object, if that is what it is in, goes on though the waiter is cancelled, as what it waits for has
 * begun, and uses what is the waiter's. If it is in another one, out of which it serves its own callers, it begins this one again, as one that can not be
 * interrupted. With the state lock held, of a waiter that is not cancelled. */
void
my_waiter_hold (MyWaiter *self,
                const MyWaitTarget *target,
                gpointer object)
{
  if (self->wait != NULL && self->wait->target == target && self->wait->object == object) {
    self->wait->uninterruptible = TRUE;
  }
}
