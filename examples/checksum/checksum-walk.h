/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread.h>

G_BEGIN_DECLS

#define CHECKSUM_TYPE_WALK (checksum_walk_get_type ())
G_DECLARE_FINAL_TYPE (ChecksumWalk, checksum_walk, CHECKSUM, WALK, MyThread)

/* Its result is a GPtrArray of ChecksumFile, in the order of their paths. */
MyThread *checksum_walk_new (MyThreadGroup *group,
                             const char *dir);

guint checksum_walk_get_n_skipped (ChecksumWalk *self);

G_END_DECLS
