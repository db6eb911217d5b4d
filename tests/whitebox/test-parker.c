/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "wait/my-parker-private.h"
#include "wait/my-state-lock-private.h"

#define N_ROUNDS 20000

static MyParker *
get_parker (void)
{
  MyParker *parker;

  my_state_lock ();
  parker = my_parker_get_current ();
  my_state_unlock ();

  return parker;
}

static void
test_token (void)
{
  MyParker *parker = get_parker ();

  /* One token, however often it is unparked. */
  my_parker_unpark (parker);
  my_parker_unpark (parker);
  g_assert_true (my_parker_park (parker, MY_DEADLINE_NEVER));
  g_assert_false (my_parker_park (parker, g_get_monotonic_time ()));
}

static void
test_deadline (void)
{
  MyParker *parker = get_parker ();
  gint64 deadline = g_get_monotonic_time () + 2000;

  g_assert_false (my_parker_park (parker, deadline));
  g_assert_cmpint (g_get_monotonic_time (), >=, deadline);

  /* Long past. */
  g_assert_false (my_parker_park (parker, 1));
}

typedef struct {
  MyParker *ping;
  MyParker *pong;
  gint n;
} Rally;

static gpointer
answer (gpointer data)
{
  Rally *rally = data;

  g_atomic_pointer_set (&rally->pong, get_parker ());
  my_parker_unpark (rally->ping);
  for (guint i = 0; i < N_ROUNDS; i++) {
    g_assert_true (my_parker_park (rally->pong, MY_DEADLINE_NEVER));
    rally->n++;
    my_parker_unpark (rally->ping);
  }
  return NULL;
}

/* No token is lost, and what was written before it is seen after it. */
static void
test_rally (void)
{
  Rally rally = { get_parker (), NULL, 0 };
  pthread_t thread;

  pthread_create (&thread, NULL, answer, &rally);
  g_assert_true (my_parker_park (rally.ping, MY_DEADLINE_NEVER));
  for (guint i = 0; i < N_ROUNDS; i++) {
    g_assert_cmpint (rally.n, ==, i);
    my_parker_unpark (g_atomic_pointer_get (&rally.pong));
    g_assert_true (my_parker_park (rally.ping, MY_DEADLINE_NEVER));
  }
  pthread_join (thread, NULL);
}

/* A token that comes while the deadline passes is either taken, or there for the next. */
static void
test_late_token (void)
{
  MyParker *parker = get_parker ();
  Rally rally = { parker, NULL, 0 };
  pthread_t thread;
  guint n_tokens = 0;

  pthread_create (&thread, NULL, answer, &rally);
  g_assert_true (my_parker_park (parker, MY_DEADLINE_NEVER));
  for (guint i = 0; i < N_ROUNDS; i++) {
    my_parker_unpark (g_atomic_pointer_get (&rally.pong));
    if (my_parker_park (parker, g_get_monotonic_time () + i % 60)) {
      n_tokens++;
    } else {
      /* It comes now, for it has not come before. */
      g_assert_true (my_parker_park (parker, MY_DEADLINE_NEVER));
    }
  }
  pthread_join (thread, NULL);
  g_test_message ("%u of %u came in time", n_tokens, N_ROUNDS);
  g_assert_false (my_parker_park (parker, 0));
}

/* Who looks out for the token finds the one that is there, and does not invent one. */
static void
test_watch (void)
{
  MyParker *parker = get_parker ();

  my_parker_unpark (parker);
  g_assert_true (my_parker_watch (parker));
  for (guint i = 0; i < 5000; i++) {
    g_assert_false (my_parker_watch (parker));
  }
  g_assert_false (my_parker_park (parker, 0));
}

static gpointer
answer_watching (gpointer data)
{
  Rally *rally = data;

  g_atomic_pointer_set (&rally->pong, get_parker ());
  my_parker_unpark (rally->ping);
  for (guint i = 0; i < N_ROUNDS; i++) {
    g_assert_true (my_parker_watch (rally->pong) || my_parker_park (rally->pong, MY_DEADLINE_NEVER));
    rally->n++;
    my_parker_unpark (rally->ping);
  }
  return NULL;
}

/* Awake or asleep, no token is lost. */
static void
test_watching_rally (void)
{
  Rally rally = { get_parker (), NULL, 0 };
  pthread_t thread;
  guint n_seen = 0;

  pthread_create (&thread, NULL, answer_watching, &rally);
  g_assert_true (my_parker_park (rally.ping, MY_DEADLINE_NEVER));
  for (guint i = 0; i < N_ROUNDS; i++) {
    g_assert_cmpint (rally.n, ==, i);
    my_parker_unpark (g_atomic_pointer_get (&rally.pong));
    if (my_parker_watch (rally.ping)) {
      n_seen++;
    } else {
      g_assert_true (my_parker_park (rally.ping, MY_DEADLINE_NEVER));
    }
  }
  pthread_join (thread, NULL);
  g_test_message ("%u of %u seen awake", n_seen, N_ROUNDS);
}

/* Counted, not timed: what a processor does in a time depends on who else is there. In place of the C library's. */
static __thread guint n_yields;

int
sched_yield (void)
{
  n_yields++;
  return (int) syscall (SYS_sched_yield);
}

/* What never pays is given up, whatever has paid before. */
static void
test_gives_up (void)
{
  MyParker *parker = get_parker ();

  /* It has always paid. */
  test_watching_rally ();

  for (guint i = 0; i < 20; i++) {
    my_parker_watch (parker);
  }
  n_yields = 0;
  for (guint i = 0; i < 1000; i++) {
    g_assert_false (my_parker_watch (parker));
  }

  /* Two for each, and now and then two hundred. */
  g_test_message ("%u calls of sched_yield() for 1000 waits in vain", n_yields);
  g_assert_cmpuint (n_yields, <=, 2 * 1000 + (1000 / 32 + 1) * 200);
}

static gpointer
remember_parker (gpointer data)
{
  *(MyParker **) data = get_parker ();
  return NULL;
}

static void
test_recycled (void)
{
  MyParker *first;
  MyParker *second;
  pthread_t thread;

  pthread_create (&thread, NULL, remember_parker, &first);
  pthread_join (thread, NULL);
  my_parker_unpark (first); /* late: still good memory */
  pthread_create (&thread, NULL, remember_parker, &second);
  pthread_join (thread, NULL);

  g_assert_true (first == second);
  g_assert_true (first != get_parker ());
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/parker/token", test_token);
  g_test_add_func ("/parker/deadline", test_deadline);
  g_test_add_func ("/parker/rally", test_rally);
  g_test_add_func ("/parker/late-token", test_late_token);
  g_test_add_func ("/parker/watch", test_watch);
  g_test_add_func ("/parker/watching-rally", test_watching_rally);
  g_test_add_func ("/parker/gives-up", test_gives_up);
  g_test_add_func ("/parker/recycled", test_recycled);
  return g_test_run ();
}
