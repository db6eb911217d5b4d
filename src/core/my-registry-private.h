/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread/my-thread.h>

#include "core/my-join-async-private.h"
#include "core/my-process-private.h"
#include "sync/my-wait-private.h"

G_BEGIN_DECLS

/* Which thread the calling OS thread is running, and the threads that are in no group. */

MyThread *my_registry_swap_current (MyThread *thread);
MyThread *my_registry_peek_current (void);

void my_registry_release_foreign (void);

/* How many threads the calling OS thread runs on top of its own, in their joiners. */
guint my_registry_get_n_helped (void);
void my_registry_enter_help (void);
void my_registry_leave_help (void);

/* When main() calls pthread_exit(). */
void my_registry_watch_main_end (MyProcessHandler handler);
gint64 my_registry_limit_idle_time_locked (gint64 idle_time);

void my_registry_make_current_main_in_child (void);

gboolean my_registry_has_main_locked (void);
MyThread *my_registry_get_first_foreign_locked (void);

/* the threads of an executor */
void my_registry_cancel_all_of_executor (gconstpointer executor);
MyWaitResult my_registry_wait_for_all_of_executor (gconstpointer executor,
                                                   gint64        deadline,
                                                   gboolean     *none);
gboolean my_registry_join_last_of_executor (gconstpointer executor,
                                            MyJoinAsync  *join);

G_END_DECLS
