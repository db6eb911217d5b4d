/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Compiled as strict C11 with every warning an error, and (the same text) as C++. */

#include <mythread.h>

#ifdef MYTHREAD_INSIDE
#error "The umbrella header leaves MYTHREAD_INSIDE behind."
#endif

static void
test_version (void)
{
  g_assert_cmpint (MY_MAJOR_VERSION, ==, 1);
  g_assert_true (MY_CHECK_VERSION (MY_MAJOR_VERSION, MY_MINOR_VERSION, MY_MICRO_VERSION));
  g_assert_true (MY_CHECK_VERSION (0, 99, 99));
  g_assert_false (MY_CHECK_VERSION (MY_MAJOR_VERSION, MY_MINOR_VERSION, MY_MICRO_VERSION + 1));
  g_assert_false (MY_CHECK_VERSION (MY_MAJOR_VERSION, MY_MINOR_VERSION + 1, 0));
  g_assert_false (MY_CHECK_VERSION (MY_MAJOR_VERSION + 1, 0, 0));
  g_assert_cmpint (MY_VERSION_1_0, ==, G_ENCODE_VERSION (1, 0));
  g_assert_cmpint (MY_VERSION_MIN_REQUIRED, ==, MY_VERSION_CURRENT);
  g_assert_cmpint (MY_VERSION_MAX_ALLOWED, ==, MY_VERSION_CURRENT);
}

/* The declared types clean up after themselves. */
static void
test_autoptr (void)
{
  g_autoptr (MyThread) thread = my_thread_new (NULL, NULL, NULL, NULL);
  g_autoptr (MyThreadGroup) group = my_thread_group_new (NULL, NULL);
  g_autoptr (MyExecutor) executor = my_thread_dup_executor (thread);
  g_autoptr (MyThreadPool) pool = my_thread_pool_new (NULL, 1);

  g_assert_true (MY_IS_THREAD (thread));
  g_assert_true (MY_IS_THREAD_GROUP (group));
  g_assert_false (MY_IS_EXECUTOR (executor));
  g_assert_true (MY_IS_THREAD_POOL (pool));
  g_assert_true (MY_IS_EXECUTOR (pool));
  g_assert_true (MY_THREAD_GET_CLASS (thread) != NULL);
}

static void
test_room_to_grow (void)
{
  g_assert_cmpuint (sizeof (MyThreadClass), ==, sizeof (GObjectClass) + 15 * sizeof (gpointer));
  g_assert_cmpuint (sizeof (MyExecutorInterface), ==, sizeof (GTypeInterface) + 7 * sizeof (gpointer));
  g_assert_cmpuint (sizeof (MyThread), ==, sizeof (GObject));
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/headers/version", test_version);
  g_test_add_func ("/headers/autoptr", test_autoptr);
  g_test_add_func ("/headers/room-to-grow", test_room_to_grow);

  return g_test_run ();
}
