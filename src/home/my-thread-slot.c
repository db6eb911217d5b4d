/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-thread-slot.h>

#include "core/my-owner-private.h"

/**
 * MyThreadSlot:
 *
 * A place for one thread: the latest that was started in it.
 *
 * For what a user asks for again before the answer is there, as in search as you type: each
 * [method@ThreadSlot.start] cancels the thread before, and nothing of that one is delivered any more, so no
 * result of an old question is shown.
 *
 * A slot is used in the thread that has made it. That thread should own the threads that are started in it. Dropping the slot
 * changes nothing for its thread, which goes on: cancel it if nobody wants its results any more.
 *
 * Since: 1.0
 */

struct _MyThreadSlot {
  GObject parent_instance;

  MyThread *thread; /* a reference, or NULL; only the thread that uses the slot knows it */
};

enum {
  PROP_THREAD = 1,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (MyThreadSlot, my_thread_slot, G_TYPE_OBJECT)

static void
my_thread_slot_get_property (GObject *object,
                             guint prop_id,
                             GValue *value,
                             GParamSpec *pspec)
{
  MyThreadSlot *self = MY_THREAD_SLOT (object);

  switch (prop_id) {
  case PROP_THREAD:
    g_value_set_object (value, self->thread);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
my_thread_slot_dispose (GObject *object)
{
  /* It changes nothing for the thread. */
  g_clear_object (&MY_THREAD_SLOT (object)->thread);

  G_OBJECT_CLASS (my_thread_slot_parent_class)->dispose (object);
}

static void
my_thread_slot_class_init (MyThreadSlotClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = my_thread_slot_get_property;
  object_class->dispose = my_thread_slot_dispose;

  /**
   * MyThreadSlot:thread: (getter get_thread)
   *
   * The thread that was started last.
   *
   * Since: 1.0
   */
  props[PROP_THREAD] = g_param_spec_object (
    "thread", NULL, NULL, MY_TYPE_THREAD,
    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
my_thread_slot_init (MyThreadSlot *self)
{
}

/**
 * my_thread_slot_new:
 *
 * Makes an empty slot.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer full): the slot
 *
 * Since: 1.0
 */
MyThreadSlot *
my_thread_slot_new (void)
{
  return g_object_new (MY_TYPE_THREAD_SLOT, NULL);
}

/**
 * my_thread_slot_start:
 * @self: a slot
 * @thread: (transfer none): a thread that is not started
 * @error: return location for an error
 *
 * Starts a thread in place of the one before, which is cancelled.
 *
 * Of the one before nothing is delivered any more: no signal, no notification, no result, and no function that it
 * has posted. Only its [method@Thread.join_async] comes to its end, the data of what it has posted is let go, its
 * [method@Thread.call_owner] fails with `G_IO_ERROR_CANCELLED`, and nobody is warned of its error.
 *
 * If @thread cannot be started the slot stays as it was. The errors are those of [method@Thread.start].
 *
 * For the thread that uses the slot. It does not block.
 *
 * Returns: whether @thread was started
 *
 * Since: 1.0
 */
gboolean
my_thread_slot_start (MyThreadSlot *self,
                      MyThread *thread,
                      GError **error)
{
  MyThread *old;

  g_return_val_if_fail (MY_IS_THREAD_SLOT (self), FALSE);
  g_return_val_if_fail (MY_IS_THREAD (thread), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!my_thread_start (thread, error)) {
    return FALSE;
  }

  old = self->thread;
  self->thread = g_object_ref (thread);
  if (old != NULL) {
    my_owner_silence (old);
    my_thread_cancel (old);
    g_object_unref (old);
  }
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_THREAD]);

  return TRUE;
}

/**
 * my_thread_slot_get_thread: (get-property thread)
 * @self: a slot
 *
 * Gets the thread that was started last.
 *
 * For the thread that uses the slot. It does not block.
 *
 * Returns: (transfer none) (nullable): the thread; %NULL if none was started
 *
 * Since: 1.0
 */
MyThread *
my_thread_slot_get_thread (MyThreadSlot *self)
{
  g_return_val_if_fail (MY_IS_THREAD_SLOT (self), NULL);

  return self->thread;
}
