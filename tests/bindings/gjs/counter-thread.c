/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "counter-thread.h"

/**
 * CounterThread:
 *
 * A thread written in C for programs in JavaScript, whose own functions can not run on another thread.
 *
 * It adds the numbers from 1 to [property@Thread:to], which is its result.
 */

struct _CounterThread {
  MyThread parent_instance;

  /* Written by the constructor only. */
  guint to;
  gboolean waits;
};

enum {
  PROP_0,
  PROP_TO,
  PROP_WAITS,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (CounterThread, counter_thread, MY_TYPE_THREAD)

static void
counter_thread_run (MyThread *thread, GError **error)
{
  CounterThread *self = COUNTER_THREAD (thread);
  g_auto (GValue) result = G_VALUE_INIT;
  guint64 sum = 0;

  if (self->to == 0) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "nothing to count");
    return;
  }

  while (self->waits) {
    my_thread_set_status (thread, "waiting");
    if (!my_thread_sleep (G_TIME_SPAN_HOUR, error)) {
      return;
    }
  }

  for (guint i = 1; i <= self->to; i++) {
    g_autofree char *status = g_strdup_printf ("at %u", i);

    if (my_thread_set_error_if_cancelled (thread, error)) {
      return;
    }
    sum += i;
    my_thread_set_status (thread, status);
    my_thread_set_progress (thread, (double) i / self->to);
  }

  g_value_init (&result, G_TYPE_UINT64);
  g_value_set_uint64 (&result, sum);
  my_thread_set_result (thread, &result);
}

static void
counter_thread_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  CounterThread *self = COUNTER_THREAD (object);

  switch (prop_id) {
  case PROP_TO:
    self->to = g_value_get_uint (value);
    break;
  case PROP_WAITS:
    self->waits = g_value_get_boolean (value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
counter_thread_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  CounterThread *self = COUNTER_THREAD (object);

  switch (prop_id) {
  case PROP_TO:
    g_value_set_uint (value, self->to);
    break;
  case PROP_WAITS:
    g_value_set_boolean (value, self->waits);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
counter_thread_class_init (CounterThreadClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->set_property = counter_thread_set_property;
  object_class->get_property = counter_thread_get_property;
  MY_THREAD_CLASS (klass)->run = counter_thread_run;

  /**
   * CounterThread:to:
   *
   * The last number; 0 is an error.
   */
  properties[PROP_TO] = g_param_spec_uint ("to", NULL, NULL, 0, G_MAXUINT, 0, flags);

  /**
   * CounterThread:waits:
   *
   * Whether it waits to be cancelled, and counts nothing.
   */
  properties[PROP_WAITS] = g_param_spec_boolean ("waits", NULL, NULL, FALSE, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
counter_thread_init (CounterThread *self)
{
}
