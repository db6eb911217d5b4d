/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "work-count.h"

#include <stdatomic.h>
#include <time.h>

#define N_SLOTS 64
/* Between two looks: a thousandth of what is measured, and no burden for those who work. */
#define LOOK_NS 20000

typedef struct {
  _Alignas(64) atomic_uint_fast64_t n; /* written by its one OS thread; the last slot by all that came too late for one of their own */
} Slot;

static Slot slots[N_SLOTS + 1];
static atomic_uint n_slots_taken;
static __thread Slot *own_slot;

static void
take_slot (void)
{
  guint i = atomic_fetch_add_explicit (&n_slots_taken, 1, memory_order_relaxed);

  own_slot = &slots[MIN (i, N_SLOTS)];
}

void
work_count_add (gpointer unused)
{
  if (G_UNLIKELY (!own_slot)) {
    take_slot ();
  }

  if (G_UNLIKELY (own_slot == &slots[N_SLOTS])) {
    atomic_fetch_add_explicit (&own_slot->n, 1, memory_order_relaxed);
  } else {
    atomic_store_explicit (&own_slot->n, atomic_load_explicit (&own_slot->n, memory_order_relaxed) + 1, memory_order_relaxed);
  }
}

guint64
work_count_get (void)
{
  guint64 sum = 0;

  for (guint i = 0; i < G_N_ELEMENTS (slots); i++) {
    sum += atomic_load_explicit (&slots[i].n, memory_order_relaxed);
  }

  return sum;
}

void
work_count_wait (guint64 count)
{
  const struct timespec pause = { 0, LOOK_NS };

  while (work_count_get () < count) {
    clock_nanosleep (CLOCK_MONOTONIC, 0, &pause, NULL);
  }
}
