/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A thread that looks for a text in the names and in the lines of all files below a folder. It knows
 * nothing of any window. Of what it says, everything comes home: the results that it publishes, its
 * own properties, and what it asks arrive in the thread that owns it.
 */

#include "search-thread.h"

#include "search-result.h"

#include <string.h>

/* A file with a zero byte in so much of its beginning is not a text. */
#define PEEK_SIZE 4096

struct _SearchThread {
  MyThread parent_instance;

  GFile *folder;
  char *text;
  guint n_found; /* atomic: written by run() */
  guint n_files; /* the same */
};

enum {
  PROP_0,
  PROP_FOLDER,
  PROP_TEXT,
  PROP_N_FOUND,
  PROP_N_FILES,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

enum {
  SIGNAL_DENIED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SearchThread, search_thread, MY_TYPE_THREAD)

/* asking */

typedef struct {
  GFile *folder;
  MyThread *question;
} Denial;

/* In the thread that owns it. */
static void
ask (MyThread *thread,
     gpointer user_data)
{
  Denial *denial = user_data;

  g_signal_emit (thread, signals[SIGNAL_DENIED], 0, denial->folder, &denial->question);
}

/* Whether to go on without @folder. The owner only begins to ask: a window does not stand still until somebody
 * has answered. This thread waits for the answer; a cancel ends either wait. */
static gboolean
search_thread_may_skip (SearchThread *self,
                        GFile *folder,
                        GError **error)
{
  Denial denial = { .folder = folder };
  g_autoptr (MyThread) question = NULL;

  if (!my_thread_call_owner (MY_THREAD (self), ask, &denial, error))
    return FALSE;
  question = denial.question;
  return !question || my_thread_join (question, error);
}

/* searching */

static gboolean
search_thread_matches (SearchThread *self,
                       const char *line)
{
  return strcasestr (line, self->text) != NULL;
}

static void
search_thread_found (SearchThread *self,
                     GFile *file,
                     guint line,
                     const char *text)
{
  g_autoptr (SearchResult) result = search_result_new (file, line, text);

  my_thread_publish (MY_THREAD (self), result);
  g_atomic_int_inc (&self->n_found);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_N_FOUND]);
}

static gboolean
is_text (GBufferedInputStream *stream,
         GCancellable *cancellable)
{
  gsize size;
  const char *bytes;

  if (g_buffered_input_stream_fill (stream, -1, cancellable, NULL) <= 0)
    return FALSE;
  bytes = g_buffered_input_stream_peek_buffer (stream, &size);
  return memchr (bytes, '\0', size) == NULL;
}

/* What can not be read has no lines. */
static void
search_thread_search_lines (SearchThread *self,
                            GFile *file)
{
  GCancellable *cancellable = my_thread_get_cancellable (MY_THREAD (self));
  g_autoptr (GFileInputStream) base = g_file_read (file, cancellable, NULL);
  g_autoptr (GDataInputStream) stream = NULL;

  if (!base)
    return;
  stream = g_data_input_stream_new (G_INPUT_STREAM (base));
  g_buffered_input_stream_set_buffer_size (G_BUFFERED_INPUT_STREAM (stream), PEEK_SIZE);
  if (!is_text (G_BUFFERED_INPUT_STREAM (stream), cancellable))
    return;
  for (guint n = 1; !my_thread_is_cancelled (MY_THREAD (self)); n++) {
    g_autofree char *line = g_data_input_stream_read_line (stream, NULL, cancellable, NULL);

    if (!line)
      break;
    if (search_thread_matches (self, line))
      search_thread_found (self, file, n, line);
  }
}

static void
search_thread_search_file (SearchThread *self,
                           GFile *file,
                           const char *name)
{
  if (search_thread_matches (self, name))
    search_thread_found (self, file, 0, NULL);
  search_thread_search_lines (self, file);
  g_atomic_int_inc (&self->n_files);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_N_FILES]);
}

/* A folder that can not be looked into: FALSE if the search ends with it. */
static gboolean
search_thread_failed (SearchThread *self,
                      GFile *folder,
                      GError *failure,
                      GError **error)
{
  gboolean is_denied = g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);

  if (!is_denied && (folder == self->folder || g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED))) {
    g_propagate_error (error, failure);
    return FALSE;
  }
  g_error_free (failure);
  /* Others were removed meanwhile, or the like. */
  return !is_denied || search_thread_may_skip (self, folder, error);
}

