/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-thread.h>

#include "core/my-thread-private.h"
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

/* errors that name a thread */

/* An error of the library: what is wrong with the thread, and what to do about it, after its name. */
void
my_thread_set_error (MyThread *self,
                     GError **error,
                     MyThreadError code,
                     const char *what)
{
  if (error != NULL) {
    g_autofree char *name = my_thread_dup_name (self);

    g_set_error (error, MY_THREAD_ERROR, code, "Thread \"%s\" %s", name, what);
  }
}

/* Says why a wait has ended before @what, the name of which is @name, has. */
void
my_thread_set_wait_error (MyWaitResult result,
                          const char *what,
                          const char *name,
                          GError **error)
{
  switch (result) {
  case MY_WAIT_DEADLOCK:
    g_set_error (error, MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK,
                 "%s \"%s\" can not end before the thread that would wait for it; let another one wait, or none", what, name);
    break;
  case MY_WAIT_CANCELLED:
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled while waiting for %s \"%s\"", what, name);
    break;
  case MY_WAIT_TIMED_OUT:
  case MY_WAIT_WOKEN:
  default:
    g_set_error (error, MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT, "%s \"%s\" has not ended in time; it goes on", what, name);
    break;
  }
}

/**
 * my_thread_is_cancelled: (get-property cancelled)
 * @self: a thread
 *
 * Whether the thread was asked to stop.
 *
 * Any thread may call it. It does not block, and costs a load.
 *
 * Returns: whether it was
 *
 * Since: 1.0
 */
gboolean
my_thread_is_cancelled (MyThread *self)
{
  g_return_val_if_fail (MY_IS_THREAD (self), FALSE);

  return atomic_load_explicit (&my_thread_get_private (self)->waiter.cancelled, memory_order_acquire);
}

GError *
my_thread_new_cancelled_error (MyThread *self)
{
  g_autofree char *name = my_thread_dup_name (self);

  return g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED, "Thread \"%s\" was cancelled", name);
}

/**
 * my_thread_set_error_if_cancelled:
 * @self: a thread
 * @error: return location for an error
 *
 * Sets `G_IO_ERROR_CANCELLED` if the thread was asked to stop: `run()` should call it now and then.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: whether it was, and @error is set
 *
 * Since: 1.0
 */
gboolean
my_thread_set_error_if_cancelled (MyThread *self,
                                  GError **error)
{
  g_return_val_if_fail (MY_IS_THREAD (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!my_thread_is_cancelled (self)) {
    return FALSE;
  }
  if (error != NULL) {
    *error = my_thread_new_cancelled_error (self);
  }
  return TRUE;
}

G_DEFINE_ENUM_TYPE (MyThreadError, my_thread_error,
                    G_DEFINE_ENUM_VALUE (MY_THREAD_ERROR_NOT_STARTED, "not-started"),
                    G_DEFINE_ENUM_VALUE (MY_THREAD_ERROR_ALREADY_STARTED, "already-started"),
                    G_DEFINE_ENUM_VALUE (MY_THREAD_ERROR_DEADLOCK, "deadlock"),
                    G_DEFINE_ENUM_VALUE (MY_THREAD_ERROR_TIMED_OUT, "timed-out"),
                    G_DEFINE_ENUM_VALUE (MY_THREAD_ERROR_NO_RESOURCES, "no-resources"),
                    G_DEFINE_ENUM_VALUE (MY_THREAD_ERROR_SHUT_DOWN, "shut-down"),
                    G_DEFINE_ENUM_VALUE (MY_THREAD_ERROR_BROKEN, "broken"))
