/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <pthread.h>
#include <glib.h>
#include <stdatomic.h>

G_BEGIN_DECLS

/* Where tasks wait until it is opened; then they pass it without a lock. */
typedef struct {
  pthread_mutex_t mutex;
  pthread_cond_t opened;
  atomic_bool open; /* written under the mutex; who reads it without needs nothing but the value */
} Gate;

#define GATE_INIT                                              \
  {                                                            \
    PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, FALSE \
  }

static inline void
gate_open (Gate *gate)
{
  pthread_mutex_lock (&gate->mutex);
  atomic_store_explicit (&gate->open, TRUE, memory_order_relaxed);
  pthread_cond_broadcast (&gate->opened);
  pthread_mutex_unlock (&gate->mutex);
}

static inline void
gate_pass (Gate *gate)
{
  if (atomic_load_explicit (&gate->open, memory_order_relaxed)) {
    return;
  }
  pthread_mutex_lock (&gate->mutex);
  while (!atomic_load_explicit (&gate->open, memory_order_relaxed)) {
    pthread_cond_wait (&gate->opened, &gate->mutex);
  }
  pthread_mutex_unlock (&gate->mutex);
}

G_END_DECLS
