/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-executor.h>
#include <mythread/my-thread.h>
#include <pthread.h>

#include "core/my-async-result-private.h"
#include "core/my-delivery-private.h"
#include "core/my-executor-private.h"
#include "core/my-run-private.h"
#include "core/my-serve-private.h"
#include "core/my-stack-private.h"
#include "core/my-thread-group-private.h"
#include "core/my-thread-private.h"
#include "core/my-wrapper-private.h"
#include "wait/my-state-lock-private.h"

/* Waiting for a thread, and what it came to. */

/* what a thread is to the wait-for graph */

/* The thread itself. But first, if it is queued in its group, any of those that have a slot has to end. One that an executor has
 * will be begun. */
MyWaitBlocker
my_run_get_blocker_locked (MyThread *self)
{
  MyThreadPrivate *priv = my_thread_get_private (self);
  MyWaitBlocker blocker = { .waiter = &priv->waiter };

  /* In a group that was cancelled the queued ones are about to be ended, a few at a time, whoever has a slot. */
  if (my_thread_get_phase (self) == MY_PHASE_WAITING && !my_group_is_cancelled_locked (priv->group)) {
    blocker.set = &priv->group->runners;
    blocker.any_will_do = TRUE;
  }
  return blocker;
}

static MyWaitBlocker
get_blocker (gpointer object)
{
  return my_run_get_blocker_locked (object);
}

static void
describe (gpointer object,
          GString *text)
{
  g_autofree char *name = my_thread_dup_name_locked (object);

  g_string_append (text, "the end of thread \"");
  g_string_append (text, name);
  g_string_append_c (text, '"');
}

static const MyWaitTarget thread_target = {
  .get_blocker = get_blocker,
  .describe = describe,
};

/* join */

static void
set_not_started_error (MyThread *self,
                       GError **error)
{
  my_thread_set_error (self, error, MY_THREAD_ERROR_NOT_STARTED, "was not started; call my_thread_start() first");
}

/* TRUE, or the thread's own error. For a thread that has ended; whoever asks has looked at the error. */
static gboolean
propagate_outcome (MyThread *self,
                   GError **error)
{
  MyThreadPrivate *priv = my_thread_get_private (self);

  if (my_thread_get_phase (self) == MY_PHASE_SUCCEEDED) {
    return TRUE;
  }

  my_failure_set_seen (priv->failure);
  if (error != NULL) {
    *error = my_thread_dup_error (self);
  }
  return FALSE;
}

/* Waits until the thread has ended, or @deadline is over; DEADLOCK if that can never be; MY_DEADLINE_PAST: just looks. With FALSE
 * whatever is asked of the caller meanwhile. */
MyWaitResult
my_thread_wait (MyThread *self,
                gint64 deadline,
                gboolean interruptible)
{
  MyThread *current = my_thread_get_current ();
  MyWaitResult result = MY_WAIT_WOKEN;

  my_state_lock ();
  while (result == MY_WAIT_WOKEN && my_phase_is_alive (my_thread_get_phase (self))) {
    if (deadline == MY_DEADLINE_PAST) {
      result = MY_WAIT_TIMED_OUT;
    } else {
      result = my_serve_block (&my_thread_get_private (current)->waiter, &my_thread_get_private (self)->joiners,
                               &thread_target, self, deadline, interruptible);
    }
  }
  my_state_unlock ();

  return result;
}

/* helping: a joiner runs what it waits for */

/* Threads that join one another in a long chain run on top of one another's stacks only so deep. */
#define MAX_HELPED 64

/* Whether the calling OS thread, which joins @self, may run it if its executor has not begun it.
 *
 * run() must not find the joiner's main context as its own, and must have the stack that it may expect. Nor what a language keeps
 * for each OS thread: a thread that has a wrapper is that language's, and would find the joiner's local data, its exception that
 * is being handled, and its depth. The executor has its own conditions. */
static gboolean
may_help (MyThread *self,
          MyThread *current)
{
  MyThreadPrivate *priv = my_thread_get_private (self);

  if (my_thread_get_phase (self) != MY_PHASE_HANDED || priv->executor == NULL || my_executor_get_extras (priv->executor) == NULL ||
      my_object_has_wrapper (G_OBJECT (self)) || my_thread_is_cancelled (current) || my_current_n_helped >= MAX_HELPED ||
      g_main_context_get_thread_default () != NULL || !my_stack_is_mostly_free ()) {
    return FALSE;
  }
  return TRUE;
}

