/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An executor that can be shut. What runs goes on, what is started waits in the
 * gate until it is opened again: a group's max-running can not say that, for its 0
 * is "no limit". It shows an executor of one's own: each thread gets an OS thread,
 * as it would without one.
 */

#include "hasher-gate.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

struct _HasherGate {
  GObject parent_instance;

  GMutex lock;
  gboolean is_shut; /* under the lock */
  GQueue waiting;   /* under the lock: they are alive, and need no reference */
};

static void hasher_gate_init_executor (MyExecutorInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HasherGate, hasher_gate, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (MY_TYPE_EXECUTOR, hasher_gate_init_executor))

static gpointer
run_thread (gpointer thread)
{
  /* Here it is the executor's business. On Linux each OS thread has its own. */
  setpriority (PRIO_PROCESS, (id_t) syscall (SYS_gettid), my_thread_get_priority (thread));
  /* One that was cancelled in the gate is let go, without running. */
  my_thread_execute (thread);
  return NULL;
}

static gboolean
launch (MyThread *thread,
        GError **error)
{
  g_autoptr (GError) refused = NULL;
  GThread *os_thread = g_thread_try_new ("hasher", run_thread, thread, &refused);

  if (!os_thread) {
    g_set_error_literal (error, MY_THREAD_ERROR, MY_THREAD_ERROR_NO_RESOURCES, refused->message);
    return FALSE;
  }
  g_thread_unref (os_thread);
  return TRUE;
}

/* In any thread: it is that which has freed the group's slot. */
static gboolean
hasher_gate_execute (MyExecutor *executor,
                     MyThread *thread,
                     GError **error)
{
  HasherGate *self = HASHER_GATE (executor);
  gboolean is_shut;

  g_mutex_lock (&self->lock);
  is_shut = self->is_shut;
  if (is_shut)
    g_queue_push_tail (&self->waiting, thread);
  g_mutex_unlock (&self->lock);

  return is_shut || launch (thread, error);
}

static void
hasher_gate_finalize (GObject *object)
{
  HasherGate *self = HASHER_GATE (object);

  /* Each thread in it refers to the gate, so there is none. */
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (hasher_gate_parent_class)->finalize (object);
}

static void
hasher_gate_init_executor (MyExecutorInterface *iface)
{
  iface->execute = hasher_gate_execute;
}

static void
hasher_gate_class_init (HasherGateClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hasher_gate_finalize;
}

static void
hasher_gate_init (HasherGate *self)
{
  g_mutex_init (&self->lock);
  g_queue_init (&self->waiting);
}

/* An open one. */
HasherGate *
hasher_gate_new (void)
{
  return g_object_new (HASHER_TYPE_GATE, NULL);
}

void
hasher_gate_set_open (HasherGate *self,
                      gboolean is_open)
{
  GQueue released = G_QUEUE_INIT;
  MyThread *thread;

  g_mutex_lock (&self->lock);
  self->is_shut = !is_open;
  if (is_open) {
    released = self->waiting;
    g_queue_init (&self->waiting);
  }
  g_mutex_unlock (&self->lock);

  while ((thread = g_queue_pop_head (&released))) {
    g_autoptr (GError) error = NULL;

    if (!launch (thread, &error))
      my_thread_report_end (thread, NULL, error);
  }
}

gboolean
hasher_gate_get_open (HasherGate *self)
{
  gboolean is_shut;

  g_mutex_lock (&self->lock);
  is_shut = self->is_shut;
  g_mutex_unlock (&self->lock);

  return !is_shut;
}
