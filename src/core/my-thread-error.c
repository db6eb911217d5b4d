/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-thread-error.h>
#include <stdatomic.h>

/**
 * my_thread_error_quark:
 *
 * The domain of the library's errors: `MY_THREAD_ERROR`.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: the quark
 *
 * Since: 1.0
 */
GQuark
my_thread_error_quark (void)
{
  /* Whoever comes at the same time stores the same; a quark guards nothing, so no order is needed. (The variable of
   * G_DEFINE_QUARK() is no atomic, which ThreadSanitizer reports.) */
  static atomic_uint quark;
  GQuark value = atomic_load_explicit (&quark, memory_order_relaxed);

  if (G_UNLIKELY (value == 0)) {
    value = g_quark_from_static_string ("my-thread-error-quark");
    atomic_store_explicit (&quark, value, memory_order_relaxed);
  }
  return value;
}

G_DEFINE_ENUM_TYPE (MyThreadError, my_thread_error,
                    G_DEFINE_ENUM_VALUE (MY_THREAD_ERROR_NOT_STARTED, "not-started"),
                    G_DEFINE_ENUM_VALUE (MY_THREAD_ERROR_ALREADY_STARTED, "already-started"),
                    G_DEFINE_ENUM_VALUE (MY_THREAD_ERROR_DEADLOCK, "deadlock"),
                    G_DEFINE_ENUM_VALUE (MY_THREAD_ERROR_TIMED_OUT, "timed-out"),
                    G_DEFINE_ENUM_VALUE (MY_THREAD_ERROR_NO_RESOURCES, "no-resources"),
                    G_DEFINE_ENUM_VALUE (MY_THREAD_ERROR_SHUT_DOWN, "shut-down"),
                    G_DEFINE_ENUM_VALUE (MY_THREAD_ERROR_BROKEN, "broken"))
