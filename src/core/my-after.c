/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-after-private.h"

#include "core/my-notify-private.h"
#include "core/my-thread-private.h"
#include "sync/my-state-lock-private.h"

/* Launches @thread, which was just taken out of its group's queue. */
void
my_after_launch (MyAfter  *self,
                 MyThread *thread)
{
  my_thread_get_private (thread)->queue_next = NULL;
  if (self->launch_last != NULL) {
    my_thread_get_private (self->launch_last)->queue_next = thread;
  } else {
    self->launch_first = thread;
  }
  self->launch_last = thread;
}

void
my_after_cancel (MyAfter      *self,
                 GCancellable *cancellable)
{
  self->cancellables = g_slist_prepend (self->cancellables, g_object_ref (cancellable));
}

/* Does what was collected. Without the state lock.
 *
 * A thread to be launched may meanwhile have been cancelled: then it has ended, and left a reference for the executor,
 * so the pointer is good until that executor has taken or refused it.
 */
void
my_after_run (MyAfter *self)
{
  my_wake_list_flush (&self->wakes);

  while (self->launch_first != NULL) {
    MyThread *thread = self->launch_first;
    GError *error = NULL;

    self->launch_first = my_thread_get_private (thread)->queue_next;
    if (self->launch_first == NULL) {
      self->launch_last = NULL;
    }

    if (!my_life_launch (thread, &error)) {
      my_life_refuse (thread, error, self);
      my_wake_list_flush (&self->wakes);
    } else {
      g_clear_error (&error);
    }
  }

  while (self->cancellables != NULL) {
    GCancellable *cancellable = self->cancellables->data;

    self->cancellables = g_slist_delete_link (self->cancellables, self->cancellables);
    if (my_signals_work ()) {
      g_cancellable_cancel (cancellable);
      g_object_unref (cancellable);
    }
  }
}
