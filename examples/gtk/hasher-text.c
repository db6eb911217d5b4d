/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "hasher-text.h"

/* The last part of its path, as UTF-8 of one line, whatever bytes it is made of. */
char *
hasher_text_name_file (GFile *file)
{
  g_autofree char *base = g_file_get_basename (file);
  char *name = base ? g_filename_display_name (base) : g_file_get_parse_name (file);

  for (char *c = name; *c; c = g_utf8_next_char (c)) {
    if (g_ascii_iscntrl (*c))
      *c = '?';
  }
  return name;
}
