/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "stress-support.h"

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>

/* OS threads that are taken for the next thread while they end the last one, spoilt ones among them. */

#define N_STARTERS 4
#define N_AT_ONCE 4

/* How many threads this OS thread is running: never two. */
static __thread guint n_on_this;

static void
run_one (MyThread *thread,
         gpointer kind,
         GError **error)
{
  g_autoptr (GMainContext) context = NULL;
  sigset_t signals;

  g_assert_cmpuint (n_on_this++, ==, 0);
  g_assert_true (my_thread_get_current () == thread);
  g_assert_cmpint (getpriority (PRIO_PROCESS, (id_t) my_thread_get_native_id (thread)), ==, getpriority (PRIO_PROCESS, 0));
  pthread_sigmask (SIG_SETMASK, NULL, &signals);
  g_assert_false (sigismember (&signals, SIGUSR2));

  switch (GPOINTER_TO_UINT (kind)) {
  case 0:
    setpriority (PRIO_PROCESS, (id_t) my_thread_get_native_id (thread), 19);
    break;
  case 1:
    sigfillset (&signals);
    pthread_sigmask (SIG_SETMASK, &signals, NULL);
    break;
  case 2:
    context = g_main_context_new ();
    g_main_context_push_thread_default (context);
    break;
  case 3:
    n_on_this = 0;
    pthread_exit (NULL);
  default:
    break;
  }
  n_on_this--;
}

static void
start_some (guint index,
            StressRandom *random,
            gpointer data)
{
  for (guint round = 0; round < 20; round++) {
    MyThread *threads[N_AT_ONCE];
    guint n = 1 + stress_random_below (random, N_AT_ONCE);

    for (guint i = 0; i < n; i++) {
      threads[i] = my_thread_new (NULL, run_one, GUINT_TO_POINTER (stress_random_below (random, 20)), NULL);
      stress_watch (threads[i]);
      g_assert_true (my_thread_start (threads[i], NULL));
    }
    stress_dither (random);
    for (guint i = 0; i < n; i++) {
      g_autoptr (GError) error = NULL;

      if (!my_thread_join (threads[i], &error)) {
        g_assert_error (error, MY_THREAD_ERROR, MY_THREAD_ERROR_BROKEN);
      }
      g_object_unref (threads[i]);
    }
  }
}

/* starts from many threads at once */
static void
test_starts (StressRound *round)
{
  stress_crew_race (round->crew, start_some, NULL);
}

static void
cancel_it (guint index,
           StressRandom *random,
           gpointer thread)
{
  stress_dither (random);
  my_thread_cancel (thread);
}

/* a cancel between start() and the OS thread's coming: it has nothing to run, and is there for the next */
static void
test_cancelled_before (StressRound *round)
{
  MyThread *thread = my_thread_new (NULL, run_one, GUINT_TO_POINTER (10), NULL);

  stress_watch (thread);
  stress_crew_go (round->crew, cancel_it, thread);
  g_assert_true (my_thread_start (thread, NULL));
  my_thread_join (thread, NULL);
  stress_crew_wait (round->crew);
  g_object_unref (thread);
}

static const StressCase cases[] = {
  { .name = "starts", .run_round = test_starts, .n_crew = N_STARTERS },
  { .name = "cancelled-before", .run_round = test_cancelled_before, .n_crew = 1 },
};

int
main (int argc,
      char **argv)
{
  return stress_main (argc, argv, "/stress/os-threads", cases, G_N_ELEMENTS (cases));
}
