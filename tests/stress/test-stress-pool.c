/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <sched.h>
#include <string.h>

#include "my-test-support.h"
#include "stress-hardship.h"
#include "stress-support.h"

/* A pool that is pushed to, joined in, shut down and dropped, all at once. */

#define N_CREW 4

/* what is done with a pool, by everybody and by its own tasks */

typedef struct {
  MyThreadPool *pool; /* with a reference */
  gint n_taken;       /* atomic: tasks that were taken */
  gint n_run;         /* atomic */
  gint n_destroyed;   /* atomic */
  gint n_refused;     /* atomic: after the end */
} Shared;

typedef struct {
  Shared *shared;
  guint64 seed;
} Task;

static void
destroy_task (gpointer data)
{
  Task *task = data;

  g_atomic_int_inc (&task->shared->n_destroyed);
  g_free (task);
}

static void run_task (gpointer data);

static void
push_task (Shared *shared,
           StressRandom *random)
{
  Task *task = g_new (Task, 1);
  GError *error = NULL;

  *task = (Task){ shared, stress_random_next (random) | 1 };
  if (my_thread_pool_push_full (shared->pool, run_task, task, destroy_task, &error)) {
    g_atomic_int_inc (&shared->n_taken);
  } else {
    my_test_assert_error (&error, MY_THREAD_ERROR, MY_THREAD_ERROR_SHUT_DOWN);
    g_atomic_int_inc (&shared->n_refused);
    g_free (task);
  }
}

static void
run_thread (MyThread *thread,
            gpointer token,
            GError **error)
{
  my_thread_set_error_if_cancelled (thread, error);
}

