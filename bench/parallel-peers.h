/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "bench-support.h"

G_BEGIN_DECLS

#define PARALLEL_CHUNKS 64

/* The sum of the square roots of many numbers. Each toolkit has a file and a program of its own. */
typedef struct {
  gpointer (*open) (guint n_threads);
  double (*sum) (gpointer pool,
                 const float *numbers,
                 gsize n);
  void (*close) (gpointer pool);
} ParallelPeer;

extern const BenchPeer parallel_peers[];
extern const guint n_parallel_peers;

/* The same loop, compiled once, for all that divide the numbers into pieces. */
double parallel_sum_piece (const float *numbers,
                           gsize begin,
                           gsize end);

G_END_DECLS
