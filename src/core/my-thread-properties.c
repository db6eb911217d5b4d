/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-executor.h>
#include <mythread/my-thread.h>
#include <pthread.h>

#include "core/my-delivery-private.h"
#include "core/my-notify-private.h"
#include "core/my-thread-private.h"
#include "wait/my-state-lock-private.h"

/* What a thread is, and is to be. */

/**
 * my_thread_is_alive: (get-property alive)
 * @self: a thread
 *
 * Whether the thread was started and has not ended: it is queued, or runs.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: whether it is alive
 *
 * Since: 1.0
 */
gboolean
my_thread_is_alive (MyThread *self)
{
  g_return_val_if_fail (MY_IS_THREAD (self), FALSE);

  return my_phase_is_alive (my_thread_get_phase (self));
}

/**
 * my_thread_get_state: (get-property state)
 * @self: a thread
 *
 * Gets where the thread is in its life.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: the state
 *
 * Since: 1.0
 */
MyThreadState
my_thread_get_state (MyThread *self)
{
  g_return_val_if_fail (MY_IS_THREAD (self), MY_THREAD_STATE_NEW);

  switch (my_thread_get_phase (self)) {
  case MY_PHASE_WAITING:
    return MY_THREAD_STATE_QUEUED;
  case MY_PHASE_HANDED:
    return my_thread_get_private (self)->executor != NULL ? MY_THREAD_STATE_QUEUED : MY_THREAD_STATE_RUNNING;
  case MY_PHASE_RUNNING:
    return MY_THREAD_STATE_RUNNING;
  case MY_PHASE_SUCCEEDED:
    return MY_THREAD_STATE_SUCCEEDED;
  case MY_PHASE_FAILED:
    return MY_THREAD_STATE_FAILED;
  case MY_PHASE_CANCELLED:
    return MY_THREAD_STATE_CANCELLED;
  case MY_PHASE_NEW:
  default:
    return MY_THREAD_STATE_NEW;
  }
}

/**
 * my_thread_set_name: (set-property name)
 * @self: a thread
 * @name: (nullable): the name; %NULL: the default name
 *
 * Renames the thread, whether it runs or not.
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_thread_set_name (MyThread *self,
                    const char *name)
{
  MyThreadPrivate *priv;
  char *copy;
  gboolean is_changed;
  gboolean has_os_name = FALSE;

  g_return_if_fail (MY_IS_THREAD (self));
  g_return_if_fail (name == NULL || g_utf8_validate (name, -1, NULL));

  priv = my_thread_get_private (self);
  copy = g_strdup (name);

  my_state_lock ();
  is_changed = g_strcmp0 (priv->name, name) != 0;
  if (is_changed) {
    char *old = priv->name;

    priv->name = copy;
    copy = old;
    if (name == NULL && priv->kind == MY_KIND_WORKER) {
      my_thread_give_number (priv);
    }
    has_os_name = priv->owns_os_thread && my_phase_get_locked (priv) == MY_PHASE_RUNNING;
    if (has_os_name) {
      priv->is_renamed = TRUE;
    }
  }
  my_state_unlock ();

  g_free (copy);
  if (has_os_name) {
    my_thread_tell_os_name (self);
  }
  if (is_changed) {
    my_delivery_announce (self, MY_CHANGE_NAME);
  }
}

/**
 * my_thread_get_group: (get-property group)
 * @self: a thread
 *
 * Gets the group of the thread.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer none): the group
 *
 * Since: 1.0
 */
MyThreadGroup *
my_thread_get_group (MyThread *self)
{
  g_return_val_if_fail (MY_IS_THREAD (self), NULL);

  return my_thread_get_private (self)->group;
}

/**
 * my_thread_get_main_context: (get-property main-context)
 * @self: a thread
 *
 * Gets the owner context of the thread.
 *
 * Any thread may call it. It does not block. The thread holds no reference to the context. So call
 * it only where it is known that the context is still used, as in its owner thread.
 *
 * Returns: (transfer none) (nullable): the context; %NULL if its last user has dropped it
 *
 * Since: 1.0
 */
GMainContext *
my_thread_get_main_context (MyThread *self)
{
  g_return_val_if_fail (MY_IS_THREAD (self), NULL);

  return my_inbox_get_context (my_thread_get_private (self)->inbox);
}

/**
 * my_thread_get_args: (get-property args)
 * @self: a thread
 *
 * Gets the positional arguments of the thread.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer none) (nullable): a tuple
 *
 * Since: 1.0
 */
GVariant *
my_thread_get_args (MyThread *self)
{
  g_return_val_if_fail (MY_IS_THREAD (self), NULL);

  return my_thread_get_private (self)->args;
}

