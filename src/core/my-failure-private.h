/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread/my-thread-group.h>
#include <mythread/my-thread.h>
#include <stdatomic.h>

#include "core/my-notify-private.h"

G_BEGIN_DECLS

/* An error that several have a share in: the thread that ended with it, and the groups that have to report it. So no
 * error is copied or freed under the state lock, where an extended error would run its author's code. */
typedef struct _MyFailure MyFailure;

struct _MyFailure {
  atomic_int ref_count;
  atomic_int is_seen; /* set by anyone that looks at the error: relaxed, nothing else depends on it */
  GError *error;      /* [const] */

  /* [state] While it is in the list of the failures that may have to be said. What is said is kept here, and no thread is
   * looked at: the memory of one whose finalize() does not chain up may be gone. */
  GList link;           /* in that list; its data is the failure, or NULL: it is in none */
  gboolean may_be_lost; /* of a daemon */
  char *name;
  MyThreadGroup *group; /* the thread's: it has a reference to it */
  guint64 end_serial;   /* the thread's */
};

/* Takes @error. Without the state lock. */
static inline MyFailure *
my_failure_new (GError *error)
{
  MyFailure *self = g_new0 (MyFailure, 1);

  /* In a child of fork() that takes time to find out: now, since it is asked under the state lock. */
  (void) my_signals_work ();

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
    g_free (self->name);
    g_free (self);
  }
}

/* @self: or NULL, which is of a thread that has not failed. */
static inline void
my_failure_set_seen (MyFailure *self)
{
  if (self != NULL) {
    atomic_store_explicit (&self->is_seen, TRUE, memory_order_relaxed);
  }
}

static inline gboolean
my_failure_is_seen (MyFailure *self)
{
  return atomic_load_explicit (&self->is_seen, memory_order_relaxed);
}

void my_failure_list_locked (MyFailure *self,
                             MyThread *thread);
gboolean my_failure_awaits_group_join (MyThread *thread);
gboolean my_failure_awaits_group_join_locked (MyThread *thread);
void my_failure_warn_if_unseen (MyThread *thread);
void my_failure_warn_at_exit (void);
void my_failure_forget_all_in_child (void);

G_END_DECLS
