/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>
#include <stdatomic.h>

G_BEGIN_DECLS

/* A full fence in two halves, for a side that runs a hundred million times a second and one that runs now and then. See
 * "The asymmetric fence" in docs/internals-lock-free.md.
 *
 *   the light side        the heavy side
 *   store A               store B, or read what others have stored
 *   my_fence_light ()     my_fence_heavy ()
 *   load B                load A
 *
 * At least one of them sees the other. The light half costs nothing: the heavy half makes every OS thread of the
 * process that is just running go through a fence. It gives no happens-before, as no fence of Dekker's scheme
 * does: A and B are atomics, with the orders that their contents need.
 */

/* Whether the kernel does it for us; else both halves are fences. [const] from before main(), but for tests, which clear it
 * while they have one thread. */
extern gboolean my_fence_is_asymmetric;

static inline void
my_fence_light (void)
{
  if (G_LIKELY (my_fence_is_asymmetric)) {
    atomic_signal_fence (memory_order_seq_cst);
  } else {
    atomic_thread_fence (memory_order_seq_cst);
  }
}

gboolean my_fence_heavy (void);

/* Set once, when the heavy half has failed: it will not do again. Relaxed; a hint. */
extern atomic_int my_fence_is_lost;

G_END_DECLS
