/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <pthread.h>

#include "my-test-pool.h"

/* The OS thread of a piece is ended in it: by pthread_exit(), by pthread_cancel(), or by an interpreter that shuts down. The piece counts as
 * done, a critical names it, and nobody waits for ever. */

static void
expect_complaint (const char *function)
{
  char *pattern = g_strdup_printf ("*piece of %s() in pool \"broken\"*", function);

  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, pattern);
  g_free (pattern);
}

/* The pool is as it was: it has its helpers, nobody counts as working, and it ends. */
static void
finish (MyThreadPool *pool)
{
  gint n = 0;

  g_test_assert_expected_messages ();
  for (guint i = 0; i < 10; i++) {
    my_test_push (pool, my_test_task_count, &n);
  }
  g_assert_true (my_thread_pool_shutdown (pool, MY_SHUTDOWN_DRAIN, NULL));
  g_assert_cmpint (n, ==, 10);
  g_assert_cmpuint (my_thread_pool_get_n_active (pool), ==, 0);
  g_object_unref (pool);
}

/* An OS thread that is none of the library's. */
static void
call_elsewhere (gpointer (*func) (gpointer data),
                gpointer data)
{
  pthread_t thread;

  g_assert_cmpint (pthread_create (&thread, NULL, func, data), ==, 0);
  g_assert_cmpint (pthread_join (thread, NULL), ==, 0);
}

/* a thief, in a loop */

#define N_PIECES 300

typedef struct {
  pthread_t owner;
  MyTestGate gate;   /* somebody has come for a piece, and will not finish it */
  gint is_cancelled; /* that is by pthread_cancel(), and the owner says so */
  pthread_t thief;
  gint n_broken;
  gint n_calls[N_PIECES];
} Loop;

static void
let_go (gpointer unused)
{
}

/* For the sanitizers: a handler, in which the program says that the stack is left, and no call of theirs that is left in the middle. */
static void
wait_to_be_cancelled (void)
{
  pthread_cleanup_push (let_go, NULL);
  for (;;) {
    pthread_testcancel ();
    g_thread_yield ();
  }
  pthread_cleanup_pop (FALSE);
}

static void
exit_in_piece (Loop *self)
{
  gboolean is_cancelled = self->is_cancelled;

  self->thief = pthread_self ();
  my_test_gate_open (&self->gate);
  if (is_cancelled) {
    wait_to_be_cancelled ();
  }
  pthread_exit (NULL);
}

/* The owner does nothing until a thief is there. */
static void
piece (gsize begin,
       gsize end,
       gpointer data)
{
  Loop *self = data;

  for (gsize i = begin; i < end; i++) {
    g_atomic_int_inc (&self->n_calls[i]);
  }
  if (!pthread_equal (pthread_self (), self->owner)) {
    if (g_atomic_int_add (&self->n_broken, 1) == 0) {
      exit_in_piece (self);
    }
  } else {
    my_test_gate_wait (&self->gate);
    if (self->is_cancelled) {
      self->is_cancelled = FALSE;
      g_assert_cmpint (pthread_cancel (self->thief), ==, 0);
    }
  }
}

static void
test_loop (gconstpointer is_cancelled)
{
  for (gsize grain = 0; grain < 4; grain++) {
    /* Where the owner is needed, nobody else can do all the pieces meanwhile. */
    MyThreadPool *pool = my_thread_pool_new ("broken", is_cancelled ? 2 : 3);
    Loop loop = { .owner = pthread_self (), .is_cancelled = GPOINTER_TO_INT (is_cancelled) };

    my_test_gate_init (&loop.gate);
    expect_complaint ("my_parallel_for");
    my_parallel_for (pool, 0, N_PIECES, grain, piece, &loop);
    for (guint i = 0; i < N_PIECES; i++) {
      g_assert_cmpint (loop.n_calls[i], ==, 1);
    }
    finish (pool);
    my_test_gate_clear (&loop.gate);
  }
}

/* a thief, in a fork */

typedef struct {
  MyTestGate entered;
  gint n_deep; /* forks that the thief makes before it is ended */
  MyThreadPool *pool;
} Fork;

static void
half_wait (gpointer data)
{
  my_test_gate_wait (&((Fork *) data)->entered);
}

