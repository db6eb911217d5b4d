/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>
#include <mythread/my-types.h>

#include "core/my-inbox-private.h"

G_BEGIN_DECLS

/* One pending join_async(), of a thread or a group: it waits in the list of what it joins, then in the inbox of the
 * context in which it was called, where its GTask is completed. */
typedef struct _MyJoinAsync MyJoinAsync;

/* In the context of the join: completes @task. What was joined has ended, or was not even started. */
typedef void (*MyJoinAsyncComplete) (GTask   *task,
                                     gboolean has_ended);

MyJoinAsync *my_join_async_new (GTask              *task,
                                MyJoinAsyncComplete complete);
void my_join_async_add_locked (MyJoinAsync  *self,
                               MyJoinAsync **list);
void my_join_async_post (MyJoinAsync *self,
                         gboolean     has_ended);
void my_join_async_post_all_locked (MyJoinAsync **list,
                                    gboolean      has_ended);
void my_join_async_watch_cancellable (MyJoinAsync *self);

G_END_DECLS
