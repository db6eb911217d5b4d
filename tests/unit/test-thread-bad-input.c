/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-pool.h"
#include "my-test-thread.h"

/* Whatever is wrong with the arguments: a critical that names the function, the harmless value, and no crash. */

#define EXPECT_CRITICAL(function) \
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*" function "*")

/* Every public function, called on something that is no such object. */

typedef struct {
  const char *name;
  void (*call) (gpointer self);
} BadCall;

#define BAD_CALLS(CALL)                                                                                 \
  CALL (my_thread_start, g_assert_false (my_thread_start (s, NULL)))                                    \
  CALL (my_thread_join, g_assert_false (my_thread_join (s, NULL)))                                      \
  CALL (my_thread_join_timeout, g_assert_false (my_thread_join_timeout (s, 0, NULL)))                   \
  CALL (my_thread_join_async, my_thread_join_async (s, NULL, NULL, NULL))                               \
  CALL (my_thread_join_finish, g_assert_false (my_thread_join_finish (s, NULL, NULL)))                  \
  CALL (my_thread_cancel, my_thread_cancel (s))                                                         \
  CALL (my_thread_is_cancelled, g_assert_false (my_thread_is_cancelled (s)))                            \
  CALL (my_thread_set_error_if_cancelled, g_assert_false (my_thread_set_error_if_cancelled (s, NULL)))  \
  CALL (my_thread_get_cancellable, g_assert_null (my_thread_get_cancellable (s)))                       \
  CALL (my_thread_is_alive, g_assert_false (my_thread_is_alive (s)))                                    \
  CALL (my_thread_get_state, g_assert_cmpint (my_thread_get_state (s), ==, MY_THREAD_STATE_NEW))        \
  CALL (my_thread_dup_name, g_assert_null (my_thread_dup_name (s)))                                     \
  CALL (my_thread_set_name, my_thread_set_name (s, "name"))                                             \
  CALL (my_thread_get_group, g_assert_null (my_thread_get_group (s)))                                   \
  CALL (my_thread_get_main_context, g_assert_null (my_thread_get_main_context (s)))                     \
  CALL (my_thread_get_args, g_assert_null (my_thread_get_args (s)))                                     \
  CALL (my_thread_get_kwargs, g_assert_null (my_thread_get_kwargs (s)))                                 \
  CALL (my_thread_get_ident, g_assert_cmpuint (my_thread_get_ident (s), ==, 0))                         \
  CALL (my_thread_get_native_id, g_assert_cmpint (my_thread_get_native_id (s), ==, 0))                  \
  CALL (my_thread_dup_executor, g_assert_null (my_thread_dup_executor (s)))                             \
  CALL (my_thread_set_executor, my_thread_set_executor (s, NULL))                                       \
  CALL (my_thread_get_daemon, g_assert_false (my_thread_get_daemon (s)))                                \
  CALL (my_thread_set_daemon, my_thread_set_daemon (s, TRUE))                                           \
  CALL (my_thread_get_stack_size, g_assert_cmpuint (my_thread_get_stack_size (s), ==, 0))               \
  CALL (my_thread_get_fresh_os_thread, g_assert_false (my_thread_get_fresh_os_thread (s)))              \
  CALL (my_thread_set_fresh_os_thread, my_thread_set_fresh_os_thread (s, TRUE))                         \
  CALL (my_thread_set_stack_size, my_thread_set_stack_size (s, 0))                                      \
  CALL (my_thread_get_priority, g_assert_cmpint (my_thread_get_priority (s), ==, 0))                    \
  CALL (my_thread_set_priority, my_thread_set_priority (s, 1))                                          \
  CALL (my_thread_set_progress, my_thread_set_progress (s, 0.5))                                        \
  CALL (my_thread_get_progress, my_thread_get_progress (s))                                             \
  CALL (my_thread_set_status, my_thread_set_status (s, "status"))                                       \
  CALL (my_thread_dup_status, g_assert_null (my_thread_dup_status (s)))                                 \
  CALL (my_thread_set_result, my_thread_set_result (s, NULL))                                           \
  CALL (my_thread_get_result, g_assert_false (my_thread_get_result (s, NULL, NULL)))                    \
  CALL (my_thread_dup_error, g_assert_null (my_thread_dup_error (s)))                                   \
  CALL (my_thread_execute, my_thread_execute (s))                                                       \
  CALL (my_thread_report_begin, my_thread_report_begin (s))                                             \
  CALL (my_thread_report_end, my_thread_report_end (s, NULL, NULL))                                     \
  CALL (my_executor_submit, g_assert_false (my_executor_submit (s, NULL, NULL)))                        \
  CALL (my_thread_group_get_name, g_assert_null (my_thread_group_get_name (s)))                         \
  CALL (my_thread_group_get_parent, g_assert_null (my_thread_group_get_parent (s)))                     \
  CALL (my_thread_group_get_max_running, g_assert_cmpuint (my_thread_group_get_max_running (s), ==, 0)) \
  CALL (my_thread_group_set_max_running, my_thread_group_set_max_running (s, 1))                        \
  CALL (my_thread_group_get_cancel_on_error, g_assert_false (my_thread_group_get_cancel_on_error (s)))  \
  CALL (my_thread_group_set_cancel_on_error, my_thread_group_set_cancel_on_error (s, TRUE))             \
  CALL (my_thread_group_get_keep_finished, g_assert_false (my_thread_group_get_keep_finished (s)))      \
  CALL (my_thread_group_set_keep_finished, my_thread_group_set_keep_finished (s, TRUE))                 \
  CALL (my_thread_group_get_progress, my_thread_group_get_progress (s))                                 \
  CALL (my_thread_group_active_count, g_assert_cmpuint (my_thread_group_active_count (s), ==, 0))       \
  CALL (my_thread_group_enumerate, g_assert_null (my_thread_group_enumerate (s)))                       \
  CALL (my_thread_group_cancel, my_thread_group_cancel (s))                                             \
  CALL (my_thread_group_is_cancelled, g_assert_false (my_thread_group_is_cancelled (s)))                \
  CALL (my_thread_group_join, g_assert_false (my_thread_group_join (s, NULL)))                          \
  CALL (my_thread_group_join_timeout, g_assert_false (my_thread_group_join_timeout (s, 0, NULL)))       \
  CALL (my_thread_group_join_async, my_thread_group_join_async (s, NULL, NULL, NULL))                   \
  CALL (my_thread_group_join_finish, g_assert_false (my_thread_group_join_finish (s, NULL, NULL)))      \
  CALL (my_thread_group_join_next, g_assert_null (my_thread_group_join_next (s, 0, NULL)))

