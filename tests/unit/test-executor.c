/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <pthread.h>

#include "my-test-thread.h"

/* An executor as somebody else might write it: it does what the test says with what it gets. */

#define TEST_TYPE_EXECUTOR (test_executor_get_type ())
G_DECLARE_FINAL_TYPE (TestExecutor, test_executor, TEST, EXECUTOR, GObject)

typedef gboolean (*ExecuteFunc) (TestExecutor *self,
                                 MyThread *thread,
                                 GError **error);

struct _TestExecutor {
  GObject parent_instance;
  ExecuteFunc execute;
  GPtrArray *queue;  /* of MyThread */
  GPtrArray *joined; /* of GThread, to be joined */
  guint n_refused;
};

static gboolean
test_executor_execute (MyExecutor *executor,
                       MyThread *thread,
                       GError **error)
{
  TestExecutor *self = TEST_EXECUTOR (executor);

  return self->execute (self, thread, error);
}

static void
test_executor_iface_init (MyExecutorInterface *iface)
{
  iface->execute = test_executor_execute;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestExecutor, test_executor, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (MY_TYPE_EXECUTOR, test_executor_iface_init))

static void
test_executor_finalize (GObject *object)
{
  TestExecutor *self = TEST_EXECUTOR (object);

  g_ptr_array_unref (self->queue);
  g_ptr_array_unref (self->joined);
  G_OBJECT_CLASS (test_executor_parent_class)->finalize (object);
}

static void
test_executor_class_init (TestExecutorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_executor_finalize;
}

static void
join_os_thread (gpointer thread)
{
  g_thread_join (thread);
}

static void
test_executor_init (TestExecutor *self)
{
  self->queue = g_ptr_array_new_with_free_func (g_object_unref);
  self->joined = g_ptr_array_new_with_free_func (join_os_thread);
}

static TestExecutor *
test_executor_new (ExecuteFunc execute)
{
  TestExecutor *self = g_object_new (TEST_TYPE_EXECUTOR, NULL);

  self->execute = execute;
  return self;
}

static void
test_executor_free (TestExecutor *self)
{
  g_ptr_array_set_size (self->joined, 0);
  g_ptr_array_set_size (self->queue, 0);
  g_assert_finalize_object (self);
}

/* Ways to execute. */

static gpointer
os_thread_run (gpointer thread)
{
  MyThread *before = my_thread_get_current ();

  g_assert_true (before != thread);
  my_thread_execute (thread);
  g_assert_true (my_thread_get_current () == before);
  g_object_unref (thread);
  return NULL;
}

static gboolean
execute_on_os_thread (TestExecutor *self,
                      MyThread *thread,
                      GError **error)
{
  g_ptr_array_add (self->joined, g_thread_new ("executor", os_thread_run, g_object_ref (thread)));
  return TRUE;
}

static gboolean
execute_later (TestExecutor *self,
               MyThread *thread,
               GError **error)
{
  g_ptr_array_add (self->queue, g_object_ref (thread));
  return TRUE;
}

static gboolean
execute_never (TestExecutor *self,
               MyThread *thread,
               GError **error)
{
  self->n_refused++;
  g_set_error_literal (error, MY_THREAD_ERROR, MY_THREAD_ERROR_SHUT_DOWN, "closed");
  return FALSE;
}

static gboolean
execute_here (TestExecutor *self,
              MyThread *thread,
              GError **error)
{
  my_thread_execute (thread);
  return TRUE;
}

static void
executor_run_queue_on_os_threads (TestExecutor *self)
{
  while (self->queue->len > 0) {
    MyThread *thread = g_ptr_array_steal_index (self->queue, 0);

    g_ptr_array_add (self->joined, g_thread_new ("executor", os_thread_run, thread));
  }
}

/* On OS threads of the executor. */

static void
run_check_current (MyThread *thread,
                   gpointer unused,
                   GError **error)
{
  g_assert_true (my_thread_get_current () == thread);
  g_assert_cmpuint (my_thread_get_ident (thread), !=, 0);
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_RUNNING);
}

