/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread/my-thread-pool.h>

#include "exec/my-pool-private.h"

G_BEGIN_DECLS

MyPool *my_thread_pool_get_core (MyThreadPool *self);

G_END_DECLS
