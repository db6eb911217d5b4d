/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread/my-cond.h>

#include "sync/my-mutex-private.h"
#include "sync/my-sync-label-private.h"

G_BEGIN_DECLS

/* Waits with @mutex, which the calling thread holds, and which is taken back. It waits for what @label says; NULL: for the condition. With MY_DEADLINE_PAST it lets that go for a moment, and is not woken. */
MyWaitResult my_cond_block (MyCond *self,
                            MyMutex *mutex,
                            MyWaiter *waiter,
                            gsize tag,
                            const MySyncLabel *label,
                            gint64 deadline,
                            gboolean interruptible);
void my_cond_wake (MyCond *self,
                   guint n);

G_END_DECLS
