/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "exec/my-os-thread-traits-private.h"

G_BEGIN_DECLS

/* The OS threads that have done their work, and wait for the next. */

typedef void (*MyOsThreadBody) (gpointer data);

gboolean my_os_thread_cache_give (const MyOsThreadTraits *traits,
                                  const MyOsThreadInherited *inherited,
                                  MyOsThreadBody body,
                                  gpointer data);
void my_os_thread_cache_run (const MyOsThreadInherited *inherited,
                             MyOsThreadBody body,
                             gpointer data);
guint my_os_thread_cache_drop_idle (void);
void my_os_thread_cache_forget_all_in_child (void);

/* for tests */
void my_os_thread_cache_set_limits (guint max_idle,
                                    gint64 idle_time);
guint my_os_thread_cache_get_n_idle (void);

G_END_DECLS
