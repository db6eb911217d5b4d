/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-delivery-private.h"
#include "core/my-thread-group-private.h"
#include "core/my-thread-private.h"
#include "core/my-walk-private.h"
#include "wait/my-state-lock-private.h"

/* The tree of the groups, their members, and what each start and each end of a thread does to them. See "The tree" in
 * docs/internals.md. All of it with the state lock held, unless it says something else. */

guint64 my_start_serial;
guint64 my_end_serial;

static guint n_alive_members;   /* [state] of all groups */
static guint n_awaited;         /* [state] how many wait for a tree to be empty: see my_group_await_locked() */
static guint64 n_cancellations; /* [state] how many groups have been cancelled */

/* lists of threads */

void
my_thread_list_append (MyThreadList *self,
                       MyThread     *thread)
{
  MyThreadPrivate *priv = my_thread_get_private (thread);

  priv->group_next = NULL;
  priv->group_previous = self->last;
  if (self->last != NULL) {
    my_thread_get_private (self->last)->group_next = thread;
  } else {
    self->first = thread;
  }
  self->last = thread;
  self->n++;
}

void
my_thread_list_remove (MyThreadList *self,
                       MyThread     *thread)
{
  MyThreadPrivate *priv = my_thread_get_private (thread);

  if (priv->group_previous != NULL) {
    my_thread_get_private (priv->group_previous)->group_next = priv->group_next;
  } else {
    self->first = priv->group_next;
  }
  if (priv->group_next != NULL) {
    my_thread_get_private (priv->group_next)->group_previous = priv->group_previous;
  } else {
    self->last = priv->group_previous;
  }
  priv->group_next = NULL;
  priv->group_previous = NULL;
  self->n--;
}

/* the tree */

/* A new group. Its `jump` leads to an ancestor so that any other one is some tens of steps away, however deep the tree is: the
 * distances grow as those of the digits of a number. */
void
my_group_link_locked (MyThreadGroup *self)
{
  MyThreadGroup *parent = self->parent;

  if (parent == NULL) {
    self->jump = self;
    return;
  }

  self->depth = parent->depth + 1;
  if (parent->depth - parent->jump->depth == parent->jump->depth - parent->jump->jump->depth) {
    self->jump = parent->jump->jump;
  } else {
    self->jump = parent;
  }
  self->runners.parent = &parent->runners;
  self->is_cancelled = parent->is_cancelled;
  self->n_cancellations = parent->n_cancellations;

  self->next_sibling = parent->first_child;
  if (self->next_sibling != NULL) {
    self->next_sibling->previous_sibling = self;
  }
  parent->first_child = self;
  parent->n_children++;
}

/* If the tree of @self is empty, its parent does not count it any more. */
void
my_group_settle_locked (MyThreadGroup *self)
{
  if (self->n_alive == 0 && self->is_counted) {
    self->is_counted = FALSE;
    self->parent->n_alive--;
  }
}

/* If the tree of @self is empty, and somebody waits for that, or for a group above it. */
static void
tell_empty_locked (MyThreadGroup *self,
                   MyAfter       *after)
{
  if (n_awaited == 0) {
    return;
  }

  while (self->n_alive == 0) {
    my_wait_queue_wake_all (&self->joiners, &after->wakes);
    my_join_async_post_all_locked (&self->joins_async, TRUE);
    if (!self->is_counted) {
      break;
    }
    my_group_settle_locked (self);
    self = self->parent;
  }
}

/* A group that nobody refers to: it has neither members nor subgroups. With no parent it is a default group that came second, and that
 * nobody has seen. */
void
my_group_unlink_locked (MyThreadGroup *self,
                        MyAfter       *after)
{
  MyThreadGroup *parent = self->parent;

  if (parent == NULL) {
    return;
  }
  my_walk_pass_group_locked (self);
  my_group_settle_locked (self);
  tell_empty_locked (parent, after);

  if (self->previous_sibling != NULL) {
    self->previous_sibling->next_sibling = self->next_sibling;
  } else {
    parent->first_child = self->next_sibling;
  }
  if (self->next_sibling != NULL) {
    self->next_sibling->previous_sibling = self->previous_sibling;
  }
  parent->n_children--;
}

