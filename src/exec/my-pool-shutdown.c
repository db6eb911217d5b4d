/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-thread-error.h>

#include "core/my-executor-private.h"
#include "core/my-registry-private.h"
#include "core/my-run-private.h"
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
  if (!self->is_closed) {
    self->is_closed = TRUE;
    self->closed_serial = my_run_get_last_start_serial_locked ();
    my_task_queue_close (&self->queue);
    my_wait_queue_wake_all (&self->room, &wakes);
    while ((worker = my_pool_take_sleeper_locked (self)) != NULL) {
      worker->is_dismissed = TRUE;
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
  my_wait_queue_wake_all (&self->ended, &wakes);
  my_state_unlock ();
  my_wake_list_flush (&wakes);
}

static void
describe_end (gpointer object,
              GString *text)
{
  MyPool *self = object;

  g_string_append_printf (text, "the end of pool \"%s\"", self->name);
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

gboolean
my_pool_shut_down (MyPool        *self,
                   MyShutdownMode mode,
                   GError       **error)
{
  MyThread *current = my_thread_get_current ();
  MyWaitResult result = MY_WAIT_WOKEN;
  gboolean has_ended = FALSE;

  if (my_pool_runs_caller (self)) {
    g_set_error (error, MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK, "The pool \"%s\" can not end before its own task does", self->name);
    return FALSE;
  }

  close_pool (self);
  if (mode == MY_SHUTDOWN_CANCEL) {
    drop_queued (self);
    my_executor_cancel_threads (self->owner);
  }

  /* A thread may have been waiting in its group, and come only now; or its joiner runs it. */
  while (result == MY_WAIT_WOKEN && !has_ended) {
    if (my_pool_count (self).n_queued > 0 && !my_pool_ensure_worker (self, error)) {
      return FALSE;
    }
    my_state_lock ();
    has_ended = has_ended_locked (self);
    if (!has_ended) {
      result = my_wait_block (my_run_get_waiter (current), &self->ended, &end_target, self, MY_DEADLINE_NEVER, TRUE);
    }
    my_state_unlock ();

    if (has_ended) {
      result = my_executor_wait_for_threads (self->owner, &has_ended);
    }
  }
  if (result != MY_WAIT_WOKEN) {
    my_thread_set_wait_error (result, "Pool", self->name, error);
    return FALSE;
  }
  return TRUE;
}

