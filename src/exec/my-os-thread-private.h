/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread/my-types.h>

G_BEGIN_DECLS

/* The OS threads of the threads that have no executor. */

gboolean my_os_thread_launch (MyThread *thread,
                              guint64   stack_size,
                              GError  **error);
gboolean my_os_thread_spawn (const char *name,
                             void (*body) (gpointer data),
                             gpointer data,
                             GError **error);
void my_os_thread_adopt (const char *name,
                         gint        priority);

G_END_DECLS
