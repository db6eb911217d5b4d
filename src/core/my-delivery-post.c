/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-delivery-private.h"

#include "core/my-notify-private.h"
#include "core/my-thread-private.h"
#include "core/my-wrapper-private.h"
#include "wait/my-state-lock-private.h"

/* Posting the changes of a thread to its inbox. */

/* quiet: of a thread that has a wrapper */

/* Not where nobody ever comes to an inbox, nor in a child where GObject's locks may be lost. */
gboolean
my_delivery_can_be_quiet (MyThread *self)
{
  MyInbox *inbox = my_thread_get_private (self)->inbox;

  return my_object_may_get_wrapper ((GObject *) self) && !my_inbox_is_closed (inbox) && !inbox->is_stale &&
         atomic_load_explicit (&my_signals, memory_order_relaxed) == MY_SIGNALS_WORK;
}

/* The caller has set LINKED, and sees to it that the owner is notified. */
void
my_delivery_add_quiet_locked (MyThread *self)
{
  MyThreadPrivate *priv = my_thread_get_private (self);

  atomic_fetch_or_explicit (&priv->pending, MY_CHANGE_QUIET, memory_order_seq_cst);
  my_quiet_add_locked (priv->inbox, &priv->changes);
}

void
my_delivery_unlink_quiet_locked (MyThread *self)
{
  MyThreadPrivate *priv = my_thread_get_private (self);

  my_quiet_remove_locked (priv->inbox, &priv->changes);
  atomic_fetch_and_explicit (&priv->pending, ~(guint64) MY_CHANGE_QUIET, memory_order_seq_cst);
}

/* The changes, from which the end takes them out of the inbox, and the end, if it was posted; it takes a reference of the caller's then. */
void
my_delivery_push_quiet_locked (MyThread *self,
                               gboolean with_end)
{
  MyThreadPrivate *priv = my_thread_get_private (self);

  my_delivery_unlink_quiet_locked (self);
  my_inbox_push (priv->inbox, &priv->changes);
  if (with_end) {
    my_inbox_push (priv->inbox, &priv->end);
  }
}

/* Of one that is not alive: takes a reference of the caller's. */
void
my_delivery_push_idle_locked (MyThread *self)
{
  MyThreadPrivate *priv = my_thread_get_private (self);

  if (my_phase_is_end (my_phase_get_locked (priv))) {
    my_delivery_push_quiet_locked (self, TRUE);
  } else {
    /* It could not be started. */
    atomic_fetch_add_explicit (&priv->pending, MY_CHANGE_REF, memory_order_relaxed);
    my_delivery_push_quiet_locked (self, FALSE);
  }
}

/* In place of a push, by the thread that has set LINKED, if @self has a wrapper, or may get one. The keep reference is there. */
static gboolean
enter_quiet_locked (MyThread *self)
{
  if (!my_delivery_can_be_quiet (self)) {
    return FALSE;
  }
  my_delivery_add_quiet_locked (self);
  return TRUE;
}

/* The same without the state lock, and whether the keep reference is there or not. */
gboolean
my_delivery_enter_quiet (MyThread *self)
{
  gboolean is_quiet;

  if (G_LIKELY (!my_object_may_get_wrapper ((GObject *) self))) {
    return FALSE;
  }
  my_state_lock ();
  is_quiet = my_phase_is_alive (my_phase_get_locked (my_thread_get_private (self))) && enter_quiet_locked (self);
  my_state_unlock ();

  return is_quiet;
}

/* Something was said of one that has ended quietly, or could not be started: nobody keeps it for the owner but this. In place of a look of
 * the owner's, by the thread that has set the bits of the changes, with a reference of its own. */
static void
wake_idle (MyThread *self)
{
  MyThreadPrivate *priv = my_thread_get_private (self);
  gboolean is_taken = FALSE;

  g_object_ref (self);
  my_state_lock ();
  if (my_thread_is_quiet (self) && !my_phase_is_alive (my_phase_get_locked (priv))) {
    is_taken = TRUE;
    my_delivery_push_idle_locked (self);
  }
  my_state_unlock ();
  if (!is_taken) {
    g_object_unref (self);
  }
}

