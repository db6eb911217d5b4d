/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread.h>

G_BEGIN_DECLS

/* An executor whose threads are processes: for work that may crash, or leak, or be killed, and must not take the program with it.
 *
 * A thread's args are a tuple of strings, which are added to the command. The child says on its standard output, a line each:
 *
 *   progress 0.25
 *   status looking around
 *   result 42            (it has succeeded; the thread's result is the text)
 *   error out of luck    (it has failed)
 *
 * It is asked to stop by the end of its standard input: because the thread was cancelled, or because nobody is left for
 * whom it could work. If it takes longer than the grace period it is killed. If it ends without a result or an error, the
 * thread has failed with MY_THREAD_ERROR_BROKEN.
 */

#define EXAMPLE_TYPE_PROCESS_EXECUTOR (example_process_executor_get_type ())
G_DECLARE_FINAL_TYPE (ExampleProcessExecutor, example_process_executor, EXAMPLE, PROCESS_EXECUTOR, GObject)

ExampleProcessExecutor *example_process_executor_new (const char *const *command,
                                                      guint grace_ms);

G_END_DECLS
