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

/**
 * MyRangeFunc:
 * @begin: the first index of the piece
 * @end: the index after the last one
 * @user_data: what was given to [func@parallel_for]
 *
 * Does one piece of a loop.
 *
 * Since: 1.0
 */
typedef void (*MyRangeFunc) (gsize begin,
                             gsize end,
                             gpointer user_data);

MY_AVAILABLE_IN_ALL
void my_parallel_for (MyThreadPool *pool,
                      gsize begin,
                      gsize end,
                      gsize grain,
                      MyRangeFunc func,
                      gpointer user_data);

MY_AVAILABLE_IN_ALL
void my_parallel_invoke (MyThreadPool *pool,
                         MyTaskFunc a,
                         gpointer a_data,
                         MyTaskFunc b,
                         gpointer b_data);

G_END_DECLS
