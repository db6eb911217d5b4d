/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "task-ring.h"

#include "bench-futex.h"

#include <sched.h>
#include <string.h>

#define CACHE_LINE 64

typedef struct {
  atomic_size_t turn; /* the position that may be written, or that position + 1: what was written may be read */
  RingTask task;
} Cell;

struct _TaskRing {
  _Alignas(CACHE_LINE) atomic_size_t tail;     /* the next position to be written */
  _Alignas(CACHE_LINE) atomic_size_t head;     /* the next position to be read */
  _Alignas(CACHE_LINE) atomic_uint n_sleeping; /* consumers that sleep, or are about to */
  atomic_uint woken;                           /* the futex; 1: one of them is to look again */
  _Alignas(CACHE_LINE) Cell *cells;
  gsize mask;
};

TaskRing *
task_ring_new (gsize size)
{
  TaskRing *self = g_aligned_alloc0 (1, sizeof *self, CACHE_LINE);

  self->cells = g_new (Cell, size);
  self->mask = size - 1;
  for (gsize i = 0; i < size; i++) {
    atomic_init (&self->cells[i].turn, i);
  }

  return self;
}

void
task_ring_free (TaskRing *self)
{
  g_free (self->cells);
  g_aligned_free (self);
}

/* One at a time: who wakes sees to the next. */
static void
wake_one (TaskRing *self)
{
  guint none = 0;

  if (atomic_load_explicit (&self->n_sleeping, memory_order_relaxed) > 0 &&
      atomic_compare_exchange_strong_explicit (&self->woken, &none, 1, memory_order_relaxed, memory_order_relaxed)) {
    bench_futex_wake (&self->woken, 1);
  }
}

/* The cell that is the caller's to write, and its position. */
static Cell *
claim_cell (TaskRing *self,
            gsize *position)
{
  *position = atomic_load_explicit (&self->tail, memory_order_relaxed);
  while (TRUE) {
    Cell *cell = &self->cells[*position & self->mask];
    /* Pairs with the release in try_pop(): the cell was read before it is written again. */
    gssize ahead = (gssize) (atomic_load_explicit (&cell->turn, memory_order_acquire) - *position);

    if (ahead == 0) {
      if (atomic_compare_exchange_weak_explicit (&self->tail, position, *position + 1, memory_order_relaxed, memory_order_relaxed)) {
        return cell;
      }
      continue;
    }
    if (ahead < 0) {
      sched_yield ();
    }
    *position = atomic_load_explicit (&self->tail, memory_order_relaxed);
  }
}

void
task_ring_push (TaskRing *self,
                RingTask task)
{
  gsize position;
  Cell *cell = claim_cell (self, &position);

  cell->task = task;
  atomic_store_explicit (&cell->turn, position + 1, memory_order_release);

  /* The one who writes a task and then looks for sleepers, and the one who tells that he sleeps, or has been woken, and then looks for a
   * task, can not both miss the other: both have a full fence between the two.
   */
  atomic_thread_fence (memory_order_seq_cst);
  wake_one (self);
}

static gboolean
try_pop (TaskRing *self,
         RingTask *task)
{
  gsize position = atomic_load_explicit (&self->head, memory_order_relaxed);

  while (TRUE) {
    Cell *cell = &self->cells[position & self->mask];
    /* Pairs with the release in task_ring_push(). */
    gssize ahead = (gssize) (atomic_load_explicit (&cell->turn, memory_order_acquire) - (position + 1));

    if (ahead < 0) {
      return FALSE;
    }
    if (ahead > 0) {
      position = atomic_load_explicit (&self->head, memory_order_relaxed);
    } else if (atomic_compare_exchange_weak_explicit (&self->head, &position, position + 1, memory_order_relaxed, memory_order_relaxed)) {
      *task = cell->task;
      atomic_store_explicit (&cell->turn, position + self->mask + 1, memory_order_release);
      return TRUE;
    }
  }
}

static gboolean
is_empty (TaskRing *self)
{
  return atomic_load_explicit (&self->head, memory_order_relaxed) == atomic_load_explicit (&self->tail, memory_order_relaxed);
}

static void
sleep_until_woken (TaskRing *self)
{
  guint one = 1;

  while (!atomic_compare_exchange_weak_explicit (&self->woken, &one, 0, memory_order_relaxed, memory_order_relaxed)) {
    bench_futex_wait (&self->woken, 0);
    one = 1;
  }
}

RingTask
task_ring_pop (TaskRing *self)
{
  RingTask task;

  if (try_pop (self, &task)) {
    return task;
  }

  atomic_fetch_add_explicit (&self->n_sleeping, 1, memory_order_relaxed);
  atomic_thread_fence (memory_order_seq_cst);
  while (!try_pop (self, &task)) {
    sleep_until_woken (self);
    atomic_thread_fence (memory_order_seq_cst);
  }
  atomic_fetch_sub_explicit (&self->n_sleeping, 1, memory_order_relaxed);
  if (!is_empty (self)) {
    wake_one (self);
  }

  return task;
}
