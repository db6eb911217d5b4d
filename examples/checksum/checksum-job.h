/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "checksum-printer.h"

G_BEGIN_DECLS

#define CHECKSUM_TYPE_JOB (checksum_job_get_type ())
G_DECLARE_FINAL_TYPE (ChecksumJob, checksum_job, CHECKSUM, JOB, GObject)

ChecksumJob *checksum_job_new (MyThreadGroup *group,
                               ChecksumPrinter *printer,
                               guint batch_size);

void checksum_job_start (ChecksumJob *self,
                         const char *dir);

gboolean checksum_job_has_failures (ChecksumJob *self);

GPtrArray *checksum_job_get_files (ChecksumJob *self);

char *checksum_job_summarise (ChecksumJob *self);

G_END_DECLS
