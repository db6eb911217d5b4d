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
 * MyThreadError:
 * @MY_THREAD_ERROR_NOT_STARTED: the thread was never started
 * @MY_THREAD_ERROR_ALREADY_STARTED: the thread was started before: a thread
 *   starts once
 * @MY_THREAD_ERROR_DEADLOCK: the wait could never end: the caller waits for itself, or all threads
 *   that it waits for wait for the caller
 * @MY_THREAD_ERROR_TIMED_OUT: the wait was longer than its limit
 * @MY_THREAD_ERROR_NO_RESOURCES: the system refused an OS thread
 * @MY_THREAD_ERROR_SHUT_DOWN: the executor takes no more threads
 * @MY_THREAD_ERROR_BROKEN: what was waited for can no longer happen
 *
 * The errors of the library, in the domain `MY_THREAD_ERROR`.
 *
 * The error of a wait that is interrupted by a cancellation is `G_IO_ERROR_CANCELLED`.
 *
 * Since: 1.0
 */
typedef enum {
  MY_THREAD_ERROR_NOT_STARTED,
  MY_THREAD_ERROR_ALREADY_STARTED,
  MY_THREAD_ERROR_DEADLOCK,
  MY_THREAD_ERROR_TIMED_OUT,
  MY_THREAD_ERROR_NO_RESOURCES,
  MY_THREAD_ERROR_SHUT_DOWN,
  MY_THREAD_ERROR_BROKEN,
} MyThreadError;

#define MY_THREAD_ERROR (my_thread_error_quark ())
#define MY_TYPE_THREAD_ERROR (my_thread_error_get_type ())

MY_AVAILABLE_IN_ALL
GQuark my_thread_error_quark (void);

MY_AVAILABLE_IN_ALL
GType my_thread_error_get_type (void) G_GNUC_CONST;

G_END_DECLS
