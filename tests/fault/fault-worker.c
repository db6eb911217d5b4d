/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fault-session.h"

struct _FaultWorker {
  MyThread parent_instance;

  FaultWork work;
  gpointer data;
  GThread *owner;
  gint has_run;
  gboolean is_started;
  gboolean is_refused;

  /* in the owner thread */
  guint n_started;
  guint n_finished;
};

G_DEFINE_FINAL_TYPE (FaultWorker, fault_worker, MY_TYPE_THREAD)

static void
fault_worker_run (MyThread *thread,
                  GError **error)
{
  FaultWorker *self = FAULT_WORKER (thread);

  FAULT_CHECK (g_atomic_int_add (&self->has_run, 1) == 0);
  FAULT_CHECK (my_thread_get_current () == thread);
  FAULT_CHECK (my_thread_get_state (thread) == MY_THREAD_STATE_RUNNING);
  self->work (self, self->data, error);
}

static void
on_started (FaultWorker *self)
{
  FAULT_CHECK (g_thread_self () == self->owner);
  FAULT_CHECK (self->n_started++ == 0);
  FAULT_CHECK (self->n_finished == 0);
}

static void
on_finished (FaultWorker *self)
{
  FAULT_CHECK (g_thread_self () == self->owner);
  FAULT_CHECK (self->n_finished++ == 0);
  FAULT_CHECK (!my_thread_is_alive (MY_THREAD (self)));
  FAULT_CHECK (g_atomic_int_get (&self->has_run) == (gint) self->n_started);
}

static void
fault_worker_finalize (GObject *object)
{
  FaultWorker *self = FAULT_WORKER (object);

  FAULT_CHECK (self->n_finished == (self->is_started ? 1 : 0));
  G_OBJECT_CLASS (fault_worker_parent_class)->finalize (object);
}

static void
fault_worker_class_init (FaultWorkerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fault_worker_finalize;
  MY_THREAD_CLASS (klass)->run = fault_worker_run;
}

static void
fault_worker_init (FaultWorker *self)
{
  self->owner = g_thread_self ();
  g_signal_connect (self, "started", G_CALLBACK (on_started), NULL);
  g_signal_connect (self, "finished", G_CALLBACK (on_finished), NULL);
}

FaultWorker *
fault_worker_new (MyThreadGroup *group,
                  gpointer executor,
                  FaultWork work,
                  gpointer data)
{
  FaultWorker *self = g_object_new (FAULT_TYPE_WORKER, "group", group, "executor", executor, NULL);

  fault_watch_object (self);
  self->work = work;
  self->data = data;
  return self;
}

void
fault_worker_start (FaultWorker *self)
{
  MyThread *thread = MY_THREAD (self);
  GError *error = NULL;

  FAULT_CHECK (my_thread_get_state (thread) == MY_THREAD_STATE_NEW);
  self->is_started = my_thread_start (thread, &error);
  self->is_refused = !self->is_started;
  if (self->is_started) {
    FAULT_CHECK (error == NULL);
    FAULT_CHECK (my_thread_get_state (thread) != MY_THREAD_STATE_NEW);
    return;
  }

  fault_expect_refusal (&error);
  FAULT_CHECK (my_thread_get_state (thread) == MY_THREAD_STATE_NEW);
  FAULT_CHECK (!my_thread_is_alive (thread));
  FAULT_CHECK (!my_thread_join (thread, &error));
  FAULT_CHECK (g_error_matches (error, MY_THREAD_ERROR, MY_THREAD_ERROR_NOT_STARTED));
  g_error_free (error);
}

static gboolean
is_refusal (const GError *error)
{
  return g_error_matches (error, MY_THREAD_ERROR, MY_THREAD_ERROR_NO_RESOURCES) && fault_has_struck ();
}

void
fault_worker_join (FaultWorker *self,
                   FaultEnd end)
{
  MyThread *thread = MY_THREAD (self);
  GError *error = NULL;
  gboolean succeeded;
  MyThreadState state;

  fault_let_pass ();
  if (self->is_refused) {
    fault_worker_start (self);
    FAULT_CHECK (self->is_started);
  }

  succeeded = my_thread_join (thread, &error);
  state = my_thread_get_state (thread);
  FAULT_CHECK (succeeded == (error == NULL));
  FAULT_CHECK (!my_thread_is_alive (thread));
  if (is_refusal (error)) {
    FAULT_CHECK (state == MY_THREAD_STATE_FAILED);
    FAULT_CHECK (g_atomic_int_get (&self->has_run) == 0);
  } else if (succeeded) {
    FAULT_CHECK (end == FAULT_SUCCEEDS || end == FAULT_ENDS);
    FAULT_CHECK (state == MY_THREAD_STATE_SUCCEEDED);
    FAULT_CHECK (g_atomic_int_get (&self->has_run) == 1);
  } else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    FAULT_CHECK (end == FAULT_IS_CANCELLED || end == FAULT_ENDS);
    FAULT_CHECK (state == MY_THREAD_STATE_CANCELLED);
  } else if (g_error_matches (error, MY_THREAD_ERROR, MY_THREAD_ERROR_NOT_STARTED)) {
    /* It has joined one that was refused. */
    FAULT_CHECK (end == FAULT_ENDS && fault_has_struck ());
  } else {
    FAULT_CHECK (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_EXISTS));
    FAULT_CHECK (end == FAULT_FAILS || end == FAULT_ENDS);
    FAULT_CHECK (state == MY_THREAD_STATE_FAILED);
  }
  g_clear_error (&error);

  /* join() in the owner thread has delivered all. */
  if (g_thread_self () == self->owner) {
    FAULT_CHECK (self->n_finished == 1);
  }
}

void
fault_worker_finish (FaultWorker *self,
                     FaultEnd end)
{
  fault_worker_join (self, end);
  g_object_unref (self);
}

guint
fault_worker_get_n_finished (FaultWorker *self)
{
  return self->n_finished;
}

gboolean
fault_worker_has_run (FaultWorker *self)
{
  return g_atomic_int_get (&self->has_run) != 0;
}

/* work */

void
fault_work_nothing (FaultWorker *worker,
                    gpointer unused,
                    GError **error)
{
}

void
fault_work_sleep (FaultWorker *worker,
                  gpointer unused,
                  GError **error)
{
  my_thread_sleep (-1, error);
}

void
fault_work_fail (FaultWorker *worker,
                 gpointer unused,
                 GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_EXISTS, "it was there already");
}

void
fault_work_count (FaultWorker *worker,
                  gpointer counter,
                  GError **error)
{
  fault_counter_add (counter);
}

void
fault_work_join (FaultWorker *worker,
                 gpointer thread,
                 GError **error)
{
  my_thread_join (thread, error);
}
