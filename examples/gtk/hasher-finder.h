/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "hasher-turn.h"

#include <mythread.h>

G_BEGIN_DECLS

#define HASHER_TYPE_FINDER (hasher_finder_get_type ())
G_DECLARE_FINAL_TYPE (HasherFinder, hasher_finder, HASHER, FINDER, GObject)

HasherFinder *hasher_finder_new (MyThreadGroup *parent);

void hasher_finder_add (HasherFinder *self,
                        GFile *file);
void hasher_finder_work (HasherFinder *self,
                         HasherTurn *turn);
gboolean hasher_finder_has_work (HasherFinder *self);
gboolean hasher_finder_is_counting (HasherFinder *self);

gboolean hasher_finder_has_found (HasherFinder *self);
GFile *hasher_finder_take (HasherFinder *self,
                           GError **failure);
guint hasher_finder_clear (HasherFinder *self);

G_END_DECLS
