/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The work as a whole: a thread that finds the files, then a thread for each
 * batch of them, all in one group. Every function here runs in the main thread.
 */

#include "checksum-job.h"

#include "checksum-batch.h"
#include "checksum-file.h"
#include "checksum-text.h"
#include "checksum-walk.h"

struct _ChecksumJob {
  GObject parent_instance;

  MyThreadGroup *group;
  ChecksumPrinter *printer;
  guint batch_size;

  GPtrArray *files;   /* ChecksumFile; NULL before they are found */
  GPtrArray *batches; /* ChecksumBatch */

  gint64 begin_us;
  gint64 end_us;   /* 0: it is not done */
  guint n_threads; /* that ran */
  guint n_skipped;
  guint n_done;
  guint n_failed; /* files, directories and threads */
  goffset n_read;
};

enum {
  SIGNAL_DONE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ChecksumJob, checksum_job, G_TYPE_OBJECT)

static char *
format_rate (goffset n_bytes,
             gint64 duration_us)
{
  g_autofree char *size = g_format_size ((guint64) ((double) n_bytes * 1e6 / (double) MAX (duration_us, 1)));

  return g_strconcat (size, "/s", NULL);
}

/* How much has been read: what is known of the batches that are done, and what
 * the others say of themselves. */
static goffset
checksum_job_estimate_read (ChecksumJob *self)
{
  double n_read = self->n_read;

  for (guint i = 0; i < self->batches->len; i++) {
    ChecksumBatch *batch = g_ptr_array_index (self->batches, i);

    if (my_thread_is_alive (MY_THREAD (batch)))
      n_read += my_thread_get_progress (MY_THREAD (batch)) * (double) checksum_batch_get_size (batch);
  }
  return (goffset) n_read;
}

static char *
checksum_job_describe (gpointer user_data)
{
  ChecksumJob *self = user_data;
  goffset n_read;
  g_autofree char *size = NULL;
  g_autofree char *rate = NULL;

  if (!self->files)
    return g_strdup ("looking for files");

  n_read = checksum_job_estimate_read (self);
  size = g_format_size (n_read);
  rate = format_rate (n_read, g_get_monotonic_time () - self->begin_us);
  return g_strdup_printf ("%u of %u files, %s, %s", self->n_done, self->files->len, size, rate);
}

static void
checksum_job_add_file (ChecksumJob *self,
                       const ChecksumFile *file)
{
  g_autofree char *name = NULL;

  self->n_read += file->n_read;
  switch (file->state) {
  case CHECKSUM_FILE_DONE:
    self->n_done++;
    break;
  case CHECKSUM_FILE_SKIPPED:
    self->n_skipped++;
    break;
  case CHECKSUM_FILE_FAILED:
    self->n_failed++;
    name = checksum_text_escape (file->path);
    checksum_printer_message (self->printer, "checksum: %s: %s", name, file->error->message);
    break;
  case CHECKSUM_FILE_PENDING: /* cancelled */
  default:
    break;
  }
}

static void
on_batch_started (ChecksumBatch *batch,
                  ChecksumJob *self)
{
  self->n_threads++;
}

static void
on_batch_finished (ChecksumBatch *batch,
                   ChecksumJob *self)
{
  for (guint i = checksum_batch_get_begin (batch); i < checksum_batch_get_end (batch); i++)
    checksum_job_add_file (self, g_ptr_array_index (self->files, i));
}

static void
on_thread_failed (MyThreadGroup *group,
                  MyThread *thread,
                  GError *error,
                  ChecksumJob *self)
{
  g_autofree char *name = my_thread_dup_name (thread);

  self->n_failed++;
  checksum_printer_message (self->printer, "checksum: thread %s: %s", name, error->message);
}

static void
on_joined (GObject *group,
           GAsyncResult *result,
           gpointer user_data)
{
  g_autoptr (ChecksumJob) self = user_data;

  /* What went wrong has been told by on_thread_failed(). */
  my_thread_group_join_finish (MY_THREAD_GROUP (group), result, NULL);
  self->end_us = g_get_monotonic_time ();
  g_signal_emit (self, signals[SIGNAL_DONE], 0);
}

static gboolean
checksum_job_start_thread (ChecksumJob *self,
                           MyThread *thread)
{
  g_autoptr (GError) error = NULL;

  if (my_thread_start (thread, &error))
    return TRUE;
  on_thread_failed (self->group, thread, error, self);
  return FALSE;
}

