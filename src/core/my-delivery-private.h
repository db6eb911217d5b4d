/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread/my-types.h>

#include "core/my-after-private.h"
#include "core/my-inbox-private.h"

G_BEGIN_DECLS

/* How changes of a thread reach the outside: see "Delivery" in docs/internals.md. */

/* any thread */
void my_delivery_post_kept (MyThread *self,
                            guint changes);
void my_delivery_post_kept_locked (MyThread *self,
                                   guint changes);
void my_delivery_post (MyThread *self,
                       guint changes);
void my_delivery_announce (MyThread *self,
                           guint change);
void my_delivery_drop (MyThread *self);
void my_delivery_post_end_locked (MyThread *self,
                                  guint changes,
                                  MyAfter *after);

/* of a thread that has a wrapper: any thread */
gboolean my_delivery_can_be_quiet (MyThread *self);
void my_delivery_add_quiet_locked (MyThread *self);
gboolean my_delivery_enter_quiet (MyThread *self);
void my_delivery_let_go (void);
void my_delivery_let_go_joined (MyThread *self);
void my_delivery_leave_quiet (MyThread *self);
void my_delivery_unlink_quiet_locked (MyThread *self);
void my_delivery_push_quiet_locked (MyThread *self,
                                    gboolean with_end);
void my_delivery_push_idle_locked (MyThread *self);
/* the owner thread */
void my_delivery_raise (MyThread *self);
void my_delivery_end_quiet_locked (MyThread *self,
                                   MyQuietEnd why);

/* the owner thread, or nothing happens */
void my_delivery_deliver_now (MyThread *self);
void my_delivery_deliver_changes (MyThread *self);

/* the owner thread, or in the child after a fork(), for a thread whose end is not posted */
void my_delivery_note_no_end (MyThread *self);

/* the classes of a thread's two items */
void my_delivery_init (MyThread *self);

G_END_DECLS