/* On the thread that starts it: legal, if odd. */
static void
test_here (void)
{
  TestExecutor *executor = test_executor_new (execute_here);
  MyThread *thread = my_thread_new (NULL, run_check_current, NULL, NULL);

  my_thread_set_executor (thread, MY_EXECUTOR (executor));
  g_assert_true (my_thread_start (thread, NULL));
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_SUCCEEDED);
  g_assert_true (my_thread_get_current () == my_thread_get_main ());
  my_test_finish (thread);
  test_executor_free (executor);
}

/* QUEUED until it begins. */
static void
test_queued (void)
{
  TestExecutor *executor = test_executor_new (execute_later);
  MyThread *thread = my_thread_new (NULL, run_check_current, NULL, NULL);
  guint n_active = my_thread_active_count ();

  my_thread_set_executor (thread, MY_EXECUTOR (executor));
  g_assert_true (my_thread_start (thread, NULL));
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_QUEUED);
  g_assert_true (my_thread_is_alive (thread));
  g_assert_cmpuint (my_thread_active_count (), ==, n_active + 1);
  my_test_assert_fails (my_thread_join_timeout (thread, 0, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT);
  my_test_assert_fails (my_thread_start (thread, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_ALREADY_STARTED);
  executor_run_queue_on_os_threads (executor);
  g_assert_true (my_thread_join (thread, NULL));
  g_ptr_array_set_size (executor->joined, 0);
  g_assert_finalize_object (thread);
  test_executor_free (executor);
}

/* One that had to wait for its slot, and is refused then, has failed. */
static void
test_refused_later (void)
{
  TestExecutor *executor = test_executor_new (execute_never);
  MyThreadGroup *group = my_thread_group_new ("narrow", NULL);
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *running, *queued;

  my_thread_group_set_max_running (group, 1);
  running = my_test_thread_new_in_group (group, my_test_run_block, &block);
  queued = my_test_thread_new_in_group (group, NULL, NULL);
  my_thread_set_executor (queued, MY_EXECUTOR (executor));
  g_assert_true (my_thread_start (running, NULL));
  g_assert_true (my_thread_start (queued, NULL));
  g_assert_cmpuint (executor->n_refused, ==, 0);
  my_test_gate_open (&block.release);
  my_test_assert_fails (my_thread_join (queued, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_SHUT_DOWN);
  g_assert_cmpint (my_thread_get_state (queued), ==, MY_THREAD_STATE_FAILED);
  my_test_finish (running);
  g_assert_finalize_object (queued);
  my_test_release (group);
  test_executor_free (executor);
}

/* Elsewhere: begin and end are reported. */

static MyThread *
begin_elsewhere (TestExecutor *executor,
                 MyTestLog *log)
{
  MyThread *thread = my_test_thread_new (NULL, log, NULL, NULL);

  my_thread_set_executor (thread, MY_EXECUTOR (executor));
  g_assert_true (my_thread_start (thread, NULL));
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_QUEUED);
  my_thread_report_begin (thread);
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_RUNNING);
  return thread;
}

static void
end_elsewhere (TestExecutor *executor,
               MyThread *thread,
               MyTestLog *log)
{
  g_ptr_array_set_size (executor->queue, 0);
  my_thread_join (thread, NULL);
  my_test_assert_log (log, "class-started class-finished");
  g_assert_finalize_object (thread);
  my_test_assert_log (log, "finalized");
}

static void
test_reported (void)
{
  TestExecutor *executor = test_executor_new (execute_later);
  g_autoptr (MyTestLog) log = my_test_log_new ();
  MyThread *thread = begin_elsewhere (executor, log);
  GValue value = G_VALUE_INIT;
  GError *error;

  my_thread_set_progress (thread, 0.5);
  g_assert_cmpfloat (my_thread_get_progress (thread), ==, 0.5);
  my_thread_set_status (thread, "far away");
  g_value_init (&value, G_TYPE_INT);
  g_value_set_int (&value, 42);
  my_thread_report_end (thread, &value, NULL);
  g_value_unset (&value);
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_SUCCEEDED);
  g_assert_true (my_thread_get_result (thread, &value, NULL));
  g_assert_cmpint (g_value_get_int (&value), ==, 42);
  g_value_unset (&value);
  end_elsewhere (executor, thread, log);

  thread = begin_elsewhere (executor, log);
  my_thread_report_end (thread, NULL, NULL);
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_SUCCEEDED);
  end_elsewhere (executor, thread, log);

  thread = begin_elsewhere (executor, log);
  error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_EXISTS, MY_TEST_FAILURE);
  my_thread_report_end (thread, NULL, error);
  g_clear_error (&error);
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_FAILED);
  error = my_thread_dup_error (thread);
  my_test_assert_error (&error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  end_elsewhere (executor, thread, log);

  thread = begin_elsewhere (executor, log);
  my_thread_cancel (thread);
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_RUNNING);
  error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "stopped");
  my_thread_report_end (thread, NULL, error);
  g_clear_error (&error);
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_CANCELLED);
  end_elsewhere (executor, thread, log);

  test_executor_free (executor);
}

