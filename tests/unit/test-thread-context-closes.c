/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <dirent.h>

#include "my-test-thread.h"

/* The last user of an owner context drops it: nothing is delivered any more, and nothing stays. */

/* a context, and what is left of all */

typedef struct {
  GMainContext *context;
  gint n_objects;   /* that are there */
  gint n_contexts;  /* that are there */
  gint n_callbacks; /* that were called */
} Owner;

static gboolean
never (gpointer unused)
{
  return G_SOURCE_CONTINUE;
}

static void
note_context_gone (gpointer data)
{
  g_atomic_int_dec_and_test (&((Owner *) data)->n_contexts);
}

static void
note_object_gone (gpointer data,
                  GObject *object)
{
  g_atomic_int_dec_and_test (&((Owner *) data)->n_objects);
}

static void
watch (Owner *self,
       gpointer object)
{
  g_atomic_int_inc (&self->n_objects);
  g_object_weak_ref (object, note_object_gone, self);
}

/* A context of the calling thread's own. */
static void
owner_open (Owner *self)
{
  GSource *source = g_timeout_source_new_seconds (3600);

  self->context = g_main_context_new ();
  g_main_context_push_thread_default (self->context);
  g_atomic_int_inc (&self->n_contexts);
  g_source_set_callback (source, never, self, note_context_gone);
  g_source_attach (source, self->context);
  g_source_unref (source);
}

static void
owner_close (Owner *self)
{
  g_main_context_pop_thread_default (self->context);
  g_main_context_unref (self->context);
}

static gboolean
is_all_gone (gpointer data)
{
  Owner *self = data;

  return g_atomic_int_get (&self->n_objects) == 0 && g_atomic_int_get (&self->n_contexts) == 0;
}

static void
count_callback (GObject *object,
                GAsyncResult *result,
                gpointer data)
{
  ((Owner *) data)->n_callbacks++;
}

static void
assert_no_context (MyThread *thread)
{
  GMainContext *context;

  g_assert_null (my_thread_get_main_context (thread));
  g_object_get (thread, "main-context", &context, NULL);
  g_assert_null (context);
}

/* one at a time */

static void
test_idle (void)
{
  Owner owner = { NULL };
  MyThread *thread;

  owner_open (&owner);
  thread = my_thread_new (NULL, NULL, NULL, NULL);
  watch (&owner, thread);
  owner_close (&owner);

  g_assert_cmpint (owner.n_contexts, ==, 0);
  assert_no_context (thread);
  my_thread_set_name (thread, "still there");
  g_assert_true (my_thread_start (thread, NULL));
  g_assert_true (my_thread_join (thread, NULL));
  g_object_unref (thread);
  my_test_wait_until (is_all_gone, &owner); /* the worker drops the last reference */
}

/* What is pending is dropped, with the references that it holds, by who closes it. */
static void
test_pending (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  Owner owner = { NULL };
  MyThread *thread;

  owner_open (&owner);
  thread = my_test_start (NULL, my_test_run_fail, NULL);
  watch (&owner, thread);
  my_test_log_watch (log, thread, NULL, "started finished notify");
  my_test_wait_until (my_test_is_over, thread);
  g_error_free (my_thread_dup_error (thread));
  g_object_unref (thread);
  g_assert_cmpint (owner.n_objects, ==, 1);
  owner_close (&owner);

  g_assert_true (is_all_gone (&owner));
  my_test_assert_log (log, "");
}

/* A thread that runs, and ends when nobody is there: on its OS thread. */

static void
note_thread (gpointer where)
{
  g_atomic_pointer_set ((gpointer *) where, g_thread_self ());
}

static gboolean
is_noted (gpointer where)
{
  return g_atomic_pointer_get ((gpointer *) where) != NULL;
}

static void
run_block_and_report (MyThread *thread,
                      gpointer block,
                      GError **error)
{
  my_thread_set_progress (thread, 0.25);
  my_test_run_block (thread, block, error);
  my_thread_set_progress (thread, 0.75);
  my_thread_set_status (thread, "nearly done");
  my_thread_set_name (thread, "somebody");
}

