/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>
#include <stdatomic.h>

G_BEGIN_DECLS

/* The least that fork-join can cost: the deque of Chase and Lev, with a fixed size, of jobs that live on the stack of their owner.
 * The owner puts jobs in and takes them out at the bottom; others steal at the top.
 */
#define FORK_DEQUE_SIZE 1024

typedef struct _ForkJob ForkJob;

struct _ForkJob {
  void (*run) (ForkJob *job);
  atomic_bool done; /* of one that was stolen: the thief's release pairs with the owner's acquire */
};

typedef struct {
  _Alignas (64) atomic_long top; /* thieves, and the owner at the last job */
  _Alignas (64) atomic_long bottom; /* the owner */
  _Atomic (ForkJob *) jobs[FORK_DEQUE_SIZE];
} ForkDeque;

static inline void
fork_deque_push (ForkDeque *self,
                 ForkJob   *job)
{
  long bottom = atomic_load_explicit (&self->bottom, memory_order_relaxed);

  atomic_store_explicit (&self->jobs[bottom % FORK_DEQUE_SIZE], job, memory_order_relaxed);
  /* Pairs with the acquire in fork_deque_steal(): who sees the new bottom sees the job. */
  atomic_store_explicit (&self->bottom, bottom + 1, memory_order_release);
}

/* Whether the job that was pushed last is still there, and now the owner's. */
static inline gboolean
fork_deque_pop (ForkDeque *self)
{
  long bottom = atomic_load_explicit (&self->bottom, memory_order_relaxed) - 1;
  gboolean taken = TRUE;
  long top;

  /* The owner lowers the bottom, then looks at the top; a thief raises the top, after a look at the bottom: with a full fence between
   * the two on both sides, not both of them believe that the last job is theirs.
   */
  atomic_exchange_explicit (&self->bottom, bottom, memory_order_seq_cst);
  top = atomic_load_explicit (&self->top, memory_order_seq_cst);
  if (top < bottom) {
    return TRUE;
  }
  if (top == bottom) {
    taken = atomic_compare_exchange_strong_explicit (&self->top, &top, top + 1, memory_order_seq_cst, memory_order_relaxed);
  } else {
    taken = FALSE;
  }
  atomic_store_explicit (&self->bottom, bottom + 1, memory_order_relaxed);

  return taken;
}

static inline ForkJob *
fork_deque_steal (ForkDeque *self)
{
  long top = atomic_load_explicit (&self->top, memory_order_seq_cst);
  long bottom = atomic_load_explicit (&self->bottom, memory_order_seq_cst);
  ForkJob *job;

  if (top >= bottom) {
    return NULL;
  }
  job = atomic_load_explicit (&self->jobs[top % FORK_DEQUE_SIZE], memory_order_relaxed);
  if (!atomic_compare_exchange_strong_explicit (&self->top, &top, top + 1, memory_order_seq_cst, memory_order_relaxed)) {
    return NULL;
  }

  return job;
}

G_END_DECLS
