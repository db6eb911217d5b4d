/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How many threads this process may have, as far as the system says; @reason: which limit is the lowest one. */
guint64 thread_limit (char **reason);

G_END_DECLS
