/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <time.h>

/* Long enough for the processors to fall asleep: 200 us. */
static inline void
pause_idle (void)
{
  const struct timespec idle = { 0, 200000 };

  clock_nanosleep (CLOCK_MONOTONIC, 0, &idle, NULL);
}
