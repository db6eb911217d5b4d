/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "search-thread.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define SEARCH_TYPE_WINDOW (search_window_get_type ())
G_DECLARE_FINAL_TYPE (SearchWindow, search_window, SEARCH, WINDOW, AdwApplicationWindow)

SearchWindow *search_window_new (GtkApplication *application,
                                 GFile *folder);

MyThreadSlot *search_window_get_slot (SearchWindow *self);

G_END_DECLS
