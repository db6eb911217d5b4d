/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-executor.h"
#include "test-thread-group.h"

/* what a group tells: progress, and failures */

/* a thread that sets its progress when it is told to */
typedef struct {
  MyTestGate step;
  MyTestGate done;
  double value; /* by the test, before it opens `step` */
  guint n_steps;
} Stepper;

#define STEPPER_SUCCEEDS 10.0
#define STEPPER_FAILS 11.0

static void
run_stepper (MyThread *thread,
             gpointer data,
             GError **error)
{
  Stepper *stepper = data;

  for (guint i = 1;; i++) {
    my_test_gate_wait_count (&stepper->step, i);
    if (stepper->value == STEPPER_FAILS) {
      my_test_run_fail (thread, NULL, error);
    }
    if (stepper->value >= STEPPER_SUCCEEDS) {
      return;
    }
    my_thread_set_progress (thread, stepper->value);
    my_test_gate_open (&stepper->done);
  }
}

static MyThread *
start_stepper (MyThreadGroup *group,
               Stepper *stepper)
{
  my_test_gate_init (&stepper->step);
  my_test_gate_init (&stepper->done);
  stepper->n_steps = 0;

  return start_in (group, run_stepper, stepper);
}

static void
step (Stepper *stepper,
      double value)
{
  stepper->value = value;
  stepper->n_steps++;
  my_test_gate_open (&stepper->step);
  if (value < STEPPER_SUCCEEDS) {
    my_test_gate_wait_count (&stepper->done, stepper->n_steps);
  }
}

static void
end_stepper (MyThread *thread,
             Stepper *stepper,
             double how)
{
  step (stepper, how);
  g_assert_cmpint (my_thread_join (thread, NULL), ==, how == STEPPER_SUCCEEDS);
  my_test_gate_clear (&stepper->step);
  my_test_gate_clear (&stepper->done);
  g_assert_finalize_object (thread);
}

#define assert_progress(group, expected) \
  g_assert_cmpfloat_with_epsilon (my_thread_group_get_progress (group), expected, 1e-9)

static void
test_progress (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  MyThreadGroup *child = my_thread_group_new (NULL, group);
  Stepper steppers[5];
  MyThread *a, *b, *c, *below, *next;

  a = start_stepper (group, &steppers[0]);
  b = start_stepper (group, &steppers[1]);
  assert_progress (group, 0.0);
  step (&steppers[0], 0.5);
  assert_progress (group, 0.25);
  step (&steppers[1], 0.25);
  assert_progress (group, 0.375);
  /* unknown counts 0 */
  step (&steppers[0], -1);
  assert_progress (group, 0.125);

  /* a subgroup has its own */
  below = start_stepper (child, &steppers[2]);
  step (&steppers[2], 1.0);
  assert_progress (group, 0.125);
  assert_progress (child, 1.0);
  end_stepper (below, &steppers[2], STEPPER_SUCCEEDS);
  assert_progress (group, 0.125);

  /* one that starts later is one more to be done */
  c = start_stepper (group, &steppers[3]);
  assert_progress (group, 0.25 / 3);

  /* what has ended counts 1, however it ended, and whatever it said */
  end_stepper (a, &steppers[0], STEPPER_SUCCEEDS);
  assert_progress (group, 1.25 / 3);
  end_stepper (b, &steppers[1], STEPPER_FAILS);
  assert_progress (group, 2.0 / 3);
  step (&steppers[3], 0.5);
  assert_progress (group, 2.5 / 3);
  end_stepper (c, &steppers[3], STEPPER_SUCCEEDS);
  assert_progress (group, 1.0);

  /* until no member is alive and the next one starts */
  next = start_stepper (group, &steppers[4]);
  assert_progress (group, 0.0);
  step (&steppers[4], 0.75);
  assert_progress (group, 0.75);
  end_stepper (next, &steppers[4], STEPPER_SUCCEEDS);
  assert_progress (group, 1.0);

  g_assert_false (my_thread_group_join (group, NULL));
  my_test_release (child);
  my_test_release (group);
}

/* one that waits for its turn is a member, with nothing done */
static void
test_progress_queued (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  Stepper steppers[2];
  MyThread *first, *queued, *cancelled;

  my_thread_group_set_max_running (group, 1);
  first = start_stepper (group, &steppers[0]);
  queued = start_stepper (group, &steppers[1]);
  cancelled = start_in (group, never_run, NULL);
  step (&steppers[0], 0.6);
  assert_progress (group, 0.2);
  my_thread_cancel (cancelled);
  assert_cancelled (cancelled);
  assert_progress (group, 1.6 / 3);
  end_stepper (first, &steppers[0], STEPPER_SUCCEEDS);
  assert_progress (group, 2.0 / 3);
  end_stepper (queued, &steppers[1], STEPPER_SUCCEEDS);
  assert_progress (group, 1.0);

  my_test_release (cancelled);
  my_test_release (group);
}

