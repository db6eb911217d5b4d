/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "test-thread-group.h"

/* join() of a group, join_async(), and its place in the wait-for graph */

static void
assert_group_join_gives (MyThreadGroup *group,
                         gint64 timeout_us,
                         GQuark domain,
                         gint code)
{
  my_test_assert_fails (my_thread_group_join_timeout (group, timeout_us, &error_), domain, code);
}

static void
run_fail_with_name (MyThread *thread,
                    gpointer data,
                    GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY, data);
}

static MyThread *
start_failing (MyThreadGroup *group,
               const char *message)
{
  return start_in (group, run_fail_with_name, (gpointer) message);
}

static void
assert_group_reports (MyThreadGroup *group,
                      const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (my_thread_group_join (group, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  g_assert_cmpstr (error->message, ==, message);
}

static gpointer
foreign_thread (gpointer data)
{
  my_thread_get_current ();
  my_test_run_block (NULL, data, NULL);

  return NULL;
}

static void
test_empty (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  MyThread *never_started = my_test_thread_new_in_group (group, NULL, NULL);
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  GThread *foreign;

  g_assert_true (my_thread_group_join (group, NULL));
  g_assert_true (my_thread_group_join_timeout (group, 0, NULL));
  g_assert_true (my_thread_group_join_timeout (group, 1000, NULL));

  /* the main thread and foreign ones are part of no join */
  foreign = g_thread_new (NULL, foreign_thread, &block);
  my_test_gate_wait (&block.entered);
  g_assert_true (my_thread_group_join (my_thread_group_get_default (), NULL));
  my_test_gate_open (&block.release);
  g_thread_join (foreign);

  g_assert_finalize_object (never_started);
  my_test_release (group);
}

static void
test_timeout (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  MyThreadGroup *child = my_thread_group_new (NULL, group);
  MyTestBlock blocks[2];
  MyThread *member = start_block_in (group, &blocks[0]);
  MyThread *below = start_block_in (child, &blocks[1]);
  gint64 before;

  assert_group_join_gives (group, 0, MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT);
  before = g_get_monotonic_time ();
  assert_group_join_gives (group, 20000, MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT);
  g_assert_cmpint (g_get_monotonic_time () - before, >=, 20000);
  g_assert_true (my_thread_is_alive (member));

  /* the subgroup's are waited for too */
  release (member, &blocks[0]);
  assert_group_join_gives (group, 0, MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT);
  assert_group_join_gives (my_thread_group_get_default (), 0, MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT);
  release (below, &blocks[1]);
  g_assert_true (my_thread_group_join_timeout (group, 0, NULL));

  /* a limit that is long enough, and none */
  g_object_unref (start_in (child, my_test_run_nothing, NULL));
  g_assert_true (my_thread_group_join_timeout (group, MY_TEST_LONG_US, NULL));
  g_object_unref (start_in (child, my_test_run_nothing, NULL));
  g_assert_true (my_thread_group_join_timeout (group, -1, NULL));

  my_test_release (child);
  my_test_release (group);
}

typedef struct {
  MyThreadGroup *group;
  gint n_runs; /* atomic */
} Meanwhile;

static void
run_last (MyThread *thread,
          gpointer data,
          GError **error)
{
  Meanwhile *self = data;

  g_thread_yield ();
  g_atomic_int_inc (&self->n_runs);
}

static void
run_start_another (MyThread *thread,
                   gpointer data,
                   GError **error)
{
  Meanwhile *self = data;

  /* a hint: the test is right without it */
  my_test_wait_until_asleep (my_thread_get_main ());
  g_object_unref (start_in (self->group, run_last, self));
  g_atomic_int_inc (&self->n_runs);
}

static void
test_meanwhile (void)
{
  Meanwhile data = { .group = my_thread_group_new (NULL, NULL) };

  for (gint i = 1; i <= 20; i++) {
    g_object_unref (start_in (data.group, run_start_another, &data));
    assert_group_joins (data.group);
    g_assert_cmpint (g_atomic_int_get (&data.n_runs), ==, 2 * i);
    g_assert_cmpuint (my_thread_group_active_count (data.group), ==, 0);
  }
  my_test_iterate_pending (NULL);
  my_test_release (data.group);
}

/* joined by its owner, so what its members have to say has been said */
static void
test_delivers (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  g_autoptr (MyTestLog) log = my_test_log_new ();
  MyThread *thread = my_test_thread_new_in_group (group, my_test_run_nothing, NULL);

  my_test_log_watch (log, thread, NULL, "started alive finished");
  g_assert_true (my_thread_start (thread, NULL));
  assert_group_joins (group);
  g_assert_true (my_test_log_has_finished (log));
  g_free (my_test_log_take (log));
  my_test_iterate_pending (NULL);
  g_assert_finalize_object (thread);
  my_test_release (group);
}

static void
count_finished (MyThread *thread,
                guint *n_finished)
{
  ++*n_finished;
}

/* Enough of them that the owner does not go through its list one by one. */
#define N_MANY 200

/* The same of many threads in subgroups, of which none is alive any more. What is not of the group is left to the loop. */
static void
test_delivers_many_below (void)
{
  g_autoptr (GPtrArray) threads = g_ptr_array_new ();
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  MyThreadGroup *below[3];
  MyThread *other = my_thread_new (NULL, NULL, NULL, NULL);
  guint n_finished = 0;
  guint n_finished_others = 0;

  g_signal_connect (other, "finished", G_CALLBACK (count_finished), &n_finished_others);
  g_assert_true (my_thread_start (other, NULL));
  my_test_wait_until (my_test_is_over, other);

  below[0] = my_thread_group_new (NULL, group);
  below[1] = my_thread_group_new (NULL, group);
  below[2] = my_thread_group_new (NULL, below[1]);
  for (guint i = 0; i < N_MANY; i++) {
    MyThread *thread = g_object_new (MY_TYPE_THREAD, "group", below[i % 3], NULL);

    g_signal_connect (thread, "finished", G_CALLBACK (count_finished), &n_finished);
    g_assert_true (my_thread_start (thread, NULL));
    g_ptr_array_add (threads, thread);
  }

  assert_group_joins (group);
  g_assert_cmpuint (n_finished, ==, N_MANY);
  g_assert_cmpuint (n_finished_others, ==, 0);

  my_test_iterate_pending (NULL);
  g_assert_cmpuint (n_finished, ==, N_MANY);
  g_assert_cmpuint (n_finished_others, ==, 1);
  g_assert_finalize_object (other);
  for (guint i = 0; i < N_MANY; i++) {
    g_assert_finalize_object (threads->pdata[i]);
  }
  for (guint i = 3; i-- > 0;) {
    my_test_release (below[i]);
  }
  my_test_release (group);
}

/* failures */

static void
test_failures (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  MyThread *first, *second, *third, *succeeds;

  /* one after the other */
  my_thread_group_set_max_running (group, 1);
  first = start_failing (group, "first");
  succeeds = start_in (group, my_test_run_nothing, NULL);
  second = start_failing (group, "second");
  /* joins of the thread are no joins of the group */
  g_assert_false (my_thread_join (second, NULL));

  assert_group_reports (group, "first");
  assert_group_reports (group, "second");
  assert_group_joins (group);
  assert_group_joins (group);
  third = start_failing (group, "third");
  assert_group_reports (group, "third");
  assert_group_joins (group);

  g_assert_finalize_object (first);
  g_assert_finalize_object (second);
  g_assert_finalize_object (third);
  g_assert_finalize_object (succeeds);
  my_test_release (group);
}

/* The object may be gone, but its failure is not; and the join is somebody who looks at it, whenever it comes. */
static void
test_failure_of_dropped (void)
{
  for (guint i = 0; i < 20; i++) {
    MyThreadGroup *group = my_thread_group_new (NULL, NULL);
    MyThread *thread = start_plain_failing (group, "gone");

    if (i % 2 == 0) {
      my_test_wait_until (my_test_is_over, thread);
    }
    g_object_unref (thread);
    my_test_assert_fails (my_thread_group_join (group, &error_), G_IO_ERROR, G_IO_ERROR_EXISTS);
    assert_group_joins (group);
    my_test_release (group);
  }
}

/* a join that ends by its limit has reported nothing */
static void
test_failure_after_timeout (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  MyTestBlock block;
  MyThread *thread = start_block_in (group, &block);
  MyThread *fails = start_failing (group, "early");

  my_test_wait_until (my_test_is_over, fails);
  assert_group_join_gives (group, 0, MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT);
  release (thread, &block);
  assert_group_reports (group, "early");
  assert_group_joins (group);
  g_assert_finalize_object (fails);
  my_test_release (group);
}

static void
test_cancelled_members (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *sleeps, *never;

  sleeps = start_in (group, my_test_run_sleep, &block);
  never = my_test_thread_new_in_group (group, never_run, NULL);
  my_thread_cancel (never);
  g_assert_true (my_thread_start (never, NULL));
  my_thread_cancel (sleeps);
  assert_group_joins (group);

  my_test_release (sleeps);
  my_test_release (never);
  my_test_release (group);
}

/* each group has callers of its own: what one has been told, the other has not */
static void
test_failures_below (void)
{
  MyThreadGroup *parent = my_thread_group_new (NULL, NULL);
  MyThreadGroup *child = my_thread_group_new (NULL, parent);
  MyThread *fails;

  fails = start_failing (child, "parent first");
  assert_group_reports (parent, "parent first");
  assert_group_reports (child, "parent first");
  assert_group_joins (parent);
  assert_group_joins (child);
  g_assert_finalize_object (fails);

  fails = start_failing (child, "child first");
  assert_group_reports (child, "child first");
  assert_group_reports (parent, "child first");
  assert_group_joins (parent);
  assert_group_joins (child);
  g_assert_finalize_object (fails);

  /* a child's join has nothing to do with its parent's members */
  fails = start_failing (parent, "above");
  g_assert_false (my_thread_join (fails, NULL));
  assert_group_joins (child);
  assert_group_reports (parent, "above");
  g_assert_finalize_object (fails);

  /* a subgroup that is gone has left its failure to its parent */
  g_object_unref (start_failing (child, "left"));
  g_assert_false (my_thread_group_join (child, NULL));
  my_test_iterate_pending (NULL);
  my_test_release (child);
  assert_group_reports (parent, "left");
  assert_group_joins (parent);
  my_test_release (parent);
}

/* deadlocks, and waits that end by a cancellation */

typedef struct {
  MyThreadGroup *group;
  MyThread *target;
  MyTestGate *gate; /* or NULL: waited for before the join */
  gint64 timeout_us;
  GError *error; /* what the join said */
} Joiner;

static void
run_joiner (MyThread *thread,
            gpointer data,
            GError **error)
{
  Joiner *self = data;

  if (self->gate) {
    my_test_gate_wait (self->gate);
  }
  if (self->target) {
    my_thread_join_timeout (self->target, self->timeout_us, &self->error);
  } else {
    my_thread_group_join_timeout (self->group, self->timeout_us, &self->error);
  }
}

/* What a member of one group hears that joins another: this, or nothing. */
static void
assert_member_joins (MyThreadGroup *of,
                     MyThreadGroup *group,
                     gint64 timeout_us,
                     gboolean is_deadlock)
{
  Joiner joiner = { .group = group, .timeout_us = timeout_us };

  my_test_finish (start_in (of, run_joiner, &joiner));
  if (is_deadlock) {
    my_test_assert_error (&joiner.error, MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK);
  } else {
    g_assert_no_error (joiner.error);
  }
}

static void
test_deadlock_member (void)
{
  const gint64 timeouts[] = { 0, 1000, -1 };
  MyThreadGroup *parent = my_thread_group_new (NULL, NULL);
  MyThreadGroup *child = my_thread_group_new (NULL, parent);

  for (guint i = 0; i < G_N_ELEMENTS (timeouts); i++) {
    assert_member_joins (parent, parent, timeouts[i], TRUE);
    /* a member of a subgroup is waited for by the parent as well */
    assert_member_joins (child, parent, timeouts[i], TRUE);
    assert_member_joins (child, my_thread_group_get_default (), timeouts[i], TRUE);
    /* the other way round it is none */
    assert_member_joins (parent, child, -1, FALSE);
  }

  my_test_release (child);
  my_test_release (parent);
}

/* main waits for the group, and the member for main: the second of them is told */
static void
run_join_main (MyThread *thread,
               gpointer data,
               GError **error)
{
  Joiner *self = data;

  my_test_wait_until_asleep (my_thread_get_main ());
  my_thread_join (my_thread_get_main (), &self->error);
}

static void
test_deadlock_cycle (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  Joiner joiner = { .group = group };
  g_autoptr (GError) error = NULL;
  MyThread *member = start_in (group, run_join_main, &joiner);

  if (my_thread_group_join (group, &error)) {
    g_assert_error (joiner.error, MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK);
  } else {
    g_assert_error (error, MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK);
    my_thread_cancel (member);
    assert_group_joins (group);
    g_assert_error (joiner.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  }
  g_clear_error (&joiner.error);
  my_test_finish (member);
  my_test_release (group);
}

/* two threads, each of which joins the group of the other */
static void
test_deadlock_two_groups (void)
{
  MyThreadGroup *groups[2] = { my_thread_group_new (NULL, NULL), my_thread_group_new (NULL, NULL) };
  g_auto (MyTestGate) gate = MY_TEST_GATE_INIT;
  Joiner joiners[2] = {
    { .group = groups[1], .gate = &gate, .timeout_us = -1 },
    { .group = groups[0], .gate = &gate, .timeout_us = -1 },
  };
  MyThread *threads[2];
  guint told;

  for (guint i = 0; i < 2; i++) {
    threads[i] = start_in (groups[i], run_joiner, &joiners[i]);
  }
  my_test_gate_open (&gate);
  for (guint i = 0; i < 2; i++) {
    my_test_finish (threads[i]);
  }
  told = joiners[0].error ? 0 : 1;
  my_test_assert_error (&joiners[told].error, MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK);
  g_assert_no_error (joiners[!told].error);
  for (guint i = 0; i < 2; i++) {
    my_test_release (groups[i]);
  }
}

/* A queued sibling runs when one of those that run has ended, so it is they that it waits for. */
static void
test_deadlock_queue (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  MyTestGate gate;
  Joiner joiners[2] = {
    { .gate = &gate, .timeout_us = -1 },
    { .gate = &gate, .timeout_us = -1 },
  };
  MyThread *threads[2], *queued;
  guint told;

  my_test_gate_init (&gate);
  my_thread_group_set_max_running (group, 1);
  threads[0] = start_in (group, run_joiner, &joiners[0]);
  queued = start_in (group, my_test_run_nothing, NULL);
  joiners[0].target = queued;
  my_test_gate_open (&gate);
  my_test_finish (threads[0]);
  my_test_assert_error (&joiners[0].error, MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK);
  my_test_finish (queued);
  my_test_gate_clear (&gate);

  /* two of them: the first one may wait, because the second might end */
  my_test_gate_init (&gate);
  my_thread_group_set_max_running (group, 2);
  for (guint i = 0; i < 2; i++) {
    threads[i] = start_in (group, run_joiner, &joiners[i]);
  }
  queued = start_in (group, my_test_run_nothing, NULL);
  joiners[0].target = joiners[1].target = queued;
  my_test_gate_open (&gate);
  for (guint i = 0; i < 2; i++) {
    my_test_finish (threads[i]);
  }
  told = joiners[0].error ? 0 : 1;
  my_test_assert_error (&joiners[told].error, MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK);
  g_assert_no_error (joiners[!told].error);
  my_test_finish (queued);

  /* with a limit it is no deadlock */
  my_test_gate_clear (&gate);
  my_test_gate_init (&gate);
  my_thread_group_set_max_running (group, 1);
  joiners[0].timeout_us = 1000;
  threads[0] = start_in (group, run_joiner, &joiners[0]);
  queued = start_in (group, my_test_run_nothing, NULL);
  joiners[0].target = queued;
  my_test_gate_open (&gate);
  my_test_finish (threads[0]);
  my_test_assert_error (&joiners[0].error, MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT);
  my_test_finish (queued);

  my_test_gate_clear (&gate);
  my_test_release (group);
}

static void
test_caller_cancelled (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  Joiner joiner = { .group = group, .timeout_us = -1 };
  MyTestBlock block;
  MyThread *member = start_block_in (group, &block);
  MyThread *caller = my_test_start (NULL, run_joiner, &joiner);

  my_test_wait_until_waiting (caller);
  my_thread_cancel (caller);
  g_assert_true (my_thread_join (caller, NULL) || my_thread_get_state (caller) == MY_THREAD_STATE_CANCELLED);
  if (my_thread_get_state (caller) == MY_THREAD_STATE_SUCCEEDED) {
    my_test_assert_error (&joiner.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  }
  g_assert_true (my_thread_is_alive (member));
  g_assert_false (my_thread_is_cancelled (member));
  release (member, &block);

  g_assert_finalize_object (caller);
  my_test_release (group);
}

/* join_async */

typedef struct {
  MyThreadGroup *group;
  MyTestLog *log;
  const char *word;
} Async;

static void
on_joined (GObject *source,
           GAsyncResult *result,
           gpointer data)
{
  Async *self = data;
  g_autoptr (GError) error = NULL;
  gboolean ok;

  g_assert_true (source == G_OBJECT (self->group));
  ok = my_thread_group_join_finish (self->group, result, &error);
  g_assert_cmpint (ok, ==, error == NULL);
  my_test_log_add (self->log, self->word);
  my_test_log_add (self->log, error ? error->message : "ok");
  my_test_log_add (self->log, "finished");
}

static void
test_async (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  g_autoptr (MyTestLog) log = my_test_log_new ();
  Async first = { group, log, "first" }, second = { group, log, "second" };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  MyTestBlock block;
  MyThread *thread, *fails;

  /* never before it has returned, even if there is nothing to wait for */
  my_thread_group_join_async (group, NULL, on_joined, &first);
  my_test_assert_log (log, "");
  my_test_iterate_until (NULL, my_test_log_has_finished, log);
  my_test_assert_log (log, "first ok finished");

  thread = start_block_in (group, &block);
  my_thread_group_join_async (group, cancellable, on_joined, &first);
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "");
  my_test_gate_open (&block.release);
  my_test_iterate_until (NULL, my_test_log_has_finished, log);
  my_test_assert_log (log, "first ok finished");
  my_test_finish (thread);
  my_test_block_clear (&block);

  /* it is a join like any other: it reports a failure, once */
  fails = start_failing (group, "busy");
  my_thread_group_join_async (group, cancellable, on_joined, &first);
  my_test_iterate_until (NULL, my_test_log_has_finished, log);
  my_test_assert_log (log, "first busy finished");
  assert_group_joins (group);
  g_assert_finalize_object (fails);

  /* one of two is cancelled: the group goes on, and so does the other */
  thread = start_block_in (group, &block);
  my_thread_group_join_async (group, cancellable, on_joined, &first);
  my_thread_group_join_async (group, NULL, on_joined, &second);
  my_test_iterate_pending (NULL);
  g_cancellable_cancel (cancellable);
  my_test_assert_log (log, "");
  my_test_iterate_until (NULL, my_test_log_has_finished, log);
  my_test_assert_log (log, "first Operation was cancelled finished");
  g_assert_false (my_thread_is_cancelled (thread));
  my_test_gate_open (&block.release);
  my_test_iterate_until (NULL, my_test_log_has_finished, log);
  my_test_assert_log (log, "second ok finished");
  my_test_finish (thread);
  my_test_block_clear (&block);

  /* one that is cancelled before it begins */
  my_thread_group_join_async (group, cancellable, on_joined, &first);
  my_test_iterate_until (NULL, my_test_log_has_finished, log);
  my_test_assert_log (log, "first Operation was cancelled finished");

  my_test_iterate_pending (NULL);
  my_test_release (group);
}

/* A member may ask for it: nobody waits, so there is no deadlock; nor is a callback needed. */
static void
run_join_async (MyThread *thread,
                gpointer group,
                GError **error)
{
  my_thread_group_join_async (group, NULL, NULL, NULL);
}

static void
test_async_member (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  MyThread *thread = start_in (group, run_join_async, group);

  assert_group_joins (group);
  my_test_finish (thread);
  my_test_release (group);
}

/* what is told of the group itself: each failure, and a list that shows no member any more */

static void
count_failed (MyThreadGroup *group,
              MyThread *thread,
              const GError *error,
              guint *n_failed)
{
  ++*n_failed;
}

static void
test_delivers_all_failures (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  MyThread *threads[3];
  guint n_failed = 0;

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (group)), ==, 0);
  g_signal_connect (group, "thread-failed", G_CALLBACK (count_failed), &n_failed);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    threads[i] = start_plain_failing (group, NULL);
  }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    my_test_wait_until (my_test_is_over, threads[i]);
    g_object_unref (threads[i]);
  }
  g_assert_false (my_thread_group_join (group, NULL));
  g_assert_cmpuint (n_failed, ==, G_N_ELEMENTS (threads));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (group)), ==, 0);
  my_test_release (group);
}

