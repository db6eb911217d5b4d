/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-wrapper-private.h"

gsize my_wrapper_flag;
atomic_int my_wrapper_was_seen;

static gsize
get_flags (GObject *object)
{
  return (gsize) g_atomic_pointer_get (&object->qdata) & G_DATALIST_FLAGS_MASK;
}

static void
toggled (gpointer unused,
         GObject *object,
         gboolean is_last)
{
}

/* Gives an object a toggle reference, and looks which flag comes and goes with it. */
void
my_wrapper_learn (void)
{
  GObject *object = g_object_new (G_TYPE_OBJECT, NULL);
  gsize without = get_flags (object);
  gsize with;

  g_object_add_toggle_ref (object, toggled, NULL);
  with = get_flags (object);
  g_object_remove_toggle_ref (object, toggled, NULL);

  if (get_flags (object) == without) {
    my_wrapper_flag = with & ~without;
  }
  g_object_unref (object);
}