static void
test_running (void)
{
  Owner owner = { NULL };
  g_autoptr (MyTestLog) log = my_test_log_new ();
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *thread;

  owner_open (&owner);
  thread = my_test_start (NULL, run_block_and_report, &block);
  watch (&owner, thread);
  my_test_log_watch (log, thread, NULL, "started finished notify");
  my_thread_join_async (thread, NULL, count_callback, &owner);
  my_test_gate_wait (&block.entered);
  owner_close (&owner);

  g_assert_cmpint (owner.n_contexts, ==, 0);
  assert_no_context (thread);
  my_test_gate_open (&block.release);
  g_assert_true (my_thread_join (thread, NULL));
  g_object_unref (thread);
  my_test_wait_until (is_all_gone, &owner);
  g_assert_cmpint (owner.n_callbacks, ==, 0);
  my_test_assert_log (log, "");
}

/* Nobody else has a reference: the worker finalises it. */
static void
test_forgotten (void)
{
  Owner owner = { NULL };
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  gpointer where = NULL;
  MyThread *thread;

  owner_open (&owner);
  thread = my_thread_new_with_args_full (NULL, NULL, NULL, my_test_run_block, &block, NULL);
  watch (&owner, thread);
  g_object_set_data_full (G_OBJECT (thread), "where", &where, note_thread);
  g_assert_true (my_thread_start (thread, NULL));
  g_object_unref (thread);
  my_test_gate_wait (&block.entered);
  owner_close (&owner);
  g_assert_cmpint (owner.n_objects, ==, 1);
  my_test_gate_open (&block.release);
  my_test_wait_until (is_noted, &where);
  g_assert_true (where != g_thread_self ());
  my_test_wait_until (is_all_gone, &owner);
}

/* join_async() of a thread that belongs to another context. */
static void
test_join_async (void)
{
  Owner owner = { NULL };
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *thread;
  GCancellable *cancellable = g_cancellable_new ();

  thread = my_test_start_block (NULL, &block);
  watch (&owner, thread);
  owner_open (&owner);
  my_thread_join_async (thread, NULL, count_callback, &owner);
  my_thread_join_async (thread, cancellable, count_callback, &owner);
  my_thread_group_join_async (my_thread_group_get_default (), cancellable, count_callback, &owner);
  owner_close (&owner);
  g_assert_cmpint (owner.n_contexts, ==, 0);

  g_cancellable_cancel (cancellable);
  my_test_gate_open (&block.release);
  g_assert_true (my_thread_join (thread, NULL));
  g_object_unref (thread);
  watch (&owner, cancellable);
  g_object_unref (cancellable);
  my_test_wait_until (is_all_gone, &owner);
  g_assert_cmpint (owner.n_callbacks, ==, 0);
}

/* A group, its list, and what it has kept. */

static void
run_gate (MyThread *thread,
          gpointer gate,
          GError **error)
{
  my_test_gate_wait (gate);
}

static void
test_group (void)
{
  Owner owner = { NULL };
  g_autoptr (MyTestLog) log = my_test_log_new ();
  g_auto (MyTestGate) gate = MY_TEST_GATE_INIT;
  MyThreadGroup *group;

  owner_open (&owner);
  group = my_thread_group_new ("closed", NULL);
  my_thread_group_set_keep_finished (group, TRUE);
  watch (&owner, group);
  my_test_log_watch (log, group, NULL, "thread-failed items-changed notify");
  for (guint i = 0; i < 5; i++) {
    MyThread *thread = my_test_thread_new_in_group (group, i == 0 ? my_test_run_fail : run_gate, &gate);

    watch (&owner, thread);
    g_assert_true (my_thread_start (thread, NULL));
    g_object_unref (thread);
  }
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (group)), >=, 4);
  g_free (my_test_log_take (log));
  owner_close (&owner);
  g_assert_cmpint (owner.n_contexts, ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (group)), ==, 0);

  my_test_gate_open (&gate);
  g_assert_false (my_thread_group_join (group, NULL));
  my_test_assert_log (log, "");
  g_object_unref (group);
  my_test_wait_until (is_all_gone, &owner);
}

