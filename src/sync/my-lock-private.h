/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread/my-lock.h>

#include "sync/my-mutex-private.h"

G_BEGIN_DECLS

struct _MyLock {
  GObject parent_instance;

  MyNamedMutex named;
  guint n_more;          /* how often it is held besides the first time; of the thread that holds it */
  gboolean is_recursive; /* [const] once it is constructed */
};

static inline gboolean
my_lock_is_mine (MyLock *self,
                 MyWaiter *waiter)
{
  return my_mutex_is_mine (&self->named.mutex, waiter);
}

G_END_DECLS
