/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-thread-group.h>
#include <mythread/my-thread.h>

#include "core/my-async-result-private.h"
#include "core/my-delivery-private.h"
#include "core/my-serve-private.h"
#include "core/my-thread-group-private.h"
#include "core/my-thread-private.h"
#include "wait/my-state-lock-private.h"

/* Waiting for a group, and what it reports. */

/* what a group is to the wait-for graph */

static void
describe (gpointer object,
          GString *text)
{
  MyThreadGroup *self = object;

  g_string_append (text, "the end of group \"");
  g_string_append (text, self->name != NULL ? self->name : "");
  g_string_append_c (text, '"');
}

/* All of the tree have to end. Those that are queued need not be looked at: they are stuck only if those are that have a slot. */
static MyWaitBlocker
get_blocker (gpointer object)
{
  return (MyWaitBlocker){ .set = &((MyThreadGroup *) object)->runners };
}

/* Any member will do. A queued one is stuck only if all those are that have a slot. */
static MyWaitBlocker
get_next_blocker (gpointer object)
{
  return (MyWaitBlocker){ .set = &((MyThreadGroup *) object)->runners, .any_will_do = TRUE };
}

static const MyWaitTarget group_target = {
  .get_blocker = get_blocker,
  .describe = describe,
};

static const MyWaitTarget next_target = {
  .get_blocker = get_next_blocker,
  .describe = describe,
};

/* failures */

/* The group was without an alive member: reports the first failure that was not reported. With the state lock
 * held. */
static MyFailure *
report_locked (MyThreadGroup *self)
{
  self->joined_serial = my_end_serial;
  return g_queue_pop_head (&self->failures);
}

void
my_group_set_wait_error (MyThreadGroup *self,
                         MyWaitResult result,
                         GError **error)
{
  const char *name = my_thread_group_get_name (self);

  my_thread_set_wait_error (result, "Group", name != NULL ? name : "(without a name)", error);
}

/* Takes @failure. */
static gboolean
propagate_failure (MyFailure *failure,
                   GError **error)
{
  if (failure == NULL) {
    return TRUE;
  }
  if (error != NULL) {
    *error = g_error_copy (failure->error);
  }
  my_failure_unref (failure);
  return FALSE;
}

/* join */

static gboolean
is_member (MyThreadGroup *self,
           MyThread *thread)
{
  MyThreadPrivate *priv = my_thread_get_private (thread);

  return priv->kind == MY_KIND_WORKER && my_group_contains (self, priv->group);
}

/* Waits until no member is alive: TRUE. Else @result is why not. @failure: (nullable): what is to be reported then. */
gboolean
my_group_wait (MyThreadGroup *self,
               gint64 timeout_us,
               MyFailure **failure,
               MyWaitResult *result)
{
  gint64 deadline = MY_DEADLINE_NEVER;
  gboolean is_over = FALSE;
  MyThread *current;

  *result = MY_WAIT_WOKEN;
  my_inbox_reap_mine (TRUE);

  current = my_thread_get_current ();
  if (is_member (self, current)) {
    *result = MY_WAIT_DEADLOCK;
    return FALSE;
  }
  if (timeout_us > 0) {
    deadline = my_wait_deadline (timeout_us);
  }

  my_state_lock ();
  my_group_await_locked (self);
  while (self->n_alive > 0 && *result == MY_WAIT_WOKEN) {
    if (timeout_us == 0) {
      *result = MY_WAIT_TIMED_OUT;
    } else {
      *result = my_serve_block (&my_thread_get_private (current)->waiter, &self->joiners, &group_target, self, deadline, TRUE);
    }
  }
  if (self->n_alive == 0) {
    is_over = TRUE;
    if (failure != NULL) {
      *failure = report_locked (self);
    }
  }
  my_group_forgo_locked ();
  my_state_unlock ();

  my_group_deliver_tree (self);

  return is_over;
}

/**
 * my_thread_group_join:
 * @self: a group
 * @error: return location for an error
 *
 * Waits until no member of the group or its subgroups is alive.
 *
 * That is [method@ThreadGroup.join_timeout] without a limit.
 *
 * Returns: %TRUE, or %FALSE with the first failure that no join of this group has reported
 *
 * Since: 1.0
 */
