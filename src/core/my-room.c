/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-room-private.h"

#include "sync/my-state-lock-private.h"

/* Makes an empty array with room for as many as there are, and returns with the state lock held, under which it can be filled:
 * nothing that grows with the number of threads is allocated there. Until they are as few as the room is for, it is made
 * again, with some to spare. */
GPtrArray *
my_room_make_and_lock (MyRoomCount    count_locked,
                       gpointer       data,
                       GDestroyNotify free_item)
{
  GPtrArray *array = NULL;
  guint n_room = 0;
  guint n;

  my_state_lock ();
  while (n = count_locked (data), array == NULL || n > n_room) {
    my_state_unlock ();
    g_clear_pointer (&array, g_ptr_array_unref);
    n_room = n + 8;
    array = g_ptr_array_new_full (n_room, free_item);
    my_state_lock ();
  }
  return array;
}
