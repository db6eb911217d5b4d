/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* A GParamSpecObject, for a construct property that is rarely given.
 *
 * To GLib's GParamSpecObject %NULL, its own default, is not plainly valid: for each object that is made
 * without the property g_object_new() makes a copy of the default value, validates that, sets it and frees it. To this one
 * it is, and nothing is copied. */
GParamSpec *my_param_spec_object (const char *name,
                                  GType object_type,
                                  GParamFlags flags);

G_END_DECLS
