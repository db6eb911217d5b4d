/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <pthread.h>

#include "my-test-log.h"
#include "my-test-pool.h"
#include "my-test-thread.h"

/* Threads that run on a pool: queued, cancelled, joined where they wait. */

/* Queued. */

static void
test_queued (void)
{
  MyThreadPool *pool = my_thread_pool_new ("queued", 1);
  guint n_before = my_thread_active_count ();
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *thread;

  my_test_pool_hold (pool, &block, 1);
  thread = my_test_submit (pool, my_test_run_nothing, NULL);
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_QUEUED);
  g_assert_true (my_thread_is_alive (thread));
  g_assert_cmpuint (my_thread_get_ident (thread), ==, 0);
  g_assert_cmpuint (my_thread_active_count (), >=, n_before + 1);
  /* A limit is kept: who may not wait for ever does not run it. */
  my_test_assert_fails (my_thread_join_timeout (thread, 0, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT);
  my_test_gate_open (&block.release);
  my_test_finish (thread);
  my_test_pool_finish (pool);
}

/* Cancelled while it is queued: it ends at once, and nothing of it is left in the pool's way. */
static void
test_cancelled_queued (void)
{
  MyThreadPool *pool = my_thread_pool_new ("cancelled", 1);
  g_autoptr (MyTestLog) log = my_test_log_new ();
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *threads[5];

  my_test_pool_hold (pool, &block, 1);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    threads[i] = my_test_thread_new (NULL, log, NULL, NULL);
    g_assert_true (my_executor_submit (MY_EXECUTOR (pool), threads[i], NULL));
  }
  for (guint i = 1; i < G_N_ELEMENTS (threads); i += 2) {
    my_thread_cancel (threads[i]);
    g_assert_cmpint (my_thread_get_state (threads[i]), ==, MY_THREAD_STATE_CANCELLED);
    my_test_assert_fails (my_thread_join (threads[i], &error_), G_IO_ERROR, G_IO_ERROR_CANCELLED);
    my_test_assert_log (log, "class-finished");
  }
  my_test_gate_open (&block.release);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i += 2) {
    /* Who joins it before may run it himself. */
    my_test_wait_until (my_test_is_over, threads[i]);
  }
  my_test_assert_log (log, "run@ run@ run@");
  for (guint i = 0; i < G_N_ELEMENTS (threads); i += 2) {
    g_assert_true (my_thread_join (threads[i], NULL));
    my_test_assert_log (log, "class-started class-finished");
  }
  g_assert_true (my_thread_pool_shutdown (pool, MY_SHUTDOWN_DRAIN, NULL));
  g_assert_cmpuint (my_thread_pool_get_n_queued (pool), ==, 0);
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "");
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    g_assert_finalize_object (threads[i]);
    my_test_assert_log (log, "finalized");
  }
  my_test_pool_finish (pool);
}

/* A helping join: in the pool, what has not begun is run by who waits for it. */

typedef struct {
  MyThreadPool *pool;
  guint64 ident;
  gboolean has_run;
} Child;

static void
run_child (MyThread *thread,
           gpointer data,
           GError **error)
{
  Child *child = data;

  g_assert_true (my_thread_get_current () == thread);
  g_assert_true (my_thread_get_ident (thread) == (guint64) pthread_self ());
  child->ident = my_thread_get_ident (thread);
  child->has_run = TRUE;
}

static void
run_join_child (MyThread *thread,
                gpointer data,
                GError **error)
{
  Child *child = data;
  MyThread *queued = my_test_submit (child->pool, run_child, child);

  g_assert_true (my_thread_join (queued, error));
  g_assert_true (my_thread_get_current () == thread);
  g_assert_true (my_thread_get_ident (thread) == (guint64) pthread_self ());
  g_assert_cmpuint (child->ident, ==, my_thread_get_ident (thread));
  g_object_unref (queued);
}

static void
test_helping_join (void)
{
  MyThreadPool *pool = my_thread_pool_new ("helping", 1);
  Child child = { .pool = pool };
  MyThread *thread;

  thread = my_test_submit (pool, run_join_child, &child);
  my_test_wait_until (my_test_is_over, thread);
  my_test_finish (thread);
  g_assert_true (child.has_run);
  my_test_pool_finish (pool);
}

static void
wrapper_toggled (gpointer data,
                 GObject *object,
                 gboolean is_last)
{
}

