/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <pthread.h>
#include <glib.h>
#include <stdatomic.h>

G_BEGIN_DECLS

/* A number that threads wait for; who comes when it is there takes no lock. */
typedef struct {
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  atomic_uint_fast64_t value; /* written under the mutex; the release of that pairs with the acquire of who reads it without */
} Baton;

#define BATON_INIT                                         \
  {                                                        \
    PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0 \
  }

static inline void
baton_set (Baton *baton,
           guint64 value)
{
  pthread_mutex_lock (&baton->mutex);
  atomic_store_explicit (&baton->value, value, memory_order_release);
  pthread_cond_broadcast (&baton->changed);
  pthread_mutex_unlock (&baton->mutex);
}

static inline void
baton_wait (Baton *baton,
            guint64 value)
{
  if (atomic_load_explicit (&baton->value, memory_order_acquire) >= value) {
    return;
  }
  pthread_mutex_lock (&baton->mutex);
  while (atomic_load_explicit (&baton->value, memory_order_relaxed) < value) {
    pthread_cond_wait (&baton->changed, &baton->mutex);
  }
  pthread_mutex_unlock (&baton->mutex);
}

G_END_DECLS