/* The group after @self in the tree below and with @root, parents first; NULL after the last. */
MyThreadGroup *
my_group_next_in_tree (MyThreadGroup *self,
                       MyThreadGroup *root)
{
  if (self->first_child != NULL) {
    return self->first_child;
  }
  while (self != root) {
    if (self->next_sibling != NULL) {
      return self->next_sibling;
    }
    self = self->parent;
  }
  return NULL;
}

/* Whether @group is @self, or below it. No lock is needed: what is above a group is for life. */
gboolean
my_group_contains (MyThreadGroup *self,
                   MyThreadGroup *group)
{
  while (group->depth > self->depth) {
    group = group->jump->depth >= self->depth ? group->jump : group->parent;
  }
  return group == self;
}

/* who is alive */

/* Members of all groups. */
guint
my_group_count_all_locked (void)
{
  return n_alive_members;
}

/* Counts the alive members of the tree. It may let the lock go. */
guint
my_group_count_locked (MyThreadGroup *self)
{
  MyThreadGroup *group;
  MyWalk walk;
  guint n = 0;

  if (my_group_is_default (self)) {
    return n_alive_members;
  }
  if (self->n_alive == self->members.n) {
    return self->members.n;
  }

  my_walk_begin_locked (&walk, self);
  while ((group = my_walk_next_group_locked (&walk)) != NULL) {
    n += group->members.n;
  }
  my_walk_end_locked (&walk);
  return n;
}

/* From here, until my_group_forgo_locked(), `n_alive` of the group is 0 if and only if its tree is empty, and `joiners` and
 * `joins_async` hear of it. It may let the lock go.
 *
 * While nobody waits a group that has become empty does not tell its parent: in a deep tree with one thread at a time each
 * start and each end would go all the way up. What was not told is made up for here. */
void
my_group_await_locked (MyThreadGroup *self)
{
  MyWalk walk;

  n_awaited++;

  if (self->n_alive > self->members.n) {
    /* The walk settles what it leaves. */
    my_walk_begin_locked (&walk, self);
    while (my_walk_next_group_locked (&walk) != NULL) {
    }
    my_walk_end_locked (&walk);
  }
}

void
my_group_forgo_locked (void)
{
  /* 0: the process has forked meanwhile. */
  if (n_awaited > 0) {
    n_awaited--;
  }
}

/* cancellation */

static void
mark_cancelled_locked (MyThreadGroup *self)
{
  if (!self->is_cancelled) {
    self->is_cancelled = TRUE;
    n_cancellations++;
  }
}

/* Whether the group, or one above it, was cancelled. What was found is remembered on the way: cancelled is for ever, and
 * not cancelled until the next group is. */
gboolean
my_group_is_cancelled_locked (MyThreadGroup *self)
{
  MyThreadGroup *known = self;
  gboolean is_cancelled;

  while (known != NULL && !known->is_cancelled && known->n_cancellations != n_cancellations) {
    known = known->parent;
  }
  is_cancelled = known != NULL && known->is_cancelled;

  for (MyThreadGroup *group = self; group != known; group = group->parent) {
    group->is_cancelled = is_cancelled;
    group->n_cancellations = n_cancellations;
  }
  return is_cancelled;
}

/* So many steps are made in the section in which one has failed. */
#define N_STEPS_AT_ONCE 64

/* Cancels all that are alive in a group that is marked as cancelled: in this section if they are few, else when the lock is
 * free. */
static void
cancel_members_locked (MyThreadGroup *self,
                       MyAfter       *after)
{
  MyThread *member;
  MyWalk walk;

  my_walk_begin_locked (&walk, self);
  walk.max_steps = N_STEPS_AT_ONCE;
  while ((member = my_walk_next_locked (&walk)) != NULL) {
    my_life_cancel_locked (member, after);
  }
  my_walk_end_locked (&walk);

  if (walk.group != NULL) {
    my_after_cancel_group (after, self);
  }
}

