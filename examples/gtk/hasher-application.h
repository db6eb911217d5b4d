/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define HASHER_TYPE_APPLICATION (hasher_application_get_type ())
G_DECLARE_FINAL_TYPE (HasherApplication, hasher_application, HASHER, APPLICATION, AdwApplication)

HasherApplication *hasher_application_new (void);

G_END_DECLS
