/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-thread.h"

/* Nothing leaks and nothing is finalised on a worker, with a loop or without. */

#define N_THREADS 50

typedef struct {
  GThread *owner;
  gint n_finalized;
} Reaped;

static void
on_destroy (gpointer user_data)
{
  Reaped *reaped = user_data;

  g_assert_true (g_thread_self () == reaped->owner);
  g_atomic_int_inc (&reaped->n_finalized);
}

static void
fire_and_forget (Reaped *reaped)
{
  MyThread *thread = my_thread_new (NULL, my_test_run_nothing, reaped, on_destroy);

  g_assert_true (my_thread_start (thread, NULL));
  g_object_unref (thread);
}

static gboolean
all_reaped (gpointer data)
{
  Reaped *reaped = data;

  return g_atomic_int_get (&reaped->n_finalized) >= N_THREADS;
}

static gboolean
all_reaped_by_sleep (gpointer data)
{
  g_assert_true (my_thread_sleep (1, NULL));
  return all_reaped (data);
}

static gboolean
all_reaped_by_join (gpointer data)
{
  MyThread *thread = my_test_start (NULL, NULL, NULL);

  my_test_finish (thread);
  return all_reaped (data);
}

static gboolean
all_reaped_by_start (gpointer data)
{
  fire_and_forget (data);
  return all_reaped (data);
}

static gboolean
all_reaped_by_group_join (gpointer data)
{
  MyThreadGroup *group = my_thread_group_new ("empty", NULL);

  g_assert_true (my_thread_group_join (group, NULL));
  my_test_release (group);
  return all_reaped (data);
}

static void
test_reaped (gconstpointer by)
{
  static Reaped reaped_by[8]; /* the last ones of by-start outlive this function */
  static guint n;
  Reaped *reaped = &reaped_by[n++];

  reaped->owner = g_thread_self ();
  for (guint i = 0; i < N_THREADS; i++) {
    fire_and_forget (reaped);
  }
  my_test_wait_until ((MyTestPredicate) by, reaped);
}

/* Many that had to stay, and are gone since, do not keep the few that come after them. */
static void
test_reaped_after_burst (void)
{
  static Reaped reaped;
  static MyThread *threads[200];
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    threads[i] = my_test_start (NULL, my_test_run_block, &block);
  }
  my_test_gate_wait_count (&block.entered, G_N_ELEMENTS (threads));
  g_assert_true (my_thread_sleep (1, NULL));
  my_test_gate_open (&block.release);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    my_test_finish (threads[i]);
  }

  reaped.owner = g_thread_self ();
  for (guint i = 0; i < N_THREADS; i++) {
    fire_and_forget (&reaped);
  }
  my_test_wait_until (all_reaped_by_sleep, &reaped);
}

/* While many wait for a loop, a start does not look at them each time; when they are gone it does. */

#define N_LISTENED 400

static gboolean
all_listened_reaped (gpointer data)
{
  Reaped *reaped = data;

  return g_atomic_int_get (&reaped->n_finalized) == N_LISTENED;
}

static void
test_reaped_after_long_list (void)
{
  static Reaped listened;
  static Reaped reaped;
  guint n_starts = 0;

  listened.owner = g_thread_self ();
  for (guint i = 0; i < N_LISTENED; i++) {
    MyThread *thread = my_thread_new (NULL, my_test_run_nothing, &listened, on_destroy);

    g_signal_connect (thread, "finished", G_CALLBACK (my_test_is_over), NULL);
    g_assert_true (my_thread_start (thread, NULL));
    g_object_unref (thread);
  }
  my_test_wait_until (my_test_is_alone, NULL);
  g_assert_cmpint (listened.n_finalized, ==, 0);
  my_test_iterate_until (NULL, all_listened_reaped, &listened);

  reaped.owner = g_thread_self ();
  while (reaped.n_finalized < N_THREADS) {
    g_assert_cmpuint (n_starts, <, 2 * N_THREADS);
    fire_and_forget (&reaped);
    my_test_wait_until (my_test_is_alone, NULL);
    n_starts++;
  }
}

