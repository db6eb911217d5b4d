/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <pthread.h>
#include <sched.h>

#include "exec/my-deque-private.h"

#define N_THIEVES 3

/* How long a race is run, or MY_STRESS_SECONDS. */
#define RACE_US (300 * 1000)

typedef struct {
  guint number;  /* plain, written before the push: who takes it must see it */
  guint n_taken; /* plain, too: two who take it are a data race, and a wrong number */
  gint64 index;
} Job;

static Job *
job_new (MyDeque *deque,
         guint number)
{
  Job *job = g_new0 (Job, 1);

  job->number = number;
  job->index = my_deque_get_bottom (deque);
  my_deque_push (deque, job);

  return job;
}

/* Frees it; by its number. */
static guint
job_take (Job *job)
{
  guint number = job->number;

  g_assert_cmpuint (job->n_taken++, ==, 0);
  g_free (job);

  return number;
}

static void
assert_empty (MyDeque *deque)
{
  g_assert_true (my_deque_is_empty (deque));
  g_assert_null (my_deque_pop (deque));
  g_assert_null (my_deque_steal (deque));
  g_assert_true (my_deque_is_empty (deque));
}

/* Newest first for the owner, oldest first for thieves. */
static void
test_order (void)
{
  MyDeque deque;

  my_deque_init (&deque);
  assert_empty (&deque);

  for (guint i = 0; i < 5; i++) {
    job_new (&deque, i);
    g_assert_false (my_deque_is_empty (&deque));
  }
  g_assert_cmpuint (job_take (my_deque_pop (&deque)), ==, 4);
  g_assert_cmpuint (job_take (my_deque_steal (&deque)), ==, 0);
  g_assert_cmpuint (job_take (my_deque_steal (&deque)), ==, 1);
  g_assert_cmpuint (job_take (my_deque_pop (&deque)), ==, 3);
  g_assert_cmpuint (job_take (my_deque_pop (&deque)), ==, 2);
  assert_empty (&deque);

  job_new (&deque, 5);
  g_assert_cmpuint (job_take (my_deque_steal (&deque)), ==, 5);
  assert_empty (&deque);
  my_deque_clear (&deque);
}

/* Who waits for a part of its work gets nothing older than it, and nothing once it is done. */
static void
test_parts (void)
{
  enum {
    PENDING,
    AWAITED,
    DONE
  };
  atomic_int state = PENDING;
  MyDeque deque;
  gint64 begin;

  my_deque_init (&deque);
  job_new (&deque, 0);
  begin = my_deque_get_bottom (&deque);
  g_assert_null (my_deque_steal_part (&deque, begin, &state, DONE));
  job_new (&deque, 1);
  job_new (&deque, 2);
  job_new (&deque, 3);

  g_assert_null (my_deque_steal_part (&deque, begin, &state, DONE));
  g_assert_cmpuint (job_take (my_deque_steal_part (&deque, begin - 1, &state, DONE)), ==, 0);
  g_assert_cmpuint (job_take (my_deque_steal_part (&deque, begin, &state, DONE)), ==, 1);
  state = AWAITED;
  g_assert_cmpuint (job_take (my_deque_steal_part (&deque, begin, &state, DONE)), ==, 2);
  state = DONE;
  g_assert_null (my_deque_steal_part (&deque, begin, &state, DONE));
  g_assert_cmpuint (job_take (my_deque_pop (&deque)), ==, 3);
  assert_empty (&deque);
  my_deque_clear (&deque);
}

/* The array doubles, with what is in it, wherever in the array that begins. */
static void
test_growth (void)
{
  for (guint shift = 0; shift < 700; shift += 37) {
    MyDeque deque;

    my_deque_init (&deque);
    for (guint i = 0; i < shift; i++) {
      job_new (&deque, i);
      g_assert_cmpuint (job_take (my_deque_steal (&deque)), ==, i);
    }
    for (guint i = 0; i < 5000; i++) {
      job_new (&deque, i);
    }
    for (guint i = 0; i < 2500; i++) {
      g_assert_cmpuint (job_take (my_deque_steal (&deque)), ==, i);
      g_assert_cmpuint (job_take (my_deque_pop (&deque)), ==, 4999 - i);
    }
    assert_empty (&deque);
    my_deque_clear (&deque);
  }
}

