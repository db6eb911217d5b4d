/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *checksum_text_escape (const char *bytes);

guint checksum_text_columns (const char *text);

char *checksum_text_cut (const char *text,
                         guint       columns);

char *checksum_text_cut_begin (const char *text,
                               guint       columns);

G_END_DECLS
