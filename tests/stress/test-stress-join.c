/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-support.h"
#include "stress-support.h"

/* many joins of all kinds against one end */

#define N_JOINERS 4

typedef struct {
  MyThread *thread;
  gboolean fails;
  gint n_errors; /* atomic: how many have got the thread's error */
} Race;

static void
race_init (Race *race,
           StressRandom *random)
{
  memset (race, 0, sizeof *race);
  race->fails = stress_random_below (random, 2);
  race->thread = my_thread_new (NULL, race->fails ? my_test_run_fail : my_test_run_nothing, stress_token_new (), stress_token_free);
}

static void
check_outcome (Race *race,
               gboolean ok,
               const GError *error)
{
  if (race->fails) {
    g_assert_false (ok);
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
    g_atomic_int_inc (&race->n_errors);
  } else {
    g_assert_no_error (error);
    g_assert_true (ok);
  }
  g_assert_cmpint (my_thread_get_state (race->thread), ==, race->fails ? MY_THREAD_STATE_FAILED : MY_THREAD_STATE_SUCCEEDED);
}

static void
race_end (Race *race)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = my_thread_join (race->thread, &error);

  check_outcome (race, ok, error);
  g_clear_object (&race->thread);
}

static void
join_for_ever (guint index,
               StressRandom *random,
               gpointer data)
{
  Race *race = data;
  g_autoptr (GError) error = NULL;
  gboolean ok;

  stress_dither (random);
  ok = my_thread_join (race->thread, &error);
  check_outcome (race, ok, error);
}

/* A limit that is long enough is never what ends a join: a wake-up that got lost would show. */
static void
join_for_long (guint index,
               StressRandom *random,
               gpointer data)
{
  Race *race = data;
  g_autoptr (GError) error = NULL;
  gboolean ok;

  stress_dither (random);
  ok = my_thread_join_timeout (race->thread, MY_TEST_LONG_US, &error);
  check_outcome (race, ok, error);
}

static void
join_by_bits (guint index,
              StressRandom *random,
              gpointer data)
{
  Race *race = data;
  g_autoptr (GError) error = NULL;
  gboolean ok;

  for (;;) {
    ok = my_thread_join_timeout (race->thread, stress_random_below (random, 60), &error);
    if (ok || !g_error_matches (error, MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT)) {
      break;
    }
    g_clear_error (&error);
  }
  check_outcome (race, ok, error);
}

static void
join_somehow (guint index,
              StressRandom *random,
              gpointer data)
{
  static const StressFunc funcs[] = { join_for_ever, join_for_long, join_by_bits };

  funcs[stress_random_below (random, G_N_ELEMENTS (funcs))](index, random, data);
}

static void
test_joins (StressRound *round)
{
  Race race;

  race_init (&race, &round->random);
  g_assert_true (my_thread_start (race.thread, NULL));
  stress_crew_race (round->crew, round->func, &race);
  g_assert_cmpint (g_atomic_int_get (&race.n_errors), ==, race.fails ? N_JOINERS : 0);
  race_end (&race);
}

static void
join_until_started (guint index,
                    StressRandom *random,
                    gpointer data)
{
  Race *race = data;
  g_autoptr (GError) error = NULL;
  gboolean ok;

  for (;;) {
    ok = my_thread_join (race->thread, &error);
    if (ok || !g_error_matches (error, MY_THREAD_ERROR, MY_THREAD_ERROR_NOT_STARTED)) {
      break;
    }
    g_clear_error (&error);
    g_thread_yield ();
  }
  check_outcome (race, ok, error);
}

static void
test_start (StressRound *round)
{
  Race race;

  race_init (&race, &round->random);
  stress_crew_go (round->crew, join_until_started, &race);
  stress_dither (&round->random);
  g_assert_true (my_thread_start (race.thread, NULL));
  stress_crew_wait (round->crew);
  race_end (&race);
}

#define N_ASYNC 3

typedef struct {
  Race race;
  GCancellable *cancellable;
  guint n_calls;
  guint n_cancelled;
} AsyncRace;

static void
on_joined (GObject *source,
           GAsyncResult *result,
           gpointer data)
{
  AsyncRace *async = data;
  g_autoptr (GError) error = NULL;
  gboolean ok;

  g_assert_true (source == (GObject *) async->race.thread);
  ok = my_thread_join_finish (async->race.thread, result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_assert_false (ok);
    async->n_cancelled++;
  } else {
    check_outcome (&async->race, ok, error);
  }
  async->n_calls++;
}

static void
cancel_async (guint index,
              StressRandom *random,
              gpointer data)
{
  AsyncRace *async = data;

  stress_dither (random);
  g_cancellable_cancel (async->cancellable);
}