/* Pushes changes of an alive thread, from its own run(), or under the state lock: the keep reference is there until the
 * end is delivered, and the end takes the item out of the inbox, so no other reference is needed. Whether the inbox is to be notified. */
static inline gboolean
push_kept (MyThread *self,
           guint changes,
           gboolean is_locked)
{
  MyThreadPrivate *priv = my_thread_get_private (self);
  guint64 old = atomic_fetch_or_explicit (&priv->pending, changes | MY_CHANGE_LINKED, memory_order_acq_rel);

  if (!(old & MY_CHANGE_LINKED)) {
    if (G_LIKELY (!my_object_may_get_wrapper ((GObject *) self)) ||
        !(is_locked ? enter_quiet_locked (self) : my_delivery_enter_quiet (self))) {
      my_inbox_push (priv->inbox, &priv->changes);
    }
    return TRUE;
  }
  return my_change_is_urgent (changes & ~old);
}

/* From its own run(). */
void
my_delivery_post_kept (MyThread *self,
                       guint changes)
{
  if (push_kept (self, changes, FALSE)) {
    my_inbox_notify (my_thread_get_private (self)->inbox, my_change_is_urgent (changes));
  }
}

void
my_delivery_post_kept_locked (MyThread *self,
                              guint changes)
{
  if (push_kept (self, changes, TRUE)) {
    my_inbox_notify_locked (my_thread_get_private (self)->inbox, my_change_is_urgent (changes));
  }
}

/* Posts changes from anywhere, with a reference of the caller's: the item holds one of its own. */
void
my_delivery_post (MyThread *self,
                  guint changes)
{
  MyThreadPrivate *priv = my_thread_get_private (self);
  guint64 old = atomic_fetch_or_explicit (&priv->pending, changes | MY_CHANGE_LINKED, memory_order_acq_rel);

  if (!(old & MY_CHANGE_LINKED)) {
    /* Nobody takes it before it is pushed. */
    if (!my_delivery_enter_quiet (self)) {
      g_object_ref (self);
      atomic_fetch_add_explicit (&priv->pending, MY_CHANGE_REF, memory_order_relaxed);
      my_inbox_push (priv->inbox, &priv->changes);
    }
  } else if ((changes & ~old) == 0) {
    /* The poster that has set the bits tells the owner. */
    return;
  } else if (G_UNLIKELY (my_object_may_get_wrapper ((GObject *) self)) && (changes & (MY_CHANGE_SEQUENCE | MY_CHANGE_STREAM)) != 0) {
    wake_idle (self);
  }
  my_inbox_notify (priv->inbox, my_change_is_urgent (changes));
  my_inbox_empty_closed ();
}

/* Hands a reference, which may be the last one, to the owner context, to be dropped there; or drops it, if that is closed, or if the
 * thread has a wrapper: then it is not the last one. */
void
my_delivery_drop (MyThread *self)
{
  MyThreadPrivate *priv = my_thread_get_private (self);
  MyInbox *inbox = priv->inbox;
  guint64 old;

  if (my_inbox_is_closed (inbox) || my_object_has_wrapper ((GObject *) self)) {
    g_object_unref (self);
    return;
  }
  if (my_inbox_enter (inbox)) {
    my_inbox_leave (inbox);
    g_object_unref (self);
    return;
  }

  /* In one step: as soon as the item holds the reference, and is in the inbox, the owner may drop it, and with it the
   * thread, and the thread's reference to the inbox. */
  my_inbox_ref (inbox);
  old = atomic_load_explicit (&priv->pending, memory_order_relaxed);
  while (!atomic_compare_exchange_weak_explicit (&priv->pending, &old, (old + MY_CHANGE_REF) | MY_CHANGE_LINKED,
                                                 memory_order_acq_rel, memory_order_relaxed)) {
  }
  if (!(old & MY_CHANGE_LINKED)) {
    my_inbox_push (inbox, &priv->changes);
    my_inbox_notify (inbox, FALSE);
  }
  my_inbox_unref (inbox);
  my_inbox_empty_closed ();
}