/**
 * my_thread_get_kwargs: (get-property kwargs)
 * @self: a thread
 *
 * Gets the named arguments of the thread.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer none) (nullable): an `a{sv}`
 *
 * Since: 1.0
 */
GVariant *
my_thread_get_kwargs (MyThread *self)
{
  g_return_val_if_fail (MY_IS_THREAD (self), NULL);

  return my_thread_get_private (self)->kwargs;
}

/**
 * my_thread_get_ident: (get-property ident)
 * @self: a thread
 *
 * Gets the `pthread_self()` of the thread, unique among the threads that live.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: the identifier; 0 before it runs
 *
 * Since: 1.0
 */
guint64
my_thread_get_ident (MyThread *self)
{
  MyThreadPrivate *priv;
  guint64 ident;

  g_return_val_if_fail (MY_IS_THREAD (self), 0);

  priv = my_thread_get_private (self);

  my_state_lock ();
  ident = priv->kind != MY_KIND_IN_MAKING ? priv->ident : 0;
  my_state_unlock ();

  return ident;
}

/**
 * my_thread_get_native_id: (get-property native-id)
 * @self: a thread
 *
 * Gets the kernel's number of the thread, unique among the threads that live.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: the number; 0 before it runs
 *
 * Since: 1.0
 */
gint
my_thread_get_native_id (MyThread *self)
{
  gint native_id;

  g_return_val_if_fail (MY_IS_THREAD (self), 0);

  my_state_lock ();
  native_id = my_thread_get_private (self)->native_id;
  my_state_unlock ();

  return native_id;
}

/* what is writable until it is started */

/* Begins the section of a setter, if it is not too late. */
static gboolean
lock_if_idle (MyThread *self,
              const char *function)
{
  g_autofree char *name = NULL;

  my_state_lock ();
  if (my_thread_get_phase (self) == MY_PHASE_NEW) {
    return TRUE;
  }
  name = my_thread_dup_name_locked (self);
  my_state_unlock ();

  g_critical ("%s: thread \"%s\" was started, and this can not be changed any more; set it before my_thread_start()", function, name);
  return FALSE;
}

/* Ends it. */
static void
unlock_and_announce (MyThread *self,
                     gboolean is_changed,
                     guint change)
{
  my_state_unlock ();

  if (is_changed) {
    my_delivery_announce (self, change);
  }
}

/**
 * my_thread_dup_executor: (get-property executor)
 * @self: a thread
 *
 * Gets what decides where the thread runs.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer full) (nullable): the executor; %NULL: an OS thread of its own
 *
 * Since: 1.0
 */
MyExecutor *
my_thread_dup_executor (MyThread *self)
{
  MyExecutor *executor;

  g_return_val_if_fail (MY_IS_THREAD (self), NULL);

  my_state_lock ();
  executor = my_thread_get_private (self)->executor;
  if (executor != NULL) {
    g_object_ref (executor);
  }
  my_state_unlock ();

  return executor;
}

/**
 * my_thread_set_executor: (set-property executor)
 * @self: a thread that was not started
 * @executor: (nullable): the executor; %NULL: an OS thread of its own
 *
 * Sets what decides where the thread runs.
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_thread_set_executor (MyThread *self,
                        MyExecutor *executor)
{
  MyThreadPrivate *priv;
  MyExecutor *unused;

  g_return_if_fail (MY_IS_THREAD (self));
  g_return_if_fail (executor == NULL || MY_IS_EXECUTOR (executor));

  priv = my_thread_get_private (self);
  if (executor != NULL) {
    g_object_ref (executor);
  }

  unused = executor;
  if (lock_if_idle (self, G_STRFUNC)) {
    unused = priv->executor;
    priv->executor = executor;
    unlock_and_announce (self, unused != executor, MY_CHANGE_EXECUTOR);
  }
  if (unused != NULL) {
    my_object_unref (unused);
  }
}

/**
 * my_thread_get_daemon: (get-property daemon)
 * @self: a thread
 *
 * Whether the program may exit while the thread is alive.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: whether it may
 *
 * Since: 1.0
 */
gboolean
my_thread_get_daemon (MyThread *self)
{
  gboolean is_daemon;

  g_return_val_if_fail (MY_IS_THREAD (self), FALSE);

  my_state_lock ();
  is_daemon = my_thread_get_private (self)->is_daemon;
  my_state_unlock ();

  return is_daemon;
}

