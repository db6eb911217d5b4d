/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(MYTHREAD_INSIDE) && !defined(MYTHREAD_COMPILATION)
#error "Only <mythread.h> can be included directly."
#endif

#include <mythread/my-lock.h>
#include <mythread/my-version.h>

G_BEGIN_DECLS

#define MY_TYPE_CONDITION (my_condition_get_type ())

/**
 * MyConditionClass:
 * @parent_class: the parent class
 *
 * The class of a [class@Condition], which is final.
 *
 * Since: 1.0
 */

MY_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (MyCondition, my_condition, MY, CONDITION, GObject)

/**
 * MyPredicate:
 * @user_data: the data that was given with it
 *
 * What a thread waits for. It is called with the lock of the condition held.
 *
 * Returns: whether it is so
 *
 * Since: 1.0
 */
typedef gboolean (*MyPredicate) (gpointer user_data);

MY_AVAILABLE_IN_ALL
MyCondition *my_condition_new (MyLock *lock);

MY_AVAILABLE_IN_ALL
MyLock *my_condition_get_lock (MyCondition *self);

MY_AVAILABLE_IN_ALL
gboolean my_condition_wait (MyCondition *self,
                            gint64 timeout_us,
                            GError **error);

MY_AVAILABLE_IN_ALL
gboolean my_condition_wait_for (MyCondition *self,
                                MyPredicate predicate,
                                gpointer user_data,
                                gint64 timeout_us,
                                GError **error);

MY_AVAILABLE_IN_ALL
void my_condition_signal (MyCondition *self,
                          guint n);

MY_AVAILABLE_IN_ALL
void my_condition_broadcast (MyCondition *self);

MY_AVAILABLE_IN_ALL
char *my_condition_dup_name (MyCondition *self);

MY_AVAILABLE_IN_ALL
void my_condition_set_name (MyCondition *self,
                            const char *name);

G_END_DECLS
