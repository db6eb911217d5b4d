/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-delivery-private.h"

#include <pthread.h>

#include "core/my-let-go-private.h"
#include "core/my-notify-private.h"
#include "core/my-thread-private.h"
#include "core/my-wrapper-private.h"

/* Threads that have a wrapper: see "Wrappers" in docs/internals.md. */

/* the end */

/* The end was taken by the thread that delivers it, or was never posted: then it points to itself. */
void
my_delivery_note_no_end (MyThread *self)
{
  MyThreadPrivate *priv = my_thread_get_private (self);

  priv->end.next = &priv->end;
}

/* Whether the keep reference may be dropped before the end is delivered: nobody listens, and if the wrapper stays, it can be delivered yet. */
static gboolean
may_let_go_locked (MyThread *self)
{
  return my_object_has_wrapper ((GObject *) self) && my_delivery_can_be_quiet (self) && (my_thread_is_silenced (self) || !my_thread_has_listeners (self)) && !my_sequence_has_events (self) &&
         !my_failure_awaits_group_join_locked (self);
}

/* Posts the end, and with it the keep reference, under the state lock, so that a thread that sees this one ended finds the end in
 * the inbox. The owner may deliver it at once, but finalisation takes the state lock: until that is free, the thread and
 * its inbox are there. When it is free the caller calls my_after_run(): the context may be closed, or the keep reference is to be dropped,
 * as nobody listens, and the binding that has the wrapper says when and where the thread is finalised. */
void
my_delivery_post_end_locked (MyThread *self,
                             guint changes,
                             MyAfter *after)
{
  MyThreadPrivate *priv = my_thread_get_private (self);
  MyInbox *inbox = priv->inbox; /* a class whose finalize() does not chain up frees the thread without the state lock */
  gboolean is_let_go = G_UNLIKELY (my_object_may_get_wrapper ((GObject *) self)) && !after->is_broken && may_let_go_locked (self);
  guint64 old = atomic_fetch_or_explicit (&priv->pending, changes | (is_let_go ? MY_CHANGE_LINKED : 0), memory_order_acq_rel);

  if (is_let_go && !(old & MY_CHANGE_LINKED)) {
    my_delivery_add_quiet_locked (self);
  } else if (!(old & MY_CHANGE_QUIET) || (old & (MY_CHANGE_SEQUENCE | MY_CHANGE_STREAM)) != 0) {
    /* It is in the inbox, or about to be, and only the owner can take it out; or another thread has said something just now. */
    is_let_go = FALSE;
  }

  if (is_let_go) {
    my_let_go_add_locked (self);
    after->lets_go = TRUE;
  } else if (old & MY_CHANGE_QUIET) {
    my_delivery_push_quiet_locked (self, TRUE);
  } else {
    my_inbox_push (inbox, &priv->end);
  }
  my_inbox_notify_locked (inbox, TRUE);
}

/* Drops the keep reference of one that has ended, and that has its end among the quiet ones, or has been told of since. */
static void
let_go (MyThread *self)
{
  MyThreadPrivate *priv = my_thread_get_private (self);
  MyInbox *inbox;
  gboolean is_posted;

  my_state_assert_unlocked ();
  if (G_LIKELY (my_object_has_wrapper ((GObject *) self))) {
    g_object_unref (self);
    return;
  }

  /* The binding has let it go meanwhile: it is as any other. */
  my_state_lock ();
  is_posted = my_thread_is_quiet (self);
  inbox = my_inbox_ref (priv->inbox);
  if (is_posted) {
    my_delivery_push_quiet_locked (self, TRUE);
    my_inbox_notify_locked (inbox, TRUE);
  }
  my_state_unlock ();

  if (!is_posted) {
    my_delivery_drop (self);
  }
  my_inbox_unref (inbox);
  my_inbox_empty_closed ();
}

/* A binding has ended the OS thread, as its interpreter shuts down. */
static void
end_letting_go (void *letting_go)
{
  my_let_go_end (letting_go);
}

/* Lets go of @thread, if that is to be let go; NULL: of any. */
static gboolean
let_go_next (MyThread *thread)
{
  MyLettingGo letting_go;

  thread = my_let_go_begin (&letting_go, thread);
  if (thread == NULL) {
    return FALSE;
  }
  pthread_cleanup_push (end_letting_go, &letting_go);
  let_go (thread);
  pthread_cleanup_pop (TRUE);
  return TRUE;
}

void
my_delivery_let_go (void)
{
  while (let_go_next (NULL)) {
  }
}

/* A thread that has joined @self, with a reference: it does not return before the library has dropped its own. */
void
my_delivery_let_go_joined (MyThread *self)
{
  if (!let_go_next (self)) {
    my_let_go_wait_for (self);
  }
}

