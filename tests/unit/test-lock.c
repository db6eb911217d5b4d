/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <string.h>

#include "my-test-log.h"
#include "my-test-support.h"

/* MyLock and MyCondition. */

typedef struct {
  MyLock *lock;
  MyLock *other;
  MyCondition *condition;
  MyTestGate gates[2];
  gint64 timeout_us;
  guint n;
} Shared;

static void
shared_init (Shared *shared,
             MyLock *lock)
{
  memset (shared, 0, sizeof *shared);
  shared->lock = lock;
  shared->other = my_lock_new ();
  shared->condition = my_condition_new (lock);
  shared->timeout_us = -1;
  my_lock_set_name (lock, "first");
  my_lock_set_name (shared->other, "second");
  my_condition_set_name (shared->condition, "news");
  for (guint i = 0; i < G_N_ELEMENTS (shared->gates); i++) {
    my_test_gate_init (&shared->gates[i]);
  }
}

static void
shared_clear (Shared *shared)
{
  g_assert_finalize_object (shared->condition);
  g_assert_finalize_object (shared->lock);
  g_assert_finalize_object (shared->other);
  for (guint i = 0; i < G_N_ELEMENTS (shared->gates); i++) {
    my_test_gate_clear (&shared->gates[i]);
  }
}

static void
assert_owner (MyLock *lock,
              MyThread *thread)
{
  MyThread *owner = my_lock_dup_owner (lock);

  g_assert_true (owner == thread);
  g_assert_cmpint (my_lock_is_locked (lock), ==, thread != NULL);
  g_clear_object (&owner);
}

