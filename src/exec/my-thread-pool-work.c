/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-thread-pool.h>
#include <mythread/my-thread.h>

#include "core/my-async-result-private.h"
#include "exec/my-thread-pool-private.h"
#include "wait/my-state-lock-private.h"

/* What a pool is given to do, and its end. */

/**
 * my_thread_pool_push:
 * @self: a pool
 * @func: (scope async) (closure user_data): the task
 * @user_data: data for @func
 * @error: return location for an error
 *
 * Calls a function on one of the pool's OS threads.
 *
 * That is [method@ThreadPool.push_full] with nothing to destroy.
 *
 * Any thread may call it. It blocks while [property@ThreadPool:max-queued] tasks are queued.
 *
 * Returns: whether it was taken
 *
 * Since: 1.0
 */
gboolean
my_thread_pool_push (MyThreadPool *self,
                     MyTaskFunc func,
                     gpointer user_data,
                     GError **error)
{
  return my_thread_pool_push_full (self, func, user_data, NULL, error);
}

/**
 * my_thread_pool_push_full:
 * @self: a pool
 * @func: (scope notified) (closure user_data) (destroy destroy): the task
 * @user_data: data for @func
 * @destroy: (nullable): called with @user_data when @func has returned, on the same OS thread; or, if a shutdown drops
 *   the task, in [method@ThreadPool.shutdown]
 * @error: return location for an error
 *
 * Calls a function on one of the pool's OS threads.
 *
 * Tasks begin in the order in which they were pushed. The function is no [class@Thread]: in it,
 * [func@Thread.get_current] returns an object that belongs to this call alone, and ends with it. If
 * the function blocks outside of this library's waits, it should call
 * [func@ThreadPool.begin_blocking] before.
 *
 * Any thread may call it. It blocks while [property@ThreadPool:max-queued] tasks are queued, if that is set, and the caller is
 * no task of the pool.
 *
 * The error is `MY_THREAD_ERROR_SHUT_DOWN` after a shutdown; `MY_THREAD_ERROR_NO_RESOURCES` if the pool has no OS thread, and the
 * system refuses the first one; `G_IO_ERROR_CANCELLED` if the calling thread is cancelled while it
 * waits for space in the queue. Then the task was not taken, and @destroy is not called.
 *
 * Returns: whether it was taken
 *
 * Since: 1.0
 */
