/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib-object.h>
#include <stdatomic.h>

G_BEGIN_DECLS

/* Whether a language binding has a wrapper of an object that it holds by a toggle reference, as PyGObject and GJS do. GObject knows it by a
 * flag in the object's list of data, and has no function to ask for it; so my_wrapper_learn() finds out which flag it is. */

extern gsize my_wrapper_flag; /* const once the class of threads is there; 0: not known, so no object seems to have a wrapper */

/* Whether any object with a wrapper has been seen in this process: then others may get one yet. Set once; a hint, so relaxed. */
extern atomic_int my_wrapper_was_seen;

void my_wrapper_learn (void);

/* Any thread, with a reference to @object, which then counts beside the wrapper's: while the library has one, the wrapper stays. */
static inline gboolean
my_object_has_wrapper (GObject *object)
{
  return ((gsize) g_atomic_pointer_get (&object->qdata) & my_wrapper_flag) != 0;
}

/* Whether @object has a wrapper, or may get one. */
static inline gboolean
my_object_may_get_wrapper (GObject *object)
{
  if (atomic_load_explicit (&my_wrapper_was_seen, memory_order_relaxed)) {
    return TRUE;
  }
  if (G_LIKELY (!my_object_has_wrapper (object))) {
    return FALSE;
  }
  atomic_store_explicit (&my_wrapper_was_seen, TRUE, memory_order_relaxed);
  return TRUE;
}

G_END_DECLS
