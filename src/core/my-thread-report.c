/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <math.h>
#include <mythread/my-executor.h>
#include <mythread/my-thread.h>
#include <string.h>

#include "core/my-delivery-private.h"
#include "core/my-thread-group-private.h"
#include "core/my-thread-private.h"
#include "wait/my-state-lock-private.h"

/* What is set on a thread: how it is to run, before it is started, and what run() reports. */

/* Setters of what is writable until start. */

/* what run() reports */

static guint64
bits_of_double (double value)
{
  guint64 bits;

  memcpy (&bits, &value, sizeof bits);
  return bits;
}

static void
complain_of_progress (MyThread *self,
                      double fraction)
{
  g_autofree char *name = my_thread_dup_name (self);

  g_critical ("my_thread_set_progress: the progress of thread \"%s\" is %g, and must be between 0 and 1", name, fraction);
}

/**
 * my_thread_set_progress:
 * @self: the thread that runs
 * @fraction: how much is done, from 0 to 1; -1: unknown
 *
 * Says how far the thread has come.
 *
 * From `run()`, or from another thread while that runs, as often as you like: it costs nanoseconds, and the owner's loop gets as many
 * notifications as it has time for. A fraction above 1 counts as 1, with a critical unless it is
 * only a rounding error (50 percent are 0.5). Any fraction below 0 counts as -1. It has no effect
 * on a thread that does not run.
 *
 * It does not block.
 *
 * Since: 1.0
 */
void
my_thread_set_progress (MyThread *self,
                        double fraction)
{
  MyThreadPrivate *priv;

  g_return_if_fail (MY_IS_THREAD (self));
  g_return_if_fail (!isnan (fraction));
  if (G_UNLIKELY (fraction > 1.001)) {
    complain_of_progress (self, fraction);
  }

  priv = my_thread_get_private (self);

  if (my_thread_get_phase (self) != MY_PHASE_RUNNING) {
    return;
  }

  /* The store and both looks at `pending` are sequentially consistent, as is the exchange that takes the bits: if the
   * bit is seen set here, it is taken after the store, and its notification shows this value or a later one. */
  atomic_store_explicit (&priv->progress, bits_of_double (fraction < 0 ? -1 : MIN (fraction, 1)), memory_order_seq_cst);

  if (!(atomic_load_explicit (&priv->pending, memory_order_seq_cst) & MY_CHANGE_PROGRESS)) {
    if (my_current == self) {
      my_delivery_post_kept (self, MY_CHANGE_PROGRESS);
    } else {
      my_delivery_post (self, MY_CHANGE_PROGRESS);
    }
  }
  if (priv->kind == MY_KIND_WORKER &&
      !(atomic_load_explicit (&priv->group->pending, memory_order_seq_cst) & MY_GROUP_CHANGE_PROGRESS)) {
    my_group_post (priv->group, MY_GROUP_CHANGE_PROGRESS);
    my_inbox_empty_closed ();
  }
}

/**
 * my_thread_get_progress: (get-property progress)
 * @self: a thread
 *
 * Gets how far the thread has come.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: from 0 to 1; -1: unknown
 *
 * Since: 1.0
 */
double
my_thread_get_progress (MyThread *self)
{
  guint64 bits;
  double fraction;

  g_return_val_if_fail (MY_IS_THREAD (self), -1);

  bits = atomic_load_explicit (&my_thread_get_private (self)->progress, memory_order_seq_cst);
  memcpy (&fraction, &bits, sizeof fraction);
  return fraction;
}

/**
 * my_thread_set_status:
 * @self: the thread that runs
 * @text: (nullable): what it is doing, for a person
 *
 * Says what the thread is doing.
 *
 * From `run()`, or from another thread while that runs. @text is copied. Notifications are coalesced. It has no effect on a thread that does not run.
 *
 * It does not block.
 *
 * Since: 1.0
 */
void
my_thread_set_status (MyThread *self,
                      const char *text)
{
  MyThreadPrivate *priv;
  char *unused;
  gboolean is_changed = FALSE;

  g_return_if_fail (MY_IS_THREAD (self));
  g_return_if_fail (text == NULL || g_utf8_validate (text, -1, NULL));

  priv = my_thread_get_private (self);
  unused = g_strdup (text);

  my_state_lock ();
  if (my_thread_get_phase (self) == MY_PHASE_RUNNING && g_strcmp0 (priv->status, text) != 0) {
    char *old = priv->status;

    priv->status = unused;
    unused = old;
    is_changed = TRUE;
  }
  my_state_unlock ();

  g_free (unused);
  if (is_changed) {
    if (my_current == self) {
      my_delivery_post_kept (self, MY_CHANGE_STATUS);
    } else {
      my_delivery_post (self, MY_CHANGE_STATUS);
    }
  }
}

/**
 * my_thread_dup_status: (get-property status)
 * @self: a thread
 *
 * Gets what the thread is doing.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer full) (nullable): a copy of the text
 *
 * Since: 1.0
 */
char *
my_thread_dup_status (MyThread *self)
{
  char *text;

  g_return_val_if_fail (MY_IS_THREAD (self), NULL);

  my_state_lock ();
  text = g_strdup (my_thread_get_private (self)->status);
  my_state_unlock ();

  return text;
}

/* what a subclass says */

/**
 * my_thread_get_max_pending: (get-property max-pending)
 * @self: a thread
 *
 * Gets how many things that were said may be pending before saying one more waits.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: the number; 0: there is no limit
 *
 * Since: 1.0
 */
guint
my_thread_get_max_pending (MyThread *self)
{
  g_return_val_if_fail (MY_IS_THREAD (self), 0);

  return atomic_load_explicit (&my_thread_get_private (self)->max_pending, memory_order_relaxed);
}

/**
 * my_thread_set_max_pending: (set-property max-pending)
 * @self: a thread
 * @max_pending: a number; 0: there is no limit
 *
 * Sets how many things that were said may be pending before saying one more waits.
 *
 * So a thread that says more than its owner can take is slowed down, and what is pending does not grow without end. It applies to
 * [method@Thread.emitv], [method@Thread.publish] and [method@Thread.post] on other threads than the owner. A cancellation
 * of the waiting thread ends the wait; what it says is then pending beyond the limit.
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_thread_set_max_pending (MyThread *self,
                           guint max_pending)
{
  MySequence *sequence;

  g_return_if_fail (MY_IS_THREAD (self));

  if (atomic_exchange_explicit (&my_thread_get_private (self)->max_pending, max_pending, memory_order_seq_cst) == max_pending) {
    return;
  }
  sequence = my_sequence_peek (self);
  if (sequence != NULL) {
    my_wait_queue_wake_all_now (&sequence->writers);
  }
  my_delivery_announce (self, MY_CHANGE_MAX_PENDING);
}