static void
checksum_job_join (ChecksumJob *self)
{
  my_thread_group_join_async (self->group, NULL, on_joined, g_object_ref (self));
}

static void
on_walk_finished (ChecksumWalk *walk,
                  ChecksumJob *self)
{
  g_auto (GValue) result = G_VALUE_INIT;

  if (my_thread_get_result (MY_THREAD (walk), &result, NULL)) {
    self->files = g_value_dup_boxed (&result);
    self->n_skipped += checksum_walk_get_n_skipped (walk);
    self->begin_us = g_get_monotonic_time ();

    for (guint begin = 0; begin < self->files->len; begin += self->batch_size) {
      guint end = MIN (begin + self->batch_size, self->files->len);
      g_autofree char *name = g_strdup_printf ("batch-%u", self->batches->len + 1);
      ChecksumBatch *batch = checksum_batch_new (self->group, name, self->files, begin, end);

      g_signal_connect_object (batch, "started", G_CALLBACK (on_batch_started), self, 0);
      g_signal_connect_object (batch, "finished", G_CALLBACK (on_batch_finished), self, 0);
      g_ptr_array_add (self->batches, batch);
    }
    /* The group runs some of them, and the next one whenever one has finished. */
    for (guint i = 0; i < self->batches->len; i++)
      checksum_job_start_thread (self, g_ptr_array_index (self->batches, i));
  }
  checksum_job_join (self);
}

static void
checksum_job_finalize (GObject *object)
{
  ChecksumJob *self = CHECKSUM_JOB (object);

  checksum_printer_set_caption (self->printer, NULL, NULL);
  g_clear_pointer (&self->files, g_ptr_array_unref);
  g_ptr_array_unref (self->batches);
  g_object_unref (self->printer);
  g_object_unref (self->group);

  G_OBJECT_CLASS (checksum_job_parent_class)->finalize (object);
}

static void
checksum_job_class_init (ChecksumJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = checksum_job_finalize;

  signals[SIGNAL_DONE] = g_signal_new ("done", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                       NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
checksum_job_init (ChecksumJob *self)
{
  self->batches = g_ptr_array_new_with_free_func (g_object_unref);
}

/* @batch_size: files for a thread */
ChecksumJob *
checksum_job_new (MyThreadGroup *group,
                  ChecksumPrinter *printer,
                  guint batch_size)
{
  ChecksumJob *self = g_object_new (CHECKSUM_TYPE_JOB, NULL);

  self->group = g_object_ref (group);
  self->printer = g_object_ref (printer);
  self->batch_size = batch_size;
  g_signal_connect_object (group, "thread-failed", G_CALLBACK (on_thread_failed), self, 0);
  checksum_printer_set_caption (printer, checksum_job_describe, self);
  return self;
}

/* Emits "done" when all has ended, also when that is because the group was
 * cancelled. */
void
checksum_job_start (ChecksumJob *self,
                    const char *dir)
{
  g_autoptr (MyThread) walk = checksum_walk_new (self->group, dir);

  self->begin_us = g_get_monotonic_time ();
  g_signal_connect_object (walk, "finished", G_CALLBACK (on_walk_finished), self, 0);
  if (!checksum_job_start_thread (self, walk))
    checksum_job_join (self);
}

gboolean
checksum_job_has_failures (ChecksumJob *self)
{
  return self->n_failed > 0;
}

/* (nullable) (transfer none) (element-type ChecksumFile): when it is done, the
 * caller may reorder it */
GPtrArray *
checksum_job_get_files (ChecksumJob *self)
{
  return self->files;
}

/* Two lines: what was done, and by how many. */
char *
checksum_job_summarise (ChecksumJob *self)
{
  gint64 duration_us = self->end_us - self->begin_us;
  g_autofree char *size = g_format_size (self->n_read);
  g_autofree char *rate = format_rate (self->n_read, duration_us);
  guint n_found = self->files ? self->files->len : 0;
  guint n_running = my_thread_group_get_max_running (self->group);

  return g_strdup_printf ("%u of %u files, %s in %.2f s, %s\n"
                          "checksum: %u threads, %u at a time; %u skipped, %u failed",
                          self->n_done, n_found, size, (double) duration_us / 1e6, rate,
                          self->n_threads, MIN (n_running, self->n_threads), self->n_skipped, self->n_failed);
}
