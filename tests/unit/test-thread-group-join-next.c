/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "test-thread-group.h"

static MyThreadGroup *
new_keeping (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);

  my_thread_group_set_keep_finished (group, TRUE);

  return group;
}

/* the next one is this one, and its last reference is ours when the test has dropped its own */
static void
assert_next (MyThreadGroup *group,
             gint64 timeout_us,
             MyThread *expected)
{
  g_autoptr (GError) error = NULL;
  MyThread *next = my_thread_group_join_next (group, timeout_us, &error);

  g_assert_no_error (error);
  g_assert_true (next == expected);
  g_assert_false (my_thread_is_alive (next));
  g_object_unref (next);
}

static void
assert_none_left (MyThreadGroup *group)
{
  const gint64 timeouts[] = { 0, 1000, -1 };

  for (guint i = 0; i < G_N_ELEMENTS (timeouts); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (my_thread_group_join_next (group, timeouts[i], &error));
    g_assert_no_error (error);
  }
}

static void
assert_next_gives (MyThreadGroup *group,
                   gint64 timeout_us,
                   GQuark domain,
                   gint code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (my_thread_group_join_next (group, timeout_us, &error));
  g_assert_error (error, domain, code);
}

static void
test_order (void)
{
  const guint order[] = { 2, 0, 3, 1 };
  MyThreadGroup *group = new_keeping ();
  MyThread *threads[G_N_ELEMENTS (order)];
  MyTestBlock blocks[G_N_ELEMENTS (order)];

  assert_none_left (group);
  for (guint i = 0; i < G_N_ELEMENTS (order); i++) {
    threads[i] = start_block_in (group, &blocks[i]);
  }

  /* all at the end, in the order in which they ended */
  for (guint i = 0; i < G_N_ELEMENTS (order); i++) {
    my_test_gate_open (&blocks[order[i]].release);
    my_test_wait_until (my_test_is_over, threads[order[i]]);
  }
  for (guint i = 0; i < G_N_ELEMENTS (order); i++) {
    assert_next (group, 0, threads[order[i]]);
  }
  assert_none_left (group);
  for (guint i = 0; i < G_N_ELEMENTS (order); i++) {
    my_test_finish (threads[i]);
    my_test_block_clear (&blocks[i]);
  }

  /* or each as it ends */
  for (guint i = 0; i < G_N_ELEMENTS (order); i++) {
    threads[i] = start_block_in (group, &blocks[i]);
  }
  for (guint i = 0; i < G_N_ELEMENTS (order); i++) {
    my_test_gate_open (&blocks[order[i]].release);
    assert_next (group, -1, threads[order[i]]);
  }
  assert_none_left (group);
  for (guint i = 0; i < G_N_ELEMENTS (order); i++) {
    my_test_finish (threads[i]);
    my_test_block_clear (&blocks[i]);
  }
  my_test_release (group);
}

/* also what failed or was cancelled, and with that its error has been looked at */
static void
test_outcomes (void)
{
  MyThreadGroup *group = new_keeping ();
  MyThread *fails, *cancelled, *thread;

  fails = start_in (group, my_test_run_fail, NULL);
  assert_next (group, -1, fails);
  g_assert_cmpint (my_thread_get_state (fails), ==, MY_THREAD_STATE_FAILED);
  my_test_iterate_pending (NULL);
  g_assert_finalize_object (fails);

  cancelled = my_test_thread_new_in_group (group, never_run, NULL);
  my_thread_cancel (cancelled);
  g_assert_true (my_thread_start (cancelled, NULL));
  assert_next (group, -1, cancelled);
  g_assert_cmpint (my_thread_get_state (cancelled), ==, MY_THREAD_STATE_CANCELLED);
  my_test_iterate_pending (NULL);
  my_test_release (cancelled);

  /* transfer full: it may be the last reference that there is */
  g_object_unref (start_in (group, my_test_run_nothing, NULL));
  thread = my_thread_group_join_next (group, -1, NULL);
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_SUCCEEDED);
  my_test_iterate_pending (NULL);
  g_assert_finalize_object (thread);

  /* taking members reports nothing to a join */
  g_assert_false (my_thread_group_join (group, NULL));
  assert_group_joins (group);
  my_test_release (group);
}

