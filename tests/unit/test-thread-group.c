/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "test-thread-group.h"

/* names and the tree */

static void
test_construct (void)
{
  MyThreadGroup *root = my_thread_group_get_default ();
  MyThreadGroup *parent = my_thread_group_new ("parent", NULL);
  MyThreadGroup *child = my_thread_group_new ("child", parent);
  MyThreadGroup *plain = g_object_new (MY_TYPE_THREAD_GROUP, "name", "plain", NULL);
  MyThreadGroup *nameless = my_thread_group_new (NULL, child);
  g_autoptr (MyThreadGroup) parent_property = NULL;
  g_autofree char *name_property = NULL;

  g_assert_true (MY_IS_THREAD_GROUP (root));
  g_assert_true (root == my_thread_group_get_default ());
  g_assert_null (my_thread_group_get_parent (root));
  g_assert_true (g_type_test_flags (MY_TYPE_THREAD_GROUP, G_TYPE_FLAG_FINAL));

  g_assert_cmpstr (my_thread_group_get_name (parent), ==, "parent");
  g_assert_true (my_thread_group_get_parent (parent) == root);
  g_assert_true (my_thread_group_get_parent (child) == parent);
  g_assert_true (my_thread_group_get_parent (nameless) == child);
  g_assert_true (my_thread_group_get_parent (plain) == root);
  g_assert_cmpstr (my_thread_group_get_name (plain), ==, "plain");
  g_object_get (child, "name", &name_property, "parent", &parent_property, NULL);
  g_assert_cmpstr (name_property, ==, "child");
  g_assert_true (parent_property == parent);
  g_clear_object (&parent_property);

  /* a child keeps its parent, and not the other way round */
  g_assert_finalize_object (nameless);
  g_object_unref (parent);
  g_assert_true (my_thread_group_get_parent (child) == parent);
  g_object_add_weak_pointer (G_OBJECT (parent), (gpointer *) &parent);
  g_assert_finalize_object (child);
  g_assert_null (parent);
  g_assert_finalize_object (plain);
}

static void
test_properties (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  guint max_running, n_items;
  gboolean cancel_on_error, keep_finished;
  double progress;

  g_object_get (group,
                "max-running", &max_running,
                "cancel-on-error", &cancel_on_error,
                "keep-finished", &keep_finished,
                "progress", &progress,
                "n-items", &n_items,
                NULL);
  g_assert_cmpuint (max_running, ==, 0);
  g_assert_false (cancel_on_error);
  g_assert_false (keep_finished);
  g_assert_cmpfloat (progress, ==, 0.0);
  g_assert_cmpuint (n_items, ==, 0);
  g_assert_false (my_thread_group_is_cancelled (group));

  g_object_set (group, "max-running", 7, "cancel-on-error", TRUE, "keep-finished", TRUE, NULL);
  g_assert_cmpuint (my_thread_group_get_max_running (group), ==, 7);
  g_assert_true (my_thread_group_get_cancel_on_error (group));
  g_assert_true (my_thread_group_get_keep_finished (group));
  my_thread_group_set_max_running (group, 0);
  my_thread_group_set_cancel_on_error (group, FALSE);
  my_thread_group_set_keep_finished (group, FALSE);
  g_assert_cmpuint (my_thread_group_get_max_running (group), ==, 0);
  g_assert_false (my_thread_group_get_cancel_on_error (group));
  g_assert_false (my_thread_group_get_keep_finished (group));

  g_assert_finalize_object (group);
}

/* every thread is in exactly one group */
static void
test_membership (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  MyThread *member = my_test_thread_new_in_group (group, NULL, NULL);
  MyThread *other = my_thread_new (NULL, NULL, NULL, NULL);
  g_autoptr (MyThreadGroup) group_property = NULL;

  g_assert_true (my_thread_get_group (member) == group);
  g_assert_true (my_thread_get_group (other) == my_thread_group_get_default ());
  g_object_get (member, "group", &group_property, NULL);
  g_assert_true (group_property == group);
  g_clear_object (&group_property);

  /* a member that is not started is not counted, but it keeps its group */
  g_assert_cmpuint (my_thread_group_active_count (group), ==, 0);
  g_object_unref (group);
  g_assert_true (MY_IS_THREAD_GROUP (my_thread_get_group (member)));
  g_object_add_weak_pointer (G_OBJECT (group), (gpointer *) &group);
  g_assert_finalize_object (member);
  g_assert_null (group);
  g_assert_finalize_object (other);
}

