/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "stress-support.h"

#include <pthread.h>

/* What arrives in the owner context: all of it, once, in order, and the last value last. */

/* which signals of a thread came, as far as their order matters */
typedef enum {
  STEP_NONE,
  STEP_STARTED,
  STEP_CHANGED,
  STEP_STATE,
  STEP_FINISHED,
} Step;

typedef struct {
  Step step;
  MyThreadState state;
  double progress;
  char *status;
  char *name;
  guint n_started;
  guint n_finished;
  guint *n_all_finished;
  gint n_reports;
} Seen;

static void
on_started (MyThread *thread,
            Seen *seen)
{
  g_assert_cmpint (seen->step, ==, STEP_NONE);
  seen->step = STEP_STARTED;
  seen->n_started++;
}

static void
on_progress (MyThread *thread,
             GParamSpec *pspec,
             Seen *seen)
{
  double progress = my_thread_get_progress (thread);

  g_assert_cmpint (seen->step, >=, STEP_STARTED);
  g_assert_cmpint (seen->step, <=, STEP_CHANGED);
  g_assert_cmpfloat (progress, >=, seen->progress);
  seen->step = STEP_CHANGED;
  seen->progress = progress;
}

static void
on_status (MyThread *thread,
           GParamSpec *pspec,
           Seen *seen)
{
  g_assert_cmpint (seen->step, >=, STEP_STARTED);
  g_assert_cmpint (seen->step, <=, STEP_CHANGED);
  seen->step = STEP_CHANGED;
  g_free (seen->status);
  seen->status = my_thread_dup_status (thread);
}

static void
on_name (MyThread *thread,
         GParamSpec *pspec,
         Seen *seen)
{
  g_free (seen->name);
  seen->name = my_thread_dup_name (thread);
}

static void
on_state (MyThread *thread,
          GParamSpec *pspec,
          Seen *seen)
{
  /* one for the start may come as well */
  seen->state = my_thread_get_state (thread);
  g_assert_cmpint (seen->step, <=, STEP_STATE);
  if (seen->state > MY_THREAD_STATE_RUNNING && seen->step != STEP_NONE) {
    seen->step = MAX (seen->step, STEP_CHANGED);
  }
}

static void
on_finished (MyThread *thread,
             Seen *seen)
{
  g_assert_cmpint (seen->step, <, STEP_FINISHED);
  g_assert_false (my_thread_is_alive (thread));
  /* all that is seen of it has been told before */
  g_assert_cmpint (seen->state, ==, my_thread_get_state (thread));
  seen->step = STEP_FINISHED;
  seen->n_finished++;
  (*seen->n_all_finished)++;
}

static void
report (MyThread *thread,
        gpointer data,
        GError **error)
{
  Seen *seen = data;

  for (gint i = 1; i <= seen->n_reports; i++) {
    my_thread_set_progress (thread, (double) i / seen->n_reports);
    if (i % 4 == 0 || i == seen->n_reports) {
      g_autofree char *text = g_strdup_printf ("%d of %d", i, seen->n_reports);

      my_thread_set_status (thread, text);
      my_thread_set_name (thread, text);
    }
  }
}

static MyThread *
seen_init (Seen *seen,
           gint n_reports,
           guint *n_all_finished)
{
  MyThread *thread = my_thread_new ("0", report, seen, NULL);

  memset (seen, 0, sizeof *seen);
  seen->progress = -1;
  seen->n_reports = n_reports;
  seen->n_all_finished = n_all_finished;
  stress_watch (thread);
  g_signal_connect (thread, "started", G_CALLBACK (on_started), seen);
  g_signal_connect (thread, "finished", G_CALLBACK (on_finished), seen);
  g_signal_connect (thread, "notify::progress", G_CALLBACK (on_progress), seen);
  g_signal_connect (thread, "notify::status", G_CALLBACK (on_status), seen);
  g_signal_connect (thread, "notify::name", G_CALLBACK (on_name), seen);
  g_signal_connect (thread, "notify::state", G_CALLBACK (on_state), seen);

  return thread;
}

