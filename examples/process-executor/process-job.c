/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "process-job.h"

#include <string.h>

typedef struct {
  MyExecutor *executor; /* so that there is a loop for as long as there is a child */
  MyThread *thread;     /* lives until its end is reported, and needs no reference */
  GSubprocess *child;
  GDataInputStream *lines;
  GCancellable *reading;
  GSource *on_cancelled;
  GSource *grace; /* runs out: who has not ended by then is ended */
  gboolean has_ended;
  gboolean is_silent;
  guint grace_ms;
  char *result;
  GError *error;
} ProcessJob;

static void read_line (ProcessJob *self);

static void
drop_source (GSource **source)
{
  if (*source) {
    g_source_destroy (*source);
    g_clear_pointer (source, g_source_unref);
  }
}

/* the end */

static void
set_broken (ProcessJob *self)
{
  if (g_subprocess_get_if_signaled (self->child)) {
    self->error = g_error_new (MY_THREAD_ERROR, MY_THREAD_ERROR_BROKEN, "The child process was ended by signal %d",
                               g_subprocess_get_term_sig (self->child));
  } else {
    self->error = g_error_new (MY_THREAD_ERROR, MY_THREAD_ERROR_BROKEN, "The child process has ended with status %d, and no result",
                               g_subprocess_get_exit_status (self->child));
  }
}

/* When the child has ended, and its output has. */
static void
end_if_over (ProcessJob *self)
{
  GValue value = G_VALUE_INIT;

  if (!self->has_ended || !self->is_silent) {
    return;
  }
  drop_source (&self->on_cancelled);
  drop_source (&self->grace);

  if (self->result) {
    g_value_init (&value, G_TYPE_STRING);
    g_value_set_string (&value, self->result);
    g_clear_error (&self->error);
  } else if (!self->error && !my_thread_set_error_if_cancelled (self->thread, &self->error)) {
    set_broken (self);
  }
  my_thread_report_end (self->thread, G_IS_VALUE (&value) ? &value : NULL, self->error);

  if (G_IS_VALUE (&value)) {
    g_value_unset (&value);
  }
  g_clear_error (&self->error);
  g_free (self->result);
  g_object_unref (self->reading);
  g_object_unref (self->lines);
  g_object_unref (self->child);
  g_object_unref (self->executor);
  g_free (self);
}

/* what it is told */

static gboolean
on_grace_over (gpointer data)
{
  ProcessJob *self = data;

  drop_source (&self->grace);
  if (self->has_ended) {
    g_cancellable_cancel (self->reading);
  } else {
    g_subprocess_force_exit (self->child);
  }
  return G_SOURCE_REMOVE;
}

static void
ask_to_stop (ProcessJob *self)
{
  /* Nothing was ever written, so there is nothing to wait for. */
  g_output_stream_close (g_subprocess_get_stdin_pipe (self->child), NULL, NULL);

  drop_source (&self->grace);
  self->grace = g_timeout_source_new (self->grace_ms);
  /* However late it is, what has been written is read first. */
  g_source_set_priority (self->grace, G_PRIORITY_LOW);
  g_source_set_callback (self->grace, on_grace_over, self, NULL);
  g_source_attach (self->grace, g_main_context_get_thread_default ());
}

static gboolean
on_cancelled (GCancellable *cancellable,
              gpointer data)
{
  ProcessJob *self = data;

  drop_source (&self->on_cancelled);
  ask_to_stop (self);
  return G_SOURCE_REMOVE;
}

static void
on_child_ended (GObject *child,
                GAsyncResult *result,
                gpointer data)
{
  ProcessJob *self = data;

  g_subprocess_wait_finish (self->child, result, NULL);
  self->has_ended = TRUE;
  if (!self->is_silent) {
    /* The last lines are on their way; or it had children of its own, who have its output, and perhaps its input. */
    drop_source (&self->on_cancelled);
    ask_to_stop (self);
  }
  end_if_over (self);
}

/* what it says */

static void
take_line (ProcessJob *self,
           const char *line)
{
  const char *rest = strchr (line, ' ');
  gsize length = rest ? (gsize) (rest - line) : strlen (line);

  rest = rest ? rest + 1 : "";
  if (strncmp (line, "progress", length) == 0) {
    my_thread_set_progress (self->thread, CLAMP (g_ascii_strtod (rest, NULL), 0, 1));
  } else if (strncmp (line, "status", length) == 0) {
    my_thread_set_status (self->thread, rest);
  } else if (strncmp (line, "result", length) == 0) {
    g_free (self->result);
    self->result = g_strdup (rest);
  } else if (strncmp (line, "error", length) == 0) {
    g_clear_error (&self->error);
    self->error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, rest);
  }
}

static void
on_line (GObject *lines,
         GAsyncResult *result,
         gpointer data)
{
  ProcessJob *self = data;
  g_autofree char *line = g_data_input_stream_read_upto_finish (self->lines, result, NULL, NULL);
  g_autoptr (GError) no_end = NULL;

  if (line) {
    g_data_input_stream_read_byte (self->lines, NULL, &no_end);
  }
  if (line && !no_end && g_utf8_validate (line, -1, NULL)) {
    take_line (self, line);
    read_line (self);
  } else {
    /* It has closed its output, in the midst of a line perhaps, since it was killed; or writes what is no text: either way
     * there is nothing more to hear. */
    self->is_silent = TRUE;
    end_if_over (self);
  }
}

static void
read_line (ProcessJob *self)
{
  g_data_input_stream_read_upto_async (self->lines, "\n", 1, G_PRIORITY_DEFAULT, self->reading, on_line, self);
}

/* In the executor's OS thread. */
static gboolean
begin (gpointer data)
{
  ProcessJob *self = data;

  self->on_cancelled = g_cancellable_source_new (my_thread_get_cancellable (self->thread));
  g_source_set_callback (self->on_cancelled, G_SOURCE_FUNC (on_cancelled), self, NULL);
  g_source_attach (self->on_cancelled, g_main_context_get_thread_default ());

  /* One that was cancelled meanwhile has ended: the rest is the child's end. */
  my_thread_report_begin (self->thread);
  g_subprocess_wait_async (self->child, NULL, on_child_ended, self);
  read_line (self);
  return G_SOURCE_REMOVE;
}

void
process_job_start (GMainContext *context,
                   MyExecutor *executor,
                   MyThread *thread,
                   GSubprocess *child,
                   guint grace_ms)
{
  ProcessJob *self = g_new0 (ProcessJob, 1);

  self->executor = g_object_ref (executor);
  self->thread = thread;
  self->child = g_object_ref (child);
  self->lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (child));
  self->reading = g_cancellable_new ();
  self->grace_ms = grace_ms;
  g_main_context_invoke (context, begin, self);
}
