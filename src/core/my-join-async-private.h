/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>
#include <mythread/my-types.h>

#include "core/my-inbox-private.h"

G_BEGIN_DECLS

/* One pending join_async(), of a thread or a group, or shutdown_async() of a pool: it waits in the list of what it joins, then in
 * the inbox of the context in which it was called, where its callback is called. */
typedef struct _MyJoinAsync MyJoinAsync;

typedef struct {
  MyJoinAsync *first; /* [state] the newest */
} MyJoinAsyncList;

/* In the context of the join: does what comes before the callback. What was joined has ended, or was not even started. Returns the
 * error, or NULL. */
typedef GError *(*MyJoinAsyncComplete) (gpointer object,
                                        gboolean has_ended);

typedef enum {
  MY_JOIN_WAITS, /* it is in a list again, or was posted again: whoever calls this does not touch it any more */
  MY_JOIN_IS_OVER,
  MY_JOIN_FAILED, /* it waits no longer, with the error */
} MyJoinAsyncState;

/* In the context of the join, where that is more than one wait: looks whether all has ended, and if not, adds it to the list of what it
 * waits for next. */
typedef MyJoinAsyncState (*MyJoinAsyncLook) (MyJoinAsync *self,
                                             gpointer object,
                                             GError **error);

/* With the state lock held: it has been waited for, whether the join is completed, cancelled or dropped. */
typedef void (*MyJoinAsyncForgo) (void);

MyJoinAsync *my_join_async_new (gpointer object,
                                gpointer tag,
                                MyJoinAsyncComplete complete,
                                MyJoinAsyncForgo forgo_locked,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
MyJoinAsync *my_join_async_new_for_many (gpointer object,
                                         gpointer tag,
                                         MyJoinAsyncLook look,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data);
void my_join_async_add_locked (MyJoinAsync *self,
                               MyJoinAsyncList *list);
gboolean my_join_async_remove_locked (MyJoinAsync *self);
void my_join_async_post_locked (MyJoinAsync *self,
                                gboolean has_ended);
void my_join_async_post_all_locked (MyJoinAsyncList *list,
                                    gboolean has_ended);

G_END_DECLS