static void
test_plain (void)
{
  MyLock *lock = my_lock_new ();

  g_assert_false (my_lock_is_recursive (lock));
  assert_owner (lock, NULL);
  g_assert_true (my_lock_acquire (lock, -1, NULL));
  assert_owner (lock, my_thread_get_main ());
  my_test_assert_fails (my_lock_acquire (lock, 0, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT);
  my_test_assert_fails (my_lock_acquire (lock, 10, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT);
  my_test_assert_fails (my_lock_acquire (lock, -1, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK);
  my_lock_release (lock);
  assert_owner (lock, NULL);
  g_assert_finalize_object (lock);
}

static void
test_recursive (void)
{
  MyLock *lock = my_lock_new_recursive ();

  g_assert_true (my_lock_is_recursive (lock));
  for (guint i = 0; i < 3; i++) {
    g_assert_true (my_lock_acquire (lock, i == 1 ? 0 : -1, NULL));
  }
  for (guint i = 0; i < 3; i++) {
    assert_owner (lock, my_thread_get_main ());
    my_lock_release (lock);
  }
  assert_owner (lock, NULL);
  g_assert_finalize_object (lock);
}

static void
test_holder (void)
{
  MyLock *lock = my_lock_new ();

  {
    g_autoptr (MyLockHolder) holder = my_lock_holder_new (lock);

    g_assert_nonnull (holder);
    assert_owner (lock, my_thread_get_main ());
  }
  assert_owner (lock, NULL);
  g_assert_finalize_object (lock);
}

static void
test_properties (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  MyLock *lock = g_object_new (MY_TYPE_LOCK, "name", "accounts", "recursive", TRUE, NULL);
  MyCondition *condition = g_object_new (MY_TYPE_CONDITION, "lock", lock, "name", "changed", NULL);
  g_autofree char *name = NULL;
  g_autofree char *condition_name = NULL;
  g_autoptr (MyLock) of_condition = NULL;
  gboolean is_recursive;

  my_test_log_watch (log, lock, NULL, "name");
  my_test_log_watch (log, condition, "condition-", "name");
  g_object_get (lock, "name", &name, "recursive", &is_recursive, NULL);
  g_assert_cmpstr (name, ==, "accounts");
  g_assert_true (is_recursive);
  g_object_get (condition, "name", &condition_name, "lock", &of_condition, NULL);
  g_assert_cmpstr (condition_name, ==, "changed");
  g_assert_true (of_condition == lock);
  g_clear_object (&of_condition);

  my_lock_set_name (lock, "accounts");
  my_test_assert_log (log, "");
  my_lock_set_name (lock, NULL);
  my_condition_set_name (condition, NULL);
  my_test_assert_log (log, "name condition-name");
  g_assert_null (my_lock_dup_name (lock));
  g_assert_null (my_condition_dup_name (condition));
  my_test_log_unwatch (log, lock);
  my_test_log_unwatch (log, condition);
  g_assert_finalize_object (condition);
  g_assert_finalize_object (lock);

  condition = my_condition_new (NULL);
  g_assert_true (my_lock_is_recursive (my_condition_get_lock (condition)));
  g_assert_finalize_object (condition);
}

/* waiting */

static void
run_acquire (MyThread *thread,
             gpointer data,
             GError **error)
{
  Shared *shared = data;

  if (my_lock_acquire (shared->lock, shared->timeout_us, error)) {
    my_lock_release (shared->lock);
  }
}

static void
test_cancel (void)
{
  MyThread *thread;
  g_autofree char *dump = NULL;
  Shared shared;

  shared_init (&shared, my_lock_new ());
  g_assert_true (my_lock_acquire (shared.lock, -1, NULL));
  thread = my_test_start ("waits", run_acquire, &shared);
  my_test_wait_until_waiting (thread);
  dump = my_thread_dump ();
  g_assert_nonnull (strstr (dump, "waits for lock \"first\", which thread \"MainThread\" holds\n"));
  my_thread_cancel (thread);
  my_test_assert_fails (my_thread_join (thread, &error_), G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_finalize_object (thread);
  my_lock_release (shared.lock);
  shared_clear (&shared);
}

static void
run_cross (MyThread *thread,
           gpointer data,
           GError **error)
{
  Shared *shared = data;

  g_assert_true (my_lock_acquire (shared->other, -1, NULL));
  my_test_gate_open (&shared->gates[0]);
  my_test_gate_wait (&shared->gates[1]);
  if (my_lock_acquire (shared->lock, -1, error)) {
    my_lock_release (shared->lock);
  }
  my_lock_release (shared->other);
}

static void
test_cycle (void)
{
  MyThread *thread;
  GError *error = NULL;
  Shared shared;

  shared_init (&shared, my_lock_new ());
  g_assert_true (my_lock_acquire (shared.lock, -1, NULL));
  thread = my_test_start ("other", run_cross, &shared);
  my_test_gate_wait (&shared.gates[0]);
  my_test_gate_open (&shared.gates[1]);
  my_test_wait_until_waiting (thread);
  g_assert_false (my_lock_acquire (shared.other, -1, &error));
  g_assert_cmpstr (error->message, ==,
                   "To wait for lock \"second\" would never end: "
                   "thread \"MainThread\" waits for lock \"second\", which thread \"other\" holds, "
                   "thread \"other\" waits for lock \"first\", which thread \"MainThread\" holds");
  my_test_assert_error (&error, MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK);
  /* A limit makes it none. */
  my_test_assert_fails (my_lock_acquire (shared.other, 10, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT);
  my_lock_release (shared.lock);
  my_test_finish (thread);
  shared_clear (&shared);
}

static void
run_keep (MyThread *thread,
          gpointer data,
          GError **error)
{
  Shared *shared = data;

  g_assert_true (my_lock_acquire (shared->lock, -1, NULL));
}

static void
test_holder_ends (void)
{
  Shared shared;

  shared_init (&shared, my_lock_new_recursive ());
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "Thread \"keeper\" has ended while it holds lock \"first\"*");
  my_test_finish (my_test_start ("keeper", run_keep, &shared));
  g_test_assert_expected_messages ();
  for (gint64 timeout_us = -1; timeout_us <= 1; timeout_us++) {
    my_test_assert_fails (my_lock_acquire (shared.lock, timeout_us, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK);
  }
  g_assert_true (my_lock_is_locked (shared.lock));
  g_assert_null (my_lock_dup_owner (shared.lock));
  shared_clear (&shared);
}

/* conditions */

static gboolean
is_five (gpointer n)
{
  return *(guint *) n == 5;
}

static void
run_wait_for (MyThread *thread,
              gpointer data,
              GError **error)
{
  Shared *shared = data;

  g_assert_true (my_lock_acquire (shared->lock, -1, NULL));
  g_assert_true (my_lock_acquire (shared->lock, -1, NULL));
  if (my_condition_wait_for (shared->condition, is_five, &shared->n, shared->timeout_us, error)) {
    g_assert_cmpuint (shared->n, ==, 5);
  }
  /* as often as before */
  assert_owner (shared->lock, thread);
  my_lock_release (shared->lock);
  assert_owner (shared->lock, thread);
  my_lock_release (shared->lock);
}

static void
test_wait_for (void)
{
  MyThread *threads[3];
  g_autofree char *dump = NULL;
  Shared shared;

  shared_init (&shared, my_lock_new_recursive ());
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    threads[i] = my_test_start (NULL, run_wait_for, &shared);
    my_test_wait_until_waiting (threads[i]);
  }
  dump = my_thread_dump ();
  g_assert_nonnull (strstr (dump, "waits for condition \"news\"\n"));
  my_thread_cancel (threads[0]);
  my_test_assert_fails (my_thread_join (threads[0], &error_), G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_finalize_object (threads[0]);
  for (guint i = 0; i < 5; i++) {
    g_assert_true (my_lock_acquire (shared.lock, -1, NULL));
    shared.n++;
    if (i == 4) {
      my_condition_signal (shared.condition, 2);
    } else {
      my_condition_broadcast (shared.condition);
    }
    my_lock_release (shared.lock);
  }
  /* One that was not back yet is not among the two. */
  while (my_thread_is_alive (threads[1]) || my_thread_is_alive (threads[2])) {
    g_assert_true (my_lock_acquire (shared.lock, -1, NULL));
    my_condition_broadcast (shared.condition);
    my_lock_release (shared.lock);
    g_thread_yield ();
  }
  my_test_finish (threads[1]);
  my_test_finish (threads[2]);
  shared_clear (&shared);
}

static void
test_limits (void)
{
  Shared shared;

  shared_init (&shared, my_lock_new ());
  g_assert_true (my_lock_acquire (shared.lock, -1, NULL));
  my_test_assert_fails (my_condition_wait (shared.condition, 0, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT);
  my_test_assert_fails (my_condition_wait (shared.condition, 10, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT);
  my_test_assert_fails (my_condition_wait_for (shared.condition, is_five, &shared.n, 0, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT);
  my_test_assert_fails (my_condition_wait_for (shared.condition, is_five, &shared.n, 10, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT);
  shared.n = 5;
  g_assert_true (my_condition_wait_for (shared.condition, is_five, &shared.n, 0, NULL));
  assert_owner (shared.lock, my_thread_get_main ());
  my_lock_release (shared.lock);
  shared_clear (&shared);
}

static void
test_misuse (void)
{
  Shared shared;

  shared_init (&shared, my_lock_new ());
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "my_lock_release*does not hold*first*");
  my_lock_release (shared.lock);
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "my_condition_wait:*does not hold the lock of condition \"news\"");
  g_assert_false (my_condition_wait (shared.condition, -1, NULL));
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "my_condition_wait_for:*does not hold*");
  g_assert_false (my_condition_wait_for (shared.condition, is_five, &shared.n, -1, NULL));
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "my_condition_signal:*does not hold*");
  my_condition_signal (shared.condition, 1);
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "my_condition_broadcast:*does not hold*");
  my_condition_broadcast (shared.condition);

  /* The last reference to one that is held: it stays. */
  g_assert_true (my_lock_acquire (shared.other, -1, NULL));
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "The last reference to lock \"second\" is dropped while it is held*");
  g_object_unref (shared.other);
  g_test_assert_expected_messages ();
  my_lock_release (shared.other);
  shared_clear (&shared);
}

/* The holder is asked for while it takes the lock and lets it go. */

#define N_ASKED 100000

static void
run_take_and_let_go (MyThread *thread,
                     gpointer lock,
                     GError **error)
{
  while (!my_thread_is_cancelled (thread)) {
    g_assert_true (my_lock_acquire (lock, 0, NULL));
    my_lock_release (lock);
  }
}

static void
test_owner (void)
{
  MyLock *lock = my_lock_new ();
  MyThread *thread = my_test_start (NULL, run_take_and_let_go, lock);

  my_test_wait_until (my_test_has_begun, thread);
  for (guint i = 0; i < N_ASKED; i++) {
    MyThread *owner = my_lock_dup_owner (lock);

    g_assert_true (owner == NULL || owner == thread);
    g_clear_object (&owner);
  }
  my_thread_cancel (thread);
  my_thread_join (thread, NULL);
  my_test_release (thread);
  g_assert_finalize_object (lock);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/lock/plain", test_plain);
  g_test_add_func ("/lock/recursive", test_recursive);
  g_test_add_func ("/lock/holder", test_holder);
  g_test_add_func ("/lock/properties", test_properties);
  g_test_add_func ("/lock/cancel", test_cancel);
  g_test_add_func ("/lock/cycle", test_cycle);
  g_test_add_func ("/lock/holder-ends", test_holder_ends);
  g_test_add_func ("/lock/misuse", test_misuse);
  g_test_add_func ("/lock/owner", test_owner);
  g_test_add_func ("/condition/wait-for", test_wait_for);
  g_test_add_func ("/condition/limits", test_limits);
  return g_test_run ();
}
