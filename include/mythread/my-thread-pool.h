/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(MYTHREAD_INSIDE) && !defined(MYTHREAD_COMPILATION)
#error "Only <mythread.h> can be included directly."
#endif

#include <mythread/my-thread-enums.h>
#include <mythread/my-types.h>
#include <mythread/my-version.h>

G_BEGIN_DECLS

#define MY_TYPE_THREAD_POOL (my_thread_pool_get_type ())

/**
 * MyThreadPoolClass:
 * @parent_class: the parent class
 *
 * The class of a [class@ThreadPool], which is final.
 *
 * Since: 1.0
 */

MY_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (MyThreadPool, my_thread_pool, MY, THREAD_POOL, GObject)

/* construction */

MY_AVAILABLE_IN_ALL
MyThreadPool *my_thread_pool_new (const char *name,
                                  guint max_threads);

MY_AVAILABLE_IN_ALL
MyThreadPool *my_thread_pool_get_default (void);

/* work */

MY_AVAILABLE_IN_ALL
gboolean my_thread_pool_push (MyThreadPool *self,
                              MyTaskFunc func,
                              gpointer user_data,
                              GError **error);

MY_AVAILABLE_IN_ALL
gboolean my_thread_pool_push_full (MyThreadPool *self,
                                   MyTaskFunc func,
                                   gpointer user_data,
                                   GDestroyNotify destroy,
                                   GError **error);

/* the end */

MY_AVAILABLE_IN_ALL
gboolean my_thread_pool_shutdown (MyThreadPool *self,
                                  MyShutdownMode mode,
                                  GError **error);

MY_AVAILABLE_IN_ALL
gboolean my_thread_pool_shutdown_timeout (MyThreadPool *self,
                                          MyShutdownMode mode,
                                          gint64 timeout_us,
                                          GError **error);

MY_AVAILABLE_IN_ALL
void my_thread_pool_shutdown_async (MyThreadPool *self,
                                    MyShutdownMode mode,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);

MY_AVAILABLE_IN_ALL
gboolean my_thread_pool_shutdown_finish (MyThreadPool *self,
                                         GAsyncResult *result,
                                         GError **error);

/* foreign waits in a task */

MY_AVAILABLE_IN_ALL
void my_thread_pool_begin_blocking (void);

MY_AVAILABLE_IN_ALL
void my_thread_pool_end_blocking (void);

/* properties */

MY_AVAILABLE_IN_ALL
const char *my_thread_pool_get_name (MyThreadPool *self);

MY_AVAILABLE_IN_ALL
GMainContext *my_thread_pool_get_main_context (MyThreadPool *self);

MY_AVAILABLE_IN_ALL
guint my_thread_pool_get_max_threads (MyThreadPool *self);

MY_AVAILABLE_IN_ALL
void my_thread_pool_set_max_threads (MyThreadPool *self,
                                     guint max_threads);

MY_AVAILABLE_IN_ALL
gint64 my_thread_pool_get_idle_timeout (MyThreadPool *self);

MY_AVAILABLE_IN_ALL
void my_thread_pool_set_idle_timeout (MyThreadPool *self,
                                      gint64 idle_timeout);

MY_AVAILABLE_IN_ALL
guint my_thread_pool_get_max_queued (MyThreadPool *self);

MY_AVAILABLE_IN_ALL
void my_thread_pool_set_max_queued (MyThreadPool *self,
                                    guint max_queued);

MY_AVAILABLE_IN_ALL
guint64 my_thread_pool_get_n_queued (MyThreadPool *self);

MY_AVAILABLE_IN_ALL
guint64 my_thread_pool_get_n_active (MyThreadPool *self);

MY_AVAILABLE_IN_ALL
guint64 my_thread_pool_get_n_completed (MyThreadPool *self);

G_END_DECLS
