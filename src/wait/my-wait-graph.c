/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "wait/my-wait-graph-private.h"

#include "wait/my-hold-private.h"
#include "wait/my-host-private.h"
#include "wait/my-wait-private.h"

/* The lists of the graph, and what can be told at a glance: most waits close no cycle, and that is easy to see. */

/* How far a look goes, in waits and in sets: some hundred nanoseconds. */
#define MAX_LOOK 32

/* sets */

/* All that are left wait, and something waits for any one of them. */
void
my_waiter_set_wake_one (MyWaiterSet *self,
                        MyWakeList *wakes)
{
  MyWait *wait = self->waits->wait;

  while (wait != NULL && wait->queue == NULL) {
    /* Its OS thread runs the thread that it waits for: that one can look. */
    wait = wait->blocker.waiter != NULL ? wait->blocker.waiter->wait : NULL;
  }
  if (wait != NULL && my_wait_counts (wait)) {
    my_wait_wake (wait, wakes);
  }
}

/* Puts @link in front of a list: of @wait, or, if that is NULL, of a part. A search that goes through the list does not come to
 * it. It need not, since the wait has entered after the search began. */
void
my_waiter_set_link (MyWaiterSet *self,
                    MyWaitLink *link,
                    MyWait *wait)
{
  gboolean was_empty = TRUE;

  while (was_empty && self != NULL) {
    MyWaitLink **first = wait != NULL ? &self->waits : &self->parts;

    was_empty = self->waits == NULL && self->parts == NULL;
    link->wait = wait;
    link->next = *first;
    link->previous = NULL;
    if (*first != NULL) {
      (*first)->previous = link;
    }
    *first = link;

    link = &self->link;
    wait = NULL;
    self = self->parent;
  }
}

void
my_waiter_set_unlink (MyWaiterSet *self,
                      MyWaitLink *link)
{
  gboolean is_empty = TRUE;

  while (is_empty && self != NULL) {
    MyWaitLink **first = link->wait != NULL ? &self->waits : &self->parts;

    if (G_UNLIKELY (my_wait_observer != NULL)) {
      my_wait_observer->lose_link (self, link);
    }
    link->wait = NULL;
    if (link->next != NULL) {
      link->next->previous = link->previous;
    }
    if (link->previous != NULL) {
      link->previous->next = link->next;
    } else {
      *first = link->next;
    }

    is_empty = self->waits == NULL && self->parts == NULL;
    link = &self->link;
    self = self->parent;
  }
}

/* waits */

/* Whether the wait is neither satisfied nor cancelled. */
gboolean
my_wait_counts (MyWait *wait)
{
  return wait->standing != MY_WAIT_APART && !wait->woken &&
         (wait->uninterruptible || !atomic_load_explicit (&wait->waiter->cancelled, memory_order_relaxed));
}

/* Whether @waiter can not end before @wait has: it is the one that waits, or the OS thread that waits does a part of its work. */
gboolean
my_wait_holds_up (MyWait *wait,
                  MyWaiter *waiter)
{
  if (waiter == wait->waiter) {
    return TRUE;
  }
  for (MyHost *host = wait->hosts; host != NULL; host = host->outer) {
    if (host->subject == waiter) {
      return TRUE;
    }
  }
  return FALSE;
}

/* Whether it has a wait of its own in the list of its set. */
gboolean
my_waiter_is_linked (MyWaiter *waiter)
{
  return waiter->wait != NULL && waiter->wait->standing != MY_WAIT_APART && waiter->set != NULL;
}

/* Makes @wait an admitted part of the graph. It has its blocker, and its waiter is in it. */
void
my_wait_graph_enter (MyWait *wait)
{
  MyWaiterSet *set = wait->waiter->set;

  wait->standing = MY_WAIT_ADMITTED;
  if (wait->blocker.waiter != NULL && !wait->blocker.is_holder) {
    wait->blocker.waiter->n_awaiters++;
  }
  if (wait->blocker.set != NULL) {
    wait->blocker.set->n_awaiters++;
    wait->blocker.set->n_any_awaiters += wait->blocker.any_will_do;
  }

  if (set != NULL) {
    my_waiter_set_link (set, &wait->link, wait);
    set->n_waiting++;
  }
  for (MyHost *host = wait->hosts; host != NULL; host = host->outer) {
    if (!host->is_guest) {
      my_waiter_set_link (host->set, &host->link, wait);
    }
  }
}

