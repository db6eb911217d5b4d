/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "checksum-file.h"

#include <gio/gio.h>
#include <string.h>

ChecksumFile *
checksum_file_new (const char *path,
                   goffset size)
{
  ChecksumFile *file = g_new0 (ChecksumFile, 1);

  file->path = g_strdup (path);
  file->size = size;
  return file;
}

void
checksum_file_free (ChecksumFile *file)
{
  g_free (file->path);
  g_free (file->sum);
  g_clear_error (&file->error);
  g_free (file);
}

/* Notes why the file could not be read. */
void
checksum_file_fail (ChecksumFile *file,
                    int saved_errno)
{
  file->state = CHECKSUM_FILE_FAILED;
  file->error = g_error_new_literal (G_IO_ERROR, g_io_error_from_errno (saved_errno), g_strerror (saved_errno));
}

/* For g_ptr_array_sort(): by the bytes of the path. */
int
checksum_file_compare (gconstpointer a,
                       gconstpointer b)
{
  const ChecksumFile *const *file_a = a;
  const ChecksumFile *const *file_b = b;

  return strcmp ((*file_a)->path, (*file_b)->path);
}
