/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "hasher-job.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HASHER_TYPE_WINDOW (hasher_window_get_type ())
G_DECLARE_FINAL_TYPE (HasherWindow, hasher_window, HASHER, WINDOW, AdwApplicationWindow)

HasherWindow *hasher_window_new (GtkApplication *application);

HasherJob *hasher_window_get_job (HasherWindow *self);
gboolean hasher_window_is_stopping (HasherWindow *self);

G_END_DECLS
