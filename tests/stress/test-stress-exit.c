/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-patience.h"
#include "stress-support.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* exit() while threads start, run and end. The program itself has no threads: it
 * forks a child for each round, and the child is the one that exits.
 */

typedef struct {
  gint n_begun; /* atomic, both */
  gint n_ended;
} Shared;

static Shared *shared;

static void
run_and_count (MyThread *thread,
               gpointer data,
               GError **error)
{
  g_atomic_int_inc (&shared->n_begun);
  g_thread_yield ();
  g_atomic_int_inc (&shared->n_ended);
}

/* starts others, who may do the same, while the main thread is in exit() */
static void
run_and_start (MyThread *thread,
               gpointer data,
               GError **error)
{
  guint depth = GPOINTER_TO_UINT (data);

  g_atomic_int_inc (&shared->n_begun);
  for (guint i = 0; i < 2; i++) {
    g_autoptr (MyThread) child = my_thread_new (NULL, depth > 1 ? run_and_start : run_and_count, GUINT_TO_POINTER (depth - 1), NULL);

    g_assert_true (my_thread_start (child, NULL));
  }
  g_atomic_int_inc (&shared->n_ended);
}

static void
run_restless (MyThread *thread,
              gpointer data,
              GError **error)
{
  for (guint i = 0; !my_thread_is_cancelled (thread); i++) {
    my_thread_set_progress (thread, (i % 1000) / 1000.0);
  }
}

static void
run_daemons (MyThread *thread,
             gpointer data,
             GError **error)
{
  for (;;) {
    g_autoptr (MyThread) child = my_thread_new (NULL, NULL, NULL, NULL);

    my_thread_set_daemon (child, TRUE);
    g_assert_true (my_thread_start (child, NULL));
    if (!my_thread_join (child, error)) {
      return;
    }
  }
}

static void
start (MyThreadFunc func,
       guint depth,
       gboolean daemon)
{
  g_autoptr (MyThread) thread = my_thread_new (NULL, func, GUINT_TO_POINTER (depth), NULL);

  my_thread_set_daemon (thread, daemon);
  g_assert_true (my_thread_start (thread, NULL));
}

static void
child_plain (guint unused,
             StressRandom *random,
             gpointer nothing)
{
  for (guint i = 0; i < 6; i++) {
    start (run_and_count, 0, FALSE);
  }
}

static void
child_grow (guint unused,
            StressRandom *random,
            gpointer nothing)
{
  start (run_and_start, 1 + stress_random_below (random, 4), FALSE);
}

static void
child_daemons (guint unused,
               StressRandom *random,
               gpointer nothing)
{
  for (guint i = 0; i < 2; i++) {
    start (stress_run_sleep, 0, TRUE);
    start (run_restless, 0, TRUE);
    start (run_daemons, 0, TRUE);
    start (run_and_count, 0, FALSE);
  }
}

static void
child_joined (guint unused,
              StressRandom *random,
              gpointer nothing)
{
  /* what is used again, or parked, is no thread that exit() waits for */
  for (guint i = 0; i < 4; i++) {
    g_autoptr (MyThread) thread = my_thread_new (NULL, run_and_count, NULL, NULL);

    g_assert_true (my_thread_start (thread, NULL));
    if (stress_random_below (random, 2)) {
      g_assert_true (my_thread_join (thread, NULL));
    }
  }
}

/* exit() from a thread of the library: it can not wait for itself */
static void
run_exit (MyThread *thread,
          gpointer data,
          GError **error)
{
  start (run_and_count, 0, FALSE);
  exit (0);
}

static void
child_exit_from_thread (guint unused,
                        StressRandom *random,
                        gpointer nothing)
{
  g_autoptr (MyThread) thread = my_thread_new (NULL, run_exit, NULL, NULL);

  g_assert_true (my_thread_start (thread, NULL));
  my_thread_join (thread, NULL);
  g_assert_not_reached ();
}

static void
test_exit (StressRound *round)
{
  guint32 n_dithers = stress_random_below (&round->random, 8);
  pid_t child;

  g_atomic_int_set (&shared->n_begun, 0);
  g_atomic_int_set (&shared->n_ended, 0);
  fflush (NULL);
  child = fork ();
  if (child == 0) {
    round->func (0, &round->random, NULL);
    for (guint32 i = 0; i < n_dithers; i++) {
      stress_dither (&round->random);
    }
    exit (0);
  }
  g_assert_cmpint (child, >, 0);
  g_assert_cmpint (my_test_wait_for_child (child), ==, 0);
  g_assert_cmpint (g_atomic_int_get (&shared->n_begun), >, 0);
  g_assert_cmpint (g_atomic_int_get (&shared->n_begun), ==, g_atomic_int_get (&shared->n_ended));
  /* the next child is to do something else */
  stress_random_next (&round->random);
}

static const StressCase cases[] = {
  { .name = "plain", .run_round = test_exit, .func = child_plain },
  { .name = "grow", .run_round = test_exit, .func = child_grow },
  { .name = "daemons", .run_round = test_exit, .func = child_daemons },
  { .name = "joined", .run_round = test_exit, .func = child_joined },
  { .name = "from-thread", .run_round = test_exit, .func = child_exit_from_thread },
};

int
main (int argc,
      char **argv)
{
  shared = mmap (NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  g_assert_true (shared != MAP_FAILED);
  return stress_main (argc, argv, "/stress/exit", cases, G_N_ELEMENTS (cases));
}
