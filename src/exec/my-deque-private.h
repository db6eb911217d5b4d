/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>
#include <stdatomic.h>

#include "wait/my-fence-private.h"

G_BEGIN_DECLS

/* The work-stealing deque of Chase and Lev, with the orders of Lê, Pop, Cohen and Zappa Nardelli: its owner pushes and
 * pops at the bottom, newest first; thieves take the oldest from the top. It holds fork-join jobs that live on stacks,
 * so it owns nothing. See "The deque" in docs/internals-lock-free.md.
 *
 * Jobs have an index, by which their place in the array goes, too: those from `top` to below `bottom` are in the
 * deque. `top` only grows.
 */
typedef struct _MyDequeArray MyDequeArray;

typedef struct {
  /* The owner's line. */

  /* Written by the owner: lowered in pop(), before my_fence_light(), so that the owner sees the thief's `top` or the thief
   * this; raised with release, so that a thief that reads it with acquire sees the job, and the array that it is in. */
  _Atomic gint64 bottom __attribute__ ((aligned (64)));
  gint64 limit;                   /* [owner] up to here push() need not look at `top` */
  _Atomic (gpointer) *slots;      /* [owner] those of `array` */
  gint64 mask;                    /* [owner] of `array` */
  _Atomic (MyDequeArray *) array; /* stored by the owner with release, before the bottom that needs it; thieves: acquire */

  /* The thieves' line. */

  /* Raised by one at a time: whoever changes it with a CAS has the job of that index, thief or owner. Sequentially
   * consistent; acquire suffices to look: see take(). */
  _Atomic gint64 top __attribute__ ((aligned (64)));
} MyDeque;

void my_deque_init (MyDeque *self);
void my_deque_init_at (MyDeque *self,
                       gint64 index);
void my_deque_clear (MyDeque *self);

/* the owner; the slow parts of push() and pop() */
void my_deque_make_room (MyDeque *self,
                         gint64 bottom);
gpointer my_deque_pop_last (MyDeque *self,
                            gint64 bottom,
                            gint64 top);

/* any thread */
gpointer my_deque_steal (MyDeque *self);
gpointer my_deque_steal_part (MyDeque *self,
                              gint64 not_below,
                              atomic_int *state,
                              int done);
gboolean my_deque_is_empty (MyDeque *self);

/* The index that the next push() gets. The owner. */
static inline gint64
my_deque_get_bottom (MyDeque *self)
{
  return atomic_load_explicit (&self->bottom, memory_order_relaxed);
}

/* The owner. Allocates only where there have never been so many at once. */
static inline void
my_deque_push (MyDeque *self,
               gpointer job)
{
  gint64 bottom = atomic_load_explicit (&self->bottom, memory_order_relaxed);

  if (G_UNLIKELY (bottom >= self->limit)) {
    my_deque_make_room (self, bottom);
  }

  atomic_store_explicit (&self->slots[bottom & self->mask], job, memory_order_relaxed);
  atomic_store_explicit (&self->bottom, bottom + 1, memory_order_release);
}

/* The newest, or NULL: there is none, thieves have them all. The owner. */
static inline gpointer
my_deque_pop (MyDeque *self)
{
  gint64 bottom = atomic_load_explicit (&self->bottom, memory_order_relaxed) - 1;
  gint64 top;

  atomic_store_explicit (&self->bottom, bottom, memory_order_release);
  my_fence_light ();
  top = atomic_load_explicit (&self->top, memory_order_relaxed);

  if (G_LIKELY (top < bottom)) {
    return atomic_load_explicit (&self->slots[bottom & self->mask], memory_order_relaxed);
  }

  return my_deque_pop_last (self, bottom, top);
}

G_END_DECLS
