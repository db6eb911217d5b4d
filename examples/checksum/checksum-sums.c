/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The sums in the format of sha256sum, for sha256sum --check.
 */

#include "checksum-sums.h"

#include "checksum-file.h"

#include <errno.h>
#include <gio/gio.h>
#include <stdio.h>
#include <string.h>

/* A name that would break the line in two is escaped, and the line begins with a
 * backslash to say so; all other bytes stand for themselves. */
void
checksum_sums_append (GString *line,
                      const char *sum,
                      const char *name)
{
  gboolean is_escaped = strpbrk (name, "\\\n\r") != NULL;

  g_string_append_printf (line, "%s%s  ", is_escaped ? "\\" : "", sum);
  for (const char *p = name; *p; p++) {
    switch (*p) {
    case '\\':
      g_string_append (line, "\\\\");
      break;
    case '\n':
      g_string_append (line, "\\n");
      break;
    case '\r':
      g_string_append (line, "\\r");
      break;
    default:
      g_string_append_c (line, *p);
      break;
    }
  }
  g_string_append_c (line, '\n');
}

/* @files: (element-type ChecksumFile): those with no sum are left out
 * @output: a file name, or - for standard output */
gboolean
checksum_sums_write (GPtrArray *files,
                     const char *output,
                     GError **error)
{
  g_autoptr (GString) line = g_string_new (NULL);
  FILE *stream = strcmp (output, "-") == 0 ? stdout : fopen (output, "we");
  gboolean is_written = stream != NULL;

  for (guint i = 0; is_written && i < files->len; i++) {
    const ChecksumFile *file = g_ptr_array_index (files, i);

    if (file->state != CHECKSUM_FILE_DONE)
      continue;
    g_string_truncate (line, 0);
    checksum_sums_append (line, file->sum, file->path);
    is_written = fwrite (line->str, 1, line->len, stream) == line->len;
  }
  /* The last of it may fail as late as here. */
  if (is_written)
    is_written = fflush (stream) == 0;
  if (!is_written)
    g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
  if (stream && stream != stdout && fclose (stream) != 0 && is_written) {
    g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
    is_written = FALSE;
  }
  return is_written;
}