gboolean
my_thread_group_join (MyThreadGroup *self,
                      GError **error)
{
  g_return_val_if_fail (MY_IS_THREAD_GROUP (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return my_thread_group_join_timeout (self, -1, error);
}

/**
 * my_thread_group_join_timeout:
 * @self: a group
 * @timeout_us: how long to wait at most, in microseconds; 0: do not wait; negative: for ever
 * @error: return location for an error
 *
 * Waits for some time until no member of the group or its subgroups is alive.
 *
 * It also waits for members that are started meanwhile. Then it reports the first failure of a
 * member that no join of this group has reported yet: after several failures, each call reports
 * one. The group remembers 256 failures that were not reported. A cancelled member is not a
 * failure.
 *
 * Any thread may call it. It blocks. What is pending for members that the calling thread owns is delivered before it
 * returns, as in [method@Thread.join_timeout].
 *
 * Apart from the error of a member, the error is `MY_THREAD_ERROR_DEADLOCK` if the caller is a
 * member, or waits without a limit for a member that waits for the caller;
 * `MY_THREAD_ERROR_TIMED_OUT`; or `G_IO_ERROR_CANCELLED` if the calling thread is cancelled while
 * it waits.
 *
 * Returns: %TRUE, or %FALSE with an error
 *
 * Since: 1.0
 */
gboolean
my_thread_group_join_timeout (MyThreadGroup *self,
                              gint64 timeout_us,
                              GError **error)
{
  MyFailure *failure = NULL;
  MyWaitResult result;

  g_return_val_if_fail (MY_IS_THREAD_GROUP (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (my_group_wait (self, timeout_us, &failure, &result)) {
    return propagate_failure (failure, error);
  }
  my_group_set_wait_error (self, result, error);
  return FALSE;
}

static GError *
complete_join (gpointer object,
               gboolean has_ended)
{
  MyThreadGroup *self = object;
  MyFailure *failure;
  GError *error = NULL;

  my_state_lock ();
  failure = report_locked (self);
  my_state_unlock ();

  my_group_deliver_tree (self);

  propagate_failure (failure, &error);
  return error;
}

/**
 * my_thread_group_join_async:
 * @self: a group
 * @cancellable: (nullable): to stop waiting; it does not cancel the group
 * @callback: (scope async): called in the caller's thread-default main context when no member is alive
 * @user_data: data for @callback
 *
 * Waits until no member of the group or its subgroups is alive, without blocking.
 *
 * @callback comes after [signal@Thread::finished] of the members that belong to the same context.
 *
 * Any thread that runs a main loop may call it. It does not block. If the last user of that main
 * context drops the context before that, @callback is never called.
 *
 * Since: 1.0
 */
void
my_thread_group_join_async (MyThreadGroup *self,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  MyJoinAsync *join;

  g_return_if_fail (MY_IS_THREAD_GROUP (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  join = my_join_async_new (self, my_thread_group_join_async, complete_join, my_group_forgo_locked, cancellable, callback, user_data);

  my_state_lock ();
  my_group_await_locked (self);
  if (self->n_alive > 0) {
    my_join_async_add_locked (join, &self->joins_async);
  } else {
    my_join_async_post_locked (join, TRUE);
  }
  my_state_unlock ();
}

/**
 * my_thread_group_join_finish:
 * @self: a group
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends what [method@ThreadGroup.join_async] began.
 *
 * The error is the first failure that no join of this group has reported, or `G_IO_ERROR_CANCELLED` if the cancellable was cancelled.
 *
 * Returns: %TRUE, or %FALSE with an error
 *
 * Since: 1.0
 */
gboolean
my_thread_group_join_finish (MyThreadGroup *self,
                             GAsyncResult *result,
                             GError **error)
{
  g_return_val_if_fail (MY_IS_THREAD_GROUP (self), FALSE);
  g_return_val_if_fail (my_async_result_is_valid (result, self, my_thread_group_join_async), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return my_async_result_propagate (result, error);
}

/**
 * my_thread_group_join_next:
 * @self: a group with [property@ThreadGroup:keep-finished]
 * @timeout_us: how long to wait at most, in microseconds; 0: do not wait; negative: for ever
 * @error: return location for an error
 *
 * Waits for the next own member to end, and takes it.
 *
 * Members are returned in the order in which they ended, each once, however they ended: ask the
 * thread. To take a thread counts as looking at its error.
 *
 * Any thread may call it, also several at once. It blocks. What is pending for the thread is
 * delivered before it returns, as in [method@Thread.join_timeout].
 *
 * The error is about the wait: `MY_THREAD_ERROR_TIMED_OUT`; `MY_THREAD_ERROR_DEADLOCK` if all alive members wait for the caller,
 * or the caller is the last of them; or `G_IO_ERROR_CANCELLED` if the calling thread is cancelled while it waits.
 *
 * Returns: (transfer full) (nullable): the thread; %NULL with no error if there is none left; %NULL with an error
 *
 * Since: 1.0
 */
MyThread *
my_thread_group_join_next (MyThreadGroup *self,
                           gint64 timeout_us,
                           GError **error)
{
  MyThread *current;
  MyThread *thread;
  MyWaitResult result = MY_WAIT_WOKEN;
  gint64 deadline = MY_DEADLINE_NEVER;
  gboolean is_over;

  g_return_val_if_fail (MY_IS_THREAD_GROUP (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);
  g_return_val_if_fail (my_thread_group_get_keep_finished (self), NULL);

  my_inbox_reap_mine (TRUE);

  current = my_thread_get_current ();
  if (timeout_us > 0) {
    deadline = my_wait_deadline (timeout_us);
  }

  g_object_ref (self); /* for the thread, which has none while it is kept; not under the lock */
  my_state_lock ();
  while (self->kept.n == 0 && self->members.n > 0 && result == MY_WAIT_WOKEN) {
    if (timeout_us == 0) {
      result = MY_WAIT_TIMED_OUT;
    } else {
      result = my_serve_block (&my_thread_get_private (current)->waiter, &self->next_joiners, &next_target, self, deadline, TRUE);
    }
  }
  thread = self->kept.first;
  is_over = thread == NULL && self->members.n == 0;
  if (thread != NULL) {
    my_thread_list_remove (&self->kept, thread);
  }
  my_state_unlock ();

  if (thread != NULL) {
    my_failure_set_seen (my_thread_get_private (thread)->failure);
    my_delivery_deliver_now (thread);
    my_group_deliver_now (self);
  } else if (!is_over) {
    my_group_set_wait_error (self, result, error);
  }
  if (thread == NULL || my_group_is_default (self)) {
    g_object_unref (self);
  }
  return thread;
}
