/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread.h>

G_BEGIN_DECLS

#define HASHER_TYPE_GATE (hasher_gate_get_type ())
G_DECLARE_FINAL_TYPE (HasherGate, hasher_gate, HASHER, GATE, GObject)

HasherGate *hasher_gate_new (void);

void hasher_gate_set_open (HasherGate *self,
                           gboolean is_open);
gboolean hasher_gate_get_open (HasherGate *self);

G_END_DECLS
