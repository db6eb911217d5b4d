/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-thread.h"

#include <pthread.h>
#include <unistd.h>

static gboolean
is_enumerated (MyThread *thread)
{
  GPtrArray *threads = my_thread_enumerate ();
  gboolean found = g_ptr_array_find (threads, thread, NULL);

  g_ptr_array_unref (threads);
  return found;
}

static void
assert_count (guint expected)
{
  GPtrArray *threads = my_thread_enumerate ();

  g_assert_cmpuint (my_thread_active_count (), ==, expected);
  g_assert_cmpuint (threads->len, ==, expected);
  for (guint i = 0; i < threads->len; i++) {
    g_assert_true (MY_IS_THREAD (threads->pdata[i]));
    g_assert_true (my_thread_is_alive (threads->pdata[i]));
  }
  g_ptr_array_unref (threads);
}

/* The main thread. */

static void
test_main (void)
{
  MyThread *thread = my_thread_get_main ();

  g_assert_true (MY_IS_THREAD (thread));
  g_assert_true (thread == my_thread_get_current ());
  g_assert_true (thread == my_thread_get_main ());
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_RUNNING);
  g_assert_true (my_thread_is_alive (thread));
  g_assert_cmpuint (my_thread_get_ident (thread), ==, (guint64) pthread_self ());
  g_assert_cmpint (my_thread_get_native_id (thread), ==, getpid ());
  g_assert_true (is_enumerated (thread));
  assert_count (1);
}

/* It is there, and it is the right one, when others ask for it first. */

static gpointer
ask_for_main (gpointer unused)
{
  g_assert_true (my_thread_get_main () != my_thread_get_current ());
  g_assert_cmpint (my_thread_get_native_id (my_thread_get_main ()), ==, getpid ());
  return my_thread_get_main ();
}

static void
test_main_from_elsewhere (void)
{
  if (my_test_is_apart ()) {
    gpointer main_thread = g_thread_join (g_thread_new ("early", ask_for_main, NULL));

    g_assert_true (main_thread == my_thread_get_main ());
    g_assert_true (main_thread == my_thread_get_current ());
  }
}

/* Ours. */

static void
run_get_current (MyThread *thread,
                 gpointer unused,
                 GError **error)
{
  MyThread *other;

  g_assert_true (my_thread_get_current () == thread);
  g_assert_true (my_thread_get_main () != thread);
  g_assert_true (is_enumerated (thread));
  /* One that runs in another's run() does not change who that is. */
  other = my_test_start (NULL, my_test_run_nothing, NULL);
  g_assert_true (my_thread_join (other, NULL));
  g_object_unref (other);
  g_assert_true (my_thread_get_current () == thread);
}

static void
test_worker (void)
{
  my_test_finish (my_test_start (NULL, run_get_current, NULL));
  g_assert_true (my_thread_get_current () == my_thread_get_main ());
}

/* A million calls are cheap, but this is for the reference count: transfer none. */
static void
test_transfer_none (void)
{
  guint n = G_OBJECT (my_thread_get_main ())->ref_count;

  for (guint i = 0; i < 100; i++) {
    my_thread_get_current ();
    my_thread_get_main ();
  }
  g_assert_cmpuint (G_OBJECT (my_thread_get_main ())->ref_count, ==, n);
}

/* Foreign threads. */

typedef struct {
  MyTestGate asked;
  MyTestGate release;
  GWeakRef weak;
} Foreign;

static gpointer
be_foreign (gpointer data)
{
  Foreign *foreign = data;
  MyThread *thread = my_thread_get_current ();

  g_assert_true (MY_IS_THREAD (thread));
  g_assert_true (thread == my_thread_get_current ());
  g_assert_true (thread != my_thread_get_main ());
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_RUNNING);
  g_assert_cmpuint (my_thread_get_ident (thread), ==, (guint64) pthread_self ());
  g_assert_cmpint (my_thread_get_native_id (thread), ==, gettid ());
  g_assert_true (is_enumerated (thread));
  g_weak_ref_set (&foreign->weak, thread);
  my_test_gate_open (&foreign->asked);
  my_test_gate_wait (&foreign->release);
  return NULL;
}

static gboolean
is_released (gpointer weak)
{
  GObject *object = g_weak_ref_get (weak);

  if (object) {
    g_object_unref (object);
  }
  /* Its end is the end of an OS thread; its finalisation may be left to its owner's next wait. */
  my_thread_sleep (1, NULL);
  my_test_iterate_pending (NULL);
  return object == NULL;
}

static void
foreign_end (Foreign *foreign)
{
  my_test_wait_until (my_test_is_alone, NULL);
  assert_count (1);
  my_test_wait_until (is_released, &foreign->weak);
  g_weak_ref_clear (&foreign->weak);
  my_test_gate_clear (&foreign->asked);
  my_test_gate_clear (&foreign->release);
}

static void
foreign_begin (Foreign *foreign)
{
  g_weak_ref_init (&foreign->weak, NULL);
  my_test_gate_init (&foreign->asked);
  my_test_gate_init (&foreign->release);
}