static gpointer
foreign_thread (gpointer data)
{
  MyTestBlock *block = data;

  my_thread_get_current ();
  my_test_run_block (NULL, block, NULL);

  return NULL;
}

static void
test_count (void)
{
  MyThreadGroup *root = my_thread_group_get_default ();
  MyThreadGroup *parent = my_thread_group_new ("parent", NULL);
  MyThreadGroup *child = my_thread_group_new ("child", parent);
  MyThread *a, *b, *c, *queued;
  MyTestBlock blocks[4], foreign_block;
  GPtrArray *threads;
  GThread *foreign;

  g_assert_cmpuint (my_thread_group_active_count (root), ==, 0);
  g_assert_cmpuint (my_thread_active_count (), ==, 1);

  my_thread_group_set_max_running (child, 1);
  a = start_block_in (parent, &blocks[0]);
  b = start_block_in (parent, &blocks[1]);
  c = start_block_in (child, &blocks[2]);
  queued = start_block_in (child, &blocks[3]);
  my_test_block_init (&foreign_block);
  foreign = g_thread_new (NULL, foreign_thread, &foreign_block);
  my_test_gate_wait (&foreign_block.entered);

  g_assert_cmpuint (my_thread_group_active_count (child), ==, 2);
  g_assert_cmpuint (my_thread_group_active_count (parent), ==, 4);
  /* main and foreign threads are counted in the process, and in no group */
  g_assert_cmpuint (my_thread_group_active_count (root), ==, 4);
  g_assert_cmpuint (my_thread_active_count (), ==, 6);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (root)), ==, 0);

  threads = my_thread_group_enumerate (child);
  g_assert_cmpuint (threads->len, ==, 2);
  assert_holds (threads, c);
  assert_holds (threads, queued);
  g_ptr_array_unref (threads);

  threads = my_thread_group_enumerate (parent);
  g_assert_cmpuint (threads->len, ==, 4);
  assert_holds (threads, a);
  assert_holds (threads, b);
  assert_holds (threads, c);
  assert_holds (threads, queued);
  g_ptr_array_unref (threads);

  threads = my_thread_group_enumerate (root);
  g_assert_cmpuint (threads->len, ==, 4);
  g_assert_false (g_ptr_array_find (threads, my_thread_get_main (), NULL));
  g_ptr_array_unref (threads);

  threads = my_thread_enumerate ();
  g_assert_cmpuint (threads->len, ==, 6);
  assert_holds (threads, my_thread_get_main ());
  assert_holds (threads, queued);
  g_ptr_array_unref (threads);

  my_test_gate_open (&foreign_block.release);
  g_thread_join (foreign);
  my_test_block_clear (&foreign_block);
  release (a, &blocks[0]);
  g_assert_cmpuint (my_thread_group_active_count (parent), ==, 3);
  release (b, &blocks[1]);
  release (c, &blocks[2]);
  release (queued, &blocks[3]);
  g_assert_cmpuint (my_thread_group_active_count (root), ==, 0);

  my_test_release (child);
  my_test_release (parent);
}

/* the array holds references: what is in it may end and be dropped meanwhile */
static void
test_enumerate_references (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  MyTestBlock block;
  MyThread *thread = start_block_in (group, &block);
  GPtrArray *threads = my_thread_group_enumerate (group);

  g_object_add_weak_pointer (G_OBJECT (thread), (gpointer *) &thread);
  g_object_unref (thread);
  my_test_gate_open (&block.release);
  assert_group_joins (group);
  my_test_iterate_pending (NULL);
  g_assert_true (threads->pdata[0] == thread);
  g_assert_false (my_thread_is_alive (thread));
  g_ptr_array_unref (threads);
  g_assert_null (thread);

  my_test_block_clear (&block);
  my_test_release (group);
}

/* cancel */

