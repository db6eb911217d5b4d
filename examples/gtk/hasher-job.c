/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The work of one window: what looks for files, a thread for each file found, all in
 * one group, and the results. Every function here runs in the main thread, the
 * handlers of the threads' signals too: so what is done for each of many thousand
 * files is done in slices, a HasherTurn each.
 *
 * A job lives until its last thread has been told of. Who has no more use for it stops it.
 */

#include "hasher-job.h"

#include "hasher-finder.h"
#include "hasher-gate.h"
#include "hasher-result.h"
#include "hasher-task.h"
#include "hasher-turn.h"

/* Between two additions to the list of results: about a frame. */
#define SHOW_MS 16

/* Behind the first rows it is this part of the new ones, one in so many, so that the list keeps up. */
#define SHOW_PART 8

struct _HasherJob {
  GObject parent_instance;

  MyThreadGroup *group;
  HasherGate *gate;
  HasherFinder *finder;
  GPtrArray *doomed; /* threads that are yet to be cancelled, the first of them last */
  guint turn_source;
  gboolean is_stopping;
  gboolean is_joining;

  GListStore *results;
  GPtrArray *new_results; /* those that are not in the list yet */
  guint n_old;            /* so many of the first in the list are to be cleared */
  GPtrArray *old_results; /* those that were cleared, and are yet to be freed */
  guint show_source;

  guint n_tasks; /* whose "finished" is yet to come */
  guint n_files; /* that were found so far */
  guint n_skipped;
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
  SIGNAL_STOPPED,
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

/* the results: GTK makes and frees the widgets of a row when its item comes and goes, and that takes time */

static gboolean
on_show (gpointer user_data)
{
  HasherJob *self = user_data;
  guint n_shown = g_list_model_get_n_items (G_LIST_MODEL (self->results));
  guint n_new = self->new_results->len;
  guint n = MIN (n_new, HASHER_JOB_MAX_ADDED);

  /* In one piece: each change of a list is work for GTK. */
  if (n_shown >= HASHER_JOB_MAX_ROWS)
    n = MAX (n, n_new / SHOW_PART);
  g_list_store_splice (self->results, n_shown, 0, self->new_results->pdata, n);
  g_ptr_array_remove_range (self->new_results, 0, n);
  hasher_job_announce (self);
  if (self->new_results->len > 0)
    return G_SOURCE_CONTINUE;
  self->show_source = 0;
  return G_SOURCE_REMOVE;
}

/* First all for which there are no rows, if the list shows its top, then the others, the last ones first. */
static void
hasher_job_clear_some (HasherJob *self)
{
  guint n = MIN (self->n_old, HASHER_JOB_MAX_REMOVED);

  if (self->n_old > HASHER_JOB_MAX_ROWS)
    n = self->n_old - HASHER_JOB_MAX_ROWS;
  self->n_old -= n;
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (self->old_results, g_list_model_get_item (G_LIST_MODEL (self->results), self->n_old + i));
  g_list_store_splice (self->results, self->n_old, n, NULL, 0);
}

static void
hasher_job_add_result (HasherJob *self,
                       GFile *file,
                       const char *digest,
                       const GError *error)
{
  if (error) {
    self->n_failed++;
  } else {
    self->n_done++;
  }
  if (self->is_stopping)
    return;
  g_ptr_array_add (self->new_results, hasher_result_new (file, digest, error));
  if (self->show_source == 0)
    self->show_source = g_timeout_add (SHOW_MS, on_show, self);
}

/* the threads */

static void
on_task_finished (MyThread *thread,
                  HasherJob *self)
{
  GFile *file = hasher_task_get_file (HASHER_TASK (thread));
  g_auto (GValue) result = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  self->n_tasks--;
  if (my_thread_get_result (thread, &result, &error)) {
    hasher_job_add_result (self, file, g_value_get_string (&result), NULL);
  } else if (my_thread_get_state (thread) == MY_THREAD_STATE_CANCELLED) {
    self->n_cancelled++;
  } else {
    hasher_job_add_result (self, file, NULL, error);
  }
  hasher_job_announce (self);
}

static void
on_disconnected (gpointer self,
                 GClosure *closure)
{
  g_object_unref (self);
}

static void
hasher_job_start_task (HasherJob *self,
                       GFile *file)
{
  g_autoptr (MyThread) task = MY_THREAD (hasher_task_new (self->group, MY_EXECUTOR (self->gate), file));
  g_autoptr (GError) error = NULL;

  /* A file that does not answer shall not keep the program from ending: nothing is lost with its digest. */
  my_thread_set_daemon (task, TRUE);
  /* With a reference, and not by g_signal_connect_object(): of that, an object with many thousand handlers keeps a list that it searches. */
  g_signal_connect_data (task, "finished", G_CALLBACK (on_task_finished), g_object_ref (self), on_disconnected, 0);
  if (my_thread_start (task, &error)) {
    self->n_tasks++;
  } else {
    hasher_job_add_result (self, file, NULL, error);
  }
}

static void
hasher_job_start_next (HasherJob *self)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (GFile) file = hasher_finder_take (self->finder, &failure);