static void
run_join_wrapped (MyThread *thread,
                  gpointer data,
                  GError **error)
{
  Child *child = data;
  MyThread *queued = my_thread_new ("wrapped", run_child, child, NULL);

  my_thread_set_executor (queued, MY_EXECUTOR (child->pool));
  g_object_add_toggle_ref (G_OBJECT (queued), wrapper_toggled, NULL);
  g_assert_true (my_thread_start (queued, error));
  g_assert_true (my_thread_join (queued, error));
  g_assert_true (child->has_run);
  g_assert_cmpuint (child->ident, !=, my_thread_get_ident (thread));
  g_object_remove_toggle_ref (G_OBJECT (queued), wrapper_toggled, NULL);
  g_object_unref (queued);
}

/* What a language keeps for each OS thread is the joiner's there: so a thread with a wrapper runs on another one. */
static void
test_no_help_for_wrapped (void)
{
  MyThreadPool *pool = my_thread_pool_new ("wrapped", 1);
  Child child = { .pool = pool };
  MyThread *thread;

  for (guint i = 0; i < 200; i++) {
    child.has_run = FALSE;
    thread = my_test_submit (pool, run_join_wrapped, &child);
    if (i % 2 == 0) {
      my_test_wait_until (my_test_is_over, thread);
    }
    my_test_finish (thread);
    g_assert_true (child.has_run);
  }
  my_test_pool_finish (pool);
}

static void
task_join_child (gpointer data)
{
  Child *child = data;
  MyThread *queued = my_test_submit (child->pool, run_child, child);

  g_assert_true (my_thread_join (queued, NULL));
  g_assert_cmpuint (child->ident, ==, (guint64) pthread_self ());
  g_object_unref (queued);
}

/* A task may join as well as a thread. */
static void
test_helping_task (void)
{
  MyThreadPool *pool = my_thread_pool_new ("helping", 1);
  Child child = { .pool = pool };

  my_test_push (pool, task_join_child, &child);
  my_test_pool_wait_until_idle (pool, 2);
  my_test_pool_finish (pool);
}

/* It runs nothing but what is joined: another job on that stack could need what the waiter holds. */

typedef struct {
  MyThreadPool *pool;
  pthread_t waiter;
  gint on_waiter;
  MyTestBlock block;
  MyThread *running;
} NothingElse;

static void
task_compare_os_thread (gpointer data)
{
  NothingElse *else_ = data;

  if (pthread_equal (pthread_self (), else_->waiter)) {
    g_atomic_int_inc (&else_->on_waiter);
  }
}

static void
task_compare_and_release (gpointer data)
{
  NothingElse *else_ = data;

  task_compare_os_thread (data);
  my_test_gate_open (&else_->block.release);
}

static void
run_join_running (MyThread *thread,
                  gpointer data,
                  GError **error)
{
  NothingElse *else_ = data;

  else_->waiter = pthread_self ();
  for (guint i = 0; i < 10; i++) {
    my_test_push (else_->pool, task_compare_os_thread, else_);
  }
  my_test_push (else_->pool, task_compare_and_release, else_);
  g_assert_true (my_thread_join (else_->running, error));
}

static void
test_nothing_else (void)
{
  NothingElse else_ = { .pool = my_thread_pool_new ("nothing else", 2) };

  my_test_block_init (&else_.block);
  else_.running = my_test_submit (else_.pool, my_test_run_block, &else_.block);
  my_test_gate_wait (&else_.block.entered);
  my_test_finish (my_test_submit (else_.pool, run_join_running, &else_));
  g_assert_cmpint (else_.on_waiter, ==, 0);
  my_test_finish (else_.running);
  my_test_pool_finish (else_.pool);
  my_test_block_clear (&else_.block);
}

/* Jobs that depend on each other, on one worker. */

#define CHAIN 1000

typedef struct {
  MyThread *threads[CHAIN];
  gint n_run;
} Chain;

/* user data: where its thread is in the chain */
typedef struct {
  Chain *chain;
  guint index;
} Link;

static void
run_join_next (MyThread *thread,
               gpointer data,
               GError **error)
{
  Link *link = data;

  if (link->index + 1 < CHAIN) {
    g_assert_true (my_thread_join (link->chain->threads[link->index + 1], error));
  }
  g_atomic_int_inc (&link->chain->n_run);
}

static void
run_join_previous (MyThread *thread,
                   gpointer data,
                   GError **error)
{
  Link *link = data;

  if (link->index > 0) {
    g_assert_true (my_thread_join (link->chain->threads[link->index - 1], error));
  }
  g_atomic_int_inc (&link->chain->n_run);
}