/* in the loop of a context that is not the thread's default one */

typedef struct {
  GMainContext *context;
  gint is_done;
} Iterated;

static gboolean
join_in_loop (gpointer data)
{
  Iterated *iterated = data;
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  g_autoptr (MyTestLog) log = my_test_log_new ();
  MyThread *thread = g_object_new (MY_TYPE_THREAD, "group", group, "main-context", iterated->context, NULL);

  my_test_log_watch (log, thread, NULL, "started finished");
  g_assert_true (my_thread_start (thread, NULL));
  assert_group_joins (group);
  my_test_assert_log (log, "started finished");
  g_assert_finalize_object (thread);
  g_object_unref (group);
  iterated->is_done = TRUE;

  return G_SOURCE_REMOVE;
}

static void
test_delivers_in_loop (void)
{
  Iterated iterated = { g_main_context_new (), FALSE };
  GSource *source = g_idle_source_new ();

  g_source_set_callback (source, join_in_loop, &iterated, NULL);
  g_source_attach (source, iterated.context);
  my_test_iterate_until (iterated.context, my_test_is_set, &iterated.is_done);
  g_source_unref (source);
  g_main_context_unref (iterated.context);
  my_test_iterate_pending (NULL);
}

/* the last join lets go of the group as well: no loop is needed */
static void
test_lets_go (void)
{
  for (guint i = 0; i < 100; i++) {
    MyThreadGroup *group = my_thread_group_new (NULL, NULL);

    my_test_finish (start_in (group, my_test_run_nothing, NULL));
    g_assert_finalize_object (group);
  }
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/thread-group/join/empty", test_empty);
  g_test_add_func ("/thread-group/join/timeout", test_timeout);
  g_test_add_func ("/thread-group/join/meanwhile", test_meanwhile);
  g_test_add_func ("/thread-group/join/delivers", test_delivers);
  g_test_add_func ("/thread-group/join/delivers-many-below", test_delivers_many_below);
  g_test_add_func ("/thread-group/join/failures", test_failures);
  g_test_add_func ("/thread-group/join/failure-of-dropped", test_failure_of_dropped);
  g_test_add_func ("/thread-group/join/failure-after-timeout", test_failure_after_timeout);
  g_test_add_func ("/thread-group/join/cancelled-members", test_cancelled_members);
  g_test_add_func ("/thread-group/join/failures-below", test_failures_below);
  g_test_add_func ("/thread-group/join/deadlock/member", test_deadlock_member);
  g_test_add_func ("/thread-group/join/deadlock/cycle", test_deadlock_cycle);
  g_test_add_func ("/thread-group/join/deadlock/two-groups", test_deadlock_two_groups);
  g_test_add_func ("/thread-group/join/deadlock/queue", test_deadlock_queue);
  g_test_add_func ("/thread-group/join/caller-cancelled", test_caller_cancelled);
  g_test_add_func ("/thread-group/join/async", test_async);
  g_test_add_func ("/thread-group/join/async/member", test_async_member);
  g_test_add_func ("/thread-group/join/delivers-all-failures", test_delivers_all_failures);
  g_test_add_func ("/thread-group/join/delivers-in-loop", test_delivers_in_loop);
  g_test_add_func ("/thread-group/join/lets-go", test_lets_go);

  return g_test_run ();
}
