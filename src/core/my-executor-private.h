/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread/my-executor.h>

#include "core/my-join-async-private.h"
#include "wait/my-wait-private.h"

G_BEGIN_DECLS

/* What this library's executors can do besides. Not methods of the interface: the bindings would have every
 * implementation in their languages have them. */
typedef struct {
  /* Takes a thread that is just being started, with the state lock held; after it, without the lock, notify() is called. FALSE:
   * it is for execute(), which can say why it refuses one. */
  gboolean (*take_locked) (MyExecutor *self,
                           MyThread *thread);
  void (*notify) (MyExecutor *self);
  /* Gives back a thread that has not begun; with the state lock held. */
  gboolean (*withdraw_locked) (MyExecutor *self,
                               MyThread *thread,
                               MyWakeList *wakes);
  /* Runs a thread, if it has not begun, on the calling OS thread, which waits for it; where that is none of its own, only
   * with @as_guest. With the state lock held, which it lets go while it does. */
  void (*help_locked) (MyExecutor *self,
                       MyThread *thread,
                       gboolean as_guest);
} MyExecutorExtras;

/* What runs a thread that has no executor: an OS thread of its own. */
typedef struct {
  gboolean (*launch) (MyThread *thread,
                      guint64 stack_size,
                      gboolean fresh,
                      GError **error);
  /* On the OS thread: makes it what its thread has asked for. */
  void (*adopt) (const char *name,
                 gint priority);
  /* On the OS thread, with the state lock held, when all that its thread does has been done: it is there for the next. */
  void (*offer_locked) (void);
} MyOsThreads;

extern const MyOsThreads *my_os_threads; /* [const] once loaded; set in a constructor */

/* my-executor.c */
gboolean my_executor_execute (MyExecutor *self,
                              MyThread *thread,
                              GError **error);

/* my-executor-threads.c */
void my_executor_cancel_threads (gconstpointer executor);
MyWaitResult my_executor_wait_for_threads (gconstpointer executor,
                                           gint64 deadline,
                                           gboolean *none);
gboolean my_executor_join_last_thread (gconstpointer executor,
                                       MyJoinAsync *join);

/* NULL: none. */
static inline const MyExecutorExtras *
my_executor_get_extras (MyExecutor *self)
{
  return MY_EXECUTOR_GET_IFACE (self)->extras;
}

G_END_DECLS
