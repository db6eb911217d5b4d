/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-executor.h"

#include "my-test-support.h"

struct _MyTestExecutor {
  GObject parent_instance;

  MyTestExecutorKind kind;
  GMutex lock;
  GPtrArray *os_threads; /* of GThread; under the lock */
};

static gpointer
run_as_thread (gpointer thread)
{
  my_thread_execute (thread);
  return NULL;
}

static gpointer
run_and_report (gpointer thread)
{
  GError *error = NULL;

  my_thread_report_begin (thread);
  /* One that was cancelled in the meantime has ended, and has nobody to work for. */
  if (my_thread_get_state (thread) == MY_THREAD_STATE_RUNNING) {
    MY_THREAD_GET_CLASS (thread)->run (thread, &error);
  }
  my_thread_report_end (thread, NULL, error);
  g_clear_error (&error);
  return NULL;
}

static gboolean
my_test_executor_execute (MyExecutor *executor,
                          MyThread *thread,
                          GError **error)
{
  MyTestExecutor *self = MY_TEST_EXECUTOR (executor);

  switch (self->kind) {
  case MY_TEST_EXECUTOR_OS_THREAD:
  case MY_TEST_EXECUTOR_REPORTING: {
    GThreadFunc func = self->kind == MY_TEST_EXECUTOR_OS_THREAD ? run_as_thread : run_and_report;
    GThread *os_thread = g_thread_try_new ("test-executor", func, thread, error);

    if (!os_thread) {
      return FALSE;
    }
    g_mutex_lock (&self->lock);
    g_ptr_array_add (self->os_threads, os_thread);
    g_mutex_unlock (&self->lock);
    return TRUE;
  }

  case MY_TEST_EXECUTOR_INLINE:
    my_thread_execute (thread);
    return TRUE;

  case MY_TEST_EXECUTOR_CLOSED:
    g_set_error_literal (error, MY_THREAD_ERROR, MY_THREAD_ERROR_SHUT_DOWN, "closed");
    return FALSE;

  default:
    g_assert_not_reached ();
  }
}

static void
my_test_executor_iface_init (MyExecutorInterface *iface)
{
  iface->execute = my_test_executor_execute;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (MyTestExecutor, my_test_executor, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (MY_TYPE_EXECUTOR, my_test_executor_iface_init))

static void
my_test_executor_finalize (GObject *object)
{
  MyTestExecutor *self = MY_TEST_EXECUTOR (object);

  g_ptr_array_unref (self->os_threads);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (my_test_executor_parent_class)->finalize (object);
}

static void
my_test_executor_class_init (MyTestExecutorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = my_test_executor_finalize;
}

static void
my_test_executor_init (MyTestExecutor *self)
{
  g_mutex_init (&self->lock);
  self->os_threads = g_ptr_array_new ();
}

MyExecutor *
my_test_executor_new (MyTestExecutorKind kind)
{
  MyTestExecutor *self = g_object_new (MY_TEST_TYPE_EXECUTOR, NULL);

  self->kind = kind;
  return MY_EXECUTOR (self);
}

void
my_test_executor_free (MyExecutor *executor)
{
  MyTestExecutor *self = MY_TEST_EXECUTOR (executor);

  /* One of them may start another one until it is joined. */
  for (;;) {
    GThread *os_thread = NULL;

    g_mutex_lock (&self->lock);
    if (self->os_threads->len > 0) {
      os_thread = g_ptr_array_steal_index_fast (self->os_threads, 0);
    }
    g_mutex_unlock (&self->lock);
    if (!os_thread) {
      break;
    }
    g_thread_join (os_thread);
  }
  /* A thread that has ended has a reference to its executor until its owner has let it go; an OS thread that launches one, for that time. */
  my_test_release_executor (self);
}