/* More than are looked at each time, which are all alive at once, and then have all ended. */

#define N_IN_BURST 300

static void
burst (Reaped *reaped)
{
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;

  for (guint i = 0; i < N_IN_BURST; i++) {
    MyThread *thread = my_thread_new (NULL, my_test_run_block, &block, NULL);

    g_object_set_data_full (G_OBJECT (thread), "reaped", reaped, on_destroy);
    g_assert_true (my_thread_start (thread, NULL));
    g_object_unref (thread);
  }
  my_test_gate_wait_count (&block.entered, N_IN_BURST);
  g_assert_true (my_thread_sleep (1, NULL));
  my_test_gate_open (&block.release);
  my_test_wait_until (my_test_is_alone, NULL);
}

/* A search has left them all, since they were alive: a few waits later they are gone. */
static void
test_reaped_after_search (void)
{
  static Reaped reaped;

  reaped.owner = g_thread_self ();
  burst (&reaped);
  for (guint i = 0; i < 3; i++) {
    g_assert_true (my_thread_sleep (1, NULL));
  }
  g_assert_cmpint (reaped.n_finalized, ==, N_IN_BURST);
}

/* What is left after each does not grow. */
static void
test_reaped_between_bursts (void)
{
  static Reaped reaped;

  reaped.owner = g_thread_self ();
  for (gint round = 1; round <= 12; round++) {
    burst (&reaped);
    g_assert_cmpint (round * N_IN_BURST - reaped.n_finalized, <=, 2 * N_IN_BURST);
  }
}

static void
test_reaped_by_loop (void)
{
  Reaped reaped = { .owner = g_thread_self () };

  for (guint i = 0; i < N_THREADS; i++) {
    fire_and_forget (&reaped);
  }
  my_test_iterate_until (NULL, all_reaped, &reaped);
  g_assert_cmpint (reaped.n_finalized, ==, N_THREADS);
}

/* One with handlers that nobody can join any more is delivered first, in a wait outside of any dispatch. */

static gboolean
has_been_finalized (gpointer gint_pointer)
{
  g_assert_true (my_thread_sleep (1, NULL));
  return my_test_is_set (gint_pointer);
}

static void
test_reaped_with_handlers (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  Reaped reaped = { .owner = g_thread_self () };
  MyThread *thread = my_thread_new (NULL, my_test_run_nothing, &reaped, on_destroy);

  my_test_log_watch (log, thread, NULL, "started finished");
  g_assert_true (my_thread_start (thread, NULL));
  g_object_unref (thread);
  my_test_wait_until (has_been_finalized, &reaped.n_finalized);
  my_test_assert_log (log, "started finished");
}

/* A thread that is no main thread, and has no context of its own: its threads belong to the global default one. */

static gpointer
start_from_outside (gpointer reaped)
{
  fire_and_forget (reaped);
  return NULL;
}

static void
test_reaped_started_elsewhere (void)
{
  Reaped reaped = { .owner = g_thread_self () };

  for (guint i = 0; i < N_THREADS; i++) {
    g_thread_join (g_thread_new ("starter", start_from_outside, &reaped));
  }
  my_test_wait_until (all_reaped_by_sleep, &reaped);
}

