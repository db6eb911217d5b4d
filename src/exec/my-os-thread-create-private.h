/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* OS threads of the system's, as they are made: detached, and with what the caller's OS thread hands down. */

gboolean my_os_thread_create (gpointer (*start) (gpointer data),
                              gpointer data,
                              GError **error);
gboolean my_os_thread_create_with_stack (guint64 stack_size,
                                         gpointer (*start) (gpointer data),
                                         gpointer data,
                                         GError **error);
void my_os_thread_set_drop_idle (guint (*drop) (void));

G_END_DECLS
