/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "sync/my-sync-label-private.h"

#include <gio/gio.h>
#include <mythread/my-thread-error.h>

#include "wait/my-state-lock-private.h"

/* With the state lock held. */
void
my_sync_label_append_locked (const MySyncLabel *self,
                             GString *text)
{
  g_string_append (text, self->kind);
  if (self->name != NULL) {
    g_string_append (text, " \"");
    g_string_append (text, self->name);
    g_string_append_c (text, '"');
  } else {
    g_string_append_printf (text, " %p", (gconstpointer) self);
  }
}

/* The same, as a text. */
char *
my_sync_label_dup (const MySyncLabel *self)
{
  GString *text = g_string_new (NULL);

  my_state_lock ();
  my_sync_label_append_locked (self, text);
  my_state_unlock ();
  return g_string_free (text, FALSE);
}

char *
my_sync_name_dup (char **self)
{
  char *name;

  my_state_lock ();
  name = g_strdup (*self);
  my_state_unlock ();
  return name;
}

/* Names @object, and tells of its property. */
void
my_sync_name_set (char **self,
                  const char *name,
                  gpointer object,
                  GParamSpec *pspec)
{
  char *old;
  char *new = g_strdup (name);
  gboolean is_changed;

  my_state_lock ();
  old = *self;
  *self = new;
  is_changed = g_strcmp0 (old, new) != 0;
  my_state_unlock ();
  g_free (old);
  if (is_changed) {
    g_object_notify_by_pspec (object, pspec);
  }
}

/* Why a wait has ended without what it was for. */
void
my_sync_label_set_error (const MySyncLabel *self,
                         MyWaitResult result,
                         GError **error)
{
  g_autofree char *what = error != NULL ? my_sync_label_dup (self) : NULL;

  if (result == MY_WAIT_CANCELLED) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled while waiting for %s", what);
  } else {
    g_set_error (error, MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT, "The wait for %s has taken longer than its limit", what);
  }
}
