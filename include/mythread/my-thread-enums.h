/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(MYTHREAD_INSIDE) && !defined(MYTHREAD_COMPILATION)
#error "Only <mythread.h> can be included directly."
#endif

#include <glib-object.h>
#include <mythread/my-version.h>

G_BEGIN_DECLS

/**
 * MyThreadState:
 * @MY_THREAD_STATE_NEW: made, and not started
 * @MY_THREAD_STATE_QUEUED: started, and waiting for its turn (a group's
 *   [property@ThreadGroup:max-running], or an executor)
 * @MY_THREAD_STATE_RUNNING: its `run()` is being called
 * @MY_THREAD_STATE_SUCCEEDED: `run()` has returned, with no error
 * @MY_THREAD_STATE_FAILED: `run()` has returned an error, or the system refused an OS thread when
 *   its turn came
 * @MY_THREAD_STATE_CANCELLED: cancelled before `run()`, or `run()` has returned
 *   `G_IO_ERROR_CANCELLED` after it was cancelled
 *
 * Where a thread is in its life.
 *
 * A thread is alive while it is queued or running. The last three states are
 * final.
 *
 * Since: 1.0
 */
typedef enum {
  MY_THREAD_STATE_NEW,
  MY_THREAD_STATE_QUEUED,
  MY_THREAD_STATE_RUNNING,
  MY_THREAD_STATE_SUCCEEDED,
  MY_THREAD_STATE_FAILED,
  MY_THREAD_STATE_CANCELLED,
} MyThreadState;

#define MY_TYPE_THREAD_STATE (my_thread_state_get_type ())

MY_AVAILABLE_IN_ALL
GType my_thread_state_get_type (void) G_GNUC_CONST;

/**
 * MyShutdownMode:
 * @MY_SHUTDOWN_DRAIN: run all that is queued first
 * @MY_SHUTDOWN_CANCEL: drop the tasks that are queued, and cancel the threads, queued and running
 *
 * What becomes of the work that a pool still has when it is shut down.
 *
 * Since: 1.0
 */
typedef enum {
  MY_SHUTDOWN_DRAIN,
  MY_SHUTDOWN_CANCEL,
} MyShutdownMode;

#define MY_TYPE_SHUTDOWN_MODE (my_shutdown_mode_get_type ())

MY_AVAILABLE_IN_ALL
GType my_shutdown_mode_get_type (void) G_GNUC_CONST;

G_END_DECLS
