/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-redirect-private.h"

#include <pthread.h>

typedef struct _Redirected Redirected;

struct _Redirected {
  GObjectClass *klass;
  MyDispatch original;
  Redirected *next;
};

/* A leaf. In a child it is as new. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static Redirected *redirected; /* [lock] never freed, as the classes are not */

/* Has notifications of @klass dispatched by @dispatch; the function that did it is stored in @original, if it was another one. Several threads
 * may do so with the same class, which others use meanwhile. */
void
my_redirect_install (GObjectClass *klass,
                     MyDispatch *original,
                     MyDispatch dispatch)
{
  Redirected *self = g_new0 (Redirected, 1);

  pthread_mutex_lock (&lock);
  if (klass->dispatch_properties_changed != dispatch) {
    __atomic_store_n (original, klass->dispatch_properties_changed, __ATOMIC_RELEASE);
    __atomic_store_n (&klass->dispatch_properties_changed, dispatch, __ATOMIC_RELEASE);
  }
  self->klass = klass;
  self->original = *original;
  self->next = redirected;
  redirected = self;
  pthread_mutex_unlock (&lock);
}

/* fork: in a child of a process that had other threads. One that was just adding a class has not got that far. */
void
my_redirect_undo_all_in_child (void)
{
  lock = (pthread_mutex_t) PTHREAD_MUTEX_INITIALIZER;
  for (Redirected *self = redirected; self != NULL; self = self->next) {
    self->klass->dispatch_properties_changed = self->original;
  }
}

/* In the thread that owns @inbox a notification is emitted at once, as of any other GObject: TRUE. A handler may let go of the object. */
gboolean
my_redirect_emit_in_owner (MyInbox *inbox,
                           GObject *object,
                           guint n_pspecs,
                           GParamSpec **pspecs,
                           MyDispatch original)
{
  if (!my_inbox_enter (inbox)) {
    return FALSE;
  }
  my_inbox_ref (inbox);
  original (object, n_pspecs, pspecs);
  my_inbox_leave (inbox);
  my_inbox_unref (inbox);

  return TRUE;
}

/* The bits of these properties, each of which has that of its place in @known, if it is there. */
guint
my_redirect_find_bits (GParamSpec *const *known,
                       guint n_known,
                       guint n_pspecs,
                       GParamSpec **pspecs)
{
  guint bits = 0;

  for (guint i = 0; i < n_pspecs; i++) {
    for (guint bit = 0; bit < n_known; bit++) {
      bits |= known[bit] == pspecs[i] ? 1U << bit : 0;
    }
  }
  return bits;
}
