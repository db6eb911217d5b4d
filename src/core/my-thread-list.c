/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-thread-group-private.h"
#include "core/my-thread-private.h"

/* Lists of threads, linked by group_next and group_previous. With the state lock held, but for a list that is the caller's own. */

void
my_thread_list_append (MyThreadList *self,
                       MyThread *thread)
{
  MyThreadPrivate *priv = my_thread_get_private (thread);

  priv->group_next = NULL;
  priv->group_previous = self->last;
  if (self->last != NULL) {
    my_thread_get_private (self->last)->group_next = thread;
  } else {
    self->first = thread;
  }
  self->last = thread;
  self->n++;
}

void
my_thread_list_remove (MyThreadList *self,
                       MyThread *thread)
{
  MyThreadPrivate *priv = my_thread_get_private (thread);

  if (priv->group_previous != NULL) {
    my_thread_get_private (priv->group_previous)->group_next = priv->group_next;
  } else {
    self->first = priv->group_next;
  }
  if (priv->group_next != NULL) {
    my_thread_get_private (priv->group_next)->group_previous = priv->group_previous;
  } else {
    self->last = priv->group_previous;
  }
  priv->group_next = NULL;
  priv->group_previous = NULL;
  self->n--;
}
