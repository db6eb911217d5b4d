/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread.h>

/* Runs all its threads on the same OS thread, one after another. */

#define EXAMPLE_TYPE_SERIAL_EXECUTOR (serial_executor_get_type ())
G_DECLARE_FINAL_TYPE (SerialExecutor, serial_executor, EXAMPLE, SERIAL_EXECUTOR, GObject)

struct _SerialExecutor {
  GObject parent_instance;

  GAsyncQueue *queue; /* of MyThread; the queue itself is the end */
};

/* Called by start(), in whichever thread: it must not block. */
static gboolean
serial_executor_execute (MyExecutor *executor,
                         MyThread *thread,
                         GError **error)
{
  g_async_queue_push (EXAMPLE_SERIAL_EXECUTOR (executor)->queue, thread);
  return TRUE;
}

static void
serial_executor_iface_init (MyExecutorInterface *iface)
{
  iface->execute = serial_executor_execute;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (SerialExecutor, serial_executor, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (MY_TYPE_EXECUTOR, serial_executor_iface_init))

static gpointer
run_all (gpointer user_data)
{
  g_autoptr (GAsyncQueue) queue = user_data;
  gpointer item;

  while ((item = g_async_queue_pop (queue)) != queue)
    my_thread_execute (item);
  return NULL;
}

/* A started thread has a reference to its executor: none is in the queue any more. */
static void
serial_executor_finalize (GObject *object)
{
  SerialExecutor *self = EXAMPLE_SERIAL_EXECUTOR (object);

  g_async_queue_push (self->queue, self->queue);
  g_async_queue_unref (self->queue);
  G_OBJECT_CLASS (serial_executor_parent_class)->finalize (object);
}

static void
serial_executor_class_init (SerialExecutorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = serial_executor_finalize;
}

static void
serial_executor_init (SerialExecutor *self)
{
  self->queue = g_async_queue_new ();
  g_thread_unref (g_thread_new ("serial", run_all, g_async_queue_ref (self->queue)));
}

/* What it is used for. */

static void
write_row (MyThread *thread,
           gpointer user_data,
           GError **error)
{
  static GThread *database; /* would be a connection that one OS thread alone may use */
  g_autofree char *name = my_thread_dup_name (thread);

  if (database == NULL)
    database = g_thread_self ();
  g_print ("%s: %s\n", name, database == g_thread_self () ? "written" : "on the wrong thread");
}

int
main (void)
{
  g_autoptr (SerialExecutor) executor = g_object_new (EXAMPLE_TYPE_SERIAL_EXECUTOR, NULL);
  const char *names[] = { "first", "second", "third" };
  gboolean is_written = TRUE;

  for (gsize i = 0; i < G_N_ELEMENTS (names) && is_written; i++) {
    g_autoptr (MyThread) thread = my_thread_new (names[i], write_row, NULL, NULL);

    is_written = my_executor_submit (MY_EXECUTOR (executor), thread, NULL);
  }
  return my_thread_group_join (my_thread_group_get_default (), NULL) && is_written ? 0 : 1;
}
