/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-param-spec-private.h"

typedef GParamSpecObject MyParamSpecObject;
typedef GParamSpecClass MyParamSpecObjectClass;

static GType my_param_spec_object_get_type (void);
G_DEFINE_TYPE (MyParamSpecObject, my_param_spec_object, G_TYPE_PARAM_OBJECT)

static gboolean
is_valid (GParamSpec *pspec,
          const GValue *value)
{
  return g_value_get_object (value) == NULL ||
         ((GParamSpecClass *) my_param_spec_object_parent_class)->value_is_valid (pspec, value);
}

static void
my_param_spec_object_class_init (MyParamSpecObjectClass *klass)
{
  klass->value_is_valid = is_valid;
}

static void
my_param_spec_object_init (MyParamSpecObject *self)
{
}

GParamSpec *
my_param_spec_object (const char *name,
                      GType object_type,
                      GParamFlags flags)
{
  GParamSpec *self = g_param_spec_internal (my_param_spec_object_get_type (), name, NULL, NULL, flags);

  self->value_type = object_type;
  return self;
}
