/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread/my-thread.h>

#include "core/my-current-private.h"
#include "core/my-process-private.h"

G_BEGIN_DECLS

/* The threads that are in no group: the main one, and those of OS threads that the library has not made. */

void my_registry_release_foreign (void);

/* When main() calls pthread_exit(). */
void my_registry_watch_main_end (MyProcessHandler handler);
gint64 my_registry_limit_idle_time_locked (gint64 idle_time);

void my_registry_make_current_main_in_child (void);

gboolean my_registry_has_main_locked (void);
MyThread *my_registry_get_first_foreign_locked (void);

G_END_DECLS
