/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-thread-group.h>
#include <mythread/my-thread.h>

/* A thread that is made in a group, and started. */

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
                     const char    *name,
                     MyThreadFunc   func,
                     gpointer       user_data,
                     GDestroyNotify destroy,
                     GError       **error)
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
