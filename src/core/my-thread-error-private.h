/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread/my-thread.h>

#include "wait/my-wait-private.h"

G_BEGIN_DECLS

/* Errors that name a thread. */

GError *my_thread_new_cancelled_error (MyThread *self);
void my_thread_set_error (MyThread *self,
                          GError **error,
                          MyThreadError code,
                          const char *what);
void my_thread_set_wait_error (MyWaitResult result,
                               const char *what,
                               const char *name,
                               GError **error);

G_END_DECLS