gboolean
my_thread_pool_push_full (MyThreadPool *self,
                          MyTaskFunc func,
                          gpointer user_data,
                          GDestroyNotify destroy,
                          GError **error)
{
  const MyTask task = { func, user_data, destroy };

  g_return_val_if_fail (MY_IS_THREAD_POOL (self), FALSE);
  g_return_val_if_fail (func != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return my_pool_push (self->core, &task, error);
}

/* foreign calls that block */

/**
 * my_thread_pool_begin_blocking:
 *
 * Says that the calling task is about to block outside of this library's waits, for example on a
 * socket or on a lock of another library. Another task may run meanwhile.
 *
 * Each call needs a call of [func@ThreadPool.end_blocking]; they may be nested. Waits of this
 * library need neither. Outside of a pool's task it does nothing.
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_thread_pool_begin_blocking (void)
{
  MyWorker *worker = my_worker_get_current ();

  if (worker != NULL) {
    worker->n_blocking++;
    my_host_block ();
  }
}

/**
 * my_thread_pool_end_blocking:
 *
 * Says that the calling task goes on after [func@ThreadPool.begin_blocking].
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_thread_pool_end_blocking (void)
{
  MyWorker *worker = my_worker_get_current ();

  if (worker == NULL) {
    return;
  }
  g_return_if_fail (worker->n_blocking > 0);

  worker->n_blocking--;
  my_host_unblock ();
}

/* the end */

static gboolean
is_shutdown_mode (MyShutdownMode mode)
{
  return mode == MY_SHUTDOWN_DRAIN || mode == MY_SHUTDOWN_CANCEL;
}

/**
 * my_thread_pool_shutdown:
 * @self: a pool
 * @mode: what becomes of the work that it still has
 * @error: return location for an error
 *
 * Makes the pool accept nothing more, and waits until its OS threads have left it.
 *
 * That is [method@ThreadPool.shutdown_timeout] without a limit.
 *
 * Returns: whether the pool has ended
 *
 * Since: 1.0
 */
gboolean
my_thread_pool_shutdown (MyThreadPool *self,
                         MyShutdownMode mode,
                         GError **error)
{
  g_return_val_if_fail (MY_IS_THREAD_POOL (self), FALSE);
  g_return_val_if_fail (is_shutdown_mode (mode), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return my_pool_shut_down (self->core, mode, -1, error);
}

/**
 * my_thread_pool_shutdown_timeout:
 * @self: a pool
 * @mode: what becomes of the work that it still has
 * @timeout_us: how long to wait at most, in microseconds; 0: just look; negative: for ever
 * @error: return location for an error
 *
 * Makes the pool accept nothing more, and waits, for some time, until its OS threads have left it.
 * They may end later, or be used again.
 *
 * With `MY_SHUTDOWN_DRAIN` all that is queued is run, also the threads that wait for their turn in
 * a group. With `MY_SHUTDOWN_CANCEL` functions that have not begun are dropped (the functions that
 * destroy their data are called here), threads that have not begun end as cancelled, and threads
 * that run are cancelled. Functions that run can not be stopped, and are waited for. It may be
 * called again, also with the other mode, and by several threads at once.
 *
 * Any thread may call it, except those of the pool. It blocks. [method@ThreadPool.shutdown_async]
 * does not.
 *
 * The error is `MY_THREAD_ERROR_DEADLOCK` if the caller is a task of the pool: then nothing is
 * done. It is also `MY_THREAD_ERROR_DEADLOCK` if the call has no limit, and a thread of the pool
 * waits without a limit for the caller; `MY_THREAD_ERROR_TIMED_OUT`; `G_IO_ERROR_CANCELLED` if the
 * calling thread is cancelled while it waits; `MY_THREAD_ERROR_NO_RESOURCES` if the system refuses
 * an OS thread to run what is queued. After the last four the shutdown goes on: the pool accepts
 * nothing more, and it may be called again to wait.
 *
 * Returns: whether the pool has ended
 *
 * Since: 1.0
 */
gboolean
my_thread_pool_shutdown_timeout (MyThreadPool *self,
                                 MyShutdownMode mode,
                                 gint64 timeout_us,
                                 GError **error)
{
  g_return_val_if_fail (MY_IS_THREAD_POOL (self), FALSE);
  g_return_val_if_fail (is_shutdown_mode (mode), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return my_pool_shut_down (self->core, mode, timeout_us, error);
}

static MyJoinAsyncState
look_for_end (MyJoinAsync *join,
              gpointer object,
              GError **error)
{
  return my_pool_look_for_end (MY_THREAD_POOL (object)->core, join, error);
}

/**
 * my_thread_pool_shutdown_async:
 * @self: a pool
 * @mode: what becomes of the work that it still has
 * @cancellable: (nullable): to stop waiting; the shutdown goes on
 * @callback: (scope async): called in the caller's thread-default main context when all is over
 * @user_data: data for @callback
 *
 * Makes the pool accept nothing more, and waits until its OS threads have left it, without blocking.
 *
 * What becomes of the work is as in [method@ThreadPool.shutdown_timeout]. The shutdown begins before this returns, also where @cancellable was
 * cancelled before. @callback comes after [signal@Thread::finished] of the pool's threads that belong to the same context. The pool
 * is kept until then.
 *
 * Any thread that runs a main loop may call it, any number of times, several at once too. A task of the pool may call it as well, since it does not wait; the task is one of
 * those that have to end first, so it must not iterate the main context until then. It does not block. If the last user of that main
 * context drops it before, @callback is never called, and the shutdown goes on. In a child of `fork()` nothing comes of what was called before.
 *
 * Since: 1.0
 */
void
my_thread_pool_shutdown_async (MyThreadPool *self,
                               MyShutdownMode mode,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  MyJoinAsync *join;

  g_return_if_fail (MY_IS_THREAD_POOL (self));
  g_return_if_fail (is_shutdown_mode (mode));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  join = my_join_async_new_for_many (self, my_thread_pool_shutdown_async, look_for_end, cancellable, callback, user_data);
  my_pool_begin_shutdown (self->core, mode);

  my_state_lock ();
  my_join_async_post_locked (join, FALSE);
  my_state_unlock ();
}

/**
 * my_thread_pool_shutdown_finish:
 * @self: a pool
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends what [method@ThreadPool.shutdown_async] began.
 *
 * The error is `G_IO_ERROR_CANCELLED` if the cancellable was cancelled, or `MY_THREAD_ERROR_NO_RESOURCES` if the system refuses an OS
 * thread to run what is queued. The shutdown goes on after both, and may be waited for again.
 *
 * Returns: whether the pool has ended
 *
 * Since: 1.0
 */
gboolean
my_thread_pool_shutdown_finish (MyThreadPool *self,
                                GAsyncResult *result,
                                GError **error)
{
  g_return_val_if_fail (MY_IS_THREAD_POOL (self), FALSE);
  g_return_val_if_fail (my_async_result_is_valid (result, self, my_thread_pool_shutdown_async), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return my_async_result_propagate (result, error);
}
