/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(MYTHREAD_INSIDE) && !defined(MYTHREAD_COMPILATION)
#error "Only <mythread.h> can be included directly."
#endif

#include <mythread/my-thread.h>
#include <mythread/my-version.h>

G_BEGIN_DECLS

#define MY_TYPE_LOCK (my_lock_get_type ())

/**
 * MyLockClass:
 * @parent_class: the parent class
 *
 * The class of a [class@Lock], which is final.
 *
 * Since: 1.0
 */

MY_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (MyLock, my_lock, MY, LOCK, GObject)

MY_AVAILABLE_IN_ALL
MyLock *my_lock_new (void);

MY_AVAILABLE_IN_ALL
MyLock *my_lock_new_recursive (void);

MY_AVAILABLE_IN_ALL
gboolean my_lock_acquire (MyLock *self,
                          gint64 timeout_us,
                          GError **error);

MY_AVAILABLE_IN_ALL
void my_lock_release (MyLock *self);

MY_AVAILABLE_IN_ALL
gboolean my_lock_is_locked (MyLock *self);

MY_AVAILABLE_IN_ALL
MyThread *my_lock_dup_owner (MyLock *self);

MY_AVAILABLE_IN_ALL
gboolean my_lock_is_recursive (MyLock *self);

MY_AVAILABLE_IN_ALL
char *my_lock_dup_name (MyLock *self);

MY_AVAILABLE_IN_ALL
void my_lock_set_name (MyLock *self,
                       const char *name);

#ifndef __GI_SCANNER__

/* A lock that is held until the end of a block:
 *
 *   g_autoptr (MyLockHolder) holder = my_lock_holder_new (self->lock);
 *
 * It waits as my_mutex_lock() does: no cancellation interrupts it, and a cycle is a warning. It has no reference to the lock.
 */
typedef void MyLockHolder;

MY_AVAILABLE_IN_ALL
MyLockHolder *my_lock_holder_new (MyLock *lock);

MY_AVAILABLE_IN_ALL
void my_lock_holder_free (MyLockHolder *holder);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MyLockHolder, my_lock_holder_free)

#endif

G_END_DECLS