/* Cancels the group and all that are alive in it. Without the state lock. */
void
my_group_cancel (MyThreadGroup *self,
                 MyAfter       *after)
{
  MyThread *member;
  MyWalk walk;

  my_state_lock ();
  mark_cancelled_locked (self); /* so that it is the end of those that are started from now on */
  my_walk_begin_locked (&walk, self);
  while ((member = my_walk_next_locked (&walk)) != NULL) {
    my_life_cancel_locked (member, after);
    my_after_wake_locked (after);
  }
  my_walk_end_locked (&walk);
  my_state_unlock ();
}

/* the queue of those that wait for a slot */

static gboolean
has_free_slot_locked (MyThreadGroup *self)
{
  return self->max_running == 0 || self->runners.n - self->is_moving < self->max_running;
}

/* Whether a member that is being started may be launched: then it has a slot. */
gboolean
my_group_take_slot_locked (MyThreadGroup *self)
{
  if (self->queue_first != NULL || !has_free_slot_locked (self)) {
    return FALSE;
  }
  my_waiter_set_enter (&self->runners);
  return TRUE;
}

void
my_group_enqueue_locked (MyThreadGroup *self,
                         MyThread      *thread)
{
  MyThreadPrivate *priv = my_thread_get_private (thread);

  priv->queue_next = NULL;
  priv->queue_previous = self->queue_last;
  if (self->queue_last != NULL) {
    my_thread_get_private (self->queue_last)->queue_next = thread;
  } else {
    self->queue_first = thread;
  }
  self->queue_last = thread;
}

/* Takes a thread out of the queue, wherever it is in it. */
void
my_group_dequeue_locked (MyThreadGroup *self,
                         MyThread      *thread)
{
  MyThreadPrivate *priv = my_thread_get_private (thread);

  if (priv->queue_previous != NULL) {
    my_thread_get_private (priv->queue_previous)->queue_next = priv->queue_next;
  } else {
    self->queue_first = priv->queue_next;
  }
  if (priv->queue_next != NULL) {
    my_thread_get_private (priv->queue_next)->queue_previous = priv->queue_previous;
  } else {
    self->queue_last = priv->queue_previous;
  }
  priv->queue_next = NULL;
  priv->queue_previous = NULL;
}

/* While the queue is launched in parts its threads wait for no slot, though all that have one may wait: the launching OS thread counts
 * as one that goes on. */
static void
set_moving_locked (MyThreadGroup *self,
                   gboolean       is_moving,
                   MyAfter       *after)
{
  if (self->is_moving == is_moving) {
    return;
  }
  self->is_moving = is_moving;
  if (is_moving) {
    my_waiter_set_enter (&self->runners);
  } else {
    my_waiter_set_leave (&self->runners);
    my_waiter_set_look_again (&self->runners, &after->wakes);
  }
}

/* Gives free slots to the threads that wait for them; TRUE: there may be more of both. Not in a group that is cancelled: there
 * they are about to be ended. */
gboolean
my_group_fill_slots_locked (MyThreadGroup *self,
                            MyAfter       *after)
{
  gboolean has_more = FALSE;

  if (self->queue_first != NULL && !my_group_is_cancelled_locked (self)) {
    for (guint n = 0; n < MY_WALK_SLICE && self->queue_first != NULL && has_free_slot_locked (self); n++) {
      MyThread *thread = self->queue_first;
      MyThreadPrivate *priv = my_thread_get_private (thread);

      my_group_dequeue_locked (self, thread);
      my_waiter_set_enter (&self->runners);
      priv->has_slot = TRUE;
      atomic_store_explicit (&priv->phase, MY_PHASE_HANDED, memory_order_release);
      my_after_launch (after, thread);
    }
    has_more = self->queue_first != NULL && has_free_slot_locked (self);
  }
  set_moving_locked (self, has_more, after);
  return has_more;
}

/* members */

