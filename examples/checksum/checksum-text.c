/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Text for a terminal: a file's name is any bytes, and may be made to move the
 * cursor, or worse.
 */

#include "checksum-text.h"

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
