/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "wait/my-wait-private.h"

G_BEGIN_DECLS

/* The queue of those that wait for something at an address that has no room for one: a lock or a condition of 16 bytes. It is there while
 * somebody waits, and found by the address. All with the state lock held. */
typedef struct _MyWaitSpot MyWaitSpot;

struct _MyWaitSpot {
  gconstpointer address; /* [state] */
  MyWaitQueue queue;     /* [state] */
  guint n_users;         /* [state] those that have entered and not left; not all of them are in the queue */
  MyWaitSpot *next;      /* [state] of those with the same hash, or of those that are free */
};

MyWaitSpot *my_wait_spot_enter (gconstpointer address);
gboolean my_wait_spot_leave (MyWaitSpot *self);
MyWaitSpot *my_wait_spot_find (gconstpointer address);
void my_wait_spot_forget_all_in_child (void);

G_END_DECLS
