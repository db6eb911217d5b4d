/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-thread.h"

#define MILLISECOND 1000

/* Who may join, and how often. */

static gpointer
join_from_outside (gpointer thread)
{
  GError *error = NULL;

  g_assert_false (my_thread_join (thread, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  return error;
}

static void
run_block_then_fail (MyThread *thread,
                     gpointer block,
                     GError **error)
{
  my_test_run_block (thread, block, error);
  my_test_run_fail (thread, NULL, error);
}

static void
test_many_joiners (void)
{
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *thread;
  GThread *joiners[8];
  GError *errors[G_N_ELEMENTS (joiners)];

  thread = my_test_start (NULL, run_block_then_fail, &block);
  for (gsize i = 0; i < G_N_ELEMENTS (joiners); i++) {
    joiners[i] = g_thread_new ("joiner", join_from_outside, thread);
  }
  my_test_gate_wait (&block.entered);
  my_test_gate_open (&block.release);
  for (gsize i = 0; i < G_N_ELEMENTS (joiners); i++) {
    errors[i] = g_thread_join (joiners[i]);
    for (gsize j = 0; j < i; j++) {
      g_assert_true (errors[i] != errors[j]);
    }
  }
  for (gsize i = 0; i < G_N_ELEMENTS (joiners); i++) {
    g_error_free (errors[i]);
  }
  g_error_free (join_from_outside (thread));
  g_assert_finalize_object (thread);
}

static void
test_many_times (void)
{
  MyThread *thread = my_test_start (NULL, my_test_run_fail, NULL);

  for (guint i = 0; i < 5; i++) {
    g_error_free (join_from_outside (thread));
    g_assert_false (my_thread_join (thread, NULL));
    g_assert_false (my_thread_join_timeout (thread, 0, NULL));
  }
  g_assert_finalize_object (thread);
}

static void
test_not_started (void)
{
  const gint64 timeouts[] = { -1, 0, 10 * MILLISECOND };
  MyThread *thread = my_thread_new (NULL, NULL, NULL, NULL);

  my_test_assert_fails (my_thread_join (thread, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_NOT_STARTED);
  for (gsize i = 0; i < G_N_ELEMENTS (timeouts); i++) {
    my_test_assert_fails (my_thread_join_timeout (thread, timeouts[i], &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_NOT_STARTED);
  }
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_NEW);
  g_assert_finalize_object (thread);
}

/* Timeouts. */

static void
test_timeouts (void)
{
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *thread;
  GError *error = NULL;
  gint64 begin;

  thread = my_test_start_block (NULL, &block);

  my_test_assert_fails (my_thread_join_timeout (thread, 0, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT);

  begin = g_get_monotonic_time ();
  g_assert_false (my_thread_join_timeout (thread, 20 * MILLISECOND, &error));
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, 20 * MILLISECOND);
  my_test_assert_error (&error, MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT);
  g_assert_false (my_thread_join_timeout (thread, 1, NULL));

  /* Untouched. */
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_RUNNING);
  g_assert_false (my_thread_is_cancelled (thread));

  my_test_gate_open (&block.release);
  g_assert_true (my_thread_join_timeout (thread, -1, &error));
  g_assert_no_error (error);
  g_assert_true (my_thread_join_timeout (thread, 0, NULL));
  g_assert_true (my_thread_join_timeout (thread, G_MAXINT64, NULL));
  g_assert_finalize_object (thread);
}

/* A limit that is too far to be added to the time is no limit. */
static void
test_timeout_huge (void)
{
  for (guint i = 0; i < 20; i++) {
    MyThread *thread = my_test_start (NULL, my_test_run_nothing, NULL);
    GError *error = NULL;

    g_assert_true (my_thread_join_timeout (thread, G_MAXINT64 - i, &error));
    g_assert_no_error (error);
    g_assert_finalize_object (thread);
  }
}

/* What join returns. */

static void
run_join_cancelled (MyThread *thread,
                    gpointer ended,
                    GError **error)
{
  my_thread_cancel (thread);
  /* There is nothing to wait for. */
  my_test_assert_fails (my_thread_join (ended, &error_), G_IO_ERROR, G_IO_ERROR_EXISTS);
  my_test_assert_fails (my_thread_join_timeout (ended, 0, &error_), G_IO_ERROR, G_IO_ERROR_EXISTS);
}

static void
test_ended_though_cancelled (void)
{
  MyThread *ended = my_test_start (NULL, my_test_run_fail, NULL);

  g_assert_false (my_thread_join (ended, NULL));
  my_test_finish (my_test_start (NULL, run_join_cancelled, ended));
  g_assert_finalize_object (ended);
}

/* Cancelling the caller wakes it from its waits. */

static void
test_cancel_wakes_join (void)
{
  for (guint i = 0; i < 100; i++) {
    g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
    MyThread *waited_for, *joiner;

    waited_for = my_test_start (NULL, my_test_run_block, &block);
    joiner = my_test_start (NULL, my_test_run_join, waited_for);
    if (i % 2) {
      my_test_wait_until_waiting (joiner);
    }
    my_thread_cancel (joiner);
    my_test_assert_fails (my_thread_join (joiner, &error_), G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_cmpint (my_thread_get_state (joiner), ==, MY_THREAD_STATE_CANCELLED);
    g_assert_cmpint (my_thread_get_state (waited_for), ==, MY_THREAD_STATE_RUNNING);
    g_assert_false (my_thread_is_cancelled (waited_for));
    my_test_release (joiner);
    my_test_gate_open (&block.release);
    my_test_finish (waited_for);
  }
}

static void
run_sleep_cancelled (MyThread *thread,
                     gpointer unused,
                     GError **error)
{
  const gint64 durations[] = { -1, 0, 1, G_USEC_PER_SEC, G_MAXINT64 };

  my_thread_cancel (thread);
  for (gsize i = 0; i < G_N_ELEMENTS (durations); i++) {
    my_test_assert_fails (my_thread_sleep (durations[i], &error_), G_IO_ERROR, G_IO_ERROR_CANCELLED);
  }
}

static void
test_sleep (void)
{
  gint64 begin = g_get_monotonic_time ();
  GError *error = NULL;

  g_assert_true (my_thread_sleep (10 * MILLISECOND, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, 10 * MILLISECOND);
  g_assert_true (my_thread_sleep (0, NULL));
  g_assert_true (my_thread_sleep (1, NULL));

  my_test_finish (my_test_start (NULL, run_sleep_cancelled, NULL));
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/thread/join/many-joiners", test_many_joiners);
  g_test_add_func ("/thread/join/many-times", test_many_times);
  g_test_add_func ("/thread/join/not-started", test_not_started);
  g_test_add_func ("/thread/join/timeouts", test_timeouts);
  g_test_add_func ("/thread/join/timeout-huge", test_timeout_huge);
  g_test_add_func ("/thread/join/ended-though-cancelled", test_ended_though_cancelled);
  g_test_add_func ("/thread/join/cancel-wakes-join", test_cancel_wakes_join);
  g_test_add_func ("/thread/join/sleep", test_sleep);

  return g_test_run ();
}