static void
run_chain (MyThreadFunc func,
           guint max_threads)
{
  static Link links[CHAIN];
  MyThreadPool *pool = my_thread_pool_new ("chain", max_threads);
  Chain chain = { .n_run = 0 };
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;

  /* All of them are there when the first one begins. */
  my_test_pool_hold (pool, &block, max_threads);
  for (guint i = 0; i < CHAIN; i++) {
    links[i] = (Link){ &chain, i };
    chain.threads[i] = my_test_submit (pool, func, &links[i]);
  }
  my_test_gate_open (&block.release);
  for (guint i = 0; i < CHAIN; i++) {
    g_assert_true (my_thread_join (chain.threads[i], NULL));
  }
  g_assert_cmpint (chain.n_run, ==, CHAIN);
  my_test_pool_wait_until_idle (pool, CHAIN + max_threads);
  for (guint i = 0; i < CHAIN; i++) {
    g_assert_finalize_object (chain.threads[i]);
  }
  my_test_pool_finish (pool);
}

static void
test_chain_forwards (void)
{
  run_chain (run_join_next, 1);
  run_chain (run_join_next, 2);
}

static void
test_chain_backwards (void)
{
  run_chain (run_join_previous, 1);
  run_chain (run_join_previous, 2);
}

/* A thousand that wait for one that comes last: none of them can run it on its stack while it waits with a limit, so
 * all of them block at once. */

#define CROWD 200

typedef struct {
  MyThread *last;
  gint n_run;
} Crowd;

static void
run_join_last (MyThread *thread,
               gpointer data,
               GError **error)
{
  Crowd *crowd = data;

  g_assert_true (my_thread_join_timeout (crowd->last, MY_TEST_LONG_US, error));
  g_atomic_int_inc (&crowd->n_run);
}

static void
test_all_blocked (void)
{
  MyThreadPool *pool = my_thread_pool_new ("blocked", 1);
  Crowd crowd = { .n_run = 0 };
  MyThread *threads[CROWD];
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;

  my_test_pool_hold (pool, &block, 1);
  crowd.last = my_thread_new ("last", NULL, NULL, NULL);
  for (guint i = 0; i < CROWD; i++) {
    threads[i] = my_test_submit (pool, run_join_last, &crowd);
  }
  g_assert_true (my_executor_submit (MY_EXECUTOR (pool), crowd.last, NULL));
  my_test_gate_open (&block.release);
  for (guint i = 0; i < CROWD; i++) {
    my_test_finish (threads[i]);
  }
  g_assert_cmpint (crowd.n_run, ==, CROWD);
  my_test_finish (crowd.last);
  my_test_pool_finish (pool);
}

/* A tree of joins. */

typedef struct {
  MyThreadPool *pool;
  gint n_run;
} Tree;

typedef struct {
  Tree *tree;
  guint depth;
} Node;

static void
run_node (MyThread *thread,
          gpointer data,
          GError **error)
{
  Node *node = data;
  Node child = { node->tree, node->depth - 1 };

  if (node->depth > 0) {
    MyThread *children[2];

    for (guint i = 0; i < G_N_ELEMENTS (children); i++) {
      children[i] = my_test_submit (node->tree->pool, run_node, &child);
    }
    for (guint i = 0; i < G_N_ELEMENTS (children); i++) {
      g_assert_true (my_thread_join (children[i], error));
      g_object_unref (children[i]);
    }
  }
  g_atomic_int_inc (&node->tree->n_run);
}

static void
test_tree (void)
{
  for (guint max = 1; max <= 3; max++) {
    Tree tree = { .pool = my_thread_pool_new ("tree", max) };
    Node root = { &tree, 9 };

    my_test_finish (my_test_submit (tree.pool, run_node, &root));
    g_assert_cmpint (tree.n_run, ==, 1023);
    my_test_pool_finish (tree.pool);
  }
}

/* A task that needs the result of its own ancestor can never have it. Whichever of their joins comes last is refused. */

typedef struct {
  MyThreadPool *pool;
  MyThread *root;
  guint depth;
  gint n_deadlocks;
} Descent;

static void
join_or_be_refused (Descent *descent,
                    MyThread *thread)
{
  GError *error = NULL;

  if (!my_thread_join (thread, &error)) {
    my_test_assert_error (&error, MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK);
    g_atomic_int_inc (&descent->n_deadlocks);
  }
}

static void
run_descend (MyThread *thread,
             gpointer data,
             GError **error)
{
  Descent *descent = data;

  if (descent->depth-- > 0) {
    MyThread *child = my_test_submit (descent->pool, run_descend, descent);

    join_or_be_refused (descent, child);
    g_object_unref (child);
  } else {
    join_or_be_refused (descent, descent->root);
  }
}

