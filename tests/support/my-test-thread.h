/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "my-test-log.h"
#include "my-test-support.h"

G_BEGIN_DECLS

/* A subclass of MyThread: it overrides all that can be, and puts it in a log.
 *
 * run() calls the function given (%NULL: none). The class handlers chain up.
 */

#define MY_TEST_TYPE_THREAD (my_test_thread_get_type ())
G_DECLARE_FINAL_TYPE (MyTestThread, my_test_thread, MY_TEST, THREAD, MyThread)

/* @log: gets "run", "class-started", "class-finished" and "finalized", or %NULL. */
MyThread *my_test_thread_new (const char *name,
                              MyTestLog *log,
                              MyThreadFunc func,
                              gpointer user_data);

MyThread *my_test_thread_new_in_group (MyThreadGroup *group,
                                       MyThreadFunc func,
                                       gpointer user_data);

G_END_DECLS
