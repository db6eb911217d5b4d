/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-wrapper.h"

struct _MyTestWrapper {
  GObject *object;
  guint n_refs; /* [lock] */
};

static GRecMutex lock;

void
my_test_interpreter_lock (void)
{
  g_rec_mutex_lock (&lock);
}

void
my_test_interpreter_unlock (void)
{
  g_rec_mutex_unlock (&lock);
}

static GQuark
wrapper_quark (void)
{
  return g_quark_from_static_string ("my-test-wrapper");
}

/* The wrapper may have gone meanwhile, so it is looked for with the lock held. */
static void
toggled (gpointer unused,
         GObject *object,
         gboolean is_last)
{
  MyTestWrapper *self;

  my_test_interpreter_lock ();
  self = g_object_get_qdata (object, wrapper_quark ());
  if (self != NULL && is_last) {
    my_test_wrapper_unref (self);
  } else if (self != NULL) {
    my_test_wrapper_ref (self);
  }
  my_test_interpreter_unlock ();
}

/* Takes the caller's reference to @object, and returns the program's to the wrapper. */
MyTestWrapper *
my_test_wrapper_new (gpointer object)
{
  MyTestWrapper *self = g_new0 (MyTestWrapper, 1);

  self->object = object;
  self->n_refs = 2; /* the program's, and that of the object, which has two references for the moment */
  my_test_interpreter_lock ();
  g_object_set_qdata (object, wrapper_quark (), self);
  g_object_add_toggle_ref (object, toggled, NULL);
  g_object_unref (object);
  my_test_interpreter_unlock ();

  return self;
}

MyTestWrapper *
my_test_wrapper_ref (MyTestWrapper *self)
{
  my_test_interpreter_lock ();
  self->n_refs++;
  my_test_interpreter_unlock ();

  return self;
}

void
my_test_wrapper_unref (MyTestWrapper *self)
{
  my_test_interpreter_lock ();
  if (--self->n_refs == 0) {
    g_object_set_qdata (self->object, wrapper_quark (), NULL);
    g_object_remove_toggle_ref (self->object, toggled, NULL);
    g_free (self);
  }
  my_test_interpreter_unlock ();
}