static void
test_timeout (void)
{
  MyThreadGroup *group = new_keeping ();
  MyTestBlock block;
  MyThread *thread = start_block_in (group, &block);
  gint64 before;

  assert_next_gives (group, 0, MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT);
  before = g_get_monotonic_time ();
  assert_next_gives (group, 20000, MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT);
  g_assert_cmpint (g_get_monotonic_time () - before, >=, 20000);
  my_test_gate_open (&block.release);
  assert_next (group, MY_TEST_LONG_US, thread);
  release (thread, &block);
  my_test_release (group);
}

/* members of a subgroup are the subgroup's */
static void
test_subgroup (void)
{
  MyThreadGroup *group = new_keeping ();
  MyThreadGroup *child = my_thread_group_new (NULL, group);
  MyTestBlock block;
  MyThread *below = start_block_in (child, &block);

  assert_none_left (group);
  release (below, &block);
  assert_none_left (group);
  my_test_release (child);
  my_test_release (group);
}

static void
test_not_kept (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);

  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*my_thread_group_join_next*");
  g_assert_null (my_thread_group_join_next (group, 0, NULL));
  g_test_assert_expected_messages ();
  my_test_release (group);
}

typedef struct {
  MyThreadGroup *group;
  MyThread *next;
  GError *error;
} Taker;

static void
run_taker (MyThread *thread,
           gpointer data,
           GError **error)
{
  Taker *self = data;

  self->next = my_thread_group_join_next (self->group, -1, &self->error);
}

