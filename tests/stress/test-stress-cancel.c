/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "stress-support.h"

/* cancel() against everything that moves a thread on */

typedef struct {
  MyThread *thread;
  gint n_runs;    /* atomic */
  gint n_refused; /* atomic: starts */
  guint n_started;
  guint n_cancelled;
  guint n_finished;
} Race;

static void
on_started (MyThread *thread,
            Race *race)
{
  g_assert_cmpuint (race->n_cancelled, ==, 0);
  g_assert_cmpuint (race->n_finished, ==, 0);
  race->n_started++;
}

static void
on_cancelled (MyThread *thread,
              GParamSpec *pspec,
              Race *race)
{
  g_assert_cmpuint (race->n_finished, ==, 0);
  race->n_cancelled++;
}

static void
on_finished (MyThread *thread,
             Race *race)
{
  race->n_finished++;
}

static void
race_init (Race *race,
           MyThreadFunc func)
{
  memset (race, 0, sizeof *race);
  race->thread = my_thread_new (NULL, func, stress_token_new (), stress_token_free);
  g_object_set_data (G_OBJECT (race->thread), "race", race);
  g_signal_connect (race->thread, "started", G_CALLBACK (on_started), race);
  g_signal_connect (race->thread, "notify::cancelled", G_CALLBACK (on_cancelled), race);
  g_signal_connect (race->thread, "finished", G_CALLBACK (on_finished), race);
}

static Race *
race_of (MyThread *thread)
{
  return g_object_get_data (G_OBJECT (thread), "race");
}

/* joins it, and looks whether all that was seen of it belongs together */
static void
race_end (Race *race)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = my_thread_join (race->thread, &error);

  g_assert_false (my_thread_is_alive (race->thread));
  g_assert_cmpint (g_atomic_int_get (&race->n_runs), <=, 1);
  if (ok) {
    g_assert_no_error (error);
    g_assert_cmpint (g_atomic_int_get (&race->n_runs), ==, 1);
    g_assert_cmpint (my_thread_get_state (race->thread), ==, MY_THREAD_STATE_SUCCEEDED);
  } else {
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_cmpint (my_thread_get_state (race->thread), ==, MY_THREAD_STATE_CANCELLED);
    g_assert_true (my_thread_is_cancelled (race->thread));
  }
  /* joined by its owner, so all is delivered */
  g_assert_cmpuint (race->n_started, ==, (guint) g_atomic_int_get (&race->n_runs));
  g_assert_cmpuint (race->n_finished, ==, 1);

  g_signal_handlers_disconnect_by_data (race->thread, race);
  g_clear_object (&race->thread);
}

static void
count_run (MyThread *thread,
           gpointer token,
           GError **error)
{
  g_atomic_int_inc (&race_of (thread)->n_runs);
}

static void
count_run_and_sleep (MyThread *thread,
                     gpointer token,
                     GError **error)
{
  g_atomic_int_inc (&race_of (thread)->n_runs);
  g_assert_false (my_thread_sleep (-1, error));
}

static void
count_run_and_ask (MyThread *thread,
                   gpointer token,
                   GError **error)
{
  g_atomic_int_inc (&race_of (thread)->n_runs);
  my_thread_set_error_if_cancelled (thread, error);
}

static void
start_or_cancel (guint index,
                 StressRandom *random,
                 gpointer data)
{
  Race *race = data;

  stress_dither (random);
  if (index == 0) {
    g_autoptr (GError) error = NULL;

    g_assert_true (my_thread_start (race->thread, &error));
    g_assert_no_error (error);
  } else {
    my_thread_cancel (race->thread);
  }
}

static void
cancel_only (guint index,
             StressRandom *random,
             gpointer data)
{
  Race *race = data;

  stress_dither (random);
  my_thread_cancel (race->thread);
}

static void
test_start (StressRound *round)
{
  Race race;

  race_init (&race, count_run);
  stress_crew_race (round->crew, start_or_cancel, &race);
  race_end (&race);
}

/* three starts: one of them is the first */
static void
start_some (guint index,
            StressRandom *random,
            gpointer data)
{
  Race *race = data;
  g_autoptr (GError) error = NULL;

  stress_dither (random);
  if (index == 3) {
    my_thread_cancel (race->thread);
  } else if (!my_thread_start (race->thread, &error)) {
    g_assert_error (error, MY_THREAD_ERROR, MY_THREAD_ERROR_ALREADY_STARTED);
    g_atomic_int_inc (&race->n_refused);
  }
}

static void
test_start_once (StressRound *round)
{
  Race race;

  race_init (&race, count_run);
  stress_crew_race (round->crew, start_some, &race);
  g_assert_cmpint (race.n_refused, ==, 2);
  race_end (&race);
}

static void
race_started_with_cancel (StressRound *round,
                          MyThreadFunc func)
{
  Race race;

  race_init (&race, func);
  stress_crew_go (round->crew, cancel_only, &race);
  stress_dither (&round->random);
  g_assert_true (my_thread_start (race.thread, NULL));
  stress_crew_wait (round->crew);
  race_end (&race);
}

static void
test_begin (StressRound *round)
{
  race_started_with_cancel (round, count_run_and_ask);
}

/* the thread goes to sleep while it is cancelled: nothing else wakes it */
static void
test_sleep (StressRound *round)
{
  race_started_with_cancel (round, count_run_and_sleep);
}

static void
cancel_when_it_runs (guint index,
                     StressRandom *random,
                     gpointer data)
{
  Race *race = data;

  while (g_atomic_int_get (&race->n_runs) == 0) {
    g_thread_yield ();
  }
  stress_dither (random);
  my_thread_cancel (race->thread);
}

