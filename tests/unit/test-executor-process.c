/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>

#include "my-test-log.h"
#include "my-test-support.h"
#include "process-executor.h"

/* Threads whose work is done by a child process: the example's executor, with shell scripts for children. */

#define HOUR_MS (3600 * 1000)

static MyExecutor *
new_executor_with_grace (const char *script,
                         guint grace_ms)
{
  const char *const command[] = { "sh", "-c", script, "sh", NULL };

  return MY_EXECUTOR (example_process_executor_new (command, grace_ms));
}

/* Its children have all the time that they want, however busy the machine is. */
static MyExecutor *
new_executor (const char *script)
{
  return new_executor_with_grace (script, HOUR_MS);
}

/* For those that would never end. */
static MyExecutor *
new_impatient_executor (const char *script)
{
  return new_executor_with_grace (script, 1);
}

static void
on_gone (gpointer is_gone,
         GObject *executor)
{
  g_atomic_int_set ((gint *) is_gone, TRUE);
}

static gboolean
has_gone (gpointer is_gone)
{
  my_test_iterate_pending (NULL);
  return my_test_is_set (is_gone);
}

/* Each job has a reference, and lets go of it when its end has been told, in the executor's OS thread. */
static void
free_executor (MyExecutor *executor)
{
  gint is_gone = FALSE;

  g_object_weak_ref (G_OBJECT (executor), on_gone, &is_gone);
  g_object_unref (executor);
  my_test_wait_until (has_gone, &is_gone);
}

