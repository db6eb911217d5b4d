/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean my_process_is_main_thread (void);
gboolean my_process_is_doubtful (void);
void my_process_watch_exit (void);
void my_process_watch_fork (void (*in_child) (void));

G_END_DECLS
