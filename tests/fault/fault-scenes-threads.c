/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <pthread.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault-session.h"

/* Scenes of threads, groups and contexts. */

/* life: one after the other, with whatever one can ask for */

static void
work_and_tell (FaultWorker *worker,
               gpointer counter,
               GError **error)
{
  MyThread *thread = MY_THREAD (worker);
  GValue value = G_VALUE_INIT;

  my_thread_set_progress (thread, 0.5);
  my_thread_set_status (thread, "half");
  my_thread_set_name (thread, "a name that is longer than what the system has room for");
  g_value_init (&value, G_TYPE_INT);
  g_value_set_int (&value, 42);
  my_thread_set_result (thread, &value);
  g_value_unset (&value);
  my_thread_sleep (100, error);
  fault_counter_add (counter);
}

static void
work_and_wait (FaultWorker *worker,
               gpointer counter,
               GError **error)
{
  fault_counter_wait (counter, 1);
}

static void
check_result (FaultWorker *worker)
{
  GValue value = G_VALUE_INIT;
  GError *error = NULL;

  if (my_thread_get_result (MY_THREAD (worker), &value, &error)) {
    FAULT_CHECK (g_value_get_int (&value) == 42);
    FAULT_CHECK (my_thread_get_progress (MY_THREAD (worker)) == 0.5);
    g_value_unset (&value);
  } else {
    fault_expect_refusal (&error);
  }
}

void
fault_scene_life (void)
{
  FaultWorker *workers[5];
  FaultWorker *joiner;
  FaultCounter told;
  FaultCounter gate;
  GError *error = NULL;

  fault_counter_init (&told);
  fault_counter_init (&gate);
  for (guint i = 0; i < G_N_ELEMENTS (workers); i++) {
    workers[i] = fault_worker_new (NULL, NULL, work_and_tell, &told);
  }
  my_thread_set_stack_size (MY_THREAD (workers[1]), 256 * 1024);
  my_thread_set_priority (MY_THREAD (workers[2]), 1);
  my_thread_set_daemon (MY_THREAD (workers[3]), TRUE);
  my_thread_set_fresh_os_thread (MY_THREAD (workers[4]), TRUE);

  for (guint i = 0; i < G_N_ELEMENTS (workers); i++) {
    fault_worker_start (workers[i]);
  }
  for (guint i = 0; i < G_N_ELEMENTS (workers); i++) {
    if (!my_thread_join_timeout (MY_THREAD (workers[i]), i, &error)) {
      FAULT_CHECK (error != NULL);
      g_clear_error (&error);
    }
  }
  for (guint i = 0; i < G_N_ELEMENTS (workers); i++) {
    fault_worker_join (workers[i], FAULT_SUCCEEDS);
    check_result (workers[i]);
    g_object_unref (workers[i]);
  }

  /* On OS threads that wait for work; one sleeps until the other, which sleeps, has ended. */
  workers[0] = fault_worker_new (NULL, NULL, work_and_wait, &gate);
  joiner = fault_worker_new (NULL, NULL, fault_work_join, workers[0]);
  fault_worker_start (workers[0]);
  fault_worker_start (joiner);
  fault_counter_add (&gate);
  fault_worker_join (workers[0], FAULT_SUCCEEDS);
  fault_worker_join (joiner, FAULT_ENDS);
  g_object_unref (workers[0]);
  g_object_unref (joiner);

  FAULT_CHECK (fault_counter_get (&told) == 5);
  fault_counter_clear (&told);
  fault_counter_clear (&gate);
}

/* cancel: before, while, and after */