static gboolean
search_thread_search_folder (SearchThread *self,
                             GFile *folder,
                             GError **error)
{
  GCancellable *cancellable = my_thread_get_cancellable (MY_THREAD (self));
  g_autofree char *status = g_file_get_parse_name (folder);
  g_autoptr (GFileEnumerator) children = NULL;
  GError *failure = NULL;

  my_thread_set_status (MY_THREAD (self), status);
  children = g_file_enumerate_children (folder, G_FILE_ATTRIBUTE_STANDARD_NAME "," G_FILE_ATTRIBUTE_STANDARD_TYPE,
                                        G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, cancellable, &failure);
  if (!children)
    return search_thread_failed (self, folder, failure, error);

  for (;;) {
    GFileInfo *info;
    GFile *child;

    if (!g_file_enumerator_iterate (children, &info, &child, cancellable, &failure))
      return search_thread_failed (self, folder, failure, error);
    if (!info)
      return TRUE;
    if (g_file_info_get_file_type (info) == G_FILE_TYPE_DIRECTORY) {
      if (!search_thread_search_folder (self, child, error))
        return FALSE;
    } else if (g_file_info_get_file_type (info) == G_FILE_TYPE_REGULAR) {
      search_thread_search_file (self, child, g_file_info_get_name (info));
      if (my_thread_set_error_if_cancelled (MY_THREAD (self), error))
        return FALSE;
    }
  }
}

static void
search_thread_run (MyThread *thread,
                   GError **error)
{
  SearchThread *self = SEARCH_THREAD (thread);

  /* Everything has no text in it. */
  if (*self->text != '\0')
    search_thread_search_folder (self, self->folder, error);
}

/* the class */

static void
search_thread_get_property (GObject *object,
                            guint prop_id,
                            GValue *value,
                            GParamSpec *pspec)
{
  SearchThread *self = SEARCH_THREAD (object);

  switch (prop_id) {
  case PROP_FOLDER:
    g_value_set_object (value, self->folder);
    break;
  case PROP_TEXT:
    g_value_set_string (value, self->text);
    break;
  case PROP_N_FOUND:
    g_value_set_uint (value, search_thread_get_n_found (self));
    break;
  case PROP_N_FILES:
    g_value_set_uint (value, search_thread_get_n_files (self));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
search_thread_set_property (GObject *object,
                            guint prop_id,
                            const GValue *value,
                            GParamSpec *pspec)
{
  SearchThread *self = SEARCH_THREAD (object);

  switch (prop_id) {
  case PROP_FOLDER:
    self->folder = g_value_dup_object (value);
    break;
  case PROP_TEXT:
    self->text = g_value_dup_string (value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
search_thread_finalize (GObject *object)
{
  SearchThread *self = SEARCH_THREAD (object);

  g_clear_object (&self->folder);
  g_free (self->text);

  G_OBJECT_CLASS (search_thread_parent_class)->finalize (object);
}

static void
search_thread_class_init (SearchThreadClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = search_thread_get_property;
  object_class->set_property = search_thread_set_property;
  object_class->finalize = search_thread_finalize;
  MY_THREAD_CLASS (klass)->run = search_thread_run;

  props[PROP_FOLDER] = g_param_spec_object ("folder", NULL, NULL, G_TYPE_FILE,
                                            G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  props[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, "",
                                          G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  /* These two change while it runs. */
  props[PROP_N_FOUND] = g_param_spec_uint ("n-found", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_N_FILES] = g_param_spec_uint ("n-files", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  /* This GFile, a folder, may not be read. The handler returns a thread, for which the search waits: if that succeeds,
   * the folder is skipped. If there is no handler, it is skipped too. */
  signals[SIGNAL_DENIED] = g_signal_new ("denied", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, MY_TYPE_THREAD, 1, G_TYPE_FILE);
}

static void
search_thread_init (SearchThread *self)
{
  /* It finds faster than a window can show, and waits. A cancel ends such a wait, and then there is one more. */
  my_thread_set_max_pending (MY_THREAD (self), SEARCH_THREAD_SHARE - 1);
}

SearchThread *
search_thread_new (GFile *folder,
                   const char *text)
{
  return g_object_new (SEARCH_TYPE_THREAD, "name", "search", "folder", folder, "text", text, NULL);
}

guint
search_thread_get_n_found (SearchThread *self)
{
  return (guint) g_atomic_int_get (&self->n_found);
}

guint
search_thread_get_n_files (SearchThread *self)
{
  return (guint) g_atomic_int_get (&self->n_files);
}
