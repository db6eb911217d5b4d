/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What came of one file: a digest, or an error. It never changes.
 */

#include "hasher-result.h"

#include "hasher-text.h"

struct _HasherResult {
  GObject parent_instance;

  GFile *file;
  char *digest;
  char *error;
};

G_DEFINE_FINAL_TYPE (HasherResult, hasher_result, G_TYPE_OBJECT)

static void
hasher_result_finalize (GObject *object)
{
  HasherResult *self = HASHER_RESULT (object);

  g_clear_object (&self->file);
  g_free (self->digest);
  g_free (self->error);

  G_OBJECT_CLASS (hasher_result_parent_class)->finalize (object);
}

static void
hasher_result_class_init (HasherResultClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hasher_result_finalize;
}

static void
hasher_result_init (HasherResult *self)
{
}

/* @digest: (nullable): not with an error
 * @error: (nullable)
 */
HasherResult *
hasher_result_new (GFile *file,
                   const char *digest,
                   const GError *error)
{
  HasherResult *self = g_object_new (HASHER_TYPE_RESULT, NULL);

  self->file = g_object_ref (file);
  self->digest = g_strdup (digest);
  self->error = error ? g_strdup (error->message) : NULL;
  return self;
}

GFile *
hasher_result_get_file (HasherResult *self)
{
  return self->file;
}

/* The file's name to show. */
char *
hasher_result_dup_name (HasherResult *self)
{
  return hasher_text_name_file (self->file);
}

/* (nullable) */
const char *
hasher_result_get_digest (HasherResult *self)
{
  return self->digest;
}

/* (nullable) */
const char *
hasher_result_get_error (HasherResult *self)
{
  return self->error;
}
