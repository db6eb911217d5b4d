/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>

namespace tbb = oneapi::tbb;

/* @n_threads, of which @n_callers, 0 or 1, is the one that comes with the work; TBB's limit counts it always. */
struct Arena {
  Arena (guint n_threads, guint n_callers)
      : control (tbb::global_control::max_allowed_parallelism, n_threads + 1 - n_callers),
        arena (static_cast<int> (n_threads), n_callers)
  {
  }

  tbb::global_control control;
  tbb::task_arena arena;
};

static inline void
arena_close (gpointer arena)
{
  delete static_cast<Arena *> (arena);
}
