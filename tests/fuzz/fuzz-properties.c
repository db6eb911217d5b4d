/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <math.h>

#include "fuzz.h"

/* The properties of each class, with what they are meant to be set to and what not: written from what GObject knows of them. */

typedef enum {
  DEFAULT,
  LEAST,
  MOST,
  NOTHING,
  ORDINARY,
  ODD,
  N_KINDS,
} Kind;

static const char *const kind_names[N_KINDS] = { "its default", "the least", "the most", "nothing", "something", "something odd" };

#define MAX_PROPERTIES 64

typedef struct {
  GParamSpec *pspec;
  Kind kind;
} Setting;

static Setting
pick_setting (FuzzCall *call,
              GType type)
{
  GObjectClass *klass = g_type_class_ref (type);
  guint n_pspecs;
  g_autofree GParamSpec **pspecs = g_object_class_list_properties (klass, &n_pspecs);
  g_auto (GStrv) names = g_new0 (char *, n_pspecs *N_KINDS + 1);
  guint choice;

  for (guint i = 0; i < n_pspecs * N_KINDS; i++) {
    names[i] = g_strdup_printf ("%s: %s", pspecs[i / N_KINDS]->name, kind_names[i % N_KINDS]);
  }
  choice = fuzz_choose (call, "property", (const char *const *) names, n_pspecs * N_KINDS);
  g_type_class_unref (klass);
  return (Setting){ pspecs[choice / N_KINDS], (Kind) (choice % N_KINDS) };
}

static void
set_number (GValue *value,
            Kind kind)
{
  GValue number = G_VALUE_INIT;

  g_value_init (&number, G_TYPE_DOUBLE);
  g_value_set_double (&number, kind == LEAST ? -1e300 : kind == MOST ? 1e300
                                                      : kind == ODD  ? (double) NAN
                                                                     : 0.5);
  if (G_VALUE_HOLDS_DOUBLE (value)) {
    g_value_copy (&number, value);
  }
  g_value_unset (&number);
}

static void
set_text (GValue *value,
          Kind kind)
{
  static const char *const texts[N_KINDS] = { NULL, "", "%s%n, of more than fifteen bytes", NULL, "text", "\xff\xfe" };

  g_value_set_string (value, texts[kind]);
}

static void
set_object (FuzzCall *call,
            GValue *value,
            GType type,
            Kind kind)
{
  if (kind == NOTHING || kind == DEFAULT) {
    return;
  }
  if (g_type_is_a (MY_TYPE_THREAD_GROUP, type)) {
    g_value_set_object (value, kind == MOST ? my_thread_group_get_default () : fuzz_get_group (call));
  } else if (g_type_is_a (MY_TYPE_THREAD_POOL, type)) {
    g_value_set_object (value, fuzz_get_pool (call));
  } else if (g_type_is_a (MY_TYPE_THREAD, type)) {
    g_value_set_object (value, fuzz_get_thread (call));
  }
}

/* Of the type of the property, and not always of those values that it takes. */
static void
fill_value (FuzzCall *call,
            GValue *value,
            Setting setting)
{
  GType type = setting.pspec->value_type;
  Kind kind = setting.kind;

  g_value_init (value, type);
  if (kind == DEFAULT) {
    g_param_value_set_default (setting.pspec, value);
    return;
  }
  switch (G_TYPE_FUNDAMENTAL (type)) {
  case G_TYPE_BOOLEAN:
    g_value_set_boolean (value, kind == MOST || kind == ORDINARY);
    break;
  case G_TYPE_INT:
    g_value_set_int (value, kind == LEAST ? G_MININT : kind == MOST     ? G_MAXINT
                                                     : kind == ODD      ? -1
                                                     : kind == ORDINARY ? 1
                                                                        : 0);
    break;
  case G_TYPE_UINT:
    g_value_set_uint (value, kind == MOST ? G_MAXUINT : kind == ODD      ? G_MAXINT + 1u
                                                      : kind == ORDINARY ? 2
                                                                         : 0);
    break;
  case G_TYPE_INT64:
    g_value_set_int64 (value, kind == LEAST ? G_MININT64 : kind == MOST     ? G_MAXINT64
                                                         : kind == ODD      ? -1
                                                         : kind == ORDINARY ? 1000
                                                                            : 0);
    break;
  case G_TYPE_UINT64:
    g_value_set_uint64 (value, kind == MOST ? G_MAXUINT64 : kind == ODD      ? 1ull << 63
                                                          : kind == ORDINARY ? 65536
                                                                             : 0);
    break;
  case G_TYPE_DOUBLE:
    set_number (value, kind);
    break;
  case G_TYPE_ENUM:
    g_value_set_enum (value, kind == LEAST ? G_MININT : kind == MOST ? G_MAXINT
                                                      : kind == ODD  ? -1
                                                                     : 1);
    break;
  case G_TYPE_STRING:
    set_text (value, kind);
    break;
  case G_TYPE_VARIANT:
    if (kind != NOTHING) {
      g_value_take_variant (value, g_variant_ref_sink (kind == ORDINARY ? g_variant_new ("(i)", 1) : g_variant_new_parsed ("{'key': <1>}")));
    }
    break;
  case G_TYPE_OBJECT:
  case G_TYPE_INTERFACE:
    set_object (call, value, type, kind);
    break;
  case G_TYPE_BOXED:
    if (type == G_TYPE_MAIN_CONTEXT && kind != NOTHING) {
      g_value_take_boxed (value, g_main_context_new ());
    }
    break;
  default:
    break; /* nothing */
  }
}

static void
read_all (GObject *object)
{
  guint n_pspecs;
  g_autofree GParamSpec **pspecs = g_object_class_list_properties (G_OBJECT_GET_CLASS (object), &n_pspecs);

  for (guint i = 0; i < n_pspecs; i++) {
    GValue value = G_VALUE_INIT;

    if (pspecs[i]->flags & G_PARAM_READABLE) {
      g_object_get_property (object, pspecs[i]->name, &value);
      g_free (g_strdup_value_contents (&value));
      g_value_unset (&value);
    }
  }
}

void
fuzz_set_property (FuzzCall *call,
                   gpointer object,
                   GType type)
{
  Setting setting = pick_setting (call, type);
  GValue value = G_VALUE_INIT;

  /* Without an object there is nothing of this library's to be called. */
  if (!fuzz_is_real (call) || call->is_wrong) {
    return;
  }
  fill_value (call, &value, setting);
  if (fuzz_begin (call)) {
    if (setting.pspec->flags & G_PARAM_WRITABLE) {
      g_object_set_property (object, setting.pspec->name, &value);
    }
    read_all (object);
    fuzz_end (call);
  }
  g_value_unset (&value);
}

void
fuzz_construct (FuzzCall *call,
                GType type)
{
  Setting setting = pick_setting (call, type);
  GValue value = G_VALUE_INIT;

  if (!fuzz_is_real (call) || !(setting.pspec->flags & G_PARAM_WRITABLE)) {
    return;
  }
  fill_value (call, &value, setting);
  if (fuzz_begin (call)) {
    GObject *object = g_object_new_with_properties (type, 1, &setting.pspec->name, &value);

    fuzz_end_object (call, object, type, FALSE, NULL);
    read_all (object);
    if (MY_IS_THREAD (object)) {
      fuzz_finish_thread (MY_THREAD (object));
    } else {
      g_object_unref (object);
    }
  }
  g_value_unset (&value);
}
