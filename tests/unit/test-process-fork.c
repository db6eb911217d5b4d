/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-thread.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#ifdef __SANITIZE_ADDRESS__
#define HAS_LEAK_SANITIZER TRUE
#else
#define HAS_LEAK_SANITIZER FALSE
#endif

/* fork(): in the child only the forking thread lives, and the library works. */

static void
check_usable (gpointer unused)
{
  MyTestLog *log = my_test_log_new ();
  MyThread *thread;

  g_assert_true (my_thread_get_main () == my_thread_get_current ());
  g_assert_cmpint (my_thread_get_native_id (my_thread_get_main ()), ==, getpid ());
  g_assert_cmpuint (my_thread_active_count (), ==, 1);

  thread = my_test_thread_new (NULL, log, NULL, NULL);
  my_test_log_watch (log, thread, NULL, "finished");
  g_assert_true (my_thread_start (thread, NULL));
  g_assert_true (my_thread_join (thread, NULL));
  my_test_log_unwatch (log, thread);
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_SUCCEEDED);
  my_test_assert_log (log, "run@ class-started finished class-finished");
  g_assert_finalize_object (thread);
  my_test_assert_log (log, "finalized");
  g_assert_true (my_thread_sleep (1, NULL));
  g_assert_cmpuint (my_thread_active_count (), ==, 1);
  my_test_log_free (log);
}

static void
test_alone (void)
{
  my_test_in_child (check_usable, NULL);
}

/* The others. */

typedef struct {
  MyThreadGroup *group;
  MyThread *running;
  MyThread *queued;
  MyThread *fresh;
} Others;