/* Whether that may be on an OS thread that is not the executor's: the main thread and foreign ones do it, outside of a main loop. */
static gboolean
may_help_as_guest (MyThread *self,
                   MyThread *current)
{
  MyThreadPrivate *priv = my_thread_get_private (self);

  return my_thread_get_private (current)->kind != MY_KIND_WORKER && priv->priority == 0 && priv->stack_size == 0 && g_main_depth () == 0;
}

/* run() has called pthread_exit(), and takes its joiner with it. */
static void
end_help (gpointer data)
{
  my_current_leave_help ();
  my_state_lock ();
  my_wait_leave (data);
  my_state_unlock ();
}

/* Runs @self, if its executor gives it back. With the state lock held, which it lets go meanwhile. */
static void
help_locked (MyThread *self,
             MyThread *current)
{
  MyExecutor *executor = my_thread_get_private (self)->executor;
  MyWait wait = {
    .waiter = &my_thread_get_private (current)->waiter,
    .parker = my_parker_get_current (),
    .target = &thread_target,
    .object = self,
    .unlimited = TRUE,
    .uninterruptible = TRUE,
    .blocker = { .waiter = &my_thread_get_private (self)->waiter },
  };

  /* It waits, as far as others can tell: a join of it from there closes a cycle. */
  wait.waiter->wait = &wait;
  my_wait_graph_enter (&wait);

  my_serve_note_help_locked (self, wait.waiter);
  my_current_enter_help ();
  pthread_cleanup_push (end_help, &wait);
  my_executor_get_extras (executor)->help_locked (executor, self, may_help_as_guest (self, current));
  pthread_cleanup_pop (FALSE);
  my_current_leave_help ();

  my_wait_leave (&wait);
}

/**
 * my_thread_join:
 * @self: a thread
 * @error: return location for an error
 *
 * Waits until the thread has ended.
 *
 * That is [method@Thread.join_timeout] without a limit.
 *
 * Returns: whether the thread succeeded; if it failed or was cancelled, @error
 *   is its error
 *
 * Since: 1.0
 */
