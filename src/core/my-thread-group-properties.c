/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-thread-group.h>
#include <mythread/my-thread.h>

#include "core/my-thread-group-private.h"
#include "core/my-thread-private.h"
#include "core/my-walk-private.h"
#include "wait/my-state-lock-private.h"

/* What a group is, and how it is set. */

/**
 * my_thread_group_get_name: (get-property name)
 * @self: a group
 *
 * Gets the name of the group.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer none) (nullable): the name
 *
 * Since: 1.0
 */
const char *
my_thread_group_get_name (MyThreadGroup *self)
{
  g_return_val_if_fail (MY_IS_THREAD_GROUP (self), NULL);

  return self->name;
}

/**
 * my_thread_group_get_parent: (get-property parent)
 * @self: a group
 *
 * Gets the group that this one is part of.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer none) (nullable): the parent; %NULL for the default group
 *
 * Since: 1.0
 */
MyThreadGroup *
my_thread_group_get_parent (MyThreadGroup *self)
{
  g_return_val_if_fail (MY_IS_THREAD_GROUP (self), NULL);

  return self->parent;
}

/**
 * my_thread_group_get_main_context: (get-property main-context)
 * @self: a group
 *
 * Gets the owner context of the group.
 *
 * Any thread may call it. It does not block. The group has no reference to the context, so it is for those that know that it is still
 * used, as its owner thread does.
 *
 * Returns: (transfer none) (nullable): the context; %NULL if its last user has dropped it
 *
 * Since: 1.0
 */
GMainContext *
my_thread_group_get_main_context (MyThreadGroup *self)
{
  g_return_val_if_fail (MY_IS_THREAD_GROUP (self), NULL);

  return my_inbox_get_context (self->inbox);
}

/**
 * my_thread_group_get_max_running: (get-property max-running)
 * @self: a group
 *
 * Gets how many of the group's own members may run at once.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: the limit; 0: none
 *
 * Since: 1.0
 */
guint
my_thread_group_get_max_running (MyThreadGroup *self)
{
  guint max_running;

  g_return_val_if_fail (MY_IS_THREAD_GROUP (self), 0);

  my_state_lock ();
  max_running = self->max_running;
  my_state_unlock ();

  return max_running;
}

/**
 * my_thread_group_set_max_running: (set-property max-running)
 * @self: a group
 * @max_running: the limit; 0: none
 *
 * Sets how many of the group's own members may run at once.
 *
 * If that frees slots, members that wait for one are started before it returns.
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_thread_group_set_max_running (MyThreadGroup *self,
                                 guint max_running)
{
  MyAfter after = MY_AFTER_INIT;
  gboolean is_changed;
  gboolean has_more;

  g_return_if_fail (MY_IS_THREAD_GROUP (self));

  my_state_lock ();
  is_changed = self->max_running != max_running;
  self->max_running = max_running;
  has_more = my_group_fill_slots_locked (self, &after);
  my_state_unlock ();

  my_after_run (&after);
  while (has_more) {
    my_state_lock ();
    has_more = my_group_fill_slots_locked (self, &after);
    my_state_unlock ();

    my_after_run (&after);
  }
  if (is_changed) {
    my_group_announce (self, MY_GROUP_CHANGE_MAX_RUNNING);
  }
}

/**
 * my_thread_group_get_cancel_on_error: (get-property cancel-on-error)
 * @self: a group
 *
 * Whether the first failure cancels the group.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: whether it does
 *
 * Since: 1.0
 */
gboolean
my_thread_group_get_cancel_on_error (MyThreadGroup *self)
{
  gboolean cancel_on_error;

  g_return_val_if_fail (MY_IS_THREAD_GROUP (self), FALSE);

  my_state_lock ();
  cancel_on_error = self->cancel_on_error;
  my_state_unlock ();

  return cancel_on_error;
}

/**
 * my_thread_group_set_cancel_on_error: (set-property cancel-on-error)
 * @self: a group
 * @cancel_on_error: whether the first failure cancels the group
 *
 * Sets whether the first failure of a member, or of a member of a subgroup, cancels the group.
 *
 * Applies only to later failures.
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_thread_group_set_cancel_on_error (MyThreadGroup *self,
                                     gboolean cancel_on_error)
{
  gboolean is_changed;

  g_return_if_fail (MY_IS_THREAD_GROUP (self));

  my_state_lock ();
  is_changed = self->cancel_on_error != !!cancel_on_error;
  self->cancel_on_error = !!cancel_on_error;
  my_state_unlock ();

  if (is_changed) {
    my_group_announce (self, MY_GROUP_CHANGE_CANCEL_ON_ERROR);
  }
}

/**
 * my_thread_group_get_keep_finished: (get-property keep-finished)
 * @self: a group
 *
 * Whether members that have ended are kept for [method@ThreadGroup.join_next].
 *
 * Any thread may call it. It does not block.
 *
 * Returns: whether they are
 *
 * Since: 1.0
 */
gboolean
my_thread_group_get_keep_finished (MyThreadGroup *self)
{
  gboolean keep_finished;

  g_return_val_if_fail (MY_IS_THREAD_GROUP (self), FALSE);

  my_state_lock ();
  keep_finished = self->keep_finished;
  my_state_unlock ();

  return keep_finished;
}

/**
 * my_thread_group_set_keep_finished: (set-property keep-finished)
 * @self: a group
 * @keep_finished: whether members that have ended are kept
 *
 * Sets whether members that have ended are kept for [method@ThreadGroup.join_next].
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_thread_group_set_keep_finished (MyThreadGroup *self,
                                   gboolean keep_finished)
{
  gboolean is_changed;

  g_return_if_fail (MY_IS_THREAD_GROUP (self));

  my_state_lock ();
  is_changed = self->keep_finished != !!keep_finished;
  self->keep_finished = !!keep_finished;
  my_state_unlock ();

  if (!keep_finished) {
    my_group_drop_kept (self, FALSE);
  }
  if (is_changed) {
    my_group_announce (self, MY_GROUP_CHANGE_KEEP_FINISHED);
  }
}

/**
 * my_thread_group_get_progress: (get-property progress)
 * @self: a group
 *
 * Gets the mean progress of the group's own members. See [property@ThreadGroup:progress].
 *
 * Any thread may call it. It does not block.
 *
 * Returns: from 0 to 1
 *
 * Since: 1.0
 */
double
my_thread_group_get_progress (MyThreadGroup *self)
{
  double sum;
  guint64 n;
  guint n_ended;
  MyThread *member;
  MyWalk walk;

  g_return_val_if_fail (MY_IS_THREAD_GROUP (self), 0);

  my_state_lock ();
  sum = (double) self->n_done;
  n = self->n_done + self->members.n;
  n_ended = self->members.n;
  my_walk_begin_members_locked (&walk, self);
  while ((member = my_walk_next_locked (&walk)) != NULL) {
    sum += MAX (my_thread_get_progress (member), 0);
    n_ended--;
  }
  my_walk_end_locked (&walk);
  my_state_unlock ();

  /* Those that were not found have ended meanwhile. */
  sum += n_ended;
  return n != 0 ? sum / (double) n : 0;
}
