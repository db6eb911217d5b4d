/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "wait/my-wake-list-private.h"

/* With the state lock held. */
void
my_wake_list_add (MyWakeList *self,
                  MyParker *parker)
{
  if (self->n == G_N_ELEMENTS (self->parkers)) {
    my_wake_list_flush (self);
  }
  self->parkers[self->n++] = parker;
}

/* Unparks all that was collected. Best called without the state lock. */
void
my_wake_list_flush (MyWakeList *self)
{
  for (guint i = 0; i < self->n; i++) {
    my_parker_unpark (self->parkers[i]);
  }
  self->n = 0;
}