/* Its end wakes who waits for it, from whatever thread it is reported. */

static gpointer
report_end (gpointer thread)
{
  my_thread_report_begin (thread);
  my_thread_report_end (thread, NULL, NULL);
  g_object_unref (thread);
  return NULL;
}

static void
test_reported_from_elsewhere (void)
{
  TestExecutor *executor = test_executor_new (execute_later);

  for (guint i = 0; i < 50; i++) {
    MyThread *thread = my_thread_new (NULL, NULL, NULL, NULL);

    my_thread_set_executor (thread, MY_EXECUTOR (executor));
    g_assert_true (my_thread_start (thread, NULL));
    g_ptr_array_add (executor->joined, g_thread_new ("reporter", report_end, g_ptr_array_steal_index (executor->queue, 0)));
    g_assert_true (my_thread_join (thread, NULL));
    g_ptr_array_set_size (executor->joined, 0);
    g_assert_finalize_object (thread);
  }
  test_executor_free (executor);
}

/* Cancelled while the executor has it: it ends at once, and what the executor does with it then is nothing. */

static void
late_execute (MyThread *thread)
{
  my_thread_execute (thread);
}

static void
late_report (MyThread *thread)
{
  my_thread_report_begin (thread);
  my_thread_report_end (thread, NULL, NULL);
}

static void
test_cancelled_in_executor (void)
{
  void (*const late[]) (MyThread * thread) = { late_execute, late_report };

  for (gsize i = 0; i < G_N_ELEMENTS (late); i++) {
    TestExecutor *executor = test_executor_new (execute_later);
    g_autoptr (MyTestLog) log = my_test_log_new ();
    MyThread *thread = my_test_thread_new (NULL, log, NULL, NULL);

    my_thread_set_executor (thread, MY_EXECUTOR (executor));
    g_assert_true (my_thread_start (thread, NULL));
    my_thread_cancel (thread);
    g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_CANCELLED);
    my_test_assert_fails (my_thread_join (thread, &error_), G_IO_ERROR, G_IO_ERROR_CANCELLED);
    my_test_assert_log (log, "class-finished");

    late[i](g_ptr_array_index (executor->queue, 0));
    g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_CANCELLED);
    g_ptr_array_set_size (executor->queue, 0);
    my_test_iterate_pending (NULL);
    my_test_assert_log (log, "");
    g_assert_finalize_object (thread);
    my_test_assert_log (log, "finalized");
    test_executor_free (executor);
  }
}

/* One that passes on what it gets to a pool, which has not been asked for it back. */

static MyThreadPool *pool_behind;

static gboolean
execute_on_pool (TestExecutor *self,
                 MyThread *thread,
                 GError **error)
{
  return MY_EXECUTOR_GET_IFACE (pool_behind)->execute (MY_EXECUTOR (pool_behind), thread, error);
}

static void
wait_for_gate (gpointer gate)
{
  my_test_gate_wait (gate);
}

static void
count_run (MyThread *thread,
           gpointer n_run,
           GError **error)
{
  g_atomic_int_inc ((gint *) n_run);
}