/* A member is being started. */
void
my_group_add_locked (MyThreadGroup *self,
                     MyThread      *thread)
{
  MyThreadPrivate *priv = my_thread_get_private (thread);

  if (self->members.n == 0) {
    self->n_done_before = self->n_done;
    self->n_done = 0;
  }
  priv->start_serial = ++my_start_serial;
  my_thread_list_append (&self->members, thread);
  priv->waiter.set = &self->runners;
  if (self->first_unshown == NULL) {
    self->first_unshown = thread;
  }
  n_alive_members++;
  self->n_alive++;
  for (MyThreadGroup *group = self; !group->is_counted && group->parent != NULL; group = group->parent) {
    group->is_counted = TRUE;
    group->parent->n_alive++;
  }
  my_group_post_locked (self, MY_GROUP_CHANGE_MEMBERS | MY_GROUP_CHANGE_PROGRESS);
}

/* What is shown of @thread is wrong from now on. */
static void
unshow_locked (MyThreadGroup *self,
               MyThread      *thread)
{
  MyThreadPrivate *priv = my_thread_get_private (thread);

  if (self->first_unshown == thread) {
    self->first_unshown = priv->group_next;
  }
  if (priv->is_shown) {
    priv->is_shown = FALSE;
    priv->gone_next = self->gone;
    self->gone = thread;
  }
}

/* A member is none any more: it has ended, or could not be started. */
void
my_group_remove_locked (MyThreadGroup *self,
                        MyThread      *thread,
                        MyAfter       *after)
{
  MyThreadPrivate *priv = my_thread_get_private (thread);

  unshow_locked (self, thread);
  my_walk_pass_thread_locked (thread);
  my_thread_list_remove (&self->members, thread);
  n_alive_members--;
  self->n_alive--;

  if (priv->has_slot) {
    priv->has_slot = FALSE;
    my_waiter_set_leave (&self->runners);
    my_group_fill_slots_locked (self, after);
    my_waiter_set_look_again (&self->runners, &after->wakes);
  }

  if (self->members.n == 0) {
    if (self->n_done == 0) {
      /* It could not be started: as if nobody had tried. */
      self->n_done = self->n_done_before;
    }
    my_wait_queue_wake_all (&self->next_joiners, &after->wakes);
  }
  tell_empty_locked (self, after);
  my_group_post_locked (self, MY_GROUP_CHANGE_MEMBERS | MY_GROUP_CHANGE_PROGRESS);
}

/* A member has ended; @failure: with this, which is no cancellation. Each group above it is told of a failure. */
void
my_group_member_ended_locked (MyThreadGroup *self,
                              MyThread      *thread,
                              MyFailure     *failure,
                              MyAfter       *after)
{
  MyThreadPrivate *priv = my_thread_get_private (thread);
  MyThreadGroup *cancelled = NULL;

  if (failure != NULL) {
    MyThreadGroup *group = self;

    do {
      my_group_remember_failure_locked (group, failure);
      my_group_post_failed_locked (group, thread, failure);

      if (group->joiners.first != NULL || group->joins_async.first != NULL) {
        my_failure_set_seen (priv->failure);
      }
      if (group->cancel_on_error && !group->is_cancelled) {
        /* Now, so that the slot that gets free is given to nobody. */
        mark_cancelled_locked (group);
        cancelled = group;
      }
      group = group->parent;
    } while (group != NULL);
  }

  self->n_done++;
  my_group_remove_locked (self, thread, after);

  if (self->keep_finished) {
    g_object_ref (thread);
    my_thread_list_append (&self->kept, thread);
    if (!my_group_is_default (self)) {
      self->n_lent++; /* dropped with the change that was just posted */
    }
    my_wait_queue_wake_first (&self->next_joiners, &after->wakes);
  }

  /* The topmost of them has the others below it. */
  if (cancelled != NULL) {
    cancel_members_locked (cancelled, after);
  }
}

/* references to a group; without the state lock */

/* A thread's reference to its group. The default group, in which most threads are, is never freed: it is spared the
 * reference, which threads that are made and freed on several processors would fight over. */
