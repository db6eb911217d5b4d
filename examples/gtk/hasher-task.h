/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread.h>

G_BEGIN_DECLS

#define HASHER_TYPE_TASK (hasher_task_get_type ())
G_DECLARE_FINAL_TYPE (HasherTask, hasher_task, HASHER, TASK, MyThread)

HasherTask *hasher_task_new (MyThreadGroup *group,
                             MyExecutor *executor,
                             GFile *file);

GFile *hasher_task_get_file (HasherTask *self);

G_END_DECLS
