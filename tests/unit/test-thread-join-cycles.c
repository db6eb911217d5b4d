/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <limits.h>
#include <pthread.h>

#include "my-test-thread.h"

#define MILLISECOND 1000

/* Cycles. */

static void
run_join_itself (MyThread *thread,
                 gpointer unused,
                 GError **error)
{
  const gint64 timeouts[] = { -1, 0, G_USEC_PER_SEC };

  my_test_assert_fails (my_thread_join (thread, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK);
  for (gsize i = 0; i < G_N_ELEMENTS (timeouts); i++) {
    my_test_assert_fails (my_thread_join_timeout (thread, timeouts[i], &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK);
  }
}

static void
test_join_itself (void)
{
  my_test_finish (my_test_start (NULL, run_join_itself, NULL));

  my_test_assert_fails (my_thread_join (my_thread_get_main (), &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK);
}

/* Main is in the graph like everybody: it joins a thread that joins it. */

static void
run_join_main (MyThread *thread,
               gpointer gate,
               GError **error)
{
  my_test_gate_wait (gate);
  my_thread_join (my_thread_get_main (), error);
}

static void
test_cycle_with_main (void)
{
  g_auto (MyTestGate) gate = MY_TEST_GATE_INIT;
  MyThread *thread;
  GError *error = NULL;

  thread = my_test_start (NULL, run_join_main, &gate);
  my_test_gate_open (&gate);
  /* Either main is refused, or the thread was and main sees that as its outcome. */
  my_test_assert_fails (my_thread_join (thread, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK);
  my_thread_cancel (thread);
  g_assert_false (my_thread_join (thread, &error));
  g_clear_error (&error);
  g_assert_finalize_object (thread);
}

/* Waits that are no edges: one has a limit, or is cancelled. In no order do they make the other join a deadlock. */

typedef struct {
  MyThread *other;
  MyTestGate *go;
  gint64 timeout_us;
  gboolean cancel_first;
  gboolean succeeded;
  GError *error;
} Pair;

static void
run_in_pair (MyThread *thread,
             gpointer data,
             GError **error)
{
  Pair *pair = data;

  my_test_gate_wait (pair->go);
  if (pair->cancel_first) {
    my_thread_cancel (thread);
  }
  pair->succeeded = my_thread_join_timeout (pair->other, pair->timeout_us, &pair->error);
}

static void
pair_run (Pair *one,
          Pair *two)
{
  g_auto (MyTestGate) go = MY_TEST_GATE_INIT;
  MyThread *first, *second;

  one->go = two->go = &go;
  two->other = first = my_test_start ("one", run_in_pair, one);
  one->other = second = my_test_start ("two", run_in_pair, two);
  my_test_gate_open (&go);
  my_test_wait_until (my_test_is_over, first);
  my_test_wait_until (my_test_is_over, second);
  my_test_finish (first);
  my_test_finish (second);
}

static void
test_cancelled_wait_is_no_edge (void)
{
  for (guint i = 0; i < 50; i++) {
    Pair one = { .timeout_us = -1, .cancel_first = TRUE };
    Pair two = { .timeout_us = -1 };

    pair_run (&one, &two);
    my_test_assert_error (&one.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_no_error (two.error);
    g_assert_true (two.succeeded);
  }
}

/* A thread that has not run yet is in a cycle, too: it waits for the slot that its joiner holds. */

typedef struct {
  MyThread *other;
  MyTestGate go;
} Given;

static void
run_join_given (MyThread *thread,
                gpointer data,
                GError **error)
{
  Given *given = data;

  my_test_gate_wait (&given->go);
  my_thread_join (given->other, error);
}

static void
test_cycle_through_queue (void)
{
  MyThreadGroup *group = my_thread_group_new ("narrow", NULL);
  Given given = { .other = my_test_thread_new_in_group (group, NULL, NULL) };
  MyThread *runner = my_test_thread_new_in_group (group, run_join_given, &given);

  my_test_gate_init (&given.go);
  my_thread_group_set_max_running (group, 1);
  g_assert_true (my_thread_start (runner, NULL));
  g_assert_true (my_thread_start (given.other, NULL));
  my_test_gate_open (&given.go);
  my_test_assert_fails (my_thread_join (runner, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK);
  my_test_finish (given.other);
  g_assert_finalize_object (runner);
  my_test_release (group);
  my_test_gate_clear (&given.go);
}

/* A queued thread can be joined by one that holds no slot. */
static void
test_queued_is_no_cycle (void)
{
  MyThreadGroup *group = my_thread_group_new ("narrow", NULL);
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *runner = my_test_thread_new_in_group (group, my_test_run_block, &block);
  Given given = { .other = my_test_thread_new_in_group (group, NULL, NULL) };
  MyThread *joiner = my_thread_new (NULL, run_join_given, &given, NULL);

  my_test_gate_init (&given.go);
  my_thread_group_set_max_running (group, 1);
  g_assert_true (my_thread_start (runner, NULL));
  g_assert_true (my_thread_start (given.other, NULL));
  g_assert_true (my_thread_start (joiner, NULL));
  my_test_gate_open (&given.go);
  my_test_wait_until_waiting (joiner);
  my_test_gate_open (&block.release);
  my_test_finish (joiner);
  my_test_finish (runner);
  my_test_finish (given.other);
  my_test_release (group);
  my_test_gate_clear (&given.go);
}

/* Of the ways to the caller there are two to the power of the levels; the search goes each edge once. */

#define N_LEVELS 40

typedef struct {
  MyThreadGroup *group;
  MyThread *runners[2];
  MyThread *queued;
  Given given;
} Level;

static void
run_join_until_cancelled (MyThread *thread,
                          gpointer data,
                          GError **error)
{
  Given *given = data;

  g_assert_false (my_thread_join (given->other, error));
}

static void
test_many_ways (void)
{
  Level *levels = g_new0 (Level, N_LEVELS);
  MyThread *next = my_thread_get_main ();

  for (guint i = 0; i < N_LEVELS; i++) {
    Level *level = &levels[i];

    level->group = my_thread_group_new (NULL, NULL);
    level->given.other = next;
    my_thread_group_set_max_running (level->group, 2);
    for (guint j = 0; j < 2; j++) {
      level->runners[j] = my_test_thread_new_in_group (level->group, run_join_until_cancelled, &level->given);
      g_assert_true (my_thread_start (level->runners[j], NULL));
      my_test_wait_until_waiting (level->runners[j]);
    }
    next = level->queued = my_test_thread_new_in_group (level->group, NULL, NULL);
    g_assert_true (my_thread_start (next, NULL));
  }
  my_test_assert_fails (my_thread_join (next, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK);

  for (guint i = N_LEVELS; i > 0; i--) {
    Level *level = &levels[i - 1];

    my_thread_group_cancel (level->group);
    for (guint j = 0; j < 2; j++) {
      g_assert_false (my_thread_join (level->runners[j], NULL));
      my_test_release (level->runners[j]);
    }
    g_assert_false (my_thread_join (level->queued, NULL));
    my_test_release (level->queued);
    my_test_release (level->group);
  }
  g_free (levels);
}

/* A long way round, on the smallest stack: each level's one slot is held by one who joins a thread that is queued for
 * the next. */

#define N_LONG 400

typedef struct {
  MyThreadGroup *groups[N_LONG];
  MyThread *holders[N_LONG];
  MyThread *queued[N_LONG];
  Given closing;
} Way;

static void
test_small_stack (void)
{
  Way *way = g_new0 (Way, 1);
  MyThread *closing = my_thread_new ("closes the cycle", run_join_given, &way->closing, NULL);
  MyThread *next = closing;

  my_test_gate_init (&way->closing.go);
  for (guint i = 0; i < N_LONG; i++) {
    way->groups[i] = my_thread_group_new (NULL, NULL);
    my_thread_group_set_max_running (way->groups[i], 1);
    way->holders[i] = my_test_thread_new_in_group (way->groups[i], my_test_run_join, next);
    way->queued[i] = next = my_test_thread_new_in_group (way->groups[i], NULL, NULL);
  }
  way->closing.other = next;
  my_thread_set_stack_size (closing, PTHREAD_STACK_MIN);

  g_assert_true (my_thread_start (closing, NULL));
  for (guint i = 0; i < N_LONG; i++) {
    g_assert_true (my_thread_start (way->holders[i], NULL));
    g_assert_true (my_thread_start (way->queued[i], NULL));
    my_test_wait_until_asleep (way->holders[i]);
  }
  my_test_gate_open (&way->closing.go);
  my_test_assert_fails (my_thread_join (closing, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK);

  /* The first holder has the error of whom it has joined; it makes room for one who has none. */
  for (guint i = 0; i < N_LONG; i++) {
    g_assert_cmpint (my_thread_join (way->holders[i], NULL), ==, i > 0);
    g_assert_true (my_thread_join (way->queued[i], NULL));
  }
  for (guint i = 0; i < N_LONG; i++) {
    my_test_release (way->queued[i]);
    my_test_release (way->holders[i]);
    my_test_release (way->groups[i]);
  }
  my_test_release (closing);
  my_test_gate_clear (&way->closing.go);
  g_free (way);
}

/* Nobody begins to wait, and yet a cycle is closed: the slot of the last one that did not wait is not given on. Of those in the cycle one is
 * told. */
static void
test_end_closes_cycle (void)
{
  MyThreadGroup *group = my_thread_group_new ("narrow", NULL);
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  Given outside = { 0 };
  Given inside = { 0 };
  MyThread *runner = my_test_thread_new_in_group (group, my_test_run_block, &block);
  MyThread *holder = my_test_thread_new_in_group (group, run_join_given, &inside);
  MyThread *queued = my_test_thread_new_in_group (group, NULL, NULL);
  MyThread *joiner = my_thread_new (NULL, run_join_given, &outside, NULL);
  guint n_refused = 0;

  /* The holder waits for the joiner, who waits for the queued one, who waits for a slot. */
  inside.other = joiner;
  outside.other = queued;
  my_test_gate_init (&inside.go);
  my_test_gate_init (&outside.go);
  my_thread_group_set_max_running (group, 2);
  g_assert_true (my_thread_start (runner, NULL));
  g_assert_true (my_thread_start (holder, NULL));
  g_assert_true (my_thread_start (queued, NULL));
  g_assert_true (my_thread_start (joiner, NULL));
  my_test_gate_open (&inside.go);
  my_test_gate_open (&outside.go);
  my_test_wait_until_asleep (holder);
  my_test_wait_until_asleep (joiner);
  my_thread_group_set_max_running (group, 1);
  my_test_gate_open (&block.release);

  my_test_wait_until (my_test_is_over, holder);
  my_test_wait_until (my_test_is_over, joiner);
  for (guint i = 0; i < 2; i++) {
    GError *error = NULL;

    if (!my_thread_join (i == 0 ? holder : joiner, &error)) {
      g_assert_error (error, MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK);
      n_refused++;
      g_clear_error (&error);
    }
  }
  /* If the joiner was refused, the holder, who joins him, has his error. */
  g_assert_cmpuint (n_refused, >, 0);

  my_test_finish (runner);
  my_test_finish (queued);
  my_test_release (joiner);
  my_test_release (holder);
  my_test_release (group);
  my_test_gate_clear (&inside.go);
  my_test_gate_clear (&outside.go);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/thread/join-cycles/itself", test_join_itself);
  g_test_add_func ("/thread/join-cycles/with-main", test_cycle_with_main);
  g_test_add_func ("/thread/join-cycles/cancelled-wait-is-no-edge", test_cancelled_wait_is_no_edge);
  g_test_add_func ("/thread/join-cycles/through-queue", test_cycle_through_queue);
  g_test_add_func ("/thread/join-cycles/queued-is-no-cycle", test_queued_is_no_cycle);
  g_test_add_func ("/thread/join-cycles/many-ways", test_many_ways);
  g_test_add_func ("/thread/join-cycles/small-stack", test_small_stack);
  g_test_add_func ("/thread/join-cycles/end-closes-cycle", test_end_closes_cycle);

  return g_test_run ();
}
