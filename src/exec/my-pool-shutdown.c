/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-thread-error.h>

#include "core/my-executor-private.h"
#include "core/my-run-private.h"
#include "core/my-serve-private.h"
#include "core/my-thread-error-private.h"
#include "exec/my-pool-private.h"
#include "wait/my-state-lock-private.h"

/* The end of a pool. */

/* Takes nothing more. What is queued will be run. */
static void
close_pool (MyPool *self)
{
  MyWakeList wakes = { 0 };
  MyWorker *worker;

  my_state_lock ();
  while (!self->is_closed && !my_task_queue_try_close (&self->queue)) {
    my_state_unlock ();
    my_task_queue_get_ready (&self->queue);
    my_state_lock ();
  }
  if (!self->is_closed) {
    self->is_closed = TRUE;
    self->closed_serial = my_run_get_last_start_serial_locked ();
    my_wait_queue_wake_all (&self->space, &wakes);
    while ((worker = my_pool_take_sleeper_locked (self)) != NULL) {
      worker->must_end = TRUE;
      my_wake_list_add (&wakes, worker->parker);
    }
  }
  my_state_unlock ();

  my_wake_list_flush (&wakes);
}

/* The object is gone. */
void
my_pool_abandon (MyPool *self)
{
  close_pool (self);
  if (!my_task_queue_is_empty (&self->queue)) {
    my_pool_notify (self);
  }
  my_pool_unref (self);
}

static void
drop_queued (MyPool *self)
{
  MyWakeList wakes = { 0 };

  my_pool_drop_all_tasks (self);

  /* For who waits for the queue, with no worker left. */
  my_state_lock ();
  my_pool_wake_enders_locked (self, &wakes);
  my_state_unlock ();
  my_wake_list_flush (&wakes);
  my_inbox_empty_closed ();
}

static void
describe_end (gpointer object,
              GString *text)
{
  MyPool *self = object;

  g_string_append (text, "the end of pool \"");
  g_string_append (text, self->name);
  g_string_append_c (text, '"');
}

/* All workers have to end. */
static MyWaitBlocker
get_end_blocker (gpointer object)
{
  return (MyWaitBlocker){ .set = &((MyPool *) object)->own_workers };
}

static const MyWaitTarget end_target = {
  .get_blocker = get_end_blocker,
  .describe = describe_end,
};

static gboolean
has_ended_locked (MyPool *self)
{
  return self->n_workers == 0 && my_pool_get_n_queued_locked (self) == 0;
}

/* What of a shutdown does not wait. */
void
my_pool_begin_shutdown (MyPool *self,
                        MyShutdownMode mode)
{
  close_pool (self);
  if (mode == MY_SHUTDOWN_CANCEL) {
    drop_queued (self);
    my_executor_cancel_threads (self->owner);
  }
}

/* Whether what is queued in the closed pool has a worker, or gets one. */
static gboolean
ensure_end (MyPool *self,
            GError **error)
{
  return my_pool_count (self).n_queued == 0 || my_pool_ensure_worker (self, error);
}

gboolean
my_pool_shut_down (MyPool *self,
                   MyShutdownMode mode,
                   gint64 timeout_us,
                   GError **error)
{
  MyThread *current = my_thread_get_current ();
  MyWaitResult result = MY_WAIT_WOKEN;
  gint64 deadline = timeout_us != 0 ? my_wait_deadline (timeout_us) : MY_DEADLINE_PAST;
  gboolean has_ended = FALSE;

  if (my_pool_runs_caller (self)) {
    g_set_error (error, MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK, "The pool \"%s\" can not end before its own task does", self->name);
    return FALSE;
  }

  my_pool_begin_shutdown (self, mode);

  /* A thread may have been waiting in its group, and come only now; or its joiner runs it, or it is cancelled. The last worker wakes
   * those that wait; without a worker nobody would, so what was queued meanwhile gets one. */
  while (result == MY_WAIT_WOKEN && !has_ended) {
    if (!ensure_end (self, error)) {
      return FALSE;
    }
    my_state_lock ();
    has_ended = has_ended_locked (self);
    if (!has_ended && deadline == MY_DEADLINE_PAST) {
      result = MY_WAIT_TIMED_OUT;
    } else if (!has_ended && self->n_workers > 0) {
      result = my_serve_block (my_run_get_waiter (current), &self->ended, &end_target, self, deadline, TRUE);
    }
    my_state_unlock ();

    if (has_ended) {
      result = my_executor_wait_for_threads (self->owner, deadline, &has_ended);
    }
  }
  if (result != MY_WAIT_WOKEN) {
    my_thread_set_wait_error (result, "Pool", self->name, error);
    return FALSE;
  }
  return TRUE;
}

/* The same without waiting: whether the closed pool has ended; if not, @join waits for what has to end first, and looks again. */
MyJoinAsyncState
my_pool_look_for_end (MyPool *self,
                      MyJoinAsync *join,
                      GError **error)
{
  gboolean has_ended;
  gboolean waits;

  do {
    if (!ensure_end (self, error)) {
      return MY_JOIN_FAILED;
    }

    my_state_lock ();
    has_ended = has_ended_locked (self);
    waits = !has_ended && self->n_workers > 0;
    if (waits) {
      my_join_async_add_locked (join, &self->ended_async);
    }
    my_state_unlock ();
  } while (!has_ended && !waits);

  if (waits || my_executor_join_last_thread (self->owner, join)) {
    return MY_JOIN_WAITS;
  }
  return MY_JOIN_IS_OVER;
}
