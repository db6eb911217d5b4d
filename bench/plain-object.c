/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "plain-object.h"

struct _PlainObject {
  GObject parent_instance;
};

G_DEFINE_FINAL_TYPE (PlainObject, plain_object, G_TYPE_OBJECT)

static guint happened;

static void
plain_object_class_init (PlainObjectClass *klass)
{
  happened = g_signal_new ("happened", PLAIN_TYPE_OBJECT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
plain_object_init (PlainObject *self)
{
}

GObject *
plain_object_new (void)
{
  return g_object_new (PLAIN_TYPE_OBJECT, NULL);
}

void
plain_object_emit (GObject *object)
{
  g_signal_emit (object, happened, 0);
}