static void
assert_dead (MyThread *thread)
{
  GError *error = NULL;

  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_CANCELLED);
  g_assert_false (my_thread_is_alive (thread));
  g_assert_false (my_thread_join (thread, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
}

static void
check_others (gpointer data)
{
  Others *others = data;
  MyThread *next;

  assert_dead (others->running);
  assert_dead (others->queued);
  g_assert_cmpuint (my_thread_group_active_count (others->group), ==, 0);
  g_assert_true (my_thread_group_join (others->group, NULL));
  check_usable (NULL);

  /* The slot is free again, and a thread that was made before can be started. */
  next = my_test_thread_new_in_group (others->group, NULL, NULL);
  g_assert_true (my_thread_start (next, NULL));
  my_test_finish (next);
  g_assert_true (my_thread_start (others->fresh, NULL));
  g_assert_true (my_thread_join (others->fresh, NULL));
}

static void
test_others (void)
{
  MyTestBlock block;
  Others others = { .group = my_thread_group_new ("narrow", NULL) };

  my_test_block_init (&block);
  my_thread_group_set_max_running (others.group, 1);
  others.running = my_test_thread_new_in_group (others.group, my_test_run_block, &block);
  others.queued = my_test_thread_new_in_group (others.group, NULL, NULL);
  others.fresh = my_test_thread_new_in_group (others.group, NULL, NULL);
  g_assert_true (my_thread_start (others.running, NULL));
  g_assert_true (my_thread_start (others.queued, NULL));
  my_test_gate_wait (&block.entered);
  my_test_in_child (check_others, &others);

  /* The parent has noticed nothing. */
  g_assert_cmpint (my_thread_get_state (others.running), ==, MY_THREAD_STATE_RUNNING);
  g_assert_cmpint (my_thread_get_state (others.queued), ==, MY_THREAD_STATE_QUEUED);
  g_assert_cmpint (my_thread_get_state (others.fresh), ==, MY_THREAD_STATE_NEW);
  my_test_gate_open (&block.release);
  my_test_finish (others.running);
  my_test_finish (others.queued);
  g_assert_finalize_object (others.fresh);
  my_test_release (others.group);
  my_test_block_clear (&block);
}

/* Forked by a worker: it is the main thread there. */

static void
check_worker (gpointer thread)
{
  g_assert_true (my_thread_get_current () == thread);
  check_usable (NULL);
}

static void
run_fork (MyThread *thread,
          gpointer  unused,
          GError  **error)
{
  my_test_in_child (check_worker, thread);
  g_assert_true (my_thread_get_current () == thread);
  g_assert_true (my_thread_get_main () != thread);
}

static void
test_in_worker (void)
{
  my_test_finish (my_test_start (NULL, run_fork, NULL));
}

static gpointer
foreign_fork (gpointer unused)
{
  my_test_in_child (check_worker, my_thread_get_current ());
  return NULL;
}

/* One that has never asked for its object. */
static gpointer
unknown_fork (gpointer unused)
{
  my_test_in_child (check_usable, NULL);
  return NULL;
}

static void
test_in_foreign (void)
{
  g_thread_join (g_thread_new ("foreign", foreign_fork, NULL));
  g_thread_join (g_thread_new ("unknown", unknown_fork, NULL));
}

/* A child has children. */

static void
check_grandchild (gpointer unused)
{
  check_usable (NULL);
  my_test_in_child (check_usable, NULL);
  check_usable (NULL);
}

static void
test_grandchild (void)
{
  my_test_in_child (check_grandchild, NULL);
}

/* A context that existed before may be locked for ever: by a thread that is gone. */

static MyTestGate context_locked, context_release;

static void
source_ref (gpointer data)
{
  /* GLib calls this with the context's lock held. */
  my_test_gate_open (&context_locked);
  my_test_gate_wait (&context_release);
}

static void
source_unref (gpointer data)
{
}

static void
source_get (gpointer     data,
            GSource     *source,
            GSourceFunc *func,
            gpointer    *user_data)
{
  *func = my_test_is_set;
  *user_data = data;
}

static GSourceCallbackFuncs locking_funcs = { source_ref, source_unref, source_get };

static gpointer
lock_context (gpointer context)
{
  GSource *source = g_idle_source_new ();
  gint zero = 0;

  g_source_set_priority (source, G_PRIORITY_HIGH);
  g_source_set_callback_indirect (source, &zero, &locking_funcs);
  g_source_attach (source, context);
  g_source_unref (source);
  g_main_context_iteration (context, TRUE);
  return NULL;
}

static void
check_locked_context (gpointer thread)
{
  MyThread *another;

  assert_dead (thread);
  my_thread_cancel (thread);
  my_thread_set_name (thread, "renamed in the child");
  check_usable (NULL);
  /* In the locked context, and delivered all the same. */
  another = g_object_new (MY_TYPE_THREAD, "main-context", my_thread_get_main_context (thread), NULL);
  g_assert_true (my_thread_start (another, NULL));
  g_assert_true (my_thread_join (another, NULL));
  my_thread_set_name (another, "renamed as well");
  g_object_unref (another);
}

static void
test_locked_context (void)
{
  GMainContext *contexts[] = { g_main_context_new (), g_main_context_ref (g_main_context_default ()) };

  for (gsize i = 0; i < G_N_ELEMENTS (contexts); i++) {
    MyTestBlock block;
    MyThread *thread;
    GThread *locker;

    my_test_block_init (&block);
    my_test_gate_init (&context_locked);
    my_test_gate_init (&context_release);
    g_main_context_push_thread_default (contexts[i]);
    thread = my_test_start_block (NULL, &block);
    g_main_context_pop_thread_default (contexts[i]);
    locker = g_thread_new ("locker", lock_context, contexts[i]);
    my_test_gate_wait (&context_locked);
    my_test_in_child (check_locked_context, thread);
    my_test_gate_open (&context_release);
    g_thread_join (locker);
    my_test_gate_open (&block.release);
    g_assert_true (my_thread_join (thread, NULL));
    my_test_iterate_pending (contexts[i]);
    g_assert_finalize_object (thread);
    my_test_gate_clear (&context_locked);
    my_test_gate_clear (&context_release);
    my_test_block_clear (&block);
    g_main_context_unref (contexts[i]);
  }
}

/* A context that the child has made works as ever. */
static void
check_new_context (gpointer unused)
{
  GMainContext *context = g_main_context_new ();
  MyTestLog *log = my_test_log_new ();
  MyThread *thread;

  g_main_context_push_thread_default (context);
  thread = my_thread_new (NULL, NULL, NULL, NULL);
  g_main_context_pop_thread_default (context);
  my_test_log_watch (log, thread, NULL, "started finished");
  g_assert_true (my_thread_start (thread, NULL));
  my_test_iterate_until (context, my_test_log_has_finished, log);
  my_test_assert_log (log, "started finished");
  my_test_iterate_pending (context);
  g_assert_finalize_object (thread);
  g_main_context_unref (context);
  my_test_log_free (log);
}

static void
test_new_context (void)
{
  MyTestBlock block;
  MyThread *thread;

  my_test_block_init (&block);
  thread = my_test_start_block (NULL, &block);
  my_test_in_child (check_new_context, NULL);
  my_test_gate_open (&block.release);
  my_test_finish (thread);
  my_test_block_clear (&block);
}

/* Forked while others are everywhere in the library, but in none of GLib's own locks. */

static void
run_busy (MyThread *thread,
          gpointer  unused,
          GError  **error)
{
  gint i = 0;

  while (!my_thread_is_cancelled (thread)) {
    my_thread_sleep (1, NULL);
    my_thread_get_state (my_thread_get_main ());
    my_thread_active_count ();
    my_thread_set_progress (thread, (i++ % 100) / 100.0);
  }
}

static void
test_busy (void)
{
  MyThread *threads[3];

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++) {
    threads[i] = my_test_start (NULL, run_busy, NULL);
    my_test_wait_until (my_test_has_begun, threads[i]);
  }
  for (guint i = 0; i < 50; i++) {
    my_test_in_child (check_usable, NULL);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++) {
    my_thread_cancel (threads[i]);
    my_test_finish (threads[i]);
  }
}

/* exit() in the child waits for its own threads, not for those of the parent. */
static void
check_exit (gpointer unused)
{
  static MyThread *volatile thread; /* so that a leak checker finds it at the end */

  thread = my_test_start (NULL, my_test_run_nothing, NULL);
  exit (my_thread_is_cancelled (thread));
}

static void
test_exit (void)
{
  MyTestBlock block;
  MyThread *thread;

  if (HAS_LEAK_SANITIZER) {
    g_test_skip ("the references of the dead threads are leaks to LeakSanitizer");
    return;
  }
  my_test_block_init (&block);
  thread = my_test_start_block (NULL, &block);
  fflush (NULL);
  my_test_in_child (check_exit, NULL);
  my_test_gate_open (&block.release);
  my_test_finish (thread);
  my_test_block_clear (&block);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/process/fork/alone", test_alone);
  g_test_add_func ("/process/fork/others", test_others);
  g_test_add_func ("/process/fork/in-worker", test_in_worker);
  g_test_add_func ("/process/fork/in-foreign", test_in_foreign);
  g_test_add_func ("/process/fork/grandchild", test_grandchild);
  g_test_add_func ("/process/fork/locked-context", test_locked_context);
  g_test_add_func ("/process/fork/new-context", test_new_context);
  g_test_add_func ("/process/fork/busy", test_busy);
  g_test_add_func ("/process/fork/exit", test_exit);

  return g_test_run ();
}
