/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-thread.h>

#include "core/my-delivery-private.h"
#include "core/my-notify-private.h"
#include "core/my-thread-private.h"
#include "wait/my-state-lock-private.h"

/* The GCancellable of a thread, for the calls of GIO that its run() makes. */

static void
cancellable_cancelled (GCancellable *cancellable,
                       GWeakRef *thread)
{
  MyThread *self = g_weak_ref_get (thread);

  if (self != NULL) {
    my_thread_cancel (self);
    my_delivery_drop (self);
  }
}

static void
free_weak_ref (gpointer data,
               GClosure *closure)
{
  g_weak_ref_clear (data);
  g_free (data);
}

/**
 * my_thread_get_cancellable:
 * @self: a thread
 *
 * Gets the cancellable that `run()` passes to calls of GIO.
 *
 * It is cancelled with the thread, and to cancel it is to cancel the thread. It is made at the
 * first call.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer none): the cancellable
 *
 * Since: 1.0
 */
GCancellable *
my_thread_get_cancellable (MyThread *self)
{
  MyThreadPrivate *priv;
  GCancellable *cancellable;
  GCancellable *made;
  GWeakRef *weak_ref;

  g_return_val_if_fail (MY_IS_THREAD (self), NULL);

  priv = my_thread_get_private (self);

  my_state_lock ();
  cancellable = priv->cancellable;
  my_state_unlock ();

  if (cancellable != NULL) {
    return cancellable;
  }

  /* The cancellable may live longer than the thread. */
  made = g_cancellable_new ();
  if (my_signals_work ()) {
    weak_ref = g_new (GWeakRef, 1);
    g_weak_ref_init (weak_ref, self);
    g_signal_connect_data (made, "cancelled", G_CALLBACK (cancellable_cancelled), weak_ref, free_weak_ref, 0);
  }

  my_state_lock ();
  if (priv->cancellable == NULL) {
    priv->cancellable = made;
    made = NULL;
  }
  cancellable = priv->cancellable;
  my_state_unlock ();

  if (made != NULL) {
    my_object_unref (made);
  }

  /* cancel() sets the flag, then looks for a cancellable under the lock; here it is the other way round. */
  if (my_thread_is_cancelled (self) && my_signals_work ()) {
    my_cancellable_cancel (cancellable);
  }
  return cancellable;
}
