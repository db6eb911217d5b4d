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
race_init (Race         *race,
           StressRandom *random)
{
  memset (race, 0, sizeof *race);
  race->fails = stress_random_below (random, 2);
  race->thread = my_thread_new (NULL, race->fails ? my_test_run_fail : my_test_run_nothing, stress_token_new (), stress_token_free);
}

static void
check_outcome (Race         *race,
               gboolean      ok,
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
join_for_ever (guint         index,
               StressRandom *random,
               gpointer      data)
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
join_for_long (guint         index,
               StressRandom *random,
               gpointer      data)
{
  Race *race = data;
  g_autoptr (GError) error = NULL;
  gboolean ok;

  stress_dither (random);
  ok = my_thread_join_timeout (race->thread, MY_TEST_LONG_US, &error);
  check_outcome (race, ok, error);
}

static void
join_by_bits (guint         index,
              StressRandom *random,
              gpointer      data)
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
join_somehow (guint         index,
              StressRandom *random,
              gpointer      data)
{
  static const StressFunc funcs[] = { join_for_ever, join_for_long, join_by_bits };

  funcs[stress_random_below (random, G_N_ELEMENTS (funcs))](index, random, data);
}

static void
race_joins (StressFunc func)
{
  StressCrew *crew = stress_crew_new (N_JOINERS);
  StressRandom random;

  stress_begin ();
  stress_random_init (&random);
  while (stress_goes_on ()) {
    Race race;

    race_init (&race, &random);
    g_assert_true (my_thread_start (race.thread, NULL));
    stress_crew_race (crew, func, &race);
    g_assert_cmpint (g_atomic_int_get (&race.n_errors), ==, race.fails ? N_JOINERS : 0);
    race_end (&race);
  }
  stress_crew_free (crew);
  stress_end ();
}

static void
test_many (void)
{
  race_joins (join_for_ever);
}

static void
test_long (void)
{
  race_joins (join_for_long);
}

static void
test_bits (void)
{
  race_joins (join_by_bits);
}

static void
test_mixed (void)
{
  race_joins (join_somehow);
}

static void
join_until_started (guint         index,
                    StressRandom *random,
                    gpointer      data)
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
test_start (void)
{
  StressCrew *crew = stress_crew_new (2);
  StressRandom random;

  stress_begin ();
  stress_random_init (&random);
  while (stress_goes_on ()) {
    Race race;

    race_init (&race, &random);
    stress_crew_go (crew, join_until_started, &race);
    stress_dither (&random);
    g_assert_true (my_thread_start (race.thread, NULL));
    stress_crew_wait (crew);
    race_end (&race);
  }
  stress_crew_free (crew);
  stress_end ();
}

#define N_ASYNC 3

typedef struct {
  Race race;
  GCancellable *cancellable;
  guint n_calls;
  guint n_cancelled;
} AsyncRace;

static void
on_joined (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
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
cancel_async (guint         index,
              StressRandom *random,
              gpointer      data)
{
  AsyncRace *async = data;

  stress_dither (random);
  g_cancellable_cancel (async->cancellable);
}

/* the end, the GCancellable and the loop, all at once: each callback comes once */
static void
test_async (void)
{
  StressCrew *crew = stress_crew_new (1);
  StressRandom random;
  guint n_cancelled = 0, n_joined = 0;

  stress_begin ();
  stress_random_init (&random);
  while (stress_goes_on ()) {
    AsyncRace async = { .cancellable = g_cancellable_new () };
    gboolean cancels = stress_random_below (&random, 2);

    race_init (&async.race, &random);
    if (cancels) {
      stress_crew_go (crew, cancel_async, &async);
    }
    g_assert_true (my_thread_start (async.race.thread, NULL));
    for (guint i = 0; i < N_ASYNC; i++) {
      my_thread_join_async (async.race.thread, i == 0 ? NULL : async.cancellable, on_joined, &async);
    }
    while (async.n_calls < N_ASYNC) {
      g_main_context_iteration (NULL, TRUE);
    }
    if (cancels) {
      stress_crew_wait (crew);
    } else {
      g_assert_cmpuint (async.n_cancelled, ==, 0);
    }
    g_assert_cmpuint (async.n_cancelled, <, N_ASYNC);
    n_cancelled += async.n_cancelled;
    n_joined += N_ASYNC - async.n_cancelled;

    /* and none comes twice */
    race_end (&async.race);
    while (g_main_context_iteration (NULL, FALSE)) {
    }
    g_assert_cmpuint (async.n_calls, ==, N_ASYNC);
    g_object_unref (async.cancellable);
  }
  g_test_message ("%u cancelled, %u joined", n_cancelled, n_joined);
  stress_crew_free (crew);
  stress_end ();
}

typedef struct {
  MyThread *next;
  gint *gate;
} Link;

static void
join_next_link (MyThread *thread,
                gpointer  data,
                GError  **error)
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
test_chain (void)
{
  stress_begin ();
  while (stress_goes_on ()) {
    MyThread *threads[8];
    Link links[G_N_ELEMENTS (threads)];
    gint gate = 0;

    for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
      links[i].next = i > 0 ? threads[i - 1] : NULL;
      links[i].gate = &gate;
      threads[i] = my_thread_new (NULL, join_next_link, &links[i], NULL);
      g_assert_true (my_thread_start (threads[i], NULL));
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
  stress_end ();
}

/* Joins by a thread that has no loop, whose callbacks another one's loop calls: their GCancellable was cancelled before,
 * or is just then. */

#define N_FOREIGN 20

static void
join_async_from_outside (guint         index,
                         StressRandom *random,
                         gpointer      data)
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
run_until_cancelled (MyThread *thread,
                     gpointer  token,
                     GError  **error)
{
  my_thread_sleep (-1, NULL);
}

static void
test_async_from_outside (void)
{
  StressCrew *crew = stress_crew_new (2);

  stress_begin ();
  while (stress_goes_on ()) {
    AsyncRace async = { .cancellable = g_cancellable_new () };

    async.race.thread = my_thread_new (NULL, run_until_cancelled, stress_token_new (), stress_token_free);
    g_assert_true (my_thread_start (async.race.thread, NULL));
    stress_crew_go (crew, join_async_from_outside, &async);
    while (async.n_calls < N_FOREIGN) {
      g_main_context_iteration (NULL, TRUE);
    }
    stress_crew_wait (crew);
    g_assert_cmpuint (async.n_cancelled, ==, N_FOREIGN);
    my_thread_cancel (async.race.thread);
    my_thread_join (async.race.thread, NULL); /* cancelled before it ran, or not */
    g_object_unref (async.race.thread);
    g_object_unref (async.cancellable);
  }
  stress_crew_free (crew);
  stress_end ();
}

int
main (int    argc,
      char **argv)
{
  stress_init (&argc, &argv);

  g_test_add_func ("/stress/join/many", test_many);
  g_test_add_func ("/stress/join/long", test_long);
  g_test_add_func ("/stress/join/bits", test_bits);
  g_test_add_func ("/stress/join/mixed", test_mixed);
  g_test_add_func ("/stress/join/start", test_start);
  g_test_add_func ("/stress/join/async", test_async);
  g_test_add_func ("/stress/join/chain", test_chain);
  g_test_add_func ("/stress/join/async-from-outside", test_async_from_outside);

  return g_test_run ();
}
