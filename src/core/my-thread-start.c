/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-executor.h>

#include "core/my-delivery-private.h"
#include "core/my-executor-private.h"
#include "core/my-notify-private.h"
#include "core/my-process-private.h"
#include "core/my-thread-group-private.h"
#include "core/my-thread-private.h"
#include "wait/my-state-lock-private.h"

/* Starting a thread: from NEW to WAITING or HANDED, and from there to what runs it. */

/* Gives a thread in MY_PHASE_HANDED to what is to run it. */
static gboolean
launch (MyThread *self,
        GError **error)
{
  MyThreadPrivate *priv = my_thread_get_private (self);

  if (priv->executor != NULL) {
    gboolean taken = my_executor_execute (priv->executor, self, error);

    if (!taken && error != NULL && *error == NULL) {
      g_autofree char *name = my_thread_dup_name (self);

      g_set_error (error, MY_THREAD_ERROR, MY_THREAD_ERROR_SHUT_DOWN,
                   "The executor %s refused thread \"%s\" and did not say why", G_OBJECT_TYPE_NAME (priv->executor), name);
    }
    return taken;
  }
  /* A nice value can not be taken back. */
  return my_os_threads->launch (self, priv->stack_size, priv->fresh_os_thread || priv->priority != 0, error);
}

/* An executor has refused a thread that has ended: drops the reference that cancel() has left for it. */
static void
drop_abandoned (MyThread *self)
{
  MyThreadPrivate *priv = my_thread_get_private (self);
  gboolean was_abandoned;

  my_state_lock ();
  was_abandoned = priv->is_abandoned;
  priv->is_abandoned = FALSE;
  my_state_unlock ();

  if (was_abandoned) {
    my_delivery_drop (self);
  } else {
    g_critical ("%s: an executor has refused a thread that it has run", G_STRFUNC);
  }
}

/* Ends a thread from a group's queue that could not be launched. Takes @error. */
static void
refuse (MyThread *self,
        GError *error,
        MyAfter *after)
{
  MyThreadPrivate *priv = my_thread_get_private (self);
  MyFailure *failure = my_failure_new (error);

  my_state_lock ();
  if (my_phase_get_locked (priv) == MY_PHASE_HANDED) {
    my_life_end_locked (self, MY_PHASE_FAILED, failure, after);
    my_state_unlock ();
    return;
  }
  my_state_unlock ();

  /* Cancelled meanwhile: it has ended. */
  my_failure_unref (failure);
  drop_abandoned (self);
}

/* Undoes a start that could not be launched: FALSE if there is nothing to undo, since it was cancelled meanwhile. */
static gboolean
undo_start (MyThread *self)
{
  MyThreadPrivate *priv = my_thread_get_private (self);
  MyAfter after = MY_AFTER_INIT;
  MySequence *sequence;
  gboolean undone = FALSE;

  my_state_lock ();
  sequence = my_sequence_peek (self);
  if (my_phase_get_locked (priv) == MY_PHASE_HANDED) {
    my_phase_take_back (priv);
    my_group_remove_locked (priv->group, self, &after);
    my_wait_queue_wake_all (&priv->joiners, &after.wakes);
    if (sequence != NULL) {
      my_wait_queue_wake_all (&sequence->readers, &after.wakes);
    }
    my_join_async_post_all_locked (&priv->joins_async, FALSE);
    undone = TRUE;
  }
  my_state_unlock ();

  my_after_run (&after);

  if (undone) {
    g_object_unref (self); /* the keep reference; the caller of start() has another */
  } else {
    drop_abandoned (self);
  }
  return undone;
}

/* An executor has taken it, and may not have begun it yet. Who connects a handler later finds it queued. */
static void
announce_queued (MyThread *self)
{
  MyThreadPrivate *priv = my_thread_get_private (self);

  if (my_thread_get_phase (self) != MY_PHASE_HANDED || priv->executor == NULL || !my_thread_has_notify_listeners (self)) {
    return;
  }

  my_state_lock ();
  if (my_phase_get_locked (priv) == MY_PHASE_HANDED) {
    my_delivery_post_kept_locked (self, MY_CHANGE_STATE | MY_CHANGE_ALIVE);
  }
  my_state_unlock ();
}

