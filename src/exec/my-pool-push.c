/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-thread-error.h>

#include "core/my-run-private.h"
#include "core/my-serve-private.h"
#include "exec/my-pool-private.h"
#include "wait/my-fence-private.h"
#include "wait/my-state-lock-private.h"

/* Functions that are pushed into a pool, and the limit of its queue. */

/* How long a pusher waits before it looks again by itself, in microseconds, where the kernel has taken the fence away. */
#define FENCELESS_WAIT 10000

static void
describe_space (gpointer object,
                GString *text)
{
  MyPool *self = object;

  g_string_append (text, "room in the queue of pool \"");
  g_string_append (text, self->name);
  g_string_append_c (text, '"');
}

static const MyWaitTarget space_target = {
  .describe = describe_space,
};

/* A worker has begun a task, while somebody waits for room. */
void
my_pool_wake_pusher (MyPool *self)
{
  MyWakeList wakes = { 0 };

  my_state_lock ();
  my_wait_queue_wake_first (&self->space, &wakes);
  my_state_unlock ();
  my_wake_list_flush (&wakes);
}

/* With a limit, pushers come one after another, so that it holds.
 *
 * A worker counts what it begins, and then looks whether anybody waits for room; a pusher says that it waits, and then counts.
 * Between the two the worker has the light half of a fence, and the pusher, before it waits, the heavy one. */
static gboolean
push_within_limit (MyPool *self,
                   const MyTask *task,
                   GError **error)
{
  MyThread *current = my_thread_get_current ();
  MyWaitResult result = MY_WAIT_WOKEN;
  gboolean is_pushed = FALSE;
  gboolean is_fenced = FALSE;
  gint64 deadline = MY_DEADLINE_NEVER;

  /* Its own: the pool is still looked at when the wait is over, or the task is there for others. */
  my_state_lock ();
  atomic_fetch_add_explicit (&self->ref_count, 1, memory_order_relaxed);
  atomic_fetch_add_explicit (&self->n_space_waiters, 1, memory_order_relaxed);
  while (result == MY_WAIT_WOKEN && !self->is_closed) {
    guint max_queued = atomic_load_explicit (&self->max_queued, memory_order_relaxed);

    if (max_queued == 0 || my_pool_get_n_queued_locked (self) < max_queued) {
      MyTaskPush push = my_task_queue_try_push (&self->queue, task);

      if (push != MY_TASK_BUSY) {
        is_pushed = push == MY_TASK_PUSHED;
        break;
      }
      my_state_unlock ();
      my_task_queue_get_ready (&self->queue);
      my_state_lock ();
      continue;
    }
    if (!is_fenced) {
      is_fenced = TRUE;
      my_state_unlock ();
      my_fence_heavy ();
      my_state_lock ();
      continue;
    }
    if (G_UNLIKELY (atomic_load_explicit (&my_fence_is_lost, memory_order_relaxed))) {
      deadline = my_wait_deadline (FENCELESS_WAIT);
    }
    result = my_serve_block (my_run_get_waiter (current), &self->space, &space_target, self, deadline, TRUE);
    if (result == MY_WAIT_TIMED_OUT) {
      result = MY_WAIT_WOKEN;
    }
  }
  atomic_fetch_sub_explicit (&self->n_space_waiters, 1, memory_order_relaxed);
  my_state_unlock ();

  if (is_pushed) {
    my_pool_notify (self);
  } else if (result == MY_WAIT_CANCELLED) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "The pushing thread was cancelled");
  } else {
    my_pool_set_shut_down_error (self, error);
  }
  my_pool_unref (self);
  return is_pushed;
}

gboolean
my_pool_push (MyPool *self,
              const MyTask *task,
              GError **error)
{
  if (G_UNLIKELY (!atomic_load_explicit (&self->has_worker, memory_order_relaxed)) && !my_pool_ensure_worker (self, error)) {
    return FALSE;
  }

  if (G_UNLIKELY (atomic_load_explicit (&self->max_queued, memory_order_relaxed) != 0) && !my_pool_runs_caller (self)) {
    return push_within_limit (self, task, error);
  }

  if (G_UNLIKELY (!my_task_queue_push (&self->queue, task))) {
    my_pool_set_shut_down_error (self, error);
    return FALSE;
  }
  /* From here it may have been run, and have dropped the caller's reference. */
  my_pool_notify (self);

  return TRUE;
}

/* the limit */

void
my_pool_set_max_queued (MyPool *self,
                        guint max_queued)
{
  MyWakeList wakes = { 0 };

  my_state_lock ();
  atomic_store_explicit (&self->max_queued, max_queued, memory_order_relaxed);
  my_wait_queue_wake_all (&self->space, &wakes);
  my_state_unlock ();
  my_wake_list_flush (&wakes);
}
