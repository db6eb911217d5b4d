/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-support.h"
#include "stress-support.h"

/* Mutexes and conditions: nobody is in where another one is, nobody is forgotten, and of a cycle one is told. */

#define N_THREADS 4
#define N_MUTEXES 3

typedef struct {
  MyMutex mutexes[N_MUTEXES];
  MyCond cond;
  guint n_inside[N_MUTEXES]; /* by who holds it */
  gint n_deadlocks;          /* atomic */
  gint n_signals;            /* by who holds mutexes[0] */
  gint n_got;
  guint seed;
} Place;

static void
enter (Place *place,
       guint i)
{
  g_assert_cmpuint (place->n_inside[i]++, ==, 0);
}

static void
leave (Place *place,
       guint i)
{
  g_assert_cmpuint (--place->n_inside[i], ==, 0);
  my_mutex_unlock (&place->mutexes[i]);
}

static StressRandom
make_random (Place *place)
{
  static gint counter;
  StressRandom random = { .state = ((guint64) place->seed << 20) + (guint) g_atomic_int_add (&counter, 1) + 1 };

  return random;
}

static void
run_threads (Place *place,
             MyThreadFunc func,
             guint n_cancelled)
{
  MyThread *threads[N_THREADS];

  for (guint i = 0; i < N_THREADS; i++) {
    threads[i] = my_thread_new (NULL, func, place, NULL);
    g_assert_true (my_thread_start (threads[i], NULL));
  }
  for (guint i = 0; i < n_cancelled; i++) {
    my_thread_cancel (threads[i]);
  }
  for (guint i = 0; i < N_THREADS; i++) {
    my_thread_join (threads[i], NULL);
    g_object_unref (threads[i]);
  }
}

/* Each kind of lock, with holders that are quick and slow, and cancellations. */
static void
run_mixed (MyThread *thread,
           gpointer data,
           GError **error)
{
  Place *place = data;
  StressRandom random = make_random (place);

  for (guint n = 0; n < 40; n++) {
    guint kind = stress_random_below (&random, 4);
    gboolean is_taken = TRUE;

    if (kind == 0) {
      my_mutex_lock (&place->mutexes[0]);
    } else if (kind == 1) {
      is_taken = my_mutex_trylock (&place->mutexes[0]);
    } else {
      is_taken = my_mutex_acquire (&place->mutexes[0], kind == 2 ? -1 : (gint64) stress_random_below (&random, 50), NULL);
    }
    if (is_taken) {
      enter (place, 0);
      if (stress_random_below (&random, 4) == 0) {
        stress_dither (&random);
      }
      leave (place, 0);
    }
  }
}

static void
test_mixed (StressRound *round)
{
  Place place = { .seed = round->n };

  run_threads (&place, run_mixed, round->n % 3);
  g_assert_true (my_mutex_trylock (&place.mutexes[0]));
  my_mutex_unlock (&place.mutexes[0]);
}

/* Two mutexes at a time, in any order: a cycle is told to one, who lets go, and all come to their end. */
static void
run_crossing (MyThread *thread,
              gpointer data,
              GError **error)
{
  Place *place = data;
  StressRandom random = make_random (place);

  for (guint n = 0; n < 20; n++) {
    guint first = stress_random_below (&random, N_MUTEXES);
    guint second = (first + 1 + stress_random_below (&random, N_MUTEXES - 1)) % N_MUTEXES;
    g_autoptr (GError) inner = NULL;

    if (!my_mutex_acquire (&place->mutexes[first], -1, &inner)) {
      /* It holds nothing, so it is in no cycle. */
      g_assert_not_reached ();
    }
    enter (place, first);
    if (my_mutex_acquire (&place->mutexes[second], -1, &inner)) {
      enter (place, second);
      leave (place, second);
    } else {
      g_assert_error (inner, MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK);
      g_atomic_int_inc (&place->n_deadlocks);
    }
    leave (place, first);
  }
}

static gint n_all_deadlocks;

static void
test_crossing (StressRound *round)
{
  Place place = { .seed = round->n };

  run_threads (&place, run_crossing, 0);
  n_all_deadlocks += place.n_deadlocks;
}

static void
check_crossing (void)
{
  g_test_message ("%d deadlocks", n_all_deadlocks);
}