static void
test_cancelled_in_pool_behind (void)
{
  TestExecutor *executor = test_executor_new (execute_on_pool);
  g_auto (MyTestGate) gate = MY_TEST_GATE_INIT;
  MyThread *thread;
  gint n_run = 0;

  pool_behind = my_thread_pool_new ("behind", 1);
  g_assert_true (my_thread_pool_push (pool_behind, wait_for_gate, &gate, NULL));

  thread = my_thread_new (NULL, count_run, &n_run, NULL);
  g_assert_true (my_executor_submit (MY_EXECUTOR (executor), thread, NULL));
  my_thread_cancel (thread);
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_CANCELLED);

  my_test_gate_open (&gate);
  g_assert_true (my_thread_pool_shutdown (pool_behind, MY_SHUTDOWN_DRAIN, NULL));
  g_assert_cmpint (n_run, ==, 0);
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_CANCELLED);
  g_assert_cmpuint (my_thread_active_count (), ==, 1);
  g_assert_cmpuint (my_thread_pool_get_n_queued (pool_behind), ==, 0);
  g_assert_cmpuint (my_thread_pool_get_n_completed (pool_behind), ==, 1);
  my_test_release (thread);

  /* And one that is not cancelled. */
  g_clear_object (&pool_behind);
  pool_behind = my_thread_pool_new ("behind", 1);
  thread = my_thread_new (NULL, count_run, &n_run, NULL);
  g_assert_true (my_executor_submit (MY_EXECUTOR (executor), thread, NULL));
  my_test_finish (thread);
  g_assert_cmpint (n_run, ==, 1);

  g_assert_true (my_thread_pool_shutdown (pool_behind, MY_SHUTDOWN_DRAIN, NULL));
  g_clear_object (&pool_behind);
  test_executor_free (executor);
}

/* Cancelled before: the executor is not troubled with it. */
static void
test_cancelled_before (void)
{
  TestExecutor *executor = test_executor_new (execute_later);
  MyThread *thread = my_thread_new (NULL, NULL, NULL, NULL);

  my_thread_set_executor (thread, MY_EXECUTOR (executor));
  my_thread_cancel (thread);
  g_assert_true (my_thread_start (thread, NULL));
  g_assert_cmpuint (executor->queue->len, ==, 0);
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_CANCELLED);
  g_assert_false (my_thread_join (thread, NULL));
  g_assert_finalize_object (thread);
  test_executor_free (executor);
}

/* submit() is the property and the start. */
static void
test_submit (void)
{
  TestExecutor *executor = test_executor_new (execute_on_os_thread);
  TestExecutor *refusing = test_executor_new (execute_never);
  MyThread *thread = my_thread_new (NULL, run_check_current, NULL, NULL);
  MyExecutor *got;
  GError *error = NULL;

  my_test_assert_fails (my_executor_submit (MY_EXECUTOR (refusing), thread, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_SHUT_DOWN);
  g_assert_true (my_executor_submit (MY_EXECUTOR (executor), thread, &error));
  g_assert_no_error (error);
  g_object_get (thread, "executor", &got, NULL);
  g_assert_true (got == MY_EXECUTOR (executor));
  g_object_unref (got);
  my_test_assert_fails (my_executor_submit (MY_EXECUTOR (refusing), thread, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_ALREADY_STARTED);
  got = my_thread_dup_executor (thread);
  g_assert_true (got == MY_EXECUTOR (executor));
  g_object_unref (got);

  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*executor*");
  my_thread_set_executor (thread, NULL);
  g_test_assert_expected_messages ();

  g_assert_true (my_thread_join (thread, NULL));
  g_ptr_array_set_size (executor->joined, 0);
  g_assert_finalize_object (thread);
  test_executor_free (executor);
  test_executor_free (refusing);
}

static void
test_submit_is_told (void)
{
  TestExecutor *executor = test_executor_new (execute_later);
  TestExecutor *other = test_executor_new (execute_later);
  g_autoptr (MyTestLog) log = my_test_log_new ();
  MyThread *thread = my_thread_new (NULL, run_check_current, NULL, NULL);

  my_thread_set_executor (thread, MY_EXECUTOR (other));
  my_test_log_watch (log, thread, NULL, "executor state finished");
  g_assert_true (my_executor_submit (MY_EXECUTOR (executor), thread, NULL));
  /* At once, as by the setter. */
  my_test_assert_log (log, "executor");
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "state");
  executor_run_queue_on_os_threads (executor);
  g_assert_true (my_thread_join (thread, NULL));
  my_test_assert_log (log, "state finished");
  g_ptr_array_set_size (executor->joined, 0);
  g_assert_finalize_object (thread);
  /* It has let go of the one, and of the other. */
  test_executor_free (executor);
  test_executor_free (other);
}

/* A reference that came with a change is no reason to tell, at a start(), of the end of a thread that somebody holds. */
static void
test_reported_and_held (void)
{
  TestExecutor *executor = test_executor_new (execute_later);
  g_autoptr (MyTestLog) log = my_test_log_new ();
  MyThread *thread = my_thread_new (NULL, NULL, NULL, NULL);

  g_assert_true (my_executor_submit (MY_EXECUTOR (executor), thread, NULL));
  my_thread_report_begin (thread);
  my_test_iterate_pending (NULL);
  my_thread_set_progress (thread, 0.5);
  my_thread_report_end (thread, NULL, NULL);
  my_test_finish (my_test_start (NULL, my_test_run_nothing, NULL));

  my_test_log_watch (log, thread, NULL, "progress state finished");
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "progress state finished");
  g_ptr_array_set_size (executor->queue, 0);
  g_assert_finalize_object (thread);
  test_executor_free (executor);
}

