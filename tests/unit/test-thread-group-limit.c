/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "test-thread-group.h"

/* what a group forbids its members: max-running and cancel-on-error */

typedef struct {
  MyTestCrowd crowd;
  gint order[32];
  gint n_entered; /* atomic */
} Meter;

typedef struct {
  Meter *meter;
  gint index;
} Metered;

static void
run_metered (MyThread *thread,
             gpointer data,
             GError **error)
{
  Metered *self = data;
  Meter *meter = self->meter;

  g_atomic_int_set (&meter->order[g_atomic_int_add (&meter->n_entered, 1)], self->index);
  my_test_crowd_pass (&meter->crowd);
}

static void
run_many (Meter *meter,
          guint max_running)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  MyThread *threads[G_N_ELEMENTS (meter->order)];
  Metered metered[G_N_ELEMENTS (meter->order)];

  memset (meter, 0, sizeof *meter);
  my_thread_group_set_max_running (group, max_running);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    metered[i] = (Metered){ meter, (gint) i };
    threads[i] = start_in (group, run_metered, &metered[i]);
  }
  assert_group_joins (group);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    my_test_finish (threads[i]);
  }
  g_assert_cmpint (meter->n_entered, ==, (gint) G_N_ELEMENTS (threads));
  my_test_release (group);
}

static void
test_max_running_order (void)
{
  for (guint i = 0; i < 20; i++) {
    Meter meter;

    run_many (&meter, 1);
    g_assert_cmpint (meter.crowd.n_most, ==, 1);
    for (guint j = 0; j < G_N_ELEMENTS (meter.order); j++) {
      g_assert_cmpint (meter.order[j], ==, (gint) j);
    }
  }
}

static void
assert_states (MyThread **threads,
               guint n,
               const char *expected)
{
  GString *states = g_string_new (NULL);

  for (guint i = 0; i < n; i++) {
    g_string_append_c (states, "NQRSFC"[my_thread_get_state (threads[i])]);
  }
  g_assert_cmpstr (states->str, ==, expected);
  g_string_free (states, TRUE);
}

static void
test_max_running_states (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  MyThread *threads[5];
  MyTestBlock blocks[5];

  my_thread_group_set_max_running (group, 2);
  for (guint i = 0; i < 5; i++) {
    threads[i] = start_block_in (group, &blocks[i]);
  }
  my_test_gate_wait (&blocks[0].entered);
  my_test_gate_wait (&blocks[1].entered);
  assert_states (threads, 5, "RRQQQ");
  g_assert_true (my_thread_is_alive (threads[4]));
  g_assert_false (my_test_gate_is_open (&blocks[2].entered));

  /* one ends, and the first of the queue has its place, whoever it was that ended */
  my_test_gate_open (&blocks[1].release);
  my_test_gate_wait (&blocks[2].entered);
  g_assert_true (my_thread_join (threads[1], NULL));
  assert_states (threads, 5, "RSRQQ");

  /* a higher limit holds at once */
  my_thread_group_set_max_running (group, 3);
  my_test_gate_wait (&blocks[3].entered);
  assert_states (threads, 5, "RSRRQ");

  /* a lower one as they end */
  my_thread_group_set_max_running (group, 1);
  assert_states (threads, 5, "RSRRQ");
  my_test_gate_open (&blocks[0].release);
  g_assert_true (my_thread_join (threads[0], NULL));
  my_test_gate_open (&blocks[2].release);
  g_assert_true (my_thread_join (threads[2], NULL));
  assert_states (threads, 5, "SSSRQ");
  g_assert_false (my_test_gate_is_open (&blocks[4].entered));

  /* and none lets all of them run */
  my_thread_group_set_max_running (group, 0);
  my_test_gate_wait (&blocks[4].entered);
  assert_states (threads, 5, "SSSRR");

  for (guint i = 0; i < 5; i++) {
    release (threads[i], &blocks[i]);
  }
  my_test_release (group);
}

static void
test_max_running_cancel (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  MyThread *threads[4];
  MyTestBlock blocks[4];

  my_thread_group_set_max_running (group, 1);
  for (guint i = 0; i < 4; i++) {
    threads[i] = start_block_in (group, &blocks[i]);
  }
  my_thread_cancel (threads[1]);
  my_thread_cancel (threads[3]);
  /* they go at once, and do not wait for their turn */
  assert_cancelled (threads[1]);
  assert_cancelled (threads[3]);
  g_assert_true (my_thread_is_alive (threads[0]));
  g_assert_cmpint (my_thread_get_state (threads[2]), ==, MY_THREAD_STATE_QUEUED);
  g_assert_cmpuint (my_thread_group_active_count (group), ==, 2);

  release (threads[0], &blocks[0]);
  my_test_gate_wait (&blocks[2].entered);
  release (threads[2], &blocks[2]);
  for (guint i = 1; i < 4; i += 2) {
    g_assert_false (my_test_gate_is_open (&blocks[i].entered));
    my_test_block_clear (&blocks[i]);
    my_test_release (threads[i]);
  }
  my_test_release (group);
}