/* Held by the user only until the start, or until the end: always finalised in the owner. */
static void
test_dropped_at_once (void)
{
  Reaped reaped = { .owner = g_thread_self () };

  for (guint i = 0; i < N_THREADS; i++) {
    g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
    MyThread *thread;

    thread = my_thread_new (NULL, my_test_run_block, &block, NULL);
    g_object_set_data_full (G_OBJECT (thread), "reaped", &reaped, on_destroy);
    g_assert_true (my_thread_start (thread, NULL));
    my_test_gate_wait (&block.entered);
    /* Never stops it, or frees it early. */
    g_object_unref (thread);
    g_assert_cmpint (reaped.n_finalized, ==, (gint) i);
    g_object_add_weak_pointer (G_OBJECT (thread), (gpointer *) &thread);
    my_test_gate_open (&block.release);
    my_test_iterate_until (NULL, my_test_is_null, &thread);
  }
  g_assert_cmpint (reaped.n_finalized, ==, N_THREADS);
}

/* An object that somebody still holds is left alone. */
static void
test_held_is_not_reaped (void)
{
  MyThread *thread = my_test_start (NULL, my_test_run_nothing, NULL);
  Reaped reaped = { .owner = g_thread_self () };

  my_test_wait_until (my_test_is_over, thread);
  for (guint i = 0; i < N_THREADS; i++) {
    fire_and_forget (&reaped);
  }
  my_test_wait_until (all_reaped_by_sleep, &reaped);
  my_test_finish (thread);
}

/* ... and its end is told to who connects a handler after all that. */
static void
test_held_tells_later (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  MyThread *thread = my_test_start (NULL, my_test_run_nothing, NULL);

  my_test_wait_until (my_test_is_over, thread);
  my_test_finish (my_test_start (NULL, my_test_run_nothing, NULL));
  g_assert_true (my_thread_sleep (1, NULL));
  my_test_log_watch (log, thread, NULL, "started finished");
  my_test_iterate_until (NULL, my_test_log_has_finished, log);
  my_test_assert_log (log, "started finished");
  my_test_iterate_pending (NULL);
  g_assert_finalize_object (thread);
}

/* What the library itself refers to it for, beside the end, makes no difference. */
static void
test_reaped_with_changes (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  Reaped reaped = { .owner = g_thread_self () };
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *thread = my_thread_new (NULL, my_test_run_block, &block, NULL);

  g_object_set_data_full (G_OBJECT (thread), "reaped", &reaped, on_destroy);
  my_test_log_watch (log, thread, NULL, "started name finished");
  g_assert_true (my_thread_start (thread, NULL));
  my_test_gate_wait (&block.entered);
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "started");
  my_thread_set_name (thread, "renamed");
  g_object_unref (thread);
  my_test_gate_open (&block.release);
  my_test_wait_until (has_been_finalized, &reaped.n_finalized);
  my_test_assert_log (log, "name finished");
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/thread/reaping/by-sleep", all_reaped_by_sleep, test_reaped);
  g_test_add_data_func ("/thread/reaping/by-join", all_reaped_by_join, test_reaped);
  g_test_add_data_func ("/thread/reaping/by-start", all_reaped_by_start, test_reaped);
  g_test_add_data_func ("/thread/reaping/by-group-join", all_reaped_by_group_join, test_reaped);
  g_test_add_func ("/thread/reaping/after-burst", test_reaped_after_burst);
  g_test_add_func ("/thread/reaping/after-long-list", test_reaped_after_long_list);
  g_test_add_func ("/thread/reaping/after-search", test_reaped_after_search);
  g_test_add_func ("/thread/reaping/between-bursts", test_reaped_between_bursts);
  g_test_add_func ("/thread/reaping/by-loop", test_reaped_by_loop);
  g_test_add_func ("/thread/reaping/with-handlers", test_reaped_with_handlers);
  g_test_add_func ("/thread/reaping/started-elsewhere", test_reaped_started_elsewhere);
  g_test_add_func ("/thread/reaping/dropped-at-once", test_dropped_at_once);
  g_test_add_func ("/thread/reaping/held-is-not-reaped", test_held_is_not_reaped);
  g_test_add_func ("/thread/reaping/held-tells-later", test_held_tells_later);
  g_test_add_func ("/thread/reaping/with-changes", test_reaped_with_changes);

  return g_test_run ();
}
