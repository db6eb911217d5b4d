/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread/my-types.h>

G_BEGIN_DECLS

/* The name of a thread. */

char *my_thread_dup_name_locked (MyThread *self);
gsize my_thread_cut_name (const char *name,
                          gsize max_bytes);
void my_thread_copy_os_name (MyThread *self,
                             char name[16]);
void my_thread_tell_os_name (MyThread *self);

G_END_DECLS
