/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <string.h>

#include "my-test-support.h"
#include "stress-hardship.h"
#include "stress-support.h"

/* Forks and loops from many at once: each piece once, none after the return. */

#define N_CREW 3

/* Loops. */

#define MAX_LENGTH 300

typedef struct {
  guint8 n_seen[MAX_LENGTH]; /* of bytes, so that a piece that is run twice at the same time is seen by a race detector */
  gint is_over;              /* atomic */
  guint dither;
} Loop;

static void
range_mark (gsize begin,
            gsize end,
            gpointer data)
{
  Loop *loop = data;

  g_assert_false (g_atomic_int_get (&loop->is_over));
  for (gsize i = begin; i < end; i++) {
    loop->n_seen[i]++;
    for (volatile guint j = 0; j < (i * 37) % (loop->dither + 1); j++) {
    }
  }
}

static void
loop_somehow (MyThreadPool *pool,
              StressRandom *random)
{
  Loop loop = { .dither = stress_random_below (random, 100) };
  gsize begin = stress_random_below (random, MAX_LENGTH);
  gsize end = begin + stress_random_below (random, MAX_LENGTH - (guint32) begin);

  my_parallel_for (pool, begin, end, stress_random_below (random, 5), range_mark, &loop);
  /* What is still running now runs on a stack that is gone. */
  g_atomic_int_set (&loop.is_over, TRUE);
  for (gsize i = 0; i < MAX_LENGTH; i++) {
    g_assert_cmpuint (loop.n_seen[i], ==, i >= begin && i < end);
  }
}

/* Forks. */

typedef struct {
  MyThreadPool *pool;
  guint depth;
  guint64 seed;
  guint n_leaves;
  gboolean is_done;
} Fork;

static void
task_fork (gpointer data)
{
  Fork *self = data;
  StressRandom random = { self->seed };

  stress_dither (&random);
  if (self->depth == 0 || stress_random_below (&random, 8) == 0) {
    self->n_leaves = 1;
  } else {
    Fork a = { .pool = self->pool, .depth = self->depth - 1, .seed = stress_random_next (&random) | 1 };
    Fork b = { .pool = self->pool, .depth = self->depth - 1, .seed = stress_random_next (&random) | 1 };

    my_parallel_invoke (self->pool, task_fork, &a, task_fork, &b);
    g_assert_true (a.is_done && b.is_done);
    self->n_leaves = a.n_leaves + b.n_leaves;
  }
  self->is_done = TRUE;
}

/* What the same forks give with nobody's help. */
static guint
count_leaves (guint depth,
              guint64 seed)
{
  StressRandom random = { seed };

  stress_dither (&random);
  if (depth == 0 || stress_random_below (&random, 8) == 0) {
    return 1;
  } else {
    guint64 a = stress_random_next (&random) | 1;
    guint64 b = stress_random_next (&random) | 1;

    return count_leaves (depth - 1, a) + count_leaves (depth - 1, b);
  }
}

static void
fork_somehow (MyThreadPool *pool,
              StressRandom *random)
{
  Fork root = { .pool = pool, .depth = stress_random_below (random, 7), .seed = stress_random_next (random) | 1 };

  task_fork (&root);
  g_assert_true (root.is_done);
  g_assert_cmpuint (root.n_leaves, ==, count_leaves (root.depth, root.seed));
}

/* Loops with forks in them, on any of two pools. */

typedef struct {
  MyThreadPool *pools[3];
  guint64 seed;
} Mixture;

static void
range_mix (gsize begin,
           gsize end,
           gpointer data)
{
  Mixture *mixture = data;
  StressRandom random = { (mixture->seed ^ begin * 0x9e3779b97f4a7c15u) | 1 };
  MyThreadPool *pool = mixture->pools[stress_random_below (&random, 3)];

  switch (stress_random_below (&random, 6)) {
  case 0:
    loop_somehow (pool, &random);
    break;
  case 1:
    fork_somehow (pool, &random);
    break;
  case 2:
    my_thread_sleep (stress_random_below (&random, 20), NULL);
    break;
  default:
    stress_dither (&random);
    break;
  }
}

static void
mix (guint index,
     StressRandom *random,
     gpointer data)
{
  Mixture *shared = data;
  Mixture mixture = *shared;

  mixture.seed = stress_random_next (random);
  my_parallel_for (mixture.pools[stress_random_below (random, 3)], 0, stress_random_below (random, 20), 1, range_mix, &mixture);
}

static void
do_loops (guint index,
          StressRandom *random,
          gpointer data)
{
  Mixture *mixture = data;

  for (guint i = 0; i < 10; i++) {
    loop_somehow (mixture->pools[0], random);
  }
}