  if (failure) {
    hasher_job_add_result (self, file, NULL, failure);
  } else {
    hasher_job_start_task (self, file);
  }
}

/* stopping, the last step */

static void
on_joined (GObject *group,
           GAsyncResult *result,
           gpointer user_data)
{
  g_autoptr (HasherJob) self = user_data;

  /* Failures have been told by the results. */
  my_thread_group_join_finish (MY_THREAD_GROUP (group), result, NULL);
  g_signal_emit (self, signals[SIGNAL_STOPPED], 0);
}

static void
hasher_job_join (HasherJob *self)
{
  self->is_joining = TRUE;
  my_thread_group_cancel (self->group);
  /* A thread in a shut gate would never be let go. */
  hasher_job_set_paused (self, FALSE);
  my_thread_group_join_async (self->group, NULL, on_joined, g_object_ref (self));
}

/* a turn of the main loop */

static gboolean
hasher_job_has_work (HasherJob *self)
{
  return self->doomed->len > 0 || hasher_job_is_clearing (self) || hasher_finder_has_work (self->finder) ||
         hasher_finder_has_found (self->finder) || (self->is_stopping && !self->is_joining);
}

static gboolean
on_turn (gpointer user_data)
{
  /* The last reference may go with a thread. */
  g_autoptr (HasherJob) self = g_object_ref (user_data);
  HasherTurn turn;

  hasher_turn_begin (&turn);
  /* The last ones first, so that none is started only to be cancelled. The references go with them: each may be the last. */
  while (self->doomed->len > 0 && hasher_turn_take (&turn)) {
    my_thread_cancel (g_ptr_array_index (self->doomed, self->doomed->len - 1));
    g_ptr_array_set_size (self->doomed, (int) self->doomed->len - 1);
  }
  hasher_finder_work (self->finder, &turn);
  while (hasher_finder_has_found (self->finder) && hasher_turn_take (&turn))
    hasher_job_start_next (self);
  if (self->n_old > 0)
    hasher_job_clear_some (self);
  if (self->is_stopping && self->doomed->len == 0 && self->n_old == 0 && !self->is_joining)
    hasher_job_join (self);
  while (self->old_results->len > 0 && hasher_turn_take (&turn))
    g_ptr_array_set_size (self->old_results, (int) self->old_results->len - 1);

  hasher_job_announce (self);
  if (hasher_job_has_work (self))
    return G_SOURCE_CONTINUE;
  self->turn_source = 0;
  return G_SOURCE_REMOVE;
}

static void
hasher_job_work (HasherJob *self)
{
  if (self->turn_source == 0)
    self->turn_source = g_idle_add (on_turn, self);
}

static void
on_found (HasherJob *self,
          guint n_files,
          guint n_skipped)
{
  self->n_files += n_files;
  self->n_skipped += n_skipped;
  hasher_job_work (self);
  hasher_job_announce (self);
}

static void
on_nothing_found (HasherJob *self,
                  GFile *file)
{
  g_signal_emit (self, signals[SIGNAL_NOTHING_FOUND], 0, file);
}