#define DEFINE(function, statement)       \
  static void bad_##function (gpointer s) \
  {                                       \
    statement;                            \
  }
#define ENTRY(function, statement) { #function, bad_##function },

BAD_CALLS (DEFINE)

static const BadCall bad_calls[] = { BAD_CALLS (ENTRY) };

static void
call_badly (gpointer self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad_calls); i++) {
    char *pattern = g_strdup_printf ("*%s*", bad_calls[i].name);

    g_test_message ("%s", bad_calls[i].name);
    g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, pattern);
    bad_calls[i].call (self);
    g_test_assert_expected_messages ();
    g_free (pattern);
  }
}

static void
test_null (void)
{
  call_badly (NULL);
}

static void
test_wrong_object (void)
{
  GObject *object = g_object_new (G_TYPE_OBJECT, NULL);

  call_badly (object);
  g_assert_finalize_object (object);
}

/* The other arguments. */

static void
test_thread_arguments (void)
{
  MyThread *thread = my_test_start (NULL, my_test_run_nothing, NULL);
  GObject *object = g_object_new (G_TYPE_OBJECT, NULL);
  GValue used = G_VALUE_INIT;
  GValue unset = G_VALUE_INIT;

  g_assert_true (my_thread_join (thread, NULL));

  EXPECT_CRITICAL ("my_thread_get_result");
  g_assert_false (my_thread_get_result (thread, NULL, NULL));
  g_test_assert_expected_messages ();

  g_value_init (&used, G_TYPE_INT);
  EXPECT_CRITICAL ("my_thread_get_result");
  g_assert_false (my_thread_get_result (thread, &used, NULL));
  g_test_assert_expected_messages ();

  EXPECT_CRITICAL ("my_thread_set_result");
  my_thread_set_result (thread, NULL);
  EXPECT_CRITICAL ("my_thread_set_result");
  my_thread_set_result (thread, &unset);
  g_test_assert_expected_messages ();

  EXPECT_CRITICAL ("my_thread_set_executor");
  my_thread_set_executor (thread, (MyExecutor *) object);
  EXPECT_CRITICAL ("my_thread_join_async");
  my_thread_join_async (thread, (GCancellable *) object, NULL, NULL);
  EXPECT_CRITICAL ("my_thread_join_finish");
  g_assert_false (my_thread_join_finish (thread, (GAsyncResult *) object, NULL));
  EXPECT_CRITICAL ("my_executor_submit");
  g_assert_false (my_executor_submit ((MyExecutor *) object, thread, NULL));
  g_test_assert_expected_messages ();

  g_assert_finalize_object (object);
  g_assert_finalize_object (thread);
}