/* one that could not be started is as if nobody had tried */
static void
test_progress_refused (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  MyExecutor *closed = my_test_executor_new (MY_TEST_EXECUTOR_CLOSED);
  MyThread *refused = my_test_thread_new_in_group (group, NULL, NULL);
  Stepper stepper;
  MyThread *running;

  my_thread_set_executor (refused, closed);
  g_assert_false (my_thread_start (refused, NULL));
  assert_progress (group, 0.0);

  running = start_stepper (group, &stepper);
  end_stepper (running, &stepper, STEPPER_SUCCEEDS);
  assert_progress (group, 1.0);
  g_assert_false (my_thread_start (refused, NULL));
  assert_progress (group, 1.0);

  running = start_stepper (group, &stepper);
  step (&stepper, 0.5);
  assert_progress (group, 0.5);
  g_assert_false (my_thread_start (refused, NULL));
  assert_progress (group, 0.5);
  end_stepper (running, &stepper, STEPPER_SUCCEEDS);
  assert_progress (group, 1.0);

  g_assert_finalize_object (refused);
  my_test_executor_free (closed);
  my_test_release (group);
}

typedef struct {
  MyThreadGroup *group;
  GThread *thread;
  double seen;
} Watcher;

static void
on_progress (MyThreadGroup *group,
             GParamSpec *pspec,
             Watcher *watcher)
{
  g_assert_true (g_thread_self () == watcher->thread);
  watcher->seen = my_thread_group_get_progress (group);
}

static gboolean
has_seen_half (gpointer data)
{
  return ((Watcher *) data)->seen == 0.5;
}

static gboolean
has_seen_all (gpointer data)
{
  return ((Watcher *) data)->seen == 1.0;
}

static void
test_progress_notify (void)
{
  Watcher watcher = { my_thread_group_new (NULL, NULL), g_thread_self (), -1 };
  Stepper stepper;
  MyThread *thread;

  g_signal_connect (watcher.group, "notify::progress", G_CALLBACK (on_progress), &watcher);
  thread = start_stepper (watcher.group, &stepper);
  step (&stepper, 0.5);
  /* nothing comes before the loop has its turn */
  g_assert_cmpfloat (watcher.seen, !=, 0.5);
  my_test_iterate_until (NULL, has_seen_half, &watcher);
  step (&stepper, STEPPER_SUCCEEDS);
  my_test_iterate_until (NULL, has_seen_all, &watcher);

  my_test_finish (thread);
  my_test_gate_clear (&stepper.step);
  my_test_gate_clear (&stepper.done);
  my_test_release (watcher.group);
}

/* A GBinding needs nothing more: its target changes in the group's context only. */
static gboolean
progress_to_name (GBinding *binding,
                  const GValue *from,
                  GValue *to,
                  gpointer thread)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_assert_true (g_thread_self () == thread);
  g_value_set_string (to, g_ascii_formatd (text, sizeof text, "%.2f", g_value_get_double (from)));

  return TRUE;
}

static gboolean
is_named_all (gpointer target)
{
  g_autofree char *name = my_thread_dup_name (target);

  return strcmp (name, "1.00") == 0;
}

static void
test_progress_binding (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  MyThread *target = my_thread_new (NULL, NULL, NULL, NULL);
  g_autofree char *name = NULL;

  g_object_bind_property_full (group, "progress", target, "name", G_BINDING_SYNC_CREATE,
                               progress_to_name, NULL, g_thread_self (), NULL);
  name = my_thread_dup_name (target);
  g_assert_cmpstr (name, ==, "0.00");
  for (guint i = 0; i < 4; i++) {
    g_object_unref (start_in (group, my_test_run_nothing, NULL));
  }
  my_test_iterate_until (NULL, is_named_all, target);

  assert_group_joins (group);
  g_object_unref (target);
  my_test_iterate_pending (NULL);
  my_test_release (group);
}

/* the properties that are set */

static gpointer
set_elsewhere (gpointer group)
{
  g_object_set (group, "max-running", 4, "cancel-on-error", FALSE, NULL);

  return NULL;
}

static gboolean
is_told (gpointer data)
{
  MyTestLog *log = data;
  char *taken = my_test_log_take (log);
  gboolean told = strstr (taken, "max-running") != NULL;

  g_assert_true (taken[0] == '\0' || strchr (taken, '@') == NULL);
  g_free (taken);

  return told;
}