/* A thief that was preempted when it had read which array there is finds its job in it when it goes on. */
static void
test_slow_thief (void)
{
  MyDeque deque;
  _Atomic (gpointer) *slot;
  Job *first;

  my_deque_init (&deque);
  first = job_new (&deque, 0);
  slot = &deque.slots[deque.top & deque.mask];
  for (guint i = 1; i < 5000; i++) {
    job_new (&deque, i);
  }
  g_assert_true (slot != &deque.slots[deque.top & deque.mask]);
  g_assert_true (*slot == first);

  for (guint i = 0; i < 5000; i++) {
    g_assert_cmpuint (job_take (my_deque_steal (&deque)), ==, i);
  }
  my_deque_clear (&deque);
}

/* Where an index of fewer bits, or without a sign, would wrap. */
static void
test_indexes (void)
{
  static const gint64 boundaries[] = { 0, G_MAXINT32, G_MAXUINT32, G_MININT32, G_MAXINT64 - 5000 };

  for (guint k = 0; k < G_N_ELEMENTS (boundaries); k++) {
    MyDeque deque;

    my_deque_init_at (&deque, boundaries[k] - 300);
    for (guint i = 0; i < 1000; i++) {
      Job *job = job_new (&deque, i);

      g_assert_cmpint (job->index, ==, boundaries[k] - 300 + i);
    }
    for (guint i = 0; i < 500; i++) {
      g_assert_cmpuint (job_take (my_deque_steal (&deque)), ==, i);
      g_assert_cmpuint (job_take (my_deque_pop (&deque)), ==, 999 - i);
    }
    assert_empty (&deque);
    my_deque_clear (&deque);
  }
}

/* races */

#define N_JOBS 65536

typedef struct {
  MyDeque deque;
  atomic_bool stop;
  gint64 deadline;
  guint n_used; /* of `jobs` */
  guint64 n_pushed;
  guint64 n_popped;
  _Atomic guint64 n_stolen;
  guint n_thieves;
  pthread_t thieves[N_THIEVES];
  Job jobs[N_JOBS]; /* used again when all of them have been taken: malloc() is slow beside what is tested */
} Race;

static gpointer
run_thief (gpointer data)
{
  Race *race = data;
  gint64 last = -1;

  while (!atomic_load_explicit (&race->stop, memory_order_acquire)) {
    Job *job = my_deque_steal (&race->deque);

    if (job != NULL) {
      g_assert_cmpint (job->index, >, last);
      last = job->index;
      job->n_taken++;
      atomic_fetch_add_explicit (&race->n_stolen, 1, memory_order_release);
    } else if (race->n_thieves > 1) {
      sched_yield ();
    }
  }

  return NULL;
}

/* All that were pushed have been taken, and once. */
static void
race_settle (Race *race)
{
  while (race->n_popped + atomic_load_explicit (&race->n_stolen, memory_order_acquire) < race->n_pushed) {
    Job *job = my_deque_pop (&race->deque);

    if (job != NULL) {
      job->n_taken++;
      race->n_popped++;
    } else {
      sched_yield ();
    }
  }
  g_assert_cmpuint (race->n_popped + race->n_stolen, ==, race->n_pushed);
  for (guint i = 0; i < race->n_used; i++) {
    g_assert_cmpuint (race->jobs[i].n_taken, ==, 1);
    race->jobs[i].n_taken = 0;
  }
  race->n_used = 0;
}

/* Makes room for so many jobs. FALSE, now and then, when time is up. */
static gboolean
race_goes_on (Race *race,
              guint n_jobs)
{
  if (race->n_used + n_jobs > N_JOBS) {
    race_settle (race);
    return g_get_monotonic_time () < race->deadline;
  }

  return TRUE;
}

static Job *
race_push (Race *race)
{
  Job *job = &race->jobs[race->n_used++];

  race->n_pushed++;
  job->index = my_deque_get_bottom (&race->deque);
  my_deque_push (&race->deque, job);

  return job;
}

/* Pushes until a thief has been there: on one processor it comes only when it is let. */
static void
race_let_steal (Race *race)
{
  guint64 n_stolen = race->n_stolen;

  if (race->n_used == N_JOBS) {
    return;
  }
  race_push (race);
  while (race->n_stolen == n_stolen || !my_deque_is_empty (&race->deque)) {
    sched_yield ();
  }
}

static Job *
race_pop (Race *race)
{
  Job *job = my_deque_pop (&race->deque);

  if (job != NULL) {
    job->n_taken++;
    race->n_popped++;
  }

  return job;
}

