/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "stress-support.h"

#include <pthread.h>

/* threads that the library did not make come and go while somebody counts them */

static void *
foreign_main (void *unused)
{
  static gint n_asked; /* atomic */
  MyThread *self = my_thread_get_current ();
  g_autofree char *name = my_thread_dup_name (self);

  g_assert_true (MY_IS_THREAD (self));
  g_assert_true (my_thread_get_current () == self);
  g_assert_true (self != my_thread_get_main ());
  g_assert_true (my_thread_is_alive (self));
  g_assert_cmpuint (my_thread_get_ident (self), ==, (guint64) pthread_self ());
  g_assert_true (g_str_has_prefix (name, "Foreign-"));
  if (g_atomic_int_add (&n_asked, 1) % 2 == 0) {
    g_autoptr (GPtrArray) threads = my_thread_enumerate ();

    g_assert_true (g_ptr_array_find (threads, self, NULL));
    g_assert_true (g_ptr_array_find (threads, my_thread_get_main (), NULL));
  }

  return NULL;
}

/* the crew, all along */
static void
enumerate (guint index,
           StressRandom *random,
           gpointer unused)
{
  g_autoptr (GPtrArray) threads = my_thread_enumerate ();

  g_assert_cmpuint (threads->len, >=, 1);
  for (guint i = 0; i < threads->len; i++) {
    g_autofree char *name = my_thread_dup_name (threads->pdata[i]);

    /* it may have ended meanwhile, but it is a thread with a name */
    g_assert_cmpstr (name, !=, "");
    g_assert_nonnull (name);
  }
  g_assert_cmpuint (my_thread_active_count (), >=, 1);
  stress_dither (random);
}

/* a foreign thread's object goes when it ends */
static void
check_alone (void)
{
  g_assert_cmpuint (my_thread_active_count (), ==, 1);
}

static void
run_foreign (guint n,
             void *(*func) (void *data),
             void *data)
{
  pthread_t threads[8];

  for (guint i = 0; i < n; i++) {
    g_assert_cmpint (pthread_create (&threads[i], NULL, func, data), ==, 0);
  }
  for (guint i = 0; i < n; i++) {
    g_assert_cmpint (pthread_join (threads[i], NULL), ==, 0);
  }
}

static void
test_foreign (StressRound *round)
{
  run_foreign (8, foreign_main, NULL);
}

static void
ask_who (MyThread *thread,
         gpointer token,
         GError **error)
{
  g_autofree char *name = my_thread_dup_name (thread);

  g_assert_true (my_thread_get_current () == thread);
  g_assert_true (g_str_has_prefix (name, "Thread-"));
}

/* the OS threads that are used again do not keep who they were */
static void
test_own (StressRound *round)
{
  MyThread *threads[8];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    threads[i] = my_thread_new (NULL, ask_who, stress_token_new (), stress_token_free);
    g_assert_true (my_thread_start (threads[i], NULL));
  }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    g_assert_true (my_thread_join (threads[i], NULL));
    g_object_unref (threads[i]);
  }
}

/* a foreign thread that waits for others, and is enumerated, joined by nobody, and ends */
static void *
foreign_joins (void *data)
{
  g_autoptr (GError) error = NULL;

  my_thread_join (data, &error);
  g_assert_no_error (error);

  return NULL;
}

static void
test_foreign_joins (StressRound *round)
{
  MyThread *thread = my_thread_new (NULL, ask_who, stress_token_new (), stress_token_free);

  g_assert_true (my_thread_start (thread, NULL));
  run_foreign (4, foreign_joins, thread);
  g_object_unref (thread);
}

/* a weak reference to it is turned into a strong one just when its OS thread ends */

typedef struct {
  GWeakRef thread;
  gint has_asked; /* atomic */
} Weak;

static void *
foreign_is_watched (void *data)
{
  Weak *weak = data;

  g_weak_ref_set (&weak->thread, my_thread_get_current ());
  g_atomic_int_set (&weak->has_asked, 1);

  return NULL;
}

static void
test_foreign_weak (StressRound *round)
{
  Weak weak = { .has_asked = 0 };
  pthread_t os_thread;
  MyThread *thread;

  g_weak_ref_init (&weak.thread, NULL);
  g_assert_cmpint (pthread_create (&os_thread, NULL, foreign_is_watched, &weak), ==, 0);
  while (!g_atomic_int_get (&weak.has_asked)) {
    g_thread_yield ();
  }
  stress_dither (&round->random);
  thread = g_weak_ref_get (&weak.thread);
  if (thread != NULL) {
    my_thread_cancel (thread);
    my_thread_set_name (thread, "watched");
  }
  stress_tally ("got", thread != NULL);
  g_assert_cmpint (pthread_join (os_thread, NULL), ==, 0);
  if (thread != NULL) {
    g_assert_false (my_thread_is_alive (thread));
    g_assert_true (my_thread_join (thread, NULL));
    while (g_main_context_iteration (NULL, FALSE)) {
    }
    g_assert_finalize_object (thread);
  }
  g_weak_ref_clear (&weak.thread);
}

static const StressCase cases[] = {
  { .name = "foreign", .run_round = test_foreign, .n_crew = 1, .all_along = enumerate, .check_end = check_alone },
  { .name = "own", .run_round = test_own, .n_crew = 1, .all_along = enumerate, .check_end = check_alone },
  { .name = "foreign-joins", .run_round = test_foreign_joins, .n_crew = 1, .all_along = enumerate, .check_end = check_alone },
  { .name = "foreign-weak", .run_round = test_foreign_weak, .check_end = check_alone },
};

int
main (int argc,
      char **argv)
{
  return stress_main (argc, argv, "/stress/current", cases, G_N_ELEMENTS (cases));
}
