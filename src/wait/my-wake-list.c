/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "wait/my-wake-list-private.h"

/* With the state lock held. If there is no room for more, the rest is unparked by my_state_unlock(). */
void
my_wake_list_add (MyWakeList *self,
                  MyParker *parker)
{
  if (G_UNLIKELY (self->n == G_N_ELEMENTS (self->parkers))) {
    my_parker_unpark_later_locked (parker);
  } else {
    self->parkers[self->n++] = parker;
  }
}

/* Unparks all that was collected. Without the state lock. */
void
my_wake_list_flush (MyWakeList *self)
{
  for (guint i = 0; i < self->n; i++) {
    my_parker_unpark (self->parkers[i]);
  }
  self->n = 0;
}

/* Has all that was collected unparked by my_state_unlock(). With the state lock held. */
void
my_wake_list_put_off_locked (MyWakeList *self)
{
  for (guint i = 0; i < self->n; i++) {
    my_parker_unpark_later_locked (self->parkers[i]);
  }
  self->n = 0;
}