/* what was seen last is what there was last */
static void
seen_check (Seen *seen)
{
  g_assert_cmpint (seen->step, ==, STEP_FINISHED);
  g_assert_cmpuint (seen->n_started, ==, 1);
  g_assert_cmpuint (seen->n_finished, ==, 1);
  g_assert_cmpint (seen->state, ==, MY_THREAD_STATE_SUCCEEDED);
  if (seen->n_reports > 0) {
    g_autofree char *text = g_strdup_printf ("%d of %d", seen->n_reports, seen->n_reports);

    g_assert_cmpfloat (seen->progress, ==, 1.0);
    g_assert_cmpstr (seen->status, ==, text);
    g_assert_cmpstr (seen->name, ==, text);
  }
  g_clear_pointer (&seen->status, g_free);
  g_clear_pointer (&seen->name, g_free);
}

#define N_THREADS 4

static void
test_loop (StressRound *round)
{
  MyThread *threads[N_THREADS];
  Seen seen[N_THREADS];
  guint n_finished = 0;

  for (guint i = 0; i < N_THREADS; i++) {
    threads[i] = seen_init (&seen[i], stress_random_below (&round->random, 100), &n_finished);
    g_assert_true (my_thread_start (threads[i], NULL));
    /* the loop is all that keeps track of them */
    g_object_unref (threads[i]);
  }
  while (n_finished < N_THREADS) {
    g_main_context_iteration (NULL, TRUE);
  }
  for (guint i = 0; i < N_THREADS; i++) {
    seen_check (&seen[i]);
  }
}

/* They are joined while the loop has delivered a part of what they said. */
static void
join_after (StressRound *round,
            guint max_turns)
{
  MyThread *threads[N_THREADS];
  Seen seen[N_THREADS];
  guint n_finished = 0;

  for (guint i = 0; i < N_THREADS; i++) {
    threads[i] = seen_init (&seen[i], stress_random_below (&round->random, 100), &n_finished);
    g_assert_true (my_thread_start (threads[i], NULL));
  }
  for (guint i = 0; i < N_THREADS; i++) {
    for (guint n_turns = stress_random_below (&round->random, max_turns + 1); n_turns > 0; n_turns--) {
      g_main_context_iteration (NULL, FALSE);
    }
    g_assert_true (my_thread_join (threads[i], NULL));
    /* at a known point: when the join returns */
    seen_check (&seen[i]);
    g_object_unref (threads[i]);
  }
  g_assert_cmpuint (n_finished, ==, N_THREADS);
}

static void
test_join_only (StressRound *round)
{
  join_after (round, 0);
}

static void
test_loop_and_join (StressRound *round)
{
  join_after (round, 3);
}

/* Nobody else reads or says anything: a wake-up that is lost leaves both waiting. */
typedef struct {
  MyThread *thread;
  gint n_sent; /* atomic */
  gint n_seen; /* atomic */
} PingPong;

#define N_PINGS 50

static void
ping (MyThread *thread,
      gpointer data,
      GError **error)
{
  PingPong *game = data;

  for (gint i = 1; i <= N_PINGS; i++) {
    my_thread_set_progress (thread, (double) i / N_PINGS);
    while (g_atomic_int_get (&game->n_seen) < i) {
      g_thread_yield ();
    }
  }
}

static void
on_ping (MyThread *thread,
         GParamSpec *pspec,
         PingPong *game)
{
  g_atomic_int_set (&game->n_seen, (gint) (my_thread_get_progress (thread) * N_PINGS + 0.5));
}

static void
test_ping_pong (StressRound *round)
{
  PingPong game = { 0 };
  MyThread *thread = my_thread_new (NULL, ping, &game, NULL);

  g_signal_connect (thread, "notify::progress", G_CALLBACK (on_ping), &game);
  g_assert_true (my_thread_start (thread, NULL));
  while (g_atomic_int_get (&game.n_seen) < N_PINGS) {
    g_main_context_iteration (NULL, TRUE);
  }
  g_assert_true (my_thread_join (thread, NULL));
  g_assert_finalize_object (thread);
}

