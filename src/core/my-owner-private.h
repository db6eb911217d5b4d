/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "core/my-sequence-private.h"

G_BEGIN_DECLS

/* Where the calling OS thread stands to the owner context of a thread. */
typedef enum {
  MY_OWNER_AWAY,   /* it is not the owner: what is said is posted */
  MY_OWNER_HERE,   /* it is; all that was posted before has been delivered */
  MY_OWNER_INSIDE, /* it is, in a handler that the delivery of that thread has called */
} MyOwnerStand;

MyOwnerStand my_owner_enter (MyThread *thread);
void my_owner_leave (MyThread *thread,
                     MyOwnerStand stand);
void my_owner_deliver (MyThread *thread);
gboolean my_owner_is_closed (MyThread *thread);

/* Nothing more is told of @thread. */
void my_owner_silence (MyThread *thread);
gboolean my_owner_is_silenced (MyThread *thread);

void my_owner_await_room (MyThread *thread);

/* Says @event, if need be after a wait for room. TOO_LATE: it is still the caller's. */
MySay my_owner_tell (MyThread *thread,
                     MySequenceEvent *event);

G_END_DECLS
