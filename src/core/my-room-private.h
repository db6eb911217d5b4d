/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Says, with the state lock held, how many there are now. */
typedef guint (*MyRoomCount) (gpointer data);

GPtrArray *my_room_make_and_lock (MyRoomCount    count_locked,
                                  gpointer       data,
                                  GDestroyNotify free_item);

G_END_DECLS