/* the owner thread */

/* If nobody listens to one that has ended, there is nothing to deliver: it is over. */
static gboolean
settle_locked (MyThread *self)
{
  MyThreadPrivate *priv = my_thread_get_private (self);
  guint64 pending = atomic_load_explicit (&priv->pending, memory_order_seq_cst);

  if (pending >= MY_CHANGE_REF || (!my_thread_is_silenced (self) && my_thread_has_listeners (self))) {
    return FALSE;
  }
  /* First this, as when the end is delivered: what is said from here on is refused. */
  atomic_store_explicit (&priv->is_over, MY_OVER_FINISHED, memory_order_seq_cst);
  if (my_sequence_has_events (self) ||
      !atomic_compare_exchange_strong_explicit (&priv->pending, &pending, pending & MY_CHANGE_QUIET, memory_order_seq_cst, memory_order_relaxed)) {
    atomic_store_explicit (&priv->is_over, MY_OVER_NOT, memory_order_seq_cst);
    return FALSE;
  }
  my_delivery_note_no_end (self);
  my_delivery_unlink_quiet_locked (self);
  return TRUE;
}

/* Nothing is told of it any more, and nobody refers to it: or nobody will ask. */
static void
forget_locked (MyThread *self)
{
  MyThreadPrivate *priv = my_thread_get_private (self);

  if (my_phase_is_end (my_phase_get_locked (priv))) {
    atomic_store_explicit (&priv->is_over, MY_OVER_FINISHED, memory_order_seq_cst);
    my_delivery_note_no_end (self);
  }
  my_delivery_unlink_quiet_locked (self);
  atomic_store_explicit (&priv->pending, 0, memory_order_seq_cst);
}

/* Of a quiet thread that has ended there may be no reference but the wrapper's, which may go at any time: dispose() waits
 * while it is pinned. To take a reference may have the binding wait for its interpreter, so that is done without the lock. (It
 * does not call the binding if the last reference is being dropped: then the wrapper is none any more.) */
static void
ref_pinned_locked (MyThread *self)
{
  MyThreadPrivate *priv = my_thread_get_private (self);

  priv->is_pinned = TRUE;
  my_state_unlock ();
  g_object_ref (self);
  my_state_lock ();
  priv->is_pinned = FALSE;
}

/* Another reference to one that is not alive, and of which the changes are pushed. */
static void
raise_idle_locked (MyThread *self)
{
  if (!my_let_go_take_locked (self)) {
    ref_pinned_locked (self);
  }
  my_delivery_push_idle_locked (self);
}

/* The item of the changes leaves the quiet ones. */
void
my_delivery_end_quiet_locked (MyThread *self,
                              MyQuietEnd why)
{
  MyThreadPrivate *priv = my_thread_get_private (self);
  MyPhase phase = my_phase_get_locked (priv);

  if (why == MY_QUIET_FORGET) {
    priv->is_pinned = FALSE;
    forget_locked (self);
  } else if (my_phase_is_alive (phase) || (why == MY_QUIET_CLOSE && atomic_load_explicit (&priv->pending, memory_order_relaxed) >= MY_CHANGE_REF)) {
    /* It has its keep reference, or the item has one. */
    my_delivery_push_quiet_locked (self, FALSE);
  } else if (why == MY_QUIET_CLOSE) {
    forget_locked (self);
  } else if (phase == MY_PHASE_NEW || !settle_locked (self)) {
    raise_idle_locked (self);
  }
}

/* Has what is quiet of a thread delivered as of any other. In the owner thread, with a reference. */
void
my_delivery_raise (MyThread *self)
{
  my_state_lock ();
  if (my_thread_is_quiet (self)) {
    my_delivery_end_quiet_locked (self, MY_QUIET_RAISE);
  }
  my_state_unlock ();
}

/* In dispose(). */
void
my_delivery_leave_quiet (MyThread *self)
{
  MyThreadPrivate *priv = my_thread_get_private (self);
  gboolean is_forgotten = FALSE;

  if (!my_thread_is_quiet (self)) {
    return;
  }
  my_state_lock ();
  while (priv->is_pinned) {
    my_state_nap ();
  }
  /* Otherwise the owner has just taken a reference, or the program disposes of what it goes on to use. */
  if (my_thread_is_quiet (self) && g_atomic_int_get (&G_OBJECT (self)->ref_count) <= 1) {
    forget_locked (self);
    is_forgotten = TRUE;
  }
  my_state_unlock ();
  if (is_forgotten) {
    my_sequence_drop (self);
  }
}
