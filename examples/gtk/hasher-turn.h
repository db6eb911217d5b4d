/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* So many things are done in one turn of the main loop, at most. */
#define HASHER_TURN_MAX 256

/* What is left of one turn. On the stack of a source's function. */
typedef struct {
  guint n_left;
  gint64 end_us;
} HasherTurn;

void hasher_turn_begin (HasherTurn *self);
gboolean hasher_turn_take (HasherTurn *self);

G_END_DECLS
