/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a constructor of this library has called when something happens in the process: in a small array, const once it is loaded. */
typedef void (*MyProcessHandler) (void);

void my_process_handlers_add (MyProcessHandler *handlers,
                              guint n_handlers,
                              MyProcessHandler handler);
void my_process_handlers_call (MyProcessHandler *handlers,
                               guint n_handlers);

gboolean my_process_is_main_thread (void);
gboolean my_process_is_doubtful (void);
void my_process_watch_fork (MyProcessHandler in_child);
void my_process_note_fork_in_child (gboolean had_other_threads);
void my_process_call_in_child (void);
void my_process_set_at_exit (MyProcessHandler handler);
void my_process_watch_exit (void);

G_END_DECLS
