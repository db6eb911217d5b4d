/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <math.h>
#include <mythread/my-executor.h>
#include <mythread/my-thread.h>
#include <string.h>

#include "core/my-delivery-private.h"
#include "core/my-notify-private.h"
#include "core/my-registry-private.h"
#include "core/my-thread-group-private.h"
#include "core/my-thread-private.h"
#include "sync/my-state-lock-private.h"

/* What is set on a thread: how it is to run, before it is started, and what run() reports. */

/* Setters of what is writable until start. */

/* Begins the section of a setter, if it is not too late. */
static gboolean
lock_if_idle (MyThread   *self,
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
                     gboolean  is_changed,
                     guint     change)
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
my_thread_set_executor (MyThread   *self,
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
                      gboolean  daemon)
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
                          guint64   stack_size)
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
                        gint      priority)
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
                               gboolean  fresh)
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

/* what run() reports */

static guint64
bits_of_double (double value)
{
  guint64 bits;

  memcpy (&bits, &value, sizeof bits);
  return bits;
}

static void
complain_of_progress (MyThread *self,
                      double    fraction)
{
  g_autofree char *name = my_thread_dup_name (self);

  g_critical ("my_thread_set_progress: the progress of thread \"%s\" is %g, and must be between 0 and 1", name, fraction);
}

/**
 * my_thread_set_progress:
 * @self: the thread that runs
 * @fraction: how much is done, from 0 to 1; -1: unknown
 *
 * Says how far the thread has come.
 *
 * From `run()`, or from another thread while that runs, as often as you like: it costs nanoseconds, and the owner's loop gets as many notifications as it has
 * time for. A fraction above 1 is 1, with a critical where that is no rounding (50 percent are 0.5); any below 0 is -1. It
 * has no effect on a thread that does not run.
 *
 * It does not block.
 *
 * Since: 1.0
 */
void
my_thread_set_progress (MyThread *self,
                        double    fraction)
{
  MyThreadPrivate *priv;

  g_return_if_fail (MY_IS_THREAD (self));
  g_return_if_fail (!isnan (fraction));
  if (G_UNLIKELY (fraction > 1.001)) {
    complain_of_progress (self, fraction);
  }

  priv = my_thread_get_private (self);

  if (my_thread_get_phase (self) != MY_PHASE_RUNNING) {
    return;
  }

  /* The store and both looks at `pending` are sequentially consistent, as is the exchange that takes the bits: if the
   * bit is seen set here, it is taken after the store, and its notification shows this value or a later one. */
  atomic_store_explicit (&priv->progress, bits_of_double (fraction < 0 ? -1 : MIN (fraction, 1)), memory_order_seq_cst);

  if (!(atomic_load_explicit (&priv->pending, memory_order_seq_cst) & MY_CHANGE_PROGRESS)) {
    if (my_registry_peek_current () == self) {
      my_delivery_post_kept (self, MY_CHANGE_PROGRESS);
    } else {
      my_delivery_post (self, MY_CHANGE_PROGRESS);
    }
  }
  if (priv->kind == MY_KIND_WORKER &&
      !(atomic_load_explicit (&priv->group->pending, memory_order_seq_cst) & MY_GROUP_CHANGE_PROGRESS)) {
    my_group_post (priv->group, MY_GROUP_CHANGE_PROGRESS);
    my_inbox_empty_closed ();
  }
}

/**
 * my_thread_get_progress: (get-property progress)
 * @self: a thread
 *
 * Gets how far the thread has come.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: from 0 to 1; -1: unknown
 *
 * Since: 1.0
 */
double
my_thread_get_progress (MyThread *self)
{
  guint64 bits;
  double fraction;

  g_return_val_if_fail (MY_IS_THREAD (self), -1);

  bits = atomic_load_explicit (&my_thread_get_private (self)->progress, memory_order_seq_cst);
  memcpy (&fraction, &bits, sizeof fraction);
  return fraction;
}

/**
 * my_thread_set_status:
 * @self: the thread that runs
 * @text: (nullable): what it is doing, for a person
 *
 * Says what the thread is doing.
 *
 * From `run()`, or from another thread while that runs. @text is copied. Notifications are coalesced. It has no effect on a thread that does not run.
 *
 * It does not block.
 *
 * Since: 1.0
 */
void
my_thread_set_status (MyThread   *self,
                      const char *text)
{
  MyThreadPrivate *priv;
  char *unused;
  gboolean is_changed = FALSE;

  g_return_if_fail (MY_IS_THREAD (self));
  g_return_if_fail (text == NULL || g_utf8_validate (text, -1, NULL));

  priv = my_thread_get_private (self);
  unused = g_strdup (text);

  my_state_lock ();
  if (my_thread_get_phase (self) == MY_PHASE_RUNNING && g_strcmp0 (priv->status, text) != 0) {
    char *old = priv->status;

    priv->status = unused;
    unused = old;
    is_changed = TRUE;
  }
  my_state_unlock ();

  g_free (unused);
  if (is_changed) {
    if (my_registry_peek_current () == self) {
      my_delivery_post_kept (self, MY_CHANGE_STATUS);
    } else {
      my_delivery_post (self, MY_CHANGE_STATUS);
    }
  }
}

/**
 * my_thread_dup_status: (get-property status)
 * @self: a thread
 *
 * Gets what the thread is doing.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer full) (nullable): a copy of the text
 *
 * Since: 1.0
 */
char *
my_thread_dup_status (MyThread *self)
{
  char *text;

  g_return_val_if_fail (MY_IS_THREAD (self), NULL);

  my_state_lock ();
  text = g_strdup (my_thread_get_private (self)->status);
  my_state_unlock ();

  return text;
}