static Race *
race_new (guint n_thieves)
{
  const char *seconds = g_getenv ("MY_STRESS_SECONDS");
  Race *race = g_aligned_alloc0 (1, sizeof *race, 64);

  my_deque_init (&race->deque);
  race->n_thieves = n_thieves;
  race->deadline = g_get_monotonic_time () + (seconds != NULL ? g_ascii_strtoll (seconds, NULL, 10) * G_USEC_PER_SEC : RACE_US);
  for (guint i = 0; i < n_thieves; i++) {
    pthread_create (&race->thieves[i], NULL, run_thief, race);
  }

  return race;
}

/* Returns how many were stolen. */
static guint64
race_end (Race *race)
{
  guint64 n_stolen;

  race_settle (race);
  atomic_store_explicit (&race->stop, TRUE, memory_order_release);
  for (guint i = 0; i < race->n_thieves; i++) {
    pthread_join (race->thieves[i], NULL);
  }
  n_stolen = race->n_stolen;
  assert_empty (&race->deque);
  my_deque_clear (&race->deque);
  g_aligned_free (race);

  return n_stolen;
}

static void
report (guint64 n_stolen)
{
  g_test_message ("%" G_GUINT64_FORMAT " stolen", n_stolen);
  g_assert_cmpuint (n_stolen, >, 0);
}

/* One job, which both ends want: as fork-join with nothing to do does it. */
static void
race_for_last (guint n_thieves)
{
  Race *race = race_new (n_thieves);

  while (race_goes_on (race, 1)) {
    Job *mine = race_push (race);
    Job *job;

    for (volatile guint pause = race->n_pushed % 64; pause > 0; pause--) {
    }
    job = race_pop (race);
    g_assert_true (job == mine || job == NULL);
    if (race->n_used % 4096 == 0) {
      race_let_steal (race);
    }
  }
  report (race_end (race));
}

/* Two jobs: the pop that looks at `top` and needs no CAS, against the thief that looks at `bottom`. */
static void
race_for_two (guint n_thieves)
{
  Race *race = race_new (n_thieves);

  while (race_goes_on (race, 2)) {
    race_push (race);
    race_push (race);
    race_pop (race);
    race_pop (race);
    g_assert_null (race_pop (race));
    if (race->n_used % 4096 == 0) {
      race_let_steal (race);
    }
  }
  report (race_end (race));
}

/* The array grows, again and again, while thieves read the old ones. */
static void
race_in_growth (guint n_thieves)
{
  gint64 deadline = 0;
  guint64 n_stolen = 0;

  do {
    Race *race = race_new (n_thieves);

    deadline = deadline != 0 ? deadline : race->deadline;
    for (guint burst = 1; burst < 20000; burst = burst * 3 / 2 + 1) {
      gint64 bottom;

      race_goes_on (race, burst + 1);
      for (guint i = 0; i < burst; i++) {
        race_push (race);
      }
      race_let_steal (race);
      bottom = my_deque_get_bottom (&race->deque);
      for (guint i = 0; i < burst / 3; i++) {
        Job *job = race_pop (race);

        if (job == NULL) {
          break;
        }
        bottom--;
        g_assert_cmpint (job->index, ==, bottom);
      }
    }
    n_stolen += race_end (race);
  } while (g_get_monotonic_time () < deadline);
  report (n_stolen);
}

/* Leapfrogging: the owner, as a thief, runs a job of several parts, again and again, each followed by a job that is no part of
 * it; who waits for the first gets none of the others. */

enum {
  WORKING,
  OVER
};

typedef struct {
  MyDeque deque;
  atomic_int state;
  _Atomic gint64 begin;
  _Atomic guint round; /* odd: may be waited for */
  atomic_bool stop;
  atomic_uint n_parts;
} Leap;

typedef struct {
  guint round;
  gboolean is_part;
} Part;

static gpointer
run_waiter (gpointer data)
{
  Leap *leap = data;

  while (!atomic_load (&leap->stop)) {
    guint round = atomic_load (&leap->round);
    gint64 begin = atomic_load (&leap->begin);
    Part *part;

    if (round % 2 == 0 || round != atomic_load (&leap->round)) {
      sched_yield ();
      continue;
    }
    part = my_deque_steal_part (&leap->deque, begin, &leap->state, OVER);
    if (part != NULL) {
      g_assert_true (part->is_part);
      g_assert_cmpuint (part->round, >=, round);
      g_free (part);
      atomic_fetch_add (&leap->n_parts, 1);
    }
  }

  return NULL;
}

