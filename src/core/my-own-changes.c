/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-own-changes-private.h"

#include "core/my-delivery-private.h"
#include "core/my-inbox-private.h"
#include "core/my-notify-private.h"
#include "core/my-redirect-private.h"
#include "core/my-sequence-private.h"
#include "core/my-thread-private.h"

/* The bit of @pspec, and in @page where it is. */
static guint
find_bit (MyThread *thread,
          GParamSpec *pspec,
          MyOwnChanges **page)
{
  MySequence *sequence = my_sequence_get (thread);
  gboolean is_locked = FALSE;

  for (MyOwnChanges *self = &sequence->own;;) {
    guint n = atomic_load_explicit (&self->n_pspecs, memory_order_acquire);
    MyOwnChanges *next;

    for (guint i = 0; i < n; i++) {
      if (self->pspecs[i] == pspec) {
        if (is_locked) {
          pthread_mutex_unlock (&sequence->lock);
        }
        *page = self;
        return 1U << i;
      }
    }

    next = atomic_load_explicit (&self->next, memory_order_acquire);
    if (next != NULL) {
      self = next;
    } else if (!is_locked) {
      /* Once more, since another thread may have added it; and then add it. */
      pthread_mutex_lock (&sequence->lock);
      is_locked = TRUE;
      self = &sequence->own;
    } else if (n < MY_OWN_CHANGES_PER_PAGE) {
      self->pspecs[n] = pspec;
      atomic_store_explicit (&self->n_pspecs, n + 1, memory_order_release);
    } else {
      atomic_store_explicit (&self->next, g_new0 (MyOwnChanges, 1), memory_order_release);
    }
  }
}

static void
post (MyThread *thread,
      GParamSpec *pspec)
{
  gboolean is_alive = my_phase_is_alive (my_thread_get_phase (thread));
  /* One of the library's own properties has a bit in `pending`. */
  guint change = pspec->owner_type == MY_TYPE_THREAD ? my_redirect_find_bits (my_thread_pspecs, MY_N_CHANGES, 1, &pspec) : 0;

  /* An idle object is not kept alive for a notification that nobody waits for. */
  if (!is_alive && !my_thread_has_notify_listeners (thread)) {
    return;
  }
  if (change == 0) {
    MyOwnChanges *page;
    guint bit = find_bit (thread, pspec, &page);

    /* Who has set it tells the owner. */
    if (atomic_fetch_or_explicit (&page->pending, bit, memory_order_acq_rel) & bit) {
      return;
    }
    change = MY_CHANGE_OWN;
  }
  if (is_alive && my_current == thread) {
    my_delivery_post_kept (thread, change);
  } else {
    my_delivery_post (thread, change);
  }
}

/* GObject says that these properties have changed: in the owner thread that is emitted at once, elsewhere it is posted. */
static void
dispatch (GObject *object,
          guint n_pspecs,
          GParamSpec **pspecs)
{
  MyThread *thread = (MyThread *) object;
  MyThreadPrivate *priv = my_thread_get_private (thread);
  MyDispatch emit = (MyDispatch) __atomic_load_n (&MY_THREAD_GET_CLASS (thread)->dispatch, __ATOMIC_ACQUIRE);

  /* While it is made nobody knows its context for certain, and nobody is connected. */
  if (priv->kind == MY_KIND_IN_MAKING || my_thread_is_emitting_notify (thread)) {
    emit (object, n_pspecs, pspecs);
  } else if (my_thread_is_away (thread) || !my_redirect_emit_in_owner (priv->inbox, object, n_pspecs, pspecs, emit)) {
    for (guint i = 0; i < n_pspecs; i++) {
      post (thread, pspecs[i]);
    }
  }
}

/* Whether notifications of this class have to be redirected: if it has properties of its own, if it may have overridden some of the base's, or if it
 * has a say in how they are dispatched. */
static gboolean
has_own (MyThreadClass *klass)
{
  GObjectClass *base = g_type_class_peek (MY_TYPE_THREAD);
  GObjectClass *self = G_OBJECT_CLASS (klass);
  guint n = 0, n_of_base = 0;

  if (self->dispatch_properties_changed != base->dispatch_properties_changed || self->set_property != base->set_property ||
      self->get_property != base->get_property) {
    return TRUE;
  }

  g_free (g_object_class_list_properties (self, &n));
  g_free (g_object_class_list_properties (base, &n_of_base));
  return n > n_of_base;
}

/* The class of a thread that is made, and that is whole by now. Of several threads that get here at the same moment each does the same. */
void
my_own_changes_watch_class (MyThreadClass *klass)
{
  if (G_LIKELY (__atomic_load_n (&klass->checked, __ATOMIC_ACQUIRE) == klass)) {
    return;
  }
  if (my_signals_work () && has_own (klass)) {
    my_redirect_install (G_OBJECT_CLASS (klass), (MyDispatch *) &klass->dispatch, dispatch);
  }
  __atomic_store_n (&klass->checked, klass, __ATOMIC_RELEASE);
}

/* Whether a handler is called for one of several: the others are next. In the owner thread. */
gboolean
my_own_changes_are_in_delivery (MyThread *thread)
{
  MySequence *sequence = my_sequence_peek (thread);

  for (MyOwnChanges *self = sequence != NULL ? &sequence->own : NULL; self != NULL;
       self = atomic_load_explicit (&self->next, memory_order_acquire)) {
    if (self->undelivered != 0) {
      return TRUE;
    }
  }
  return FALSE;
}

/* Emits what is pending. In the owner thread, with a reference to @thread. */
void
my_own_changes_deliver (MyThread *thread)
{
  MySequence *sequence = my_sequence_peek (thread);

  for (MyOwnChanges *self = sequence != NULL ? &sequence->own : NULL; self != NULL;
       self = atomic_load_explicit (&self->next, memory_order_acquire)) {
    self->undelivered |= atomic_exchange_explicit (&self->pending, 0, memory_order_acq_rel);
  }
  for (MyOwnChanges *self = sequence != NULL ? &sequence->own : NULL; self != NULL;
       self = atomic_load_explicit (&self->next, memory_order_acquire)) {
    /* One at a time: a handler may run a loop, in which delivery goes on with the next. */
    while (self->undelivered != 0) {
      guint bit = self->undelivered & -self->undelivered;

      self->undelivered &= ~bit;
      if (my_thread_has_notify_listeners (thread)) {
        my_thread_emit_notify (thread, self->pspecs[__builtin_ctz (bit)]);
      }
    }
  }
}
