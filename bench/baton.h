/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <pthread.h>
#include <glib.h>

G_BEGIN_DECLS

/* A number that two threads wait for, the one or the other. */
typedef struct {
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  guint64 value; /* [mutex] */
} Baton;

#define BATON_INIT                                         \
  {                                                        \
    PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0 \
  }

static inline void
baton_set (Baton  *baton,
           guint64 value)
{
  pthread_mutex_lock (&baton->mutex);
  baton->value = value;
  pthread_cond_broadcast (&baton->changed);
  pthread_mutex_unlock (&baton->mutex);
}

static inline void
baton_wait (Baton  *baton,
            guint64 value)
{
  pthread_mutex_lock (&baton->mutex);
  while (baton->value < value) {
    pthread_cond_wait (&baton->changed, &baton->mutex);
  }
  pthread_mutex_unlock (&baton->mutex);
}

G_END_DECLS