/* An error that is set already. */
static void
test_error_set (void)
{
  MyThread *thread = my_thread_new (NULL, NULL, NULL, NULL);
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  GValue value = G_VALUE_INIT;
  GError *error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_EXISTS, MY_TEST_FAILURE);

  EXPECT_CRITICAL ("my_thread_start");
  g_assert_false (my_thread_start (thread, &error));
  EXPECT_CRITICAL ("my_thread_join");
  g_assert_false (my_thread_join (thread, &error));
  EXPECT_CRITICAL ("my_thread_join_timeout");
  g_assert_false (my_thread_join_timeout (thread, 0, &error));
  EXPECT_CRITICAL ("my_thread_get_result");
  g_assert_false (my_thread_get_result (thread, &value, &error));
  EXPECT_CRITICAL ("my_thread_sleep");
  g_assert_false (my_thread_sleep (0, &error));
  EXPECT_CRITICAL ("my_thread_group_join");
  g_assert_false (my_thread_group_join (group, &error));
  EXPECT_CRITICAL ("my_thread_group_join_timeout");
  g_assert_false (my_thread_group_join_timeout (group, 0, &error));
  g_test_assert_expected_messages ();
  my_test_assert_error (&error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_NEW);
  g_assert_finalize_object (thread);
  my_test_release (group);
}

/* A result of another thread's join. */

static void
on_joined (GObject *source,
           GAsyncResult *result,
           gpointer data)
{
  MyThread *other = my_thread_new (NULL, NULL, NULL, NULL);

  EXPECT_CRITICAL ("my_thread_join_finish");
  g_assert_false (my_thread_join_finish (other, result, NULL));
  g_test_assert_expected_messages ();
  g_assert_finalize_object (other);
  g_assert_true (my_thread_join_finish (MY_THREAD (source), result, NULL));
  *(gint *) data = TRUE;
}

static void
test_result_of_another (void)
{
  MyThread *thread = my_test_start (NULL, my_test_run_nothing, NULL);
  gint done = FALSE;

  my_thread_join_async (thread, NULL, on_joined, &done);
  my_test_iterate_until (NULL, my_test_is_set, &done);
  my_test_iterate_pending (NULL);
  my_test_finish (thread);
}

/* What only an executor may do, with what it was given. */
static void
test_not_given (void)
{
  MyThread *thread = my_thread_new (NULL, NULL, NULL, NULL);

  EXPECT_CRITICAL ("my_thread_execute");
  my_thread_execute (thread);
  EXPECT_CRITICAL ("my_thread_report_begin");
  my_thread_report_begin (thread);
  EXPECT_CRITICAL ("my_thread_report_end");
  my_thread_report_end (thread, NULL, NULL);
  g_test_assert_expected_messages ();
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_NEW);
  g_assert_finalize_object (thread);
}

/* Nor with a thread that has no executor: it is its OS thread's, whether that has begun it or not. */
static void
test_not_an_executors (void)
{
  void (*const calls[]) (MyThread * thread) = { my_thread_execute, my_thread_report_begin };

  for (guint i = 0; i < 400; i++) {
    MyThread *thread;
    g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;

    thread = my_test_start (NULL, my_test_run_block, &block);
    if (i % 4 >= 2) {
      my_thread_cancel (thread);
    }
    g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*not in the hands of an executor*");
    if (i % 4 == 3 && my_thread_get_state (thread) == MY_THREAD_STATE_CANCELLED) {
      my_thread_report_end (thread, NULL, NULL);
    } else {
      calls[i % 2](thread);
    }
    g_test_assert_expected_messages ();
    my_test_gate_open (&block.release);
    my_thread_join (thread, NULL);
    my_test_release (thread);
  }
}

