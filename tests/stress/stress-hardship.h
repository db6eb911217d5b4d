/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "stress-support.h"

G_BEGIN_DECLS

/* As stress_main(), but each of the cases is run four times: as it is, on one processor, as a batch job, and on one processor
 * that others want. What only works because somebody else runs at the same time, or soon, shows there.
 */
int stress_hard_main (int argc,
                      char **argv,
                      const char *path,
                      const StressCase *cases,
                      gsize n_cases);

G_END_DECLS
