/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>
#include <stdatomic.h>

G_BEGIN_DECLS

/* The least that a delivery to a main context can cost: one GSource, a lock-free list of nodes that are part of what they carry, one
 * wake-up for all that arrives while it is not empty.
 */
typedef struct _FloorSource FloorSource;
typedef struct _FloorNode FloorNode;
typedef void (*FloorHandler) (FloorNode *node,
                              gpointer user_data);

struct _FloorNode {
  FloorNode *next;
};

FloorSource *floor_source_new (GMainContext *context,
                               FloorHandler handler,
                               gpointer user_data);

void floor_source_free (FloorSource *self);

/* From any thread; a node that is in the list must not be pushed again before its handler is called. */
void floor_source_push (FloorSource *self,
                        FloorNode *node);

G_END_DECLS
