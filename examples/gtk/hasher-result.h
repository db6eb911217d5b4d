/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define HASHER_TYPE_RESULT (hasher_result_get_type ())
G_DECLARE_FINAL_TYPE (HasherResult, hasher_result, HASHER, RESULT, GObject)

HasherResult *hasher_result_new (GFile *file,
                                 const char *digest,
                                 const GError *error);

GFile *hasher_result_get_file (HasherResult *self);
char *hasher_result_dup_name (HasherResult *self);
const char *hasher_result_get_digest (HasherResult *self);
const char *hasher_result_get_error (HasherResult *self);

G_END_DECLS
