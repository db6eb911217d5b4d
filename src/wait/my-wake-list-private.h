/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

#include "wait/my-parker-private.h"

G_BEGIN_DECLS

/* Parkers to unpark once the state lock is free, so that a woken thread does not run into the lock. */
typedef struct {
  guint n;
  MyParker *parkers[8];
} MyWakeList;

void my_wake_list_add (MyWakeList *self,
                       MyParker *parker);
void my_wake_list_flush (MyWakeList *self);
void my_wake_list_put_off_locked (MyWakeList *self);

G_END_DECLS
