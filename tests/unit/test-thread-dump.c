/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-thread.h"

#include <string.h>

/* my_thread_dump(): a line for each thread, for a person. What is asserted is what it has to tell, not how. */

/* Whether a line of the dump has all the words. */
static gboolean
dump_tells (const char *const *words)
{
  char *text = my_thread_dump ();
  char **lines = g_strsplit (text, "\n", -1);
  gboolean found = FALSE;

  for (guint i = 0; lines[i] != NULL && !found; i++) {
    found = TRUE;
    for (guint j = 0; words[j] != NULL; j++) {
      found = found && strstr (lines[i], words[j]) != NULL;
    }
  }
  g_strfreev (lines);
  g_free (text);
  return found;
}

static gboolean
dump_tells_predicate (gpointer words)
{
  return dump_tells (words);
}

#define WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void
test_threads (void)
{
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThreadGroup *group = my_thread_group_new ("the narrow group", NULL);
  MyThread *running, *queued, *joiner, *fresh;

  my_thread_group_set_max_running (group, 1);
  running = my_test_thread_new_in_group (group, my_test_run_block, &block);
  queued = my_test_thread_new_in_group (group, NULL, NULL);
  fresh = my_thread_new ("the fresh one", NULL, NULL, NULL);
  my_thread_set_name (running, "the running one");
  my_thread_set_name (queued, "the queued one");
  g_assert_true (my_thread_start (running, NULL));
  g_assert_true (my_thread_start (queued, NULL));
  my_test_gate_wait (&block.entered);
  joiner = my_test_start ("the joiner", my_test_run_join, queued);

  g_assert_true (dump_tells (WORDS ("MainThread")));
  g_assert_true (dump_tells (WORDS ("the running one", "the narrow group", "running")));
  g_assert_true (dump_tells (WORDS ("the queued one", "the narrow group", "queued")));
  g_assert_false (dump_tells (WORDS ("the fresh one")));
  /* Whom it waits for. */
  my_test_wait_until (dump_tells_predicate, (gpointer) WORDS ("the joiner", "the queued one"));

  my_test_gate_open (&block.release);
  my_test_finish (joiner);
  my_test_finish (queued);
  my_test_finish (running);
  g_assert_false (dump_tells (WORDS ("the running one")));
  g_assert_finalize_object (fresh);
  my_test_release (group);
}

static gpointer
dump_foreign (gpointer unused)
{
  my_thread_set_name (my_thread_get_current (), "the foreign one");
  g_assert_true (dump_tells (WORDS ("the foreign one")));
  return NULL;
}

static void
test_foreign (void)
{
  g_thread_join (g_thread_new ("foreign", dump_foreign, NULL));
  g_assert_false (dump_tells (WORDS ("the foreign one")));
  /* Its object is let go here. */
  my_test_iterate_pending (NULL);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/thread/dump/threads", test_threads);
  g_test_add_func ("/thread/dump/foreign", test_foreign);

  return g_test_run ();
}
