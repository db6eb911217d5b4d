/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "bench-support.h"

G_BEGIN_DECLS

/* Something that is done again and again, the next when the one before is over, each time with @n_run incremented once. */
typedef void (*OneByOneFunc) (gpointer data,
                              gpointer n_run);

/* Increments @n_run. */
gpointer one_by_one_count (gpointer n_run);

/* What one takes; in the mode "idle" with 200 us before each in which nothing is done, long enough for the processors to fall asleep. */
void one_by_one_measure (OneByOneFunc func,
                         gpointer data,
                         const BenchRun *run,
                         BenchResult *result);

G_END_DECLS
