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

#define MY_TYPE_EXECUTOR (my_executor_get_type ())

MY_AVAILABLE_IN_ALL
G_DECLARE_INTERFACE (MyExecutor, my_executor, MY, EXECUTOR, GObject)

/**
 * MyExecutorInterface:
 * @g_iface: the parent interface
 * @execute: takes a started thread, and makes sure that it runs: it calls [method@Thread.execute]
 *   on an OS thread of its choice, or [method@Thread.report_begin] and [method@Thread.report_end]
 *   for a thread that runs elsewhere. The thread stays alive until then, and needs no reference. If
 *   it can not take the thread, it returns %FALSE with an error, and calls none of them. It is
 *   called by [method@Thread.start]; for a thread that was queued in a group, it is called on the
 *   thread that frees a slot
 *
 * What decides where `run()` runs.
 *
 * Since: 1.0
 */
struct _MyExecutorInterface {
  GTypeInterface g_iface;

  gboolean (*execute) (MyExecutor *self,
                       MyThread *thread,
                       GError **error);

  /*< private >*/
  gconstpointer extras; /* of this library's executors only */
  gpointer padding[5];
};

/**
 * MyExecutorInterface::execute:
 * @self: the executor
 * @thread: (transfer none): a thread that was started; it stays alive until it has ended
 * @error: return location for an error
 *
 * Takes a thread that was started, and makes sure that it runs.
 *
 * It calls [method@Thread.execute] on an OS thread of its choice, or [method@Thread.report_begin]
 * and [method@Thread.report_end] for a thread that runs elsewhere, now or later. If it can not take
 * the thread, it returns %FALSE with an error, and calls none of them.
 *
 * Called by [method@Thread.start]. For a thread that was queued in a group, it is called on the
 * thread that frees a slot. The executor may be finalized as soon as it has returned.
 *
 * Returns: whether it has taken the thread
 *
 * Since: 1.0
 */

MY_AVAILABLE_IN_ALL
gboolean my_executor_submit (MyExecutor *self,
                             MyThread *thread,
                             GError **error);

G_END_DECLS
