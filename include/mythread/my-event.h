/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(MYTHREAD_INSIDE) && !defined(MYTHREAD_COMPILATION)
#error "Only <mythread.h> can be included directly."
#endif

#include <glib-object.h>
#include <mythread/my-version.h>

G_BEGIN_DECLS

#define MY_TYPE_EVENT (my_event_get_type ())

/**
 * MyEventClass:
 * @parent_class: the parent class
 *
 * The class of a [class@Event], which is final.
 *
 * Since: 1.0
 */

MY_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (MyEvent, my_event, MY, EVENT, GObject)

MY_AVAILABLE_IN_ALL
MyEvent *my_event_new (void);

MY_AVAILABLE_IN_ALL
void my_event_set (MyEvent *self);

MY_AVAILABLE_IN_ALL
void my_event_clear (MyEvent *self);

MY_AVAILABLE_IN_ALL
gboolean my_event_is_set (MyEvent *self);

MY_AVAILABLE_IN_ALL
gboolean my_event_wait (MyEvent *self,
                        gint64 timeout_us,
                        GError **error);

MY_AVAILABLE_IN_ALL
char *my_event_dup_name (MyEvent *self);

MY_AVAILABLE_IN_ALL
void my_event_set_name (MyEvent *self,
                        const char *name);

G_END_DECLS
