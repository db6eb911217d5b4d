/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread/my-types.h>

#include "wait/my-wait-graph-private.h"

G_BEGIN_DECLS

/* What the calling OS thread runs. */

#define MY_THREAD_LOCAL __thread __attribute__ ((tls_model ("initial-exec")))

/* The thread that it runs, or NULL: it is not known. */
extern MY_THREAD_LOCAL MyThread *my_current;

/* How many threads it runs on top of its own, as their joiner. */
extern MY_THREAD_LOCAL guint my_current_n_helped;

/* Returns the one that it ran. */
static inline MyThread *
my_current_swap (MyThread *thread)
{
  MyThread *outer = my_current;

  my_current = thread;
  return outer;
}

static inline void
my_current_enter_help (void)
{
  my_current_n_helped++;
}

static inline void
my_current_leave_help (void)
{
  /* 0: it has forked meanwhile. */
  if (my_current_n_helped > 0) {
    my_current_n_helped--;
  }
}

/* [const] once the class is there: where a thread has its MyWaiter. For what may not take long enough to ask. */
extern gint my_current_waiter_offset;

/* The thread of which it is a part. */
static inline MyThread *
my_current_get_thread_of (MyWaiter *waiter)
{
  return (MyThread *) ((char *) waiter - my_current_waiter_offset);
}

gint my_current_get_native_id (void);
void my_current_note_fork_in_child (void);

G_END_DECLS