/* With no reference to the group but its threads'. */
static void
test_group_forgotten (void)
{
  Owner owner = { NULL };
  g_auto (MyTestGate) gate = MY_TEST_GATE_INIT;
  MyThreadGroup *group;

  owner_open (&owner);
  group = my_thread_group_new ("closed", NULL);
  my_thread_group_set_keep_finished (group, TRUE);
  my_thread_group_set_max_running (group, 2);
  watch (&owner, group);
  for (guint i = 0; i < 5; i++) {
    MyThread *thread = my_test_thread_new_in_group (group, run_gate, &gate);

    watch (&owner, thread);
    g_assert_true (my_thread_start (thread, NULL));
    g_object_unref (thread);
  }
  g_object_unref (group);
  owner_close (&owner);
  my_test_gate_open (&gate);
  my_test_wait_until (is_all_gone, &owner);
}

/* The handlers of the thread that closes may use the library, and other contexts. */

static void
use_library (gpointer data)
{
  Owner *owner = data;
  Owner inner = { NULL };

  owner_open (&inner);
  my_test_finish (my_test_start (NULL, my_test_run_nothing, NULL));
  owner_close (&inner);
  g_atomic_int_inc (&owner->n_callbacks);
}

static void
test_destroy_notify (void)
{
  Owner owner = { NULL };

  owner_open (&owner);
  for (guint i = 0; i < 10; i++) {
    MyThread *thread = my_thread_new (NULL, my_test_run_nothing, &owner, use_library);

    watch (&owner, thread);
    g_assert_true (my_thread_start (thread, NULL));
    my_test_wait_until (my_test_is_over, thread);
    g_object_unref (thread);
  }
  owner_close (&owner);
  my_test_wait_until (is_all_gone, &owner);
  g_assert_cmpint (owner.n_callbacks, ==, 10);
}

/* The context is closed by a thread that is not its owner, and closed by the end of the thread that is. */

static gpointer
open_and_exit (gpointer data)
{
  Owner *owner = data;
  MyThread *thread;

  owner_open (owner);
  thread = my_test_start (NULL, my_test_run_nothing, NULL);
  watch (owner, thread);
  g_object_unref (thread);
  g_main_context_unref (owner->context); /* the last one is the thread's default */
  return NULL;
}

static void
test_owner_exits (void)
{
  Owner owner = { NULL };

  for (guint i = 0; i < 50; i++) {
    g_thread_join (g_thread_new ("owner", open_and_exit, &owner));
  }
  my_test_wait_until (is_all_gone, &owner);
}

/* races */

enum {
  CANCEL = 1 << 0,
  JOIN = 1 << 1,
  ITERATE = 1 << 2,
  POOL = 1 << 3,
  GROUP = 1 << 4,
  LISTEN = 1 << 5,
  ALL_WAYS = 1 << 6,
};

static void
run_report (MyThread *thread,
            gpointer unused,
            GError **error)
{
  for (guint i = 0; i < 3; i++) {
    my_thread_set_progress (thread, i / 3.0);
    my_thread_set_status (thread, i % 2 ? "odd" : "even");
  }
  my_thread_set_error_if_cancelled (thread, error);
}

static void
ignore (MyThread *thread,
        gpointer unused)
{
}

