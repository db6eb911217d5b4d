/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "process-executor.h"

#include "process-job.h"

struct _ExampleProcessExecutor {
  GObject parent_instance;

  char **command;
  guint grace_ms;

  /* One OS thread talks to all children. */
  GMainLoop *loop;
  GThread *os_thread;
};

static gpointer
talk (gpointer data)
{
  GMainLoop *loop = data;

  g_main_context_push_thread_default (g_main_loop_get_context (loop));
  g_main_loop_run (loop);
  g_main_context_pop_thread_default (g_main_loop_get_context (loop));
  g_main_loop_unref (loop);
  return NULL;
}

/* Whatever is wrong shows here, where start() can still say so: the thread is as if it had never been started. */
static gboolean
example_process_executor_execute (MyExecutor *executor,
                                  MyThread *thread,
                                  GError **error)
{
  ExampleProcessExecutor *self = EXAMPLE_PROCESS_EXECUTOR (executor);
  GVariant *args = my_thread_get_args (thread);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) argv = NULL;
  g_autoptr (GSubprocess) child = NULL;

  g_strv_builder_addv (builder, (const char **) self->command);
  for (gsize i = 0; args && i < g_variant_n_children (args); i++) {
    g_autoptr (GVariant) arg = g_variant_get_child_value (args, i);

    if (!g_variant_is_of_type (arg, G_VARIANT_TYPE_STRING)) {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "Argument %" G_GSIZE_FORMAT " is no string", i);
      return FALSE;
    }
    g_strv_builder_add (builder, g_variant_get_string (arg, NULL));
  }
  argv = g_strv_builder_end (builder);

  child = g_subprocess_newv ((const char *const *) argv,
                             G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, error);
  if (!child) {
    return FALSE;
  }

  process_job_start (g_main_loop_get_context (self->loop), executor, thread, child, self->grace_ms);
  return TRUE;
}

static void
example_process_executor_iface_init (MyExecutorInterface *iface)
{
  iface->execute = example_process_executor_execute;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (ExampleProcessExecutor, example_process_executor, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (MY_TYPE_EXECUTOR, example_process_executor_iface_init))

static gboolean
quit (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

/* Each job has a reference, so no child is left. It may be the OS thread itself that drops the last one.
 *
 * The loop is told by a source of its own: g_main_loop_run() would forget what was asked of it before it was called, and the OS
 * thread may not have come so far. */
static void
example_process_executor_finalize (GObject *object)
{
  ExampleProcessExecutor *self = EXAMPLE_PROCESS_EXECUTOR (object);

  g_main_context_invoke_full (g_main_loop_get_context (self->loop), G_PRIORITY_DEFAULT, quit, g_main_loop_ref (self->loop),
                              (GDestroyNotify) g_main_loop_unref);
  if (self->os_thread == g_thread_self ()) {
    g_thread_unref (self->os_thread);
  } else {
    g_thread_join (self->os_thread);
  }
  g_main_loop_unref (self->loop);
  g_strfreev (self->command);

  G_OBJECT_CLASS (example_process_executor_parent_class)->finalize (object);
}

static void
example_process_executor_class_init (ExampleProcessExecutorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = example_process_executor_finalize;
}

static void
example_process_executor_init (ExampleProcessExecutor *self)
{
  g_autoptr (GMainContext) context = g_main_context_new ();

  self->loop = g_main_loop_new (context, FALSE);
  self->os_thread = g_thread_new ("processes", talk, g_main_loop_ref (self->loop));
}

ExampleProcessExecutor *
example_process_executor_new (const char *const *command,
                              guint grace_ms)
{
  ExampleProcessExecutor *self = g_object_new (EXAMPLE_TYPE_PROCESS_EXECUTOR, NULL);

  self->command = g_strdupv ((char **) command);
  self->grace_ms = grace_ms;
  return self;
}
