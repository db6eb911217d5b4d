/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define PLAIN_TYPE_OBJECT (plain_object_get_type ())

G_DECLARE_FINAL_TYPE (PlainObject, plain_object, PLAIN, OBJECT, GObject)

/* One signal, `happened`: what a GObject costs with nothing else to it. */
GObject *plain_object_new (void);
void plain_object_emit (GObject *object);

G_END_DECLS
