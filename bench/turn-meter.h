/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gdk/gdk.h>

G_BEGIN_DECLS

/* Measures each turn of the main loop: what the calling thread does from the return of one poll to the call of the next.
 *
 * What it waits for the display server, and what it draws, is told apart: without a GPU, and without a screen, that takes
 * what this machine makes of it. */

typedef struct {
  guint n_turns;
  double median_ms;
  double longest_ms;       /* without the drawing */
  double longest_cpu_ms;   /* the same, by what it took of a processor */
  double longest_drawn_ms; /* with the drawing */
} TurnFigures;

/* Of the default context; between the two it is the calling thread that iterates it. @clock: that of the window. */
void turn_meter_start (GdkFrameClock *clock);
TurnFigures turn_meter_stop (void);

G_END_DECLS
