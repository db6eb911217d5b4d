/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread.h>

G_BEGIN_DECLS

#define REPORT_TYPE_EXECUTOR (report_executor_get_type ())

G_DECLARE_FINAL_TYPE (ReportExecutor, report_executor, REPORT, EXECUTOR, GObject)

/* Takes every thread and does nothing with it: who submits it reports what becomes of it. */
MyExecutor *report_executor_new (void);

G_END_DECLS
