/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-thread.h"
#include "my-test-wrapper.h"

/* The end of a thread, the last drop of its wrapper, a join, a handler that is connected, and a turn of the loop, at the same time. */

#define N_ROUNDS 3000

typedef struct {
  MyThread *thread;
  MyTestWrapper *wrapper;
  guint n_finished;
} Round;

static gint n_finalized;

static void
on_destroy (gpointer unused)
{
  g_atomic_int_inc (&n_finalized);
}

static gboolean
all_finalized (gpointer n)
{
  my_test_iterate_pending (NULL);
  return g_atomic_int_get (&n_finalized) == GPOINTER_TO_INT (n);
}

static void
on_finished (MyThread *thread,
             Round *round)
{
  round->n_finished++;
}

static void
run_say (MyThread *thread,
         gpointer unused,
         GError **error)
{
  my_thread_set_progress (thread, 0.5);
}

/* A thread of the program that uses the same wrapper, and drops its reference to it. */
static gpointer
use (gpointer data)
{
  Round *round = data;

  switch (g_random_int_range (0, 3)) {
  case 0:
    my_thread_join (round->thread, NULL);
    break;
  case 1:
    my_thread_set_status (round->thread, "used");
    break;
  default:
    break;
  }
  my_test_wrapper_unref (round->wrapper);
  return NULL;
}

static void
test_races (void)
{
  for (guint i = 0; i < N_ROUNDS; i++) {
    Round round = { 0 };
    gulong handler = 0;
    GThread *user;

    round.thread = my_thread_new (NULL, run_say, NULL, on_destroy);
    round.wrapper = my_test_wrapper_new (round.thread);
    my_test_wrapper_ref (round.wrapper);
    g_assert_true (my_thread_start (round.thread, NULL));
    user = g_thread_new (NULL, use, &round);

    if (i % 4 == 1) {
      my_test_iterate_pending (NULL);
    } else if (i % 4 > 1) {
      handler = g_signal_connect (round.thread, "finished", G_CALLBACK (on_finished), &round);
    }
    if (i % 4 == 2) {
      my_thread_join (round.thread, NULL);
      g_assert_cmpuint (round.n_finished, ==, 1);
    } else if (i % 4 == 3) {
      while (round.n_finished == 0) {
        g_main_context_iteration (NULL, TRUE);
      }
    }
    if (handler != 0) {
      g_signal_handler_disconnect (round.thread, handler);
    }
    my_test_wrapper_unref (round.wrapper);
    g_thread_join (user);
  }
  my_test_wait_until (all_finalized, GINT_TO_POINTER (N_ROUNDS));
}

/* The last drop of a wrapper, with a handler that was connected after the end, while the owner's turn comes to it: the turn takes a
 * reference to what is being disposed of, or does not find it. */

static gpointer
drop (gpointer data)
{
  my_test_wrapper_unref (data);
  return NULL;
}

static gboolean
has_ended (gpointer thread)
{
  return my_thread_get_state (thread) >= MY_THREAD_STATE_SUCCEEDED;
}

static void
test_drop_and_turn (void)
{
  n_finalized = 0;
  for (guint i = 0; i < N_ROUNDS; i++) {
    Round round = { 0 };
    GThread *user;

    round.thread = my_thread_new (NULL, run_say, NULL, on_destroy);
    round.wrapper = my_test_wrapper_new (round.thread);
    g_assert_true (my_thread_start (round.thread, NULL));
    my_test_wait_until (has_ended, round.thread);
    g_signal_connect (round.thread, "finished", G_CALLBACK (on_finished), &round);

    user = g_thread_new (NULL, drop, round.wrapper);
    my_test_iterate_pending (NULL);
    g_thread_join (user);
    my_test_wait_until (all_finalized, GUINT_TO_POINTER (i + 1));
    g_assert_cmpuint (round.n_finished, <=, 1);
  }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/thread/wrapper/races/end-and-use", test_races);
  g_test_add_func ("/thread/wrapper/races/drop-and-turn", test_drop_and_turn);

  return g_test_run ();
}
