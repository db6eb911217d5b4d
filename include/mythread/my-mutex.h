/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(MYTHREAD_INSIDE) && !defined(MYTHREAD_COMPILATION)
#error "Only <mythread.h> can be included directly."
#endif

#include <glib.h>
#include <mythread/my-version.h>

G_BEGIN_DECLS

/**
 * MyMutex:
 *
 * A lock for a field of a struct, or for a variable: 16 bytes, ready when they are zero, with no allocation.
 *
 * It is used as a [struct@GLib.Mutex], and costs as much. But what waits for it is known to the library: a pool uses the
 * processor meanwhile, [func@Thread.dump] says who holds it, and a wait that closes a cycle is told, instead of a program
 * that hangs. [method@Mutex.acquire] has a limit, and is interrupted when the calling thread is cancelled.
 *
 * It is not recursive. The thread that has locked it unlocks it. A thread that ends while it holds one is a critical, and
 * nobody gets it any more.
 *
 * After `fork()`, a mutex that is held by the thread that forked still is; one that is held by another thread is never
 * free in the child.
 *
 * In C, `g_autoptr (MyMutexLocker) locker = my_mutex_locker_new (&mutex);` locks it until the end of the block, as [method@Mutex.lock]
 * does.
 *
 * Since: 1.0
 */
typedef struct _MyMutex MyMutex;

struct _MyMutex {
  /*< private >*/
  gpointer word;
  gpointer next;
#if GLIB_SIZEOF_VOID_P == 4
  gpointer padding[2];
#endif
};

/**
 * MY_MUTEX_INIT: (skip)
 *
 * The initial value of a [struct@Mutex]: zero bytes do as well.
 *
 * Since: 1.0
 */
#define MY_MUTEX_INIT \
  {                   \
    NULL, NULL        \
  }

MY_AVAILABLE_IN_ALL
void my_mutex_init (MyMutex *self);

MY_AVAILABLE_IN_ALL
void my_mutex_clear (MyMutex *self);

MY_AVAILABLE_IN_ALL
void my_mutex_lock (MyMutex *self);

MY_AVAILABLE_IN_ALL
gboolean my_mutex_trylock (MyMutex *self);

MY_AVAILABLE_IN_ALL
gboolean my_mutex_acquire (MyMutex *self,
                           gint64 timeout_us,
                           GError **error);

MY_AVAILABLE_IN_ALL
void my_mutex_unlock (MyMutex *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MyMutex, my_mutex_clear)

#ifndef __GI_SCANNER__

/* A mutex that is locked until the end of a block:
 *
 *   g_autoptr (MyMutexLocker) locker = my_mutex_locker_new (&self->mutex);
 */
typedef void MyMutexLocker;

G_GNUC_UNUSED static inline MyMutexLocker *
my_mutex_locker_new (MyMutex *mutex)
{
  my_mutex_lock (mutex);
  return (MyMutexLocker *) mutex;
}

G_GNUC_UNUSED static inline void
my_mutex_locker_free (MyMutexLocker *locker)
{
  my_mutex_unlock ((MyMutex *) locker);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MyMutexLocker, my_mutex_locker_free)

#endif

G_END_DECLS
