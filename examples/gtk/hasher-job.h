/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread.h>

G_BEGIN_DECLS

#define HASHER_TYPE_JOB (hasher_job_get_type ())
G_DECLARE_FINAL_TYPE (HasherJob, hasher_job, HASHER, JOB, GObject)

HasherJob *hasher_job_new (void);

/* GtkListView keeps widgets for so many rows, whatever part of a list it shows. */
#define HASHER_JOB_MAX_ROWS 200

/* So many files are read at once, at most: so that each can have a row. */
#define HASHER_JOB_MAX_RUNNING HASHER_JOB_MAX_ROWS

/* Of the results for which there may be rows so many are added in one turn of the main
 * loop, and so many taken away, at most. */
#define HASHER_JOB_MAX_ADDED 4
#define HASHER_JOB_MAX_REMOVED 32

MyThreadGroup *hasher_job_get_group (HasherJob *self);
GListModel *hasher_job_get_results (HasherJob *self);
gboolean hasher_job_get_paused (HasherJob *self);
void hasher_job_set_paused (HasherJob *self,
                            gboolean is_paused);

void hasher_job_add (HasherJob *self,
                     GFile *file);
void hasher_job_cancel_all (HasherJob *self);
void hasher_job_clear_results (HasherJob *self);
void hasher_job_stop (HasherJob *self);

gboolean hasher_job_is_clearing (HasherJob *self);
gboolean hasher_job_is_active (HasherJob *self);
gboolean hasher_job_is_counting (HasherJob *self);
double hasher_job_get_progress (HasherJob *self);
char *hasher_job_summarise (HasherJob *self);
char *hasher_job_remark (HasherJob *self);
char *hasher_job_list_pending (HasherJob *self,
                               guint n_max);

G_END_DECLS
