/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-thread.h"

static void
assert_cancelled_end (MyThread *thread)
{
  GError *error = NULL;

  my_test_assert_fails (my_thread_join (thread, &error_), G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_CANCELLED);
  error = my_thread_dup_error (thread);
  my_test_assert_error (&error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (my_thread_is_cancelled (thread));
}

/* Before the start: run() is never called, and start() succeeds. */
static void
test_before_start (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  MyThread *thread = my_test_thread_new (NULL, log, NULL, NULL);
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;
  GError *error = NULL;

  g_assert_false (my_thread_is_cancelled (thread));
  my_thread_cancel (thread);
  g_assert_true (my_thread_is_cancelled (thread));
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_NEW);
  g_assert_true (my_thread_start (thread, &error));
  g_assert_no_error (error);
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_CANCELLED);
  g_assert_cmpuint (my_thread_get_ident (thread), ==, 0);
  assert_cancelled_end (thread);
  name = my_thread_dup_name (thread);
  text = g_strdup_printf ("Thread \"%s\" was cancelled", name);
  error = my_thread_dup_error (thread);
  g_assert_cmpstr (error->message, ==, text);
  g_clear_error (&error);
  my_test_assert_log (log, "class-finished");
  my_test_assert_fails (my_thread_start (thread, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_ALREADY_STARTED);
  g_assert_finalize_object (thread);
  my_test_assert_log (log, "finalized");
}

/* Queued: it ends at once, though the one that holds the slot does not. */
static void
test_queued (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThreadGroup *group = my_thread_group_new ("narrow", NULL);
  MyThread *running, *queued, *next;

  my_thread_group_set_max_running (group, 1);
  running = my_test_thread_new_in_group (group, my_test_run_block, &block);
  queued = my_test_thread_new_in_group (group, NULL, NULL);
  next = my_test_thread_new_in_group (group, NULL, NULL);
  g_assert_true (my_thread_start (running, NULL));
  g_assert_true (my_thread_start (queued, NULL));
  g_assert_true (my_thread_start (next, NULL));
  g_assert_cmpint (my_thread_get_state (queued), ==, MY_THREAD_STATE_QUEUED);
  my_test_log_watch (log, queued, NULL, "started finished");
  my_thread_cancel (queued);
  g_assert_cmpint (my_thread_get_state (queued), ==, MY_THREAD_STATE_CANCELLED);
  assert_cancelled_end (queued);
  my_test_assert_log (log, "finished");
  g_assert_cmpint (my_thread_get_state (next), ==, MY_THREAD_STATE_QUEUED);
  my_test_gate_open (&block.release);
  my_test_finish (next);
  my_test_finish (running);
  g_assert_finalize_object (queued);
  my_test_release (group);
}

/* Running: cooperative. */

static void
run_until_cancelled (MyThread *thread,
                     gpointer block,
                     GError **error)
{
  g_assert_false (my_thread_is_cancelled (thread));
  g_assert_false (my_thread_set_error_if_cancelled (thread, error));
  g_assert_no_error (*error);
  my_test_run_block (thread, block, error);
  while (!my_thread_set_error_if_cancelled (thread, error)) {
    g_thread_yield ();
  }
}

static void
test_running (void)
{
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *thread;

  thread = my_test_start (NULL, run_until_cancelled, &block);
  my_test_gate_wait (&block.entered);
  my_thread_cancel (thread);
  g_assert_true (my_thread_is_cancelled (thread));
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_RUNNING);
  my_test_gate_open (&block.release);
  assert_cancelled_end (thread);
  g_assert_finalize_object (thread);
}

static void
test_set_error (void)
{
  MyThread *thread = my_thread_new (NULL, NULL, NULL, NULL);
  GError *error = NULL;

  g_assert_false (my_thread_set_error_if_cancelled (thread, &error));
  g_assert_no_error (error);
  my_thread_cancel (thread);
  my_thread_cancel (thread);
  for (guint i = 0; i < 2; i++) {
    g_assert_true (my_thread_set_error_if_cancelled (thread, &error));
    my_test_assert_error (&error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  }
  g_assert_true (my_thread_set_error_if_cancelled (thread, NULL));
  g_assert_finalize_object (thread);
}

/* After the end it has no effect on the outcome. */
static void
test_after_end (void)
{
  MyThread *thread = my_test_start (NULL, my_test_run_nothing, NULL);

  g_assert_true (my_thread_join (thread, NULL));
  my_thread_cancel (thread);
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_SUCCEEDED);
  g_assert_true (my_thread_join (thread, NULL));
  g_assert_null (my_thread_dup_error (thread));
  g_assert_finalize_object (thread);
}

