/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "stress-support.h"

/* Objects that go while things happen to them, and getters while they change. */

#define N_HOLDERS 3

typedef struct {
  MyThread *thread;
  gint quit; /* atomic */
} Race;

static void
run_briefly (MyThread *thread,
             gpointer token,
             GError **error)
{
  my_thread_set_progress (thread, 0.5);
}

static void
drop_reference (guint index,
                StressRandom *random,
                gpointer data)
{
  Race *race = data;

  stress_dither (random);
  stress_dither (random);
  g_object_unref (race->thread);
}

/* every last reference but the library's, against the end and the delivery */
static void
test_last_unref (StressRound *round)
{
  Race race = { .thread = my_thread_new (NULL, run_briefly, stress_token_new (), stress_token_free) };
  gboolean joins = stress_random_below (&round->random, 2);

  stress_watch (race.thread);
  for (guint i = 0; i < N_HOLDERS; i++) {
    g_object_ref (race.thread);
  }
  g_assert_true (my_thread_start (race.thread, NULL));
  stress_crew_go (round->crew, drop_reference, &race);
  stress_dither (&round->random);
  if (joins) {
    g_assert_true (my_thread_join (race.thread, NULL));
  } else {
    g_main_context_iteration (NULL, FALSE);
  }
  g_object_unref (race.thread);
  stress_crew_wait (round->crew);
}

static void
count_down (gpointer count)
{
  g_atomic_int_add ((gint *) count, -1);
}

/* a program without a loop: no join, no iteration; its next starts let go of the former ones */
static void
test_no_loop (StressRound *round)
{
  gint n_left = 32;

  for (guint i = 0; i < 32; i++) {
    MyThread *thread = my_thread_new (NULL, run_briefly, &n_left, count_down);

    g_assert_true (my_thread_start (thread, NULL));
    g_object_unref (thread);
  }
  while (g_atomic_int_get (&n_left) > 0) {
    MyThread *thread = my_thread_new (NULL, NULL, NULL, NULL);

    g_assert_true (my_thread_start (thread, NULL));
    g_assert_true (my_thread_join (thread, NULL));
    g_object_unref (thread);
  }
}

static void
run_changing (MyThread *thread,
              gpointer data,
              GError **error)
{
  for (guint i = 0; i < 200; i++) {
    g_autofree char *text = g_strnfill (1 + i % 40, 'a' + i % 26);
    g_auto (GValue) value = G_VALUE_INIT;

    my_thread_set_name (thread, text);
    my_thread_set_status (thread, text);
    my_thread_set_progress (thread, i / 200.0);
    g_value_init (&value, G_TYPE_STRING);
    g_value_set_string (&value, text);
    my_thread_set_result (thread, &value);
  }
}

/* what it says last: 40 times the 18th letter */
#define LAST_TEXT "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr"

/* a text is one of those that were set: the same letter all over */
static void
check_text (const char *text)
{
  if (text && text[0] >= 'a' && text[0] <= 'z') {
    for (guint i = 0; text[i]; i++) {
      g_assert_true (text[i] == text[0]);
    }
  }
}

static void
read_all (guint index,
          StressRandom *random,
          gpointer data)
{
  Race *race = data;
  MyThreadState last = MY_THREAD_STATE_NEW;

  while (!g_atomic_int_get (&race->quit)) {
    g_autofree char *name = my_thread_dup_name (race->thread);
    g_autofree char *status = NULL;
    g_autofree char *dump = NULL;
    g_autoptr (GError) error = my_thread_dup_error (race->thread);
    gboolean alive, cancelled;
    MyThreadState state;
    guint64 ident;
    gint native_id;
    double progress;

    check_text (name);
    g_object_get (race->thread,
                  "status", &status,
                  "alive", &alive,
                  "cancelled", &cancelled,
                  "state", &state,
                  "ident", &ident,
                  "native-id", &native_id,
                  "progress", &progress,
                  NULL);
    check_text (status);
    g_assert_no_error (error);
    g_assert_false (cancelled);
    g_assert_cmpfloat (progress, >=, -1);
    g_assert_cmpfloat (progress, <=, 1);
    /* it never goes back */
    g_assert_cmpint (state, >=, last);
    last = state;
    if (my_thread_get_state (race->thread) == MY_THREAD_STATE_RUNNING && stress_random_below (random, 50) == 0) {
      dump = my_thread_dump ();
      g_assert_nonnull (dump);
    }
  }
}

static void
test_getters (StressRound *round)
{
  Race race = { .thread = my_thread_new (NULL, run_changing, NULL, NULL) };
  g_auto (GValue) value = G_VALUE_INIT;

  stress_watch (race.thread);
  stress_crew_go (round->crew, read_all, &race);
  g_assert_true (my_thread_start (race.thread, NULL));
  while (my_thread_is_alive (race.thread)) {
    g_main_context_iteration (NULL, FALSE);
  }
  g_atomic_int_set (&race.quit, 1);
  stress_crew_wait (round->crew);
  g_assert_true (my_thread_get_result (race.thread, &value, NULL));
  g_assert_cmpstr (g_value_get_string (&value), ==, LAST_TEXT);
  g_object_unref (race.thread);
}

typedef struct {
  GThread *owner;
  guint n_finished;
} Private;

static void
on_private_finished (MyThread *thread,
                     Private *private)
{
  g_assert_true (g_thread_self () == private->owner);
  private->n_finished++;
}

static gboolean
never (gpointer unused)
{
  g_assert_not_reached ();
}

/* so the end of a context shows */
static void
watch_context (GMainContext *context,
               gint *n_contexts)
{
  GSource *source = g_timeout_source_new (G_MAXINT);

  g_atomic_int_inc (n_contexts);
  g_source_set_callback (source, never, n_contexts, count_down);
  g_source_attach (source, context);
  g_source_unref (source);
}