/* at once in the group's context, and from elsewhere there too, a little later; not if nothing changes */
static void
test_notify (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  g_autoptr (MyTestLog) log = my_test_log_new ();

  my_test_log_watch (log, group, NULL, "max-running cancel-on-error keep-finished");
  my_thread_group_set_max_running (group, 3);
  my_test_assert_log (log, "max-running");
  my_thread_group_set_max_running (group, 3);
  g_object_set (group, "max-running", 3, "keep-finished", FALSE, NULL);
  my_test_assert_log (log, "");
  g_object_set (group, "cancel-on-error", TRUE, NULL);
  g_object_set (group, "keep-finished", TRUE, NULL);
  my_test_assert_log (log, "cancel-on-error keep-finished");

  g_thread_join (g_thread_new (NULL, set_elsewhere, group));
  my_test_assert_log (log, "");
  my_test_iterate_until (NULL, is_told, log);

  g_free (my_test_log_take (log));
  my_test_log_unwatch (log, group);
  my_test_release (group);
}

/* thread-failed */

typedef struct {
  MyTestLog *log;
  const char *word;
  MyThread *thread;
} Failure;

static void
on_thread_failed (MyThreadGroup *group,
                  MyThread *thread,
                  const GError *error,
                  Failure *failure)
{
  g_assert_true (MY_IS_THREAD_GROUP (group));
  g_assert_true (thread == failure->thread);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_assert_cmpstr (error->message, ==, MY_TEST_FAILURE);
  g_assert_false (my_thread_is_alive (thread));
  my_test_log_add (failure->log, failure->word);
}

static void
test_failed_signal (void)
{
  guint id = g_signal_lookup ("thread-failed", MY_TYPE_THREAD_GROUP);
  GSignalQuery query;

  g_assert_cmpuint (id, !=, 0);
  g_signal_query (id, &query);
  g_assert_cmpuint (query.n_params, ==, 2);
  g_assert_cmpuint (query.param_types[0] & ~G_SIGNAL_TYPE_STATIC_SCOPE, ==, MY_TYPE_THREAD);
  g_assert_cmpuint (query.param_types[1] & ~G_SIGNAL_TYPE_STATIC_SCOPE, ==, G_TYPE_ERROR);
  g_assert_cmpuint (query.return_type, ==, G_TYPE_NONE);
}

/* once, in the order of the failures; not for what succeeds or is cancelled */
static void
test_failed (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  g_autoptr (MyTestLog) log = my_test_log_new ();
  Failure failure = { log, "failed", NULL };
  MyThread *succeeds, *cancelled;

  g_signal_connect (group, "thread-failed", G_CALLBACK (on_thread_failed), &failure);
  succeeds = start_in (group, my_test_run_nothing, NULL);
  my_test_finish (succeeds);
  cancelled = my_test_thread_new_in_group (group, never_run, NULL);
  my_thread_cancel (cancelled);
  g_assert_true (my_thread_start (cancelled, NULL));
  assert_cancelled (cancelled);
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "");

  /* a handler is somebody who looks at the error: nothing is logged at the end */
  failure.thread = start_plain_failing (group, NULL);
  my_test_wait_until (my_test_is_over, failure.thread);
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "failed");
  g_assert_finalize_object (failure.thread);

  /* a group's join in its context's owner delivers as well */
  failure.thread = start_in (group, my_test_run_fail, NULL);
  g_assert_false (my_thread_group_join (group, NULL));
  g_assert_false (my_thread_group_join (group, NULL));
  my_test_assert_log (log, "failed");
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "");
  g_assert_finalize_object (failure.thread);

  my_test_release (cancelled);
  my_test_release (group);
}

typedef struct {
  MyThreadGroup *parent;
  MyThreadGroup *child;
  MyTestLog *log;
  Failure failure;
  gint gone; /* atomic */
} Elsewhere;

static void
make_child (gpointer data)
{
  Elsewhere *elsewhere = data;

  elsewhere->log = my_test_log_new ();
  elsewhere->failure.log = elsewhere->log;
  elsewhere->child = my_thread_group_new ("child", elsewhere->parent);
  g_signal_connect (elsewhere->child, "thread-failed", G_CALLBACK (on_thread_failed), &elsewhere->failure);
}

/* The thread, which is the test's, keeps its group. */
static void
drop_child (gpointer data)
{
  Elsewhere *elsewhere = data;

  g_object_unref (elsewhere->child);
}

static gboolean
has_word (gpointer data)
{
  MyTestGate *gate = data;

  return my_test_gate_is_open (gate);
}

static void
open_gate (MyThreadGroup *group,
           MyThread *thread,
           const GError *error,
           MyTestGate *gate)
{
  my_test_gate_open (gate);
}