void
my_group_hold (MyThreadGroup *self)
{
  if (!my_group_is_default (self)) {
    g_object_ref (self);
    atomic_fetch_add_explicit (&self->n_threads, 1, memory_order_relaxed);
  }
}

void
my_group_let_go (MyThreadGroup *self)
{
  if (!my_group_is_default (self)) {
    atomic_fetch_sub_explicit (&self->n_threads, 1, memory_order_relaxed);
    g_object_unref (self);
  }
}

/* A reference that is not the default group's, to be dropped by the owner thread. */
void
my_group_lend (MyThreadGroup *self)
{
  my_state_lock ();
  self->n_lent++;
  my_group_post_locked (self, MY_GROUP_CHANGE_MEMBERS);
  my_state_unlock ();
}

/* In the owner thread, with a reference. */
void
my_group_drop_lent (MyThreadGroup *self)
{
  guint n;

  my_state_lock ();
  n = self->n_lent;
  self->n_lent = 0;
  my_state_unlock ();

  while (n-- > 0) {
    g_object_unref (self);
  }
}

/* Lets go of all kept members; each takes its reference to the group again, as it had it before. */
void
my_group_drop_kept (MyThreadGroup *self)
{
  MyThreadList kept;
  MyAfter after = MY_AFTER_INIT;

  my_state_lock ();
  kept = self->kept;
  self->kept = (MyThreadList){ 0 };
  my_wait_queue_wake_all (&self->next_joiners, &after.wakes);
  my_state_unlock ();

  my_after_run (&after);
  /* They are in no list of anyone's now. */
  while (kept.first != NULL) {
    MyThread *thread = kept.first;

    my_thread_list_remove (&kept, thread);
    if (!my_group_is_default (self)) {
      g_object_ref (self);
    }
    my_delivery_drop (thread);
  }
}

/* fork: a thread that was being put into `shown`, or into the list that it is made of, is in neither: what the OS thread had in hand
 * that did so is lost, with the reference to the thread. */
static gboolean
forget_unless_shown_in_child (MyThreadGroup *self,
                              MyThread      *thread)
{
  MyThreadPrivate *priv = my_thread_get_private (thread);

  if (priv->shown_iter != NULL && g_sequence_iter_get_sequence (priv->shown_iter) == self->shown) {
    return FALSE;
  }
  priv->shown_iter = NULL;
  priv->is_shown = FALSE;
  return TRUE;
}

static void
reset_shown_in_child (MyThreadGroup *self)
{
  MyThread **link = &self->gone;

  while (*link != NULL) {
    MyThreadPrivate *priv = my_thread_get_private (*link);

    if (forget_unless_shown_in_child (self, *link)) {
      *link = priv->gone_next;
    } else {
      link = &priv->gone_next;
    }
  }
  for (MyThread *member = self->members.first; member != NULL; member = my_thread_get_private (member)->group_next) {
    forget_unless_shown_in_child (self, member);
    unshow_locked (self, member);
  }
  self->is_showing = FALSE;
  self->is_filling = FALSE;
}

/* fork: the child has none of the threads, and nobody waits */
void
my_group_reset_in_child (MyThreadGroup *self)
{
  if (my_group_is_default (self)) {
    n_alive_members = 0;
    n_awaited = 0;
  }
  reset_shown_in_child (self);
  self->members = (MyThreadList){ 0 };
  self->first_unshown = NULL;
  self->queue_first = NULL;
  self->queue_last = NULL;
  self->n_alive = 0;
  self->is_counted = FALSE;
  self->is_moving = FALSE;
  self->runners = (MyWaiterSet){ .parent = self->runners.parent };
  self->joiners = (MyWaitQueue){ 0 };
  self->next_joiners = (MyWaitQueue){ 0 };
  self->joins_async = (MyJoinAsyncList){ NULL };
  g_queue_init (&self->failed_events);
  self->undelivered = 0;
  my_inbox_take (&self->changes);
  atomic_store_explicit (&self->pending, 0, memory_order_relaxed);
}