/* The GCancellable: made before the cancel, or after it. */
static void
test_cancellable (void)
{
  MyThread *thread = my_thread_new (NULL, NULL, NULL, NULL);
  GCancellable *cancellable = my_thread_get_cancellable (thread);

  g_assert_true (G_IS_CANCELLABLE (cancellable));
  g_assert_true (cancellable == my_thread_get_cancellable (thread));
  g_assert_false (g_cancellable_is_cancelled (cancellable));
  my_thread_cancel (thread);
  g_assert_true (g_cancellable_is_cancelled (cancellable));
  g_assert_finalize_object (thread);

  thread = my_thread_new (NULL, NULL, NULL, NULL);
  my_thread_cancel (thread);
  g_assert_true (g_cancellable_is_cancelled (my_thread_get_cancellable (thread)));
  g_assert_finalize_object (thread);
}

/* It may live longer than its thread. */
static void
test_cancellable_outlives (void)
{
  MyThread *thread = my_thread_new (NULL, NULL, NULL, NULL);
  GCancellable *cancellable = g_object_ref (my_thread_get_cancellable (thread));

  g_assert_finalize_object (thread);
  g_cancellable_cancel (cancellable);
  g_assert_true (g_cancellable_is_cancelled (cancellable));
  g_assert_finalize_object (cancellable);
}

/* Whoever cancels it cancels the thread: also one that sleeps, or is queued. */
static void
test_by_cancellable (void)
{
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *thread = my_thread_new (NULL, NULL, NULL, NULL);

  g_cancellable_cancel (my_thread_get_cancellable (thread));
  g_assert_true (my_thread_is_cancelled (thread));
  g_assert_true (my_thread_start (thread, NULL));
  assert_cancelled_end (thread);
  g_assert_finalize_object (thread);

  thread = my_test_start (NULL, my_test_run_sleep, &block);
  my_test_gate_wait (&block.entered);
  my_test_wait_until_waiting (thread);
  g_cancellable_cancel (my_thread_get_cancellable (thread));
  assert_cancelled_end (thread);
  g_assert_finalize_object (thread);
}

static void
test_queued_by_cancellable (void)
{
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThreadGroup *group = my_thread_group_new ("narrow", NULL);
  MyThread *running, *queued;

  my_thread_group_set_max_running (group, 1);
  running = my_test_thread_new_in_group (group, my_test_run_block, &block);
  queued = my_test_thread_new_in_group (group, NULL, NULL);
  g_assert_true (my_thread_start (running, NULL));
  g_assert_true (my_thread_start (queued, NULL));
  g_cancellable_cancel (my_thread_get_cancellable (queued));
  assert_cancelled_end (queued);
  my_test_gate_open (&block.release);
  my_test_finish (running);
  g_assert_finalize_object (queued);
  my_test_release (group);
}

/* GIO calls of run() are interrupted. */

static void
run_gio (MyThread *thread,
         gpointer block,
         GError **error)
{
  GCancellable *cancellable = my_thread_get_cancellable (thread);
  GPollFD poll_fd;

  my_test_gate_open (&((MyTestBlock *) block)->entered);
  g_assert_true (g_cancellable_make_pollfd (cancellable, &poll_fd));
  g_assert_cmpint (g_poll (&poll_fd, 1, -1), ==, 1);
  g_cancellable_release_fd (cancellable);
  g_cancellable_set_error_if_cancelled (cancellable, error);
}

static void
test_gio (void)
{
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *thread;

  thread = my_test_start (NULL, run_gio, &block);
  my_test_gate_wait (&block.entered);
  my_thread_cancel (thread);
  assert_cancelled_end (thread);
  g_assert_finalize_object (thread);
}

/* A callback of the cancellable may use the library as it likes: no lock is held. */

typedef struct {
  MyThread *self;
  MyThread *other;
  guint n_called;
} InCallback;