static void
use_thread (Shared *shared,
            StressRandom *random)
{
  MyThread *thread = my_thread_new (NULL, run_thread, stress_token_new (), stress_token_free);
  GError *error = NULL;

  if (!my_executor_submit (MY_EXECUTOR (shared->pool), thread, &error)) {
    my_test_assert_error (&error, MY_THREAD_ERROR, MY_THREAD_ERROR_SHUT_DOWN);
    g_object_unref (thread);
    return;
  }

  stress_dither (random);
  switch (stress_random_below (random, 5)) {
  case 0:
    my_thread_cancel (thread);
    break;
  case 1:
    my_thread_cancel (thread);
    my_thread_join (thread, NULL);
    break;
  case 2:
    my_thread_join_timeout (thread, stress_random_below (random, 100), NULL);
    break;
  case 3:
    break;
  default:
    if (!my_thread_join (thread, &error)) {
      my_test_assert_error (&error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
    break;
  }
  g_object_unref (thread);
}

static void
look (Shared *shared)
{
  guint64 n_completed = my_thread_pool_get_n_completed (shared->pool);

  g_assert_cmpuint (my_thread_pool_get_n_queued (shared->pool), <, 1000000);
  g_assert_cmpuint (my_thread_pool_get_n_active (shared->pool), <, 1000000);
  g_assert_cmpuint (my_thread_pool_get_n_completed (shared->pool), >=, n_completed);
}

static void
count_pieces (gsize begin,
              gsize end,
              gpointer n)
{
  g_atomic_int_add ((gint *) n, (gint) (end - begin));
}

static void
use_loop (Shared *shared,
          StressRandom *random)
{
  gsize n = stress_random_below (random, 200);
  gint n_seen = 0;

  my_parallel_for (shared->pool, 0, n, stress_random_below (random, 4), count_pieces, &n_seen);
  g_assert_cmpint (n_seen, ==, (gint) n);
}

static void
set_something (Shared *shared,
               StressRandom *random)
{
  switch (stress_random_below (random, 2)) {
  case 0:
    my_thread_pool_set_max_threads (shared->pool, 1 + stress_random_below (random, 4));
    break;
  default:
    my_thread_pool_set_idle_timeout (shared->pool, (gint64) stress_random_below (random, 3) * 50);
    break;
  }
}

static void
run_task (gpointer data)
{
  Task *task = data;
  StressRandom random = { task->seed };

  g_atomic_int_inc (&task->shared->n_run);
  switch (stress_random_below (&random, 24)) {
  case 0:
    push_task (task->shared, &random);
    break;
  case 1:
    use_thread (task->shared, &random);
    break;
  case 2:
    my_thread_sleep (stress_random_below (&random, 30), NULL);
    break;
  case 3:
    use_loop (task->shared, &random);
    break;
  case 4:
    my_thread_pool_begin_blocking ();
    g_thread_yield ();
    my_thread_pool_end_blocking ();
    break;
  case 5:
    set_something (task->shared, &random);
    break;
  case 6: {
    my_test_assert_fails (my_thread_pool_shutdown (task->shared->pool, MY_SHUTDOWN_CANCEL, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK);
    break;
  }
  default:
    stress_dither (&random);
    break;
  }
}

static void
use_pool (guint index,
          StressRandom *random,
          gpointer data)
{
  Shared *shared = data;
  guint n = stress_random_below (random, 60);

  for (guint i = 0; i < n; i++) {
    switch (stress_random_below (random, 8)) {
    case 0:
      use_thread (shared, random);
      break;
    case 1:
      look (shared);
      break;
    case 2:
      use_loop (shared, random);
      break;
    case 3:
      set_something (shared, random);
      break;
    default:
      push_task (shared, random);
      break;
    }
  }
}

static void
on_shut_down (GObject *pool,
              GAsyncResult *result,
              gpointer done)
{
  GError *error = NULL;

  g_assert_true (my_thread_pool_shutdown_finish (MY_THREAD_POOL (pool), result, &error));
  g_assert_no_error (error);
  *(gboolean *) done = TRUE;
}

/* In a loop of its own, or in a context that is closed while the pool ends. */
static void
shut_down_in_loop (Shared *shared,
                   MyShutdownMode mode,
                   gboolean waits)
{
  GMainContext *context = g_main_context_new ();
  gboolean done = FALSE;

  g_main_context_push_thread_default (context);
  my_thread_pool_shutdown_async (shared->pool, mode, NULL, on_shut_down, &done);
  while (waits && !done) {
    g_main_context_iteration (context, TRUE);
  }
  if (!waits) {
    g_main_context_iteration (context, FALSE);
  }
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
}

static void
use_and_shut_down (guint index,
                   StressRandom *random,
                   gpointer data)
{
  Shared *shared = data;

  if (index % 2 == 0) {
    use_pool (index, random, data);
  } else {
    MyShutdownMode mode = stress_random_below (random, 2) ? MY_SHUTDOWN_DRAIN : MY_SHUTDOWN_CANCEL;
    GError *error = NULL;

    stress_dither (random);
    if (stress_random_below (random, 2)) {
      use_pool (index, random, data);
    }
    if (stress_random_below (random, 2)) {
      shut_down_in_loop (shared, mode, stress_random_below (random, 4) != 0);
    }
    g_assert_true (my_thread_pool_shutdown (shared->pool, mode, &error));
    g_assert_no_error (error);
  }
}

static void
check_all_is_over (Shared *shared)
{
  GError *error = NULL;

  g_assert_true (my_thread_pool_shutdown (shared->pool, MY_SHUTDOWN_DRAIN, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (my_thread_pool_get_n_queued (shared->pool), ==, 0);
  g_assert_cmpuint (my_thread_pool_get_n_active (shared->pool), ==, 0);
  g_assert_cmpint (shared->n_destroyed, ==, shared->n_taken);
  g_assert_cmpint (shared->n_run, <=, shared->n_taken);
}

static void
shared_init (Shared *shared,
             StressRandom *random)
{
  memset (shared, 0, sizeof *shared);
  shared->pool = my_thread_pool_new ("stress", 1 + stress_random_below (random, 4));
}

static void
race (StressRound *round,
      StressFunc func,
      gboolean is_drained)
{
  Shared shared;

  shared_init (&shared, &round->random);
  if (is_drained) {
    /* Only with what comes from outside of the pool can it be full; who pushes may wait. */
    my_thread_pool_set_max_queued (shared.pool, stress_random_below (&round->random, 20));
  }
  stress_crew_race (round->crew, func, &shared);
  check_all_is_over (&shared);
  if (is_drained) {
    /* A task that pushes may be refused, when the end has begun. */
    g_assert_cmpint (shared.n_run, ==, shared.n_taken);
  }
  stress_tally ("tasks taken", shared.n_taken);
  stress_tally ("run", shared.n_run);
  g_object_unref (shared.pool);
}

static void
test_mixed (StressRound *round)
{
  race (round, use_pool, TRUE);
}

static void
test_shutdown (StressRound *round)
{
  race (round, use_and_shut_down, FALSE);
}

/* A push that comes while the last worker falls asleep, or leaves: is it seen? */

typedef struct {
  gint n_run;
  gint wanted;
} Awaited;

static void
task_awaited (gpointer data)
{
  g_atomic_int_inc (&((Awaited *) data)->n_run);
}

static void
wait_for_tasks (Awaited *awaited,
                gint n)
{
  MyTestPatience patience;

  my_test_patience_init (&patience);
  while (g_atomic_int_get (&awaited->n_run) < n) {
    if (my_test_patience_is_over (&patience)) {
      g_error ("a task is left lying");
    }
    sched_yield ();
  }
}

static void
test_wake (StressRound *round)
{
  Awaited awaited = { 0, 0 };
  gint n = 1 + (gint) stress_random_below (&round->random, 3);

  for (gint i = 0; i < n; i++) {
    stress_dither (&round->random);
    g_assert_true (my_thread_pool_push (round->pools[0], task_awaited, &awaited, NULL));
  }
  wait_for_tasks (&awaited, n);
  if (stress_random_below (&round->random, 4) == 0) {
    /* long enough for a worker to sleep, or to leave */
    g_usleep (stress_random_below (&round->random, 60));
  }
}

/* The same where workers are used to it that what is submitted is run by its joiner, and look less often. */

static void
run_awaited (MyThread *thread,
             gpointer awaited,
             GError **error)
{
  task_awaited (awaited);
}

static void
test_wake_missed (StressRound *round)
{
  Awaited awaited = { 0, 0 };
  gint n_joined = (gint) stress_random_below (&round->random, 60);
  gint n = 1 + (gint) stress_random_below (&round->random, 3);

  for (gint i = 0; i < n_joined + n; i++) {
    if (i >= n_joined) {
      stress_dither (&round->random);
    }
    if (i >= n_joined && stress_random_below (&round->random, 2) == 0) {
      g_assert_true (my_thread_pool_push (round->pools[0], task_awaited, &awaited, NULL));
    } else {
      MyThread *thread = my_thread_new (NULL, run_awaited, &awaited, NULL);

      g_assert_true (my_executor_submit (MY_EXECUTOR (round->pools[0]), thread, NULL));
      if (i < n_joined) {
        g_assert_true (my_thread_join (thread, NULL));
      }
      g_object_unref (thread);
    }
  }
  wait_for_tasks (&awaited, n_joined + n);
}

/* The same when those that are awake block. */

static void
task_sleep_and_count (gpointer data)
{
  my_thread_sleep (1, NULL);
  task_awaited (data);
}

static void
test_wake_blocked (StressRound *round)
{
  Awaited awaited = { 0, 0 };
  gint n = 1 + (gint) stress_random_below (&round->random, 10);

  for (gint i = 0; i < n; i++) {
    g_assert_true (my_thread_pool_push (round->pools[0], stress_random_below (&round->random, 2) ? task_sleep_and_count : task_awaited, &awaited, NULL));
    stress_dither (&round->random);
  }
  wait_for_tasks (&awaited, n);
}

/* Many that push into a narrow queue, some of whom are cancelled. */

typedef struct {
  MyThreadPool *pool;
  gint n_taken;
  gint n_run;
  gint n_over;
} Narrow;

#define NARROW 3

static void
task_in_narrow (gpointer data)
{
  g_atomic_int_inc (&((Narrow *) data)->n_run);
}

static void
run_push_into_narrow (MyThread *thread,
                      gpointer data,
                      GError **error)
{
  Narrow *narrow = data;

  for (guint i = 0; i < 20; i++) {
    GError *local_error = NULL;

    if (my_thread_pool_push (narrow->pool, task_in_narrow, narrow, &local_error)) {
      g_atomic_int_inc (&narrow->n_taken);
    } else {
      my_test_assert_error (&local_error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
    if (my_thread_pool_get_n_queued (narrow->pool) > NARROW) {
      g_atomic_int_inc (&narrow->n_over);
    }
  }
}

static void
test_narrow (StressRound *round)
{
  Narrow narrow = { .pool = my_thread_pool_new ("narrow", 1 + stress_random_below (&round->random, 2)) };
  MyThread *pushers[4];

  my_thread_pool_set_max_queued (narrow.pool, NARROW);
  for (guint i = 0; i < G_N_ELEMENTS (pushers); i++) {
    pushers[i] = my_test_start (NULL, run_push_into_narrow, &narrow);
  }
  stress_dither (&round->random);
  my_thread_cancel (pushers[0]);
  for (guint i = 0; i < G_N_ELEMENTS (pushers); i++) {
    my_thread_join (pushers[i], NULL); /* cancelled before it ran, or not */
    g_object_unref (pushers[i]);
  }
  g_assert_true (my_thread_pool_shutdown (narrow.pool, MY_SHUTDOWN_DRAIN, NULL));
  g_assert_cmpint (narrow.n_run, ==, narrow.n_taken);
  g_assert_cmpint (narrow.n_over, ==, 0);
  g_object_unref (narrow.pool);
}

/* One thread, and many who want to run it, cancel it, or wait for it. */

typedef struct {
  MyThread *thread;
  MyThreadPool *pool;
  gint n_run;
} Wanted;

static void
run_wanted (MyThread *thread,
            gpointer data,
            GError **error)
{
  g_assert_cmpint (g_atomic_int_add (&((Wanted *) data)->n_run, 1), ==, 0);
  g_assert_true (my_thread_get_current () == thread);
  my_thread_set_error_if_cancelled (thread, error);
}

static void
want (guint index,
      StressRandom *random,
      gpointer data)
{
  Wanted *wanted = data;

  stress_dither (random);
  switch (stress_random_below (random, 8)) {
  case 0:
    my_thread_cancel (wanted->thread);
    break;
  case 1:
    my_thread_join_timeout (wanted->thread, stress_random_below (random, 50), NULL);
    break;
  default:
    my_thread_join (wanted->thread, NULL);
    break;
  }
}

static void
test_helping (StressRound *round)
{
  Wanted wanted = { .pool = round->pools[0] };
  MyThreadState state;

  wanted.thread = my_thread_new (NULL, run_wanted, &wanted, NULL);
  g_assert_true (my_executor_submit (MY_EXECUTOR (round->pools[0]), wanted.thread, NULL));
  stress_crew_race (round->crew, want, &wanted);
  my_thread_join (wanted.thread, NULL);
  state = my_thread_get_state (wanted.thread);
  g_assert_cmpint (state, >, MY_THREAD_STATE_RUNNING);
  g_assert_cmpint (wanted.n_run, <=, 1);
  g_assert_true (wanted.n_run == 1 || state == MY_THREAD_STATE_CANCELLED);
  g_object_unref (wanted.thread);
}

/* Pools that are made and dropped, by the thousand: by whoever has the last reference, a task of its own perhaps. */

static void
task_unref (gpointer pool)
{
  g_object_unref (pool);
}

static void
task_nothing (gpointer unused)
{
}

static void
test_dropped (StressRound *round)
{
  MyThreadPool *pool = my_thread_pool_new ("dropped", 1 + stress_random_below (&round->random, 3));
  guint n = stress_random_below (&round->random, 6);

  stress_watch (pool);
  for (guint i = 0; i < n; i++) {
    switch (stress_random_below (&round->random, 3)) {
    case 0:
      g_assert_true (my_thread_pool_push (pool, task_unref, g_object_ref (pool), NULL));
      break;
    case 1:
      g_assert_true (my_thread_pool_push_full (pool, task_nothing, stress_token_new (), stress_token_free, NULL));
      break;
    default: {
      MyThread *thread = my_thread_new (NULL, run_thread, stress_token_new (), stress_token_free);

      g_assert_true (my_executor_submit (MY_EXECUTOR (pool), thread, NULL));
      g_object_unref (thread);
      break;
    }
    }
  }
  g_object_unref (pool);
}

#define IDLE (5 * G_TIME_SPAN_SECOND)

static const StressCase cases[] = {
  { .name = "mixed", .run_round = test_mixed, .n_crew = N_CREW },
  { .name = "shutdown", .run_round = test_shutdown, .n_crew = N_CREW },
  { .name = "wake", .run_round = test_wake, .n_workers = { 2 }, .idle_timeout = -1 },
  { .name = "wake-leaving", .run_round = test_wake, .n_workers = { 2 }, .idle_timeout = 0 },
  { .name = "wake-timeout", .run_round = test_wake, .n_workers = { 2 }, .idle_timeout = 20 },
  { .name = "wake-missed", .run_round = test_wake_missed, .n_workers = { 2 }, .idle_timeout = IDLE },
  { .name = "wake-blocked", .run_round = test_wake_blocked, .n_workers = { 1 }, .idle_timeout = IDLE },
  { .name = "narrow", .run_round = test_narrow },
  { .name = "helping", .run_round = test_helping, .n_crew = N_CREW, .n_workers = { 1 }, .idle_timeout = IDLE },
  { .name = "dropped", .run_round = test_dropped },
};

int
main (int argc,
      char **argv)
{
  return stress_hard_main (argc, argv, "/stress/pool", cases, G_N_ELEMENTS (cases));
}
