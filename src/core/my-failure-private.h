/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>
#include <stdatomic.h>

G_BEGIN_DECLS

/* An error that several have a share in: the thread that ended with it, and the groups that have to report it. So no
 * error is copied or freed under the state lock, where an extended error would run its author's code. */
typedef struct {
  atomic_int ref_count;
  GError *error; /* [const] */
} MyFailure;

/* Takes @error. */
static inline MyFailure *
my_failure_new (GError *error)
{
  MyFailure *self = g_new (MyFailure, 1);

  atomic_init (&self->ref_count, 1);
  self->error = error;
  return self;
}

static inline MyFailure *
my_failure_ref (MyFailure *self)
{
  atomic_fetch_add_explicit (&self->ref_count, 1, memory_order_relaxed);
  return self;
}

/* The last one frees it: not under the state lock. */
static inline void
my_failure_unref (MyFailure *self)
{
  if (atomic_fetch_sub_explicit (&self->ref_count, 1, memory_order_acq_rel) == 1) {
    g_error_free (self->error);
    g_free (self);
  }
}

G_END_DECLS
