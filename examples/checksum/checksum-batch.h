/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread.h>

G_BEGIN_DECLS

#define CHECKSUM_TYPE_BATCH (checksum_batch_get_type ())
G_DECLARE_FINAL_TYPE (ChecksumBatch, checksum_batch, CHECKSUM, BATCH, MyThread)

ChecksumBatch *checksum_batch_new (MyThreadGroup *group,
                                   const char *name,
                                   GPtrArray *files,
                                   guint begin,
                                   guint end);

guint checksum_batch_get_begin (ChecksumBatch *self);
guint checksum_batch_get_end (ChecksumBatch *self);
goffset checksum_batch_get_size (ChecksumBatch *self);

G_END_DECLS
