/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "exec/my-deque-private.h"

/* A fork-join that halves its work is as deep as the logarithm of it. */
#define FIRST_SIZE 256

struct _MyDequeArray {
  MyDequeArray *previous; /* [owner] half the size; a thief may still read it, until clear() */
  gint64 mask;            /* [const] */
  /* Written by the owner, while no thief can have the index for which it is written; all relaxed, since `bottom` and
   * `array` publish them. */
  _Atomic (gpointer) slots[];
};

static void
set_array (MyDeque *self,
           MyDequeArray *array)
{
  self->slots = array->slots;
  self->mask = array->mask;
  atomic_store_explicit (&self->array, array, memory_order_release);
}

static MyDequeArray *
array_new (gint64 size,
           MyDequeArray *previous)
{
  MyDequeArray *array = g_malloc0 (sizeof (MyDequeArray) + (gsize) size * sizeof (array->slots[0]));

  array->previous = previous;
  array->mask = size - 1;

  return array;
}

void
my_deque_init (MyDeque *self)
{
  my_deque_init_at (self, 0);
}

/* With the first index given: for tests of what happens after years. */
void
my_deque_init_at (MyDeque *self,
                  gint64 index)
{
  atomic_init (&self->bottom, index);
  atomic_init (&self->top, index);
  set_array (self, array_new (FIRST_SIZE, NULL));
  self->limit = index + FIRST_SIZE;
}

/* When no thief can come any more. */
void
my_deque_clear (MyDeque *self)
{
  MyDequeArray *array = atomic_load_explicit (&self->array, memory_order_relaxed);

  g_assert (my_deque_is_empty (self));

  while (array != NULL) {
    MyDequeArray *previous = array->previous;

    g_free (array);
    array = previous;
  }
}

/* Thieves have made room since push() looked last, or the array is full and gets twice as large. */
void
my_deque_make_room (MyDeque *self,
                    gint64 bottom)
{
  /* Acquire: a thief that has raised it had read its slot before. */
  gint64 top = atomic_load_explicit (&self->top, memory_order_acquire);
  MyDequeArray *old = atomic_load_explicit (&self->array, memory_order_relaxed);
  gint64 size = old->mask + 1;

  if (bottom >= top + size) {
    MyDequeArray *array = array_new (2 * size, old);

    for (gint64 i = top; i < bottom; i++) {
      gpointer job = atomic_load_explicit (&old->slots[i & old->mask], memory_order_relaxed);

      atomic_store_explicit (&array->slots[i & array->mask], job, memory_order_relaxed);
    }
    size *= 2;
    set_array (self, array);
  }

  self->limit = top + size;
}

/* pop() has claimed the index @bottom, and has seen @top: a thief may want that index, too, or has it. */
gpointer
my_deque_pop_last (MyDeque *self,
                   gint64 bottom,
                   gint64 top)
{
  gpointer job = NULL;

  if (top == bottom &&
      atomic_compare_exchange_strong_explicit (&self->top, &top, top + 1, memory_order_seq_cst, memory_order_relaxed)) {
    job = atomic_load_explicit (&self->slots[bottom & self->mask], memory_order_relaxed);
  }

  /* Empty, whoever has the last one. Release, as each store to it: a thief may learn of an array by any of them. */
  atomic_store_explicit (&self->bottom, bottom + 1, memory_order_release);

  return job;
}

typedef enum {
  TAKEN,
  LOST, /* someone else has it: there may be more */
  NOTHING,
} MyTheft;

static MyTheft
take (MyDeque *self,
      gint64 index,
      atomic_int *state,
      int done,
      gpointer *job)
{
  MyDequeArray *array;

  /* Between the look at `top`, which has found @index, and that at `bottom`: its owner does the two in the other order. */
  if (!my_fence_heavy () ||
      atomic_load_explicit (&self->bottom, memory_order_acquire) <= index) {
    return NOTHING;
  }

  /* After `bottom`: a job that was pushed after @state was done is not taken for one that was there before. And from here to
   * the CAS the owner, who sees the `top` that was found, can not pop @index and push another without changing it. */
  if (state != NULL && atomic_load_explicit (state, memory_order_acquire) == done) {
    return NOTHING;
  }

  /* After `bottom`: so it is the array in which @index was pushed, or a later one, which has it as well. */
  array = atomic_load_explicit (&self->array, memory_order_acquire);
  *job = atomic_load_explicit (&array->slots[index & array->mask], memory_order_relaxed);

  /* What was read counts only if nobody has taken the index until now: its slot is not used again before. */
  return atomic_compare_exchange_strong_explicit (&self->top, &index, index + 1, memory_order_seq_cst, memory_order_relaxed)
           ? TAKEN
           : LOST;
}

static gpointer
steal (MyDeque *self,
       gint64 not_below,
       atomic_int *state,
       int done)
{
  for (;;) {
    gint64 top = atomic_load_explicit (&self->top, memory_order_acquire);
    gpointer job = NULL;

    if (top < not_below || atomic_load_explicit (&self->bottom, memory_order_acquire) <= top) {
      return NULL;
    }
    switch (take (self, top, state, done, &job)) {
    case TAKEN:
      return job;
    case NOTHING:
      return NULL;
    case LOST:
    default:
      break;
    }
  }
}

/* Takes the oldest job. NULL: there is none; losing it to others only makes it try the next. */
gpointer
my_deque_steal (MyDeque *self)
{
  return steal (self, G_MININT64, NULL, 0);
}

/* Takes the oldest job if its index is @not_below or more, and it was pushed before *@state became @done. */
gpointer
my_deque_steal_part (MyDeque *self,
                     gint64 not_below,
                     atomic_int *state,
                     int done)
{
  return steal (self, not_below, state, done);
}

/* A hint; but a job that was pushed before what the caller has seen of the owner, and that nobody has taken, is seen. */
gboolean
my_deque_is_empty (MyDeque *self)
{
  gint64 top = atomic_load_explicit (&self->top, memory_order_seq_cst);

  if (G_UNLIKELY (atomic_load_explicit (&my_fence_is_lost, memory_order_relaxed))) {
    return TRUE; /* for thieves it is */
  }

  return atomic_load_explicit (&self->bottom, memory_order_seq_cst) <= top;
}
