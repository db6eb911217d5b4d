/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How many processors the process may use: what a pool of 0 gets. */

guint my_processors_count (void);

/* for tests */
guint my_processors_read_quota (const char *root);

G_END_DECLS
