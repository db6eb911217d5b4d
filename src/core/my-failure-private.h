/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread/my-thread.h>
#include <stdatomic.h>

G_BEGIN_DECLS

/* An error that several have a share in: the thread that ended with it, and the groups that have to report it. So no
 * error is copied or freed under the state lock, where an extended error would run its author's code. */
typedef struct _MyFailure MyFailure;

struct _MyFailure {
  atomic_int ref_count;
  GError *error;        /* [const] */
  MyThread *thread;     /* [state] that ended with it, as long as it is in the list of those; it may be on its way to be freed */
  MyFailure *previous;  /* [state] */
  MyFailure *next;      /* [state] */
};

/* Takes @error. */
static inline MyFailure *
my_failure_new (GError *error)
{
  MyFailure *self = g_new0 (MyFailure, 1);

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

/* The failed threads that are not freed yet: at exit nobody will look at their errors any more. */
void my_failure_list_locked (MyFailure *self,
                             MyThread  *thread);
void my_failure_warn_if_unseen (MyThread *thread);
void my_failure_warn_at_exit (void);
void my_failure_forget_all_in_child (void);

G_END_DECLS
