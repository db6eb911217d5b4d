/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <pthread.h>

#include "my-test-log.h"
#include "my-test-pool.h"
#include "my-test-sanitizer.h"

/* MyLoopThread: its loop, and what is called in it. The races are in test-loop-thread-races.c. */

static MyLoopThread *
start_loop (void)
{
  MyLoopThread *loop = my_loop_thread_new ("loop");

  g_assert_true (my_thread_start (MY_THREAD (loop), NULL));
  return loop;
}

static void
finish_loop (MyLoopThread *loop)
{
  my_loop_thread_quit (loop);
  my_test_finish (MY_THREAD (loop));
}

static void
count (MyThread *self,
       gpointer n)
{
  g_atomic_int_inc ((gint *) n);
}

static void
block (MyThread *self,
       gpointer data)
{
  MyTestBlock *gates = data;

  my_test_gate_open (&gates->entered);
  my_test_gate_wait (&gates->release);
}

/* A thread that invokes something, and keeps what comes of it. */

typedef struct {
  MyLoopThread *loop;
  MyOwnerFunc func;
  gpointer user_data;
  gboolean succeeded;
  GError *error;
  MyThread *thread;
} Invoker;

static void
run_invoke (MyThread *thread,
            gpointer data,
            GError **error)
{
  Invoker *invoker = data;

  invoker->succeeded = my_loop_thread_invoke (invoker->loop, invoker->func, invoker->user_data, &invoker->error);
  g_assert_true (invoker->succeeded == (invoker->error == NULL));
}

static void
invoker_start (Invoker *invoker)
{
  invoker->thread = my_test_start ("invoker", run_invoke, invoker);
}

static void
invoker_finish (Invoker *invoker,
                GQuark domain,
                gint code)
{
  my_test_finish (invoker->thread);
  if (domain == 0) {
    g_assert_no_error (invoker->error);
    g_assert_true (invoker->succeeded);
  } else {
    my_test_assert_error (&invoker->error, domain, code);
  }
}

/* the loop */

static void
look_around (MyThread *self,
             gpointer context)
{
  g_assert_true (my_thread_get_current () == self);
  g_assert_true (g_main_context_get_thread_default () == context);
  g_assert_true (g_main_context_is_owner (context));
}

