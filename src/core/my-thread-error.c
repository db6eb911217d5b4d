/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-thread-error.h>

/**
 * my_thread_error_quark:
 *
 * The domain of the library's errors: `MY_THREAD_ERROR`.
 *
 * Any thread may call it.
 *
 * Returns: the quark
 *
 * Since: 1.0
 */
G_DEFINE_QUARK (my-thread-error-quark, my_thread_error)

G_DEFINE_ENUM_TYPE (MyThreadError, my_thread_error,
                    G_DEFINE_ENUM_VALUE (MY_THREAD_ERROR_NOT_STARTED, "not-started"),
                    G_DEFINE_ENUM_VALUE (MY_THREAD_ERROR_ALREADY_STARTED, "already-started"),
                    G_DEFINE_ENUM_VALUE (MY_THREAD_ERROR_DEADLOCK, "deadlock"),
                    G_DEFINE_ENUM_VALUE (MY_THREAD_ERROR_TIMED_OUT, "timed-out"),
                    G_DEFINE_ENUM_VALUE (MY_THREAD_ERROR_NO_RESOURCES, "no-resources"),
                    G_DEFINE_ENUM_VALUE (MY_THREAD_ERROR_SHUT_DOWN, "shut-down"),
                    G_DEFINE_ENUM_VALUE (MY_THREAD_ERROR_BROKEN, "broken"))
