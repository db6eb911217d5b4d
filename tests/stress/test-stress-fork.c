/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-patience.h"
#include "my-test-sanitizer.h"
#include "stress-support.h"

#include <sys/wait.h>
#include <unistd.h>

/* fork() while other threads start, end, are cancelled and joined.
 *
 * The objects are made before: GLib's own locks (of types, signals, contexts)
 * are not made for fork(), so nobody may hold one of them meanwhile.
 */

#define N_THREADS 16

typedef struct {
  MyThread *threads[N_THREADS];
  gint n_runs; /* atomic */
  gint go;     /* atomic */
} Race;

static void
run_counted (MyThread *thread,
             gpointer data,
             GError **error)
{
  Race *race = data;

  g_atomic_int_inc (&race->n_runs);
  my_thread_set_progress (thread, 0.5);
  if (g_atomic_int_get (&race->n_runs) % 2) {
    my_thread_sleep (100, error);
  }
}

static void
run_in_child (MyThread *thread,
              gpointer data,
              GError **error)
{
  gboolean *ran = data;

  *ran = my_thread_get_current () == thread;
}

/* The allocators of the sanitizers have locks that fork() knows nothing of: a child that starts threads hangs in
 * calloc() if another thread was there when it was made. */
#if MY_TEST_HAS_SANITIZER
#define NO_FORK "the sanitizers can not fork while other threads allocate"
#else
#define NO_FORK NULL
#endif

/* what the library promises of a child; exits with 0 if it holds */
static G_NORETURN void
use_child (Race *race,
           MyThread *self)
{
  g_autoptr (MyThreadGroup) group = NULL;
  g_autoptr (MyThread) thread = NULL;
  g_autoptr (GError) error = NULL;
  gboolean ran = FALSE;

  if (my_thread_get_main () != self || my_thread_get_current () != self) {
    _exit (10);
  }
  if (my_thread_active_count () != 1) {
    _exit (11);
  }
  for (guint i = 0; i < N_THREADS; i++) {
    if (my_thread_is_alive (race->threads[i]) && race->threads[i] != self) {
      _exit (12);
    }
  }

  thread = my_thread_new (NULL, run_in_child, &ran, NULL);
  if (!my_thread_start (thread, &error)) {
    _exit (13);
  }
  if (!my_thread_join (thread, &error)) {
    _exit (14);
  }
  if (!ran) {
    _exit (15);
  }

  group = my_thread_group_new (NULL, NULL);
  if (!my_thread_group_join (group, NULL) || !my_thread_group_join_timeout (my_thread_group_get_default (), 0, NULL)) {
    _exit (16);
  }
  _exit (0);
}

static void
fork_once (Race *race,
           MyThread *self)
{
  pid_t child = fork ();
  int status;

  if (child == 0) {
    use_child (race, self);
  }
  g_assert_cmpint (child, >, 0);

  status = my_test_wait_for_child (child);
  if (WIFSIGNALED (status)) {
    g_error ("the child was ended by signal %d", WTERMSIG (status));
  }
  g_assert_cmpint (WEXITSTATUS (status), ==, 0);
}

static void
race_init (Race *race,
           MyThreadFunc func)
{
  memset (race, 0, sizeof *race);
  for (guint i = 0; i < N_THREADS; i++) {
    race->threads[i] = my_thread_new (NULL, func, race, NULL);
  }
}

static void
race_end (Race *race)
{
  for (guint i = 0; i < N_THREADS; i++) {
    g_autoptr (GError) error = NULL;

    if (!my_thread_join (race->threads[i], &error)) {
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
    g_object_unref (race->threads[i]);
  }
}

static void
start_cancel_join (guint index,
                   StressRandom *random,
                   gpointer data)
{
  Race *race = data;

  for (guint i = index; i < N_THREADS; i += 2) {
    MyThread *thread = race->threads[i];

    stress_dither (random);
    g_assert_true (my_thread_start (thread, NULL));
    switch (stress_random_below (random, 3)) {
    case 0:
      my_thread_cancel (thread);
      break;
    case 1:
      my_thread_join (thread, NULL);
      break;
    default:
      break;
    }
  }
}

static void
enter (guint index,
       StressRandom *random,
       gpointer data)
{
  /* so the object of this OS thread is not made during a fork() */
  my_thread_get_current ();
}

/* In the first round the main thread has not asked who it is; it is the same one in the child. */
static void
test_first (StressRound *round)
{
  Race race;

  race_init (&race, run_counted);
  for (guint i = 0; i < N_THREADS; i++) {
    g_assert_true (my_thread_start (race.threads[i], NULL));
  }
  fork_once (&race, my_thread_get_main ());
  race_end (&race);
}

static void
test_main (StressRound *round)
{
  guint n_dithers = stress_random_below (&round->random, 16);
  Race race;

  if (round->n == 0) {
    stress_crew_race (round->crew, enter, NULL);
  }
  race_init (&race, run_counted);
  stress_crew_go (round->crew, start_cancel_join, &race);
  for (guint i = 0; i < n_dithers; i++) {
    stress_dither (&round->random);
  }
  fork_once (&race, my_thread_get_current ());
  stress_crew_wait (round->crew);
  race_end (&race);
}

/* the thread that forks is not the main one: it is in the child */
static void
run_and_fork (MyThread *thread,
              gpointer data,
              GError **error)
{
  Race *race = data;

  while (!g_atomic_int_get (&race->go)) {
    g_thread_yield ();
  }
  if (g_atomic_int_add (&race->n_runs, 1) % 8 == 3) {
    fork_once (race, thread);
  } else {
    my_thread_set_progress (thread, 0.5);
  }
}

static void
test_thread (StressRound *round)
{
  Race race;

  race_init (&race, run_and_fork);
  for (guint i = 0; i < N_THREADS; i++) {
    g_assert_true (my_thread_start (race.threads[i], NULL));
  }
  /* The owner looks for handlers when it starts or joins: that takes a lock of GLib's. */
  g_atomic_int_set (&race.go, 1);
  while (my_thread_active_count () > 1) {
    g_thread_yield ();
  }
  race_end (&race);
}

/* the thread that forks is none of the library's */
static void
fork_foreign (guint index,
              StressRandom *random,
              gpointer data)
{
  Race *race = data;

  if (index == 0) {
    for (guint i = 0; i < N_THREADS; i++) {
      g_assert_true (my_thread_start (race->threads[i], NULL));
      if (i % 4 == 3) {
        my_thread_cancel (race->threads[i]);
      }
    }
  } else {
    stress_dither (random);
    fork_once (race, my_thread_get_current ());
  }
}

static void
test_foreign (StressRound *round)
{
  Race race;

  if (round->n == 0) {
    stress_crew_race (round->crew, enter, NULL);
  }
  race_init (&race, run_counted);
  stress_crew_race (round->crew, fork_foreign, &race);
  race_end (&race);
}

static const StressCase cases[] = {
  { .name = "first", .run_round = test_first, .skip = NO_FORK },
  { .name = "main", .run_round = test_main, .n_crew = 2, .skip = NO_FORK },
  { .name = "thread", .run_round = test_thread, .skip = NO_FORK },
  { .name = "foreign", .run_round = test_foreign, .n_crew = 2, .skip = NO_FORK },
};

int
main (int argc,
      char **argv)
{
  return stress_main (argc, argv, "/stress/fork", cases, G_N_ELEMENTS (cases));
}
