/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

G_BEGIN_DECLS

/* Returns when woken, or by chance, or at once if @word is not @value any more. */
static inline void
bench_futex_wait (atomic_uint *word,
                  guint value)
{
  syscall (SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
}

static inline void
bench_futex_wake (atomic_uint *word,
                  int n)
{
  syscall (SYS_futex, word, FUTEX_WAKE_PRIVATE, n, NULL, NULL, 0);
}

G_END_DECLS
