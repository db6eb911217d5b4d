/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread/my-thread.h>

G_BEGIN_DECLS

/* Which thread the calling OS thread is running, and the threads that are in no group. */

MyThread *my_registry_swap_current (MyThread *thread);
MyThread *my_registry_peek_current (void);
void my_registry_make_current_main_in_child (void);

G_END_DECLS
