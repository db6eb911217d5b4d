/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "bench-support.h"

G_BEGIN_DECLS

/* The sum of a tree of calls, where each call that is no leaf forks one of its two branches, runs the other, and joins. Each toolkit has
 * a file and a program of its own.
 */
typedef struct {
  gpointer (*open) (guint n_threads); /* the calling one included */
  guint64 (*fib) (gpointer pool,
                  guint n);
  void (*close) (gpointer pool);
} ForkJoinPeer;

extern const BenchPeer fork_join_peers[];
extern const guint n_fork_join_peers;

G_END_DECLS