static void
test_caller_cancelled (void)
{
  MyThreadGroup *group = new_keeping ();
  Taker taker = { .group = group };
  MyTestBlock block;
  MyThread *member = start_block_in (group, &block);
  MyThread *caller = my_test_start (NULL, run_taker, &taker);

  my_test_wait_until_waiting (caller);
  my_thread_cancel (caller);
  my_thread_join (caller, NULL);
  g_assert_null (taker.next);
  if (my_thread_get_state (caller) == MY_THREAD_STATE_SUCCEEDED) {
    my_test_assert_error (&taker.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  }

  /* nothing was taken */
  my_test_gate_open (&block.release);
  assert_next (group, -1, member);
  release (member, &block);
  g_assert_finalize_object (caller);
  my_test_release (group);
}

/* a member may take others, but not wait for itself */
static void
test_member (void)
{
  MyThreadGroup *group = new_keeping ();
  Taker taker = { .group = group };
  MyThread *thread = start_in (group, run_taker, &taker);

  assert_next (group, -1, thread);
  g_assert_null (taker.next);
  my_test_assert_error (&taker.error, MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK);
  my_test_finish (thread);
  my_test_release (group);
}

/* the last one that is left is taken by somebody else while others wait for it */
static void
test_none_left_for_waiters (void)
{
  MyThreadGroup *group = new_keeping ();
  Taker takers[4];
  MyThread *callers[4];
  MyTestBlock block;
  MyThread *thread = start_block_in (group, &block);
  guint n_taken = 0;

  for (guint i = 0; i < 4; i++) {
    takers[i] = (Taker){ .group = group };
    callers[i] = my_test_start (NULL, run_taker, &takers[i]);
  }
  for (guint i = 0; i < 4; i++) {
    my_test_wait_until_waiting (callers[i]);
  }
  my_test_gate_open (&block.release);
  for (guint i = 0; i < 4; i++) {
    my_test_finish (callers[i]);
    g_assert_no_error (takers[i].error);
    if (takers[i].next) {
      g_assert_true (takers[i].next == thread);
      g_object_unref (takers[i].next);
      n_taken++;
    }
  }
  g_assert_cmpuint (n_taken, ==, 1);
  release (thread, &block);
  my_test_release (group);
}

#define N_MEMBERS 40

typedef struct {
  MyThreadGroup *group;
  GMutex lock;
  GHashTable *taken;
} Crowd;

static void
run_take_all (MyThread *thread,
              gpointer data,
              GError **error)
{
  Crowd *crowd = data;
  MyThread *next;

  while ((next = my_thread_group_join_next (crowd->group, -1, error))) {
    gboolean is_new;

    g_mutex_lock (&crowd->lock);
    is_new = g_hash_table_add (crowd->taken, next);
    g_mutex_unlock (&crowd->lock);
    g_assert_true (is_new);
  }
}

/* many callers: each gets others, together they get all */
static void
test_many (void)
{
  for (guint round = 0; round < 10; round++) {
    Crowd crowd = { .group = new_keeping () };
    MyThread *callers[4];

    g_mutex_init (&crowd.lock);
    crowd.taken = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
    my_thread_group_set_max_running (crowd.group, round % 4);
    for (guint i = 0; i < N_MEMBERS; i++) {
      g_object_unref (start_in (crowd.group, my_test_run_nothing, NULL));
    }
    for (guint i = 0; i < G_N_ELEMENTS (callers); i++) {
      callers[i] = my_test_start (NULL, run_take_all, &crowd);
    }
    for (guint i = 0; i < G_N_ELEMENTS (callers); i++) {
      my_test_finish (callers[i]);
    }
    g_assert_cmpuint (g_hash_table_size (crowd.taken), ==, N_MEMBERS);
    assert_none_left (crowd.group);
    my_test_iterate_pending (NULL);
    g_hash_table_unref (crowd.taken);
    g_mutex_clear (&crowd.lock);
    my_test_release (crowd.group);
  }
}

/* the default group, which its threads need not keep alive, is no different */

typedef struct {
  GObject *object;
  guint n_refs;
} References;

static gboolean
has_as_many_as_before (gpointer data)
{
  References *references = data;

  my_test_iterate_pending (NULL);
  return (guint) g_atomic_int_get ((gint *) &references->object->ref_count) == references->n_refs;
}

static void
test_default_group (void)
{
  MyThreadGroup *group = my_thread_group_get_default ();
  References references = { G_OBJECT (group), G_OBJECT (group)->ref_count };

  my_thread_group_set_keep_finished (group, TRUE);
  for (guint i = 0; i < 2 * N_MEMBERS; i++) {
    MyThread *thread = my_test_start (NULL, my_test_run_nothing, NULL);

    if (i < N_MEMBERS) {
      assert_next (group, -1, thread);
    } else {
      /* kept */
      g_assert_true (my_thread_join (thread, NULL));
    }
    g_object_unref (thread);
  }
  my_thread_group_set_keep_finished (group, FALSE);
  my_test_wait_until (has_as_many_as_before, &references);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/thread-group/join-next/order", test_order);
  g_test_add_func ("/thread-group/join-next/outcomes", test_outcomes);
  g_test_add_func ("/thread-group/join-next/timeout", test_timeout);
  g_test_add_func ("/thread-group/join-next/subgroup", test_subgroup);
  g_test_add_func ("/thread-group/join-next/not-kept", test_not_kept);
  g_test_add_func ("/thread-group/join-next/caller-cancelled", test_caller_cancelled);
  g_test_add_func ("/thread-group/join-next/member", test_member);
  g_test_add_func ("/thread-group/join-next/none-left-for-waiters", test_none_left_for_waiters);
  g_test_add_func ("/thread-group/join-next/many", test_many);
  g_test_add_func ("/thread-group/join-next/default-group", test_default_group);

  return g_test_run ();
}