static Part *
leap_push (Leap *leap,
           guint round,
           gboolean is_part)
{
  Part *part = g_new0 (Part, 1);

  part->round = round;
  part->is_part = is_part;
  my_deque_push (&leap->deque, part);

  return part;
}

static void
race_for_parts (guint n_thieves)
{
  const char *seconds = g_getenv ("MY_STRESS_SECONDS");
  gint64 deadline = g_get_monotonic_time () + (seconds != NULL ? g_ascii_strtoll (seconds, NULL, 10) * G_USEC_PER_SEC : RACE_US);
  Leap *leap = g_aligned_alloc0 (1, sizeof *leap, 64);
  pthread_t threads[N_THIEVES];

  my_deque_init (&leap->deque);
  leap->state = OVER;
  for (guint i = 0; i < n_thieves; i++) {
    pthread_create (&threads[i], NULL, run_waiter, leap);
  }

  for (guint round = 1; g_get_monotonic_time () < deadline || leap->n_parts == 0; round += 2) {
    Part *part;

    leap->begin = my_deque_get_bottom (&leap->deque);
    leap->state = WORKING;
    leap->round = round;
    for (guint i = 0; i < 3; i++) {
      leap_push (leap, round, TRUE);
    }
    if (round % 256 == 1) {
      sched_yield ();
    }
    while ((part = my_deque_pop (&leap->deque)) != NULL) {
      g_free (part);
    }
    leap->state = OVER;

    /* At the same indexes, or above. */
    for (guint i = 0; i < 3; i++) {
      leap_push (leap, round, FALSE);
    }
    while ((part = my_deque_pop (&leap->deque)) != NULL) {
      g_assert_false (part->is_part);
      g_free (part);
    }
    leap->round = round + 1;
  }

  leap->stop = TRUE;
  for (guint i = 0; i < n_thieves; i++) {
    pthread_join (threads[i], NULL);
  }
  g_test_message ("%u parts", leap->n_parts);
  my_deque_clear (&leap->deque);
  g_aligned_free (leap);
}

typedef struct {
  const char *name;
  void (*run) (guint n_thieves);
  guint n_thieves;
  gboolean is_asymmetric;
  gboolean is_on_one_processor;
} RaceCase;

static void
test_race (gconstpointer data)
{
  const RaceCase *race_case = data;
  gboolean was_asymmetric = my_fence_is_asymmetric;
  cpu_set_t all;
  cpu_set_t one;

  g_assert_cmpint (sched_getaffinity (0, sizeof all, &all), ==, 0);
  if (race_case->is_on_one_processor) {
    CPU_ZERO (&one);
    CPU_SET (sched_getcpu (), &one);
    g_assert_cmpint (sched_setaffinity (0, sizeof one, &one), ==, 0);
  }
  my_fence_is_asymmetric = was_asymmetric && race_case->is_asymmetric;

  race_case->run (race_case->n_thieves);

  my_fence_is_asymmetric = was_asymmetric;
  g_assert_cmpint (sched_setaffinity (0, sizeof all, &all), ==, 0);
}

static const RaceCase races[] = {
  { "/deque/last", race_for_last, 1, TRUE, FALSE },
  { "/deque/last/crowd", race_for_last, N_THIEVES, TRUE, FALSE },
  { "/deque/last/symmetric", race_for_last, 1, FALSE, FALSE },
  { "/deque/last/one-processor", race_for_last, 2, TRUE, TRUE },
  { "/deque/two", race_for_two, 1, TRUE, FALSE },
  { "/deque/two/crowd", race_for_two, N_THIEVES, TRUE, FALSE },
  { "/deque/two/symmetric", race_for_two, 1, FALSE, FALSE },
  { "/deque/parts/race", race_for_parts, 2, TRUE, FALSE },
  { "/deque/parts/symmetric", race_for_parts, 2, FALSE, FALSE },
  { "/deque/growth/race", race_in_growth, 2, TRUE, FALSE },
  { "/deque/growth/symmetric", race_in_growth, 2, FALSE, FALSE },
  { "/deque/growth/one-processor", race_in_growth, N_THIEVES, TRUE, TRUE },
};

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/deque/order", test_order);
  g_test_add_func ("/deque/parts", test_parts);
  g_test_add_func ("/deque/growth", test_growth);
  g_test_add_func ("/deque/growth/slow-thief", test_slow_thief);
  g_test_add_func ("/deque/indexes", test_indexes);
  for (guint i = 0; i < G_N_ELEMENTS (races); i++) {
    g_test_add_data_func (races[i].name, &races[i], test_race);
  }
  return g_test_run ();
}