/* The queued state is told of, too. */
static void
test_queued_is_told (void)
{
  TestExecutor *executor = test_executor_new (execute_later);
  g_autoptr (MyTestLog) log = my_test_log_new ();
  MyThread *thread = my_thread_new (NULL, NULL, NULL, NULL);

  my_thread_set_executor (thread, MY_EXECUTOR (executor));
  my_test_log_watch (log, thread, NULL, "started state alive finished");
  g_assert_true (my_thread_start (thread, NULL));
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "state alive");
  executor_run_queue_on_os_threads (executor);
  g_assert_true (my_thread_join (thread, NULL));
  my_test_assert_log (log, "started state alive finished");
  g_ptr_array_set_size (executor->joined, 0);
  g_assert_finalize_object (thread);
  test_executor_free (executor);
}

/* Who joins in the meantime is told that it was not started, even if it is when he hears of it. */

static void
on_not_joined (GObject *source,
               GAsyncResult *result,
               gpointer n_calls)
{
  my_test_assert_fails (my_thread_join_finish (MY_THREAD (source), result, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_NOT_STARTED);
  ++*(gint *) n_calls;
}

static gint n_not_joined;

static gboolean
execute_never_and_join (TestExecutor *self,
                        MyThread *thread,
                        GError **error)
{
  my_thread_join_async (thread, NULL, on_not_joined, &n_not_joined);
  return execute_never (self, thread, error);
}

static void
test_refused_and_joined (void)
{
  TestExecutor *executor = test_executor_new (execute_never_and_join);
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *thread = my_thread_new (NULL, my_test_run_block, &block, NULL);

  my_thread_set_executor (thread, MY_EXECUTOR (executor));
  g_assert_false (my_thread_start (thread, NULL));
  my_thread_set_executor (thread, NULL);
  g_assert_true (my_thread_start (thread, NULL));
  my_test_iterate_until (NULL, my_test_is_set, &n_not_joined);
  my_test_gate_open (&block.release);
  my_test_finish (thread);
  my_test_iterate_pending (NULL);
  g_assert_cmpint (n_not_joined, ==, 1);
  test_executor_free (executor);
}

/* Executors that break their word. */

static gboolean
execute_here_and_refuse (TestExecutor *self,
                         MyThread *thread,
                         GError **error)
{
  my_thread_execute (thread);
  return execute_never (self, thread, error);
}

static void
test_refused_after_run (void)
{
  TestExecutor *executor = test_executor_new (execute_here_and_refuse);
  MyThread *thread = my_thread_new (NULL, run_check_current, NULL, NULL);

  my_thread_set_executor (thread, MY_EXECUTOR (executor));
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*refused*");
  g_assert_true (my_thread_start (thread, NULL));
  g_test_assert_expected_messages ();
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_SUCCEEDED);
  my_test_finish (thread);
  test_executor_free (executor);
}

