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

#define MY_TYPE_BARRIER (my_barrier_get_type ())

/**
 * MyBarrierClass:
 * @parent_class: the parent class
 *
 * The class of a [class@Barrier], which is final.
 *
 * Since: 1.0
 */

MY_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (MyBarrier, my_barrier, MY, BARRIER, GObject)

MY_AVAILABLE_IN_ALL
MyBarrier *my_barrier_new (guint parties,
                           MyTaskFunc action,
                           gpointer user_data,
                           GDestroyNotify destroy);

MY_AVAILABLE_IN_ALL
gboolean my_barrier_wait (MyBarrier *self,
                          gint64 timeout_us,
                          guint *index,
                          GError **error);

MY_AVAILABLE_IN_ALL
void my_barrier_reset (MyBarrier *self);

MY_AVAILABLE_IN_ALL
void my_barrier_abort (MyBarrier *self);

MY_AVAILABLE_IN_ALL
guint my_barrier_get_parties (MyBarrier *self);

MY_AVAILABLE_IN_ALL
guint my_barrier_get_n_waiting (MyBarrier *self);

MY_AVAILABLE_IN_ALL
gboolean my_barrier_is_broken (MyBarrier *self);

MY_AVAILABLE_IN_ALL
char *my_barrier_dup_name (MyBarrier *self);

MY_AVAILABLE_IN_ALL
void my_barrier_set_name (MyBarrier *self,
                          const char *name);

G_END_DECLS