/* to the parents, each in its own context: the child's is another thread's */
static void
test_failed_bubbles (void)
{
  MyThreadGroup *root = my_thread_group_get_default ();
  Elsewhere elsewhere = { .failure.word = "child" };
  g_autoptr (MyTestLog) log = my_test_log_new ();
  Failure parent_failure = { log, "parent", NULL };
  Failure root_failure = { log, "root", NULL };
  g_auto (MyTestGate) parent_told = MY_TEST_GATE_INIT;
  g_auto (MyTestGate) child_told = MY_TEST_GATE_INIT;
  MyTestLoop loop;
  MyThread *thread;

  my_test_loop_init (&loop);
  elsewhere.parent = my_thread_group_new ("parent", NULL);
  my_test_loop_call (&loop, make_child, &elsewhere);
  thread = my_test_thread_new_in_group (elsewhere.child, my_test_run_fail, NULL);
  elsewhere.failure.thread = parent_failure.thread = root_failure.thread = thread;
  g_signal_connect (elsewhere.child, "thread-failed", G_CALLBACK (open_gate), &child_told);
  g_signal_connect (elsewhere.parent, "thread-failed", G_CALLBACK (on_thread_failed), &parent_failure);
  g_signal_connect (root, "thread-failed", G_CALLBACK (on_thread_failed), &root_failure);
  g_signal_connect (root, "thread-failed", G_CALLBACK (open_gate), &parent_told);

  g_assert_true (my_thread_start (thread, NULL));
  my_test_gate_wait (&child_told);
  my_test_iterate_until (NULL, has_word, &parent_told);
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "parent root");
  /* the log says where a word comes from another thread than the log itself */
  my_test_assert_log (elsewhere.log, "child");
  g_assert_false (my_thread_join (thread, NULL));

  g_signal_handlers_disconnect_by_data (root, &root_failure);
  g_signal_handlers_disconnect_by_data (root, &parent_told);
  my_test_log_free (elsewhere.log);
  my_test_loop_call (&loop, drop_child, &elsewhere);
  my_test_loop_clear (&loop);
  my_test_release (thread);
  my_test_release (elsewhere.parent);
}

/* a handler that starts another one is not called again in start(), however fast that one fails */

#define N_RETRIES 200

typedef struct {
  guint depth;
  guint n_calls;
} Retries;

static void
retry (MyThreadGroup *group,
       MyThread *thread,
       const GError *error,
       Retries *retries)
{
  g_assert_cmpuint (++retries->depth, ==, 1);
  if (++retries->n_calls < N_RETRIES) {
    MyThread *next = start_plain_failing (group, NULL);

    my_test_wait_until (my_test_is_over, next);
    g_object_unref (next);
    if (retries->n_calls % 2) {
      g_object_unref (start_in (group, my_test_run_nothing, NULL));
    }
  }
  retries->depth--;
}

static gboolean
has_retried (gpointer data)
{
  Retries *retries = data;

  return retries->n_calls == N_RETRIES;
}

static void
test_failed_retry (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  Retries retries = { 0 };

  /* start() has something to bring up to date */
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (group)), ==, 0);
  g_signal_connect (group, "thread-failed", G_CALLBACK (retry), &retries);
  g_object_unref (start_plain_failing (group, NULL));
  my_test_iterate_until (NULL, has_retried, &retries);
  g_assert_cmpuint (retries.n_calls, ==, N_RETRIES);
  my_test_release (group);
}

/* a failure in a group that nobody can join any more is not kept for a join, nor is it lost */

static gboolean
is_gone_without_loop (gpointer pointer_to_pointer)
{
  g_assert_true (my_thread_sleep (1, NULL));

  return my_test_is_null (pointer_to_pointer);
}

static void
test_failed_forsaken (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  MyThread *thread = start_plain_failing (group, "the-forsaken-one");

  g_object_add_weak_pointer (G_OBJECT (thread), (gpointer *) &thread);
  g_object_add_weak_pointer (G_OBJECT (group), (gpointer *) &group);
  g_test_expect_message ("MyThread", G_LOG_LEVEL_WARNING, "*the-forsaken-one*" MY_TEST_FAILURE "*");
  g_object_unref (thread);
  g_object_unref (group);
  my_test_wait_until (is_gone_without_loop, &thread);
  my_test_wait_until (is_gone_without_loop, &group);
  g_test_assert_expected_messages ();
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/thread-group/progress", test_progress);
  g_test_add_func ("/thread-group/progress/queued", test_progress_queued);
  g_test_add_func ("/thread-group/progress/refused", test_progress_refused);
  g_test_add_func ("/thread-group/progress/notify", test_progress_notify);
  g_test_add_func ("/thread-group/progress/binding", test_progress_binding);
  g_test_add_func ("/thread-group/notify", test_notify);
  g_test_add_func ("/thread-group/failed/signal", test_failed_signal);
  g_test_add_func ("/thread-group/failed", test_failed);
  g_test_add_func ("/thread-group/failed/bubbles", test_failed_bubbles);
  g_test_add_func ("/thread-group/failed/retry", test_failed_retry);
  g_test_add_func ("/thread-group/failed/forsaken", test_failed_forsaken);

  return g_test_run ();
}