static void
assert_no_report_end (MyThread *thread)
{
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*my_thread_report_end*");
  my_thread_report_end (thread, NULL, NULL);
  g_test_assert_expected_messages ();
}

static void
test_reported_out_of_turn (void)
{
  TestExecutor *executor = test_executor_new (execute_on_os_thread);
  guint n_active = my_thread_active_count ();

  for (guint in_executor = 0; in_executor < 2; in_executor++) {
    g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
    MyThread *thread = my_thread_new (NULL, my_test_run_block, &block, NULL);

    if (in_executor) {
      my_thread_set_executor (thread, MY_EXECUTOR (executor));
    }
    assert_no_report_end (thread);
    g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_NEW);
    g_assert_true (my_thread_start (thread, NULL));
    my_test_gate_wait (&block.entered);
    /* It ends when run() returns, and not before. */
    assert_no_report_end (thread);
    g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_RUNNING);
    my_test_gate_open (&block.release);
    g_assert_true (my_thread_join (thread, NULL));
    g_ptr_array_set_size (executor->joined, 0);
    assert_no_report_end (thread);
    g_assert_cmpuint (my_thread_active_count (), ==, n_active);
    g_assert_finalize_object (thread);
  }
  test_executor_free (executor);
}

/* launched by another thread, which made room in a group, or by a setter */

static MyThreadGroup *
narrow_group_new (MyTestBlock *block,
                  guint64 stack_size,
                  MyThread **running)
{
  MyThreadGroup *group = my_thread_group_new ("narrow", NULL);

  my_test_block_init (block);
  my_thread_group_set_max_running (group, 1);
  *running = my_test_thread_new_in_group (group, my_test_run_block, block);
  my_thread_set_stack_size (*running, stack_size);
  g_assert_true (my_thread_start (*running, NULL));
  my_test_gate_wait (&block->entered);
  return group;
}

static MyThread *
start_queued (MyThreadGroup *group,
              TestExecutor *executor,
              MyThreadFunc func)
{
  MyThread *thread = my_test_thread_new_in_group (group, func, NULL);

  my_thread_set_executor (thread, MY_EXECUTOR (executor));
  g_assert_true (my_thread_start (thread, NULL));
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_QUEUED);
  return thread;
}

static gpointer
set_max_running (gpointer group)
{
  my_thread_group_set_max_running (group, 0);
  return NULL;
}

/* execute() goes on after everybody else has dropped the executor. */

static gint is_dropped;
static gint is_inside;
static gint is_gone;

static gpointer
os_thread_run_only (gpointer thread)
{
  my_thread_execute (thread);
  return NULL;
}

static gboolean
execute_and_linger (TestExecutor *self,
                    MyThread *thread,
                    GError **error)
{
  g_atomic_int_set (&is_inside, TRUE);
  g_ptr_array_add (self->joined, g_thread_new ("executor", os_thread_run_only, thread));
  my_test_wait_until (my_test_is_set, &is_dropped);
  g_assert_false (g_atomic_int_get (&is_gone));
  g_assert_true (self->execute == execute_and_linger);
  g_atomic_int_set (&is_inside, FALSE);
  return TRUE;
}

static void
note_gone (gpointer data,
           GObject *executor)
{
  g_assert_false (g_atomic_int_get (&is_inside));
  g_atomic_int_set (&is_gone, TRUE);
}

static void
test_outlives_launch (gconstpointer by_setter)
{
  TestExecutor *executor = test_executor_new (execute_and_linger);
  GThread *setter = NULL;
  MyThreadGroup *group;
  MyTestBlock block;
  MyThread *running, *queued;

  is_dropped = is_inside = is_gone = FALSE;
  g_object_weak_ref (G_OBJECT (executor), note_gone, NULL);
  group = narrow_group_new (&block, 0, &running);
  queued = start_queued (group, executor, my_test_run_nothing);
  if (by_setter) {
    setter = g_thread_new ("setter", set_max_running, group);
  } else {
    my_test_gate_open (&block.release);
  }
  my_test_finish (queued);
  g_object_unref (executor);
  g_atomic_int_set (&is_dropped, TRUE);
  my_test_wait_until (my_test_is_set, &is_gone);

  my_test_gate_open (&block.release);
  my_test_finish (running);
  g_clear_pointer (&setter, g_thread_join);
  my_test_release (group);
  my_test_block_clear (&block);
}

