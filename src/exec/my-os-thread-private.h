/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread/my-types.h>

#include "exec/my-os-thread-cache-private.h"
#include "exec/my-os-thread-state-private.h"

G_BEGIN_DECLS

/* The OS threads of the library: of the threads that have no executor, and of what has workers.
 *
 * One that has done its work waits some time for the next: see "OS threads are used again" in docs/internals.md.
 */

gboolean my_os_thread_launch (MyThread *thread,
                              guint64 stack_size,
                              gboolean fresh,
                              GError **error);
gboolean my_os_thread_spawn (const char *name,
                             const MyOsThreadInherited *inherited,
                             MyOsThreadBody body,
                             gpointer data,
                             GError **error);

/* on the OS thread itself */
void my_os_thread_adopt (const char *name,
                         gint priority);
void my_os_thread_offer_locked (void);
MyOsThreadState *my_os_thread_get_state (void);

G_END_DECLS
