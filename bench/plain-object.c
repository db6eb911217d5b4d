/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "plain-object.h"

struct _PlainObject {
  GObject parent_instance;
};

G_DEFINE_FINAL_TYPE (PlainObject, plain_object, G_TYPE_OBJECT)

static GParamSpec *fraction;
static guint happened;

static void
plain_object_get_property (GObject    *object,
                           guint       id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  g_value_set_double (value, 0);
}

static void
plain_object_class_init (PlainObjectClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = plain_object_get_property;
  fraction = g_param_spec_double ("fraction", NULL, NULL, 0, 1, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_property (object_class, 1, fraction);
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
plain_object_notify (GObject *object)
{
  g_object_notify_by_pspec (object, fraction);
}

void
plain_object_emit (GObject *object)
{
  g_signal_emit (object, happened, 0);
}
