/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fuzz-executor.h"

struct _FuzzExecutor {
  GObject parent_instance;

  FuzzExecutorKind kind;
  GMutex lock;
  GQueue held; /* of MyThread; under the lock */
};

static gboolean
fuzz_executor_execute (MyExecutor *executor,
                       MyThread *thread,
                       GError **error)
{
  FuzzExecutor *self = FUZZ_EXECUTOR (executor);

  switch (self->kind) {
  case FUZZ_EXECUTOR_RUNS:
    my_thread_execute (thread);
    return TRUE;

  case FUZZ_EXECUTOR_REFUSES:
    g_set_error_literal (error, MY_THREAD_ERROR, MY_THREAD_ERROR_SHUT_DOWN, "it refuses");
    return FALSE;

  case FUZZ_EXECUTOR_REFUSES_SILENTLY:
    return FALSE;

  case FUZZ_EXECUTOR_HOLDS:
  default:
    g_mutex_lock (&self->lock);
    g_queue_push_tail (&self->held, thread);
    g_mutex_unlock (&self->lock);
    return TRUE;
  }
}

static void
fuzz_executor_iface_init (MyExecutorInterface *iface)
{
  iface->execute = fuzz_executor_execute;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (FuzzExecutor, fuzz_executor, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (MY_TYPE_EXECUTOR, fuzz_executor_iface_init))

static void
fuzz_executor_finalize (GObject *object)
{
  FuzzExecutor *self = FUZZ_EXECUTOR (object);

  g_queue_clear (&self->held);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (fuzz_executor_parent_class)->finalize (object);
}

static void
fuzz_executor_class_init (FuzzExecutorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fuzz_executor_finalize;
}

static void
fuzz_executor_init (FuzzExecutor *self)
{
  g_mutex_init (&self->lock);
}

MyExecutor *
fuzz_executor_new (FuzzExecutorKind kind)
{
  FuzzExecutor *self = g_object_new (FUZZ_TYPE_EXECUTOR, NULL);

  self->kind = kind;
  return MY_EXECUTOR (self);
}

void
fuzz_executor_let_go (MyExecutor *executor)
{
  FuzzExecutor *self = FUZZ_EXECUTOR (executor);
  MyThread *thread;

  do {
    g_mutex_lock (&self->lock);
    thread = g_queue_pop_head (&self->held);
    g_mutex_unlock (&self->lock);
    if (thread == NULL) {
      break;
    }
    /* Somebody else may have begun it, or all of it. */
    if (my_thread_get_state (thread) == MY_THREAD_STATE_RUNNING) {
      my_thread_report_end (thread, NULL, NULL);
    } else {
      my_thread_execute (thread);
    }
  } while (TRUE);
}