static void
test_max_running_refused (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  MyTestBlock blocks[2];
  MyThread *first, *refused, *next;

  my_thread_group_set_max_running (group, 1);
  first = start_block_in (group, &blocks[0]);
  refused = my_test_thread_new_in_group (group, never_run, NULL);
  my_thread_set_stack_size (refused, G_GUINT64_CONSTANT (1) << 60);
  g_assert_true (my_thread_start (refused, NULL));
  g_assert_cmpint (my_thread_get_state (refused), ==, MY_THREAD_STATE_QUEUED);
  next = start_block_in (group, &blocks[1]);

  my_test_gate_open (&blocks[0].release);
  my_test_gate_wait (&blocks[1].entered);
  my_test_assert_fails (my_thread_join (refused, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_NO_RESOURCES);
  g_assert_cmpint (my_thread_get_state (refused), ==, MY_THREAD_STATE_FAILED);
  release (next, &blocks[1]);
  release (first, &blocks[0]);
  /* it is a failure of a member like any other */
  my_test_assert_fails (my_thread_group_join (group, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_NO_RESOURCES);
  g_assert_finalize_object (refused);
  my_test_release (group);
}

/* cancel-on-error */

static void
run_fail_when_released (MyThread *thread,
                        gpointer data,
                        GError **error)
{
  my_test_run_block (thread, data, error);
  my_test_run_fail (thread, NULL, error);
}

static void
test_cancel_on_error (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  MyThread *fails, *sleeps, *queued, *late;
  MyTestBlock blocks[2];

  my_thread_group_set_cancel_on_error (group, TRUE);
  my_thread_group_set_max_running (group, 2);
  my_test_block_init (&blocks[0]);
  my_test_block_init (&blocks[1]);
  fails = start_in (group, run_fail_when_released, &blocks[0]);
  sleeps = start_in (group, my_test_run_sleep, &blocks[1]);
  queued = start_in (group, never_run, NULL);

  my_test_gate_open (&blocks[0].release);
  assert_cancelled (sleeps);
  assert_cancelled (queued);
  g_assert_true (my_thread_group_is_cancelled (group));
  late = start_in (group, never_run, NULL);
  assert_cancelled (late);

  /* the one failure is what the group tells, not that the others were cancelled */
  my_test_assert_fails (my_thread_group_join (group, &error_), G_IO_ERROR, G_IO_ERROR_EXISTS);
  assert_group_joins (group);
  g_assert_cmpint (my_thread_get_state (fails), ==, MY_THREAD_STATE_FAILED);

  g_assert_finalize_object (fails);
  my_test_release (sleeps);
  my_test_release (queued);
  my_test_release (late);
  my_test_release (group);
  my_test_block_clear (&blocks[0]);
  my_test_block_clear (&blocks[1]);
}

/* one that is cancelled is no failure, and without the property a failure changes nothing */
static void
test_no_cancel_on_error (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  MyThread *sleeps, *goes_on, *fails;
  MyTestBlock blocks[2];

  my_thread_group_set_cancel_on_error (group, TRUE);
  my_test_block_init (&blocks[0]);
  sleeps = start_in (group, my_test_run_sleep, &blocks[0]);
  goes_on = start_block_in (group, &blocks[1]);
  my_thread_cancel (sleeps);
  assert_cancelled (sleeps);
  g_assert_false (my_thread_group_is_cancelled (group));

  my_thread_group_set_cancel_on_error (group, FALSE);
  fails = start_in (group, my_test_run_fail, NULL);
  g_assert_false (my_thread_join (fails, NULL));
  g_assert_false (my_thread_group_is_cancelled (group));
  g_assert_false (my_thread_is_cancelled (goes_on));
  release (goes_on, &blocks[1]);
  g_assert_false (my_thread_group_join (group, NULL));

  my_test_release (sleeps);
  g_assert_finalize_object (fails);
  my_test_release (group);
  my_test_block_clear (&blocks[0]);
}

/* a failure bubbles to the parent, which may mind it where the child does not */
static void
test_cancel_on_error_below (void)
{
  MyThreadGroup *parent = my_thread_group_new (NULL, NULL);
  MyThreadGroup *child = my_thread_group_new (NULL, parent);
  MyThread *above, *beside, *fails;
  MyTestBlock blocks[2];

  my_thread_group_set_cancel_on_error (parent, TRUE);
  my_test_block_init (&blocks[0]);
  my_test_block_init (&blocks[1]);
  above = start_in (parent, my_test_run_sleep, &blocks[0]);
  beside = start_in (child, my_test_run_sleep, &blocks[1]);
  fails = start_in (child, my_test_run_fail, NULL);
  assert_cancelled (above);
  assert_cancelled (beside);
  g_assert_true (my_thread_group_is_cancelled (parent));
  g_assert_false (my_thread_group_join (parent, NULL));

  my_test_release (above);
  my_test_release (beside);
  g_assert_finalize_object (fails);
  my_test_release (child);
  my_test_release (parent);
  my_test_block_clear (&blocks[0]);
  my_test_block_clear (&blocks[1]);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/thread-group/max-running/order", test_max_running_order);
  g_test_add_func ("/thread-group/max-running/states", test_max_running_states);
  g_test_add_func ("/thread-group/max-running/cancel", test_max_running_cancel);
  g_test_add_func ("/thread-group/max-running/refused", test_max_running_refused);
  g_test_add_func ("/thread-group/cancel-on-error", test_cancel_on_error);
  g_test_add_func ("/thread-group/cancel-on-error/not", test_no_cancel_on_error);
  g_test_add_func ("/thread-group/cancel-on-error/below", test_cancel_on_error_below);

  return g_test_run ();
}