/**
 * my_thread_set_daemon: (set-property daemon)
 * @self: a thread that was not started
 * @daemon: whether the program may exit while the thread is alive
 *
 * Sets whether `exit()` and the return from `main()` need not wait for the thread.
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_thread_set_daemon (MyThread *self,
                      gboolean daemon)
{
  MyThreadPrivate *priv;
  gboolean is_changed;

  g_return_if_fail (MY_IS_THREAD (self));

  priv = my_thread_get_private (self);

  if (lock_if_idle (self, G_STRFUNC)) {
    is_changed = priv->is_daemon != !!daemon;
    priv->is_daemon = !!daemon;
    unlock_and_announce (self, is_changed, MY_CHANGE_DAEMON);
  }
}

/**
 * my_thread_get_stack_size: (get-property stack-size)
 * @self: a thread
 *
 * Gets the size of the thread's stack, as it was asked for.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: the size in bytes; 0: the system's default
 *
 * Since: 1.0
 */
guint64
my_thread_get_stack_size (MyThread *self)
{
  guint64 stack_size;

  g_return_val_if_fail (MY_IS_THREAD (self), 0);

  my_state_lock ();
  stack_size = my_thread_get_private (self)->stack_size;
  my_state_unlock ();

  return stack_size;
}

/**
 * my_thread_set_stack_size: (set-property stack-size)
 * @self: a thread that was not started
 * @stack_size: the size in bytes; 0: the system's default
 *
 * Sets the size of the thread's stack. The system may refuse it at [method@Thread.start].
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_thread_set_stack_size (MyThread *self,
                          guint64 stack_size)
{
  MyThreadPrivate *priv;
  gboolean is_changed;

  g_return_if_fail (MY_IS_THREAD (self));

  priv = my_thread_get_private (self);

  if (lock_if_idle (self, G_STRFUNC)) {
    is_changed = priv->stack_size != stack_size;
    priv->stack_size = stack_size;
    unlock_and_announce (self, is_changed, MY_CHANGE_STACK_SIZE);
  }
}

/**
 * my_thread_get_priority: (get-property priority)
 * @self: a thread
 *
 * Gets the nice value of the thread, as it was asked for.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: the nice value; 0: that of the thread that starts it
 *
 * Since: 1.0
 */
gint
my_thread_get_priority (MyThread *self)
{
  gint priority;

  g_return_val_if_fail (MY_IS_THREAD (self), 0);

  my_state_lock ();
  priority = my_thread_get_private (self)->priority;
  my_state_unlock ();

  return priority;
}

/**
 * my_thread_set_priority: (set-property priority)
 * @self: a thread that was not started
 * @priority: the nice value, from -20 to 19; 0: that of the thread that starts it
 *
 * Sets the nice value of the thread. See [property@Thread:priority] for what the system may refuse.
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_thread_set_priority (MyThread *self,
                        gint priority)
{
  MyThreadPrivate *priv;
  gboolean is_changed;

  g_return_if_fail (MY_IS_THREAD (self));
  g_return_if_fail (priority >= -20 && priority <= 19);

  priv = my_thread_get_private (self);

  if (lock_if_idle (self, G_STRFUNC)) {
    is_changed = priv->priority != priority;
    priv->priority = priority;
    unlock_and_announce (self, is_changed, MY_CHANGE_PRIORITY);
  }
}

/**
 * my_thread_get_fresh_os_thread: (get-property fresh-os-thread)
 * @self: a thread
 *
 * Whether the thread runs on an OS thread that is made for it. See [property@Thread:fresh-os-thread].
 *
 * Any thread may call it. It does not block.
 *
 * Returns: whether it does
 *
 * Since: 1.0
 */
gboolean
my_thread_get_fresh_os_thread (MyThread *self)
{
  gboolean fresh;

  g_return_val_if_fail (MY_IS_THREAD (self), FALSE);

  my_state_lock ();
  fresh = my_thread_get_private (self)->fresh_os_thread;
  my_state_unlock ();

  return fresh;
}

/**
 * my_thread_set_fresh_os_thread: (set-property fresh-os-thread)
 * @self: a thread that was not started
 * @fresh: whether it is to run on an OS thread that is made for it
 *
 * Sets whether the thread may run on an OS thread that has run another. See [property@Thread:fresh-os-thread].
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_thread_set_fresh_os_thread (MyThread *self,
                               gboolean fresh)
{
  MyThreadPrivate *priv;

  g_return_if_fail (MY_IS_THREAD (self));

  priv = my_thread_get_private (self);

  if (lock_if_idle (self, G_STRFUNC)) {
    gboolean is_changed = priv->fresh_os_thread != !!fresh;

    priv->fresh_os_thread = !!fresh;
    unlock_and_announce (self, is_changed, MY_CHANGE_FRESH_OS_THREAD);
  }
}
