/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

void checksum_sums_append (GString *line,
                           const char *sum,
                           const char *name);

gboolean checksum_sums_write (GPtrArray *files,
                              const char *output,
                              GError **error);

G_END_DECLS
