/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread.h>

G_BEGIN_DECLS

#define HASHER_TYPE_JOB (hasher_job_get_type ())
G_DECLARE_FINAL_TYPE (HasherJob, hasher_job, HASHER, JOB, GObject)

HasherJob *hasher_job_new (void);

MyThreadGroup *hasher_job_get_group (HasherJob *self);
GListModel *hasher_job_get_results (HasherJob *self);
gboolean hasher_job_get_paused (HasherJob *self);
void hasher_job_set_paused (HasherJob *self,
                            gboolean   is_paused);

void hasher_job_add (HasherJob *self,
                     GFile     *file);
void hasher_job_cancel_all (HasherJob *self);
void hasher_job_clear_results (HasherJob *self);
void hasher_job_stop_async (HasherJob          *self,
                            GAsyncReadyCallback callback,
                            gpointer            user_data);
void hasher_job_stop_finish (HasherJob    *self,
                             GAsyncResult *result);

gboolean hasher_job_is_active (HasherJob *self);
char *hasher_job_summarise (HasherJob *self);
char *hasher_job_remark (HasherJob *self);
char *hasher_job_list_sums (HasherJob *self);

G_END_DECLS
