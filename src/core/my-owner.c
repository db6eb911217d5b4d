/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-owner-private.h"

#include "core/my-delivery-private.h"
#include "core/my-inbox-private.h"
#include "core/my-serve-private.h"
#include "core/my-thread-private.h"
#include "wait/my-state-lock-private.h"

/* What the files of src/home/ know of a thread's owner. */

/* Delivers what is pending, but for the end: all of it, whatever is left of the turn of the loop; but not what others say meanwhile, which may have no end. In
 * the owner thread. */
void
my_owner_deliver (MyThread *thread)
{
  gint64 turn;

  g_object_ref (thread);
  turn = my_inbox_suspend_turn ();
  my_delivery_deliver_changes (thread);
  my_inbox_resume_turn (turn);
  g_object_unref (thread);
}

MyOwnerStand
my_owner_enter (MyThread *thread)
{
  MyThreadPrivate *priv = my_thread_get_private (thread);

  if (my_thread_is_away (thread) || !my_inbox_enter (priv->inbox)) {
    return MY_OWNER_AWAY;
  }
  if (priv->n_deliveries > 0) {
    return MY_OWNER_INSIDE;
  }
  my_owner_deliver (thread);
  return MY_OWNER_HERE;
}

void
my_owner_leave (MyThread *thread,
                MyOwnerStand stand)
{
  if (stand != MY_OWNER_AWAY) {
    my_inbox_leave (my_thread_get_private (thread)->inbox);
  }
}

gboolean
my_owner_is_closed (MyThread *thread)
{
  return my_inbox_is_closed (my_thread_get_private (thread)->inbox);
}

/* With the lock, so that either who looks at the end of the thread sees it, or this sees the end. */
void
my_owner_silence (MyThread *thread)
{
  MyThreadPrivate *priv = my_thread_get_private (thread);

  my_state_lock ();
  atomic_store_explicit (&priv->is_silenced, TRUE, memory_order_release);
  my_failure_set_seen (priv->failure);
  my_state_unlock ();
}

gboolean
my_owner_is_silenced (MyThread *thread)
{
  return my_thread_is_silenced (thread);
}

/* Comes before each thing that is said. */
void
my_owner_await_room (MyThread *thread)
{
  if (G_UNLIKELY (my_sequence_is_full (thread))) {
    my_serve_wait_for_room (thread);
  }
}

MySay
my_owner_tell (MyThread *thread,
               MySequenceEvent *event)
{
  my_owner_await_room (thread);
  return my_sequence_say (thread, event);
}