static void
test_cancel (void)
{
  MyThreadGroup *parent = my_thread_group_new (NULL, NULL);
  MyThreadGroup *child = my_thread_group_new (NULL, parent);
  MyThreadGroup *sibling = my_thread_group_new (NULL, NULL);
  MyThreadGroup *later_child;
  MyThread *a, *b, *queued, *late, *late_below, *spared;
  MyTestBlock blocks[3];
  g_autoptr (MyTestLog) log = my_test_log_new ();

  for (guint i = 0; i < G_N_ELEMENTS (blocks); i++) {
    my_test_block_init (&blocks[i]);
  }
  my_thread_group_set_max_running (child, 1);
  a = start_in (parent, my_test_run_sleep, &blocks[0]);
  b = start_in (child, my_test_run_sleep, &blocks[1]);
  queued = start_in (child, never_run, NULL);
  spared = start_in (sibling, my_test_run_block, &blocks[2]);
  g_assert_false (my_thread_group_is_cancelled (parent));

  my_thread_group_cancel (parent);
  g_assert_true (my_thread_group_is_cancelled (parent));
  assert_cancelled (a);
  assert_cancelled (b);
  assert_cancelled (queued);

  /* what is started later is cancelled too, in subgroups as well, be they new or old */
  late = my_test_thread_new_in_group (parent, never_run, NULL);
  my_test_log_watch (log, late, NULL, "started finished");
  g_assert_true (my_thread_start (late, NULL));
  assert_cancelled (late);
  g_assert_true (my_thread_is_cancelled (late));
  my_test_assert_log (log, "finished");
  late_below = start_in (child, never_run, NULL);
  assert_cancelled (late_below);
  my_test_release (late_below);
  later_child = my_thread_group_new (NULL, parent);
  late_below = start_in (later_child, never_run, NULL);
  assert_cancelled (late_below);
  my_test_release (late_below);

  g_assert_false (my_thread_is_cancelled (spared));
  g_assert_false (my_thread_group_is_cancelled (sibling));
  release (spared, &blocks[2]);

  my_test_release (late);
  my_test_release (a);
  my_test_release (b);
  my_test_release (queued);
  my_test_release (later_child);
  my_test_release (child);
  my_test_release (parent);
  my_test_release (sibling);
  my_test_block_clear (&blocks[0]);
  my_test_block_clear (&blocks[1]);
}

/* the whole program: in one of its own, since it can not be taken back */
static void
test_cancel_default (void)
{
  MyThread *thread;

  if (!g_test_subprocess ()) {
    g_test_trap_subprocess (NULL, MY_TEST_LONG_US, 0);
    g_test_trap_assert_passed ();
    return;
  }

  my_thread_group_cancel (my_thread_group_get_default ());
  thread = my_test_start (NULL, never_run, NULL);
  assert_cancelled (thread);
  my_test_release (thread);
  /* the main thread is no member */
  g_assert_false (my_thread_is_cancelled (my_thread_get_main ()));
  g_assert_true (my_thread_sleep (1, NULL));
}

/* a subgroup is cancelled without its parent */
static void
test_cancel_child (void)
{
  MyThreadGroup *parent = my_thread_group_new (NULL, NULL);
  MyThreadGroup *child = my_thread_group_new (NULL, parent);
  MyTestBlock block, child_block;
  MyThread *thread = start_block_in (parent, &block);
  MyThread *sleeper;

  my_test_block_init (&child_block);
  sleeper = start_in (child, my_test_run_sleep, &child_block);
  my_thread_group_cancel (child);
  assert_cancelled (sleeper);
  my_test_release (sleeper);
  g_assert_true (my_thread_group_is_cancelled (child));
  g_assert_false (my_thread_group_is_cancelled (parent));
  g_assert_false (my_thread_is_cancelled (thread));
  release (thread, &block);

  my_test_block_clear (&child_block);
  my_test_release (child);
  my_test_release (parent);
}

/* keep-finished */

static void
test_keep_finished (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  MyThread *thread = start_in (group, NULL, NULL);
  MyThread *taken;

  /* not kept: let go when it has ended */
  assert_group_joins (group);
  g_assert_finalize_object (thread);

  my_thread_group_set_keep_finished (group, TRUE);
  thread = start_in (group, NULL, NULL);
  g_object_add_weak_pointer (G_OBJECT (thread), (gpointer *) &thread);
  g_object_unref (thread);
  assert_group_joins (group);
  my_test_iterate_pending (NULL);
  g_assert_nonnull (thread);
  g_assert_cmpuint (my_thread_group_active_count (group), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (group)), ==, 0);
  taken = my_thread_group_join_next (group, 0, NULL);
  g_assert_true (taken == thread);
  g_object_unref (taken);
  my_test_iterate_pending (NULL);
  g_assert_null (thread);

  my_test_release (group);
}

