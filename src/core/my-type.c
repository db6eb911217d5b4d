/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-type-private.h"

static void
lock_class_init (gpointer klass,
                 gpointer registration)
{
  MyTypeRegistration *self = registration;

  atomic_store_explicit (&self->type, self->register_type (), memory_order_release);
}

/* Registers the type, if nobody has yet, with GLib's lock for the initialisation of classes held, and nothing of ours. */
GType
my_type_register (MyTypeRegistration *self)
{
  if (g_once_init_enter (&self->lock_type)) {
    const GTypeInfo info = {
      .class_size = sizeof (GObjectClass),
      .class_init = lock_class_init,
      .class_data = self,
      .instance_size = sizeof (GObject),
    };

    g_once_init_leave (&self->lock_type, g_type_register_static (G_TYPE_OBJECT, self->lock_name, &info, G_TYPE_FLAG_ABSTRACT));
  }

  /* Its class_init() has been called when it returns, by whichever thread was first. */
  g_type_class_unref (g_type_class_ref (self->lock_type));
  return atomic_load_explicit (&self->type, memory_order_acquire);
}
