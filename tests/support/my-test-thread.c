/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-thread.h"

struct _MyTestThread {
  MyThread parent_instance;

  MyTestLog *log;
  MyThreadFunc func;
  gpointer user_data;
};

G_DEFINE_FINAL_TYPE (MyTestThread, my_test_thread, MY_TYPE_THREAD)

static void
log_word (MyTestThread *self,
          const char *word)
{
  if (self->log) {
    my_test_log_add (self->log, word);
  }
}

static void
my_test_thread_run (MyThread *thread,
                    GError **error)
{
  MyTestThread *self = MY_TEST_THREAD (thread);

  log_word (self, "run");
  if (self->func) {
    self->func (thread, self->user_data, error);
  }
}

static void
my_test_thread_started (MyThread *thread)
{
  log_word (MY_TEST_THREAD (thread), "class-started");
  if (MY_THREAD_CLASS (my_test_thread_parent_class)->started) {
    MY_THREAD_CLASS (my_test_thread_parent_class)->started (thread);
  }
}

static void
my_test_thread_finished (MyThread *thread)
{
  log_word (MY_TEST_THREAD (thread), "class-finished");
  if (MY_THREAD_CLASS (my_test_thread_parent_class)->finished) {
    MY_THREAD_CLASS (my_test_thread_parent_class)->finished (thread);
  }
}

static void
my_test_thread_finalize (GObject *object)
{
  log_word (MY_TEST_THREAD (object), "finalized");
  G_OBJECT_CLASS (my_test_thread_parent_class)->finalize (object);
}

static void
my_test_thread_class_init (MyTestThreadClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  MyThreadClass *thread_class = MY_THREAD_CLASS (klass);

  object_class->finalize = my_test_thread_finalize;
  thread_class->run = my_test_thread_run;
  thread_class->started = my_test_thread_started;
  thread_class->finished = my_test_thread_finished;
}

static void
my_test_thread_init (MyTestThread *self)
{
}

MyThread *
my_test_thread_new (const char *name,
                    MyTestLog *log,
                    MyThreadFunc func,
                    gpointer user_data)
{
  MyTestThread *self = g_object_new (MY_TEST_TYPE_THREAD, "name", name, NULL);

  self->log = log;
  self->func = func;
  self->user_data = user_data;
  return MY_THREAD (self);
}

MyThread *
my_test_thread_new_in_group (MyThreadGroup *group,
                             MyThreadFunc func,
                             gpointer user_data)
{
  MyTestThread *self = g_object_new (MY_TEST_TYPE_THREAD, "group", group, NULL);

  self->func = func;
  self->user_data = user_data;
  return MY_THREAD (self);
}