/* Each is launched by the end of the one before, on the same OS thread, and there is no end of stack for that. */
static void
test_launched_one_after_another (void)
{
  TestExecutor *executor = test_executor_new (execute_here);
  GPtrArray *threads = g_ptr_array_new ();
  MyThreadGroup *group;
  MyTestBlock block;
  MyThread *running;

  group = narrow_group_new (&block, 1, &running);
  for (guint i = 0; i < 2000; i++) {
    g_ptr_array_add (threads, start_queued (group, executor, run_check_current));
  }
  my_test_gate_open (&block.release);
  for (guint i = 0; i < threads->len; i++) {
    g_assert_true (my_thread_join (threads->pdata[i], NULL));
    g_object_unref (threads->pdata[i]);
  }
  my_test_finish (running);
  g_ptr_array_unref (threads);
  my_test_release (group);
  my_test_block_clear (&block);
  my_test_release_executor (executor);
}

/* One of them ends the OS thread: what that has yet to launch is launched. */

static void
run_exit (MyThread *thread,
          gpointer unused,
          GError **error)
{
  pthread_exit (NULL);
}

static void
test_launched_after_exit (gconstpointer by_setter)
{
  TestExecutor *executor = test_executor_new (execute_here);
  MyThreadGroup *group;
  MyTestBlock block;
  MyThread *running, *exiting, *others[3];

  group = narrow_group_new (&block, 0, &running);
  exiting = start_queued (group, executor, run_exit);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++) {
    others[i] = start_queued (group, executor, run_check_current);
  }
  if (by_setter) {
    pthread_t setter;

    g_assert_cmpint (pthread_create (&setter, NULL, set_max_running, group), ==, 0);
    g_assert_cmpint (pthread_join (setter, NULL), ==, 0);
  }
  my_test_gate_open (&block.release);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++) {
    my_test_finish (others[i]);
  }
  my_test_assert_fails (my_thread_join (exiting, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_BROKEN);
  g_object_unref (exiting);
  my_test_finish (running);
  my_test_release (group);
  my_test_block_clear (&block);
  my_test_release_executor (executor);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/executor/here", test_here);
  g_test_add_func ("/executor/queued", test_queued);
  g_test_add_func ("/executor/refused-later", test_refused_later);
  g_test_add_func ("/executor/reported", test_reported);
  g_test_add_func ("/executor/reported-from-elsewhere", test_reported_from_elsewhere);
  g_test_add_func ("/executor/cancelled-in-executor", test_cancelled_in_executor);
  g_test_add_func ("/executor/cancelled-in-pool-behind", test_cancelled_in_pool_behind);
  g_test_add_func ("/executor/cancelled-before", test_cancelled_before);
  g_test_add_func ("/executor/submit", test_submit);
  g_test_add_func ("/executor/submit-is-told", test_submit_is_told);
  g_test_add_func ("/executor/reported-and-held", test_reported_and_held);
  g_test_add_func ("/executor/queued-is-told", test_queued_is_told);
  g_test_add_func ("/executor/refused-and-joined", test_refused_and_joined);
  g_test_add_func ("/executor/refused-after-run", test_refused_after_run);
  g_test_add_func ("/executor/reported-out-of-turn", test_reported_out_of_turn);
  g_test_add_data_func ("/executor/outlives-launch/by-end", GINT_TO_POINTER (FALSE), test_outlives_launch);
  g_test_add_data_func ("/executor/outlives-launch/by-setter", GINT_TO_POINTER (TRUE), test_outlives_launch);
  g_test_add_func ("/executor/launched/one-after-another", test_launched_one_after_another);
  g_test_add_data_func ("/executor/launched/after-exit/by-end", GINT_TO_POINTER (FALSE), test_launched_after_exit);
  g_test_add_data_func ("/executor/launched/after-exit/by-setter", GINT_TO_POINTER (TRUE), test_launched_after_exit);

  return g_test_run ();
}
