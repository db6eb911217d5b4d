/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* Whether a language binding has a wrapper of an object that it holds by a toggle reference, as PyGObject and GJS do. GObject knows it by a
 * flag in the object's list of data, and has no function to ask for it; so my_wrapper_learn() finds out which flag it is. */

extern gsize my_wrapper_flag; /* const once the class of threads is there; 0: not known, so no object seems to have a wrapper */

void my_wrapper_learn (void);

/* Any thread, with a reference to @object, which then counts beside the wrapper's: while the library has one, the wrapper stays. */
static inline gboolean
my_object_has_wrapper (GObject *object)
{
  return ((gsize) g_atomic_pointer_get (&object->qdata) & my_wrapper_flag) != 0;
}

G_END_DECLS
