/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-thread.h"

/* What a thread is made with: Python's args and kwargs. */

static GVariant *
example_kwargs (void)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "word", "s", "hello");
  g_variant_dict_insert (&dict, "count", "i", 3);
  return g_variant_dict_end (&dict);
}

static void
run_with_args (MyThread *thread,
               gpointer user_data,
               GError **error)
{
  const char *word;
  gint count;

  g_assert_null (user_data);
  g_variant_get (my_thread_get_args (thread), "(&si)", &word, &count);
  g_assert_cmpstr (word, ==, "hello");
  g_assert_cmpint (count, ==, 3);
  g_assert_null (my_thread_get_kwargs (thread));
}

static void
run_with_kwargs (MyThread *thread,
                 gpointer user_data,
                 GError **error)
{
  const char *word;
  gint count;

  g_assert_true (g_variant_lookup (my_thread_get_kwargs (thread), "word", "&s", &word));
  g_assert_true (g_variant_lookup (my_thread_get_kwargs (thread), "count", "i", &count));
  g_assert_cmpstr (word, ==, "hello");
  g_assert_cmpint (count, ==, 3);
  g_assert_null (my_thread_get_args (thread));
}

static void
test_args (void)
{
  MyThread *thread = my_thread_new_with_args ("with args", run_with_args, g_variant_new ("(si)", "hello", 3), NULL);

  g_assert_true (my_thread_start (thread, NULL));
  my_test_finish (thread);
}

static void
test_kwargs (void)
{
  MyThread *thread = my_thread_new_with_args ("with kwargs", run_with_kwargs, NULL, example_kwargs ());

  g_assert_true (my_thread_start (thread, NULL));
  my_test_finish (thread);
}

static void
test_both (void)
{
  MyThread *thread = my_thread_new_with_args (NULL, my_test_run_nothing, g_variant_new ("()"), example_kwargs ());

  g_assert_cmpuint (g_variant_n_children (my_thread_get_args (thread)), ==, 0);
  g_assert_cmpuint (g_variant_n_children (my_thread_get_kwargs (thread)), ==, 2);
  g_assert_true (my_thread_start (thread, NULL));
  my_test_finish (thread);
}

/* A floating one is sunk, one with an owner is shared, and both are let go. */
static void
test_references (void)
{
  GVariant *floating = g_variant_new ("(i)", 1);
  GVariant *owned = g_variant_ref_sink (example_kwargs ());
  MyThread *thread;

  thread = my_thread_new_with_args (NULL, NULL, floating, owned);
  g_assert_true (my_thread_get_args (thread) == floating);
  g_assert_false (g_variant_is_floating (floating));
  g_assert_true (my_thread_get_kwargs (thread) == owned);
  g_assert_finalize_object (thread);
  g_assert_cmpuint (g_variant_n_children (owned), ==, 2);
  g_variant_unref (owned);
}

static void
test_properties (void)
{
  GVariant *args = g_variant_ref_sink (g_variant_new ("(b)", TRUE));
  GVariant *kwargs = g_variant_ref_sink (example_kwargs ());
  GVariant *got_args, *got_kwargs;
  MyThread *thread = g_object_new (MY_TYPE_THREAD, "args", args, "kwargs", kwargs, NULL);

  g_assert_true (my_thread_get_args (thread) == args);
  g_object_get (thread, "args", &got_args, "kwargs", &got_kwargs, NULL);
  g_assert_true (got_args == args);
  g_assert_true (got_kwargs == kwargs);
  g_variant_unref (got_args);
  g_variant_unref (got_kwargs);
  g_assert_finalize_object (thread);
  g_variant_unref (args);
  g_variant_unref (kwargs);
}

/* A tuple, and a dictionary of variants; nothing else. */
static void
test_wrong_types (void)
{
  GVariant *text = g_variant_ref_sink (g_variant_new_string ("no tuple"));
  GVariant *tuple = g_variant_ref_sink (g_variant_new ("(i)", 1));

  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*my_thread_new_with_args*");
  g_assert_null (my_thread_new_with_args (NULL, NULL, text, NULL));
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*my_thread_new_with_args*");
  g_assert_null (my_thread_new_with_args (NULL, NULL, NULL, tuple));
  g_test_assert_expected_messages ();
  g_variant_unref (text);
  g_variant_unref (tuple);
}

static void
run_full (MyThread *thread,
          gpointer text,
          GError **error)
{
  g_assert_cmpstr (text, ==, "data");
  g_assert_cmpuint (g_variant_n_children (my_thread_get_args (thread)), ==, 1);
}

static void
log_destroyed (gpointer data)
{
  g_assert_cmpstr (data, ==, "data");
  g_free (data);
}

static void
test_full (void)
{
  MyThread *thread = my_thread_new_with_args_full ("full", g_variant_new ("(i)", 1), NULL, run_full, g_strdup ("data"), log_destroyed);

  g_assert_true (my_thread_start (thread, NULL));
  my_test_finish (thread);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/thread/args/args", test_args);
  g_test_add_func ("/thread/args/kwargs", test_kwargs);
  g_test_add_func ("/thread/args/both", test_both);
  g_test_add_func ("/thread/args/references", test_references);
  g_test_add_func ("/thread/args/properties", test_properties);
  g_test_add_func ("/thread/args/wrong-types", test_wrong_types);
  g_test_add_func ("/thread/args/full", test_full);

  return g_test_run ();
}
