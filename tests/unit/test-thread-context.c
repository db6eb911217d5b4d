/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-thread.h"

/* Where delivery happens: in the thread that owns the thread's context. */

static void
log_destroyed (gpointer log)
{
  my_test_log_add (log, "destroyed");
}

static void
assert_context (MyThread *thread,
                GMainContext *context)
{
  GMainContext *property;

  g_assert_true (my_thread_get_main_context (thread) == context);
  g_object_get (thread, "main-context", &property, NULL);
  g_assert_true (property == context);
  g_main_context_unref (property);
}

static void
test_default (void)
{
  MyThread *thread = my_thread_new (NULL, NULL, NULL, NULL);

  assert_context (thread, g_main_context_default ());
  g_assert_finalize_object (thread);
}

/* The thread-default context at the construction. */
static void
test_pushed (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  GMainContext *context = g_main_context_new ();
  MyThread *thread;

  g_main_context_push_thread_default (context);
  thread = my_thread_new (NULL, NULL, NULL, NULL);
  g_main_context_pop_thread_default (context);
  assert_context (thread, context);

  my_test_log_watch (log, thread, NULL, "started finished");
  g_assert_true (my_thread_start (thread, NULL));
  my_test_wait_until (my_test_is_over, thread);
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "");
  my_test_iterate_until (context, my_test_log_has_finished, log);
  my_test_assert_log (log, "started finished");
  my_test_iterate_pending (context);
  g_assert_finalize_object (thread);
  g_main_context_unref (context);
}

/* join() delivers to a context that the caller has pushed, and to none that nobody owns. */
static void
test_join_pushed (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  GMainContext *context = g_main_context_new ();
  MyThread *thread = g_object_new (MY_TYPE_THREAD, "main-context", context, NULL);

  assert_context (thread, context);
  my_test_log_watch (log, thread, NULL, "started finished");
  g_assert_true (my_thread_start (thread, NULL));
  g_assert_true (my_thread_join (thread, NULL));
  my_test_assert_log (log, "");

  g_main_context_push_thread_default (context);
  g_assert_true (my_thread_join (thread, NULL));
  my_test_assert_log (log, "started finished");
  g_main_context_pop_thread_default (context);
  g_assert_finalize_object (thread);
  g_main_context_unref (context);
}

/* A thread that is no main thread, with a context and no loop. */

static gpointer
own_and_join (gpointer unused)
{
  GMainContext *context = g_main_context_new ();
  g_autoptr (MyTestLog) log = my_test_log_new ();
  MyThread *thread;

  g_main_context_push_thread_default (context);
  thread = my_thread_new (NULL, my_test_run_nothing, log, log_destroyed);
  my_test_log_watch (log, thread, NULL, "started finished");
  g_assert_true (my_thread_start (thread, NULL));
  g_assert_true (my_thread_join (thread, NULL));
  my_test_assert_log (log, "started finished");
  g_assert_finalize_object (thread);
  my_test_assert_log (log, "destroyed");
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
  return NULL;
}

static void
test_foreign_owner (void)
{
  for (guint i = 0; i < 20; i++) {
    g_thread_join (g_thread_new ("owner", own_and_join, NULL));
  }
}

/* A MyThread owns threads like any other. */

static void
run_own_and_join (MyThread *thread,
                  gpointer unused,
                  GError **error)
{
  own_and_join (NULL);
}

static void
test_worker_owner (void)
{
  my_test_finish (my_test_start (NULL, run_own_and_join, NULL));
}

/* The context of a loop in another thread. */

typedef struct {
  MyTestLog *log;
  MyThread *thread;
  MyTestGate dropped;
} Elsewhere;

static void
make_log (gpointer data)
{
  Elsewhere *elsewhere = data;

  elsewhere->log = my_test_log_new ();
}

static void
make_thread (gpointer data)
{
  Elsewhere *elsewhere = data;

  make_log (elsewhere);
  elsewhere->thread = my_thread_new (NULL, my_test_run_nothing, elsewhere->log, log_destroyed);
  my_test_log_watch (elsewhere->log, elsewhere->thread, NULL, "started finished");
}

static void
test_loop_of_another (void)
{
  for (guint i = 0; i < 20; i++) {
    MyTestLoop loop;
    Elsewhere elsewhere;

    my_test_loop_init (&loop);
    my_test_loop_call (&loop, make_thread, &elsewhere);
    assert_context (elsewhere.thread, loop.context);
    g_assert_true (my_thread_start (elsewhere.thread, NULL));
    /* This thread owns nothing of it. */
    g_assert_true (my_thread_join (elsewhere.thread, NULL));
    my_test_wait_until (my_test_log_has_finished, elsewhere.log);
    my_test_loop_clear (&loop);
    my_test_assert_log (elsewhere.log, "started finished");
    g_assert_finalize_object (elsewhere.thread);
    /* By this thread's own last reference. */
    my_test_assert_log (elsewhere.log, "destroyed@");
    my_test_log_free (elsewhere.log);
  }
}