void
my_wait_graph_leave (MyWait *wait)
{
  MyWaiterSet *set = wait->waiter->set;

  my_wait_graph_note_end (wait);

  for (MyHost *host = wait->hosts; host != NULL; host = host->outer) {
    if (!host->is_guest) {
      my_waiter_set_unlink (host->set, &host->link);
    }
  }
  if (set != NULL) {
    set->n_waiting--;
    my_waiter_set_unlink (set, &wait->link);
    if (my_wait_observer != NULL) {
      my_wait_observer->gain_runner (set, wait->waiter);
    }
  }

  if (wait->blocker.set != NULL) {
    wait->blocker.set->n_awaiters--;
    wait->blocker.set->n_any_awaiters -= wait->blocker.any_will_do;
  }
  /* A former holder may be gone. */
  if (wait->blocker.waiter != NULL && !wait->blocker.is_holder) {
    wait->blocker.waiter->n_awaiters--;
  }
  wait->standing = MY_WAIT_APART;
}

/* looking */

/* Whether the wait holds up other threads than its own. */
static gboolean
has_subjects (MyWait *wait)
{
  for (MyHost *host = wait->hosts; host != NULL; host = host->outer) {
    if (host->subject != NULL && host->subject != wait->waiter) {
      return TRUE;
    }
  }
  return FALSE;
}

/* Whether something may wait for the waiter, or for a set in which @wait is. If not, it closes no cycle. */
static gboolean
is_awaited (MyWait *wait)
{
  guint n_looks = 0;

  if (wait->waiter->n_awaiters > 0 || my_waiter_has_awaited_holds (wait->waiter)) {
    return TRUE;
  }
  for (MyWaiterSet *set = wait->waiter->set; set != NULL; set = set->parent) {
    if (set->n_awaiters > 0 || ++n_looks == MAX_LOOK) {
      return TRUE;
    }
  }
  for (MyHost *host = wait->hosts; host != NULL; host = host->outer) {
    if (!host->is_guest && host->set->n_awaiters > 0) {
      return TRUE;
    }
  }
  return FALSE;
}

/* Whether a member of the set that is needed goes on. Pending waits are in the lists, too: then that is not known. */
static gboolean
is_set_free (const MyWaitBlocker *blocker)
{
  return blocker->any_will_do ? blocker->set->n_waiting < blocker->set->n : blocker->set->waits == NULL && blocker->set->parts == NULL;
}

/* Whether @wait, which has just entered, closes a cycle, as far as that shows at a glance: see "The invariant" in docs/internals.md. */
MyWaitVerdict
my_wait_graph_look (MyWait *wait)
{
  MyWaitBlocker blocker = wait->blocker;
  gboolean alone = !has_subjects (wait);

  if (alone && !is_awaited (wait)) {
    return MY_WAIT_FREE;
  }

  for (guint i = 0; i < MAX_LOOK; i++) {
    MyWait *next;

    if (blocker.set != NULL) {
      /* A subject is held up, and does not wait. */
      return alone && is_set_free (&blocker) ? MY_WAIT_FREE : MY_WAIT_UNDECIDED;
    }
    if (blocker.waiter == NULL) {
      return MY_WAIT_FREE;
    }
    if (my_wait_holds_up (wait, blocker.waiter)) {
      return MY_WAIT_STUCK;
    }
    next = blocker.waiter->wait;
    if (next == NULL || !my_wait_counts (next)) {
      return MY_WAIT_FREE;
    }
    if (next->standing == MY_WAIT_PENDING) {
      return MY_WAIT_UNDECIDED;
    }
    blocker = next->target->get_blocker (next->object);
  }
  return MY_WAIT_UNDECIDED;
}
