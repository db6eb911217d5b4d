/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-executor.h>
#include <mythread/my-thread.h>

#include "core/my-executor-private.h"
#include "core/my-thread-private.h"

/**
 * MyExecutor:
 *
 * What decides where a thread's `run()` runs.
 *
 * A thread without an [property@Thread:executor] gets an OS thread of its own. An
 * implementation of this interface may run it on a thread it has, in another process or on another machine: the same
 * subclass of [class@Thread], with the same states, signals and errors.
 *
 * [class@ThreadPool] is the implementation of this library. To write your own, see [Pools and
 * executors](pools.html).
 *
 * Since: 1.0
 */

G_DEFINE_INTERFACE (MyExecutor, my_executor, G_TYPE_OBJECT)

static gboolean
default_execute (MyExecutor *self,
                 MyThread   *thread,
                 GError    **error)
{
  g_set_error (error, MY_THREAD_ERROR, MY_THREAD_ERROR_NO_RESOURCES,
               "%s has no implementation of execute()", G_OBJECT_TYPE_NAME (self));
  return FALSE;
}

static void
my_executor_default_init (MyExecutorInterface *iface)
{
  iface->execute = default_execute;
}

/* Has the executor take the thread. */
gboolean
my_executor_execute (MyExecutor *self,
                     MyThread   *thread,
                     GError    **error)
{
  MyExecutorInterface *iface = MY_EXECUTOR_GET_IFACE (self);

  /* Whoever has put NULL there has none, either. */
  return iface->execute != NULL ? iface->execute (self, thread, error) : default_execute (self, thread, error);
}

/**
 * my_executor_submit:
 * @self: an executor
 * @thread: a thread that was not started
 * @error: return location for an error
 *
 * Starts the thread on this executor: sets [property@Thread:executor], and calls [method@Thread.start].
 *
 * Any thread may call it. It does not block. The errors are those of [method@Thread.start].
 *
 * Returns: whether the thread was started
 *
 * Since: 1.0
 */
gboolean
my_executor_submit (MyExecutor *self,
                    MyThread   *thread,
                    GError    **error)
{
  g_return_val_if_fail (MY_IS_EXECUTOR (self), FALSE);
  g_return_val_if_fail (MY_IS_THREAD (thread), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!my_thread_has_notify_listeners (thread)) {
    return my_life_start (thread, self, error);
  }
  if (my_thread_get_phase (thread) == MY_PHASE_NEW) {
    my_thread_set_executor (thread, self);
  }
  return my_life_start (thread, NULL, error);
}
