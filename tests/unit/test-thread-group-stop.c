/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "test-thread-group.h"

/* stop() of a group: a cancel that ends */

/* All have ended: those that wait, one that is queued, one that has failed, and that of a subgroup. */
static void
test_all_end (void)
{
  MyThreadGroup *group = my_thread_group_new ("outer", NULL);
  MyThreadGroup *inner = my_thread_group_new ("inner", group);
  MyThread *threads[5];
  g_autoptr (GError) error = NULL;

  my_thread_group_set_max_running (group, 1);
  threads[0] = start_in (group, my_test_run_fail, NULL);
  my_test_wait_until (my_test_is_over, threads[0]);
  threads[1] = start_in (group, my_test_run_sleep, NULL);
  threads[2] = start_in (inner, my_test_run_sleep, NULL);
  threads[3] = start_in (group, my_test_run_sleep, NULL);
  g_assert_cmpint (my_thread_get_state (threads[3]), ==, MY_THREAD_STATE_QUEUED);

  g_assert_true (my_thread_group_stop (group, -1, &error));
  g_assert_no_error (error);
  g_assert_true (my_thread_group_is_cancelled (group));
  g_assert_cmpuint (my_thread_group_active_count (group), ==, 0);

  /* Again; and one that is started later ends at once. */
  g_assert_true (my_thread_group_stop (group, 0, NULL));
  threads[4] = start_in (group, never_run, NULL);
  g_assert_true (my_thread_group_stop (group, -1, NULL));
  for (guint i = 1; i < G_N_ELEMENTS (threads); i++) {
    assert_cancelled (threads[i]);
  }

  /* The failure is left to a join. */
  my_test_assert_fails (my_thread_group_join (group, &error_), G_IO_ERROR, G_IO_ERROR_EXISTS);
  assert_group_joins (group);

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    my_test_release (threads[i]);
  }
  my_test_release (inner);
  my_test_release (group);
}

/* Those that go on are named, with what they wait for. */

static void
assert_stop_says (MyThreadGroup *group,
                  gint64 timeout_us,
                  const char *pattern)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (my_thread_group_stop (group, timeout_us, &error));
  g_assert_error (error, MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT);
  if (!g_pattern_match_simple (pattern, error->message)) {
    g_test_message ("%s", error->message);
    g_test_fail ();
  }
}

static void
test_goes_on (void)
{
  MyThreadGroup *group = my_thread_group_new ("stubborn", NULL);
  MyTestBlock blocks[12];
  MyThread *threads[12];

  threads[0] = start_block_in (group, &blocks[0]);
  my_thread_set_name (threads[0], "the deaf one");
  my_test_gate_wait (&blocks[0].entered);
  assert_stop_says (group, 0, "Group \"stubborn\" *: thread \"the deaf one\" runs, or waits for something that the library does not know");
  assert_stop_says (group, 1000, "*thread \"the deaf one\" runs*");
  g_assert_false (my_thread_group_stop (group, 0, NULL));
  release (threads[0], &blocks[0]);
  g_assert_true (my_thread_group_stop (group, -1, NULL));
  my_test_release (group);

  group = my_thread_group_new (NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    threads[i] = start_block_in (group, &blocks[i]);
    my_test_gate_wait (&blocks[i].entered);
  }
  assert_stop_says (group, 0, "Group (without a name) *, and 2 more");
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    release (threads[i], &blocks[i]);
  }
  my_test_release (group);
}

static void
stop_its_group (MyThread *thread,
                gpointer group)
{
  assert_stop_says (group, 0, "*thread \"asking\" waits for a call in the owner*");
}

static void
run_ask (MyThread *thread,
         gpointer group,
         GError **error)
{
  g_assert_true (my_thread_call_owner (thread, stop_its_group, group, NULL));
}

static void
test_waits (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  MyThread *thread = my_test_thread_new_in_group (group, run_ask, group);

  my_thread_set_name (thread, "asking");
  g_assert_true (my_thread_start (thread, NULL));
  my_thread_join (thread, NULL);
  g_assert_true (my_thread_group_stop (group, -1, NULL));
  my_test_release (thread);
  my_test_release (group);
}

/* A member cannot wait for its group, which is cancelled all the same; nor does one that is cancelled wait. */

static void
run_stop (MyThread *thread,
          gpointer group,
          GError **error)
{
  my_thread_group_stop (group, -1, error);
}

static void
test_no_wait (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  MyThread *thread = start_in (group, run_stop, group);

  my_test_assert_fails (my_thread_join (thread, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK);
  g_assert_true (my_thread_group_is_cancelled (group));
  my_test_release (thread);
  my_test_release (group);
}

static void
test_cancelled (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  MyTestBlock block;
  MyThread *member = start_block_in (group, &block);
  MyThread *thread;

  my_test_gate_wait (&block.entered);
  thread = my_test_start (NULL, run_stop, group);
  my_test_wait_until_waiting (thread);
  my_thread_cancel (thread);
  my_test_assert_fails (my_thread_join (thread, &error_), G_IO_ERROR, G_IO_ERROR_CANCELLED);
  my_test_release (thread);
  release (member, &block);
  my_test_release (group);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/thread-group-stop/all-end", test_all_end);
  g_test_add_func ("/thread-group-stop/goes-on", test_goes_on);
  g_test_add_func ("/thread-group-stop/waits", test_waits);
  g_test_add_func ("/thread-group-stop/no-wait", test_no_wait);
  g_test_add_func ("/thread-group-stop/cancelled", test_cancelled);

  return g_test_run ();
}
