/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-thread.h"

/* A join_async() and what came of it. */
typedef struct {
  MyThread *thread;
  GThread *called_in;
  gint n_called;
  gboolean succeeded;
  GError *error;
} Outcome;

static void
on_joined (GObject *source,
           GAsyncResult *result,
           gpointer user_data)
{
  Outcome *outcome = user_data;

  g_assert_true (source == G_OBJECT (outcome->thread));
  g_assert_true (g_async_result_get_source_object (result) == source);
  g_object_unref (source);
  g_atomic_int_inc (&outcome->n_called);
  outcome->called_in = g_thread_self ();
  outcome->succeeded = my_thread_join_finish (outcome->thread, result, &outcome->error);
}

static gboolean
has_been_called (gpointer data)
{
  Outcome *outcome = data;

  return g_atomic_int_get (&outcome->n_called) > 0;
}

static void
test_success (void)
{
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *thread;
  Outcome outcome = { 0 };

  outcome.thread = thread = my_test_start_block (NULL, &block);
  my_thread_join_async (thread, NULL, on_joined, &outcome);
  my_test_iterate_pending (NULL);
  g_assert_cmpint (outcome.n_called, ==, 0);
  my_test_gate_open (&block.release);
  my_test_iterate_until (NULL, has_been_called, &outcome);
  g_assert_cmpint (outcome.n_called, ==, 1);
  g_assert_true (outcome.called_in == g_thread_self ());
  g_assert_no_error (outcome.error);
  g_assert_true (outcome.succeeded);
  my_test_finish (thread);
  my_test_iterate_pending (NULL);
  g_assert_cmpint (outcome.n_called, ==, 1);
}

/* Of one that has ended it is called, too, and not before join_async() has returned. */
static void
test_ended (void)
{
  MyThread *thread = my_test_start (NULL, my_test_run_nothing, NULL);
  Outcome outcome = { .thread = thread };

  g_assert_true (my_thread_join (thread, NULL));
  my_thread_join_async (thread, NULL, on_joined, &outcome);
  g_assert_cmpint (outcome.n_called, ==, 0);
  my_test_iterate_until (NULL, has_been_called, &outcome);
  g_assert_true (outcome.succeeded);
  my_test_iterate_pending (NULL);
  g_assert_finalize_object (thread);
}

static void
test_not_started (void)
{
  MyThread *thread = my_thread_new (NULL, NULL, NULL, NULL);
  Outcome outcome = { .thread = thread };

  my_thread_join_async (thread, NULL, on_joined, &outcome);
  g_assert_cmpint (outcome.n_called, ==, 0);
  my_test_iterate_until (NULL, has_been_called, &outcome);
  g_assert_false (outcome.succeeded);
  my_test_assert_error (&outcome.error, MY_THREAD_ERROR, MY_THREAD_ERROR_NOT_STARTED);
  my_test_iterate_pending (NULL);
  g_assert_finalize_object (thread);
}

/* The cancellable ends the wait, and leaves the thread alone. */
static void
test_cancellable (void)
{
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *thread;
  GCancellable *cancellable = g_cancellable_new ();
  Outcome cancelled = { 0 }, other = { 0 };

  cancelled.thread = other.thread = thread = my_test_start_block (NULL, &block);
  my_thread_join_async (thread, cancellable, on_joined, &cancelled);
  my_thread_join_async (thread, NULL, on_joined, &other);
  g_cancellable_cancel (cancellable);
  my_test_iterate_until (NULL, has_been_called, &cancelled);
  g_assert_false (cancelled.succeeded);
  my_test_assert_error (&cancelled.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (other.n_called, ==, 0);
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_RUNNING);
  g_assert_false (my_thread_is_cancelled (thread));

  my_test_gate_open (&block.release);
  my_test_iterate_until (NULL, has_been_called, &other);
  g_assert_true (other.succeeded);
  my_test_iterate_pending (NULL);
  g_assert_cmpint (cancelled.n_called, ==, 1);
  g_assert_finalize_object (thread);
  g_assert_finalize_object (cancellable);
}

