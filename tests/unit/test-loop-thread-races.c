/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <pthread.h>

#include "my-test-sanitizer.h"
#include "my-test-support.h"

/* The races of MyLoopThread: what is invoked while something else happens is called, and then TRUE, or is not, and then there is the error that
 * belongs to it. */

#define N_INVOKERS 2

static guint
n_rounds (void)
{
  return my_test_timeout_factor () > 1 || MY_TEST_HAS_SANITIZER ? 200 : 2000;
}

static void
count (MyThread *self,
       gpointer n)
{
  /* No atomic: the loop calls one after the other, and who waits for it sees it. */
  *(gint *) n += 1;
}

/* Each of some threads invokes count() until it fails, or once. */

typedef struct {
  MyLoopThread *loop;
  gint *begun; /* atomic: how many have invoked something */
  gint n;      /* counted by func */
  gint n_true; /* how many calls have succeeded */
  gboolean once;
  GError *error;
  MyThread *thread;
} Invoker;

static void
run_invoke (MyThread *thread,
            gpointer data,
            GError **error)
{
  Invoker *self = data;

  do {
    g_atomic_int_inc (self->begun);
    if (!my_loop_thread_invoke (self->loop, count, &self->n, &self->error)) {
      break;
    }
    self->n_true++;
    g_assert_cmpint (self->n, ==, self->n_true);
  } while (!self->once);
}

typedef struct {
  MyLoopThread *loop;
  gint begun;
  Invoker invokers[N_INVOKERS];
} Round;

static void
round_begin (Round *self,
             gboolean once)
{
  *self = (Round){ .loop = my_loop_thread_new (NULL) };
  g_assert_true (my_thread_start (MY_THREAD (self->loop), NULL));
  for (guint i = 0; i < N_INVOKERS; i++) {
    self->invokers[i] = (Invoker){ .loop = self->loop, .begun = &self->begun, .once = once };
    self->invokers[i].thread = my_test_start (NULL, run_invoke, &self->invokers[i]);
  }
}

/* Until a different number of calls has begun in each round. */
static void
round_wait (Round *self,
            guint i)
{
  while ((guint) g_atomic_int_get (&self->begun) < i % 7) {
    g_thread_yield ();
  }
}

static void
round_end_invokers (Round *self,
                    GQuark domain,
                    gint code)
{
  for (guint i = 0; i < N_INVOKERS; i++) {
    Invoker *invoker = &self->invokers[i];

    my_test_finish (invoker->thread);
    g_assert_cmpint (invoker->n, ==, invoker->n_true);
    if (invoker->error != NULL) {
      my_test_assert_error (&invoker->error, domain, code);
    } else {
      g_assert_true (invoker->once);
    }
  }
}

static void
test_quit (void)
{
  for (guint i = 0; i < n_rounds (); i++) {
    Round round;

    round_begin (&round, FALSE);
    round_wait (&round, i);
    my_loop_thread_quit (round.loop);
    round_end_invokers (&round, MY_THREAD_ERROR, MY_THREAD_ERROR_SHUT_DOWN);
    my_test_finish (MY_THREAD (round.loop));
  }
}

/* Also before it has begun to run. */
static void
test_cancel (void)
{
  for (guint i = 0; i < n_rounds (); i++) {
    Round round;

    round_begin (&round, FALSE);
    round_wait (&round, i);
    my_thread_cancel (MY_THREAD (round.loop));
    round_end_invokers (&round, MY_THREAD_ERROR, MY_THREAD_ERROR_SHUT_DOWN);
    my_test_assert_fails (my_thread_join (MY_THREAD (round.loop), &error_), G_IO_ERROR, G_IO_ERROR_CANCELLED);
    my_test_release (round.loop);
  }
}