void
fault_scene_cancel (void)
{
  FaultWorker *before = fault_worker_new (NULL, NULL, fault_work_sleep, NULL);
  FaultWorker *asleep = fault_worker_new (NULL, NULL, fault_work_sleep, NULL);
  FaultWorker *by_object = fault_worker_new (NULL, NULL, fault_work_sleep, NULL);
  FaultWorker *joiner = fault_worker_new (NULL, NULL, fault_work_join, asleep);

  my_thread_cancel (MY_THREAD (before));
  fault_worker_start (before);
  fault_worker_start (asleep);
  fault_worker_start (by_object);
  fault_worker_start (joiner);

  g_cancellable_cancel (my_thread_get_cancellable (MY_THREAD (by_object)));
  fault_worker_finish (by_object, FAULT_IS_CANCELLED);
  my_thread_cancel (MY_THREAD (joiner));
  fault_worker_finish (joiner, FAULT_ENDS);
  my_thread_cancel (MY_THREAD (asleep));
  fault_worker_finish (asleep, FAULT_IS_CANCELLED);
  FAULT_CHECK (!fault_worker_has_run (before));
  fault_worker_finish (before, FAULT_IS_CANCELLED);
}

/* group: with a limit, with a member that fails, with ends that are taken one by one */

static void
on_failed (MyThreadGroup *group,
           MyThread *thread,
           const GError *error,
           guint *n)
{
  FAULT_CHECK (my_thread_get_state (thread) == MY_THREAD_STATE_FAILED);
  (*n)++;
}

/* Joins the group, whose members end so; what was refused has failed. */
static void
join_group (MyThreadGroup *group,
            gboolean may_fail)
{
  GError *error = NULL;

  /* It reports each failure once. */
  while (!my_thread_group_join (group, &error)) {
    if (may_fail && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_EXISTS)) {
      g_clear_error (&error);
    } else {
      fault_expect_refusal (&error);
    }
  }
  FAULT_CHECK (my_thread_group_active_count (group) == 0);
}

static void
play_limit (void)
{
  MyThreadGroup *group = my_thread_group_new ("limit", NULL);
  FaultWorker *workers[6];
  FaultCounter counter;

  fault_watch_object (group);
  fault_counter_init (&counter);
  my_thread_group_set_max_running (group, 2);
  for (guint i = 0; i < G_N_ELEMENTS (workers); i++) {
    workers[i] = fault_worker_new (group, NULL, fault_work_count, &counter);
    fault_worker_start (workers[i]);
  }
  FAULT_CHECK (g_list_model_get_n_items (G_LIST_MODEL (group)) <= G_N_ELEMENTS (workers));
  my_thread_cancel (MY_THREAD (workers[5]));
  fault_let_pass ();
  join_group (group, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (workers); i++) {
    fault_worker_finish (workers[i], i == 5 ? FAULT_ENDS : FAULT_SUCCEEDS);
  }
  FAULT_CHECK (fault_has_struck () || fault_counter_get (&counter) >= 5);
  FAULT_CHECK (g_list_model_get_n_items (G_LIST_MODEL (group)) == 0);
  fault_counter_clear (&counter);
  g_object_unref (group);
}

static void
play_failure (void)
{
  MyThreadGroup *outer = my_thread_group_new ("outer", NULL);
  MyThreadGroup *inner = my_thread_group_new ("inner", outer);
  FaultWorker *sleeper = fault_worker_new (inner, NULL, fault_work_sleep, NULL);
  FaultWorker *failing = fault_worker_new (inner, NULL, fault_work_fail, NULL);
  guint n_failed = 0;

  fault_watch_object (outer);
  fault_watch_object (inner);
  g_signal_connect (outer, "thread-failed", G_CALLBACK (on_failed), &n_failed);
  my_thread_group_set_cancel_on_error (inner, TRUE);
  fault_worker_start (sleeper);
  fault_worker_start (failing);
  /* If one was refused, it is started now: then the other is cancelled as well. */
  fault_worker_join (failing, FAULT_FAILS);
  join_group (outer, TRUE);
  fault_worker_finish (sleeper, FAULT_IS_CANCELLED);
  g_object_unref (failing);
  g_signal_handlers_disconnect_by_data (outer, &n_failed);
  FAULT_CHECK (n_failed == 1);
  g_object_unref (inner);
  g_object_unref (outer);
}