gboolean
my_thread_join (MyThread *self,
                GError **error)
{
  g_return_val_if_fail (MY_IS_THREAD (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return my_thread_join_timeout (self, -1, error);
}

/**
 * my_thread_join_timeout:
 * @self: a thread
 * @timeout_us: how long to wait at most, in microseconds; 0: do not wait; negative: for ever
 * @error: return location for an error
 *
 * Waits for some time until the thread has ended.
 *
 * Any thread may call it, any number of times, at any time after
 * [method@Thread.start]. It blocks. In the thread that owns @self (see
 * [property@Thread:main-context]) the signals and notifications that are
 * pending for @self are emitted before it returns, so that they arrive in a program without a main loop too.
 *
 * If the [class@ThreadPool] of the thread has not begun it, a wait without a limit may call `run()`
 * itself, on the caller's OS thread. This is so in a thread of that pool, in the main thread, and
 * in threads that the library did not start. Then it returns when `run()` has returned, even if the
 * caller is cancelled meanwhile.
 *
 * Apart from the thread's own error, the error is `MY_THREAD_ERROR_NOT_STARTED`;
 * `MY_THREAD_ERROR_DEADLOCK` if the caller is the thread itself, or waits without a limit for a
 * thread that waits for the caller; `MY_THREAD_ERROR_TIMED_OUT`, which leaves the thread untouched;
 * or `G_IO_ERROR_CANCELLED` if the calling thread is cancelled while it waits.
 * [method@Thread.get_state] tells this case from a thread that was itself cancelled.
 *
 * Returns: whether the thread succeeded; if it failed or was cancelled, @error
 *   is its error
 *
 * Since: 1.0
 */
gboolean
my_thread_join_timeout (MyThread *self,
                        gint64 timeout_us,
                        GError **error)
{
  MyThreadPrivate *priv;
  MyThread *current;
  MyPhase phase;
  MyWaitResult result = MY_WAIT_WOKEN;
  gint64 deadline = MY_DEADLINE_NEVER;
  gboolean helps;

  g_return_val_if_fail (MY_IS_THREAD (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  priv = my_thread_get_private (self);

  my_inbox_reap_mine (TRUE);

  current = my_thread_get_current ();
  if (current == self) {
    my_thread_set_error (self, error, MY_THREAD_ERROR_DEADLOCK, "can not join itself; another thread has to wait for it");
    return FALSE;
  }
  if (timeout_us > 0) {
    deadline = my_wait_deadline (timeout_us);
  }

  helps = deadline == MY_DEADLINE_NEVER && timeout_us != 0 && may_help (self, current);
  if (helps) {
    my_current_get_native_id (); /* for my_run_begin_locked() */
  }

  my_state_lock ();
  while (my_phase_is_alive (my_thread_get_phase (self)) && result == MY_WAIT_WOKEN) {
    if (timeout_us == 0) {
      result = MY_WAIT_TIMED_OUT;
    } else if (helps) {
      helps = FALSE;
      help_locked (self, current);
    } else {
      result = my_serve_block (&my_thread_get_private (current)->waiter, &priv->joiners, &thread_target, self, deadline, TRUE);
    }
  }
  phase = my_thread_get_phase (self);
  my_state_unlock ();

  my_delivery_deliver_now (self);
  if (my_phase_is_end (phase) && G_UNLIKELY (my_object_has_wrapper ((GObject *) self))) {
    my_delivery_let_go_joined (self);
  }
  my_group_deliver_now (priv->group);

  if (my_phase_is_end (phase)) {
    return propagate_outcome (self, error);
  }
  if (phase == MY_PHASE_NEW) {
    /* It was so from the beginning, or its executor has refused it meanwhile. */
    set_not_started_error (self, error);
  } else if (error != NULL) {
    g_autofree char *name = my_thread_dup_name (self);

    my_thread_set_wait_error (result, "Thread", name, error);
  }
  return FALSE;
}

static GError *
complete_join (gpointer object,
               gboolean has_ended)
{
  MyThread *self = object;
  GError *error = NULL;

  my_delivery_deliver_now (self);

  if (!has_ended) {
    set_not_started_error (self, &error);
  } else {
    propagate_outcome (self, &error);
  }
  return error;
}

/**
 * my_thread_join_async:
 * @self: a thread
 * @cancellable: (nullable): to stop waiting; it does not cancel the thread
 * @callback: (scope async): called in the caller's thread-default main context
 *   when the thread has ended
 * @user_data: data for @callback
 *
 * Waits until the thread has ended, without blocking.
 *
 * In the thread that owns @self, @callback comes after [signal@Thread::finished].
 *
 * Any thread that runs a main loop may call it. It does not block. If the last user of that main
 * context drops the context before that, @callback is never called.
 *
 * Since: 1.0
 */
void
my_thread_join_async (MyThread *self,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  MyThreadPrivate *priv;
  MyJoinAsync *join;

  g_return_if_fail (MY_IS_THREAD (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  priv = my_thread_get_private (self);
  join = my_join_async_new (self, my_thread_join_async, complete_join, NULL, cancellable, callback, user_data);

  my_state_lock ();
  if (my_phase_is_alive (my_thread_get_phase (self))) {
    my_join_async_add_locked (join, &priv->joins_async);
  } else {
    my_join_async_post_locked (join, my_thread_get_phase (self) != MY_PHASE_NEW);
  }
  my_state_unlock ();
}

/**
 * my_thread_join_finish:
 * @self: a thread
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends what [method@Thread.join_async] began.
 *
 * The error is the thread's, `MY_THREAD_ERROR_NOT_STARTED`, or
 * `G_IO_ERROR_CANCELLED` if the cancellable was cancelled.
 *
 * Returns: whether the thread succeeded
 *
 * Since: 1.0
 */
gboolean
my_thread_join_finish (MyThread *self,
                       GAsyncResult *result,
                       GError **error)
{
  g_return_val_if_fail (MY_IS_THREAD (self), FALSE);
  g_return_val_if_fail (my_async_result_is_valid (result, self, my_thread_join_async), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return my_async_result_propagate (result, error);
}

/* outcome */

/**
 * my_thread_dup_error: (get-property error)
 * @self: a thread
 *
 * Gets the error the thread ended with.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer full) (nullable): a copy of it; %NULL if the thread has not ended, or succeeded
 *
 * Since: 1.0
 */
GError *
my_thread_dup_error (MyThread *self)
{
  MyThreadPrivate *priv;
  MyPhase phase;

  g_return_val_if_fail (MY_IS_THREAD (self), NULL);

  priv = my_thread_get_private (self);
  phase = my_thread_get_phase (self);

  if (!my_phase_is_end (phase) || phase == MY_PHASE_SUCCEEDED) {
    return NULL;
  }

  my_failure_set_seen (priv->failure);
  if (priv->failure != NULL) {
    return g_error_copy (priv->failure->error);
  }
  return my_thread_new_cancelled_error (self);
}

/**
 * my_thread_set_result:
 * @self: the thread that runs
 * @value: its result
 *
 * Sets what [method@Thread.get_result] returns when the thread has ended.
 *
 * From `run()`, or from another thread while that runs, any number of times: the last call counts.
 * The value is copied. Before `run()` and after the end it has no effect. It does not block.
 *
 * Since: 1.0
 */
void
my_thread_set_result (MyThread *self,
                      const GValue *value)
{
  MyThreadPrivate *priv;
  GValue *copy;
  GValue *unused;

  g_return_if_fail (MY_IS_THREAD (self));
  g_return_if_fail (G_IS_VALUE (value));

  priv = my_thread_get_private (self);

  copy = g_new0 (GValue, 1);
  g_value_init (copy, G_VALUE_TYPE (value));
  g_value_copy (value, copy);

  my_state_lock ();
  if (my_thread_get_phase (self) == MY_PHASE_RUNNING) {
    unused = priv->result;
    priv->result = copy;
  } else {
    unused = copy;
  }
  my_state_unlock ();

  if (unused != NULL) {
    g_value_unset (unused);
    g_free (unused);
  }
}

/**
 * my_thread_get_result:
 * @self: a thread
 * @value: (out caller-allocates): return location for the result: `G_VALUE_INIT`
 * @error: return location for an error
 *
 * Gets what `run()` has given to [method@Thread.set_result].
 *
 * @value is initialised with a copy of the result. If there is no result, it is initialised with a
 *   %NULL `G_TYPE_POINTER`. On failure it is left as it was.
 *
 * Any thread may call it. It does not block.
 *
 * The error is the thread's own if it failed or was cancelled,
 * `MY_THREAD_ERROR_NOT_STARTED`, or `MY_THREAD_ERROR_TIMED_OUT` if it has not ended yet.
 *
 * Returns: whether the thread succeeded
 *
 * Since: 1.0
 */
gboolean
my_thread_get_result (MyThread *self,
                      GValue *value,
                      GError **error)
{
  MyThreadPrivate *priv;
  MyPhase phase;

  g_return_val_if_fail (MY_IS_THREAD (self), FALSE);
  g_return_val_if_fail (value != NULL && G_VALUE_TYPE (value) == 0, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  priv = my_thread_get_private (self);
  phase = my_thread_get_phase (self);

  if (phase == MY_PHASE_NEW) {
    set_not_started_error (self, error);
    return FALSE;
  }
  if (!my_phase_is_end (phase)) {
    my_thread_set_error (self, error, MY_THREAD_ERROR_TIMED_OUT, "has not ended yet; join it first");
    return FALSE;
  }
  if (!propagate_outcome (self, error)) {
    return FALSE;
  }

  if (priv->result != NULL) {
    g_value_init (value, G_VALUE_TYPE (priv->result));
    g_value_copy (priv->result, value);
  } else {
    g_value_init (value, G_TYPE_POINTER);
  }
  return TRUE;
}

/* sleep */

/**
 * my_thread_sleep:
 * @duration_us: how long, in microseconds; negative: until the calling thread is cancelled
 * @error: return location for an error
 *
 * Blocks the calling thread for some time, or until it is cancelled.
 *
 * Any thread may call it.
 *
 * The error is `G_IO_ERROR_CANCELLED`.
 *
 * Returns: whether it slept to the end
 *
 * Since: 1.0
 */
gboolean
my_thread_sleep (gint64 duration_us,
                 GError **error)
{
  MyThread *current;
  MyWaiter *waiter;
  MyWaitResult result;
  gint64 deadline = my_wait_deadline (duration_us);

  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  my_inbox_reap_mine (TRUE);

  current = my_thread_get_current ();
  waiter = &my_thread_get_private (current)->waiter;

  my_state_lock ();
  do {
    result = my_serve_block (waiter, NULL, NULL, NULL, deadline, TRUE);
  } while (result == MY_WAIT_WOKEN);
  my_state_unlock ();

  if (result == MY_WAIT_CANCELLED) {
    my_thread_set_error_if_cancelled (current, error);
    return FALSE;
  }
  return TRUE;
}