/* the end, the GCancellable and the loop, all at once: each callback comes once */
static void
test_async (StressRound *round)
{
  AsyncRace async = { .cancellable = g_cancellable_new () };
  gboolean cancels = stress_random_below (&round->random, 2);

  race_init (&async.race, &round->random);
  if (cancels) {
    stress_crew_go (round->crew, cancel_async, &async);
  }
  g_assert_true (my_thread_start (async.race.thread, NULL));
  for (guint i = 0; i < N_ASYNC; i++) {
    my_thread_join_async (async.race.thread, i == 0 ? NULL : async.cancellable, on_joined, &async);
  }
  while (async.n_calls < N_ASYNC) {
    g_main_context_iteration (NULL, TRUE);
  }
  if (cancels) {
    stress_crew_wait (round->crew);
  } else {
    g_assert_cmpuint (async.n_cancelled, ==, 0);
  }
  g_assert_cmpuint (async.n_cancelled, <, N_ASYNC);
  stress_tally ("cancelled", async.n_cancelled);
  stress_tally ("joined", N_ASYNC - async.n_cancelled);

  /* and none comes twice */
  race_end (&async.race);
  while (g_main_context_iteration (NULL, FALSE)) {
  }
  g_assert_cmpuint (async.n_calls, ==, N_ASYNC);
  g_object_unref (async.cancellable);
}

typedef struct {
  MyThread *next;
  gint *gate;
} Link;

static void
join_next_link (MyThread *thread,
                gpointer data,
                GError **error)
{
  Link *link = data;

  while (!g_atomic_int_get (link->gate)) {
    g_thread_yield ();
  }
  if (link->next) {
    my_thread_join (link->next, error);
  }
}

static void
test_chain (StressRound *round)
{
  MyThread *threads[8];
  Link links[G_N_ELEMENTS (threads)];
  gint gate = 0;

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    links[i].next = i > 0 ? threads[i - 1] : NULL;
    links[i].gate = &gate;
    threads[i] = my_test_start (NULL, join_next_link, &links[i]);
  }
  g_atomic_int_set (&gate, 1);
  for (guint i = G_N_ELEMENTS (threads); i-- > 0;) {
    g_autoptr (GError) error = NULL;

    my_thread_join (threads[i], &error);
    g_assert_no_error (error);
  }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    g_object_unref (threads[i]);
  }
}

/* Joins by a thread that has no loop, whose callbacks another one's loop calls: their GCancellable was cancelled before,
 * or is just then. */

#define N_FOREIGN 20

static void
join_async_from_outside (guint index,
                         StressRandom *random,
                         gpointer data)
{
  AsyncRace *async = data;

  if (index == 0) {
    for (guint i = 0; i < N_FOREIGN; i++) {
      my_thread_join_async (async->race.thread, async->cancellable, on_joined, async);
      stress_dither (random);
    }
  } else {
    stress_dither (random);
    g_cancellable_cancel (async->cancellable);
  }
}

static void
test_async_from_outside (StressRound *round)
{
  AsyncRace async = { .cancellable = g_cancellable_new () };

  async.race.thread = my_thread_new (NULL, stress_run_sleep, stress_token_new (), stress_token_free);
  g_assert_true (my_thread_start (async.race.thread, NULL));
  stress_crew_go (round->crew, join_async_from_outside, &async);
  while (async.n_calls < N_FOREIGN) {
    g_main_context_iteration (NULL, TRUE);
  }
  stress_crew_wait (round->crew);
  g_assert_cmpuint (async.n_cancelled, ==, N_FOREIGN);
  my_thread_cancel (async.race.thread);
  my_thread_join (async.race.thread, NULL); /* cancelled before it ran, or not */
  g_object_unref (async.race.thread);
  g_object_unref (async.cancellable);
}

static const StressCase cases[] = {
  { .name = "many", .run_round = test_joins, .n_crew = N_JOINERS, .func = join_for_ever },
  { .name = "long", .run_round = test_joins, .n_crew = N_JOINERS, .func = join_for_long },
  { .name = "bits", .run_round = test_joins, .n_crew = N_JOINERS, .func = join_by_bits },
  { .name = "mixed", .run_round = test_joins, .n_crew = N_JOINERS, .func = join_somehow },
  { .name = "start", .run_round = test_start, .n_crew = 2 },
  { .name = "async", .run_round = test_async, .n_crew = 1 },
  { .name = "chain", .run_round = test_chain },
  { .name = "async-from-outside", .run_round = test_async_from_outside, .n_crew = 2 },
};

int
main (int argc,
      char **argv)
{
  return stress_main (argc, argv, "/stress/join", cases, G_N_ELEMENTS (cases));
}
