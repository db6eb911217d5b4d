/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>
#include <signal.h>

G_BEGIN_DECLS

/* The signals that the main thread blocks, for who is another thread. FALSE: they can not be read. */
gboolean my_main_signals_read (sigset_t *signals);

G_END_DECLS