static void
test_life (void)
{
  MyLoopThread *loop = my_loop_thread_new ("loop");
  GMainContext *context = my_loop_thread_get_context (loop);
  GMainContext *property;
  gint n = 0;

  my_test_assert_string (my_thread_dup_name (MY_THREAD (loop)), "loop");
  g_object_get (loop, "context", &property, NULL);
  g_assert_true (property == context && context != NULL);
  g_main_context_unref (property);

  my_test_assert_fails (my_loop_thread_invoke (loop, count, &n, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_NOT_STARTED);
  g_assert_true (my_thread_start (MY_THREAD (loop), NULL));
  g_assert_true (my_loop_thread_invoke (loop, look_around, context, NULL));
  g_assert_true (my_loop_thread_invoke (loop, count, &n, NULL));
  g_assert_cmpint (n, ==, 1);
  my_loop_thread_quit (loop);
  g_assert_true (my_thread_join (MY_THREAD (loop), NULL));
  g_assert_cmpint (my_thread_get_state (MY_THREAD (loop)), ==, MY_THREAD_STATE_SUCCEEDED);

  my_test_assert_fails (my_loop_thread_invoke (loop, count, &n, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_SHUT_DOWN);
  my_loop_thread_quit (loop);
  g_assert_cmpint (n, ==, 1);
  g_assert_true (my_loop_thread_get_context (loop) == context);
  g_assert_finalize_object (loop);
}

static void
test_bad_input (void)
{
  MyLoopThread *loop = start_loop ();

  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*my_loop_thread_invoke*func*");
  g_assert_false (my_loop_thread_invoke (loop, NULL, NULL, NULL));
  g_test_assert_expected_messages ();
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*my_loop_thread_invoke*MY_IS_LOOP_THREAD*");
  g_assert_false (my_loop_thread_invoke (NULL, count, NULL, NULL));
  g_test_assert_expected_messages ();
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*my_loop_thread_quit*MY_IS_LOOP_THREAD*");
  my_loop_thread_quit (NULL);
  g_test_assert_expected_messages ();
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*my_loop_thread_get_context*MY_IS_LOOP_THREAD*");
  g_assert_null (my_loop_thread_get_context (NULL));
  g_test_assert_expected_messages ();
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*my_loop_thread_new*utf8*");
  g_assert_null (my_loop_thread_new ("\xff"));
  g_test_assert_expected_messages ();
  finish_loop (loop);
}

static void
check_inside (MyThread *self,
              gpointer n)
{
  g_assert_true (my_loop_thread_invoke (MY_LOOP_THREAD (self), count, n, NULL));
  g_assert_cmpint (*(gint *) n, ==, 1);
  my_loop_thread_quit (MY_LOOP_THREAD (self));
  my_loop_thread_quit (MY_LOOP_THREAD (self));
  g_assert_true (my_loop_thread_invoke (MY_LOOP_THREAD (self), count, n, NULL));
}

static void
test_inside (void)
{
  MyLoopThread *loop = start_loop ();
  gint n = 0;

  g_assert_true (my_loop_thread_invoke (loop, check_inside, &n, NULL));
  g_assert_cmpint (n, ==, 2);
  my_test_finish (MY_THREAD (loop));
}

/* What is made there lives there. */

typedef struct {
  MyThread *child;
  MyTestGate finished;
} Home;

static void
on_finished (MyThread *child,
             Home *home)
{
  g_assert_true (MY_IS_LOOP_THREAD (my_thread_get_current ()));
  my_test_gate_open (&home->finished);
}

static void
make_child (MyThread *self,
            gpointer data)
{
  Home *home = data;

  home->child = my_thread_new ("child", my_test_run_nothing, NULL, NULL);
  g_assert_true (my_thread_get_main_context (home->child) == my_loop_thread_get_context (MY_LOOP_THREAD (self)));
  g_signal_connect (home->child, "finished", G_CALLBACK (on_finished), home);
  g_assert_true (my_thread_start (home->child, NULL));
}

static void
free_child (MyThread *self,
            gpointer data)
{
  my_test_finish (((Home *) data)->child);
}

static void
test_home (void)
{
  MyLoopThread *loop = start_loop ();
  Home home = { 0 };

  my_test_gate_init (&home.finished);
  g_assert_true (my_loop_thread_invoke (loop, make_child, &home, NULL));
  my_test_gate_wait (&home.finished);
  g_assert_true (my_loop_thread_invoke (loop, free_child, &home, NULL));
  finish_loop (loop);
  my_test_gate_clear (&home.finished);
}

/* A loop inside of the loop serves calls. */

static void
run_inner_loop (MyThread *self,
                gpointer inner)
{
  g_main_loop_run (inner);
}

static void
quit_inner_loop (MyThread *self,
                 gpointer inner)
{
  g_main_loop_quit (inner);
}

static void
test_inner_loop (void)
{
  MyLoopThread *loop = start_loop ();
  GMainLoop *inner = g_main_loop_new (my_loop_thread_get_context (loop), FALSE);
  Invoker invoker = { .loop = loop, .func = run_inner_loop, .user_data = inner };

  invoker_start (&invoker);
  while (!g_main_loop_is_running (inner)) {
    g_thread_yield ();
  }
  g_assert_true (my_loop_thread_invoke (loop, quit_inner_loop, inner, NULL));
  invoker_finish (&invoker, 0, 0);
  g_main_loop_unref (inner);
  finish_loop (loop);
}

/* quit and cancel */

#define N_INVOKERS 10

static void
invokers_start (Invoker *invokers,
                MyLoopThread *loop,
                gint *n)
{
  for (guint i = 0; i < N_INVOKERS; i++) {
    invokers[i] = (Invoker){ .loop = loop, .func = count, .user_data = n };
    invoker_start (&invokers[i]);
    my_test_wait_until_waiting (invokers[i].thread);
  }
}

static void
invokers_finish (Invoker *invokers,
                 GQuark domain,
                 gint code)
{
  for (guint i = 0; i < N_INVOKERS; i++) {
    invoker_finish (&invokers[i], domain, code);
  }
}

static void
test_quit_runs_what_came_before (void)
{
  g_auto (MyTestBlock) gates = MY_TEST_BLOCK_INIT;
  MyLoopThread *loop = start_loop ();
  Invoker blocker = { .loop = loop, .func = block, .user_data = &gates };
  Invoker invokers[N_INVOKERS];
  gint n = 0;

  invoker_start (&blocker);
  my_test_gate_wait (&gates.entered);
  invokers_start (invokers, loop, &n);
  my_loop_thread_quit (loop);
  my_test_assert_fails (my_loop_thread_invoke (loop, count, &n, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_SHUT_DOWN);
  g_assert_cmpint (n, ==, 0);
  my_test_gate_open (&gates.release);
  invoker_finish (&blocker, 0, 0);
  invokers_finish (invokers, 0, 0);
  g_assert_cmpint (n, ==, N_INVOKERS);
  my_test_finish (MY_THREAD (loop));
}

static void
test_quit_before_start (void)
{
  MyLoopThread *loop = my_loop_thread_new (NULL);
  gint n = 0;

  my_loop_thread_quit (loop);
  my_test_assert_fails (my_loop_thread_invoke (loop, count, &n, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_NOT_STARTED);
  g_assert_true (my_thread_start (MY_THREAD (loop), NULL));
  my_test_assert_fails (my_loop_thread_invoke (loop, count, &n, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_SHUT_DOWN);
  my_test_finish (MY_THREAD (loop));
  g_assert_cmpint (n, ==, 0);
}

static void
test_cancel (void)
{
  g_auto (MyTestBlock) gates = MY_TEST_BLOCK_INIT;
  MyLoopThread *loop = start_loop ();
  Invoker blocker = { .loop = loop, .func = block, .user_data = &gates };
  Invoker invokers[N_INVOKERS];
  gint n = 0;

  invoker_start (&blocker);
  my_test_gate_wait (&gates.entered);
  invokers_start (invokers, loop, &n);
  my_loop_thread_quit (loop);
  my_thread_cancel (MY_THREAD (loop));
  my_test_gate_open (&gates.release);
  invoker_finish (&blocker, 0, 0);
  invokers_finish (invokers, MY_THREAD_ERROR, MY_THREAD_ERROR_SHUT_DOWN);
  my_test_assert_fails (my_thread_join (MY_THREAD (loop), &error_), G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (my_thread_get_state (MY_THREAD (loop)), ==, MY_THREAD_STATE_CANCELLED);
  g_assert_cmpint (n, ==, 0);
  g_assert_finalize_object (loop);
}

/* By the cancellable, while the loop sleeps. */
static void
test_cancel_asleep (void)
{
  for (guint i = 0; i < 2; i++) {
    MyLoopThread *loop = start_loop ();

    my_test_wait_until_asleep (MY_THREAD (loop));
    if (i == 0) {
      my_thread_cancel (MY_THREAD (loop));
    } else {
      g_cancellable_cancel (my_thread_get_cancellable (MY_THREAD (loop)));
    }
    my_test_assert_fails (my_thread_join (MY_THREAD (loop), &error_), G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_finalize_object (loop);
  }
}

/* The invoking thread is cancelled: before func has begun, and after that. */
static void
test_invoker_cancelled (void)
{
  g_auto (MyTestBlock) gates = MY_TEST_BLOCK_INIT;
  MyLoopThread *loop = start_loop ();
  Invoker begun = { .loop = loop, .func = block, .user_data = &gates };
  gint n = 0;
  Invoker queued = { .loop = loop, .func = count, .user_data = &n };

  invoker_start (&begun);
  my_test_gate_wait (&gates.entered);
  invoker_start (&queued);
  my_test_wait_until_waiting (queued.thread);
  my_thread_cancel (queued.thread);
  invoker_finish (&queued, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  my_thread_cancel (begun.thread);
  g_assert_true (my_thread_is_alive (begun.thread));
  my_test_gate_open (&gates.release);
  invoker_finish (&begun, 0, 0);
  g_assert_cmpint (n, ==, 0);
  finish_loop (loop);
}

/* cycles */

static void
invoke_other (MyThread *self,
              gpointer data)
{
  Invoker *other = data;

  other->succeeded = my_loop_thread_invoke (other->loop, other->func, other->user_data, &other->error);
}

static void
test_two_loops (void)
{
  MyLoopThread *one = start_loop ();
  MyLoopThread *two = start_loop ();
  gint n = 0;
  Invoker back = { .loop = one, .func = count, .user_data = &n };
  Invoker there = { .loop = two, .func = invoke_other, .user_data = &back };

  g_assert_true (my_loop_thread_invoke (one, invoke_other, &there, NULL));
  g_assert_true (there.succeeded);
  my_test_assert_error (&back.error, MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK);
  g_assert_cmpint (n, ==, 0);
  finish_loop (one);
  finish_loop (two);
}

static void
join_it (MyThread *self,
         gpointer data)
{
  Invoker *invoker = data;

  invoker->succeeded = my_thread_join (invoker->thread, &invoker->error);
}

/* func joins the thread that waits for it, also when that is cancelled meanwhile. */

static void
cancel_and_join_it (MyThread *self,
                    gpointer thread)
{
  my_thread_cancel (thread);
  my_test_assert_fails (my_thread_join (thread, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK);
}

static void
run_have_itself_joined (MyThread *thread,
                        gpointer loop,
                        GError **error)
{
  Invoker back = { .thread = thread };

  g_assert_true (my_loop_thread_invoke (loop, join_it, &back, NULL));
  my_test_assert_error (&back.error, MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK);
  g_assert_true (my_loop_thread_invoke (loop, cancel_and_join_it, thread, NULL));
}

static void
test_joins_invoker (void)
{
  MyLoopThread *loop = start_loop ();
  MyThread *thread = my_test_start (NULL, run_have_itself_joined, loop);

  my_test_finish (thread);
  finish_loop (loop);
}

/* It waits for a slot that the invoking thread holds. */

static void
run_invoke_queued (MyThread *thread,
                   gpointer loop,
                   GError **error)
{
  gint n = 0;

  g_assert_true (my_thread_start (loop, NULL));
  my_test_assert_fails (my_loop_thread_invoke (loop, count, &n, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK);
}

static void
test_queued (void)
{
  MyThreadGroup *group = my_thread_group_new ("narrow", NULL);
  MyLoopThread *loop = g_object_new (MY_TYPE_LOOP_THREAD, "group", group, NULL);
  MyThread *holder;
  gint n = 0;

  my_thread_group_set_max_running (group, 1);
  holder = my_thread_new_in_group (group, NULL, run_invoke_queued, loop, NULL);
  g_assert_true (my_thread_start (holder, NULL));
  my_test_finish (holder);
  g_assert_true (my_loop_thread_invoke (loop, count, &n, NULL));
  g_assert_cmpint (n, ==, 1);
  finish_loop (loop);
  my_test_release (group);
}

/* the end */

static void
exit_os_thread (MyThread *self,
                gpointer data)
{
  block (self, data);
  pthread_exit (NULL);
}

static void
test_pthread_exit (void)
{
  g_auto (MyTestBlock) gates = MY_TEST_BLOCK_INIT;
  MyLoopThread *loop = start_loop ();
  Invoker exiting = { .loop = loop, .func = exit_os_thread, .user_data = &gates };
  Invoker invokers[N_INVOKERS];
  gint n = 0;

  /* g_main_dispatch() has a reference to the source, and never returns. */
  if (MY_TEST_HAS_SANITIZER) {
    g_test_skip ("the sanitizer sees what GLib leaks");
    finish_loop (loop);
    return;
  }
  invoker_start (&exiting);
  my_test_gate_wait (&gates.entered);
  invokers_start (invokers, loop, &n);
  my_test_gate_open (&gates.release);
  invoker_finish (&exiting, MY_THREAD_ERROR, MY_THREAD_ERROR_BROKEN);
  invokers_finish (invokers, MY_THREAD_ERROR, MY_THREAD_ERROR_SHUT_DOWN);
  my_test_assert_fails (my_thread_join (MY_THREAD (loop), &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_BROKEN);
  g_assert_cmpint (n, ==, 0);
  g_assert_finalize_object (loop);
}

/* On a pool it has a worker. */

static void
run_start_and_invoke (MyThread *thread,
                      gpointer invoker,
                      GError **error)
{
  g_assert_true (my_thread_start (MY_THREAD (((Invoker *) invoker)->loop), NULL));
  run_invoke (thread, invoker, error);
}

static void
test_pool (void)
{
  MyThreadPool *pool = my_thread_pool_new ("pool", 1);
  MyLoopThread *loop = my_loop_thread_new (NULL);
  gint n = 0;
  Invoker invoker = { .loop = loop, .func = count, .user_data = &n };

  my_thread_set_executor (MY_THREAD (loop), MY_EXECUTOR (pool));
  g_assert_true (my_thread_start (MY_THREAD (loop), NULL));
  g_assert_true (my_loop_thread_invoke (loop, look_around, my_loop_thread_get_context (loop), NULL));
  g_assert_true (my_loop_thread_invoke (loop, count, &n, NULL));
  my_loop_thread_quit (loop);
  my_test_finish (MY_THREAD (loop));

  /* It is queued behind the thread that invokes it: that one waits, and another worker runs it. */
  invoker.loop = loop = my_loop_thread_new (NULL);
  my_thread_set_executor (MY_THREAD (loop), MY_EXECUTOR (pool));
  invoker.thread = my_thread_new (NULL, run_start_and_invoke, &invoker, NULL);
  my_thread_set_executor (invoker.thread, MY_EXECUTOR (pool));
  g_assert_true (my_thread_start (invoker.thread, NULL));
  invoker_finish (&invoker, 0, 0);
  finish_loop (loop);
  my_test_pool_finish (pool);
}

/* subclasses */

typedef struct {
  MyLoopThread parent;
  MyTestBlock *gates; /* NULL: it chains up */
  MyTestBlock *last;  /* what it does after the loop, or NULL */
  GString *said;
} TestLoop;

typedef MyLoopThreadClass TestLoopClass;

GType test_loop_get_type (void);
G_DEFINE_TYPE (TestLoop, test_loop, MY_TYPE_LOOP_THREAD)

static void
test_loop_run (MyThread *thread,
               GError **error)
{
  TestLoop *self = (TestLoop *) thread;
  gint n = 0;

  if (self->last != NULL) {
    MY_THREAD_CLASS (test_loop_parent_class)->run (thread, error);
    my_test_run_block (thread, self->last, NULL);
    return;
  }
  if (self->gates != NULL) {
    my_test_run_block (thread, self->gates, error);
    return;
  }
  g_assert_true (my_loop_thread_invoke (MY_LOOP_THREAD (self), count, &n, NULL));
  g_string_append (self->said, "before ");
  MY_THREAD_CLASS (test_loop_parent_class)->run (thread, error);
  MY_THREAD_CLASS (test_loop_parent_class)->run (thread, error);
  g_string_append (self->said, "after");
  g_assert_null (g_main_context_get_thread_default ());
  my_test_assert_fails (my_loop_thread_invoke (MY_LOOP_THREAD (self), count, &n, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_SHUT_DOWN);
  g_assert_cmpint (n, ==, 1);
}

static void
test_loop_class_init (TestLoopClass *klass)
{
  MY_THREAD_CLASS (klass)->run = test_loop_run;
}

static void
test_loop_init (TestLoop *self)
{
}

static void
say (MyThread *self,
     gpointer word)
{
  g_string_append (((TestLoop *) self)->said, word);
}

static void
test_chains_up (void)
{
  TestLoop *loop = g_object_new (test_loop_get_type (), NULL);
  GString *said = g_string_new (NULL);

  loop->said = said;
  g_assert_true (my_thread_start (MY_THREAD (loop), NULL));
  g_assert_true (my_loop_thread_invoke (MY_LOOP_THREAD (loop), say, "called ", NULL));
  finish_loop (MY_LOOP_THREAD (loop));
  g_assert_cmpstr (said->str, ==, "before called after");
  g_string_free (said, TRUE);
}

/* Nobody serves what is invoked: the end of the thread ends the wait. */
static void
test_does_not_chain_up (void)
{
  g_auto (MyTestBlock) gates = MY_TEST_BLOCK_INIT;
  TestLoop *loop = g_object_new (test_loop_get_type (), NULL);
  Invoker invokers[N_INVOKERS];
  gint n = 0;

  loop->gates = &gates;
  g_assert_true (my_thread_start (MY_THREAD (loop), NULL));
  my_test_gate_wait (&gates.entered);
  invokers_start (invokers, MY_LOOP_THREAD (loop), &n);
  my_test_gate_open (&gates.release);
  invokers_finish (invokers, MY_THREAD_ERROR, MY_THREAD_ERROR_SHUT_DOWN);
  g_assert_cmpint (n, ==, 0);
  my_test_finish (MY_THREAD (loop));
}

/* The end of the loop ends the wait, and not that of the thread, which may come much later. */
static void
test_goes_on_after_loop (void)
{
  g_auto (MyTestBlock) gates = MY_TEST_BLOCK_INIT;
  g_auto (MyTestBlock) last = MY_TEST_BLOCK_INIT;
  TestLoop *loop = g_object_new (test_loop_get_type (), NULL);
  Invoker blocker = { .loop = MY_LOOP_THREAD (loop), .func = block, .user_data = &gates };
  Invoker invokers[N_INVOKERS];
  gint n = 0;

  loop->last = &last;
  g_assert_true (my_thread_start (MY_THREAD (loop), NULL));
  invoker_start (&blocker);
  my_test_gate_wait (&gates.entered);
  invokers_start (invokers, MY_LOOP_THREAD (loop), &n);
  my_thread_cancel (MY_THREAD (loop));
  my_test_gate_open (&gates.release);
  my_test_gate_wait (&last.entered);
  invoker_finish (&blocker, 0, 0);
  invokers_finish (invokers, MY_THREAD_ERROR, MY_THREAD_ERROR_SHUT_DOWN);
  my_test_assert_fails (my_loop_thread_invoke (MY_LOOP_THREAD (loop), count, &n, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_SHUT_DOWN);
  g_assert_true (my_thread_is_alive (MY_THREAD (loop)));
  my_test_gate_open (&last.release);
  my_test_assert_fails (my_thread_join (MY_THREAD (loop), &error_), G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_finalize_object (loop);
}

/* the context */

static gboolean
never (gpointer unused)
{
  g_assert_not_reached ();
}

static void
open_gate (gpointer gate)
{
  my_test_gate_open (gate);
}

static void
attach (GMainContext *context,
        MyTestGate *destroyed)
{
  GSource *source = g_timeout_source_new_seconds (3600);

  g_source_set_callback (source, never, destroyed, open_gate);
  g_source_attach (source, context);
  g_source_unref (source);
}

static void
test_sources_left (void)
{
  g_auto (MyTestGate) destroyed = MY_TEST_GATE_INIT;
  MyLoopThread *loop = start_loop ();
  GMainContext *context = my_loop_thread_get_context (loop);

  attach (context, &destroyed);
  my_loop_thread_quit (loop);
  g_assert_true (my_thread_join (MY_THREAD (loop), NULL));
  g_assert_false (my_test_gate_is_open (&destroyed));
  g_assert_finalize_object (loop);
  g_assert_true (my_test_gate_is_open (&destroyed));
}

/* Somebody else keeps the context. */
static void
test_context_kept (void)
{
  g_auto (MyTestGate) destroyed = MY_TEST_GATE_INIT;
  MyLoopThread *loop = start_loop ();
  GMainContext *context = g_main_context_ref (my_loop_thread_get_context (loop));

  attach (context, &destroyed);
  finish_loop (loop);
  g_assert_false (my_test_gate_is_open (&destroyed));
  my_test_iterate_pending (context);
  g_main_context_unref (context);
  g_assert_true (my_test_gate_is_open (&destroyed));
}

/* The loop waits for who has its context; a call of that one is made at once. */
static void
test_context_in_use (void)
{
  MyLoopThread *loop = my_loop_thread_new (NULL);
  GMainContext *context = my_loop_thread_get_context (loop);
  gint n = 0;

  g_main_context_push_thread_default (context);
  g_assert_true (my_thread_start (MY_THREAD (loop), NULL));
  g_assert_true (my_loop_thread_invoke (loop, count, &n, NULL));
  g_main_context_pop_thread_default (context);
  g_assert_true (my_loop_thread_invoke (loop, look_around, context, NULL));
  finish_loop (loop);

  /* Quit and cancelled meanwhile. */
  for (guint i = 0; i < 2; i++) {
    loop = my_loop_thread_new (NULL);
    context = my_loop_thread_get_context (loop);
    g_main_context_push_thread_default (context);
    g_assert_true (my_thread_start (MY_THREAD (loop), NULL));
    my_test_wait_until (my_test_has_begun, loop);
    if (i == 0) {
      my_loop_thread_quit (loop);
    } else {
      my_thread_cancel (MY_THREAD (loop));
    }
    g_assert_true (my_thread_join (MY_THREAD (loop), NULL) == (i == 0));
    g_main_context_pop_thread_default (context);
    g_assert_finalize_object (loop);
  }
}

/* fork() */

typedef struct {
  MyLoopThread *running;
  MyLoopThread *fresh;
} Inherited;

static void
check_child (gpointer data)
{
  Inherited *inherited = data;
  MyLoopThread *made;
  gint n = 0;

  my_test_assert_fails (my_loop_thread_invoke (inherited->running, count, &n, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_SHUT_DOWN);
  my_loop_thread_quit (inherited->running);
  my_test_assert_fails (my_thread_join (MY_THREAD (inherited->running), &error_), G_IO_ERROR, G_IO_ERROR_CANCELLED);

  /* Its context is the parent's. */
  g_assert_true (my_thread_start (MY_THREAD (inherited->fresh), NULL));
  my_test_assert_fails (my_thread_join (MY_THREAD (inherited->fresh), &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_BROKEN);
  my_test_assert_fails (my_loop_thread_invoke (inherited->fresh, count, &n, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_SHUT_DOWN);
  g_object_unref (inherited->fresh);

  made = start_loop ();
  g_assert_true (my_loop_thread_invoke (made, count, &n, NULL));
  my_loop_thread_quit (made);
  g_assert_true (my_thread_join (MY_THREAD (made), NULL));
  made = start_loop ();
  my_test_wait_until_asleep (MY_THREAD (made));
  my_thread_cancel (MY_THREAD (made));
  my_test_assert_fails (my_thread_join (MY_THREAD (made), &error_), G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (n, ==, 1);
}

typedef struct {
  MyLoopThread *loop;
  gint is_over;
  gint n;
} Storm;

static void
run_storm (MyThread *thread,
           gpointer data,
           GError **error)
{
  Storm *storm = data;

  while (!g_atomic_int_get (&storm->is_over)) {
    g_assert_true (my_loop_thread_invoke (storm->loop, count, &storm->n, NULL));
  }
}

static void
fork_here (MyThread *self,
           gpointer inherited)
{
  my_test_in_child (check_child, inherited);
}

static void
test_fork (void)
{
  Inherited inherited = { .running = start_loop (), .fresh = my_loop_thread_new (NULL) };
  Storm storm = { .loop = inherited.running };
  MyLoopThread *other = start_loop ();
  MyThread *threads[2];

  if (MY_TEST_HAS_SANITIZER) {
    g_test_skip ("no sanitizer allows threads in a child");
    finish_loop (inherited.running);
    finish_loop (other);
    g_assert_finalize_object (inherited.fresh);
    return;
  }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    threads[i] = my_test_start ("storm", run_storm, &storm);
  }
  my_test_wait_until (my_test_is_set, &storm.n);
  for (guint i = 0; i < 20; i++) {
    my_test_in_child (check_child, &inherited);
    /* In a func of another loop. */
    g_assert_true (my_loop_thread_invoke (other, fork_here, &inherited, NULL));
  }
  g_atomic_int_set (&storm.is_over, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    my_test_finish (threads[i]);
  }
  finish_loop (inherited.running);
  finish_loop (other);
  g_assert_finalize_object (inherited.fresh);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/loop-thread/life", test_life);
  g_test_add_func ("/loop-thread/bad-input", test_bad_input);
  g_test_add_func ("/loop-thread/inside", test_inside);
  g_test_add_func ("/loop-thread/home", test_home);
  g_test_add_func ("/loop-thread/inner-loop", test_inner_loop);
  g_test_add_func ("/loop-thread/quit-runs-what-came-before", test_quit_runs_what_came_before);
  g_test_add_func ("/loop-thread/quit-before-start", test_quit_before_start);
  g_test_add_func ("/loop-thread/cancel", test_cancel);
  g_test_add_func ("/loop-thread/cancel-asleep", test_cancel_asleep);
  g_test_add_func ("/loop-thread/invoker-cancelled", test_invoker_cancelled);
  g_test_add_func ("/loop-thread/two-loops", test_two_loops);
  g_test_add_func ("/loop-thread/joins-invoker", test_joins_invoker);
  g_test_add_func ("/loop-thread/queued", test_queued);
  g_test_add_func ("/loop-thread/pthread-exit", test_pthread_exit);
  g_test_add_func ("/loop-thread/pool", test_pool);
  g_test_add_func ("/loop-thread/chains-up", test_chains_up);
  g_test_add_func ("/loop-thread/does-not-chain-up", test_does_not_chain_up);
  g_test_add_func ("/loop-thread/goes-on-after-loop", test_goes_on_after_loop);
  g_test_add_func ("/loop-thread/sources-left", test_sources_left);
  g_test_add_func ("/loop-thread/context-kept", test_context_kept);
  g_test_add_func ("/loop-thread/context-in-use", test_context_in_use);
  g_test_add_func ("/loop-thread/fork", test_fork);

  return g_test_run ();
}