static void
do_forks (guint index,
          StressRandom *random,
          gpointer data)
{
  Mixture *mixture = data;

  for (guint i = 0; i < 5; i++) {
    fork_somehow (mixture->pools[0], random);
  }
}

static void
test_race (StressRound *round)
{
  Mixture mixture = { .pools = { round->pools[0], round->pools[1] } };

  stress_crew_race (round->crew, round->func, &mixture);
}

/* The pool ends in the middle of it: all is done, by somebody. */

static void
use_or_end (guint index,
            StressRandom *random,
            gpointer data)
{
  Mixture *mixture = data;

  if (index == 0) {
    stress_dither (random);
    g_assert_true (my_thread_pool_shutdown (mixture->pools[0], stress_random_below (random, 2) ? MY_SHUTDOWN_DRAIN : MY_SHUTDOWN_CANCEL, NULL));
  } else if (stress_random_below (random, 2)) {
    loop_somehow (mixture->pools[0], random);
  } else {
    fork_somehow (mixture->pools[0], random);
  }
}

static void
test_shutdown (StressRound *round)
{
  Mixture mixture = { .pools = { my_thread_pool_new ("ending", 2) } };

  stress_watch (mixture.pools[0]);
  stress_crew_race (round->crew, use_or_end, &mixture);
  g_object_unref (mixture.pools[0]);
}

/* The caller is cancelled: what has been begun is done when it returns, and only that. */

typedef struct {
  MyThreadPool *pool;
  gint n_running; /* atomic */
  gint n_begun;   /* atomic */
  gint is_over;   /* atomic */
} Cancelled;

#define CANCELLED_LENGTH 100000

static void
range_count_running (gsize begin,
                     gsize end,
                     gpointer data)
{
  Cancelled *cancelled = data;

  g_atomic_int_inc (&cancelled->n_running);
  g_assert_false (g_atomic_int_get (&cancelled->is_over));
  g_atomic_int_inc (&cancelled->n_begun);
  g_atomic_int_add (&cancelled->n_running, -1);
}

static void
run_loop (MyThread *thread,
          gpointer data,
          GError **error)
{
  Cancelled *cancelled = data;

  my_parallel_for (cancelled->pool, 0, CANCELLED_LENGTH, 1, range_count_running, cancelled);
  g_assert_cmpint (g_atomic_int_get (&cancelled->n_running), ==, 0);
  g_atomic_int_set (&cancelled->is_over, TRUE);
  if (!my_thread_is_cancelled (thread)) {
    g_assert_cmpint (cancelled->n_begun, ==, CANCELLED_LENGTH);
  }
}

static void
test_cancelled (StressRound *round)
{
  Cancelled cancelled = { .pool = round->pools[0] };
  MyThread *thread = my_thread_new (NULL, run_loop, &cancelled, NULL);

  if (stress_random_below (&round->random, 2)) {
    my_thread_set_executor (thread, MY_EXECUTOR (cancelled.pool));
  }
  g_assert_true (my_thread_start (thread, NULL));
  for (guint i = stress_random_below (&round->random, 30); i > 0; i--) {
    stress_dither (&round->random);
  }
  my_thread_cancel (thread);
  my_thread_join (thread, NULL); /* cancelled before it ran, or not */
  stress_tally ("stopped on the way", cancelled.n_begun > 0 && cancelled.n_begun < CANCELLED_LENGTH);
  g_object_unref (thread);
}

static const StressCase cases[] = {
  { .name = "loops", .run_round = test_race, .n_crew = N_CREW, .func = do_loops, .n_workers = { 2, 3 }, .idle_timeout = -1 },
  /* The thieves come and go. */
  { .name = "loops-leaving", .run_round = test_race, .n_crew = N_CREW, .func = do_loops, .n_workers = { 2, 3 }, .idle_timeout = 0 },
  { .name = "forks", .run_round = test_race, .n_crew = N_CREW, .func = do_forks, .n_workers = { 2, 3 }, .idle_timeout = -1 },
  { .name = "forks-leaving", .run_round = test_race, .n_crew = N_CREW, .func = do_forks, .n_workers = { 2, 3 }, .idle_timeout = 20 },
  { .name = "mixed", .run_round = test_race, .n_crew = N_CREW, .func = mix, .n_workers = { 2, 3 }, .idle_timeout = 100 },
  { .name = "shutdown", .run_round = test_shutdown, .n_crew = N_CREW },
  { .name = "cancelled", .run_round = test_cancelled, .n_workers = { 2 }, .idle_timeout = 5 * G_TIME_SPAN_SECOND },
};

int
main (int argc,
      char **argv)
{
  return stress_hard_main (argc, argv, "/stress/parallel", cases, G_N_ELEMENTS (cases));
}
