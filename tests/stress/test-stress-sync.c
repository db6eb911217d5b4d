/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-support.h"
#include "stress-support.h"

/* Semaphores, events and barriers: nothing is lost where a wait is cancelled, or its time is up, in the same moment. */

#define N_THREADS 4

typedef struct {
  MySemaphore *semaphore;
  MyEvent *events[2];
  MyBarrier *barrier;
  gint n_inside;  /* atomic */
  gint n_passed;  /* atomic */
  gint indices;   /* atomic */
  gint n_actions; /* atomic */
  guint seed;
} Place;

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
             guint n_cancelled,
             StressRandom *random)
{
  MyThread *threads[N_THREADS];

  for (guint i = 0; i < N_THREADS; i++) {
    threads[i] = my_thread_new (NULL, func, place, NULL);
    g_assert_true (my_thread_start (threads[i], NULL));
  }
  for (guint i = 0; i < n_cancelled; i++) {
    stress_dither (random);
    my_thread_cancel (threads[i]);
  }
  for (guint i = 0; i < N_THREADS; i++) {
    my_thread_join (threads[i], NULL);
    if (i < n_cancelled && place->barrier != NULL) {
      /* One that was cancelled before it has run has not broken it. */
      my_barrier_abort (place->barrier);
    }
    g_object_unref (threads[i]);
  }
}

/* Two at a time, and in the end all are there. */
static void
run_semaphore (MyThread *thread,
               gpointer data,
               GError **error)
{
  Place *place = data;
  StressRandom random = make_random (place);

  for (guint n = 0; n < 30; n++) {
    gint64 timeout_us = stress_random_below (&random, 3) == 0 ? (gint64) stress_random_below (&random, 60) : -1;

    if (my_semaphore_acquire (place->semaphore, timeout_us, NULL)) {
      g_assert_cmpint (g_atomic_int_add (&place->n_inside, 1), <, 2);
      if (stress_random_below (&random, 3) == 0) {
        stress_dither (&random);
      }
      g_atomic_int_add (&place->n_inside, -1);
      my_semaphore_release (place->semaphore, 1);
    }
  }
}

static void
test_semaphore (StressRound *round)
{
  Place place = { .semaphore = my_semaphore_new_bounded (2), .seed = round->n };

  run_threads (&place, run_semaphore, round->n % 3, &round->random);
  g_assert_cmpuint (my_semaphore_get_value (place.semaphore), ==, 2);
  g_object_unref (place.semaphore);
}

/* To and fro: a set that is not seen is a hang. */
static void
run_event (MyThread *thread,
           gpointer data,
           GError **error)
{
  Place *place = data;

  for (guint n = 0; n < 200; n++) {
    g_assert_true (my_event_wait (place->events[0], -1, NULL));
    my_event_clear (place->events[0]);
    my_event_set (place->events[1]);
  }
}

static void
test_event (StressRound *round)
{
  Place place = { .events = { my_event_new (), my_event_new () } };
  MyThread *thread = my_thread_new (NULL, run_event, &place, NULL);

  g_assert_true (my_thread_start (thread, NULL));
  for (guint n = 0; n < 200; n++) {
    my_event_set (place.events[0]);
    g_assert_true (my_event_wait (place.events[1], -1, NULL));
    my_event_clear (place.events[1]);
  }
  g_assert_true (my_thread_join (thread, NULL));
  g_object_unref (thread);
  g_object_unref (place.events[0]);
  g_object_unref (place.events[1]);
}

/* All pass, or none does. */
static void
run_barrier (MyThread *thread,
             gpointer data,
             GError **error)
{
  Place *place = data;
  StressRandom random = make_random (place);
  gint64 timeout_us = stress_random_below (&random, 8) == 0 ? (gint64) stress_random_below (&random, 100) : -1;
  guint index;

  if (my_barrier_wait (place->barrier, timeout_us, &index, NULL)) {
    g_assert_cmpint (g_atomic_int_get (&place->n_actions), ==, 1);
    g_atomic_int_or ((guint *) &place->indices, 1u << index);
    g_atomic_int_inc (&place->n_passed);
  }
}

static void
act (gpointer data)
{
  g_atomic_int_inc (&((Place *) data)->n_actions);
}

static void
test_barrier (StressRound *round)
{
  Place place = { .seed = round->n };

  place.barrier = my_barrier_new (N_THREADS, act, &place, NULL);
  run_threads (&place, run_barrier, round->n % 2, &round->random);
  if (place.n_actions == 0) {
    g_assert_cmpint (place.n_passed, ==, 0);
  } else {
    g_assert_cmpint (place.n_passed, ==, N_THREADS);
    g_assert_cmpint (place.indices, ==, (1 << N_THREADS) - 1);
  }
  g_object_unref (place.barrier);
}

static const StressCase cases[] = {
  { .name = "semaphore", .run_round = test_semaphore },
  { .name = "event", .run_round = test_event },
  { .name = "barrier", .run_round = test_barrier },
};

int
main (int argc,
      char *argv[])
{
  return stress_main (argc, argv, "/stress/sync", cases, G_N_ELEMENTS (cases));
}
