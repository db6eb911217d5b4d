/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread.h>

G_BEGIN_DECLS

/* The pool of all that is measured on ours. */
static inline gpointer
mythread_pool_open (guint n_workers)
{
  return my_thread_pool_new ("bench", n_workers);
}

static inline void
mythread_pool_close (gpointer pool)
{
  g_autoptr (GError) error = NULL;

  my_thread_pool_shutdown (pool, MY_SHUTDOWN_DRAIN, &error);
  g_assert_no_error (error);
  g_object_unref (pool);
}

G_END_DECLS
