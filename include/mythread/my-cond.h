/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(MYTHREAD_INSIDE) && !defined(MYTHREAD_COMPILATION)
#error "Only <mythread.h> can be included directly."
#endif

#include <mythread/my-mutex.h>
#include <mythread/my-version.h>

G_BEGIN_DECLS

/**
 * MyCond:
 *
 * A condition variable for a field of a struct, beside a [struct@Mutex]: 16 bytes, ready when they are zero, with no
 * allocation.
 *
 * It is used as a [struct@GLib.Cond], but has no spurious wake-up: a wait that ends well was signalled. The condition
 * itself may have changed again meanwhile, so it is looked at in a loop all the same.
 *
 * After `fork()`, the waits of the parent's other threads are gone in the child.
 *
 * Since: 1.0
 */
typedef struct _MyCond MyCond;

struct _MyCond {
  /*< private >*/
  gsize is_awaited;
  gpointer padding;
#if GLIB_SIZEOF_VOID_P == 4
  gpointer more_padding[2];
#endif
};

/**
 * MY_COND_INIT: (skip)
 *
 * The initial value of a [struct@Cond]: zero bytes do as well.
 *
 * Since: 1.0
 */
#define MY_COND_INIT \
  {                  \
    0, NULL          \
  }

MY_AVAILABLE_IN_ALL
void my_cond_init (MyCond *self);

MY_AVAILABLE_IN_ALL
void my_cond_clear (MyCond *self);

MY_AVAILABLE_IN_ALL
void my_cond_wait (MyCond *self,
                   MyMutex *mutex);

MY_AVAILABLE_IN_ALL
gboolean my_cond_wait_until (MyCond *self,
                             MyMutex *mutex,
                             gint64 end_time);

MY_AVAILABLE_IN_ALL
gboolean my_cond_wait_timeout (MyCond *self,
                               MyMutex *mutex,
                               gint64 timeout_us,
                               GError **error);

MY_AVAILABLE_IN_ALL
void my_cond_signal (MyCond *self);

MY_AVAILABLE_IN_ALL
void my_cond_broadcast (MyCond *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MyCond, my_cond_clear)

G_END_DECLS
