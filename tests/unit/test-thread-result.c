/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-thread.h"

static void
run_result (MyThread *thread,
            gpointer text,
            GError **error)
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
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *thread = my_thread_new (NULL, my_test_run_block, &block, NULL);

  my_test_assert_fails (my_thread_get_result (thread, &value, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_NOT_STARTED);
  g_assert_false (G_IS_VALUE (&value));

  g_assert_true (my_thread_start (thread, NULL));
  my_test_assert_fails (my_thread_get_result (thread, &value, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT);
  g_assert_false (G_IS_VALUE (&value));

  my_test_gate_open (&block.release);
  g_assert_true (my_thread_join (thread, NULL));
  g_assert_true (my_thread_get_result (thread, &value, &error));
  g_assert_no_error (error);
  g_value_unset (&value);
  g_assert_finalize_object (thread);
}

static void
test_of_failure (void)
{
  GValue value = G_VALUE_INIT;
  MyThread *thread = my_test_start (NULL, my_test_run_fail, NULL);

  g_assert_false (my_thread_join (thread, NULL));
  my_test_assert_fails (my_thread_get_result (thread, &value, &error_), G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_assert_false (G_IS_VALUE (&value));
  g_assert_finalize_object (thread);
}

/* of one type */

static gint n_destroyed;

static void
count_destroyed (gpointer pointer)
{
  g_atomic_int_inc (&n_destroyed);
}

static void
run_typed (MyThread *thread,
           gpointer type,
           GError **error)
{
  GObject *object;

  switch (GPOINTER_TO_SIZE (type)) {
  case G_TYPE_INT64:
    my_thread_set_result_int (thread, G_MININT64);
    break;
  case G_TYPE_BOOLEAN:
    my_thread_set_result_boolean (thread, TRUE);
    break;
  case G_TYPE_DOUBLE:
    my_thread_set_result_double (thread, 0.5);
    break;
  case G_TYPE_STRING:
    my_thread_set_result_string (thread, "a word");
    break;
  case G_TYPE_OBJECT:
    object = g_object_new (G_TYPE_OBJECT, NULL);
    my_thread_set_result_object (thread, object);
    g_object_unref (object);
    break;
  case G_TYPE_POINTER:
    my_thread_set_result_pointer (thread, &n_destroyed, count_destroyed);
    my_thread_set_result_pointer (thread, thread, count_destroyed);
    break;
  default:
    break;
  }
}

static const GType result_types[] = { G_TYPE_NONE, G_TYPE_INT64, G_TYPE_BOOLEAN, G_TYPE_DOUBLE, G_TYPE_STRING, G_TYPE_OBJECT, G_TYPE_POINTER };

static void
expect_type_critical (const char *function,
                      gboolean is_expected)
{
  if (is_expected) {
    g_autofree char *pattern = g_strdup_printf ("*%s: the result of thread*is of type*", function);

    g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, pattern);
  }
}

/* Each asked for as each. */
static void
test_typed (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (result_types); i++) {
    GType type = result_types[i];
    gboolean is_none = type == G_TYPE_NONE;
    MyThread *thread;
    GError *error = NULL;
    GObject *object;

    n_destroyed = 0;
    thread = my_test_start (NULL, run_typed, GSIZE_TO_POINTER (type));
    g_assert_true (my_thread_join (thread, NULL));
    expect_type_critical ("my_thread_get_result_int", type != G_TYPE_INT64);
    g_assert_cmpint (my_thread_get_result_int (thread, &error), ==, type == G_TYPE_INT64 ? G_MININT64 : 0);
    expect_type_critical ("my_thread_get_result_boolean", type != G_TYPE_BOOLEAN);
    g_assert_cmpint (my_thread_get_result_boolean (thread, &error), ==, type == G_TYPE_BOOLEAN);
    expect_type_critical ("my_thread_get_result_double", type != G_TYPE_DOUBLE);
    g_assert_cmpfloat (my_thread_get_result_double (thread, &error), ==, type == G_TYPE_DOUBLE ? 0.5 : 0);
    expect_type_critical ("my_thread_dup_result_string", type != G_TYPE_STRING && !is_none);
    my_test_assert_string (my_thread_dup_result_string (thread, &error), type == G_TYPE_STRING ? "a word" : NULL);
    expect_type_critical ("my_thread_dup_result_object", type != G_TYPE_OBJECT && !is_none);
    object = my_thread_dup_result_object (thread, &error);
    g_assert_cmpint (object != NULL, ==, type == G_TYPE_OBJECT);
    g_clear_object (&object);
    expect_type_critical ("my_thread_get_result_pointer", type != G_TYPE_POINTER && !is_none);
    g_assert_true (my_thread_get_result_pointer (thread, &error) == (type == G_TYPE_POINTER ? (gpointer) thread : NULL));
    g_test_assert_expected_messages ();
    g_assert_no_error (error);
    g_assert_cmpint (n_destroyed, ==, type == G_TYPE_POINTER ? 1 : 0);
    g_assert_finalize_object (thread);
    g_assert_cmpint (n_destroyed, ==, type == G_TYPE_POINTER ? 2 : 0);
  }
}

static void
test_typed_failed (void)
{
  MyThread *thread = my_test_start (NULL, my_test_run_fail, NULL);
  GError *error = NULL;

  g_assert_false (my_thread_join (thread, NULL));
  g_assert_cmpint (my_thread_get_result_int (thread, &error), ==, 0);
  my_test_assert_error (&error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_assert_null (my_thread_dup_result_string (thread, &error));
  my_test_assert_error (&error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_assert_null (my_thread_get_result_pointer (thread, &error));
  my_test_assert_error (&error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_assert_finalize_object (thread);
}

/* Too late, it is destroyed at once. */
static void
test_pointer_too_late (void)
{
  MyThread *thread = my_test_start (NULL, my_test_run_nothing, NULL);

  n_destroyed = 0;
  g_assert_true (my_thread_join (thread, NULL));
  my_thread_set_result_pointer (thread, thread, count_destroyed);
  g_assert_cmpint (n_destroyed, ==, 1);
  g_assert_null (my_thread_get_result_pointer (thread, NULL));
  g_assert_finalize_object (thread);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/thread/result/last-counts", test_last_counts);
  g_test_add_func ("/thread/result/none", test_none);
  g_test_add_func ("/thread/result/too-late-to-tell", test_too_late_to_tell);
  g_test_add_func ("/thread/result/before-the-end", test_before_the_end);
  g_test_add_func ("/thread/result/of-failure", test_of_failure);

  g_test_add_func ("/thread/result/typed", test_typed);
  g_test_add_func ("/thread/result/typed-failed", test_typed_failed);
  g_test_add_func ("/thread/result/pointer-too-late", test_pointer_too_late);

  return g_test_run ();
}
