/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define SEARCH_TYPE_RESULT (search_result_get_type ())
G_DECLARE_FINAL_TYPE (SearchResult, search_result, SEARCH, RESULT, GObject)

SearchResult *search_result_new (GFile *file,
                                 guint line,
                                 const char *text);

GFile *search_result_get_file (SearchResult *self);
const char *search_result_get_place (SearchResult *self);
const char *search_result_get_text (SearchResult *self);

G_END_DECLS
