/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-thread.h"

#include <string.h>

/* An error nobody looked at is logged, with the thread's name, when the thread is finalised. */

/* Counts the warnings of the library; everything else is as fatal as ever. */
typedef struct {
  guint n_warnings;
  const char *name;
} Warnings;

static void
on_log (const char *domain,
        GLogLevelFlags level,
        const char *message,
        gpointer data)
{
  Warnings *warnings = data;

  g_assert_cmpint (level & G_LOG_LEVEL_MASK, ==, G_LOG_LEVEL_WARNING);
  g_assert_nonnull (strstr (message, warnings->name));
  g_assert_nonnull (strstr (message, MY_TEST_FAILURE));
  warnings->n_warnings++;
}

#define NAME "the one that fails"

/* A thread that has failed, is delivered, and has been looked at by @look only.
 * Returns: how many warnings its finalisation gave.
 */
static guint
count_warnings (MyThreadFunc func,
                void (*prepare) (MyThread *thread),
                void (*look) (MyThread *thread))
{
  Warnings warnings = { .name = NAME };
  MyThreadGroup *group = my_thread_group_new ("group of one", NULL);
  /* with no handler of its own: the class handlers count as handlers */
  MyThread *thread = my_thread_new_in_group (group, NAME, func, NULL, NULL);
  guint handler;
  GLogLevelFlags fatal = g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);

  handler = g_log_set_handler ("MyThread", G_LOG_LEVEL_MASK, on_log, &warnings);
  if (prepare) {
    prepare (thread);
  }
  g_assert_true (my_thread_start (thread, NULL));
  my_test_wait_until (my_test_is_over, thread);
  if (look) {
    look (thread);
  }
  g_assert_cmpuint (warnings.n_warnings, ==, 0);
  my_test_release (thread);
  g_log_remove_handler ("MyThread", handler);
  g_log_set_always_fatal (fatal);
  my_test_release (group);
  return warnings.n_warnings;
}

static void
test_unseen (void)
{
  g_assert_cmpuint (count_warnings (my_test_run_fail, NULL, NULL), ==, 1);
}

/* Ways to look at it. */

static void
look_by_join (MyThread *thread)
{
  g_assert_false (my_thread_join (thread, NULL));
}

static void
look_by_poll (MyThread *thread)
{
  g_assert_false (my_thread_join_timeout (thread, 0, NULL));
}

static void
look_by_group_join (MyThread *thread)
{
  g_assert_false (my_thread_group_join (my_thread_get_group (thread), NULL));
}

static void
look_by_parent_join (MyThread *thread)
{
  g_assert_false (my_thread_group_join (my_thread_group_get_parent (my_thread_get_group (thread)), NULL));
}

static void
look_by_dup_error (MyThread *thread)
{
  GError *error = my_thread_dup_error (thread);

  my_test_assert_error (&error, G_IO_ERROR, G_IO_ERROR_EXISTS);
}

static void
look_by_property (MyThread *thread)
{
  GError *error;

  g_object_get (thread, "error", &error, NULL);
  my_test_assert_error (&error, G_IO_ERROR, G_IO_ERROR_EXISTS);
}

static void
look_by_result (MyThread *thread)
{
  GValue value = G_VALUE_INIT;

  my_test_assert_fails (my_thread_get_result (thread, &value, &error_), G_IO_ERROR, G_IO_ERROR_EXISTS);
}

static void
on_joined (GObject *source,
           GAsyncResult *result,
           gpointer done)
{
  g_assert_false (my_thread_join_finish (MY_THREAD (source), result, NULL));
  *(gint *) done = TRUE;
}

static void
look_by_join_async (MyThread *thread)
{
  gint done = FALSE;

  my_thread_join_async (thread, NULL, on_joined, &done);
  my_test_iterate_until (NULL, my_test_is_set, &done);
}

/* By a handler that was there when it was delivered. */

static void
on_anything (void)
{
}

static void
watch_finished (MyThread *thread)
{
  g_signal_connect (thread, "finished", on_anything, NULL);
}

static void
watch_error (MyThread *thread)
{
  g_signal_connect (thread, "notify::error", on_anything, NULL);
}

