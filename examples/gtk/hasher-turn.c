/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Work that the main thread has to do many thousand times, such as starting or
 * cancelling a thread, is done a slice at a time, so that the window is never kept
 * from drawing. A slice is limited by number, which tests can count, and by time,
 * for machines that are slow or busy.
 */

#include "hasher-turn.h"

/* A quarter of the time between two frames. */
#define TURN_US 4000

void
hasher_turn_begin (HasherTurn *self)
{
  self->n_left = HASHER_TURN_MAX;
  self->end_us = g_get_monotonic_time () + TURN_US;
}

/* Whether one thing more may be done in this turn; the first one always may. */
gboolean
hasher_turn_take (HasherTurn *self)
{
  if (self->n_left == 0 || (self->n_left < HASHER_TURN_MAX && g_get_monotonic_time () >= self->end_us))
    return FALSE;
  self->n_left--;
  return TRUE;
}