/* renamed from several threads, and never started: only a notify tells of it */
static void
rename_it (guint index,
           StressRandom *random,
           gpointer data)
{
  PingPong *game = data;

  for (gint i = 0; i < 50; i++) {
    g_autofree char *name = g_strdup_printf ("%u-%d", index, i);

    my_thread_set_name (game->thread, name);
    if (stress_random_below (random, 8) == 0) {
      stress_dither (random);
    }
  }
  if (g_atomic_int_add (&game->n_sent, 1) == 2) {
    my_thread_set_name (game->thread, "last");
  }
}

static void
on_renamed (MyThread *thread,
            GParamSpec *pspec,
            gpointer data)
{
  char **name = data;

  g_free (*name);
  *name = my_thread_dup_name (thread);
}

static void
test_name (StressRound *round)
{
  g_autofree char *name = NULL;
  PingPong game = { .thread = my_thread_new ("first", NULL, NULL, NULL) };

  g_signal_connect (game.thread, "notify::name", G_CALLBACK (on_renamed), &name);
  stress_crew_go (round->crew, rename_it, &game);
  while (g_strcmp0 (name, "last") != 0) {
    g_main_context_iteration (NULL, TRUE);
  }
  stress_crew_wait (round->crew);
  g_signal_handlers_disconnect_by_func (game.thread, on_renamed, &name);
  stress_watch (game.thread);
  g_object_unref (game.thread);
}

/* thousands of threads at once, of which nobody keeps a pointer */
static void
on_any_finished (MyThread *thread,
                 guint *n_finished)
{
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_SUCCEEDED);
  (*n_finished)++;
}

static void
test_flood (StressRound *round)
{
  guint n_finished = 0;

  for (guint i = 0; i < 300; i++) {
    g_autoptr (MyThread) thread = my_thread_new (NULL, NULL, stress_token_new (), stress_token_free);

    g_signal_connect (thread, "finished", G_CALLBACK (on_any_finished), &n_finished);
    g_assert_true (my_thread_start (thread, NULL));
  }
  while (n_finished < 300) {
    g_main_context_iteration (NULL, TRUE);
  }
  stress_tokens_check ();
  g_assert_cmpuint (n_finished, ==, 300);
  g_assert_cmpuint (my_thread_active_count (), ==, 1);
}

/* renamed while its OS thread is given its name: the last one counts for both */

static void
run_until_renamed (MyThread *thread,
                   gpointer data,
                   GError **error)
{
  gint *is_renamed = data;
  char name[16];

  while (!g_atomic_int_get (is_renamed)) {
    g_thread_yield ();
  }
  g_assert_cmpint (pthread_getname_np (pthread_self (), name, sizeof name), ==, 0);
  g_assert_cmpstr (name, ==, "last");
}

static void
test_os_name (StressRound *round)
{
  gint is_renamed = 0;
  MyThread *thread = my_thread_new ("first", run_until_renamed, &is_renamed, NULL);

  g_assert_true (my_thread_start (thread, NULL));
  while (my_thread_get_ident (thread) == 0) {
    g_thread_yield ();
  }
  if (stress_random_below (&round->random, 2)) {
    stress_dither (&round->random);
  }
  my_thread_set_name (thread, "last");
  g_atomic_int_set (&is_renamed, 1);
  g_assert_true (my_thread_join (thread, NULL));
  g_assert_finalize_object (thread);
}

static const StressCase cases[] = {
  { .name = "loop", .run_round = test_loop },
  { .name = "join-only", .run_round = test_join_only },
  { .name = "loop-and-join", .run_round = test_loop_and_join },
  { .name = "ping-pong", .run_round = test_ping_pong },
  { .name = "name", .run_round = test_name, .n_crew = 3 },
  { .name = "flood", .run_round = test_flood },
  { .name = "os-name", .run_round = test_os_name },
};

int
main (int argc,
      char **argv)
{
  return stress_main (argc, argv, "/stress/delivery", cases, G_N_ELEMENTS (cases));
}
