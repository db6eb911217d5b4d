/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "wait/my-wait-private.h"

G_BEGIN_DECLS

/* [const] once loaded: appends the name of the thread. With the state lock held. */
extern void (*my_waiter_describe) (MyWaiter *waiter,
                                   GString *text);

/* Tells a wait that is stuck of its cycle, if it wants to know. With the state lock held. */
void my_wait_describe_cycle (MyWait *wait,
                             gboolean (*is_stuck) (MyWait *wait));

G_END_DECLS