/* @argument: what the script has as $1, or %NULL. */
static MyThread *
start (MyExecutor *executor,
       MyThreadGroup *group,
       const char *argument)
{
  GVariant *args = argument ? g_variant_new ("(s)", argument) : NULL;
  MyThread *thread = g_object_new (MY_TYPE_THREAD, "group", group, "args", args, "executor", executor, NULL);
  GError *error = NULL;
  gboolean ok = my_thread_start (thread, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
  return thread;
}

static void
assert_result (MyThread *thread,
               const char *expected)
{
  GValue value = G_VALUE_INIT;
  GError *error = NULL;

  g_assert_true (my_thread_join (thread, &error));
  g_assert_no_error (error);
  g_assert_true (my_thread_get_result (thread, &value, &error));
  g_assert_cmpstr (g_value_get_string (&value), ==, expected);
  g_value_unset (&value);
  g_assert_finalize_object (thread);
}

static void
assert_fails (MyThread *thread,
              MyThreadState state,
              GQuark domain,
              gint code,
              const char *text)
{
  GError *error = NULL;

  g_assert_false (my_thread_join (thread, &error));
  g_assert_error (error, domain, code);
  g_assert_true (g_pattern_match_simple (text, error->message));
  g_clear_error (&error);
  g_assert_cmpint (my_thread_get_state (thread), ==, state);
  my_test_release (thread);
}

/* Everything that a thread tells, in the thread that owns it. */
static void
test_result (void)
{
  MyExecutor *executor = new_executor ("echo progress 0.5; echo status busy; echo progress 1; echo result 4$1");
  g_autoptr (MyTestLog) log = my_test_log_new ();
  MyThread *thread = start (executor, NULL, "2");
  GError *error = NULL;

  my_test_log_watch (log, thread, NULL, "started progress status state alive finished");
  my_thread_join (thread, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (my_thread_get_progress (thread), ==, 1);
  my_test_assert_string (my_thread_dup_status (thread), "busy");
  my_test_assert_log (log, "started progress status state alive finished");
  assert_result (thread, "42");
  free_executor (executor);
}

/* While it works. */

static gboolean
has_quarter (gpointer thread)
{
  return my_thread_get_progress (thread) == 0.25;
}

static void
test_progress (void)
{
  MyExecutor *executor = new_executor ("echo progress 0.25; cat; echo progress 0.75; echo result over");
  MyThread *thread = start (executor, NULL, NULL);

  my_test_iterate_until (NULL, has_quarter, thread);
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_RUNNING);
  /* It is asked to stop, but has a result. */
  my_thread_cancel (thread);
  g_assert_true (my_thread_join (thread, NULL));
  g_assert_cmpfloat (my_thread_get_progress (thread), ==, 0.75);
  assert_result (thread, "over");
  free_executor (executor);
}

static void
test_cancelled (void)
{
  MyExecutor *const executors[] = {
    new_executor ("echo progress 0.25; cat; exit 1"),
    /* It does not listen, and has to be killed. */
    new_impatient_executor ("echo progress 0.25; exec sleep 10000"),
  };

  for (guint i = 0; i < G_N_ELEMENTS (executors); i++) {
    MyThread *thread = start (executors[i], NULL, NULL);

    my_test_iterate_until (NULL, has_quarter, thread);
    my_thread_cancel (thread);
    assert_fails (thread, MY_THREAD_STATE_CANCELLED, G_IO_ERROR, G_IO_ERROR_CANCELLED, "*");
    free_executor (executors[i]);
  }
}

/* Before it has begun, or when it is just about to. */
static void
test_cancelled_at_once (void)
{
  MyExecutor *executor = new_executor ("cat; exit 1");

  for (guint i = 0; i < 20; i++) {
    MyThread *thread = start (executor, NULL, NULL);

    my_thread_cancel (thread);
    assert_fails (thread, MY_THREAD_STATE_CANCELLED, G_IO_ERROR, G_IO_ERROR_CANCELLED, "*");
  }
  free_executor (executor);
}

/* The child's death is an error of the thread, and no more. */

static void
test_death (void)
{
  const struct {
    const char *script;
    const char *text;
    gboolean is_impatient;
  } deaths[] = {
    { "kill -KILL $$", "*signal 9*", FALSE },
    { "kill -SEGV $$", "*signal 11*", FALSE },
    { "exit 3", "*status 3*", FALSE },
    { "true", "*status 0*", FALSE },
    { "echo progress 0.5; exit 4", "*status 4*", FALSE },
    { "exec >&-; exit 5", "*status 5*", FALSE },
    /* It is killed before it has said all of it. */
    { "printf 'result 4'; kill -KILL $$", "*signal 9*", FALSE },
    /* It leaves somebody behind it who has its output. */
    { "sleep 5 2>&- & exit 6", "*status 6*", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (deaths); i++) {
    MyExecutor *executor = deaths[i].is_impatient ? new_impatient_executor (deaths[i].script) : new_executor (deaths[i].script);

    assert_fails (start (executor, NULL, NULL), MY_THREAD_STATE_FAILED, MY_THREAD_ERROR, MY_THREAD_ERROR_BROKEN, deaths[i].text);
    free_executor (executor);
  }
}

static gboolean
has_status (gpointer thread)
{
  char *status = my_thread_dup_status (thread);
  gboolean has = status != NULL;

  g_free (status);
  return has;
}

static void
test_killed (void)
{
  MyExecutor *executor = new_executor ("echo status $$; cat; echo result 1");
  MyThread *thread = start (executor, NULL, NULL);
  char *status;

  my_test_iterate_until (NULL, has_status, thread);
  status = my_thread_dup_status (thread);
  g_assert_cmpint (kill ((pid_t) g_ascii_strtoll (status, NULL, 10), SIGKILL), ==, 0);
  g_free (status);
  assert_fails (thread, MY_THREAD_STATE_FAILED, MY_THREAD_ERROR, MY_THREAD_ERROR_BROKEN, "*signal 9*");
  free_executor (executor);
}

static void
test_error (void)
{
  MyExecutor *executor = new_executor ("echo error out of luck; exit 1");

  assert_fails (start (executor, NULL, NULL), MY_THREAD_STATE_FAILED, G_IO_ERROR, G_IO_ERROR_FAILED, "out of luck");
  free_executor (executor);
}

/* A child that can not be had: the thread is as if it had never been started. */
static void
test_refused (void)
{
  const char *const command[] = { "/there/is/no/such/program", NULL };
  MyExecutor *executor = MY_EXECUTOR (example_process_executor_new (command, HOUR_MS));
  MyExecutor *other = new_executor ("echo result $1");
  MyThread *thread = g_object_new (MY_TYPE_THREAD, "args", g_variant_new ("(s)", "fine"), NULL);
  MyThread *wrong = g_object_new (MY_TYPE_THREAD, "args", g_variant_new ("(i)", 5), NULL);

  my_test_assert_fails (my_executor_submit (executor, thread, &error_), G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT);
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_NEW);
  g_assert_true (my_executor_submit (other, thread, NULL));
  assert_result (thread, "fine");

  my_test_assert_fails (my_executor_submit (other, wrong, &error_), G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_finalize_object (wrong);
  free_executor (executor);
  free_executor (other);
}

static void
test_many (void)
{
  MyExecutor *executor = new_executor ("echo progress 0.5; echo result $1");
  MyThread *threads[40];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    char number[8];

    g_snprintf (number, sizeof number, "%u", i);
    threads[i] = start (executor, NULL, number);
  }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    char number[8];

    g_snprintf (number, sizeof number, "%u", i);
    assert_result (threads[i], number);
  }
  free_executor (executor);
}

