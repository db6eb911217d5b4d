/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread.h>

G_BEGIN_DECLS

/* Executors as somebody else might write them. */

#define MY_TEST_TYPE_EXECUTOR (my_test_executor_get_type ())
G_DECLARE_FINAL_TYPE (MyTestExecutor, my_test_executor, MY_TEST, EXECUTOR, GObject)

typedef enum {
  MY_TEST_EXECUTOR_OS_THREAD, /* runs it on an OS thread of the executor's own */
  MY_TEST_EXECUTOR_INLINE,    /* runs it in execute() */
  MY_TEST_EXECUTOR_REPORTING, /* lets the library know of work that it does not run: run() is called by the executor */
  MY_TEST_EXECUTOR_CLOSED,    /* takes no thread */
} MyTestExecutorKind;

MyExecutor *my_test_executor_new (MyTestExecutorKind kind);

/* Waits for its OS threads, and drops the last reference but those of threads that have ended. */
void my_test_executor_free (MyExecutor *executor);

G_END_DECLS
