/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How many tasks have been run: each OS thread counts its own, so that counting is no contention. */
void work_count_add (gpointer unused);

guint64 work_count_get (void);

/* Blocks until @count have been run, and computes next to nothing while it waits. */
void work_count_wait (guint64 count);

G_END_DECLS
