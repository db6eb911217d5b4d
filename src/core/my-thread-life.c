/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-executor.h>

#include "core/my-delivery-private.h"
#include "core/my-executor-private.h"
#include "core/my-thread-group-private.h"
#include "core/my-thread-private.h"
#include "core/my-walk-private.h"
#include "wait/my-hold-private.h"
#include "wait/my-state-lock-private.h"

/* The life of a thread: how it ends, and is cancelled. See "The life of a thread" in docs/internals.md. */

static void cancel_members_locked (MyThreadGroup *group,
                                   MyAfter *after);

/* the end */

/* Ends an alive thread. Takes @failure. The owner may free the thread as soon as the caller lets the lock go. */
void
my_life_end_locked (MyThread *self,
                    MyPhase phase,
                    MyFailure *failure,
                    MyAfter *after)
{
  MyThreadPrivate *priv = my_thread_get_private (self);
  guint changes = MY_CHANGE_STATE | MY_CHANGE_ALIVE;
  MySequence *sequence = my_sequence_peek (self);

  if (phase != MY_PHASE_SUCCEEDED) {
    changes |= MY_CHANGE_ERROR;
  }
  priv->failure = failure;
  priv->end_serial = ++my_end_serial;
  if (my_thread_is_silenced (self)) {
    my_failure_set_seen (failure);
  } else if (phase == MY_PHASE_FAILED) {
    my_failure_list_locked (failure, self);
  }
  my_phase_end (priv, phase);

  my_wait_queue_wake_all (&priv->joiners, &after->wakes);
  if (sequence != NULL) {
    my_wait_queue_wake_all (&sequence->readers, &after->wakes);
  }
  my_join_async_post_all_locked (&priv->joins_async, TRUE);

  /* Not a child's main thread, which is in no group's list. */
  if (priv->kind == MY_KIND_WORKER) {
    MyThreadGroup *cancelled;

    cancelled = my_group_member_ended_locked (priv->group, self, phase == MY_PHASE_FAILED ? failure : NULL, after);
    if (cancelled != NULL) {
      cancel_members_locked (cancelled, after);
    }
  }

  my_delivery_post_end_locked (self, changes, after);
}

/* The thread, which is the calling one, has nothing more to do, and is about to be ended. Without the state lock. */
void
my_life_end_holds (MyThread *self)
{
  MyWaiter *waiter = &my_thread_get_private (self)->waiter;

  if (G_UNLIKELY (waiter->held != NULL)) {
    g_autofree char *held = my_holds_lose (waiter);
    g_autofree char *name = my_thread_dup_name (self);

    g_critical ("Thread \"%s\" has ended while it holds %s: nobody can get that any more", name, held);
  }
}

/* cancel */

/* Takes a thread back from its executor, if that is one of this library's and has not begun it. */
static gboolean
withdraw_locked (MyThread *self,
                 MyWakeList *wakes)
{
  MyThreadPrivate *priv = my_thread_get_private (self);
  const MyExecutorExtras *extras;

  if (my_phase_get_locked (priv) != MY_PHASE_HANDED || priv->executor == NULL) {
    return FALSE;
  }
  extras = my_executor_get_extras (priv->executor);
  return extras != NULL && extras->withdraw_locked (priv->executor, self, wakes);
}

/* Cancels @self, unless it has ended: with the state lock held. */
void
my_life_cancel_locked (MyThread *self,
                       MyAfter *after)
{
  MyThreadPrivate *priv = my_thread_get_private (self);
  MyPhase phase = my_phase_get_locked (priv);

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

  my_delivery_post_kept_locked (self, MY_CHANGE_CANCELLED);
  my_waiter_interrupt (&priv->waiter, &after->wakes);

  if (phase == MY_PHASE_WAITING) {
    my_thread_queue_remove (&priv->group->queue, self);
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

/* So many steps are made in the section in which one has failed. */
#define N_STEPS_AT_ONCE 64

/* Cancels all that are alive in a group that is marked as cancelled: in this section if they are few, else when the lock is
 * free. */
static void
cancel_members_locked (MyThreadGroup *self,
                       MyAfter *after)
{
  MyThread *member;
  MyWalk walk;

  my_walk_begin_locked (&walk, self);
  walk.max_steps = N_STEPS_AT_ONCE;
  while ((member = my_walk_next_locked (&walk)) != NULL) {
    my_life_cancel_locked (member, after);
  }
  my_walk_end_locked (&walk);

  if (walk.group != NULL) {
    my_after_cancel_group (after, self);
  }
}

/* Cancels the group and all that are alive in it. Without the state lock. */
void
my_life_cancel_group (MyThreadGroup *self,
                      MyAfter *after)
{
  MyThread *member;
  MyWalk walk;

  my_state_lock ();
  my_group_mark_cancelled_locked (self); /* so that it is the end of those that are started from now on */
  my_walk_begin_locked (&walk, self);
  while ((member = my_walk_next_locked (&walk)) != NULL) {
    my_life_cancel_locked (member, after);
    my_after_wake_locked (after);
  }
  my_walk_end_locked (&walk);
  my_state_unlock ();
}

/* The same for one that my_after_cancel_group() has put off, with its reference. */
void
my_life_cancel_group_later (MyThreadGroup *self,
                            MyAfter *after)
{
  my_life_cancel_group (self, after);
  if (!my_group_is_default (self)) {
    my_group_lend (self);
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
  is_idle = my_phase_get_locked (my_thread_get_private (self)) == MY_PHASE_NEW;
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
  priv->waiter.is_lost = TRUE;
  priv->joiners = (MyWaitQueue){ 0 };
  priv->joins_async = (MyJoinAsyncList){ NULL };
  priv->has_slot = FALSE;
  priv->queue_next = NULL;
  priv->queue_previous = NULL;
  priv->end_serial = ++my_end_serial;
  my_delivery_note_no_end (self);
  atomic_store_explicit (&priv->waiter.cancelled, TRUE, memory_order_relaxed);
  my_phase_lose (priv);
}

/* @self has forked, and is the child's main thread: in no list, and its context is not touched. */
void
my_life_survive_in_child (MyThread *self)
{
  MyThreadPrivate *priv = my_thread_get_private (self);

  priv->kind = MY_KIND_MAIN;
  priv->is_being_named = FALSE;
  priv->native_id = (gint) getpid ();
  priv->waiter.set = NULL;
  priv->waiter.n_awaiters = 0;
  priv->joiners = (MyWaitQueue){ 0 };
  priv->joins_async = (MyJoinAsyncList){ NULL };
  priv->has_slot = FALSE;
  my_inbox_take (&priv->changes);
  atomic_store_explicit (&priv->pending, 0, memory_order_relaxed);
}
