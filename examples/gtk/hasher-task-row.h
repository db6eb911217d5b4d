/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gtk/gtk.h>
#include <mythread.h>

G_BEGIN_DECLS

#define HASHER_TYPE_TASK_ROW (hasher_task_row_get_type ())
G_DECLARE_FINAL_TYPE (HasherTaskRow, hasher_task_row, HASHER, TASK_ROW, GtkBox)

void hasher_task_row_set_thread (HasherTaskRow *self,
                                 MyThread *thread);
MyThread *hasher_task_row_get_thread (HasherTaskRow *self);

G_END_DECLS