/* Nor with one that a pool has: a worker of that comes for it. */
static void
test_not_the_pools (void)
{
  MyThreadPool *pool = my_thread_pool_new (NULL, 1);
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *thread;

  my_test_pool_hold (pool, &block, 1);
  thread = my_test_submit (pool, my_test_run_nothing, NULL);

  EXPECT_CRITICAL ("my_thread_execute");
  my_thread_execute (thread);
  EXPECT_CRITICAL ("my_thread_report_begin");
  my_thread_report_begin (thread);
  EXPECT_CRITICAL ("my_thread_report_end");
  my_thread_report_end (thread, NULL, NULL);
  g_test_assert_expected_messages ();
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_QUEUED);

  my_test_gate_open (&block.release);
  my_test_finish (thread);
  my_test_pool_finish (pool);
}

/* Not UTF-8: taken as it is, or refused; never a crash, and the OS gets a name all the same. */
static void
test_name_not_utf8 (void)
{
  MyThread *thread = my_thread_new (NULL, NULL, NULL, NULL);
  char *name;

  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*my_thread_set_name*");
  my_thread_set_name (thread, "\xff\xfe not text");
  g_test_assert_expected_messages ();
  name = my_thread_dup_name (thread);
  g_assert_true (g_utf8_validate (name, -1, NULL));
  g_free (name);
  g_assert_true (my_thread_start (thread, NULL));
  my_test_finish (thread);
}

/* Nor is it one of anything else that has a name, or another text that is shown. */

#define NOT_UTF8 "\xff\xfe not text"

static void
assert_default_name (gpointer object,
                     gboolean has_default)
{
  char *name;

  g_object_get (object, "name", &name, NULL);
  if (has_default) {
    g_assert_true (g_utf8_validate (name, -1, NULL));
  } else {
    g_assert_null (name);
  }
  g_free (name);
  g_object_unref (object);
}

static void
test_not_utf8 (void)
{
  MyThread *thread;

  EXPECT_CRITICAL ("my_thread_new:");
  g_assert_null (my_thread_new (NOT_UTF8, NULL, NULL, NULL));
  EXPECT_CRITICAL ("my_thread_new_with_args:");
  g_assert_null (my_thread_new_with_args (NOT_UTF8, NULL, NULL, NULL));
  EXPECT_CRITICAL ("my_thread_new_in_group:");
  g_assert_null (my_thread_new_in_group (NULL, NOT_UTF8, NULL, NULL, NULL));
  EXPECT_CRITICAL ("my_thread_group_new:");
  g_assert_null (my_thread_group_new (NOT_UTF8, NULL));
  EXPECT_CRITICAL ("my_thread_group_run:");
  g_assert_null (my_thread_group_run (my_thread_group_get_default (), NOT_UTF8, my_test_run_nothing, NULL, NULL, NULL));
  EXPECT_CRITICAL ("my_thread_pool_new:");
  g_assert_null (my_thread_pool_new (NOT_UTF8, 1));

  EXPECT_CRITICAL ("my_thread_set_name:");
  assert_default_name (g_object_new (MY_TYPE_THREAD, "name", NOT_UTF8, NULL), TRUE);
  EXPECT_CRITICAL ("my_thread_group_set_property:");
  assert_default_name (g_object_new (MY_TYPE_THREAD_GROUP, "name", NOT_UTF8, NULL), FALSE);
  EXPECT_CRITICAL ("my_thread_pool_set_property:");
  assert_default_name (g_object_new (MY_TYPE_THREAD_POOL, "name", NOT_UTF8, NULL), TRUE);

  thread = my_thread_new (NULL, NULL, NULL, NULL);
  EXPECT_CRITICAL ("my_thread_set_status:");
  my_thread_set_status (thread, NOT_UTF8);
  g_test_assert_expected_messages ();
  g_assert_finalize_object (thread);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/thread/bad-input/null", test_null);
  g_test_add_func ("/thread/bad-input/wrong-object", test_wrong_object);
  g_test_add_func ("/thread/bad-input/thread-arguments", test_thread_arguments);
  g_test_add_func ("/thread/bad-input/error-set", test_error_set);
  g_test_add_func ("/thread/bad-input/result-of-another", test_result_of_another);
  g_test_add_func ("/thread/bad-input/not-given", test_not_given);
  g_test_add_func ("/thread/bad-input/not-an-executors", test_not_an_executors);
  g_test_add_func ("/thread/bad-input/not-the-pools", test_not_the_pools);
  g_test_add_func ("/thread/bad-input/name-not-utf8", test_name_not_utf8);
  g_test_add_func ("/thread/bad-input/not-utf8", test_not_utf8);

  return g_test_run ();
}
