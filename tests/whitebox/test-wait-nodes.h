/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "wait/my-host-private.h"
#include "wait/my-state-lock-private.h"
#include "wait/my-wait-private.h"
#include "wait/my-wait-search-private.h"

/* Graphs of waits made by hand: a node waits for another node, or for all or any of a set, without an OS thread of its own. */

#define MAX_POOLS 2

typedef struct {
  MyWaiter waiter;
  MyWait wait;
  MyWaitQueue queue;       /* where it waits */
  MyHost hosts[MAX_POOLS]; /* in as many sets more, as workers are */
  guint n_hosts;
} Node;

static MyWaitBlocker
get_node (gpointer object)
{
  return (MyWaitBlocker){ .waiter = &((Node *) object)->waiter };
}

static MyWaitBlocker
get_every (gpointer object)
{
  return (MyWaitBlocker){ .set = object };
}

static MyWaitBlocker
get_any (gpointer object)
{
  return (MyWaitBlocker){ .set = object, .any_will_do = TRUE };
}

static const MyWaitTarget one_target = { .get_blocker = get_node };
static const MyWaitTarget every_target = { .get_blocker = get_every };
static const MyWaitTarget any_target = { .get_blocker = get_any };

static inline void
node_join_set (Node *self,
               MyWaiterSet *set)
{
  my_state_lock ();
  self->waiter.set = set;
  my_waiter_set_enter (set);
  my_state_unlock ();
}

/* It is none of those any more whom others may wait for. */
static inline void
node_leave_set (Node *self)
{
  MyWakeList wakes = { 0 };
  MyWaiterSet *set = self->waiter.set;

  my_state_lock ();
  self->waiter.set = NULL;
  my_waiter_set_leave (set);
  my_waiter_set_look_again (set, &wakes);
  my_state_unlock ();
}

static inline void
node_join_pool (Node *self,
                MyWaiterSet *pool)
{
  MyHost *host = &self->hosts[self->n_hosts];

  host->set = pool;
  host->outer = self->n_hosts > 0 ? host - 1 : NULL;
  self->n_hosts++;
}

/* A wait without a limit that is admitted whatever comes of it. */
static inline void
node_wait_for (Node *self,
               const MyWaitTarget *target,
               gpointer object)
{
  self->wait = (MyWait){
    .waiter = &self->waiter,
    .parker = my_parker_get_current (),
    .target = target,
    .object = object,
    .queue = &self->queue,
    .unlimited = TRUE,
    .hosts = self->n_hosts > 0 ? &self->hosts[self->n_hosts - 1] : NULL,
  };
  my_state_lock ();
  my_wait_enter (&self->wait);
  my_state_unlock ();
}

/* Its wait is over, and it has yet to leave it. */
static inline void
node_wake (Node *self)
{
  MyWakeList wakes = { 0 };

  my_state_lock ();
  my_wait_queue_wake_first (&self->queue, &wakes);
  my_state_unlock ();
}

static inline void
node_cancel (Node *self)
{
  MyWakeList wakes = { 0 };

  atomic_store (&self->waiter.cancelled, TRUE);
  my_state_lock ();
  my_waiter_interrupt (&self->waiter, &wakes);
  my_state_unlock ();
}

static inline void
node_go_on (Node *self)
{
  my_state_lock ();
  if (self->waiter.wait != NULL) {
    my_wait_leave (&self->wait);
  }
  my_state_unlock ();
}

/* What the search says of a node's wait; *@n_steps: how long it took. In slices of @slice steps. */
static inline gboolean
node_search (Node *self,
             guint slice,
             guint *n_steps)
{
  MyWaitSearch search = { 0 };
  MyWaitVerdict verdict;

  self->wait.standing = MY_WAIT_PENDING;
  my_wait_search_make_room (&search, slice);
  my_state_lock ();
  my_wait_search_begin (&search, &self->wait);
  for (*n_steps = slice; (verdict = my_wait_search_go_on (&search, slice)) == MY_WAIT_UNDECIDED; *n_steps += slice) {
    my_state_unlock ();
    my_wait_search_make_room (&search, slice);
    my_state_lock ();
  }
  my_wait_search_end (&search);
  self->wait.standing = MY_WAIT_ADMITTED;
  my_state_unlock ();
  my_wait_search_clear_room (&search);

  return verdict == MY_WAIT_STUCK;
}

/* Whether a wait of @self for @object would close a cycle: by the search, and, as far as that goes, at a glance. */
static inline gboolean
node_would_deadlock (Node *self,
                     const MyWaitTarget *target,
                     gpointer object)
{
  MyWaitVerdict verdict;
  gboolean is_stuck;
  guint n_steps;

  node_wait_for (self, target, object);
  my_state_lock ();
  verdict = my_wait_graph_look (&self->wait);
  my_state_unlock ();
  is_stuck = node_search (self, 1, &n_steps);
  node_go_on (self);

  if (verdict != MY_WAIT_UNDECIDED) {
    g_assert_cmpint (verdict == MY_WAIT_STUCK, ==, is_stuck);
  }
  return is_stuck;
}
