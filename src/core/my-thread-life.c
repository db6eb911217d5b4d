/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-executor.h>
#include <pthread.h>
#include <unistd.h>

#include "core/my-delivery-private.h"
#include "core/my-executor-private.h"
#include "core/my-notify-private.h"
#include "core/my-process-private.h"
#include "core/my-registry-private.h"
#include "core/my-thread-group-private.h"
#include "core/my-thread-private.h"
#include "exec/my-os-thread-private.h"
#include "sync/my-host-private.h"
#include "sync/my-state-lock-private.h"

/* The life of a thread: every change of its phase is in this file. See "The life of a thread" in docs/internals.md. */

static void
set_phase_locked (MyThreadPrivate *priv,
                  MyPhase          phase)
{
  atomic_store_explicit (&priv->phase, phase, memory_order_release);
}

static MyPhase
get_phase_locked (MyThreadPrivate *priv)
{
  return atomic_load_explicit (&priv->phase, memory_order_relaxed);
}

/* the end */

/* Ends an alive thread. Takes @failure. The owner may free the thread as soon as the caller lets the lock go. */
void
my_life_end_locked (MyThread  *self,
                    MyPhase    phase,
                    MyFailure *failure,
                    MyAfter   *after)
{
  MyThreadPrivate *priv = my_thread_get_private (self);
  guint changes = MY_CHANGE_STATE | MY_CHANGE_ALIVE;

  if (phase != MY_PHASE_SUCCEEDED) {
    changes |= MY_CHANGE_ERROR;
  }
  priv->failure = failure;
  priv->end_serial = ++my_end_serial;
  if (phase == MY_PHASE_FAILED) {
    my_failure_list_locked (failure, self);
  }
  set_phase_locked (priv, phase);

  my_wait_queue_wake_all (&priv->joiners, &after->wakes);
  my_join_async_post_all_locked (&priv->joins_async, TRUE);

  /* Not a child's main thread, which is in no group's list. */
  if (priv->kind == MY_KIND_WORKER) {
    my_group_member_ended_locked (priv->group, self, phase == MY_PHASE_FAILED ? failure : NULL, after);
  }

  my_delivery_post_end_locked (self, changes);
}

/* Ends a thread whose run() has returned. Takes @error. The thread may be gone when it returns.
 *
 * With @may_offer the OS thread, if it is the library's, is there for the next thread before anybody hears of the end of
 * this one; but not if there is yet something to be done on it that may call user's code, which might wait for the next. */
static void
end (MyThread *self,
     GError   *error,
     gboolean  may_offer)
{
  MyThreadPrivate *priv = my_thread_get_private (self);
  MyFailure *failure = error != NULL ? my_failure_new (error) : NULL;
  MyAfter after = MY_AFTER_INIT;
  MyPhase phase;

  my_state_lock ();
  may_offer = may_offer && priv->owns_os_thread;
  if (error == NULL) {
    phase = MY_PHASE_SUCCEEDED;
  } else if (atomic_load_explicit (&priv->waiter.cancelled, memory_order_relaxed) &&
             g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    phase = MY_PHASE_CANCELLED;
  } else {
    phase = MY_PHASE_FAILED;
  }
  my_life_end_locked (self, phase, failure, &after);
  if (may_offer && after.launch_first == NULL && after.groups == NULL && after.cancellables == NULL) {
    my_os_thread_offer_locked ();
  }
  my_state_unlock ();

  my_after_run_at_end (&after, self);
}

/* start */