static void
hasher_job_get_property (GObject *object,
                         guint prop_id,
                         GValue *value,
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
hasher_job_set_property (GObject *object,
                         guint prop_id,
                         const GValue *value,
                         GParamSpec *pspec)
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

  g_clear_handle_id (&self->turn_source, g_source_remove);
  g_clear_handle_id (&self->show_source, g_source_remove);
  g_clear_object (&self->finder);
  g_clear_object (&self->group);
  g_clear_object (&self->gate);
  g_clear_object (&self->results);

  G_OBJECT_CLASS (hasher_job_parent_class)->dispose (object);
}

static void
hasher_job_finalize (GObject *object)
{
  HasherJob *self = HASHER_JOB (object);

  g_ptr_array_unref (self->doomed);
  g_ptr_array_unref (self->new_results);
  g_ptr_array_unref (self->old_results);

  G_OBJECT_CLASS (hasher_job_parent_class)->finalize (object);
}

static void
hasher_job_class_init (HasherJobClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = hasher_job_get_property;
  object_class->set_property = hasher_job_set_property;
  object_class->dispose = hasher_job_dispose;
  object_class->finalize = hasher_job_finalize;

  props[PROP_PAUSED] = g_param_spec_boolean ("paused", NULL, NULL, FALSE,
                                             G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);

  /* What hasher_job_summarise() says, or hasher_job_get_progress(), or hasher_job_is_active(). */
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
  /* In this GFile there is nothing to hash. */
  signals[SIGNAL_NOTHING_FOUND] = g_signal_new ("nothing-found", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                                NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_FILE);
  /* After hasher_job_stop(): every thread has ended. */
  signals[SIGNAL_STOPPED] = g_signal_new ("stopped", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hasher_job_init (HasherJob *self)
{
  self->group = my_thread_group_new ("hasher", NULL);
  my_thread_group_set_max_running (self->group, MIN (g_get_num_processors (), HASHER_JOB_MAX_RUNNING));
  g_signal_connect_object (self->group, "notify::progress", G_CALLBACK (hasher_job_announce), self, G_CONNECT_SWAPPED);
  self->gate = hasher_gate_new ();
  self->finder = hasher_finder_new (self->group);
  g_signal_connect_object (self->finder, "found", G_CALLBACK (on_found), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->finder, "nothing-found", G_CALLBACK (on_nothing_found), self, G_CONNECT_SWAPPED);
  self->doomed = g_ptr_array_new_with_free_func (g_object_unref);
  self->results = g_list_store_new (HASHER_TYPE_RESULT);
  self->new_results = g_ptr_array_new_with_free_func (g_object_unref);
  self->old_results = g_ptr_array_new_with_free_func (g_object_unref);
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
                       gboolean is_paused)
{
  if (hasher_job_get_paused (self) == !!is_paused)
    return;
  hasher_gate_set_open (self->gate, !is_paused);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PAUSED]);
  hasher_job_announce (self);
}

/* Hashes a file, or all that are in a folder. */
void
hasher_job_add (HasherJob *self,
                GFile *file)
{
  if (self->is_stopping)
    return;
  hasher_finder_add (self->finder, file);
  /* Many may be added in one turn. The first one is enough to announce. */
  if (self->turn_source == 0)
    hasher_job_announce (self);
  hasher_job_work (self);
}

static void
hasher_job_doom_all (HasherJob *self)
{
  self->n_cancelled += hasher_finder_clear (self->finder);
  g_ptr_array_extend_and_steal (self->doomed, my_thread_group_enumerate (self->group));
  hasher_job_work (self);
  hasher_job_announce (self);
}

/* As if each were cancelled. Not by the group's cancel: that one is for good, and is done in one go. */
void
hasher_job_cancel_all (HasherJob *self)
{
  if (!self->is_stopping)
    hasher_job_doom_all (self);
}

static void
hasher_job_drop_results (HasherJob *self)
{
  g_ptr_array_extend_and_steal (self->old_results, g_steal_pointer (&self->new_results));
  self->new_results = g_ptr_array_new_with_free_func (g_object_unref);
  g_clear_handle_id (&self->show_source, g_source_remove);
  self->n_old = g_list_model_get_n_items (G_LIST_MODEL (self->results));
}

