/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread.h>

G_BEGIN_DECLS

/* So many results are shown in one turn of the main loop, at most. */
#define SEARCH_THREAD_SHARE 256

#define SEARCH_TYPE_THREAD (search_thread_get_type ())
G_DECLARE_FINAL_TYPE (SearchThread, search_thread, SEARCH, THREAD, MyThread)

SearchThread *search_thread_new (GFile *folder,
                                 const char *text);

guint search_thread_get_n_found (SearchThread *self);
guint search_thread_get_n_files (SearchThread *self);

G_END_DECLS