/* my_thread_start(); with @executor on that one, for who has found that nobody listens to notifications. */
static gboolean
start (MyThread *self,
       MyExecutor *executor,
       GError **error)
{
  MyThreadPrivate *priv = my_thread_get_private (self);
  MyThreadGroup *group;
  MyExecutor *unused = NULL;
  gboolean may_have_listeners = executor == NULL;
  const MyExecutorExtras *taker = NULL;
  MyAfter after = MY_AFTER_INIT;
  GError *refusal = NULL;
  MyPhase phase;

  if (G_UNLIKELY (priv->kind == MY_KIND_IN_MAKING) && !my_thread_settle_early (self, error)) {
    return FALSE;
  }
  group = priv->group;

  my_inbox_reap_mine (FALSE);
  my_process_watch_exit ();

  /* The keep reference, and the executor's; not under the lock, where a toggle reference would call out. */
  g_object_ref (self);
  my_object_keep_if_lost ((GObject *) self);
  if (executor != NULL) {
    g_object_ref (executor);
  }

  my_state_lock ();
  if (my_phase_get_locked (priv) != MY_PHASE_NEW) {
    my_state_unlock ();
    g_object_unref (self);
    g_clear_object (&executor);
    my_thread_set_error (self, error, MY_THREAD_ERROR_ALREADY_STARTED, "has been started before; make a new MyThread for each run");
    return FALSE;
  }

  if (executor != NULL) {
    unused = priv->executor;
    priv->executor = executor;
  } else {
    executor = priv->executor;
  }
  my_group_add_locked (group, self);

  if (atomic_load_explicit (&priv->waiter.cancelled, memory_order_relaxed) ||
      my_group_is_cancelled_locked (group)) {
    phase = MY_PHASE_CANCELLED;
    atomic_store_explicit (&priv->waiter.cancelled, TRUE, memory_order_relaxed);
    if (priv->cancellable != NULL) {
      my_after_cancel (&after, priv->cancellable);
    }
    my_delivery_post_kept_locked (self, MY_CHANGE_CANCELLED);
    my_life_end_locked (self, phase, NULL, &after);
  } else if (my_group_take_slot_locked (group)) {
    phase = MY_PHASE_HANDED;
    priv->has_slot = TRUE;
    my_phase_hand (priv);
    if (executor != NULL) {
      taker = my_executor_get_extras (executor);
      if (taker != NULL && !taker->take_locked (executor, self)) {
        taker = NULL;
      }
    }
  } else {
    phase = MY_PHASE_WAITING;
    my_phase_wait (priv);
    my_thread_queue_append (&group->queue, self);
    my_delivery_post_kept_locked (self, MY_CHANGE_STATE | MY_CHANGE_ALIVE);
  }
  my_state_unlock ();

  if (taker != NULL) {
    taker->notify (executor);
  }
  if (unused != NULL) {
    my_object_unref (unused);
  }
  my_after_run (&after);

  if (taker != NULL) {
    /* It is on its way. */
  } else if (phase == MY_PHASE_HANDED && !launch (self, &refusal) && undo_start (self)) {
    g_propagate_error (error, refusal);
    return FALSE;
  }
  g_clear_error (&refusal);
  if (phase == MY_PHASE_HANDED && may_have_listeners) {
    announce_queued (self);
  }

  my_group_show_members (group);

  return TRUE;
}

/**
 * my_thread_start:
 * @self: a thread
 * @error: return location for an error
 *
 * Starts the thread: its `run()` is called on another OS thread, or where its
 * [property@Thread:executor] decides.
 *
 * A thread starts once. While its group has no free slot
 * ([property@ThreadGroup:max-running]) it is queued. If it was cancelled
 * before, or its group was, it ends at once as cancelled, and `run()` is never called.
 *
 * The thread keeps itself alive until it has finished, and its last signal
 * has been delivered: you may drop your reference at once.
 *
 * Any thread may call it. It does not block. In the owner thread of the group it brings the list of
 * members up to date, if the list is in use. There it also finalises threads that have ended, if
 * the program has no reference to them and no handlers connected to them. Where many other threads
 * are waiting for a main loop, this happens some time later.
 *
 * The error is `MY_THREAD_ERROR_ALREADY_STARTED`; `MY_THREAD_ERROR_NO_RESOURCES` if the system
 * refuses an OS thread; or the error of the executor (`MY_THREAD_ERROR_SHUT_DOWN`). After the last
 * two the thread is as if it had never been started, and may be started again.
 *
 * Returns: whether the thread was started
 *
 * Since: 1.0
 */
gboolean
my_thread_start (MyThread *self,
                 GError **error)
{
  g_return_val_if_fail (MY_IS_THREAD (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return start (self, NULL, error);
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
                    MyThread *thread,
                    GError **error)
{
  g_return_val_if_fail (MY_IS_EXECUTOR (self), FALSE);
  g_return_val_if_fail (MY_IS_THREAD (thread), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!my_thread_has_notify_listeners (thread)) {
    return start (thread, self, error);
  }
  if (my_thread_get_phase (thread) == MY_PHASE_NEW) {
    my_thread_set_executor (thread, self);
  }
  return start (thread, NULL, error);
}

static const MyAfterHooks hooks = {
  .launch = launch,
  .refuse = refuse,
  .cancel_group = my_life_cancel_group_later,
  .let_go = my_delivery_let_go,
};

static void __attribute__ ((constructor))
set_hooks (void)
{
  my_after_set_hooks (&hooks);
}
