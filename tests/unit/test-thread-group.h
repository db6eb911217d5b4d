/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "my-test-thread.h"

/* What the tests of the groups share, file by file. */

static inline MyThread *
start_in (MyThreadGroup *group,
          MyThreadFunc func,
          gpointer user_data)
{
  MyThread *thread = my_test_thread_new_in_group (group, func, user_data);
  GError *error = NULL;

  my_thread_start (thread, &error);
  g_assert_no_error (error);

  return thread;
}

static inline MyThread *
start_block_in (MyThreadGroup *group,
                MyTestBlock *block)
{
  my_test_block_init (block);

  return start_in (group, my_test_run_block, block);
}

/* lets a started my_test_run_block() end */
static inline void
release (MyThread *thread,
         MyTestBlock *block)
{
  my_test_gate_open (&block->release);
  my_test_finish (thread);
  my_test_block_clear (block);
}

static inline void
assert_cancelled (MyThread *thread)
{
  my_test_assert_fails (my_thread_join (thread, &error_), G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_CANCELLED);
}

static inline void
assert_group_joins (MyThreadGroup *group)
{
  g_autoptr (GError) error = NULL;

  my_thread_group_join (group, &error);
  g_assert_no_error (error);
}

static inline void
assert_holds (GPtrArray *threads,
              MyThread *thread)
{
  g_assert_true (g_ptr_array_find (threads, thread, NULL));
}

static inline void
never_run (MyThread *thread,
           gpointer data,
           GError **error)
{
  g_assert_not_reached ();
}

/* A thread of which no handler of its class looks at its end, other than those of MyTestThread. */
static inline MyThread *
start_plain_failing (MyThreadGroup *group,
                     const char *name)
{
  MyThread *thread = my_thread_new_in_group (group, name, my_test_run_fail, NULL, NULL);

  g_assert_true (my_thread_start (thread, NULL));

  return thread;
}
