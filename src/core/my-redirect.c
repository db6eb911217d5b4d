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
