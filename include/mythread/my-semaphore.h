/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(MYTHREAD_INSIDE) && !defined(MYTHREAD_COMPILATION)
#error "Only <mythread.h> can be included directly."
#endif

#include <glib-object.h>
#include <mythread/my-version.h>

G_BEGIN_DECLS

#define MY_TYPE_SEMAPHORE (my_semaphore_get_type ())

/**
 * MySemaphoreClass:
 * @parent_class: the parent class
 *
 * The class of a [class@Semaphore], which is final.
 *
 * Since: 1.0
 */

MY_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (MySemaphore, my_semaphore, MY, SEMAPHORE, GObject)

MY_AVAILABLE_IN_ALL
MySemaphore *my_semaphore_new (guint value);

MY_AVAILABLE_IN_ALL
MySemaphore *my_semaphore_new_bounded (guint value);

MY_AVAILABLE_IN_ALL
gboolean my_semaphore_acquire (MySemaphore *self,
                               gint64 timeout_us,
                               GError **error);

MY_AVAILABLE_IN_ALL
void my_semaphore_release (MySemaphore *self,
                           guint n);

MY_AVAILABLE_IN_ALL
guint my_semaphore_get_value (MySemaphore *self);

MY_AVAILABLE_IN_ALL
char *my_semaphore_dup_name (MySemaphore *self);

MY_AVAILABLE_IN_ALL
void my_semaphore_set_name (MySemaphore *self,
                            const char *name);

G_END_DECLS
