/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An executor that can be shut. What runs goes on, what is started waits in the
 * gate until it is opened again: a group's max-running can not say that, for its 0
 * is "no limit". It shows an executor of one's own, which is a function: the OS
 * threads are those of a GThreadPool, and a pool of no threads is a shut gate.
 */

#include "hasher-gate.h"

struct _HasherGate {
  GObject parent_instance;

  GThreadPool *pool;
};

static void hasher_gate_init_executor (MyExecutorInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HasherGate, hasher_gate, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (MY_TYPE_EXECUTOR, hasher_gate_init_executor))

static void
run_thread (gpointer thread,
            gpointer unused)
{
  /* One that was cancelled in the gate is let go, without running. */
  my_thread_execute (thread);
}

/* In any thread: it is that which has freed the group's slot. */
static gboolean
hasher_gate_execute (MyExecutor *executor,
                     MyThread   *thread,
                     GError    **error)
{
  HasherGate *self = HASHER_GATE (executor);

  /* Where the system has no OS thread to give it waits for one that the pool has,
   * so this is no failure. */
  g_thread_pool_push (self->pool, thread, NULL);
  return TRUE;
}

static void
hasher_gate_finalize (GObject *object)
{
  HasherGate *self = HASHER_GATE (object);

  /* Each thread in it refers to the gate, so there is none. */
  g_thread_pool_free (self->pool, FALSE, FALSE);

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
  /* It can not fail where it is not exclusive. */
  self->pool = g_thread_pool_new (run_thread, NULL, -1, FALSE, NULL);
}

/* An open one. */
HasherGate *
hasher_gate_new (void)
{
  return g_object_new (HASHER_TYPE_GATE, NULL);
}

void
hasher_gate_set_open (HasherGate *self,
                      gboolean    is_open)
{
  g_thread_pool_set_max_threads (self->pool, is_open ? -1 : 0, NULL);
}

gboolean
hasher_gate_get_open (HasherGate *self)
{
  return g_thread_pool_get_max_threads (self->pool) != 0;
}
