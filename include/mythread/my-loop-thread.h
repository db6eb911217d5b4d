/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(MYTHREAD_INSIDE) && !defined(MYTHREAD_COMPILATION)
#error "Only <mythread.h> can be included directly."
#endif

#include <mythread/my-thread.h>
#include <mythread/my-types.h>
#include <mythread/my-version.h>

G_BEGIN_DECLS

#define MY_TYPE_LOOP_THREAD (my_loop_thread_get_type ())

MY_AVAILABLE_IN_ALL
G_DECLARE_DERIVABLE_TYPE (MyLoopThread, my_loop_thread, MY, LOOP_THREAD, MyThread)

/**
 * MyLoopThreadClass:
 * @parent_class: the parent class. Its `run` is the loop: a function that overrides it prepares what
 *   is needed in the thread, chains up, and cleans up when that has returned
 *
 * The class of a [class@LoopThread].
 *
 * Since: 1.0
 */
struct _MyLoopThreadClass {
  MyThreadClass parent_class;

  /*< private >*/
  gpointer padding[8];
};

/* construction */

MY_AVAILABLE_IN_ALL
MyLoopThread *my_loop_thread_new (const char *name);

/* its loop */

MY_AVAILABLE_IN_ALL
GMainContext *my_loop_thread_get_context (MyLoopThread *self);

MY_AVAILABLE_IN_ALL
gboolean my_loop_thread_invoke (MyLoopThread *self,
                                MyOwnerFunc func,
                                gpointer user_data,
                                GError **error);

MY_AVAILABLE_IN_ALL
void my_loop_thread_quit (MyLoopThread *self);

G_END_DECLS
