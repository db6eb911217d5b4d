/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-thread-queue-private.h"

#include "core/my-thread-private.h"

void
my_thread_queue_append (MyThreadQueue *self,
                        MyThread *thread)
{
  MyThreadPrivate *priv = my_thread_get_private (thread);

  priv->queue_next = NULL;
  priv->queue_previous = self->last;
  if (self->last != NULL) {
    my_thread_get_private (self->last)->queue_next = thread;
  } else {
    /* In the order of all that is sequentially consistent: see `threads` in MyPool. */
    atomic_store_explicit (&self->first, thread, memory_order_seq_cst);
  }
  self->last = thread;
  self->n++;
}

/* From wherever it is in the queue. */
void
my_thread_queue_remove (MyThreadQueue *self,
                        MyThread *thread)
{
  MyThreadPrivate *priv = my_thread_get_private (thread);

  if (priv->queue_previous != NULL) {
    my_thread_get_private (priv->queue_previous)->queue_next = priv->queue_next;
  } else {
    atomic_store_explicit (&self->first, priv->queue_next, memory_order_relaxed);
  }
  if (priv->queue_next != NULL) {
    my_thread_get_private (priv->queue_next)->queue_previous = priv->queue_previous;
  } else {
    self->last = priv->queue_previous;
  }
  priv->queue_next = NULL;
  priv->queue_previous = NULL;
  self->n--;
}

/* For one that is in no other queue. */
gboolean
my_thread_queue_contains (MyThreadQueue *self,
                          MyThread *thread)
{
  return my_thread_queue_peek (self) == thread || my_thread_get_private (thread)->queue_previous != NULL;
}