static void
test_ancestor (void)
{
  const guint depths[] = { 0, 1, 2, 50, 200 };

  for (guint max = 1; max <= 2; max++) {
    for (guint i = 0; i < G_N_ELEMENTS (depths); i++) {
      Descent descent = { .pool = my_thread_pool_new ("descent", max), .depth = depths[i] };

      descent.root = my_thread_new ("root", run_descend, &descent, NULL);
      g_assert_true (my_executor_submit (MY_EXECUTOR (descent.pool), descent.root, NULL));
      my_test_wait_until (my_test_is_over, descent.root);
      my_test_pool_wait_until_idle (descent.pool, depths[i] + 1);
      g_assert_cmpint (descent.n_deadlocks, ==, 1);
      my_test_finish (descent.root);
      my_test_pool_finish (descent.pool);
    }
  }
}

/* A failure of what is run in a join is its own. */

static void
run_join_failing (MyThread *thread,
                  gpointer pool,
                  GError **error)
{
  MyThread *child = my_test_submit (pool, my_test_run_fail, NULL);

  my_test_assert_fails (my_thread_join (child, &error_), G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_object_unref (child);
}

/* Cancelling the waiter does not cancel what it runs meanwhile. */

static void
run_check_not_cancelled (MyThread *thread,
                         gpointer waiter,
                         GError **error)
{
  my_thread_cancel (waiter);
  my_test_wait_until (my_test_is_cancelled, waiter);
  g_assert_false (my_thread_is_cancelled (thread));
  g_assert_true (my_thread_sleep (1, NULL));
}

static void
run_join_and_be_cancelled (MyThread *thread,
                           gpointer pool,
                           GError **error)
{
  MyThread *child = my_test_submit (pool, run_check_not_cancelled, thread);
  GError *local_error = NULL;

  /* Whether the join is interrupted, or has taken the child and seen it to its end, is open. */
  if (!my_thread_join (child, &local_error)) {
    my_test_assert_error (&local_error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  }
  g_assert_true (my_thread_is_cancelled (thread));
  g_assert_false (my_thread_is_cancelled (child));
  g_object_unref (child);
}

static void
test_outcomes (void)
{
  MyThreadPool *pool = my_thread_pool_new ("outcomes", 1);
  MyThread *failing = my_test_submit (pool, run_join_failing, pool);
  MyThread *cancelled = my_test_submit (pool, run_join_and_be_cancelled, pool);

  my_test_pool_wait_until_idle (pool, 4);
  my_test_finish (failing);
  my_test_finish (cancelled);
  my_test_pool_finish (pool);
}

/* Who is cancelled does not wait, and so does not run what he would have waited for. */

static void
run_join_when_cancelled (MyThread *thread,
                         gpointer data,
                         GError **error)
{
  Child *child = data;
  MyThread *queued = my_test_submit (child->pool, run_child, child);

  my_thread_cancel (thread);
  my_test_assert_fails (my_thread_join (queued, &error_), G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (child->has_run);
  g_object_unref (queued);
}

static void
test_cancelled_joiner (void)
{
  MyThreadPool *pool = my_thread_pool_new ("joiner", 1);
  Child child = { .pool = pool };
  MyThread *joiner = my_test_submit (pool, run_join_when_cancelled, &child);

  my_test_wait_until (my_test_is_over, joiner);
  my_test_finish (joiner);
  my_test_pool_wait_until_idle (pool, 2);
  g_assert_true (child.has_run);
  my_test_pool_finish (pool);
}

typedef struct {
  MyThread *queued;
  MyThread *joiner; /* set by itself */
} Outside;

static gpointer
join_until_cancelled (gpointer data)
{
  Outside *outside = data;

  g_atomic_pointer_set (&outside->joiner, g_object_ref (my_thread_get_current ()));
  my_test_assert_fails (my_thread_join (outside->queued, &error_), G_IO_ERROR, G_IO_ERROR_CANCELLED);
  return NULL;
}

static gboolean
has_joiner (gpointer data)
{
  return g_atomic_pointer_get (&((Outside *) data)->joiner) != NULL;
}

/* A thread that the library did not make can be cancelled, too. If it runs what it waits for, that must be so that nobody
 * can tell. */
static void
test_cancelled_outside (void)
{
  MyThreadPool *pool = my_thread_pool_new ("outside", 1);
  g_auto (MyTestBlock) held = MY_TEST_BLOCK_INIT;
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  Outside outside = { NULL, NULL };
  GThread *joiner;

  my_test_pool_hold (pool, &held, 1);
  outside.queued = my_test_submit (pool, my_test_run_block, &block);
  joiner = g_thread_new ("joiner", join_until_cancelled, &outside);
  my_test_wait_until (has_joiner, &outside);
  my_test_wait_until_waiting (outside.joiner);
  my_thread_cancel (outside.joiner);
  g_thread_join (joiner);
  my_test_gate_open (&block.release);
  my_test_gate_open (&held.release);
  my_test_finish (outside.queued);
  g_object_unref (outside.joiner);
  my_test_pool_finish (pool);
}

/* Signals of what ran on another one's stack are delivered in its owner's thread, in order. */

typedef struct {
  MyThreadPool *pool;
  MyThread *child;
} Family;

static void
run_start_and_join (MyThread *thread,
                    gpointer data,
                    GError **error)
{
  Family *family = data;

  g_assert_true (my_executor_submit (MY_EXECUTOR (family->pool), family->child, error));
  g_assert_true (my_thread_join (family->child, error));
}

static void
test_delivery (void)
{
  MyThreadPool *pool = my_thread_pool_new ("delivery", 1);
  g_autoptr (MyTestLog) log = my_test_log_new ();
  Family family = { pool, my_test_thread_new (NULL, log, NULL, NULL) };
  MyThread *parent;

  my_test_log_watch (log, family.child, NULL, "started finished");
  parent = my_test_submit (pool, run_start_and_join, &family);
  my_test_wait_until (my_test_is_over, parent);
  my_test_finish (parent);
  my_test_iterate_pending (NULL);
  my_test_log_unwatch (log, family.child);
  my_test_assert_log (log, "run@ started class-started finished class-finished");
  g_assert_finalize_object (family.child);
  my_test_assert_log (log, "finalized");
  my_test_pool_finish (pool);
}

/* Joined from outside by many, with limits and without, where it waits behind others. */

static gpointer
join_in_bits (gpointer thread)
{
  GError *error = NULL;

  while (!my_thread_join_timeout (thread, 200, &error)) {
    my_test_assert_error (&error, MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT);
  }
  return NULL;
}

static gpointer
join_for_ever (gpointer thread)
{
  g_assert_true (my_thread_join (thread, NULL));
  return NULL;
}

static void
test_joined_from_outside (void)
{
  MyThreadPool *pool = my_thread_pool_new ("outside", 1);

  for (guint round = 0; round < 50; round++) {
    MyThread *first = my_test_submit (pool, my_test_run_nothing, NULL);
    MyThread *thread = my_test_submit (pool, my_test_run_nothing, NULL);
    GThread *joiners[4];

    for (guint i = 0; i < G_N_ELEMENTS (joiners); i++) {
      joiners[i] = g_thread_new (NULL, i % 2 ? join_in_bits : join_for_ever, thread);
    }
    for (guint i = 0; i < G_N_ELEMENTS (joiners); i++) {
      g_thread_join (joiners[i]);
    }
    my_test_finish (thread);
    my_test_finish (first);
  }
  my_test_pool_wait_until_idle (pool, 100);
  my_test_pool_finish (pool);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/pool-threads/queued", test_queued);
  g_test_add_func ("/pool-threads/cancelled-queued", test_cancelled_queued);
  g_test_add_func ("/pool-threads/helping-join", test_helping_join);
  g_test_add_func ("/pool-threads/helping-task", test_helping_task);
  g_test_add_func ("/pool-threads/no-help-for-wrapped", test_no_help_for_wrapped);
  g_test_add_func ("/pool-threads/nothing-else", test_nothing_else);
  g_test_add_func ("/pool-threads/chain-forwards", test_chain_forwards);
  g_test_add_func ("/pool-threads/chain-backwards", test_chain_backwards);
  g_test_add_func ("/pool-threads/all-blocked", test_all_blocked);
  g_test_add_func ("/pool-threads/tree", test_tree);
  g_test_add_func ("/pool-threads/ancestor", test_ancestor);
  g_test_add_func ("/pool-threads/outcomes", test_outcomes);
  g_test_add_func ("/pool-threads/cancelled-joiner", test_cancelled_joiner);
  g_test_add_func ("/pool-threads/cancelled-outside", test_cancelled_outside);
  g_test_add_func ("/pool-threads/delivery", test_delivery);
  g_test_add_func ("/pool-threads/joined-from-outside", test_joined_from_outside);

  return g_test_run ();
}
