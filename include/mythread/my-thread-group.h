/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(MYTHREAD_INSIDE) && !defined(MYTHREAD_COMPILATION)
#error "Only <mythread.h> can be included directly."
#endif

#include <mythread/my-types.h>
#include <mythread/my-version.h>

G_BEGIN_DECLS

#define MY_TYPE_THREAD_GROUP (my_thread_group_get_type ())

/**
 * MyThreadGroupClass:
 * @parent_class: the parent class
 *
 * The class of a [class@ThreadGroup], which is final.
 *
 * Since: 1.0
 */

MY_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (MyThreadGroup, my_thread_group, MY, THREAD_GROUP, GObject)

/* construction */

MY_AVAILABLE_IN_ALL
MyThreadGroup *my_thread_group_new (const char *name,
                                    MyThreadGroup *parent);

MY_AVAILABLE_IN_ALL
MyThreadGroup *my_thread_group_get_default (void);

/* properties */

MY_AVAILABLE_IN_ALL
const char *my_thread_group_get_name (MyThreadGroup *self);

MY_AVAILABLE_IN_ALL
MyThreadGroup *my_thread_group_get_parent (MyThreadGroup *self);

MY_AVAILABLE_IN_ALL
GMainContext *my_thread_group_get_main_context (MyThreadGroup *self);

MY_AVAILABLE_IN_ALL
guint my_thread_group_get_max_running (MyThreadGroup *self);

MY_AVAILABLE_IN_ALL
void my_thread_group_set_max_running (MyThreadGroup *self,
                                      guint max_running);

MY_AVAILABLE_IN_ALL
gboolean my_thread_group_get_cancel_on_error (MyThreadGroup *self);

MY_AVAILABLE_IN_ALL
void my_thread_group_set_cancel_on_error (MyThreadGroup *self,
                                          gboolean cancel_on_error);

MY_AVAILABLE_IN_ALL
gboolean my_thread_group_get_keep_finished (MyThreadGroup *self);

MY_AVAILABLE_IN_ALL
void my_thread_group_set_keep_finished (MyThreadGroup *self,
                                        gboolean keep_finished);

MY_AVAILABLE_IN_ALL
double my_thread_group_get_progress (MyThreadGroup *self);

/* the members, as one */

MY_AVAILABLE_IN_ALL
MyThread *my_thread_group_run (MyThreadGroup *self,
                               const char *name,
                               MyThreadFunc func,
                               gpointer user_data,
                               GDestroyNotify destroy,
                               GError **error);

MY_AVAILABLE_IN_ALL
guint my_thread_group_active_count (MyThreadGroup *self);

MY_AVAILABLE_IN_ALL
GPtrArray *my_thread_group_enumerate (MyThreadGroup *self);

MY_AVAILABLE_IN_ALL
void my_thread_group_cancel (MyThreadGroup *self);

MY_AVAILABLE_IN_ALL
gboolean my_thread_group_is_cancelled (MyThreadGroup *self);

MY_AVAILABLE_IN_ALL
gboolean my_thread_group_join (MyThreadGroup *self,
                               GError **error);

MY_AVAILABLE_IN_ALL
gboolean my_thread_group_join_timeout (MyThreadGroup *self,
                                       gint64 timeout_us,
                                       GError **error);

MY_AVAILABLE_IN_ALL
gboolean my_thread_group_stop (MyThreadGroup *self,
                               gint64 timeout_us,
                               GError **error);

MY_AVAILABLE_IN_ALL
void my_thread_group_join_async (MyThreadGroup *self,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);

MY_AVAILABLE_IN_ALL
gboolean my_thread_group_join_finish (MyThreadGroup *self,
                                      GAsyncResult *result,
                                      GError **error);

MY_AVAILABLE_IN_ALL
MyThread *my_thread_group_join_next (MyThreadGroup *self,
                                     gint64 timeout_us,
                                     GError **error);

G_END_DECLS