static void
half_nothing (gpointer data)
{
}

static void
half_exit (gpointer data)
{
  Fork *self = data;

  if (self->n_deep-- > 0) {
    my_parallel_invoke (NULL, half_exit, self, half_nothing, NULL);
    g_assert_not_reached ();
  }
  my_test_gate_open (&self->entered);
  pthread_exit (NULL);
}

static void
test_fork (gconstpointer n_deep)
{
  MyThreadPool *pool = my_thread_pool_new ("broken", 2);
  Fork fork = { .n_deep = GPOINTER_TO_INT (n_deep) };

  my_test_gate_init (&fork.entered);
  expect_complaint ("my_parallel_invoke");
  my_parallel_invoke (pool, half_wait, &fork, half_exit, &fork);
  finish (pool);
  my_test_gate_clear (&fork.entered);
}

/* A part of what the thief has taken is with a thief of its own, which is waited for first. */

static void
half_hold (gpointer data)
{
  Fork *self = data;

  my_test_gate_open (&self->entered);
  for (guint i = 0; i < 100; i++) {
    g_thread_yield ();
  }
  g_atomic_int_set (&self->n_deep, 1);
}

static void
half_exit_when_stolen (gpointer data)
{
  my_test_gate_wait (&((Fork *) data)->entered);
  pthread_exit (NULL);
}

static void
note_unwound (gpointer data)
{
  Fork *inner = data;

  /* What it uses was on the stack until now. */
  g_assert_cmpint (g_atomic_int_get (&inner->n_deep), ==, 1);
}

static void
half_exit_inside (gpointer data)
{
  Fork *outer = data;
  Fork inner = { .n_deep = 0 };

  my_test_gate_init (&inner.entered);
  my_test_gate_open (&outer->entered);
  pthread_cleanup_push (note_unwound, &inner);
  my_parallel_invoke (NULL, half_exit_when_stolen, &inner, half_hold, &inner);
  pthread_cleanup_pop (FALSE);
  g_assert_not_reached ();
}

static void
test_fork_in_fork (void)
{
  MyThreadPool *pool = my_thread_pool_new ("broken", 3);
  Fork fork = { .n_deep = 0 };

  my_test_gate_init (&fork.entered);
  expect_complaint ("my_parallel_invoke");
  my_parallel_invoke (pool, half_wait, &fork, half_exit_inside, &fork);
  finish (pool);
  my_test_gate_clear (&fork.entered);
}

/* the owner: what others have of its stack is waited for */

typedef enum {
  IN_FORK,
  IN_LOOP,
} Where;

typedef struct {
  Where where;
  MyThreadPool *pool;
  gint n_unwound;
} Broken;

/* On the stack of the owner. */
typedef struct {
  pthread_t owner;
  MyThread *current;
  MyTestGate entered;
  gint n_inside; /* others */
  Broken *broken;
} Frame;

static void
frame_unwound (gpointer data)
{
  Frame *self = data;

  g_assert_cmpint (g_atomic_int_get (&self->n_inside), ==, 0);
  g_atomic_int_inc (&self->broken->n_unwound);
  my_test_gate_clear (&self->entered);
}

/* Until the owner waits, or, if that is seen where it is not so, at least for some time. */
static void
stay (Frame *self)
{
  g_atomic_int_inc (&self->n_inside);
  my_test_gate_open (&self->entered);
  my_test_wait_until_asleep (self->current);
  g_atomic_int_add (&self->n_inside, -1);
}

static void
half_of_owner (gpointer data)
{
  Frame *self = data;

  my_test_gate_wait (&self->entered);
  pthread_exit (NULL);
}

static void
half_of_other (gpointer data)
{
  Frame *self = data;

  g_assert_false (pthread_equal (pthread_self (), self->owner));
  stay (self);
}

static void
piece_of_both (gsize begin,
               gsize end,
               gpointer data)
{
  Frame *self = data;

  if (pthread_equal (pthread_self (), self->owner)) {
    half_of_owner (self);
  }
  stay (self);
}

