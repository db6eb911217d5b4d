/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "my-test-support.h"

G_BEGIN_DECLS

/* What the tests of the pool have in common. */

/* It must be taken. */
void my_test_push (MyThreadPool *pool,
                   MyTaskFunc func,
                   gpointer user_data);

/* A thread that has been submitted to the executor. */
MyThread *my_test_submit (gpointer executor,
                          MyThreadFunc func,
                          gpointer user_data);

/* Tasks: one that does nothing, one that counts in a gint, one whose user data is a MyTestBlock: it opens `entered` and
 * waits for `release`, in a way of which the library knows nothing. */
void my_test_task_nothing (gpointer unused);
void my_test_task_count (gpointer n);
void my_test_task_block (gpointer block);

/* Opens the MyTestGate that is its user data. */
void my_test_task_open (gpointer gate);

/* Passes the MyTestCrowd that is its user data, as a task, and as a thread. */
void my_test_task_pass (gpointer crowd);
void my_test_run_pass (MyThread *thread,
                       gpointer crowd,
                       GError **error);

/* Has @n workers in my_test_task_block(). */
void my_test_pool_hold (MyThreadPool *pool,
                        MyTestBlock *block,
                        guint n);

/* Waits until nothing is queued or active, and @n_completed tasks are said to have been. */
void my_test_pool_wait_until_idle (MyThreadPool *pool,
                                   guint64 n_completed);

/* Predicate: nothing is queued. */
gboolean my_test_pool_has_empty_queue (gpointer pool);

/* Shuts the pool down by draining it, and drops the last reference but those of threads that have ended. */
void my_test_pool_finish (MyThreadPool *pool);

/* How many OS threads have a name that begins so, and how many of them are in this state: see my_test_get_os_state(). */
guint my_test_count_os_threads_named (const char *prefix);
guint my_test_count_os_threads_named_in_state (const char *prefix,
                                               char state);

/* Predicate for my_test_wait_until(): no OS thread whose name begins so is a worker any more. */
gboolean my_test_workers_have_left (gpointer prefix);

G_END_DECLS
