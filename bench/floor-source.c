/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "floor-source.h"

struct _FloorSource {
  GSource source;

  FloorHandler handler;
  gpointer user_data;
  _Atomic (FloorNode *) arrived;
};

static gboolean
floor_source_check (GSource *source)
{
  FloorSource *self = (FloorSource *) source;

  return atomic_load_explicit (&self->arrived, memory_order_acquire) != NULL;
}

static gboolean
floor_source_prepare (GSource *source,
                      int *timeout)
{
  *timeout = -1;

  return floor_source_check (source);
}

static gboolean
floor_source_dispatch (GSource *source,
                       GSourceFunc callback,
                       gpointer user_data)
{
  FloorSource *self = (FloorSource *) source;
  FloorNode *arrived = atomic_exchange_explicit (&self->arrived, NULL, memory_order_acquire);
  FloorNode *in_order = NULL;

  while (arrived) {
    FloorNode *next = arrived->next;

    arrived->next = in_order;
    in_order = arrived;
    arrived = next;
  }
  while (in_order) {
    FloorNode *next = in_order->next;

    self->handler (in_order, self->user_data);
    in_order = next;
  }

  return G_SOURCE_CONTINUE;
}

static GSourceFuncs floor_source_funcs = {
  .prepare = floor_source_prepare,
  .check = floor_source_check,
  .dispatch = floor_source_dispatch,
};

FloorSource *
floor_source_new (GMainContext *context,
                  FloorHandler handler,
                  gpointer user_data)
{
  GSource *source = g_source_new (&floor_source_funcs, sizeof (FloorSource));
  FloorSource *self = (FloorSource *) source;

  self->handler = handler;
  self->user_data = user_data;
  g_source_attach (source, context);

  return self;
}

void
floor_source_free (FloorSource *self)
{
  g_source_destroy (&self->source);
  g_source_unref (&self->source);
}

void
floor_source_push (FloorSource *self,
                   FloorNode *node)
{
  FloorNode *head = atomic_load_explicit (&self->arrived, memory_order_relaxed);

  do {
    node->next = head;
  } while (!atomic_compare_exchange_weak_explicit (&self->arrived, &head, node, memory_order_release, memory_order_relaxed));

  if (!head) {
    g_main_context_wakeup (g_source_get_context (&self->source));
  }
}
