/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-async-result-private.h"

#include "core/my-type-private.h"

struct _MyAsyncResult {
  GObject parent_instance;

  GObject *source_object; /* [const] a reference */
  gpointer tag;           /* [const] the function that was called */
  gpointer user_data;     /* [const] */
  GError *error;          /* [const] NULL: it has succeeded */
};

static void my_async_result_iface_init (GAsyncResultIface *iface);

MY_DEFINE_FINAL_TYPE_WITH_INTERFACE (MyAsyncResult, my_async_result, G_TYPE_ASYNC_RESULT, my_async_result_iface_init)

static gpointer
get_user_data (GAsyncResult *result)
{
  return MY_ASYNC_RESULT (result)->user_data;
}

static GObject *
get_source_object (GAsyncResult *result)
{
  return g_object_ref (MY_ASYNC_RESULT (result)->source_object);
}

static gboolean
is_tagged (GAsyncResult *result,
           gpointer tag)
{
  return MY_ASYNC_RESULT (result)->tag == tag;
}

static void
my_async_result_iface_init (GAsyncResultIface *iface)
{
  iface->get_user_data = get_user_data;
  iface->get_source_object = get_source_object;
  iface->is_tagged = is_tagged;
}

static void
my_async_result_finalize (GObject *object)
{
  MyAsyncResult *self = MY_ASYNC_RESULT (object);

  g_object_unref (self->source_object);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (my_async_result_parent_class)->finalize (object);
}

static void
my_async_result_class_init (MyAsyncResultClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = my_async_result_finalize;
}

static void
my_async_result_init (MyAsyncResult *self)
{
}

/* Takes @error; NULL: it has succeeded. */
MyAsyncResult *
my_async_result_new (gpointer source_object,
                     gpointer tag,
                     gpointer user_data,
                     GError *error)
{
  MyAsyncResult *self = g_object_new (MY_TYPE_ASYNC_RESULT, NULL);

  self->source_object = g_object_ref (source_object);
  self->tag = tag;
  self->user_data = user_data;
  self->error = error;

  return self;
}

/* Whether @result is what the callback of the call @tag on @source_object got. */
gboolean
my_async_result_is_valid (GAsyncResult *result,
                          gpointer source_object,
                          gpointer tag)
{
  return MY_IS_ASYNC_RESULT (result) && (gpointer) MY_ASYNC_RESULT (result)->source_object == source_object &&
         is_tagged (result, tag);
}

gboolean
my_async_result_propagate (GAsyncResult *result,
                           GError **error)
{
  MyAsyncResult *self = MY_ASYNC_RESULT (result);

  if (self->error == NULL) {
    return TRUE;
  }
  if (error != NULL) {
    *error = g_error_copy (self->error);
  }
  return FALSE;
}