static void
test_cancelled_before (void)
{
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *thread;
  GCancellable *cancellable = g_cancellable_new ();
  Outcome outcome = { 0 };

  outcome.thread = thread = my_test_start_block (NULL, &block);
  g_cancellable_cancel (cancellable);
  my_thread_join_async (thread, cancellable, on_joined, &outcome);
  g_assert_cmpint (outcome.n_called, ==, 0);
  my_test_iterate_until (NULL, has_been_called, &outcome);
  my_test_assert_error (&outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  my_test_gate_open (&block.release);
  my_test_finish (thread);
  g_assert_finalize_object (cancellable);
}

/* It is called in the thread-default context of the caller, which is not the thread's owner context here. */
static void
test_private_context (void)
{
  GMainContext *context = g_main_context_new ();
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *thread;
  Outcome outcome = { 0 };

  outcome.thread = thread = my_test_start_block (NULL, &block);
  g_main_context_push_thread_default (context);
  my_thread_join_async (thread, NULL, on_joined, &outcome);
  g_main_context_pop_thread_default (context);
  my_test_gate_open (&block.release);
  my_test_wait_until (my_test_is_over, thread);
  my_test_iterate_pending (NULL);
  g_assert_cmpint (outcome.n_called, ==, 0);
  my_test_iterate_until (context, has_been_called, &outcome);
  g_assert_true (outcome.succeeded);
  my_test_iterate_pending (context);
  my_test_finish (thread);
  g_main_context_unref (context);
}

/* In the loop of another thread. */

static void
join_here (gpointer data)
{
  Outcome *outcome = data;

  my_thread_join_async (outcome->thread, NULL, on_joined, outcome);
}

static void
test_other_thread (void)
{
  MyTestLoop loop;
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *thread;
  Outcome outcome = { 0 };

  my_test_loop_init (&loop);
  outcome.thread = thread = my_test_start_block (NULL, &block);
  my_test_loop_call (&loop, join_here, &outcome);
  my_test_gate_open (&block.release);
  my_test_wait_until (my_test_is_set, &outcome.n_called);
  my_test_loop_clear (&loop);
  g_assert_true (outcome.succeeded);
  g_assert_true (outcome.called_in == loop.thread);
  my_test_finish (thread);
}

/* Without a callback nothing is called, and nothing leaks. */
static void
test_no_callback (void)
{
  MyThread *thread = my_test_start (NULL, my_test_run_nothing, NULL);

  my_thread_join_async (thread, NULL, NULL, NULL);
  g_assert_true (my_thread_join (thread, NULL));
  my_test_iterate_pending (NULL);
  g_assert_finalize_object (thread);
}

/* The wait keeps the thread that it waits for. */
static void
test_keeps_thread (void)
{
  MyThread *thread = my_test_start (NULL, my_test_run_nothing, NULL);
  Outcome outcome = { .thread = thread };

  my_thread_join_async (thread, NULL, on_joined, &outcome);
  g_object_add_weak_pointer (G_OBJECT (thread), (gpointer *) &thread);
  g_object_unref (thread);
  my_test_iterate_until (NULL, has_been_called, &outcome);
  g_assert_true (outcome.succeeded);
  my_test_iterate_until (NULL, my_test_is_null, &thread);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/thread/join-async/success", test_success);
  g_test_add_func ("/thread/join-async/ended", test_ended);
  g_test_add_func ("/thread/join-async/not-started", test_not_started);
  g_test_add_func ("/thread/join-async/cancellable", test_cancellable);
  g_test_add_func ("/thread/join-async/cancelled-before", test_cancelled_before);
  g_test_add_func ("/thread/join-async/private-context", test_private_context);
  g_test_add_func ("/thread/join-async/other-thread", test_other_thread);
  g_test_add_func ("/thread/join-async/no-callback", test_no_callback);
  g_test_add_func ("/thread/join-async/keeps-thread", test_keeps_thread);

  return g_test_run ();
}
