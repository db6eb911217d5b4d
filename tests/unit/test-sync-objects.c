/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <string.h>

#include "my-test-log.h"
#include "my-test-support.h"

/* MyEvent, MySemaphore and MyBarrier. */

#define N_THREADS 4

static void
test_names (void)
{
  GObject *objects[] = { G_OBJECT (my_event_new ()), G_OBJECT (my_semaphore_new (1)), G_OBJECT (my_barrier_new (1, NULL, NULL, NULL)) };

  for (guint i = 0; i < G_N_ELEMENTS (objects); i++) {
    g_autoptr (MyTestLog) log = my_test_log_new ();
    g_autofree char *name = NULL;

    my_test_log_watch (log, objects[i], NULL, "name");
    g_object_set (objects[i], "name", "it", NULL);
    g_object_set (objects[i], "name", "it", NULL);
    g_object_get (objects[i], "name", &name, NULL);
    g_assert_cmpstr (name, ==, "it");
    my_test_assert_log (log, "name");
    my_test_log_unwatch (log, objects[i]);
    g_assert_finalize_object (objects[i]);
  }
}

/* events */

static void
run_wait (MyThread *thread,
          gpointer event,
          GError **error)
{
  my_event_wait (event, -1, error);
}

static void
test_event (void)
{
  MyEvent *event = my_event_new ();
  MyThread *threads[N_THREADS];
  g_autofree char *dump = NULL;

  my_event_set_name (event, "ready");
  g_assert_false (my_event_is_set (event));
  my_test_assert_fails (my_event_wait (event, 0, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT);
  my_test_assert_fails (my_event_wait (event, 10, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT);
  for (guint i = 0; i < N_THREADS; i++) {
    threads[i] = my_test_start (NULL, run_wait, event);
    my_test_wait_until_waiting (threads[i]);
  }
  dump = my_thread_dump ();
  g_assert_nonnull (strstr (dump, "waits for event \"ready\"\n"));
  my_thread_cancel (threads[0]);
  my_test_assert_fails (my_thread_join (threads[0], &error_), G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_finalize_object (threads[0]);

  /* Those that have waited go on, though it is cleared at once. */
  my_event_set (event);
  my_event_clear (event);
  for (guint i = 1; i < N_THREADS; i++) {
    my_test_finish (threads[i]);
  }
  g_assert_false (my_event_is_set (event));
  my_event_set (event);
  g_assert_true (my_event_is_set (event));
  g_assert_true (my_event_wait (event, 0, NULL));
  g_assert_finalize_object (event);
}

/* semaphores */

static void
run_acquire (MyThread *thread,
             gpointer semaphore,
             GError **error)
{
  my_semaphore_acquire (semaphore, -1, error);
}

static void
test_semaphore (void)
{
  MySemaphore *semaphore = my_semaphore_new (2);
  MyThread *threads[N_THREADS];

  g_assert_true (my_semaphore_acquire (semaphore, -1, NULL));
  g_assert_true (my_semaphore_acquire (semaphore, 0, NULL));
  g_assert_cmpuint (my_semaphore_get_value (semaphore), ==, 0);
  my_test_assert_fails (my_semaphore_acquire (semaphore, 0, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT);
  my_test_assert_fails (my_semaphore_acquire (semaphore, 10, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT);
  for (guint i = 0; i < N_THREADS; i++) {
    threads[i] = my_test_start (NULL, run_acquire, semaphore);
    my_test_wait_until_waiting (threads[i]);
  }
  my_thread_cancel (threads[1]);
  my_test_assert_fails (my_thread_join (threads[1], &error_), G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_finalize_object (threads[1]);
  my_semaphore_release (semaphore, 1);
  my_test_finish (threads[0]);
  my_semaphore_release (semaphore, 5);
  my_test_finish (threads[2]);
  my_test_finish (threads[3]);
  g_assert_cmpuint (my_semaphore_get_value (semaphore), ==, 3);
  g_assert_finalize_object (semaphore);
}

/* Released by another thread than it was acquired by: Python's Lock. */
static void
test_semaphore_bounded (void)
{
  MySemaphore *semaphore = my_semaphore_new_bounded (1);

  my_semaphore_set_name (semaphore, "one");
  my_test_finish (my_test_start (NULL, run_acquire, semaphore));
  my_semaphore_release (semaphore, 1);
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "my_semaphore_release: 1 are too many for semaphore \"one\"");
  my_semaphore_release (semaphore, 1);
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*n > 0*");
  my_semaphore_release (semaphore, 0);
  g_test_assert_expected_messages ();
  g_assert_cmpuint (my_semaphore_get_value (semaphore), ==, 1);
  g_assert_finalize_object (semaphore);

  semaphore = my_semaphore_new (G_MAXUINT);
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "my_semaphore_release: 1 are too many*");
  my_semaphore_release (semaphore, 1);
  g_test_assert_expected_messages ();
  g_assert_finalize_object (semaphore);
}

/* barriers */

typedef struct {
  MyBarrier *barrier;
  gint64 timeout_us;
  gint indices; /* atomic: a bit for each */
  gint n_actions;
  MyTestBlock block;
} Meeting;

static void
run_meet (MyThread *thread,
          gpointer data,
          GError **error)
{
  Meeting *meeting = data;
  guint index = G_MAXUINT;

  if (my_barrier_wait (meeting->barrier, meeting->timeout_us, &index, error)) {
    g_assert_cmpint (g_atomic_int_get (&meeting->n_actions), >, 0);
    g_assert_cmpuint (index, <, N_THREADS);
    g_assert_cmpint (g_atomic_int_or ((guint *) &meeting->indices, 1u << index) & (1u << index), ==, 0);
  }
}

static void
act (gpointer data)
{
  Meeting *meeting = data;

  g_assert_cmpint (g_atomic_int_get (&meeting->indices), ==, 0);
  my_test_gate_open (&meeting->block.entered);
  my_test_gate_wait (&meeting->block.release);
  g_atomic_int_inc (&meeting->n_actions);
}

static void
free_meeting (gpointer data)
{
  g_atomic_int_inc (&((Meeting *) data)->n_actions);
}

static void
test_barrier (void)
{
  Meeting meeting = { .timeout_us = -1 };
  MyThread *threads[N_THREADS];

  my_test_block_init (&meeting.block);
  meeting.barrier = my_barrier_new (N_THREADS, act, &meeting, free_meeting);
  g_assert_cmpuint (my_barrier_get_parties (meeting.barrier), ==, N_THREADS);
  for (guint i = 0; i < N_THREADS; i++) {
    threads[i] = my_test_start (NULL, run_meet, &meeting);
    if (i < N_THREADS - 1) {
      my_test_wait_until_waiting (threads[i]);
      g_assert_cmpuint (my_barrier_get_n_waiting (meeting.barrier), ==, i + 1);
    }
  }
  /* All have come: what happens now is too late. */
  my_test_gate_wait (&meeting.block.entered);
  my_thread_cancel (threads[0]);
  my_barrier_reset (meeting.barrier);
  my_test_gate_open (&meeting.block.release);
  for (guint i = 0; i < N_THREADS; i++) {
    my_test_finish (threads[i]);
  }
  g_assert_cmpint (meeting.indices, ==, (1 << N_THREADS) - 1);
  g_assert_cmpint (meeting.n_actions, ==, 1);
  g_assert_false (my_barrier_is_broken (meeting.barrier));
  g_assert_cmpuint (my_barrier_get_n_waiting (meeting.barrier), ==, 0);
  g_assert_finalize_object (meeting.barrier);
  g_assert_cmpint (meeting.n_actions, ==, 2);
  my_test_block_clear (&meeting.block);
}

typedef enum {
  BY_CANCEL,
  BY_ABORT,
  BY_RESET,
  BY_TRY,
  BY_LIMIT,
} Breaking;

static void
test_barrier_broken (void)
{
  for (Breaking how = BY_CANCEL; how <= BY_LIMIT; how++) {
    Meeting meeting = { .timeout_us = -1 };
    MyThread *threads[2];

    meeting.barrier = my_barrier_new (N_THREADS, NULL, NULL, NULL);
    for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
      threads[i] = my_test_start (NULL, run_meet, &meeting);
      my_test_wait_until_waiting (threads[i]);
    }
    switch (how) {
    case BY_CANCEL:
      my_thread_cancel (threads[0]);
      break;
    case BY_ABORT:
      my_barrier_abort (meeting.barrier);
      break;
    case BY_RESET:
      my_barrier_reset (meeting.barrier);
      break;
    case BY_TRY:
    case BY_LIMIT:
    default:
      my_test_assert_fails (my_barrier_wait (meeting.barrier, how == BY_TRY ? 0 : 10, NULL, &error_),
                            MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT);
      break;
    }
    if (how == BY_CANCEL) {
      my_test_assert_fails (my_thread_join (threads[0], &error_), G_IO_ERROR, G_IO_ERROR_CANCELLED);
    } else {
      my_test_assert_fails (my_thread_join (threads[0], &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_BROKEN);
    }
    my_test_assert_fails (my_thread_join (threads[1], &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_BROKEN);
    g_assert_finalize_object (threads[0]);
    g_assert_finalize_object (threads[1]);

    g_assert_cmpint (my_barrier_is_broken (meeting.barrier), ==, how != BY_RESET);
    if (how != BY_RESET) {
      my_test_assert_fails (my_barrier_wait (meeting.barrier, -1, NULL, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_BROKEN);
    }
    my_barrier_reset (meeting.barrier);
    g_assert_false (my_barrier_is_broken (meeting.barrier));
    g_assert_finalize_object (meeting.barrier);
  }
}

static void
test_barrier_of_one (void)
{
  MyBarrier *barrier = my_barrier_new (1, NULL, NULL, NULL);
  guint index = 7;

  g_assert_true (my_barrier_wait (barrier, 0, &index, NULL));
  g_assert_cmpuint (index, ==, 0);
  g_assert_finalize_object (barrier);
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*parties > 0*");
  g_assert_null (my_barrier_new (0, NULL, NULL, NULL));
  g_test_assert_expected_messages ();
}

/* fork */

typedef struct {
  MyEvent *event;
  MySemaphore *semaphore;
  Meeting meeting;
} All;

static void
in_child (gpointer data)
{
  All *all = data;

  /* Those who waited are gone. */
  my_event_set (all->event);
  my_semaphore_release (all->semaphore, 1);
  g_assert_true (my_semaphore_acquire (all->semaphore, -1, NULL));
  g_assert_cmpuint (my_barrier_get_n_waiting (all->meeting.barrier), ==, 0);
  my_test_assert_fails (my_barrier_wait (all->meeting.barrier, 0, NULL, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT);
}

static void
test_fork (void)
{
  All all = { .event = my_event_new (), .semaphore = my_semaphore_new (0), .meeting = { .timeout_us = -1, .n_actions = 1 } };
  MyThread *threads[3];

  all.meeting.barrier = my_barrier_new (2, NULL, NULL, NULL);
  threads[0] = my_test_start (NULL, run_wait, all.event);
  threads[1] = my_test_start (NULL, run_acquire, all.semaphore);
  threads[2] = my_test_start (NULL, run_meet, &all.meeting);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    my_test_wait_until_waiting (threads[i]);
  }
  my_test_in_child (in_child, &all);
  my_event_set (all.event);
  my_semaphore_release (all.semaphore, 1);
  g_assert_true (my_barrier_wait (all.meeting.barrier, 0, NULL, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    my_test_finish (threads[i]);
  }
  g_assert_finalize_object (all.event);
  g_assert_finalize_object (all.semaphore);
  g_assert_finalize_object (all.meeting.barrier);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/names", test_names);
  g_test_add_func ("/sync/event", test_event);
  g_test_add_func ("/sync/semaphore", test_semaphore);
  g_test_add_func ("/sync/semaphore/bounded", test_semaphore_bounded);
  g_test_add_func ("/sync/barrier", test_barrier);
  g_test_add_func ("/sync/barrier/broken", test_barrier_broken);
  g_test_add_func ("/sync/barrier/of-one", test_barrier_of_one);
  g_test_add_func ("/sync/fork", test_fork);
  return g_test_run ();
}
