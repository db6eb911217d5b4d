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

#define MY_TYPE_THREAD_SLOT (my_thread_slot_get_type ())

/**
 * MyThreadSlotClass:
 * @parent_class: the parent class
 *
 * The class of a [class@ThreadSlot], which is final.
 *
 * Since: 1.0
 */

MY_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (MyThreadSlot, my_thread_slot, MY, THREAD_SLOT, GObject)

MY_AVAILABLE_IN_ALL
MyThreadSlot *my_thread_slot_new (void);

MY_AVAILABLE_IN_ALL
gboolean my_thread_slot_start (MyThreadSlot *self,
                               MyThread *thread,
                               GError **error);

MY_AVAILABLE_IN_ALL
MyThread *my_thread_slot_get_thread (MyThreadSlot *self);

G_END_DECLS
