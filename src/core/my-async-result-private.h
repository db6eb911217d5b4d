/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What the callback of an asynchronous call gets.
 *
 * Not a GTask: that holds a reference to the context in which the call was made, which would keep a context alive that
 * nobody iterates any more; and the first GTask of a process starts an OS thread of GLib's, and aborts where none can be had. */
#define MY_TYPE_ASYNC_RESULT (my_async_result_get_type ())

G_DECLARE_FINAL_TYPE (MyAsyncResult, my_async_result, MY, ASYNC_RESULT, GObject)

MyAsyncResult *my_async_result_new (gpointer source_object,
                                    gpointer tag,
                                    gpointer user_data,
                                    GError *error);
gboolean my_async_result_is_valid (GAsyncResult *result,
                                   gpointer source_object,
                                   gpointer tag);
gboolean my_async_result_propagate (GAsyncResult *result,
                                    GError **error);

G_END_DECLS