static void
play_ends (void)
{
  MyThreadGroup *group = my_thread_group_new ("ends", NULL);
  FaultWorker *workers[3];
  GError *error = NULL;
  MyThread *ended;
  guint n = 0;

  fault_watch_object (group);
  my_thread_group_set_keep_finished (group, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (workers); i++) {
    workers[i] = fault_worker_new (group, NULL, fault_work_nothing, NULL);
    fault_worker_start (workers[i]);
  }
  for (guint i = 0; i < G_N_ELEMENTS (workers); i++) {
    fault_worker_finish (workers[i], FAULT_SUCCEEDS);
  }
  while ((ended = my_thread_group_join_next (group, -1, &error)) != NULL) {
    n++;
    g_object_unref (ended);
  }
  FAULT_CHECK (error == NULL);
  FAULT_CHECK (n == G_N_ELEMENTS (workers));
  g_object_unref (group);
}

static void
play_cancel_of_all (void)
{
  MyThreadGroup *group = my_thread_group_new ("all", NULL);
  FaultWorker *workers[4];

  fault_watch_object (group);
  my_thread_group_set_max_running (group, 2);
  for (guint i = 0; i < G_N_ELEMENTS (workers); i++) {
    workers[i] = fault_worker_new (group, NULL, fault_work_sleep, NULL);
    fault_worker_start (workers[i]);
  }
  my_thread_group_cancel (group);
  for (guint i = 0; i < G_N_ELEMENTS (workers); i++) {
    fault_worker_finish (workers[i], FAULT_IS_CANCELLED);
  }
  join_group (group, FALSE);
  g_object_unref (group);
}

void
fault_scene_group (void)
{
  GPtrArray *threads;
  char *text;

  play_limit ();
  play_failure ();
  play_ends ();
  play_cancel_of_all ();

  threads = my_thread_enumerate ();
  FAULT_CHECK (threads->len >= 1);
  g_ptr_array_unref (threads);
  text = my_thread_dump ();
  FAULT_CHECK (strstr (text, "MainThread") != NULL);
  g_free (text);
}

/* async: a main loop */

static void
on_joined (GObject *source,
           GAsyncResult *result,
           gpointer n)
{
  GError *error = NULL;

  if (MY_IS_THREAD_GROUP (source)) {
    my_thread_group_join_finish (MY_THREAD_GROUP (source), result, &error);
  } else {
    my_thread_join_finish (MY_THREAD (source), result, &error);
  }
  g_clear_error (&error);
  (*(guint *) n)++;
}

void
fault_scene_async (void)
{
  MyThreadGroup *group = my_thread_group_new ("async", NULL);
  FaultWorker *member = fault_worker_new (group, NULL, fault_work_nothing, NULL);
  FaultWorker *sleeper = fault_worker_new (NULL, NULL, fault_work_sleep, NULL);
  GCancellable *cancellable = g_cancellable_new ();
  guint n = 0;

  fault_watch_object (group);
  fault_watch_object (cancellable);
  fault_worker_start (sleeper);
  fault_worker_start (member);
  my_thread_join_async (MY_THREAD (sleeper), cancellable, on_joined, &n);
  my_thread_join_async (MY_THREAD (member), NULL, on_joined, &n);
  my_thread_group_join_async (group, NULL, on_joined, &n);
  g_cancellable_cancel (cancellable);
  fault_let_pass ();
  while (n < 3) {
    g_main_context_iteration (NULL, TRUE);
  }

  my_thread_join_async (MY_THREAD (sleeper), NULL, on_joined, &n);
  my_thread_cancel (MY_THREAD (sleeper));
  while (n < 4) {
    g_main_context_iteration (NULL, TRUE);
  }
  fault_worker_finish (sleeper, FAULT_IS_CANCELLED);
  fault_worker_finish (member, FAULT_SUCCEEDS);
  g_object_unref (cancellable);
  g_object_unref (group);
}

/* context: one of one's own, on this thread and on another */