/* All that can be posted is posted while the context is closed. */
static void
test_race (void)
{
  guint n_fds = my_test_count_entries ("/proc/self/fd");
  Owner owner = { NULL };
  MyThreadPool *pool = my_thread_pool_new (NULL, 2);
  GRand *random = g_rand_new_with_seed (1);

  for (guint i = 0; i < 3000; i++) {
    guint ways = i % ALL_WAYS;
    MyThreadGroup *group;
    MyThread *thread;

    owner_open (&owner);
    group = ways & GROUP ? my_thread_group_new ("group", NULL) : NULL;
    thread = my_test_thread_new_in_group (group, run_report, NULL);
    watch (&owner, thread);
    if (group != NULL) {
      watch (&owner, group);
      my_thread_group_set_keep_finished (group, i % 3 == 0);
    }
    if (ways & LISTEN) {
      g_signal_connect (thread, "finished", G_CALLBACK (ignore), NULL);
      g_signal_connect (thread, "notify", G_CALLBACK (ignore), NULL);
      my_thread_join_async (thread, NULL, count_callback, &owner);
    }
    if (ways & POOL) {
      my_thread_set_executor (thread, MY_EXECUTOR (pool));
    }
    g_assert_true (my_thread_start (thread, NULL));
    if (ways & CANCEL) {
      my_thread_cancel (thread);
    }
    for (guint n = g_rand_int_range (random, 0, 300); n > 0; n--) {
      __asm__ volatile("" ::
                         : "memory");
    }
    if (ways & JOIN) {
      my_thread_join (thread, NULL);
    }
    while (ways & ITERATE && g_main_context_iteration (owner.context, FALSE)) {
    }
    g_object_unref (thread);
    g_clear_object (&group);
    owner_close (&owner);
  }
  my_test_wait_until (is_all_gone, &owner);
  g_assert_true (my_thread_pool_shutdown (pool, MY_SHUTDOWN_DRAIN, NULL));
  g_object_unref (pool);
  g_rand_free (random);
  /* The global default context, which may have been made meanwhile, has its own. */
  g_assert_cmpuint (my_test_count_entries ("/proc/self/fd"), <=, n_fds + 1);
}

/* Another thread than the owner posts, cancels and looks while the context is closed. */

typedef struct {
  MyThread *thread;
  gint is_over;
} Poster;

static gpointer
post (gpointer data)
{
  Poster *self = data;

  while (!g_atomic_int_get (&self->is_over)) {
    my_thread_set_name (self->thread, "a");
    my_thread_set_name (self->thread, "b");
    my_thread_get_main_context (self->thread);
    my_thread_join_timeout (self->thread, 0, NULL);
  }
  g_object_unref (self->thread);
  return NULL;
}

static void
test_posters (void)
{
  Owner owner = { NULL };

  for (guint i = 0; i < 200; i++) {
    Poster poster = { NULL, FALSE };
    GThread *posters[2];

    owner_open (&owner);
    poster.thread = my_thread_new (NULL, NULL, NULL, NULL);
    watch (&owner, poster.thread);
    g_signal_connect (poster.thread, "notify", G_CALLBACK (ignore), NULL);
    if (i % 2) {
      g_assert_true (my_thread_start (poster.thread, NULL));
    }
    for (guint j = 0; j < G_N_ELEMENTS (posters); j++) {
      g_object_ref (poster.thread);
      posters[j] = g_thread_new ("poster", post, &poster);
    }
    for (guint j = 0; j < i % 5; j++) {
      g_main_context_iteration (owner.context, FALSE);
    }
    owner_close (&owner);
    g_atomic_int_set (&poster.is_over, TRUE);
    for (guint j = 0; j < G_N_ELEMENTS (posters); j++) {
      g_thread_join (posters[j]);
    }
    g_object_unref (poster.thread);
  }
  my_test_wait_until (is_all_gone, &owner);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/thread/context-closes/idle", test_idle);
  g_test_add_func ("/thread/context-closes/pending", test_pending);
  g_test_add_func ("/thread/context-closes/running", test_running);
  g_test_add_func ("/thread/context-closes/forgotten", test_forgotten);
  g_test_add_func ("/thread/context-closes/join-async", test_join_async);
  g_test_add_func ("/thread/context-closes/group", test_group);
  g_test_add_func ("/thread/context-closes/group-forgotten", test_group_forgotten);
  g_test_add_func ("/thread/context-closes/destroy-notify", test_destroy_notify);
  g_test_add_func ("/thread/context-closes/owner-exits", test_owner_exits);
  g_test_add_func ("/thread/context-closes/race", test_race);
  g_test_add_func ("/thread/context-closes/posters", test_posters);

  return g_test_run ();
}
