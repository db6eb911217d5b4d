/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "hasher-result.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HASHER_TYPE_RESULT_ROW (hasher_result_row_get_type ())
G_DECLARE_FINAL_TYPE (HasherResultRow, hasher_result_row, HASHER, RESULT_ROW, GtkBox)

void hasher_result_row_set_result (HasherResultRow *self,
                                   HasherResult *result);

G_END_DECLS