static void
play_context (void)
{
  GMainContext *context = fault_context_new ();
  FaultWorker *worker;

  g_main_context_push_thread_default (context);

  worker = fault_worker_new (NULL, NULL, fault_work_nothing, NULL);
  fault_worker_start (worker);
  fault_let_pass ();
  if (my_thread_get_state (MY_THREAD (worker)) != MY_THREAD_STATE_NEW) {
    while (fault_worker_get_n_finished (worker) == 0) {
      g_main_context_iteration (context, TRUE);
    }
  }
  fault_worker_finish (worker, FAULT_SUCCEEDS);

  /* Nobody iterates the context after that. */
  worker = fault_worker_new (NULL, NULL, fault_work_sleep, NULL);
  fault_worker_start (worker);
  my_thread_cancel (MY_THREAD (worker));
  fault_worker_finish (worker, FAULT_IS_CANCELLED);

  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
}

static void *
play_context_elsewhere (void *unused)
{
  play_context ();
  return NULL;
}

/* On an OS thread of this program's own, the creation of which does not fail. */
static void
play_on_os_thread (void *(*play) (void *) )
{
  pthread_t id;

  FAULT_CHECK (pthread_create (&id, NULL, play, NULL) == 0);
  FAULT_CHECK (pthread_join (id, NULL) == 0);
}

void
fault_scene_context (void)
{
  play_context ();
  play_on_os_thread (play_context_elsewhere);
}

/* foreign: an OS thread that asks who it is, and ends */

static void *
play_foreign (void *unused)
{
  guint n = my_thread_active_count ();

  FAULT_CHECK (my_thread_get_current () != my_thread_get_main ());
  FAULT_CHECK (my_thread_active_count () == n + 1);
  FAULT_CHECK (my_thread_sleep (1, NULL));
  return NULL;
}

void
fault_scene_foreign (void)
{
  guint n;

  my_thread_get_current ();
  n = my_thread_active_count ();
  play_on_os_thread (play_foreign);
  FAULT_CHECK (my_thread_active_count () == n);
}

/* fork: a child that goes on, while the parent's threads run */

static void
play_in_child (void)
{
  MyThreadPool *pool = my_thread_pool_new ("child", 1);
  FaultWorker *worker = fault_worker_new (NULL, NULL, fault_work_nothing, NULL);
  FaultWorker *sleeper = fault_worker_new (NULL, NULL, fault_work_sleep, NULL);
  FaultWorker *task = fault_worker_new (NULL, pool, fault_work_nothing, NULL);

  FAULT_CHECK (my_thread_get_current () == my_thread_get_main ());
  FAULT_CHECK (my_thread_active_count () == 1);
  fault_worker_start (worker);
  fault_worker_start (sleeper);
  fault_worker_start (task);
  my_thread_cancel (MY_THREAD (sleeper));
  fault_worker_finish (worker, FAULT_SUCCEEDS);
  fault_worker_finish (sleeper, FAULT_IS_CANCELLED);
  fault_worker_finish (task, FAULT_SUCCEEDS);
  g_object_unref (pool);
}

void
fault_scene_fork (void)
{
  FaultWorker *sleeper = fault_worker_new (NULL, NULL, fault_work_sleep, NULL);
  FaultReport *report = fault_get_report ();
  int status = 0;
  pid_t child;

  fault_worker_start (sleeper);
  child = fork ();
  FAULT_CHECK (child >= 0);
  if (child == 0) {
    play_in_child ();
    _exit (0);
  }
  atomic_store (&report->grandchild, child);
  FAULT_CHECK (waitpid (child, &status, 0) == child);
  atomic_store (&report->grandchild, 0);
  if (WIFEXITED (status) && WEXITSTATUS (status) != 0) {
    /* It has said why. */
    _exit (WEXITSTATUS (status));
  }
  FAULT_CHECK (WIFEXITED (status));

  my_thread_cancel (MY_THREAD (sleeper));
  fault_worker_finish (sleeper, FAULT_IS_CANCELLED);
}
