/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The work of one window: a thread that looks for files for each thing added, a
 * thread for each file found, all in one group, and the results. Every function
 * here runs in the main thread, the handlers of the threads' signals too.
 */

#include "hasher-job.h"

#include "hasher-gate.h"
#include "hasher-result.h"
#include "hasher-task.h"
#include "hasher-text.h"

#include "checksum-file.h"
#include "checksum-walk.h"

/* Of the loop's time, for starting threads in one turn of it. */
#define FEED_US 4000

struct _HasherJob {
  GObject parent_instance;

  MyThreadGroup *group;
  HasherGate *gate;
  GListStore *results;

  GQueue found; /* GPtrArrays of ChecksumFile, for which there is no thread yet */
  guint n_fed;  /* of the first of them there is one for so many */
  guint feed_source;

  guint n_threads; /* whose "finished" is yet to come: a group may count 0 earlier */
  guint n_files;
  guint n_done;
  guint n_failed;
  guint n_cancelled;
};

enum {
  PROP_0,
  PROP_PAUSED,
  N_PROPS
};

enum {
  SIGNAL_CHANGED,
  SIGNAL_NOTHING_FOUND,
  N_SIGNALS
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HasherJob, hasher_job, G_TYPE_OBJECT)

static void
hasher_job_announce (HasherJob *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
hasher_job_add_result (HasherJob    *self,
                       GFile        *file,
                       const char   *digest,
                       const GError *error)
{
  g_autoptr (HasherResult) result = hasher_result_new (file, digest, error);

  if (error) {
    self->n_failed++;
  } else {
    self->n_done++;
  }
  g_list_store_append (self->results, result);
}

static void
on_task_finished (MyThread  *thread,
                  HasherJob *self)
{
  GFile *file = hasher_task_get_file (HASHER_TASK (thread));
  g_auto (GValue) result = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  self->n_threads--;
  if (my_thread_get_result (thread, &result, &error)) {
    hasher_job_add_result (self, file, g_value_get_string (&result), NULL);
  } else if (my_thread_get_state (thread) == MY_THREAD_STATE_CANCELLED) {
    self->n_cancelled++;
  } else {
    hasher_job_add_result (self, file, NULL, error);
  }
  hasher_job_announce (self);
}

static gboolean
hasher_job_start (HasherJob *self,
                  MyThread  *thread,
                  GFile     *file,
                  GCallback  on_finished)
{
  g_autoptr (GError) error = NULL;

  g_signal_connect_object (thread, "finished", on_finished, self, 0);
  if (!my_thread_start (thread, &error)) {
    hasher_job_add_result (self, file, NULL, error);
    return FALSE;
  }
  self->n_threads++;
  return TRUE;
}

static void
hasher_job_start_task (HasherJob *self,
                       GFile     *file)
{
  g_autoptr (HasherTask) task = hasher_task_new (self->group, MY_EXECUTOR (self->gate), file);

  hasher_job_start (self, MY_THREAD (task), file, G_CALLBACK (on_task_finished));
}

/* A folder may have a hundred thousand files, and making threads of them takes the
 * main thread's time: a little in each turn of the loop. */
static gboolean
hasher_job_feed (gpointer user_data)
{
  HasherJob *self = user_data;
  gint64 end_us = g_get_monotonic_time () + FEED_US;
  GPtrArray *files;

  while ((files = g_queue_peek_head (&self->found)) && g_get_monotonic_time () < end_us) {
    if (self->n_fed < files->len) {
      ChecksumFile *found = g_ptr_array_index (files, self->n_fed++);
      g_autoptr (GFile) file = g_file_new_for_path (found->path);

      if (found->state == CHECKSUM_FILE_FAILED) {
        hasher_job_add_result (self, file, NULL, found->error);
      } else {
        hasher_job_start_task (self, file);
      }
    } else {
      self->n_fed = 0;
      g_ptr_array_unref (g_queue_pop_head (&self->found));
    }
  }
  if (!files)
    self->feed_source = 0;
  hasher_job_announce (self);
  return files ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
hasher_job_stop_feeding (HasherJob *self)
{
  g_clear_handle_id (&self->feed_source, g_source_remove);
  g_queue_clear_full (&self->found, (GDestroyNotify) g_ptr_array_unref);
  self->n_fed = 0;
}

static void
on_walk_finished (MyThread  *thread,
                  HasherJob *self)
{
  g_auto (GValue) result = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  self->n_threads--;
  if (my_thread_get_result (thread, &result, &error)) {
    GPtrArray *files = g_value_get_boxed (&result);

    if (files->len == 0) {
      g_signal_emit (self, signals[SIGNAL_NOTHING_FOUND], 0, g_object_get_data (G_OBJECT (thread), "file"));
    } else {
      self->n_files += files->len;
      g_queue_push_tail (&self->found, g_ptr_array_ref (files));
      if (self->feed_source == 0)
        self->feed_source = g_idle_add (hasher_job_feed, self);
    }
  } else if (my_thread_get_state (thread) == MY_THREAD_STATE_FAILED) {
    self->n_files++;
    hasher_job_add_result (self, g_object_get_data (G_OBJECT (thread), "file"), NULL, error);
  }
  hasher_job_announce (self);
}

static void
hasher_job_get_property (GObject    *object,
                         guint       prop_id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  switch (prop_id) {
  case PROP_PAUSED:
    g_value_set_boolean (value, hasher_job_get_paused (HASHER_JOB (object)));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
hasher_job_set_property (GObject      *object,
                         guint         prop_id,
                         const GValue *value,
                         GParamSpec   *pspec)
{
  switch (prop_id) {
  case PROP_PAUSED:
    hasher_job_set_paused (HASHER_JOB (object), g_value_get_boolean (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
hasher_job_dispose (GObject *object)
{
  HasherJob *self = HASHER_JOB (object);

  hasher_job_stop_feeding (self);
  if (self->group) {
    /* Usually it has been stopped. A thread in a shut gate would never be let go. */
    my_thread_group_cancel (self->group);
    hasher_gate_set_open (self->gate, TRUE);
  }
  g_clear_object (&self->group);
  g_clear_object (&self->gate);
  g_clear_object (&self->results);

  G_OBJECT_CLASS (hasher_job_parent_class)->dispose (object);
}

static void
hasher_job_class_init (HasherJobClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = hasher_job_get_property;
  object_class->set_property = hasher_job_set_property;
  object_class->dispose = hasher_job_dispose;

  props[PROP_PAUSED] = g_param_spec_boolean ("paused", NULL, NULL, FALSE,
                                             G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);

  /* What hasher_job_summarise() says, or hasher_job_is_active(). */
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
  /* In this GFile there is nothing to hash. */
  signals[SIGNAL_NOTHING_FOUND] = g_signal_new ("nothing-found", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                                NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_FILE);
}

static void
hasher_job_init (HasherJob *self)
{
  self->group = my_thread_group_new ("hasher", NULL);
  my_thread_group_set_max_running (self->group, g_get_num_processors ());
  self->gate = hasher_gate_new ();
  self->results = g_list_store_new (HASHER_TYPE_RESULT);
  g_queue_init (&self->found);
}

HasherJob *
hasher_job_new (void)
{
  return g_object_new (HASHER_TYPE_JOB, NULL);
}

/* Its members are what is to be shown as running. */
MyThreadGroup *
hasher_job_get_group (HasherJob *self)
{
  return self->group;
}

/* Of HasherResult. */
GListModel *
hasher_job_get_results (HasherJob *self)
{
  return G_LIST_MODEL (self->results);
}

/* Whether no more files are begun. Those that were are read to their end. */
gboolean
hasher_job_get_paused (HasherJob *self)
{
  return !hasher_gate_get_open (self->gate);
}

void
hasher_job_set_paused (HasherJob *self,
                       gboolean   is_paused)
{
  if (hasher_job_get_paused (self) == !!is_paused)
    return;
  hasher_gate_set_open (self->gate, !is_paused);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PAUSED]);
  hasher_job_announce (self);
}

/* Hashes a file, or all that are in a folder. It is not looked at here: that takes
 * time, in which a window would stand still. */
void
hasher_job_add (HasherJob *self,
                GFile     *file)
{
  g_autofree char *path = g_file_get_path (file);
  g_autofree char *name = hasher_text_name_file (file);
  g_autoptr (MyThread) walk = NULL;

  if (!path) {
    /* It is not local, and what it is comes out when it is read. */
    self->n_files++;
    hasher_job_start_task (self, file);
    hasher_job_announce (self);
    return;
  }

  walk = checksum_walk_new (self->group, path);
  my_thread_set_name (walk, name);
  g_object_set_data_full (G_OBJECT (walk), "file", g_object_ref (file), g_object_unref);
  if (!hasher_job_start (self, walk, file, G_CALLBACK (on_walk_finished)))
    self->n_files++;
  hasher_job_announce (self);
}

/* As if each were cancelled. Not by the group's cancel: that one is for good. */
void
hasher_job_cancel_all (HasherJob *self)
{
  g_autoptr (GPtrArray) threads = my_thread_group_enumerate (self->group);

  for (GList *link = self->found.head; link; link = link->next)
    self->n_cancelled += ((GPtrArray *) link->data)->len;
  self->n_cancelled -= self->n_fed;
  hasher_job_stop_feeding (self);

  /* The last ones first, so that none is started only to be cancelled. */
  for (guint i = threads->len; i > 0; i--)
    my_thread_cancel (g_ptr_array_index (threads, i - 1));
  hasher_job_announce (self);
}

/* And counts from 0 again. */
void
hasher_job_clear_results (HasherJob *self)
{
  g_list_store_remove_all (self->results);
  self->n_files -= self->n_done + self->n_failed + self->n_cancelled;
  self->n_done = 0;
  self->n_failed = 0;
  self->n_cancelled = 0;
  hasher_job_announce (self);
}

/* Cancels all, for good, and calls back when every thread has ended. */
void
hasher_job_stop_async (HasherJob          *self,
                       GAsyncReadyCallback callback,
                       gpointer            user_data)
{
  hasher_job_stop_feeding (self);
  my_thread_group_cancel (self->group);
  hasher_job_set_paused (self, FALSE);
  my_thread_group_join_async (self->group, NULL, callback, user_data);
}

/* Called with the GAsyncResult; failures have been told by the results. */
void
hasher_job_stop_finish (HasherJob    *self,
                        GAsyncResult *result)
{
  my_thread_group_join_finish (self->group, result, NULL);
}

/* Whether there is still something to do, or to look for. */
gboolean
hasher_job_is_active (HasherJob *self)
{
  return self->feed_source != 0 || self->n_threads > 0;
}

/* How far it is, in a few words. */
char *
hasher_job_summarise (HasherJob *self)
{
  if (self->n_files == 0 && hasher_job_is_active (self))
    return g_strdup ("Looking for files");
  return g_strdup_printf ("%u of %u %s", self->n_done, self->n_files, self->n_files == 1 ? "file" : "files");
}

static void
append_count (GString    *text,
              guint       n,
              const char *what)
{
  if (n > 0)
    g_string_append_printf (text, "%s%u %s", text->len > 0 ? ", " : "", n, what);
}

/* What else is to be said of it, or nothing. */
char *
hasher_job_remark (HasherJob *self)
{
  GString *text = g_string_new (hasher_job_get_paused (self) ? "paused" : NULL);

  append_count (text, self->n_failed, "failed");
  append_count (text, self->n_cancelled, "cancelled");
  return g_string_free (text, FALSE);
}

/* In the format of sha256sum, where a backslash says that the name has escapes. */
static void
append_sum (GString      *text,
            HasherResult *result)
{
  GFile *file = hasher_result_get_file (result);
  const char *path = g_file_peek_path (file);
  /* What can not be in a text is given as a URI. */
  g_autofree char *name = path && g_utf8_validate (path, -1, NULL) ? g_strdup (path) : g_file_get_uri (file);
  g_autoptr (GString) escaped = g_string_new (name);
  guint n_escaped = g_string_replace (escaped, "\\", "\\\\", 0);

  n_escaped += g_string_replace (escaped, "\n", "\\n", 0);
  n_escaped += g_string_replace (escaped, "\r", "\\r", 0);
  g_string_append_printf (text, "%s%s  %s\n", n_escaped > 0 ? "\\" : "", hasher_result_get_digest (result), escaped->str);
}

/* The digests that there are, as `sha256sum --check` reads them. */
char *
hasher_job_list_sums (HasherJob *self)
{
  GString *text = g_string_new (NULL);
  guint n_results = g_list_model_get_n_items (G_LIST_MODEL (self->results));

  for (guint i = 0; i < n_results; i++) {
    g_autoptr (HasherResult) result = g_list_model_get_item (G_LIST_MODEL (self->results), i);

    if (hasher_result_get_digest (result))
      append_sum (text, result);
  }
  return g_string_free (text, FALSE);
}
