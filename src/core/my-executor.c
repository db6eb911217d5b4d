/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-executor-private.h"

#include <mythread/my-thread-error.h>

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
                 MyThread *thread,
                 GError **error)
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
                     MyThread *thread,
                     GError **error)
{
  MyExecutorInterface *iface = MY_EXECUTOR_GET_IFACE (self);

  /* Whoever has put NULL there has none, either. */
  return iface->execute != NULL ? iface->execute (self, thread, error) : default_execute (self, thread, error);
}

const MyOsThreads *my_os_threads;
