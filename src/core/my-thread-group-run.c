/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-thread-group.h>
#include <mythread/my-thread.h>

#include "core/my-thread-group-private.h"
#include "core/my-thread-private.h"
#include "core/my-walk-private.h"
#include "wait/my-state-lock-private.h"

/* The members of a group, as one. */

/**
 * my_thread_group_run:
 * @self: a group
 * @name: (nullable): the name of the thread; %NULL: the default name
 * @func: (scope notified) (closure user_data) (destroy destroy): what the thread does
 * @user_data: data for @func
 * @destroy: (nullable): called with @user_data when the thread is finalised, also if it could not be started
 * @error: return location for an error
 *
 * Makes a thread in the group, and starts it.
 *
 * Any thread may call it. The thread-default main context of the caller becomes the new thread's
 * owner context. It does not block. The errors are those of [method@Thread.start].
 *
 * Returns: (transfer full) (nullable): the thread, started; %NULL with an error. Drop the reference
 *   if you do not need it: a thread that runs keeps itself alive
 *
 * Since: 1.0
 */
MyThread *
my_thread_group_run (MyThreadGroup *self,
                     const char *name,
                     MyThreadFunc func,
                     gpointer user_data,
                     GDestroyNotify destroy,
                     GError **error)
{
  MyThread *thread;

  g_return_val_if_fail (MY_IS_THREAD_GROUP (self), NULL);
  g_return_val_if_fail (name == NULL || g_utf8_validate (name, -1, NULL), NULL);
  g_return_val_if_fail (func != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  thread = my_thread_new_in_group (self, name, func, user_data, destroy);
  if (!my_thread_start (thread, error)) {
    g_object_unref (thread);
    return NULL;
  }
  return thread;
}

/**
 * my_thread_group_active_count:
 * @self: a group
 *
 * Counts the alive members of the group and its subgroups.
 *
 * That is the length of [method@ThreadGroup.enumerate]. If members start and end meanwhile, each
 * subgroup is counted at some moment during the call.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: how many there are
 *
 * Since: 1.0
 */
guint
my_thread_group_active_count (MyThreadGroup *self)
{
  guint n;

  g_return_val_if_fail (MY_IS_THREAD_GROUP (self), 0);

  my_state_lock ();
  n = my_group_count_locked (self);
  my_state_unlock ();

  return n;
}

/**
 * my_thread_group_enumerate:
 * @self: a group
 *
 * Lists the alive members of the group and its subgroups: the group's own first, in the order of their start.
 *
 * A member that is alive from the beginning to the end of the call is in the list once; one that starts meanwhile is not; one
 * that ends meanwhile may be.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer container) (element-type MyThread): the threads; the array holds references, and drops them
 *
 * Since: 1.0
 */
GPtrArray *
my_thread_group_enumerate (MyThreadGroup *self)
{
  MyWalk walk;

  g_return_val_if_fail (MY_IS_THREAD_GROUP (self), NULL);

  my_state_lock ();
  my_walk_begin_locked (&walk, self);
  my_state_unlock ();

  return my_walk_list (&walk);
}

/**
 * my_thread_group_cancel:
 * @self: a group
 *
 * Cancels all members of the group and its subgroups, as by [method@Thread.cancel].
 *
 * The group stays cancelled: members that are started later end at once, as cancelled.
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_thread_group_cancel (MyThreadGroup *self)
{
  MyAfter after = MY_AFTER_INIT;

  g_return_if_fail (MY_IS_THREAD_GROUP (self));

  my_life_cancel_group (self, &after);
  my_after_run (&after);
}

/**
 * my_thread_group_is_cancelled:
 * @self: a group
 *
 * Whether the group, or one that it is part of, was cancelled.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: whether it was
 *
 * Since: 1.0
 */
gboolean
my_thread_group_is_cancelled (MyThreadGroup *self)
{
  gboolean is_cancelled;

  g_return_val_if_fail (MY_IS_THREAD_GROUP (self), FALSE);

  my_state_lock ();
  is_cancelled = my_group_is_cancelled_locked (self);
  my_state_unlock ();

  return is_cancelled;
}
