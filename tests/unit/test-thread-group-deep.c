/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-executor.h"
#include "test-thread-group.h"

#include <time.h>

/* Groups nested as deep as one likes: nothing recurses, and each start and each end of a thread costs what it costs elsewhere. */

#define DEPTH 100000

typedef struct {
  MyThreadGroup *top;
  MyThreadGroup *bottom;
} Chain;

static void
chain_init (Chain *chain,
            guint depth)
{
  chain->top = my_thread_group_new ("top", NULL);
  chain->bottom = g_object_ref (chain->top);
  for (guint i = 0; i < depth; i++) {
    MyThreadGroup *child = my_thread_group_new (NULL, chain->bottom);

    g_object_unref (chain->bottom);
    chain->bottom = child;
  }
}

static void
use_chain (Chain *chain)
{
  MyTestBlock blocks[2];
  MyThread *threads[2];
  GPtrArray *list;
  char *dump;

  /* One at a time: the branch becomes empty each time. */
  for (guint i = 0; i < 3; i++) {
    MyThread *thread = start_in (chain->bottom, NULL, NULL);

    g_assert_true (my_thread_join (thread, NULL));
    g_object_unref (thread);
  }
  assert_group_joins (chain->top);

  for (guint i = 0; i < 2; i++) {
    threads[i] = start_block_in (i == 0 ? chain->bottom : chain->top, &blocks[i]);
  }
  my_test_gate_wait (&blocks[0].entered);
  g_assert_cmpuint (my_thread_group_active_count (chain->top), ==, 2);
  g_assert_cmpuint (my_thread_group_active_count (chain->bottom), ==, 1);
  list = my_thread_group_enumerate (chain->top);
  g_assert_cmpuint (list->len, ==, 2);
  g_assert_true (list->pdata[0] == threads[1] && list->pdata[1] == threads[0]);
  g_ptr_array_unref (list);
  dump = my_thread_dump ();
  g_assert_nonnull (strstr (dump, "\"top\""));
  g_free (dump);
  g_assert_false (my_thread_group_join_timeout (chain->top, 0, NULL));

  g_assert_false (my_thread_group_is_cancelled (chain->bottom));
  my_thread_group_cancel (chain->top);
  g_assert_true (my_thread_group_is_cancelled (chain->bottom));
  for (guint i = 0; i < 2; i++) {
    g_assert_true (my_thread_is_cancelled (threads[i]));
    my_test_gate_open (&blocks[i].release);
  }
  assert_group_joins (chain->top);
  g_assert_cmpuint (my_thread_group_active_count (chain->top), ==, 0);

  for (guint i = 0; i < 2; i++) {
    g_object_unref (threads[i]);
    my_test_block_clear (&blocks[i]);
  }
  threads[0] = start_in (chain->bottom, never_run, NULL);
  assert_cancelled (threads[0]);
  g_object_unref (threads[0]);
}

/* The last reference to each group but the lowest is its subgroup's: they go from the bottom to the top. */
static void
let_chain_go (Chain *chain)
{
  GMainContext *context = g_main_context_get_thread_default ();

  g_object_add_weak_pointer (G_OBJECT (chain->top), (gpointer *) &chain->top);
  g_object_unref (chain->top);
  g_object_unref (chain->bottom);
  my_test_iterate_until (context, my_test_is_null, &chain->top);
}

static void
use_and_let_go (MyThread *thread,
                gpointer unused,
                GError **error)
{
  GMainContext *context = g_main_context_new ();
  Chain chain;

  g_main_context_push_thread_default (context);
  chain_init (&chain, DEPTH);
  use_chain (&chain);
  let_chain_go (&chain);
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
}

/* The lowest group goes with the last of its threads. */
static void
let_go_with_thread (MyThread *thread,
                    gpointer unused,
                    GError **error)
{
  GMainContext *context = g_main_context_new ();
  MyThread *last;
  Chain chain;

  g_main_context_push_thread_default (context);
  chain_init (&chain, DEPTH);
  last = start_in (chain.bottom, NULL, NULL);
  g_object_add_weak_pointer (G_OBJECT (chain.top), (gpointer *) &chain.top);
  g_object_unref (chain.top);
  g_object_unref (chain.bottom);
  g_assert_nonnull (chain.top);
  g_assert_true (my_thread_join (last, NULL));
  g_object_unref (last);
  my_test_iterate_until (context, my_test_is_null, &chain.top);
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
}

/* In a process of its own, whose heap and stack nobody has used before: in the main thread, and on the smallest stack. */
static void
test_chain (gconstpointer func)
{
  if (!my_test_is_apart ()) {
    return;
  }
  ((MyThreadFunc) func) (my_thread_get_current (), NULL, NULL);
}

