/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#define MYTHREAD_INSIDE

#include <mythread/my-version.h>

#include <mythread/my-barrier.h>
#include <mythread/my-cond.h>
#include <mythread/my-condition.h>
#include <mythread/my-event.h>
#include <mythread/my-executor.h>
#include <mythread/my-lock.h>
#include <mythread/my-loop-thread.h>
#include <mythread/my-mutex.h>
#include <mythread/my-parallel.h>
#include <mythread/my-semaphore.h>
#include <mythread/my-signal.h>
#include <mythread/my-thread-enums.h>
#include <mythread/my-thread-error.h>
#include <mythread/my-thread-group.h>
#include <mythread/my-thread-pool.h>
#include <mythread/my-thread-slot.h>
#include <mythread/my-thread.h>
#include <mythread/my-types.h>

#undef MYTHREAD_INSIDE
