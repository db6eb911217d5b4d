/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-thread.h"

static void
run_result (MyThread *thread,
            gpointer  text,
            GError  **error)
{
  GValue value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_STRING);
  g_value_set_string (&value, "a first thought");
  my_thread_set_result (thread, &value);
  g_value_set_string (&value, text);
  my_thread_set_result (thread, &value);
  g_value_unset (&value);
}

static void
test_last_counts (void)
{
  MyThread *thread = my_test_start (NULL, run_result, (gpointer) "the last word");
  GError *error = NULL;

  g_assert_true (my_thread_join (thread, NULL));
  for (guint i = 0; i < 2; i++) {
    GValue value = G_VALUE_INIT;

    g_assert_true (my_thread_get_result (thread, &value, &error));
    g_assert_no_error (error);
    g_assert_true (G_VALUE_HOLDS_STRING (&value));
    g_assert_cmpstr (g_value_get_string (&value), ==, "the last word");
    g_value_unset (&value);
  }
  g_assert_finalize_object (thread);
}

static void
test_none (void)
{
  MyThread *thread = my_test_start (NULL, my_test_run_nothing, NULL);
  GValue value = G_VALUE_INIT;

  g_assert_true (my_thread_join (thread, NULL));
  g_assert_true (my_thread_get_result (thread, &value, NULL));
  g_assert_true (G_VALUE_HOLDS_POINTER (&value));
  g_assert_null (g_value_get_pointer (&value));
  g_value_unset (&value);
  g_assert_finalize_object (thread);
}

/* After the end nothing that run() says is heard any more. */
static void
test_too_late_to_tell (void)
{
  MyThread *thread = my_test_start (NULL, run_result, (gpointer) "the last word");
  GValue value = G_VALUE_INIT;

  g_assert_true (my_thread_join (thread, NULL));
  g_value_init (&value, G_TYPE_INT);
  my_thread_set_result (thread, &value);
  g_value_unset (&value);
  my_thread_set_progress (thread, 0.25);
  g_assert_cmpfloat (my_thread_get_progress (thread), !=, 0.25);
  g_assert_true (my_thread_get_result (thread, &value, NULL));
  g_assert_cmpstr (g_value_get_string (&value), ==, "the last word");
  g_value_unset (&value);
  g_assert_finalize_object (thread);
}

static void
test_before_the_end (void)
{
  GValue value = G_VALUE_INIT;
  GError *error = NULL;
  MyTestBlock block;
  MyThread *thread = my_thread_new (NULL, my_test_run_block, &block, NULL);

  my_test_block_init (&block);
  g_assert_false (my_thread_get_result (thread, &value, &error));
  g_assert_error (error, MY_THREAD_ERROR, MY_THREAD_ERROR_NOT_STARTED);
  g_clear_error (&error);
  g_assert_false (G_IS_VALUE (&value));

  g_assert_true (my_thread_start (thread, NULL));
  g_assert_false (my_thread_get_result (thread, &value, &error));
  g_assert_error (error, MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT);
  g_clear_error (&error);
  g_assert_false (G_IS_VALUE (&value));

  my_test_gate_open (&block.release);
  g_assert_true (my_thread_join (thread, NULL));
  g_assert_true (my_thread_get_result (thread, &value, &error));
  g_assert_no_error (error);
  g_value_unset (&value);
  g_assert_finalize_object (thread);
  my_test_block_clear (&block);
}

static void
test_of_failure (void)
{
  GValue value = G_VALUE_INIT;
  GError *error = NULL;
  MyThread *thread = my_test_start (NULL, my_test_run_fail, NULL);

  g_assert_false (my_thread_join (thread, NULL));
  g_assert_false (my_thread_get_result (thread, &value, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_false (G_IS_VALUE (&value));
  g_assert_finalize_object (thread);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/thread/result/last-counts", test_last_counts);
  g_test_add_func ("/thread/result/none", test_none);
  g_test_add_func ("/thread/result/too-late-to-tell", test_too_late_to_tell);
  g_test_add_func ("/thread/result/before-the-end", test_before_the_end);
  g_test_add_func ("/thread/result/of-failure", test_of_failure);

  return g_test_run ();
}