static void
watch_thread_failed (MyThread *thread)
{
  g_signal_connect (my_thread_get_group (thread), "thread-failed", on_anything, NULL);
}

static void
watch_parents_thread_failed (MyThread *thread)
{
  g_signal_connect_data (my_thread_group_get_parent (my_thread_get_group (thread)), "thread-failed", on_anything, NULL, NULL, 0);
}

static void
unwatch_parent (void)
{
  g_signal_handlers_disconnect_by_func (my_thread_group_get_default (), on_anything, NULL);
}

static void
test_seen (void)
{
  const struct {
    const char *how;
    void (*prepare) (MyThread *thread);
    void (*look) (MyThread *thread);
  } cases[] = {
    { "join", NULL, look_by_join },
    { "poll", NULL, look_by_poll },
    { "group's join", NULL, look_by_group_join },
    { "parent's join", NULL, look_by_parent_join },
    { "dup_error", NULL, look_by_dup_error },
    { "property", NULL, look_by_property },
    { "get_result", NULL, look_by_result },
    { "join_async", NULL, look_by_join_async },
    { "finished", watch_finished, NULL },
    { "notify::error", watch_error, NULL },
    { "thread-failed", watch_thread_failed, NULL },
    { "parent's thread-failed", watch_parents_thread_failed, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_test_message ("%s", cases[i].how);
    g_assert_cmpuint (count_warnings (my_test_run_fail, cases[i].prepare, cases[i].look), ==, 0);
    unwatch_parent ();
  }
}

/* What is no look. */

static void
glance_state (MyThread *thread)
{
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_FAILED);
  g_assert_false (my_thread_is_alive (thread));
}

static void
watch_progress (MyThread *thread)
{
  g_signal_connect (thread, "notify::progress", on_anything, NULL);
  g_signal_connect (thread, "started", on_anything, NULL);
}

static void
glance_early (MyThread *thread)
{
  g_assert_null (my_thread_dup_error (thread));
}

static void
watch_and_unwatch (MyThread *thread)
{
  watch_finished (thread);
  g_signal_handlers_disconnect_by_func (thread, on_anything, NULL);
}

static void
test_not_seen (void)
{
  g_assert_cmpuint (count_warnings (my_test_run_fail, NULL, glance_state), ==, 1);
  g_assert_cmpuint (count_warnings (my_test_run_fail, watch_progress, NULL), ==, 1);
  g_assert_cmpuint (count_warnings (my_test_run_fail, glance_early, NULL), ==, 1);
  g_assert_cmpuint (count_warnings (my_test_run_fail, watch_and_unwatch, NULL), ==, 1);
}

/* CANCELLED is no failure, and neither is success. */
static void
test_cancelled (void)
{
  g_assert_cmpuint (count_warnings (my_test_run_nothing, my_thread_cancel, NULL), ==, 0);
  g_assert_cmpuint (count_warnings (my_test_run_nothing, NULL, NULL), ==, 0);
}

/* Nobody has the thread any more, and there is no loop: it is said when the owner reaps it. */

static gboolean
is_gone (gpointer weak)
{
  g_assert_true (my_thread_sleep (1, NULL));
  return my_test_is_null (weak);
}

static void
test_fire_and_forget (void)
{
  MyThread *thread = my_thread_new (NAME, my_test_run_fail, NULL, NULL);

  g_object_add_weak_pointer (G_OBJECT (thread), (gpointer *) &thread);
  g_test_expect_message ("MyThread", G_LOG_LEVEL_WARNING, "*" NAME "*" MY_TEST_FAILURE "*");
  g_assert_true (my_thread_start (thread, NULL));
  g_object_unref (thread);
  my_test_wait_until (is_gone, &thread);
  g_test_assert_expected_messages ();
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/thread/errors/unseen", test_unseen);
  g_test_add_func ("/thread/errors/seen", test_seen);
  g_test_add_func ("/thread/errors/not-seen", test_not_seen);
  g_test_add_func ("/thread/errors/cancelled", test_cancelled);
  g_test_add_func ("/thread/errors/fire-and-forget", test_fire_and_forget);

  return g_test_run ();
}