static void
on_cancelled (GCancellable *cancellable,
              InCallback *in_callback)
{
  MyThread *another = my_thread_new (NULL, NULL, NULL, NULL);

  in_callback->n_called++;
  g_assert_true (my_thread_is_cancelled (in_callback->self));
  my_thread_cancel (in_callback->self);
  my_thread_cancel (in_callback->other);
  g_cancellable_cancel (my_thread_get_cancellable (in_callback->self));
  g_assert_cmpuint (my_thread_active_count (), >=, 1);
  g_assert_true (my_thread_start (another, NULL));
  my_test_finish (another);
}

static void
test_in_callback (void)
{
  for (guint by_cancellable = 0; by_cancellable < 2; by_cancellable++) {
    g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
    g_auto (MyTestBlock) other_block = MY_TEST_BLOCK_INIT;
    InCallback in_callback = { 0 };

    in_callback.self = my_test_start (NULL, my_test_run_sleep, &block);
    in_callback.other = my_test_start (NULL, my_test_run_sleep, &other_block);
    my_test_gate_wait (&block.entered);
    my_test_gate_wait (&other_block.entered);
    g_signal_connect (my_thread_get_cancellable (in_callback.self), "cancelled", G_CALLBACK (on_cancelled), &in_callback);
    if (by_cancellable) {
      g_cancellable_cancel (my_thread_get_cancellable (in_callback.self));
    } else {
      my_thread_cancel (in_callback.self);
    }
    assert_cancelled_end (in_callback.self);
    assert_cancelled_end (in_callback.other);
    g_assert_cmpuint (in_callback.n_called, ==, 1);
    g_assert_finalize_object (in_callback.self);
    g_assert_finalize_object (in_callback.other);
  }
}

/* The property, and its notify. */
static void
test_property (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  MyThread *thread = my_thread_new (NULL, NULL, NULL, NULL);
  gboolean cancelled;

  my_test_log_watch (log, thread, NULL, "cancelled");
  g_object_get (thread, "cancelled", &cancelled, NULL);
  g_assert_false (cancelled);
  my_thread_cancel (thread);
  my_thread_cancel (thread);
  g_object_get (thread, "cancelled", &cancelled, NULL);
  g_assert_true (cancelled);
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "cancelled");
  g_assert_finalize_object (thread);
}

/* From another thread: the notify comes in the owner's. */

static gpointer
cancel_it (gpointer thread)
{
  my_thread_cancel (thread);
  return NULL;
}

static gboolean
log_is_filled (gpointer log)
{
  char *text = my_test_log_take (log);
  gboolean filled = *text != '\0';

  if (filled) {
    g_assert_cmpstr (text, ==, "cancelled");
  }
  g_free (text);
  return filled;
}

static void
test_notify_in_owner (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  MyThread *thread = my_thread_new (NULL, NULL, NULL, NULL);

  my_test_log_watch (log, thread, NULL, "cancelled");
  g_thread_join (g_thread_new ("canceller", cancel_it, thread));
  my_test_assert_log (log, "");
  my_test_iterate_until (NULL, log_is_filled, log);
  my_test_iterate_pending (NULL);
  g_assert_finalize_object (thread);
}

/* Main is a thread like any other: its waits are interrupted, and that can not be undone. */
static void
test_main_cancelled (void)
{
  if (my_test_is_apart ()) {
    my_thread_cancel (my_thread_get_main ());
    my_test_assert_fails (my_thread_sleep (-1, &error_), G_IO_ERROR, G_IO_ERROR_CANCELLED);
  }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/thread/cancel/before-start", test_before_start);
  g_test_add_func ("/thread/cancel/queued", test_queued);
  g_test_add_func ("/thread/cancel/running", test_running);
  g_test_add_func ("/thread/cancel/set-error", test_set_error);
  g_test_add_func ("/thread/cancel/after-end", test_after_end);
  g_test_add_func ("/thread/cancel/cancellable", test_cancellable);
  g_test_add_func ("/thread/cancel/cancellable-outlives", test_cancellable_outlives);
  g_test_add_func ("/thread/cancel/by-cancellable", test_by_cancellable);
  g_test_add_func ("/thread/cancel/queued-by-cancellable", test_queued_by_cancellable);
  g_test_add_func ("/thread/cancel/gio", test_gio);
  g_test_add_func ("/thread/cancel/in-callback", test_in_callback);
  g_test_add_func ("/thread/cancel/property", test_property);
  g_test_add_func ("/thread/cancel/notify-in-owner", test_notify_in_owner);
  g_test_add_func ("/thread/cancel/main-cancelled", test_main_cancelled);

  return g_test_run ();
}
