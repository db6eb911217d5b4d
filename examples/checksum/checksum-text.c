/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Text for a terminal: a file's name is any bytes, and may be made to move the
 * cursor, or worse.
 */

#include "checksum-text.h"

#include <string.h>

#define MARK "..."

/* The bytes as text that shows on one line and does nothing else: what is not
 * printable is written as \ooo. */
char *
checksum_text_escape (const char *bytes)
{
  gboolean is_utf8 = g_get_charset (NULL);
  GString *text = g_string_new (NULL);

  while (*bytes) {
    gunichar c = g_utf8_get_char_validated (bytes, -1);
    gboolean is_valid = c != (gunichar) -1 && c != (gunichar) -2;
    int length = is_valid ? g_utf8_next_char (bytes) - bytes : 1;

    if (is_valid && (is_utf8 || c < 0x80) && g_unichar_isprint (c)) {
      g_string_append_len (text, bytes, length);
    } else {
      for (int i = 0; i < length; i++)
        g_string_append_printf (text, "\\%03o", (guint8) bytes[i]);
    }
    bytes += length;
  }
  return g_string_free (text, FALSE);
}

static guint
character_columns (const char *p)
{
  gunichar c = g_utf8_get_char (p);

  return g_unichar_iszerowidth (c) ? 0 : g_unichar_iswide (c) ? 2
                                                              : 1;
}

/* How wide it is. */
guint
checksum_text_columns (const char *text)
{
  guint columns = 0;

  for (const char *p = text; *p; p = g_utf8_next_char (p))
    columns += character_columns (p);
  return columns;
}

/* As much of its begin as there is room for. */
char *
checksum_text_cut (const char *text,
                   guint       columns)
{
  const char *end = text;
  guint used = 0;

  while (*end && used + character_columns (end) <= columns) {
    used += character_columns (end);
    end = g_utf8_next_char (end);
  }
  return g_strndup (text, end - text);
}

/* As much of its end as there is room for, with a mark where some is missing. */
char *
checksum_text_cut_begin (const char *text,
                         guint       columns)
{
  guint excess = checksum_text_columns (text);

  if (excess <= columns)
    return g_strdup (text);
  if (columns < strlen (MARK))
    return checksum_text_cut (text, columns);

  excess -= columns - strlen (MARK);
  for (guint gone = 0; gone < excess; text = g_utf8_next_char (text))
    gone += character_columns (text);
  return g_strconcat (MARK, text, NULL);
}
