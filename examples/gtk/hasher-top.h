/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* So many items are taken away, and so many are added, in one update, at most. */
#define HASHER_TOP_MAX_REMOVED 16
#define HASHER_TOP_MAX_ADDED 4

#define HASHER_TYPE_TOP (hasher_top_get_type ())
G_DECLARE_FINAL_TYPE (HasherTop, hasher_top, HASHER, TOP, GObject)

HasherTop *hasher_top_new (GListModel *source,
                           guint n_max);

void hasher_top_set_n_max (HasherTop *self,
                           guint n_max);
gboolean hasher_top_update (HasherTop *self);

G_END_DECLS
