/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <pthread.h>

#include "core/my-notify-private.h"
#include "core/my-own-changes-private.h"
#include "core/my-thread-private.h"

/* A thread is settled when it is known what it will be: see "In the making" in docs/internals.md. */

MY_THREAD_LOCAL MyThreadMaking my_thread_in_making;

static atomic_uint last_foreign_number; /* a counter: no order needed */

/* The thread is what it will be. Before, all that is asked of it is answered, but nothing is announced. */
void
my_thread_settle (MyThread *self)
{
  MyThreadPrivate *priv = my_thread_get_private (self);
  MyThreadClass *klass = MY_THREAD_GET_CLASS (self);

  my_thread_take_class_handlers (klass);
  my_own_changes_watch_class (klass);

  priv->ident = 0;
  priv->kind = my_thread_in_making.kind;
  if (my_thread_in_making.name != NULL) {
    priv->name = g_strdup (my_thread_in_making.name);
  }
  /* For what is made in the rest of its making. */
  my_thread_in_making.kind = MY_KIND_WORKER;
  my_thread_in_making.name = NULL;

  switch (priv->kind) {
  case MY_KIND_FOREIGN:
    priv->number = 1 + atomic_fetch_add_explicit (&last_foreign_number, 1, memory_order_relaxed);
    my_phase_begin_outside (priv);
    break;
  case MY_KIND_MAIN:
    my_phase_begin_outside (priv);
    break;
  case MY_KIND_WORKER:
  case MY_KIND_IN_MAKING:
  default:
    if (priv->name == NULL) {
      my_thread_give_number (priv);
    }
    break;
  }

  my_object_keep_if_lost ((GObject *) self);
}

/* Settles a thread that is started while it is made: in a constructor; or by a class that has not chained up. Only by who makes
 * it, who is not about to set its properties, too. */
gboolean
my_thread_settle_early (MyThread *self,
                        GError **error)
{
  if (my_thread_get_private (self)->ident != (guint64) pthread_self ()) {
    g_critical ("my_thread_start: the thread is being made, or constructed() of its class %s has not chained up",
                G_OBJECT_TYPE_NAME (self));
    g_set_error (error, MY_THREAD_ERROR, MY_THREAD_ERROR_NOT_STARTED, "The thread is not constructed: constructed() of %s has not chained up",
                 G_OBJECT_TYPE_NAME (self));
    return FALSE;
  }
  my_thread_settle (self);
  return TRUE;
}

/* The object of an OS thread which the library did not make. */
MyThread *
my_thread_new_of_kind (MyKind kind)
{
  my_thread_in_making.kind = kind;
  return g_object_new (MY_TYPE_THREAD, NULL);
}
