/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-thread-group-private.h"
#include "core/my-thread-private.h"
#include "core/my-walk-private.h"

/* The slots of a group, of which there are `max_running`, and the queue of the members that wait for one. With the state lock held. */

static gboolean
has_free_slot_locked (MyThreadGroup *self)
{
  return self->max_running == 0 || self->runners.n - self->is_moving < self->max_running;
}

/* Whether a member that is being started may be launched: then it has a slot. */
gboolean
my_group_take_slot_locked (MyThreadGroup *self)
{
  if (my_thread_queue_peek (&self->queue) != NULL || !has_free_slot_locked (self)) {
    return FALSE;
  }
  my_waiter_set_enter (&self->runners);
  return TRUE;
}

/* While the queue is launched in parts its threads wait for no slot, though all that have one may wait: the launching OS thread counts
 * as one that goes on. */
static void
set_moving_locked (MyThreadGroup *self,
                   gboolean is_moving,
                   MyAfter *after)
{
  if (self->is_moving == is_moving) {
    return;
  }
  self->is_moving = is_moving;
  if (is_moving) {
    my_waiter_set_enter (&self->runners);
  } else {
    my_waiter_set_leave (&self->runners);
    my_waiter_set_look_again (&self->runners, &after->wakes);
  }
}

/* Gives free slots to the threads that wait for them; TRUE: there may be more of both. Not in a group that is cancelled: there
 * they are about to be ended. */
gboolean
my_group_fill_slots_locked (MyThreadGroup *self,
                            MyAfter *after)
{
  gboolean has_more = FALSE;

  if (my_thread_queue_peek (&self->queue) != NULL && !my_group_is_cancelled_locked (self)) {
    for (guint n = 0; n < MY_WALK_SLICE && my_thread_queue_peek (&self->queue) != NULL && has_free_slot_locked (self); n++) {
      MyThread *thread = my_thread_queue_peek (&self->queue);
      MyThreadPrivate *priv = my_thread_get_private (thread);

      my_thread_queue_remove (&self->queue, thread);
      my_waiter_set_enter (&self->runners);
      priv->has_slot = TRUE;
      my_phase_hand (priv);
      my_after_launch (after, thread);
    }
    has_more = my_thread_queue_peek (&self->queue) != NULL && has_free_slot_locked (self);
  }
  set_moving_locked (self, has_more, after);
  return has_more;
}