/* what is kept goes with the property, or with the group */
static void
test_keep_finished_no_more (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  MyThread *thread;

  my_thread_group_set_keep_finished (group, TRUE);
  thread = start_in (group, NULL, NULL);
  g_object_add_weak_pointer (G_OBJECT (thread), (gpointer *) &thread);
  g_object_unref (thread);
  assert_group_joins (group);
  my_thread_group_set_keep_finished (group, FALSE);
  my_test_iterate_pending (NULL);
  g_assert_null (thread);

  my_thread_group_set_keep_finished (group, TRUE);
  thread = start_in (group, NULL, NULL);
  g_object_add_weak_pointer (G_OBJECT (thread), (gpointer *) &thread);
  g_object_unref (thread);
  assert_group_joins (group);
  my_test_release (group);
  my_test_iterate_until (NULL, my_test_is_null, &thread);
}

/* the life of groups */

static void
test_finalize (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  MyTestBlock block;
  MyThread *thread = start_block_in (group, &block);

  /* members that are alive keep their group */
  g_object_add_weak_pointer (G_OBJECT (group), (gpointer *) &group);
  g_object_unref (group);
  g_assert_nonnull (group);
  g_assert_cmpuint (my_thread_group_active_count (my_thread_group_get_default ()), ==, 1);
  release (thread, &block);
  my_test_iterate_until (NULL, my_test_is_null, &group);
}

static gboolean
start_and_look (gpointer data)
{
  gpointer *weak = data;

  if (*weak) {
    MyThread *thread = my_test_start (NULL, NULL, NULL);

    g_assert_true (my_thread_join (thread, NULL));
    g_object_unref (thread);
  }

  return *weak == NULL;
}

/* Nobody iterates, nobody joins: the next starts and waits let go of what has ended. */
static void
test_finalize_without_loop (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);

  for (guint i = 0; i < 8; i++) {
    g_object_unref (start_in (group, NULL, NULL));
  }
  g_object_add_weak_pointer (G_OBJECT (group), (gpointer *) &group);
  g_object_unref (group);
  my_test_wait_until (start_and_look, &group);
}

/* a member that nobody looks at is finalised in its owner's context, not where it ran */
static void
test_finalize_in_context (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);

  g_object_unref (start_in (group, NULL, NULL));
  my_test_release (group);
}

/* What is started in a cancelled group tells what becomes of it. */
static void
test_cancelled_is_told (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  g_autoptr (MyTestLog) log = my_test_log_new ();
  MyThread *thread = my_test_thread_new_in_group (group, never_run, NULL);

  my_thread_group_cancel (group);
  my_test_log_watch (log, thread, NULL, "cancelled error state finished");
  g_assert_false (my_thread_is_cancelled (thread));
  g_assert_true (my_thread_start (thread, NULL));
  my_test_iterate_until (NULL, my_test_log_has_finished, log);
  my_test_assert_log (log, "cancelled error state finished");
  assert_cancelled (thread);
  my_test_release (thread);
  my_test_release (group);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/thread-group/construct", test_construct);
  g_test_add_func ("/thread-group/properties", test_properties);
  g_test_add_func ("/thread-group/membership", test_membership);
  g_test_add_func ("/thread-group/count", test_count);
  g_test_add_func ("/thread-group/enumerate-references", test_enumerate_references);
  g_test_add_func ("/thread-group/cancel", test_cancel);
  g_test_add_func ("/thread-group/cancel-default", test_cancel_default);
  g_test_add_func ("/thread-group/cancel-child", test_cancel_child);
  g_test_add_func ("/thread-group/keep-finished", test_keep_finished);
  g_test_add_func ("/thread-group/keep-finished/no-more", test_keep_finished_no_more);
  g_test_add_func ("/thread-group/finalize", test_finalize);
  g_test_add_func ("/thread-group/finalize/without-loop", test_finalize_without_loop);
  g_test_add_func ("/thread-group/finalize/in-context", test_finalize_in_context);
  g_test_add_func ("/thread-group/cancelled-is-told", test_cancelled_is_told);

  return g_test_run ();
}
