/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "sync/my-cond-private.h"

G_BEGIN_DECLS

/* What the objects are made of: what they know is changed with the mutex held, and those who wait for a change are at the condition. */
typedef struct {
  MyMutex mutex;
  MyCond changed;
  MySyncLabel label;
} MySyncCore;

/* The calling thread gets in, however long that takes: others are in for a few instructions. What they know is as it should be after each of these, so
 * a child of fork() goes on where a thread was in that is gone. */
static inline MyWaiter *
my_sync_core_enter (MySyncCore *self)
{
  MyWaiter *waiter = my_mutex_get_waiter ();

  if (G_UNLIKELY (!my_hold_try (my_mutex_get_hold (&self->mutex), waiter, 0))) {
    my_mutex_take_inner (&self->mutex, waiter);
  }
  return waiter;
}

static inline void
my_sync_core_leave (MySyncCore *self,
                    MyWaiter *waiter)
{
  my_mutex_let_go (&self->mutex, waiter, 0);
}

/* As my_cond_block(), but with a deadline that is over it does not let the mutex go, and with 0 microseconds nothing changes meanwhile. */
static inline MyWaitResult
my_sync_core_wait (MySyncCore *self,
                   MyWaiter *waiter,
                   gint64 deadline,
                   gboolean interruptible)
{
  if (deadline == MY_DEADLINE_PAST) {
    return interruptible && atomic_load_explicit (&waiter->cancelled, memory_order_relaxed) ? MY_WAIT_CANCELLED : MY_WAIT_TIMED_OUT;
  }
  return my_cond_block (&self->changed, &self->mutex, waiter, 0, &self->label, deadline, interruptible);
}

static inline gint64
my_sync_core_deadline (gint64 timeout_us)
{
  return timeout_us == 0 ? MY_DEADLINE_PAST : my_wait_deadline (timeout_us);
}

G_END_DECLS
