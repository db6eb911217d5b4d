/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(MYTHREAD_INSIDE) && !defined(MYTHREAD_COMPILATION)
#error "Only <mythread.h> can be included directly."
#endif

#include <gio/gio.h>

G_BEGIN_DECLS

/* The classes name one another, so their names are declared before any of them. */
typedef struct _MyThread MyThread;
typedef struct _MyThreadGroup MyThreadGroup;
typedef struct _MyExecutor MyExecutor;
typedef struct _MyThreadPool MyThreadPool;

/**
 * MyThreadFunc:
 * @thread: the thread that runs it
 * @user_data: what was given to [ctor@Thread.new]
 * @error: return location for an error; set it to fail
 *
 * What a thread does if it is not of a subclass. It is called on the worker.
 *
 * Since: 1.0
 */
typedef void (*MyThreadFunc) (MyThread *thread,
                              gpointer user_data,
                              GError **error);

/**
 * MyTaskFunc:
 * @user_data: the data that was given with it
 *
 * A task that is not a [class@Thread]: a function and its data.
 *
 * Since: 1.0
 */
typedef void (*MyTaskFunc) (gpointer user_data);

G_END_DECLS