static void
test_foreign (void)
{
  Foreign foreign;
  GThread *thread;

  foreign_begin (&foreign);
  thread = g_thread_new ("foreign", be_foreign, &foreign);
  my_test_gate_wait (&foreign.asked);
  assert_count (2);
  my_test_gate_open (&foreign.release);
  g_thread_join (thread);
  assert_count (1);
  foreign_end (&foreign);
}

/* One that does not ask has no object. */

static gpointer
be_silent (gpointer block)
{
  my_test_run_block (NULL, block, NULL);
  return NULL;
}

static void
test_foreign_silent (void)
{
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  GThread *thread;

  thread = g_thread_new ("silent", be_silent, &block);
  my_test_gate_wait (&block.entered);
  assert_count (1);
  my_test_gate_open (&block.release);
  g_thread_join (thread);
}

/* A reference to a foreign thread outlives the thread: it says that it has ended, and joins at once. */

static gpointer
give_reference (gpointer unused)
{
  return g_object_ref (my_thread_get_current ());
}

static void
test_foreign_held (void)
{
  MyThread *thread = g_thread_join (g_thread_new ("foreign", give_reference, NULL));

  my_test_wait_until (my_test_is_over, thread);
  g_assert_false (my_thread_is_alive (thread));
  g_assert_false (is_enumerated (thread));
  g_assert_true (my_thread_join (thread, NULL));
  g_object_unref (thread);
}

/* It can be joined while it lives. */
static void
test_foreign_joined (void)
{
  Foreign foreign;
  GThread *g_thread;
  MyThread *thread;
  GError *error = NULL;

  foreign_begin (&foreign);
  g_thread = g_thread_new ("foreign", be_foreign, &foreign);
  my_test_gate_wait (&foreign.asked);
  thread = g_weak_ref_get (&foreign.weak);
  my_test_assert_fails (my_thread_join_timeout (thread, 0, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT);
  my_test_gate_open (&foreign.release);
  g_assert_true (my_thread_join (thread, &error));
  g_assert_no_error (error);
  g_thread_join (g_thread);
  g_object_unref (thread);
  foreign_end (&foreign);
}

/* Neither can be started. */
static void
test_start_refused (void)
{
  my_test_assert_fails (my_thread_start (my_thread_get_main (), &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_ALREADY_STARTED);
  g_assert_cmpint (my_thread_get_state (my_thread_get_main ()), ==, MY_THREAD_STATE_RUNNING);
}

/* Who counts. */

static void
test_counts (void)
{
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThreadGroup *group = my_thread_group_new ("narrow", NULL);
  MyThread *running, *queued, *fresh;

  my_thread_group_set_max_running (group, 1);
  running = my_test_thread_new_in_group (group, my_test_run_block, &block);
  queued = my_test_thread_new_in_group (group, NULL, NULL);
  fresh = my_thread_new (NULL, NULL, NULL, NULL);
  assert_count (1);
  g_assert_true (my_thread_start (running, NULL));
  assert_count (2);
  g_assert_true (my_thread_start (queued, NULL));
  assert_count (3);
  g_assert_true (is_enumerated (running));
  g_assert_true (is_enumerated (queued));
  g_assert_false (is_enumerated (fresh));
  g_assert_cmpint (my_thread_get_state (queued), ==, MY_THREAD_STATE_QUEUED);
  my_test_gate_open (&block.release);
  my_test_finish (queued);
  my_test_finish (running);
  assert_count (1);
  g_assert_finalize_object (fresh);
  my_test_release (group);
}

/* The array holds references. */
static void
test_enumerate_holds (void)
{
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *thread;
  GPtrArray *threads;

  thread = my_test_start_block (NULL, &block);
  threads = my_thread_enumerate ();
  g_object_unref (thread);
  my_test_gate_open (&block.release);
  my_test_wait_until (my_test_is_alone, NULL);
  my_test_iterate_pending (NULL);
  g_object_add_weak_pointer (G_OBJECT (thread), (gpointer *) &thread);
  g_assert_nonnull (thread);
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_SUCCEEDED);
  g_ptr_array_unref (threads);
  my_test_wait_until ((MyTestPredicate) my_test_is_null, &thread);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/thread/current/main", test_main);
  g_test_add_func ("/thread/current/main-from-elsewhere", test_main_from_elsewhere);
  g_test_add_func ("/thread/current/worker", test_worker);
  g_test_add_func ("/thread/current/transfer-none", test_transfer_none);
  g_test_add_func ("/thread/current/foreign", test_foreign);
  g_test_add_func ("/thread/current/foreign-silent", test_foreign_silent);
  g_test_add_func ("/thread/current/foreign-held", test_foreign_held);
  g_test_add_func ("/thread/current/foreign-joined", test_foreign_joined);
  g_test_add_func ("/thread/current/start-refused", test_start_refused);
  g_test_add_func ("/thread/current/counts", test_counts);
  g_test_add_func ("/thread/current/enumerate-holds", test_enumerate_holds);

  return g_test_run ();
}
