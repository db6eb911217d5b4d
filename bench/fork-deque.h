/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>
#include <linux/membarrier.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

G_BEGIN_DECLS

/* The least that fork-join can cost: the deque of Chase and Lev, with a fixed size, of jobs that live on the stack of their owner.
 * The owner puts jobs in and takes them out at the bottom; others steal at the top. The fence that the owner would need at each job is
 * made for it by the thief, who has a system call to spare.
 */
#define FORK_DEQUE_SIZE 1024

typedef struct _ForkJob ForkJob;

struct _ForkJob {
  void (*run) (ForkJob *job);
  atomic_bool done; /* of one that was stolen: the thief's release pairs with the owner's acquire */
};

typedef struct {
  _Alignas(64) atomic_long top;    /* thieves, and the owner at the last job */
  _Alignas(64) atomic_long bottom; /* the owner */
  _Atomic (ForkJob *) jobs[FORK_DEQUE_SIZE];
} ForkDeque;

/* Once in a program, before the first steal. */
static inline void
fork_deque_init_barrier (void)
{
  long status = syscall (SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0);

  g_assert_cmpint (status, ==, 0);
}

static inline void
fork_deque_push (ForkDeque *self,
                 ForkJob *job)
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

  /* The owner lowers the bottom, then looks at the top; a thief looks at the top, then at the bottom, and between the two it has all
   * other threads make a full fence. Where that falls before the owner's look at the top, the owner sees the top that the thief saw;
   * else the thief sees the lower bottom. So not both of them take the same job without asking the top who gets it.
   */
  atomic_store_explicit (&self->bottom, bottom, memory_order_relaxed);
  atomic_signal_fence (memory_order_seq_cst);
  top = atomic_load_explicit (&self->top, memory_order_relaxed);
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
  long top = atomic_load_explicit (&self->top, memory_order_acquire);
  ForkJob *job;

  if (top >= atomic_load_explicit (&self->bottom, memory_order_relaxed)) {
    return NULL;
  }
  syscall (SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
  if (top >= atomic_load_explicit (&self->bottom, memory_order_acquire)) {
    return NULL;
  }
  job = atomic_load_explicit (&self->jobs[top % FORK_DEQUE_SIZE], memory_order_relaxed);
  if (!atomic_compare_exchange_strong_explicit (&self->top, &top, top + 1, memory_order_seq_cst, memory_order_relaxed)) {
    return NULL;
  }

  return job;
}

G_END_DECLS
