/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  const char *name;
  void (*func) (void);
} StressCase;

/* Adds each of the cases four times: as it is, on one processor, as a batch job, and on one processor that others want.
 * What only works because somebody else runs at the same time, or soon, shows there. @cases is not copied.
 */
void stress_add_hard_cases (const char       *path,
                            const StressCase *cases,
                            gsize             n_cases);

G_END_DECLS
