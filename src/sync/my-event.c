/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-event.h>

#include "sync/my-sync-core-private.h"

/**
 * MyEvent:
 *
 * A flag that threads wait for: once it is set, all go on, until it is cleared.
 *
 * It has the semantics of Python's `threading.Event`.
 *
 * Since: 1.0
 */

struct _MyEvent {
  GObject parent_instance;

  MySyncCore core;
  atomic_int is_set; /* changed with the mutex held, with release; read without it, with acquire: what was done before it was set is seen */
};

enum {
  PROP_NAME = 1,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (MyEvent, my_event, G_TYPE_OBJECT)

static void
my_event_get_property (GObject *object,
                       guint prop_id,
                       GValue *value,
                       GParamSpec *pspec)
{
  switch (prop_id) {
  case PROP_NAME:
    g_value_take_string (value, my_event_dup_name (MY_EVENT (object)));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
my_event_set_property (GObject *object,
                       guint prop_id,
                       const GValue *value,
                       GParamSpec *pspec)
{
  switch (prop_id) {
  case PROP_NAME:
    my_event_set_name (MY_EVENT (object), g_value_get_string (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
my_event_finalize (GObject *object)
{
  MyEvent *self = MY_EVENT (object);

  g_free (self->core.label.name);

  G_OBJECT_CLASS (my_event_parent_class)->finalize (object);
}

static void
my_event_class_init (MyEventClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = my_event_get_property;
  object_class->set_property = my_event_set_property;
  object_class->finalize = my_event_finalize;

  /**
   * MyEvent:name: (getter dup_name) (setter set_name)
   *
   * What the event is called in messages and in [func@Thread.dump], or %NULL.
   *
   * Since: 1.0
   */
  props[PROP_NAME] = g_param_spec_string (
    "name", NULL, NULL, NULL,
    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
my_event_init (MyEvent *self)
{
  self->core.label.kind = "event";
}

/**
 * my_event_new:
 *
 * Makes an event that is not set.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer full): the event
 *
 * Since: 1.0
 */
MyEvent *
my_event_new (void)
{
  return g_object_new (MY_TYPE_EVENT, NULL);
}

/**
 * my_event_set:
 * @self: an event
 *
 * Sets the event, and wakes all threads that wait for it.
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_event_set (MyEvent *self)
{
  MyWaiter *waiter;

  g_return_if_fail (MY_IS_EVENT (self));

  waiter = my_sync_core_enter (&self->core);
  atomic_store_explicit (&self->is_set, TRUE, memory_order_release);
  my_cond_wake (&self->core.changed, G_MAXUINT);
  my_sync_core_leave (&self->core, waiter);
}

/**
 * my_event_clear:
 * @self: an event
 *
 * Makes it not set: who waits from now on waits until it is set again.
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_event_clear (MyEvent *self)
{
  MyWaiter *waiter;

  g_return_if_fail (MY_IS_EVENT (self));

  waiter = my_sync_core_enter (&self->core);
  atomic_store_explicit (&self->is_set, FALSE, memory_order_release);
  my_sync_core_leave (&self->core, waiter);
}

/**
 * my_event_is_set:
 * @self: an event
 *
 * Whether the event is set.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: whether it is
 *
 * Since: 1.0
 */
gboolean
my_event_is_set (MyEvent *self)
{
  g_return_val_if_fail (MY_IS_EVENT (self), FALSE);

  return atomic_load_explicit (&self->is_set, memory_order_acquire);
}

/**
 * my_event_wait:
 * @self: an event
 * @timeout_us: how long to wait, in microseconds; negative: for ever; 0: not at all
 * @error: return location for an error
 *
 * Waits until the event is set.
 *
 * A thread that waited when it was set goes on, though it may have been cleared again.
 *
 * The error is `MY_THREAD_ERROR_TIMED_OUT`, or `G_IO_ERROR_CANCELLED`, if the calling thread is cancelled.
 *
 * Any thread may call it. It blocks.
 *
 * Returns: whether it was set
 *
 * Since: 1.0
 */
gboolean
my_event_wait (MyEvent *self,
               gint64 timeout_us,
               GError **error)
{
  MyWaitResult result = MY_WAIT_WOKEN;
  MyWaiter *waiter;

  g_return_val_if_fail (MY_IS_EVENT (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (my_event_is_set (self)) {
    return TRUE;
  }
  waiter = my_sync_core_enter (&self->core);
  if (!my_event_is_set (self)) {
    result = my_sync_core_wait (&self->core, waiter, my_sync_core_deadline (timeout_us), TRUE);
  }
  my_sync_core_leave (&self->core, waiter);

  if (result != MY_WAIT_WOKEN) {
    my_sync_label_set_error (&self->core.label, result, error);
  }
  return result == MY_WAIT_WOKEN;
}

/**
 * my_event_dup_name: (get-property name)
 * @self: an event
 *
 * Gets the name of the event.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer full) (nullable): the name, or %NULL
 *
 * Since: 1.0
 */
char *
my_event_dup_name (MyEvent *self)
{
  g_return_val_if_fail (MY_IS_EVENT (self), NULL);

  return my_sync_name_dup (&self->core.label.name);
}

/**
 * my_event_set_name: (set-property name)
 * @self: an event
 * @name: (nullable): a name, or %NULL
 *
 * Names the event, for messages and for [func@Thread.dump].
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_event_set_name (MyEvent *self,
                   const char *name)
{
  g_return_if_fail (MY_IS_EVENT (self));

  my_sync_name_set (&self->core.label.name, name, self, props[PROP_NAME]);
}