/* And counts from 0 again. A long list is not empty at once. */
void
hasher_job_clear_results (HasherJob *self)
{
  hasher_job_drop_results (self);
  hasher_job_clear_some (self);

  self->n_files -= self->n_done + self->n_failed + self->n_cancelled;
  self->n_skipped = 0;
  self->n_done = 0;
  self->n_failed = 0;
  self->n_cancelled = 0;
  hasher_job_work (self);
  hasher_job_announce (self);
}

/* Whether results that were cleared are yet to be freed. */
gboolean
hasher_job_is_clearing (HasherJob *self)
{
  return self->n_old > 0 || self->old_results->len > 0;
}

/* Cancels all, for good, clears the results, and emits "stopped" when every thread has ended. */
void
hasher_job_stop (HasherJob *self)
{
  if (self->is_stopping)
    return;
  self->is_stopping = TRUE;
  hasher_job_drop_results (self);
  hasher_job_doom_all (self);
}

/* Whether there is still something to do, or to look for, or to show. */
gboolean
hasher_job_is_active (HasherJob *self)
{
  return hasher_finder_is_counting (self->finder) || hasher_finder_has_found (self->finder) || self->n_tasks > 0 ||
         self->doomed->len > 0 || self->new_results->len > 0;
}

/* Whether it is not known yet how many files there are. */
gboolean
hasher_job_is_counting (HasherJob *self)
{
  return hasher_finder_is_counting (self->finder);
}

/* How much of all files is done: not the group's progress, for of files that have no thread yet the group does not know. */
double
hasher_job_get_progress (HasherJob *self)
{
  /* In the order of their start: what runs is at the top. */
  guint n_running = MIN (g_list_model_get_n_items (G_LIST_MODEL (self->group)), HASHER_JOB_MAX_RUNNING);
  double n = self->n_done + self->n_failed + self->n_cancelled;

  if (self->n_files == 0)
    return 0;
  for (guint i = 0; i < n_running; i++) {
    g_autoptr (MyThread) thread = g_list_model_get_item (G_LIST_MODEL (self->group), i);

    n += MAX (my_thread_get_progress (thread), 0);
  }
  return MIN (n / self->n_files, 1);
}

/* How far it is, in a few words. */
char *
hasher_job_summarise (HasherJob *self)
{
  gboolean is_counting = hasher_job_is_counting (self);

  if (is_counting && self->n_files == 0)
    return g_strdup ("Counting files");
  return g_strdup_printf ("%'u of %'u %s%s", self->n_done, self->n_files, self->n_files == 1 ? "file" : "files",
                          is_counting ? " so far" : "");
}

static void
append_remark (GString *text,
               const char *remark)
{
  g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", remark);
}

static void
append_count (GString *text,
              guint n,
              const char *what)
{
  g_autofree char *remark = g_strdup_printf ("%'u %s", n, what);

  if (n > 0)
    append_remark (text, remark);
}

/* What else is to be said of it, or nothing. */
char *
hasher_job_remark (HasherJob *self)
{
  GString *text = g_string_new (NULL);

  if (hasher_job_is_counting (self) && self->n_files > 0)
    append_remark (text, "still counting");
  if (hasher_job_get_paused (self))
    append_remark (text, "paused");
  append_count (text, self->n_failed, "failed");
  append_count (text, self->n_cancelled, "cancelled");
  append_count (text, self->n_skipped, "skipped");
  return g_string_free (text, FALSE);
}

/* The names of threads that have not ended, a few of them: "a", "a and b", "a, b and 3 more". Nothing, if there are none. */
char *
hasher_job_list_pending (HasherJob *self,
                         guint n_max)
{
  g_autoptr (GPtrArray) threads = my_thread_group_enumerate (self->group);
  guint n_named = MIN (threads->len, n_max);
  guint n_more = threads->len - n_named;
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n_named; i++) {
    g_autofree char *name = my_thread_dup_name (g_ptr_array_index (threads, i));

    if (i > 0)
      g_string_append (text, n_more == 0 && i == n_named - 1 ? " and " : ", ");
    g_string_append (text, name);
  }
  if (n_more > 0)
    g_string_append_printf (text, " and %'u more", n_more);
  return g_string_free (text, FALSE);
}
