/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "report-executor.h"

struct _ReportExecutor {
  GObject parent_instance;
};

static gboolean
report_executor_execute (MyExecutor *executor,
                         MyThread *thread,
                         GError **error)
{
  return TRUE;
}

static void
report_executor_init_interface (MyExecutorInterface *iface)
{
  iface->execute = report_executor_execute;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (ReportExecutor,
                               report_executor,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (MY_TYPE_EXECUTOR, report_executor_init_interface))

static void
report_executor_class_init (ReportExecutorClass *klass)
{
}

static void
report_executor_init (ReportExecutor *self)
{
}

MyExecutor *
report_executor_new (void)
{
  return MY_EXECUTOR (g_object_new (REPORT_TYPE_EXECUTOR, NULL));
}
