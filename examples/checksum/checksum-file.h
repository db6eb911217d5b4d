/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  CHECKSUM_FILE_PENDING, /* not read yet, or not to its end */
  CHECKSUM_FILE_DONE,    /* it has a sum */
  CHECKSUM_FILE_SKIPPED, /* no regular file any more when it was to be read */
  CHECKSUM_FILE_FAILED,  /* it has an error */
} ChecksumFileState;

/* One file. The walk makes it, one batch fills it in, and the main thread reads
 * it when that batch has finished: there is never more than one who touches it. */
typedef struct {
  char *path;
  goffset size;   /* when it was found */
  goffset n_read; /* when it was read */
  ChecksumFileState state;
  char *sum;
  GError *error;
} ChecksumFile;

ChecksumFile *checksum_file_new (const char *path,
                                 goffset size);
void checksum_file_free (ChecksumFile *file);

void checksum_file_fail (ChecksumFile *file,
                         int saved_errno);

int checksum_file_compare (gconstpointer a,
                           gconstpointer b);

G_END_DECLS
