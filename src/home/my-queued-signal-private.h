/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gulong my_queued_signal_connect (GObject *instance,
                                 guint signal_id,
                                 GQuark detail,
                                 GClosure *closure,
                                 gboolean after,
                                 GMainContext *context);

G_END_DECLS
