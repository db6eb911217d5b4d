/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "task-ring.h"

G_BEGIN_DECLS

/* A few OS threads at a ring: the floor of a pool. */
typedef struct _RingPool RingPool;

RingPool *ring_pool_new (guint n_workers);

/* All that was pushed must have been run. */
void ring_pool_free (RingPool *self);

void ring_pool_push (RingPool *self,
                     RingTask  task);

G_END_DECLS
