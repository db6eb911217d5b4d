/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* Emits `notify` here and now. g_object_notify() would not, if another thread is in g_object_set(), which freezes the
 * notifications of the object: they would be emitted there. */
static inline void
my_object_notify (GObject    *object,
                  GParamSpec *pspec)
{
  G_OBJECT_GET_CLASS (object)->dispatch_properties_changed (object, 1, &pspec);
}

G_END_DECLS
