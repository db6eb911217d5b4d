/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-support.h"

/* Handlers and destroy notifies that call what delivers: the stack does not grow with what is pending, and nothing is forgotten. */

#define N_THREADS 2000

/* More than are ever on top of one another, however it is done, and far less than N_THREADS. */
#define MAX_DEPTH 20

typedef struct {
  guint depth;
  guint deepest;
  guint n;
} Count;

static void
enter (Count *self)
{
  self->depth++;
  self->deepest = MAX (self->deepest, self->depth);
}

static void
leave (Count *self)
{
  self->depth--;
  self->n++;
}

static MyThread *threads[N_THREADS];

/* Makes threads that have ended, and of which nothing was delivered yet. */
static void
make_ended (MyThreadGroup *group,
            GCallback finished,
            gpointer data)
{
  for (guint i = 0; i < N_THREADS; i++) {
    threads[i] = g_object_new (MY_TYPE_THREAD, "group", group, NULL);
    if (finished != NULL) {
      g_signal_connect (threads[i], "finished", finished, data);
    }
    g_assert_true (my_thread_start (threads[i], NULL));
  }
  my_test_wait_until (my_test_is_alone, NULL);
}

static void
drop_all (void)
{
  for (guint i = 0; i < N_THREADS; i++) {
    g_assert_finalize_object (threads[i]);
  }
}

/* join of the group, in a handler of each of its members */

static MyThreadGroup *group;

static void
join_group (MyThread *thread,
            Count *count)
{
  enter (count);
  g_assert_true (my_thread_group_join_timeout (group, 0, NULL));
  leave (count);
}

static void
test_group_join (void)
{
  Count count = { 0 };

  group = my_thread_group_new ("depth", NULL);
  make_ended (group, G_CALLBACK (join_group), &count);
  g_assert_true (my_thread_group_join (group, NULL));
  g_assert_cmpuint (count.n, ==, N_THREADS);
  g_assert_cmpuint (count.deepest, <, MAX_DEPTH);
  drop_all ();
  g_assert_finalize_object (group);
}

static void
test_group_join_in_loop (void)
{
  Count count = { 0 };

  group = my_thread_group_new ("depth", NULL);
  make_ended (group, G_CALLBACK (join_group), &count);
  while (count.n < N_THREADS) {
    g_main_context_iteration (NULL, TRUE);
  }
  g_assert_cmpuint (count.n, ==, N_THREADS);
  g_assert_cmpuint (count.deepest, <, MAX_DEPTH);
  my_test_iterate_pending (NULL);
  drop_all ();
  g_assert_finalize_object (group);
}

/* join of the next one, in a handler of each: all have been told of when the first join returns */

static void
join_next (MyThread *thread,
           Count *count)
{
  guint next = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (thread), "next"));

  enter (count);
  if (next < N_THREADS) {
    g_assert_true (my_thread_join (threads[next], NULL));
  }
  leave (count);
}

static void
test_chain (void)
{
  Count count = { 0 };

  make_ended (NULL, G_CALLBACK (join_next), &count);
  for (guint i = 0; i < N_THREADS; i++) {
    g_object_set_data (G_OBJECT (threads[i]), "next", GUINT_TO_POINTER (i + 1));
  }
  g_assert_true (my_thread_join (threads[0], NULL));
  g_assert_cmpuint (count.n, ==, N_THREADS);
  g_assert_cmpuint (count.deepest, <, MAX_DEPTH);
  drop_all ();
}

/* A join in a handler delivers before it returns. */

static void
note (MyThread *thread,
      gboolean *is_told)
{
  *is_told = TRUE;
}

static void
join_and_look (MyThread *thread,
               MyThread *other)
{
  gboolean is_told = FALSE;

  g_signal_connect (other, "finished", G_CALLBACK (note), &is_told);
  g_assert_true (my_thread_join (other, NULL));
  g_assert_true (is_told);
}

static void
test_join_in_handler (void)
{
  MyThread *other = my_test_start (NULL, my_test_run_nothing, NULL);
  MyThread *thread = my_thread_new (NULL, NULL, NULL, NULL);

  g_signal_connect (thread, "finished", G_CALLBACK (join_and_look), other);
  g_assert_true (my_thread_start (thread, NULL));
  my_test_finish (thread);
  g_assert_finalize_object (other);
}

/* What goes with a thread starts the next one, while many have ended. */

static guint n_left;

static void
start_next (gpointer data)
{
  Count *count = data;

  enter (count);
  if (n_left > 0) {
    MyThread *thread = my_thread_new (NULL, my_test_run_nothing, count, start_next);

    n_left--;
    g_assert_true (my_thread_start (thread, NULL));
    g_object_unref (thread);
  }
  leave (count);
}

static void
test_destroy_starts (gconstpointer data)
{
  gboolean has_loop = GPOINTER_TO_INT (data);
  Count count = { 0 };

  n_left = 0;
  for (guint i = 0; i < N_THREADS; i++) {
    threads[i] = my_thread_new (NULL, my_test_run_nothing, &count, start_next);
    g_assert_true (my_thread_start (threads[i], NULL));
  }
  my_test_wait_until (my_test_is_alone, NULL);
  n_left = N_THREADS;
  for (guint i = 0; i < N_THREADS; i++) {
    g_object_unref (threads[i]);
  }
  while (count.n < 2 * N_THREADS) {
    if (has_loop) {
      g_main_context_iteration (NULL, TRUE);
    } else {
      g_assert_true (my_thread_sleep (1, NULL));
    }
  }
  g_assert_cmpuint (count.n, ==, 2 * N_THREADS);
  g_assert_cmpuint (count.deepest, <, MAX_DEPTH);
}

/* A destroy notify that waits. */

static void
sleep_a_little (gpointer data)
{
  Count *count = data;

  enter (count);
  g_assert_true (my_thread_sleep (1, NULL));
  leave (count);
}

static void
test_destroy_waits (void)
{
  Count count = { 0 };

  for (guint i = 0; i < N_THREADS; i++) {
    MyThread *thread = my_thread_new (NULL, my_test_run_nothing, &count, sleep_a_little);

    g_assert_true (my_thread_start (thread, NULL));
    g_object_unref (thread);
  }
  my_test_wait_until (my_test_is_alone, NULL);
  while (count.n < N_THREADS) {
    g_assert_true (my_thread_sleep (1, NULL));
  }
  g_assert_cmpuint (count.deepest, <, MAX_DEPTH);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/thread/delivery-depth/group-join", test_group_join);
  g_test_add_func ("/thread/delivery-depth/group-join-in-loop", test_group_join_in_loop);
  g_test_add_func ("/thread/delivery-depth/chain", test_chain);
  g_test_add_func ("/thread/delivery-depth/join-in-handler", test_join_in_handler);
  g_test_add_data_func ("/thread/delivery-depth/destroy-starts", GINT_TO_POINTER (FALSE), test_destroy_starts);
  g_test_add_data_func ("/thread/delivery-depth/destroy-starts-in-loop", GINT_TO_POINTER (TRUE), test_destroy_starts);
  g_test_add_func ("/thread/delivery-depth/destroy-waits", test_destroy_waits);

  return g_test_run ();
}