/* Groups: so many at once, and the first that fails ends the others. */

/* Waits for a file, so that nobody is done before all have been started. */
#define UNTIL_THERE "until test -e \"$1\"; do sleep 0.01; done; "

static void
test_group_limit (void)
{
  MyExecutor *executor = new_executor (UNTIL_THERE "echo result x");
  MyThreadGroup *group = my_thread_group_new ("children", NULL);
  g_autofree char *directory = g_dir_make_tmp ("test-executor-process-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (directory, "all-are-started", NULL);
  MyThread *threads[10];
  guint n_queued = 0;

  my_thread_group_set_max_running (group, 2);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    threads[i] = start (executor, group, path);
    n_queued += my_thread_get_state (threads[i]) == MY_THREAD_STATE_QUEUED;
  }
  g_assert_cmpuint (n_queued, >=, G_N_ELEMENTS (threads) - 2);
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  g_assert_true (my_thread_group_join (group, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    assert_result (threads[i], "x");
  }
  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_cmpint (g_rmdir (directory), ==, 0);
  my_test_release (group);
  free_executor (executor);
}

static void
test_cancel_on_error (void)
{
  MyExecutor *executor = new_executor ("case $1 in bad) exit 1;; esac; cat; exit 2");
  MyThreadGroup *group = my_thread_group_new ("children", NULL);
  MyThread *threads[5];

  my_thread_group_set_cancel_on_error (group, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    threads[i] = start (executor, group, "good");
  }
  g_object_unref (start (executor, group, "bad"));
  my_test_assert_fails (my_thread_group_join (group, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_BROKEN);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    assert_fails (threads[i], MY_THREAD_STATE_CANCELLED, G_IO_ERROR, G_IO_ERROR_CANCELLED, "*");
  }
  my_test_release (group);
  free_executor (executor);
}

/* Nobody has a reference, neither to the executor nor to its threads. */
static void
test_let_go (void)
{
  MyExecutor *executor = new_executor ("echo result $1");

  for (guint i = 0; i < 5; i++) {
    g_object_unref (start (executor, NULL, "x"));
  }
  free_executor (executor);
}

/* Gone before its OS thread has begun to run its loop. */
static void
test_dropped_at_once (void)
{
  for (guint i = 0; i < 100; i++) {
    free_executor (new_executor ("true"));
  }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/executor-process/result", test_result);
  g_test_add_func ("/executor-process/progress", test_progress);
  g_test_add_func ("/executor-process/cancelled", test_cancelled);
  g_test_add_func ("/executor-process/cancelled-at-once", test_cancelled_at_once);
  g_test_add_func ("/executor-process/death", test_death);
  g_test_add_func ("/executor-process/killed", test_killed);
  g_test_add_func ("/executor-process/error", test_error);
  g_test_add_func ("/executor-process/refused", test_refused);
  g_test_add_func ("/executor-process/many", test_many);
  g_test_add_func ("/executor-process/group-limit", test_group_limit);
  g_test_add_func ("/executor-process/cancel-on-error", test_cancel_on_error);
  g_test_add_func ("/executor-process/let-go", test_let_go);
  g_test_add_func ("/executor-process/dropped-at-once", test_dropped_at_once);

  return g_test_run ();
}
