/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-semaphore.h>

#include "sync/my-sync-core-private.h"

/**
 * MySemaphore:
 *
 * A number of things to be had: each acquire takes one, or waits until there is one.
 *
 * It has the semantics of Python's `threading.Semaphore` and `threading.BoundedSemaphore`. One of 1 is what Python
 * calls a `Lock`: any thread may release it.
 *
 * Since: 1.0
 */

struct _MySemaphore {
  GObject parent_instance;

  MySyncCore core;
  guint value;     /* with the mutex held */
  guint max_value; /* [const] once it is made */
};

enum {
  PROP_NAME = 1,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (MySemaphore, my_semaphore, G_TYPE_OBJECT)

static void
my_semaphore_get_property (GObject *object,
                           guint prop_id,
                           GValue *value,
                           GParamSpec *pspec)
{
  switch (prop_id) {
  case PROP_NAME:
    g_value_take_string (value, my_semaphore_dup_name (MY_SEMAPHORE (object)));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
my_semaphore_set_property (GObject *object,
                           guint prop_id,
                           const GValue *value,
                           GParamSpec *pspec)
{
  switch (prop_id) {
  case PROP_NAME:
    my_semaphore_set_name (MY_SEMAPHORE (object), g_value_get_string (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
my_semaphore_finalize (GObject *object)
{
  MySemaphore *self = MY_SEMAPHORE (object);

  g_free (self->core.label.name);

  G_OBJECT_CLASS (my_semaphore_parent_class)->finalize (object);
}

static void
my_semaphore_class_init (MySemaphoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = my_semaphore_get_property;
  object_class->set_property = my_semaphore_set_property;
  object_class->finalize = my_semaphore_finalize;

  /**
   * MySemaphore:name: (getter dup_name) (setter set_name)
   *
   * What the semaphore is called in messages and in [func@Thread.dump], or %NULL.
   *
   * Since: 1.0
   */
  props[PROP_NAME] = g_param_spec_string (
    "name", NULL, NULL, NULL,
    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
my_semaphore_init (MySemaphore *self)
{
  self->core.label.kind = "semaphore";
  self->max_value = G_MAXUINT;
}

static MySemaphore *
make (guint value,
      guint max_value)
{
  MySemaphore *self = g_object_new (MY_TYPE_SEMAPHORE, NULL);

  self->value = value;
  self->max_value = max_value;
  return self;
}

/**
 * my_semaphore_new:
 * @value: how many there are to be had
 *
 * Makes a semaphore.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer full): the semaphore
 *
 * Since: 1.0
 */
MySemaphore *
my_semaphore_new (guint value)
{
  return make (value, G_MAXUINT);
}

/**
 * my_semaphore_new_bounded:
 * @value: how many there are to be had
 *
 * Makes a semaphore of which no more is released than was acquired: to do that is a critical.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer full): the semaphore
 *
 * Since: 1.0
 */
MySemaphore *
my_semaphore_new_bounded (guint value)
{
  return make (value, value);
}

/**
 * my_semaphore_acquire:
 * @self: a semaphore
 * @timeout_us: how long to wait, in microseconds; negative: for ever; 0: not at all
 * @error: return location for an error
 *
 * Waits until there is one to be had, and takes it.
 *
 * One that is there is given to a thread that is cancelled, too.
 *
 * The error is `MY_THREAD_ERROR_TIMED_OUT`, or `G_IO_ERROR_CANCELLED`, if the calling thread is cancelled.
 *
 * Any thread may call it. It blocks.
 *
 * Returns: whether it has one
 *
 * Since: 1.0
 */
gboolean
my_semaphore_acquire (MySemaphore *self,
                      gint64 timeout_us,
                      GError **error)
{
  MyWaitResult result = MY_WAIT_WOKEN;
  gboolean is_taken;
  MyWaiter *waiter;
  gint64 deadline;

  g_return_val_if_fail (MY_IS_SEMAPHORE (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  deadline = my_sync_core_deadline (timeout_us);
  waiter = my_sync_core_enter (&self->core);
  while (self->value == 0 && result == MY_WAIT_WOKEN) {
    result = my_sync_core_wait (&self->core, waiter, deadline, TRUE);
  }
  is_taken = self->value > 0;
  if (is_taken) {
    self->value--;
  }
  my_sync_core_leave (&self->core, waiter);

  if (!is_taken) {
    my_sync_label_set_error (&self->core.label, result, error);
  }
  return is_taken;
}

/**
 * my_semaphore_release:
 * @self: a semaphore
 * @n: how many
 *
 * Gives some back, for others to acquire. More than there may be is a critical, and nothing happens.
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_semaphore_release (MySemaphore *self,
                      guint n)
{
  gboolean is_too_much;
  MyWaiter *waiter;

  g_return_if_fail (MY_IS_SEMAPHORE (self));
  g_return_if_fail (n > 0);

  waiter = my_sync_core_enter (&self->core);
  is_too_much = n > self->max_value - self->value;
  if (!is_too_much) {
    self->value += n;
    my_cond_wake (&self->core.changed, n);
  }
  my_sync_core_leave (&self->core, waiter);

  if (G_UNLIKELY (is_too_much)) {
    g_autofree char *what = my_sync_label_dup (&self->core.label);

    g_critical ("my_semaphore_release: %u are too many for %s", n, what);
  }
}

/**
 * my_semaphore_get_value:
 * @self: a semaphore
 *
 * Gets how many there are to be had just now.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: how many
 *
 * Since: 1.0
 */
guint
my_semaphore_get_value (MySemaphore *self)
{
  MyWaiter *waiter;
  guint value;

  g_return_val_if_fail (MY_IS_SEMAPHORE (self), 0);

  waiter = my_sync_core_enter (&self->core);
  value = self->value;
  my_sync_core_leave (&self->core, waiter);
  return value;
}

/**
 * my_semaphore_dup_name: (get-property name)
 * @self: a semaphore
 *
 * Gets the name of the semaphore.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer full) (nullable): the name, or %NULL
 *
 * Since: 1.0
 */
char *
my_semaphore_dup_name (MySemaphore *self)
{
  g_return_val_if_fail (MY_IS_SEMAPHORE (self), NULL);

  return my_sync_name_dup (&self->core.label.name);
}

/**
 * my_semaphore_set_name: (set-property name)
 * @self: a semaphore
 * @name: (nullable): a name, or %NULL
 *
 * Names the semaphore, for messages and for [func@Thread.dump].
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_semaphore_set_name (MySemaphore *self,
                       const char *name)
{
  g_return_if_fail (MY_IS_SEMAPHORE (self));

  my_sync_name_set (&self->core.label.name, name, self, props[PROP_NAME]);
}