static void
test_end (StressRound *round)
{
  Race race;

  race_init (&race, count_run_and_ask);
  stress_crew_go (round->crew, cancel_when_it_runs, &race);
  g_assert_true (my_thread_start (race.thread, NULL));
  stress_crew_wait (round->crew);
  race_end (&race);
}

/* the one who is cancelled waits for one who never ends by himself */
static void
join_sleeper (MyThread *thread,
              gpointer token,
              GError **error)
{
  MyThread *sleeper = g_object_get_data (G_OBJECT (thread), "sleeper");

  g_atomic_int_inc (&race_of (thread)->n_runs);
  g_assert_false (my_thread_join (sleeper, error));
}

static void
test_join (StressRound *round)
{
  Race sleeper, joiner;

  race_init (&sleeper, count_run_and_sleep);
  race_init (&joiner, join_sleeper);
  g_object_set_data (G_OBJECT (joiner.thread), "sleeper", sleeper.thread);
  g_assert_true (my_thread_start (sleeper.thread, NULL));
  stress_crew_go (round->crew, cancel_only, &joiner);
  g_assert_true (my_thread_start (joiner.thread, NULL));
  stress_crew_wait (round->crew);
  race_end (&joiner);
  g_assert_true (my_thread_is_alive (sleeper.thread));
  my_thread_cancel (sleeper.thread);
  race_end (&sleeper);
}

typedef struct {
  MyThread *thread;
  GCancellable *seen[2];
} Cancellables;

static void
get_cancellable_or_cancel (guint index,
                           StressRandom *random,
                           gpointer data)
{
  Cancellables *race = data;

  stress_dither (random);
  if (index < 2) {
    race->seen[index] = my_thread_get_cancellable (race->thread);
  } else {
    my_thread_cancel (race->thread);
  }
}

static void
test_get_cancellable (StressRound *round)
{
  Cancellables race = { .thread = my_thread_new (NULL, NULL, stress_token_new (), stress_token_free) };

  stress_crew_race (round->crew, get_cancellable_or_cancel, &race);
  g_assert_true (race.seen[0] == race.seen[1]);
  g_assert_true (G_IS_CANCELLABLE (race.seen[0]));
  g_assert_true (g_cancellable_is_cancelled (race.seen[0]));
  g_assert_true (my_thread_is_cancelled (race.thread));
  g_object_unref (race.thread);
}

/* the thread sleeps; somebody who knows only its GCancellable wakes it */
static void
test_by_cancellable (StressRound *round)
{
  g_autoptr (GCancellable) cancellable = NULL;
  Race race;

  race_init (&race, count_run_and_sleep);
  cancellable = g_object_ref (my_thread_get_cancellable (race.thread));
  stress_crew_go (round->crew, stress_cancel_cancellable, cancellable);
  g_assert_true (my_thread_start (race.thread, NULL));
  stress_crew_wait (round->crew);
  race_end (&race);
}

typedef struct {
  MyThread *thread;
  GCancellable *cancellable;
} LastReference;

static void
cancel_or_unref (guint index,
                 StressRandom *random,
                 gpointer data)
{
  LastReference *race = data;

  stress_dither (random);
  if (index == 0) {
    g_cancellable_cancel (race->cancellable);
  } else {
    g_object_unref (race->thread);
  }
}

/* a GCancellable may outlive its thread, and be cancelled while that is finalised */
static void
test_finalize (StressRound *round)
{
  LastReference race = { .thread = my_thread_new (NULL, NULL, stress_token_new (), stress_token_free) };

  race.cancellable = g_object_ref (my_thread_get_cancellable (race.thread));
  if (round->n % 2 == 0) {
    g_assert_true (my_thread_start (race.thread, NULL));
    g_assert_true (my_thread_join (race.thread, NULL));
  }
  stress_crew_race (round->crew, cancel_or_unref, &race);
  g_assert_true (g_cancellable_is_cancelled (race.cancellable));
  g_object_unref (race.cancellable);
}

/* as soon as it can be seen to run */
static void
cancel_when_begun (guint index,
                   StressRandom *random,
                   gpointer data)
{
  Race *race = data;

  while (my_thread_get_ident (race->thread) == 0) {
    g_thread_yield ();
  }
  my_thread_cancel (race->thread);
}

/* The loop turns all the time: a thread that has begun says so first, whatever comes before its `started` is posted. */
static void
test_told (StressRound *round)
{
  Race race;

  race_init (&race, count_run_and_sleep);
  g_assert_true (my_thread_start (race.thread, NULL));
  stress_crew_go (round->crew, cancel_when_begun, &race);
  while (race.n_finished == 0) {
    g_main_context_iteration (NULL, FALSE);
  }
  g_assert_cmpuint (race.n_cancelled, ==, 1);
  stress_crew_wait (round->crew);
  race_end (&race);
}

static const StressCase cases[] = {
  { .name = "start", .run_round = test_start, .n_crew = 2 },
  { .name = "start-once", .run_round = test_start_once, .n_crew = 4 },
  { .name = "begin", .run_round = test_begin, .n_crew = 1 },
  { .name = "sleep", .run_round = test_sleep, .n_crew = 1 },
  { .name = "end", .run_round = test_end, .n_crew = 2 },
  { .name = "join", .run_round = test_join, .n_crew = 1 },
  { .name = "get-cancellable", .run_round = test_get_cancellable, .n_crew = 3 },
  { .name = "by-cancellable", .run_round = test_by_cancellable, .n_crew = 2 },
  { .name = "finalize", .run_round = test_finalize, .n_crew = 2 },
  { .name = "told", .run_round = test_told, .n_crew = 1 },
};

int
main (int argc,
      char **argv)
{
  return stress_main (argc, argv, "/stress/cancel", cases, G_N_ELEMENTS (cases));
}