static void
use_private_context (guint index,
                     StressRandom *random,
                     gpointer data)
{
  GMainContext *context = g_main_context_new ();
  Private private = { g_thread_self (), 0 };

  watch_context (context, data);
  g_main_context_push_thread_default (context);
  for (guint i = 0; i < 4; i++) {
    g_autoptr (MyThread) thread = my_thread_new (NULL, run_briefly, stress_token_new (), stress_token_free);

    g_signal_connect (thread, "finished", G_CALLBACK (on_private_finished), &private);
    g_assert_true (my_thread_start (thread, NULL));
    if (stress_random_below (random, 2)) {
      g_assert_true (my_thread_join (thread, NULL));
      g_assert_cmpuint (private.n_finished, ==, i + 1);
    } else {
      while (private.n_finished < i + 1) {
        g_main_context_iteration (context, TRUE);
      }
    }
  }
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
}

/* a context is made, has threads, delivers them and goes, together with all that belongs to it */
static void
test_private_contexts (StressRound *round)
{
  gint n_contexts = 0;

  stress_crew_race (round->crew, use_private_context, &n_contexts);
  stress_tokens_check ();
  g_assert_cmpint (g_atomic_int_get (&n_contexts), ==, 0);
}

typedef struct {
  MyThread *threads[3][4];
  gint n_threads[3]; /* atomic */
  gint n_contexts;   /* atomic */
} Left;

static void
leave_private_context (guint index,
                       StressRandom *random,
                       gpointer data)
{
  Left *left = data;
  GMainContext *context = g_main_context_new ();

  watch_context (context, &left->n_contexts);
  g_main_context_push_thread_default (context);
  for (guint i = 0; i < 4; i++) {
    g_atomic_int_inc (&left->n_threads[index]);
    left->threads[index][i] = my_thread_new (NULL, run_briefly, &left->n_threads[index], count_down);
    g_assert_true (my_thread_start (left->threads[index][i], NULL));
  }
  if (stress_random_below (random, 2)) {
    g_main_context_iteration (context, FALSE);
  }
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
}

/* A context is closed with threads in it: they end all the same, and nothing of them stays. */
static void
test_left_contexts (StressRound *round)
{
  Left left = { .n_contexts = 0 };

  stress_crew_race (round->crew, leave_private_context, &left);
  g_assert_cmpint (g_atomic_int_get (&left.n_contexts), ==, 0);
  for (guint i = 0; i < 3; i++) {
    for (guint j = 0; j < 4; j++) {
      g_assert_true (my_thread_join (left.threads[i][j], NULL));
      g_assert_null (my_thread_get_main_context (left.threads[i][j]));
      g_object_unref (left.threads[i][j]);
    }
    while (g_atomic_int_get (&left.n_threads[i]) > 0) {
      g_thread_yield ();
    }
  }
}

typedef struct {
  GMainContext *context;
  gint n_left; /* atomic: how many have not made their objects */
} First;

static void
use_context_first (guint index,
                   StressRandom *random,
                   gpointer data)
{
  First *first = data;

  if (index == 0) {
    g_assert_true (g_main_context_acquire (first->context));
    while (g_atomic_int_get (&first->n_left) > 0) {
      g_main_context_iteration (first->context, FALSE);
    }
    g_main_context_release (first->context);
  } else {
    stress_dither (random);
    g_object_unref (g_object_new (MY_TYPE_THREAD, "main-context", first->context, NULL));
    g_atomic_int_add (&first->n_left, -1);
  }
}

/* a context gets its first objects from several threads at once, while another one iterates it */
static void
test_first_objects (StressRound *round)
{
  First first = { g_main_context_new (), 3 };
  gint n_contexts = 0;

  watch_context (first.context, &n_contexts);
  stress_crew_race (round->crew, use_context_first, &first);
  g_main_context_unref (first.context);
  g_assert_cmpint (g_atomic_int_get (&n_contexts), ==, 0);
}

static void
owned_token_free (gpointer owner)
{
  g_assert_true (g_thread_self () == owner);
}

/* The references that others hold for a moment, while they cancel it, are handed to the owner with what is told of it. */
static void
test_cancelled_from_outside (StressRound *round)
{
  MyThread *thread = my_thread_new (NULL, stress_run_sleep, g_thread_self (), owned_token_free);
  GCancellable *cancellable = g_object_ref (my_thread_get_cancellable (thread));
  gpointer left = thread;

  g_object_add_weak_pointer (G_OBJECT (thread), &left);
  g_assert_true (my_thread_start (thread, NULL));
  stress_crew_go (round->crew, stress_cancel_cancellable, cancellable);
  stress_dither (&round->random);
  my_thread_set_name (thread, "renamed");
  g_object_unref (thread);
  while (left != NULL) {
    g_main_context_iteration (NULL, FALSE);
  }
  stress_crew_wait (round->crew);
  g_object_unref (cancellable);
}

static const StressCase cases[] = {
  { .name = "last-unref", .run_round = test_last_unref, .n_crew = N_HOLDERS },
  { .name = "no-loop", .run_round = test_no_loop },
  { .name = "getters", .run_round = test_getters, .n_crew = 2 },
  { .name = "private-contexts", .run_round = test_private_contexts, .n_crew = 3 },
  { .name = "left-contexts", .run_round = test_left_contexts, .n_crew = 3 },
  { .name = "first-objects", .run_round = test_first_objects, .n_crew = 4 },
  { .name = "cancelled-from-outside", .run_round = test_cancelled_from_outside, .n_crew = 1 },
};

int
main (int argc,
      char **argv)
{
  return stress_main (argc, argv, "/stress/lifetime", cases, G_N_ELEMENTS (cases));
}