static void
test_cancel_invokers (void)
{
  for (guint i = 0; i < n_rounds (); i++) {
    Round round;

    round_begin (&round, FALSE);
    round_wait (&round, i);
    for (guint j = 0; j < N_INVOKERS; j++) {
      my_thread_cancel (round.invokers[j].thread);
    }
    for (guint j = 0; j < N_INVOKERS; j++) {
      Invoker *invoker = &round.invokers[j];

      /* One that was cancelled before it ran has no error. */
      my_thread_join (invoker->thread, NULL);
      g_assert_cmpint (invoker->n, ==, invoker->n_true);
      if (invoker->error != NULL) {
        my_test_assert_error (&invoker->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      }
      my_test_release (invoker->thread);
    }
    my_loop_thread_quit (round.loop);
    my_test_finish (MY_THREAD (round.loop));
  }
}

/* All of it at once: a call is made or not, and nobody hangs. */
static void
test_all (void)
{
  for (guint i = 0; i < n_rounds (); i++) {
    Round round;

    round_begin (&round, TRUE);
    my_loop_thread_quit (round.loop);
    if (i % 2 == 0) {
      my_thread_cancel (round.invokers[0].thread);
    }
    if (i % 3 == 0) {
      my_thread_cancel (MY_THREAD (round.loop));
    }
    for (guint j = 0; j < N_INVOKERS; j++) {
      Invoker *invoker = &round.invokers[j];

      my_thread_join (invoker->thread, NULL);
      g_assert_cmpint (invoker->n, ==, invoker->n_true);
      g_clear_error (&invoker->error);
      my_test_release (invoker->thread);
    }
    my_thread_join (MY_THREAD (round.loop), NULL);
    my_test_release (round.loop);
  }
}

/* Two loops that call into one another, at the same time: of a cycle, one is told. */

typedef struct {
  MyLoopThread *loops[2];
  gint n[2];
} Pair;

typedef struct {
  Pair *pair;
  guint from;
  GError *error;
} Way;

static void
cross (MyThread *self,
       gpointer data)
{
  Way *way = data;

  my_loop_thread_invoke (way->pair->loops[1 - way->from], count, &way->pair->n[way->from], &way->error);
}

static void
run_cross (MyThread *thread,
           gpointer data,
           GError **error)
{
  Way *way = data;

  g_assert_true (my_loop_thread_invoke (way->pair->loops[way->from], cross, way, NULL));
}

static void
test_cross (void)
{
  Pair pair = { .loops = { my_loop_thread_new ("one"), my_loop_thread_new ("two") } };
  guint n_refused = 0;

  for (guint i = 0; i < 2; i++) {
    g_assert_true (my_thread_start (MY_THREAD (pair.loops[i]), NULL));
  }
  for (guint i = 0; i < n_rounds (); i++) {
    Way ways[2] = { { .pair = &pair, .from = 0 }, { .pair = &pair, .from = 1 } };
    MyThread *threads[2];

    pair.n[0] = pair.n[1] = 0;
    for (guint j = 0; j < 2; j++) {
      threads[j] = my_test_start (NULL, run_cross, &ways[j]);
    }
    for (guint j = 0; j < 2; j++) {
      my_test_finish (threads[j]);
    }
    g_assert_false (ways[0].error != NULL && ways[1].error != NULL);
    for (guint j = 0; j < 2; j++) {
      g_assert_cmpint (pair.n[j], ==, ways[j].error == NULL);
      if (ways[j].error != NULL) {
        n_refused++;
        my_test_assert_error (&ways[j].error, MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK);
      }
    }
  }
  g_test_message ("%u of %u were refused", n_refused, n_rounds ());
  for (guint i = 0; i < 2; i++) {
    my_loop_thread_quit (pair.loops[i]);
    my_test_finish (MY_THREAD (pair.loops[i]));
  }
}

/* func joins the thread that has invoked it while that is cancelled. */

static void
join_invoker (MyThread *self,
              gpointer thread)
{
  my_test_assert_fails (my_thread_join (thread, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK);
}

static void
run_be_joined (MyThread *thread,
               gpointer loop,
               GError **error)
{
  GError *own_error = NULL;

  if (!my_loop_thread_invoke (loop, join_invoker, thread, &own_error)) {
    my_test_assert_error (&own_error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  }
}

static void
test_joined_and_cancelled (void)
{
  MyLoopThread *loop = my_loop_thread_new (NULL);

  g_assert_true (my_thread_start (MY_THREAD (loop), NULL));
  for (guint i = 0; i < n_rounds (); i++) {
    MyThread *thread = my_test_start (NULL, run_be_joined, loop);

    if (i % 2 == 0) {
      while (my_thread_get_ident (thread) == 0) {
        g_thread_yield ();
      }
    }
    my_thread_cancel (thread);
    my_thread_join (thread, NULL);
    my_test_release (thread);
  }
  my_loop_thread_quit (loop);
  my_test_finish (MY_THREAD (loop));
}

/* The OS thread is ended from outside, wherever it is. */

static void
get_os_thread (MyThread *self,
               gpointer os_thread)
{
  *(pthread_t *) os_thread = pthread_self ();
}

static void
test_os_thread_cancelled (void)
{
  if (MY_TEST_HAS_SANITIZER) {
    g_test_skip ("the sanitizer sees what GLib leaks");
    return;
  }
  for (guint i = 0; i < n_rounds () / 10; i++) {
    Round round;
    pthread_t os_thread;

    round_begin (&round, FALSE);
    g_assert_true (my_loop_thread_invoke (round.loop, get_os_thread, &os_thread, NULL));
    pthread_cancel (os_thread);
    for (guint j = 0; j < N_INVOKERS; j++) {
      Invoker *invoker = &round.invokers[j];

      my_test_finish (invoker->thread);
      g_assert_cmpint (invoker->n, ==, invoker->n_true);
      g_assert_nonnull (invoker->error);
      g_clear_error (&invoker->error);
    }
    my_test_assert_fails (my_thread_join (MY_THREAD (round.loop), &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_BROKEN);
    my_test_release (round.loop);
  }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/loop-thread/races/quit", test_quit);
  g_test_add_func ("/loop-thread/races/cancel", test_cancel);
  g_test_add_func ("/loop-thread/races/cancel-invokers", test_cancel_invokers);
  g_test_add_func ("/loop-thread/races/all", test_all);
  g_test_add_func ("/loop-thread/races/cross", test_cross);
  g_test_add_func ("/loop-thread/races/joined-and-cancelled", test_joined_and_cancelled);
  g_test_add_func ("/loop-thread/races/os-thread-cancelled", test_os_thread_cancelled);

  return g_test_run ();
}
