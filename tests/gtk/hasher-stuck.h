/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A disk that does not answer: a program with this in it waits in read() of a file that is called "stuck", and in
 * fts_read() of a folder that is called so, from one call of these to the other. Nothing but that ends the wait, as
 * it is with a network file system whose server has gone.
 */

void hasher_stuck_begin (void);
void hasher_stuck_end (void);

/* How many threads wait. */
guint hasher_stuck_count (void);

G_END_DECLS
