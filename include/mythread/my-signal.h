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

MY_AVAILABLE_IN_ALL
gulong my_signal_connect_queued (gpointer instance,
                                 const char *detailed_signal,
                                 GCallback handler,
                                 gpointer data,
                                 GClosureNotify destroy,
                                 GConnectFlags flags,
                                 GMainContext *context);

MY_AVAILABLE_IN_ALL
gulong my_signal_connect_queued_closure (gpointer instance,
                                         const char *detailed_signal,
                                         GClosure *closure,
                                         GConnectFlags flags,
                                         GMainContext *context);

G_END_DECLS
