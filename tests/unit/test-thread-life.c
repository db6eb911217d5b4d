/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-thread.h"

#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

/* More than any machine has. */
#define ABSURD_STACK_SIZE (G_GUINT64_CONSTANT (1) << 60)

static void
assert_state (MyThread *thread,
              MyThreadState state)
{
  gboolean alive = state == MY_THREAD_STATE_QUEUED || state == MY_THREAD_STATE_RUNNING;

  g_assert_cmpint (my_thread_get_state (thread), ==, state);
  g_assert_cmpint (my_thread_is_alive (thread), ==, alive);
}

/* The functional form. */

static void
run_count (MyThread *thread,
           gpointer user_data,
           GError **error)
{
  g_atomic_int_inc ((gint *) user_data);
  g_assert_null (*error);
}

static void
test_functional (void)
{
  gint n_runs = 0;
  MyThread *thread = my_thread_new ("adder", run_count, &n_runs, NULL);
  GError *error = NULL;

  assert_state (thread, MY_THREAD_STATE_NEW);
  g_assert_true (my_thread_start (thread, &error));
  g_assert_no_error (error);
  g_assert_cmpint (my_thread_get_state (thread), !=, MY_THREAD_STATE_NEW);
  g_assert_true (my_thread_join (thread, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_atomic_int_get (&n_runs), ==, 1);
  assert_state (thread, MY_THREAD_STATE_SUCCEEDED);
  g_assert_null (my_thread_dup_error (thread));
  g_assert_finalize_object (thread);
}

static void
test_never_started (void)
{
  gint n_runs = 0;
  MyThread *thread = my_thread_new (NULL, run_count, &n_runs, NULL);

  assert_state (thread, MY_THREAD_STATE_NEW);
  g_assert_finalize_object (thread);
  g_assert_cmpint (n_runs, ==, 0);
}

static void
count_destroy (gpointer user_data)
{
  g_atomic_int_inc ((gint *) user_data);
}

static void
test_destroy_once (void)
{
  gint n_destroyed = 0;
  MyThread *thread = my_thread_new (NULL, my_test_run_nothing, &n_destroyed, count_destroy);

  g_assert_true (my_thread_start (thread, NULL));
  my_test_finish (thread);
  g_assert_cmpint (n_destroyed, ==, 1);

  thread = my_thread_new (NULL, my_test_run_nothing, &n_destroyed, count_destroy);
  g_assert_finalize_object (thread);
  g_assert_cmpint (n_destroyed, ==, 2);
}

/* With no function and no override run() does nothing and succeeds. */
static void
test_nothing_to_do (void)
{
  MyThread *made[] = {
    my_thread_new (NULL, NULL, NULL, NULL),
    g_object_new (MY_TYPE_THREAD, NULL),
    my_thread_new_with_args (NULL, NULL, NULL, NULL),
    my_test_thread_new (NULL, NULL, NULL, NULL),
  };

  for (gsize i = 0; i < G_N_ELEMENTS (made); i++) {
    g_assert_true (my_thread_start (made[i], NULL));
    my_test_finish (made[i]);
  }
}

/* The default run() of the class can be called by one that overrides it. */

typedef MyThread ChainThread;
typedef MyThreadClass ChainThreadClass;
static GType chain_thread_get_type (void);
G_DEFINE_TYPE (ChainThread, chain_thread, MY_TYPE_THREAD)

static void
chain_thread_run (MyThread *thread,
                  GError **error)
{
  my_thread_set_status (thread, "chained");
  MY_THREAD_CLASS (chain_thread_parent_class)->run (thread, error);
}

static void
chain_thread_class_init (ChainThreadClass *klass)
{
  MY_THREAD_CLASS (klass)->run = chain_thread_run;
}

static void
chain_thread_init (ChainThread *self)
{
}

static void
test_subclass_chains_up (void)
{
  MyThread *thread = g_object_new (chain_thread_get_type (), NULL);

  g_assert_true (my_thread_start (thread, NULL));
  g_assert_true (my_thread_join (thread, NULL));
  my_test_assert_string (my_thread_dup_status (thread), "chained");
  g_assert_finalize_object (thread);
}

/* start() once. */

static void
test_already_started (void)
{
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *thread;

  thread = my_test_start_block (NULL, &block);
  my_test_assert_fails (my_thread_start (thread, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_ALREADY_STARTED);
  assert_state (thread, MY_THREAD_STATE_RUNNING);
  my_test_gate_open (&block.release);
  g_assert_true (my_thread_join (thread, NULL));

  my_test_assert_fails (my_thread_start (thread, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_ALREADY_STARTED);
  g_assert_false (my_thread_start (thread, NULL));
  assert_state (thread, MY_THREAD_STATE_SUCCEEDED);
  g_assert_finalize_object (thread);
}

/* The state follows run(). */

static void
test_failed (void)
{
  MyThread *thread = my_test_start ("loser", my_test_run_fail, NULL);
  GError *error = NULL;

  g_assert_false (my_thread_join (thread, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_assert_cmpstr (error->message, ==, MY_TEST_FAILURE);
  g_clear_error (&error);
  assert_state (thread, MY_THREAD_STATE_FAILED);

  error = my_thread_dup_error (thread);
  my_test_assert_error (&error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_assert_finalize_object (thread);
}

static void
run_return_cancelled (MyThread *thread,
                      gpointer cancel_first,
                      GError **error)
{
  if (cancel_first) {
    my_thread_cancel (thread);
  }
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "I say so");
}

static void
run_cancel_and_fail (MyThread *thread,
                     gpointer unused,
                     GError **error)
{
  my_thread_cancel (thread);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_EXISTS, MY_TEST_FAILURE);
}

static void
run_cancel_and_succeed (MyThread *thread,
                        gpointer unused,
                        GError **error)
{
  my_thread_cancel (thread);
}

static void
test_state_follows_run (void)
{
  const struct {
    MyThreadFunc func;
    gpointer data;
    MyThreadState state;
    gint code; /* of GIOErrorEnum, -1: none */
  } cases[] = {
    { my_test_run_nothing, NULL, MY_THREAD_STATE_SUCCEEDED, -1 },
    { my_test_run_fail, NULL, MY_THREAD_STATE_FAILED, G_IO_ERROR_EXISTS },
    { run_return_cancelled, GINT_TO_POINTER (1), MY_THREAD_STATE_CANCELLED, G_IO_ERROR_CANCELLED },
    /* G_IO_ERROR_CANCELLED without a cancel is an error like any other. */
    { run_return_cancelled, NULL, MY_THREAD_STATE_FAILED, G_IO_ERROR_CANCELLED },
    { run_cancel_and_fail, NULL, MY_THREAD_STATE_FAILED, G_IO_ERROR_EXISTS },
    /* Who ignores the cancellation has succeeded. */
    { run_cancel_and_succeed, NULL, MY_THREAD_STATE_SUCCEEDED, -1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    MyThread *thread = my_test_start (NULL, cases[i].func, cases[i].data);
    GError *error = NULL;
    gboolean joined = my_thread_join (thread, &error);

    g_test_message ("case %u", (guint) i);
    g_assert_cmpint (joined, ==, cases[i].code == -1);
    if (cases[i].code == -1) {
      g_assert_no_error (error);
    } else {
      g_assert_error (error, G_IO_ERROR, cases[i].code);
      g_clear_error (&error);
    }
    assert_state (thread, cases[i].state);
    g_assert_finalize_object (thread);
  }
}

/* The system refuses. */

static void
test_no_resources (void)
{
  gint n_runs = 0;
  MyThread *thread = my_thread_new ("giant", run_count, &n_runs, NULL);
  GError *error = NULL;

  my_thread_set_stack_size (thread, ABSURD_STACK_SIZE);
  for (guint i = 0; i < 3; i++) {
    my_test_assert_fails (my_thread_start (thread, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_NO_RESOURCES);
    assert_state (thread, MY_THREAD_STATE_NEW);
    g_assert_null (my_thread_dup_error (thread));
    my_test_assert_fails (my_thread_join (thread, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_NOT_STARTED);
  }

  my_thread_set_stack_size (thread, 0);
  g_assert_true (my_thread_start (thread, &error));
  g_assert_no_error (error);
  my_test_finish (thread);
  g_assert_cmpint (n_runs, ==, 1);
}

static void
test_no_resources_leaks_nothing (void)
{
  gint n_destroyed = 0;
  guint n_active = my_thread_active_count ();
  MyThread *thread = my_thread_new ("giant", my_test_run_nothing, &n_destroyed, count_destroy);

  my_thread_set_stack_size (thread, ABSURD_STACK_SIZE);
  g_assert_false (my_thread_start (thread, NULL));
  g_assert_cmpuint (my_thread_active_count (), ==, n_active);
  g_assert_finalize_object (thread);
  g_assert_cmpint (n_destroyed, ==, 1);
}

/* Identity. */

typedef struct {
  guint64 ident;
  gint native_id;
  guint64 self_ident;
  gint self_native_id;
} Identity;

static void
run_identify (MyThread *thread,
              gpointer user_data,
              GError **error)
{
  Identity *identity = user_data;

  identity->self_ident = my_thread_get_ident (thread);
  identity->self_native_id = my_thread_get_native_id (thread);
  identity->ident = (guint64) pthread_self ();
  identity->native_id = (gint) syscall (SYS_gettid);
}

static void
test_identity (void)
{
  Identity identity = { 0 };
  MyThread *thread = my_thread_new (NULL, run_identify, &identity, NULL);

  g_assert_cmpuint (my_thread_get_ident (thread), ==, 0);
  g_assert_cmpint (my_thread_get_native_id (thread), ==, 0);
  g_assert_true (my_thread_start (thread, NULL));
  g_assert_true (my_thread_join (thread, NULL));
  g_assert_cmpuint (identity.ident, !=, 0);
  g_assert_cmpuint (identity.self_ident, ==, identity.ident);
  g_assert_cmpint (identity.self_native_id, ==, identity.native_id);
  g_assert_cmpuint (identity.ident, !=, (guint64) pthread_self ());
  g_assert_cmpint (identity.native_id, !=, (gint) syscall (SYS_gettid));
  g_assert_cmpuint (my_thread_get_ident (thread), ==, identity.ident);
  g_assert_cmpint (my_thread_get_native_id (thread), ==, identity.native_id);
  g_assert_finalize_object (thread);
}

/* Both are unique among the living. */
static void
test_identity_unique (void)
{
  MyThread *threads[8];
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++) {
    threads[i] = my_test_start (NULL, my_test_run_block, &block);
  }
  my_test_gate_wait_count (&block.entered, G_N_ELEMENTS (threads));
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++) {
    for (gsize j = 0; j < i; j++) {
      g_assert_cmpuint (my_thread_get_ident (threads[i]), !=, my_thread_get_ident (threads[j]));
      g_assert_cmpint (my_thread_get_native_id (threads[i]), !=, my_thread_get_native_id (threads[j]));
    }
  }
  my_test_gate_open (&block.release);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++) {
    my_test_finish (threads[i]);
  }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/thread/life/functional", test_functional);
  g_test_add_func ("/thread/life/never-started", test_never_started);
  g_test_add_func ("/thread/life/destroy-once", test_destroy_once);
  g_test_add_func ("/thread/life/nothing-to-do", test_nothing_to_do);
  g_test_add_func ("/thread/life/subclass-chains-up", test_subclass_chains_up);
  g_test_add_func ("/thread/life/already-started", test_already_started);
  g_test_add_func ("/thread/life/failed", test_failed);
  g_test_add_func ("/thread/life/state-follows-run", test_state_follows_run);
  g_test_add_func ("/thread/life/no-resources", test_no_resources);
  g_test_add_func ("/thread/life/no-resources-leaks-nothing", test_no_resources_leaks_nothing);
  g_test_add_func ("/thread/life/identity", test_identity);
  g_test_add_func ("/thread/life/identity-unique", test_identity_unique);

  return g_test_run ();
}