static gpointer
break_owner (gpointer data)
{
  Broken *broken = data;
  Frame frame = { .owner = pthread_self (), .current = my_thread_get_current (), .broken = broken };

  my_test_gate_init (&frame.entered);
  pthread_cleanup_push (frame_unwound, &frame);
  if (broken->where == IN_FORK) {
    my_parallel_invoke (broken->pool, half_of_owner, &frame, half_of_other, &frame);
  } else {
    my_parallel_for (broken->pool, 0, 1000, 1, piece_of_both, &frame);
  }
  pthread_cleanup_pop (FALSE);
  g_assert_not_reached ();
  return NULL;
}

static void
run_break_owner (MyThread *thread,
                 gpointer broken,
                 GError **error)
{
  break_owner (broken);
}

static void
join_broken (MyThread *thread)
{
  /* Else its joiner might run it. */
  my_test_wait_until (my_test_is_over, thread);
  my_test_assert_fails (my_thread_join (thread, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_BROKEN);
  g_object_unref (thread);
}

static void
expect_broken (Broken *broken)
{
  broken->n_unwound = 0;
  expect_complaint (broken->where == IN_FORK ? "my_parallel_invoke" : "my_parallel_for");
}

static void
test_owner (gconstpointer where)
{
  Broken broken = { .where = (Where) GPOINTER_TO_INT (where), .pool = my_thread_pool_new ("broken", 2) };

  /* A guest of the pool, that is no thread of the library's; one that is; a worker. */
  expect_broken (&broken);
  call_elsewhere (break_owner, &broken);
  g_assert_cmpint (broken.n_unwound, ==, 1);

  expect_broken (&broken);
  join_broken (my_test_start (NULL, run_break_owner, &broken));
  g_assert_cmpint (broken.n_unwound, ==, 1);

  expect_broken (&broken);
  join_broken (my_test_submit (broken.pool, run_break_owner, &broken));
  g_assert_cmpint (broken.n_unwound, ==, 1);

  finish (broken.pool);
}

/* The owner waits for a thief that is ended in the first piece of what it has claimed, does the rest of that, and is ended in it: it does
 * not wait for the same thief again. */

typedef struct {
  MyThreadPool *pool;
  pthread_t owner;
  MyThread *current; /* the owner's */
  MyTestGate entered;
  gint is_left; /* the thief is about to end */
  gint n_unwound;
} Twice;

static void
piece_exit_in_turn (gsize begin,
                    gsize end,
                    gpointer data)
{
  Twice *self = data;

  if (!pthread_equal (pthread_self (), self->owner)) {
    my_test_gate_open (&self->entered);
    my_test_wait_until_waiting (self->current);
    g_atomic_int_set (&self->is_left, TRUE);
    pthread_exit (NULL);
  }
  if (g_atomic_int_get (&self->is_left)) {
    pthread_exit (NULL);
  }
  my_test_gate_wait (&self->entered);
}

static void
note_unwound_twice (gpointer data)
{
  g_atomic_int_inc (&((Twice *) data)->n_unwound);
}

static gpointer
break_twice (gpointer data)
{
  Twice *self = data;

  self->owner = pthread_self ();
  self->current = my_thread_get_current ();
  pthread_cleanup_push (note_unwound_twice, self);
  my_parallel_for (self->pool, 0, 64, 1, piece_exit_in_turn, self);
  pthread_cleanup_pop (FALSE);
  g_assert_not_reached ();
  return NULL;
}

static void
test_owner_after_thief (void)
{
  Twice twice = { .pool = my_thread_pool_new ("broken", 2) };
  MyTestWatch *watch = my_test_watch_begin ();

  my_test_gate_init (&twice.entered);
  expect_complaint ("my_parallel_for"); /* of the thief, */
  expect_complaint ("my_parallel_for"); /* and of the owner */
  call_elsewhere (break_twice, &twice);
  my_test_watch_end (watch);
  g_assert_true (twice.is_left);
  g_assert_cmpint (twice.n_unwound, ==, 1);
  finish (twice.pool);
  my_test_gate_clear (&twice.entered);
}

/* Nobody has come for the rest: it is not run, and nobody comes for it later. */

static void
half_exit_at_once (gpointer unused)
{
  pthread_exit (NULL);
}

static void
half_never (gpointer unused)
{
  g_assert_not_reached ();
}

static gpointer
break_alone (gpointer pool)
{
  my_parallel_invoke (pool, half_exit_at_once, NULL, half_never, NULL);
  g_assert_not_reached ();
  return NULL;
}

static void
test_owner_alone (void)
{
  MyThreadPool *pool = my_thread_pool_new ("broken", 1);

  expect_complaint ("my_parallel_invoke");
  call_elsewhere (break_alone, pool);
  finish (pool);
}

/* Nor has anybody come for it, and it is the owner's OS thread that ends in it. */

static gpointer
break_in_other_half (gpointer pool)
{
  my_parallel_invoke (pool, half_nothing, NULL, half_exit_at_once, NULL);
  g_assert_not_reached ();
  return NULL;
}

static void
test_owner_in_other_half (void)
{
  MyThreadPool *pool = my_thread_pool_new ("broken", 1);

  expect_complaint ("my_parallel_invoke");
  call_elsewhere (break_in_other_half, pool);
  finish (pool);
}

/* any of it, at random: a tree of forks and loops, in which OS threads end that are not the main one's */

#define N_ROUNDS 200

static gint n_complaints;

static void
count_complaint (const char *domain,
                 GLogLevelFlags level,
                 const char *message,
                 gpointer unused)
{
  g_atomic_int_inc (&n_complaints);
}

typedef struct {
  guint depth;
  guint32 seed;
} Node;

static void node_run (gpointer data);

static void
node_run_one (gsize begin,
              gsize end,
              gpointer data)
{
  Node *node = data;
  Node child = { node->depth - 1, node->seed * 1664525 + 1013904223 + (guint32) begin };

  node_run (&child);
}

static void
node_run (gpointer data)
{
  Node *node = data;

  if (node->depth == 0) {
    if (node->seed % 16 == 0 && my_thread_get_current () != my_thread_get_main ()) {
      pthread_exit (NULL);
    }
  } else if (node->seed % 3 == 0) {
    my_parallel_for (NULL, 0, 3, 1, node_run_one, node);
  } else {
    Node a = { node->depth - 1, node->seed * 1664525 + 1013904223 };
    Node b = { node->depth - 1, node->seed * 22695477 + 1 };

    my_parallel_invoke (NULL, node_run, &a, node_run, &b);
  }
}

static gpointer
run_tree (gpointer data)
{
  my_parallel_for (data, 0, 4, 1, node_run_one, &(Node){ 6, g_test_rand_int () });
  return NULL;
}

static void
test_random (void)
{
  GLogLevelFlags fatal = g_log_set_always_fatal (G_LOG_LEVEL_ERROR);
  guint handler = g_log_set_handler ("MyThread", G_LOG_LEVEL_CRITICAL, count_complaint, NULL);
  MyThreadPool *pool = my_thread_pool_new ("broken", 3);

  n_complaints = 0;
  for (guint i = 0; i < N_ROUNDS; i++) {
    call_elsewhere (run_tree, pool);
    run_tree (pool);
  }
  finish (pool);
  g_assert_cmpint (n_complaints, >, 0);
  g_log_remove_handler ("MyThread", handler);
  g_log_set_always_fatal (fatal);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/parallel-broken/loop/exit", GINT_TO_POINTER (FALSE), test_loop);
  g_test_add_data_func ("/parallel-broken/loop/cancel", GINT_TO_POINTER (TRUE), test_loop);
  g_test_add_data_func ("/parallel-broken/fork", GINT_TO_POINTER (0), test_fork);
  g_test_add_data_func ("/parallel-broken/fork/deep", GINT_TO_POINTER (20), test_fork);
  g_test_add_func ("/parallel-broken/fork/in-fork", test_fork_in_fork);
  g_test_add_data_func ("/parallel-broken/owner/fork", GINT_TO_POINTER (IN_FORK), test_owner);
  g_test_add_data_func ("/parallel-broken/owner/loop", GINT_TO_POINTER (IN_LOOP), test_owner);
  g_test_add_func ("/parallel-broken/owner/after-thief", test_owner_after_thief);
  g_test_add_func ("/parallel-broken/owner/alone", test_owner_alone);
  g_test_add_func ("/parallel-broken/owner/in-other-half", test_owner_in_other_half);
  g_test_add_func ("/parallel-broken/random", test_random);

  return g_test_run ();
}
