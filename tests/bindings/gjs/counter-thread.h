/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread.h>

G_BEGIN_DECLS

#define COUNTER_TYPE_THREAD (counter_thread_get_type ())

G_DECLARE_FINAL_TYPE (CounterThread, counter_thread, COUNTER, THREAD, MyThread)

G_END_DECLS
