/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What was found: a file by its name, or a line in it. It never changes, so that the thread that
 * makes it and the rows that show it may share it.
 */

#include "search-result.h"

/* The rest of a line nobody can see. */
#define MAX_TEXT 200

struct _SearchResult {
  GObject parent_instance;

  GFile *file;
  char *place;
  char *text;
};

enum {
  PROP_0,
  PROP_PLACE,
  PROP_TEXT,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (SearchResult, search_result, G_TYPE_OBJECT)

static void
search_result_get_property (GObject *object,
                            guint prop_id,
                            GValue *value,
                            GParamSpec *pspec)
{
  SearchResult *self = SEARCH_RESULT (object);

  switch (prop_id) {
  case PROP_PLACE:
    g_value_set_string (value, self->place);
    break;
  case PROP_TEXT:
    g_value_set_string (value, self->text);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
search_result_finalize (GObject *object)
{
  SearchResult *self = SEARCH_RESULT (object);

  g_clear_object (&self->file);
  g_free (self->place);
  g_free (self->text);

  G_OBJECT_CLASS (search_result_parent_class)->finalize (object);
}

static void
search_result_class_init (SearchResultClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = search_result_get_property;
  object_class->finalize = search_result_finalize;

  /* The name of the file, with the number of the line. */
  props[PROP_PLACE] = g_param_spec_string ("place", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /* The line; of a file that was found by its name, its folder. */
  props[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
search_result_init (SearchResult *self)
{
}

/* @line: counted from 1; 0: it is the name of the file
 * @text: (nullable): the line
 */
SearchResult *
search_result_new (GFile *file,
                   guint line,
                   const char *text)
{
  SearchResult *self = g_object_new (SEARCH_TYPE_RESULT, NULL);
  g_autofree char *base = g_file_get_basename (file);
  g_autofree char *name = g_filename_display_name (base);

  self->file = g_object_ref (file);
  if (line > 0) {
    g_autofree char *valid = g_utf8_make_valid (text, -1);

    g_strstrip (valid);
    self->place = g_strdup_printf ("%s:%u", name, line);
    self->text = g_utf8_substring (valid, 0, MIN (g_utf8_strlen (valid, -1), MAX_TEXT));
  } else {
    g_autoptr (GFile) folder = g_file_get_parent (file);

    self->place = g_steal_pointer (&name);
    self->text = g_file_get_parse_name (folder);
  }
  return self;
}

GFile *
search_result_get_file (SearchResult *self)
{
  return self->file;
}

const char *
search_result_get_place (SearchResult *self)
{
  return self->place;
}

const char *
search_result_get_text (SearchResult *self)
{
  return self->text;
}