/* Gives a thread in MY_PHASE_HANDED to what is to run it. */
gboolean
my_life_launch (MyThread *self,
                GError  **error)
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
  return my_os_thread_launch (self, priv->stack_size, priv->fresh_os_thread || priv->priority != 0, error);
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
void
my_life_refuse (MyThread *self,
                GError   *error,
                MyAfter  *after)
{
  MyThreadPrivate *priv = my_thread_get_private (self);
  MyFailure *failure = my_failure_new (error);

  my_state_lock ();
  if (get_phase_locked (priv) == MY_PHASE_HANDED) {
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
  gboolean undone = FALSE;

  my_state_lock ();
  if (get_phase_locked (priv) == MY_PHASE_HANDED) {
    set_phase_locked (priv, MY_PHASE_NEW);
    my_group_remove_locked (priv->group, self, &after);
    my_wait_queue_wake_all (&priv->joiners, &after.wakes);
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
  if (get_phase_locked (priv) == MY_PHASE_HANDED) {
    my_delivery_post_kept (self, MY_CHANGE_STATE | MY_CHANGE_ALIVE);
  }
  my_state_unlock ();
}

/* my_thread_start(); with @executor on that one, for who has found that nobody listens to notifications. */
gboolean
my_life_start (MyThread   *self,
               MyExecutor *executor,
               GError    **error)
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
  if (get_phase_locked (priv) != MY_PHASE_NEW) {
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
    my_delivery_post_kept (self, MY_CHANGE_CANCELLED);
    my_life_end_locked (self, phase, NULL, &after);
  } else if (my_group_take_slot_locked (group)) {
    phase = MY_PHASE_HANDED;
    priv->has_slot = TRUE;
    set_phase_locked (priv, phase);
    if (executor != NULL) {
      taker = my_executor_get_extras (executor);
      if (taker != NULL && !taker->take_locked (executor, self)) {
        taker = NULL;
      }
    }
  } else {
    phase = MY_PHASE_WAITING;
    set_phase_locked (priv, phase);
    my_group_enqueue_locked (group, self);
    my_delivery_post_kept (self, MY_CHANGE_STATE | MY_CHANGE_ALIVE);
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
  } else if (phase == MY_PHASE_HANDED && !my_life_launch (self, &refusal) && undo_start (self)) {
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
                 GError  **error)
{
  g_return_val_if_fail (MY_IS_THREAD (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return my_life_start (self, NULL, error);
}

/* running */

static void
begin_locked (MyThread *self,
              guint     changes)
{
  set_phase_locked (my_thread_get_private (self), MY_PHASE_RUNNING);
  /* Under the lock: what cancel() posts comes after it. */
  my_delivery_post_kept (self, MY_CHANGE_STARTED | MY_CHANGE_STATE | MY_CHANGE_ALIVE | changes);
}

/* RUNNING, on this OS thread, where my_life_run() is next. For a thread in MY_PHASE_HANDED that nobody else can begin: it
 * was taken out of its executor's queue in the same section. */
void
my_life_begin_here_locked (MyThread *self)
{
  MyThreadPrivate *priv = my_thread_get_private (self);

  g_assert (get_phase_locked (priv) == MY_PHASE_HANDED);

  priv->ident = (guint64) pthread_self ();
  priv->native_id = my_os_thread_get_native_id ();
  begin_locked (self, MY_CHANGE_IDENT | MY_CHANGE_NATIVE_ID);
}

/* Whether it is for somebody from outside to begin and to end the thread: it has an executor, and that is none of this library's. */
static gboolean
is_executed_outside_locked (MyThreadPrivate *priv)
{
  return priv->executor != NULL && my_executor_get_extras (priv->executor) == NULL;
}

/* RUNNING, if it has not been ended meanwhile. With @os_name, that is for an OS thread of its own: the name to give it.
 *
 * The reference that cancel() left for the executor is dropped by execute(), or, for what runs elsewhere, by
 * report_end(). */
static gboolean
begin (MyThread *self,
       gboolean  on_this_os_thread,
       char     *os_name)
{
  MyThreadPrivate *priv = my_thread_get_private (self);
  gboolean was_cancelled;
  gboolean was_abandoned;

  my_state_lock ();
  if (get_phase_locked (priv) == MY_PHASE_HANDED && (os_name != NULL || is_executed_outside_locked (priv))) {
    if (os_name != NULL) {
      priv->owns_os_thread = TRUE;
      my_thread_copy_os_name (self, os_name);
    }
    if (on_this_os_thread) {
      my_life_begin_here_locked (self);
    } else {
      priv->is_remote = TRUE;
      begin_locked (self, 0);
    }
    my_state_unlock ();
    return TRUE;
  }
  was_cancelled = get_phase_locked (priv) == MY_PHASE_CANCELLED;
  was_abandoned = on_this_os_thread && priv->is_abandoned && (os_name != NULL || priv->executor != NULL);
  if (was_abandoned) {
    priv->is_abandoned = FALSE;
  }
  my_state_unlock ();

  if (was_abandoned) {
    my_delivery_drop (self);
  } else if (!was_cancelled || on_this_os_thread) {
    g_autofree char *name = my_thread_dup_name (self);

    g_critical ("%s: thread \"%s\" is not in the hands of an executor, or was begun already",
                on_this_os_thread ? "my_thread_execute" : "my_thread_report_begin", name);
  }
  return FALSE;
}

/* run() has called pthread_exit(), or somebody has cancelled the OS thread, or an interpreter that is shutting down has
 * ended it: whoever waits for the thread must not wait for ever. */
static void
end_broken (gpointer data)
{
  my_registry_swap_current (NULL);
  my_after_leave_nothing ();
  end (data, g_error_new_literal (MY_THREAD_ERROR, MY_THREAD_ERROR_BROKEN, "The OS thread was ended in run()"), FALSE);
}

/* Calls run(), and ends the thread, which has been begun on this OS thread. Whoever counts ends has counted this one when a joiner knows
 * of it: @n_ended is NULL, or added to before. */
void
my_life_run (MyThread        *self,
             _Atomic guint64 *n_ended)
{
  MyThreadClass *klass = MY_THREAD_GET_CLASS (self);
  MyThread *outer = my_registry_swap_current (self);
  MyHost *host = my_host_current;
  MyWaiter *outer_subject = NULL;
  GError *error = NULL;
  int cancel_state = PTHREAD_CANCEL_ENABLE;

  if (host != NULL) {
    outer_subject = host->subject;
    host->subject = &my_thread_get_private (self)->waiter;
  }

  pthread_cleanup_push (end_broken, self);
  if (G_LIKELY (klass->run != NULL)) {
    klass->run (self, &error);
  }
  /* A pthread_cancel() that run() has not noticed comes too late: to wake a main loop is a cancellation point, and the state lock is held there. */
  pthread_setcancelstate (PTHREAD_CANCEL_DISABLE, &cancel_state);
  pthread_cleanup_pop (FALSE);

  if (host != NULL) {
    host->subject = outer_subject;
  }
  if (n_ended != NULL) {
    atomic_fetch_add_explicit (n_ended, 1, memory_order_release);
  }
  my_registry_swap_current (outer);
  end (self, error, TRUE);
  pthread_setcancelstate (cancel_state, NULL);
}

/* On the OS thread that is to run @self, and nothing else. */
void
my_life_run_on_os_thread (MyThread *self)
{
  char os_name[16];

  if (begin (self, TRUE, os_name)) {
    MyThreadPrivate *priv = my_thread_get_private (self);

    my_os_thread_adopt (os_name, priv->priority);

    /* Who has renamed it since was too early for the line above. */
    my_state_lock ();
    if (priv->is_renamed) {
      my_thread_copy_os_name (self, os_name);
      my_os_thread_adopt (os_name, 0);
    }
    my_state_unlock ();

    my_life_run (self, NULL);
  }
}

/**
 * my_thread_execute:
 * @self: a thread that was given to an executor
 *
 * Runs the thread on the calling OS thread: begins it, calls its `run()`, ends
 * it.
 *
 * For implementers of [iface@Executor] only, once for each thread that
 * they took, on any OS thread. It blocks until `run()` has returned. If the thread was cancelled before, nothing happens. The thread
 * may be gone when it returns, unless the caller has a reference of its own.
 *
 * Since: 1.0
 */
void
my_thread_execute (MyThread *self)
{
  g_return_if_fail (MY_IS_THREAD (self));

  if (begin (self, TRUE, NULL)) {
    my_life_run (self, NULL);
  }
}

/**
 * my_thread_report_begin:
 * @self: a thread that was given to an executor
 *
 * Says that the thread has begun to run, in another process or on another
 * machine.
 *
 * For implementers of [iface@Executor] only. Until [method@Thread.report_end] they pass on the
 * reports of the thread with [method@Thread.set_progress] and [method@Thread.set_status], and watch
 * for its cancellation with [method@Thread.get_cancellable].
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_thread_report_begin (MyThread *self)
{
  g_return_if_fail (MY_IS_THREAD (self));

  begin (self, FALSE, NULL);
}

/**
 * my_thread_report_end:
 * @self: a thread that was given to an executor
 * @result: (nullable): its result
 * @error: (nullable): its error
 *
 * Says how a thread that runs elsewhere has ended.
 *
 * For implementers of [iface@Executor] only, once for each thread that they took and do not run by
 * [method@Thread.execute]. If the thread never began, it is called without
 * [method@Thread.report_begin]. If the thread was cancelled before it began, it has ended already,
 * and nothing else happens. The thread may be gone when it returns, unless the caller has a
 * reference of its own.
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_thread_report_end (MyThread     *self,
                      const GValue *result,
                      const GError *error)
{
  MyThreadPrivate *priv;
  gboolean was_abandoned;
  gboolean is_alive;

  g_return_if_fail (MY_IS_THREAD (self));
  g_return_if_fail (result == NULL || G_IS_VALUE (result));

  priv = my_thread_get_private (self);

  my_state_lock ();
  is_alive = (get_phase_locked (priv) == MY_PHASE_HANDED && is_executed_outside_locked (priv)) || (get_phase_locked (priv) == MY_PHASE_RUNNING && priv->is_remote);
  if (is_alive) {
    /* From here cancel() leaves it alone: nobody but the reporter ends it. */
    set_phase_locked (priv, MY_PHASE_RUNNING);
    priv->is_remote = FALSE;
  }
  was_abandoned = priv->is_abandoned && priv->executor != NULL;
  if (was_abandoned) {
    priv->is_abandoned = FALSE;
  }
  my_state_unlock ();

  if (is_alive) {
    if (result != NULL) {
      my_thread_set_result (self, result);
    }
    end (self, error != NULL ? g_error_copy (error) : NULL, FALSE);
  } else if (was_abandoned) {
    my_delivery_drop (self);
  } else {
    g_autofree char *name = my_thread_dup_name (self);

    g_critical ("%s: thread \"%s\" is not in the hands of an executor", G_STRFUNC, name);
  }
}

/* cancel */

/* Takes a thread back from its executor, if that is one of this library's and has not begun it. */
static gboolean
withdraw_locked (MyThread   *self,
                 MyWakeList *wakes)
{
  MyThreadPrivate *priv = my_thread_get_private (self);
  const MyExecutorExtras *extras;

  if (get_phase_locked (priv) != MY_PHASE_HANDED || priv->executor == NULL) {
    return FALSE;
  }
  extras = my_executor_get_extras (priv->executor);
  return extras != NULL && extras->withdraw_locked (priv->executor, self, wakes);
}

/* Cancels @self, unless it has ended: with the state lock held. */
void
my_life_cancel_locked (MyThread *self,
                       MyAfter  *after)
{
  MyThreadPrivate *priv = my_thread_get_private (self);
  MyPhase phase = get_phase_locked (priv);

  if (my_phase_is_end (phase) || atomic_load_explicit (&priv->waiter.cancelled, memory_order_relaxed)) {
    return;
  }

  atomic_store_explicit (&priv->waiter.cancelled, TRUE, memory_order_release);
  if (priv->cancellable != NULL) {
    my_after_cancel (after, priv->cancellable);
  }
  if (phase == MY_PHASE_NEW) {
    return;
  }

  my_delivery_post_kept (self, MY_CHANGE_CANCELLED);
  my_waiter_interrupt (&priv->waiter, &after->wakes);

  if (phase == MY_PHASE_WAITING) {
    my_group_dequeue_locked (priv->group, self);
    my_life_end_locked (self, MY_PHASE_CANCELLED, NULL, after);
  } else if (withdraw_locked (self, &after->wakes)) {
    my_life_end_locked (self, MY_PHASE_CANCELLED, NULL, after);
  } else if (phase == MY_PHASE_HANDED) {
    /* The executor still points to it, and drops this reference when it comes. Under the lock, but no toggle
     * reference can call out: the keep reference is there, so this is not the second one. */
    priv->is_abandoned = TRUE;
    g_object_ref (self);
    my_life_end_locked (self, MY_PHASE_CANCELLED, NULL, after);
  }
}

/**
 * my_thread_cancel:
 * @self: a thread
 *
 * Asks the thread to stop.
 *
 * A thread that has not begun to run ends at once, as cancelled, and `run()` is never called. A
 * thread that runs is woken from any wait of this library, which then fails with
 * `G_IO_ERROR_CANCELLED`, and its [method@Thread.get_cancellable] is cancelled. The rest is up to
 * `run()`, which can look at [method@Thread.is_cancelled]. A thread that has ended is left alone. A
 * cancellation can not be taken back.
 *
 * Any thread may call it, also from a handler of [signal@Gio.Cancellable::cancelled]. It does not block.
 *
 * Since: 1.0
 */
void
my_thread_cancel (MyThread *self)
{
  MyAfter after = MY_AFTER_INIT;
  gboolean is_idle;

  g_return_if_fail (MY_IS_THREAD (self));

  if (my_thread_is_cancelled (self)) {
    return;
  }

  my_state_lock ();
  is_idle = get_phase_locked (my_thread_get_private (self)) == MY_PHASE_NEW;
  my_life_cancel_locked (self, &after);
  my_state_unlock ();

  my_after_run (&after);
  if (is_idle) {
    my_delivery_announce (self, MY_CHANGE_CANCELLED);
  }
}

/* fork: in the child, with the state lock held, and only this thread */

/* The OS thread of @self is gone, or will never be. */
void
my_life_lose_in_child (MyThread *self)
{
  MyThreadPrivate *priv = my_thread_get_private (self);

  priv->waiter.wait = NULL;
  priv->waiter.set = NULL;
  priv->waiter.n_awaiters = 0;
  priv->joiners = (MyWaitQueue){ 0 };
  priv->joins_async = (MyJoinAsyncList){ NULL };
  priv->has_slot = FALSE;
  priv->queue_next = NULL;
  priv->queue_previous = NULL;
  priv->end_serial = ++my_end_serial;
  my_delivery_note_no_end (self);
  atomic_store_explicit (&priv->waiter.cancelled, TRUE, memory_order_relaxed);
  set_phase_locked (priv, MY_PHASE_CANCELLED);
}

/* @self has forked, and is the child's main thread: in no list, and its context is not touched. */
void
my_life_survive_in_child (MyThread *self)
{
  MyThreadPrivate *priv = my_thread_get_private (self);

  priv->kind = MY_KIND_MAIN;
  priv->native_id = (gint) getpid ();
  priv->waiter.set = NULL;
  priv->waiter.n_awaiters = 0;
  priv->joiners = (MyWaitQueue){ 0 };
  priv->joins_async = (MyJoinAsyncList){ NULL };
  priv->has_slot = FALSE;
  my_inbox_take (&priv->changes);
  atomic_store_explicit (&priv->pending, 0, memory_order_relaxed);
}
