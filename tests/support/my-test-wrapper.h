/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* What a language binding has of an object: it holds the object by a toggle reference, and is held by it as long as there is any other
 * reference. An interpreter's lock is taken for all of it, as PyGObject takes Python's: the object is finalised with that lock held. */
typedef struct _MyTestWrapper MyTestWrapper;

MyTestWrapper *my_test_wrapper_new (gpointer object);
MyTestWrapper *my_test_wrapper_ref (MyTestWrapper *self);
void my_test_wrapper_unref (MyTestWrapper *self);

void my_test_interpreter_lock (void);
void my_test_interpreter_unlock (void);

G_END_DECLS