static void
test_main_context_property (void)
{
  MyTestLoop loop;
  Elsewhere elsewhere;

  my_test_loop_init (&loop);
  my_test_loop_call (&loop, make_log, &elsewhere);
  elsewhere.thread = g_object_new (MY_TYPE_THREAD, "main-context", loop.context, NULL);
  my_test_log_watch (elsewhere.log, elsewhere.thread, NULL, "started finished");
  g_assert_true (my_thread_start (elsewhere.thread, NULL));
  my_test_wait_until (my_test_log_has_finished, elsewhere.log);
  my_test_loop_clear (&loop);
  my_test_assert_log (elsewhere.log, "started finished");
  g_assert_finalize_object (elsewhere.thread);
  my_test_log_free (elsewhere.log);
}

/* Dropped after the start, and before the end, it is finalised in the loop's thread, and so is its user data. */

static void
run_until_dropped (MyThread *thread,
                   gpointer data,
                   GError **error)
{
  Elsewhere *elsewhere = data;

  my_test_gate_wait (&elsewhere->dropped);
}

static void
log_elsewhere_destroyed (gpointer data)
{
  Elsewhere *elsewhere = data;

  my_test_log_add (elsewhere->log, "destroyed");
}

static void
make_waiting_thread (gpointer data)
{
  Elsewhere *elsewhere = data;

  make_log (elsewhere);
  elsewhere->thread = my_thread_new (NULL, run_until_dropped, elsewhere, log_elsewhere_destroyed);
  my_test_log_watch (elsewhere->log, elsewhere->thread, NULL, "started finished");
}

static gboolean
is_destroyed (gpointer log)
{
  char *text = my_test_log_take (log);
  gboolean destroyed = g_str_has_suffix (text, "destroyed");

  g_assert_false (g_str_has_suffix (text, "@"));
  g_free (text);
  return destroyed;
}

static void
test_finalize_in_loop_of_another (void)
{
  for (guint i = 0; i < 50; i++) {
    MyTestLoop loop;
    Elsewhere elsewhere;

    my_test_loop_init (&loop);
    my_test_gate_init (&elsewhere.dropped);
    my_test_loop_call (&loop, make_waiting_thread, &elsewhere);
    g_assert_true (my_thread_start (elsewhere.thread, NULL));
    g_object_unref (elsewhere.thread);
    my_test_gate_open (&elsewhere.dropped);
    my_test_wait_until (is_destroyed, elsewhere.log);
    my_test_loop_clear (&loop);
    my_test_gate_clear (&elsewhere.dropped);
    my_test_log_free (elsewhere.log);
  }
}

/* Another thread iterates the global default context: then it is the owner, not main. */

static gpointer
iterate_default (gpointer data)
{
  Elsewhere *elsewhere = data;
  GMainLoop *loop = g_main_loop_new (NULL, FALSE);

  make_log (elsewhere);
  elsewhere->thread = my_thread_new (NULL, my_test_run_nothing, elsewhere->log, log_destroyed);
  my_test_log_watch (elsewhere->log, elsewhere->thread, NULL, "started finished");
  g_signal_connect_swapped (elsewhere->thread, "finished", G_CALLBACK (g_main_loop_quit), loop);
  g_assert_true (my_thread_start (elsewhere->thread, NULL));
  g_main_loop_run (loop);
  g_main_loop_unref (loop);
  my_test_iterate_pending (NULL);
  g_assert_finalize_object (elsewhere->thread);
  return NULL;
}

static void
test_default_iterated_by_another (void)
{
  Elsewhere elsewhere;

  g_thread_join (g_thread_new ("loop", iterate_default, &elsewhere));
  my_test_assert_log (elsewhere.log, "started finished destroyed");
  my_test_log_free (elsewhere.log);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/thread/context/default", test_default);
  g_test_add_func ("/thread/context/pushed", test_pushed);
  g_test_add_func ("/thread/context/join-pushed", test_join_pushed);
  g_test_add_func ("/thread/context/foreign-owner", test_foreign_owner);
  g_test_add_func ("/thread/context/worker-owner", test_worker_owner);
  g_test_add_func ("/thread/context/loop-of-another", test_loop_of_another);
  g_test_add_func ("/thread/context/main-context-property", test_main_context_property);
  g_test_add_func ("/thread/context/finalize-in-loop-of-another", test_finalize_in_loop_of_another);
  g_test_add_func ("/thread/context/default-iterated-by-another", test_default_iterated_by_another);

  return g_test_run ();
}