/* A mutex that is taken while others wait, and a join of one of those: the holder, or the one that it joins, is told. */
typedef struct {
  MyMutex mutex;
  MyThread *other;
  gint n_arrived; /* atomic */
  gint n_told;    /* atomic */
} Pair;

static void
run_acquire (MyThread *thread,
             gpointer data,
             GError **error)
{
  Pair *pair = data;
  g_autoptr (GError) inner = NULL;

  g_atomic_int_inc (&pair->n_arrived);
  if (my_mutex_acquire (&pair->mutex, -1, &inner)) {
    my_mutex_unlock (&pair->mutex);
  } else {
    g_assert_error (inner, MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK);
    g_atomic_int_inc (&pair->n_told);
  }
}

static void
run_hold_and_join (MyThread *thread,
                   gpointer data,
                   GError **error)
{
  Pair *pair = data;
  g_autoptr (GError) inner = NULL;

  my_mutex_lock (&pair->mutex);
  g_atomic_int_inc (&pair->n_arrived);
  if (!my_thread_join (pair->other, &inner)) {
    g_assert_error (inner, MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK);
    g_atomic_int_inc (&pair->n_told);
  }
  my_mutex_unlock (&pair->mutex);
}

static void
test_taken_over (StressRound *round)
{
  Pair pair = { .n_arrived = 0 };
  MyThread *holder = my_thread_new (NULL, run_hold_and_join, &pair, NULL);

  pair.other = my_thread_new (NULL, run_acquire, &pair, NULL);
  my_mutex_lock (&pair.mutex);
  g_assert_true (my_thread_start (holder, NULL));
  g_assert_true (my_thread_start (pair.other, NULL));
  while (g_atomic_int_get (&pair.n_arrived) < 1) {
    g_thread_yield ();
  }
  stress_dither (&round->random);
  my_mutex_unlock (&pair.mutex);
  g_assert_true (my_thread_join (holder, NULL));
  g_assert_true (my_thread_join (pair.other, NULL));
  g_assert_cmpint (pair.n_told, <=, 1);
  g_object_unref (holder);
  g_object_unref (pair.other);
}

/* As many come back as were signalled, whoever is cancelled or gives up at the same moment. */
static void
run_consume (MyThread *thread,
             gpointer data,
             GError **error)
{
  Place *place = data;
  StressRandom random = make_random (place);

  my_mutex_lock (&place->mutexes[0]);
  while (place->n_signals == 0) {
    gint64 timeout_us = stress_random_below (&random, 3) == 0 ? (gint64) stress_random_below (&random, 100) : -1;

    if (!my_cond_wait_timeout (&place->cond, &place->mutexes[0], timeout_us, NULL) && my_thread_is_cancelled (thread)) {
      break;
    }
  }
  if (place->n_signals > 0) {
    place->n_signals--;
    place->n_got++;
    /* One that is there for another one, which was cancelled. */
    my_cond_signal (&place->cond);
  }
  my_mutex_unlock (&place->mutexes[0]);
}

static void
test_cond (StressRound *round)
{
  Place place = { .seed = round->n };
  MyThread *threads[N_THREADS];

  for (guint i = 0; i < N_THREADS; i++) {
    threads[i] = my_thread_new (NULL, run_consume, &place, NULL);
    g_assert_true (my_thread_start (threads[i], NULL));
  }
  stress_dither (&round->random);
  my_thread_cancel (threads[0]);
  for (guint i = 0; i < N_THREADS; i++) {
    my_mutex_lock (&place.mutexes[0]);
    place.n_signals++;
    my_mutex_unlock (&place.mutexes[0]);
    my_cond_signal (&place.cond);
    if (i == 1) {
      my_thread_cancel (threads[1]);
    }
  }
  for (guint i = 0; i < N_THREADS; i++) {
    my_thread_join (threads[i], NULL);
    g_object_unref (threads[i]);
  }
  g_assert_cmpint (place.n_got + place.n_signals, ==, N_THREADS);
  g_assert_cmpint (place.n_got, >=, N_THREADS - 2);
}

static const StressCase cases[] = {
  { .name = "mixed", .run_round = test_mixed },
  { .name = "crossing", .run_round = test_crossing, .check_end = check_crossing },
  { .name = "taken-over", .run_round = test_taken_over },
  { .name = "cond", .run_round = test_cond },
};

int
main (int argc,
      char *argv[])
{
  return stress_main (argc, argv, "/stress/mutex", cases, G_N_ELEMENTS (cases));
}