static void
test_chain_on_small_stack (gconstpointer func)
{
  MyThread *thread;

  if (!my_test_is_apart ()) {
    return;
  }
  thread = my_thread_new (NULL, (MyThreadFunc) func, NULL, NULL);
  my_thread_set_stack_size (thread, 1);
  g_assert_true (my_thread_start (thread, NULL));
  my_test_finish (thread);
}

/* What the calling OS thread has computed so far, in microseconds: whoever stops it meanwhile makes no difference. */
#define N_STARTS 300

static gint64
measure_starts (MyThreadGroup *group)
{
  gint64 begin = my_test_get_cpu_time ();

  for (guint i = 0; i < N_STARTS; i++) {
    MyThread *thread = start_in (group, NULL, NULL);

    g_assert_true (my_thread_join (thread, NULL));
    g_assert_false (my_thread_group_is_cancelled (group));
    g_object_unref (thread);
  }
  return my_test_get_cpu_time () - begin;
}

/* What a start costs does not depend on how deep the group is, but for the first one. */
static void
test_starts (void)
{
  gint64 flat, deep;
  Chain chain;

  chain_init (&chain, DEPTH);
  flat = measure_starts (chain.top);
  deep = measure_starts (chain.bottom);
  g_test_message ("%d starts: %" G_GINT64_FORMAT " us, and %" G_GINT64_FORMAT " us %d groups below", N_STARTS, flat, deep, DEPTH);
  /* Each of them used to take milliseconds. */
  g_assert_cmpint (deep, <, 20 * flat + 300 * 1000);
  let_chain_go (&chain);
}

/* A queue of threads that their executor runs where it gets them: each comes from the end of the one before it. */

#define N_QUEUED 20000

static void
count (MyThread *thread,
       gpointer n,
       GError **error)
{
  g_atomic_int_inc ((gint *) n);
}

static void
test_inline_queue (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  MyExecutor *executor = my_test_executor_new (MY_TEST_EXECUTOR_INLINE);
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *first;
  gint n = 0;

  my_thread_group_set_max_running (group, 1);
  first = my_test_thread_new_in_group (group, my_test_run_block, &block);
  my_thread_set_stack_size (first, 1);
  g_assert_true (my_thread_start (first, NULL));
  for (guint i = 0; i < N_QUEUED; i++) {
    MyThread *thread = my_test_thread_new_in_group (group, count, &n);

    g_assert_true (my_executor_submit (executor, thread, NULL));
    g_object_unref (thread);
  }
  g_assert_cmpint (n, ==, 0);
  my_test_gate_open (&block.release);
  assert_group_joins (group);
  g_assert_cmpint (n, ==, N_QUEUED);

  my_test_finish (first);
  my_test_executor_free (executor);
  my_test_release (group);
}

/* The same where the thread that a run() has started is waited for there: that one is not put off. */
static void
start_and_join (MyThread *thread,
                gpointer group,
                GError **error)
{
  MyThread *other = start_in (group, my_test_run_nothing, NULL);

  g_assert_true (my_thread_join (other, NULL));
  g_object_unref (other);
}

static void
test_inline_waits (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  MyThreadGroup *inner = my_thread_group_new (NULL, NULL);
  MyExecutor *executor = my_test_executor_new (MY_TEST_EXECUTOR_INLINE);
  MyTestBlock block;
  MyThread *first;

  my_thread_group_set_max_running (group, 1);
  my_thread_group_set_max_running (inner, 1);
  first = start_block_in (group, &block);
  for (guint i = 0; i < 10; i++) {
    MyThread *thread = my_test_thread_new_in_group (group, start_and_join, inner);

    g_assert_true (my_executor_submit (executor, thread, NULL));
    g_object_unref (thread);
  }
  my_test_gate_open (&block.release);
  assert_group_joins (group);
  g_assert_cmpuint (my_thread_group_active_count (inner), ==, 0);

  my_test_finish (first);
  my_test_block_clear (&block);
  my_test_executor_free (executor);
  my_test_release (inner);
  my_test_release (group);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/thread-group/deep/use", use_and_let_go, test_chain);
  g_test_add_data_func ("/thread-group/deep/let-go-with-thread", let_go_with_thread, test_chain);
  g_test_add_data_func ("/thread-group/deep/small-stack/use", use_and_let_go, test_chain_on_small_stack);
  g_test_add_func ("/thread-group/deep/starts", test_starts);
  g_test_add_func ("/thread-group/deep/inline-queue", test_inline_queue);
  g_test_add_func ("/thread-group/deep/inline-waits", test_inline_waits);

  return g_test_run ();
}
