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

/* Whether anybody is connected to @signal, with or without a detail. */
static inline gboolean
my_object_has_handler (GObject *object,
                       guint    signal)
{
  return g_signal_handler_find (object, G_SIGNAL_MATCH_ID, signal, 0, NULL, NULL, NULL) != 0;
}

G_END_DECLS
