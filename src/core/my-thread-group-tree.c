/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-thread-group-private.h"
#include "core/my-thread-private.h"
#include "core/my-walk-private.h"

/* The tree of the groups. See "The tree" in docs/internals.md. All of it with the state lock held, unless it says something else. */

static guint n_awaited;         /* [state] how many wait for a tree to be empty: see my_group_await_locked() */
static guint64 n_cancellations; /* [state] how many groups have been cancelled */

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

/* If the tree of @self is empty, and somebody waits for that, or for a group above it. */
void
my_group_tell_empty_locked (MyThreadGroup *self,
                            MyAfter *after)
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
                        MyAfter *after)
{
  MyThreadGroup *parent = self->parent;

  if (parent == NULL) {
    return;
  }
  my_walk_pass_group_locked (self);
  my_group_settle_locked (self);
  my_group_tell_empty_locked (parent, after);

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

/* Counts the alive members of the tree. It may let the lock go. */
guint
my_group_count_locked (MyThreadGroup *self)
{
  MyThreadGroup *group;
  MyWalk walk;
  guint n = 0;

  if (my_group_is_default (self)) {
    return my_group_n_alive_members;
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

void
my_group_mark_cancelled_locked (MyThreadGroup *self)
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

/* fork */

void
my_group_forgo_all_in_child (void)
{
  n_awaited = 0;
}
