/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-thread.h"

#define ALL_WORDS "started progress status state alive error finished"

static void
run_report (MyThread *thread,
            gpointer unused,
            GError **error)
{
  my_thread_set_progress (thread, 0.5);
  my_thread_set_status (thread, "half way");
}

static void
run_report_and_fail (MyThread *thread,
                     gpointer unused,
                     GError **error)
{
  run_report (thread, NULL, error);
  my_test_run_fail (thread, NULL, error);
}

/* The words in the order of the contract: `started`, then other properties, then `state` and `alive` in any order,
 * `finished`; the first and the last once, each property once at least, and nothing after `state` and `alive` of the end.
 */
static void
assert_order (MyTestLog *log,
              const char *expected_words)
{
  char *text = my_test_log_take (log);
  char **words = g_strsplit (text, " ", -1);
  char **expected = g_strsplit (expected_words, " ", -1);
  guint n = g_strv_length (words);

  g_test_message ("%s", text);
  g_assert_cmpuint (n, >=, 4);
  g_assert_cmpstr (words[0], ==, "started");
  g_assert_cmpstr (words[n - 1], ==, "finished");
  g_assert_true ((g_str_equal (words[n - 2], "state") && g_str_equal (words[n - 3], "alive")) ||
                 (g_str_equal (words[n - 2], "alive") && g_str_equal (words[n - 3], "state")));
  for (guint i = 1; i < n - 1; i++) {
    g_assert_cmpstr (words[i], !=, "started");
    g_assert_cmpstr (words[i], !=, "finished");
    g_assert_true (g_strv_contains ((const char *const *) expected, words[i]));
  }
  for (guint i = 0; expected[i]; i++) {
    g_assert_true (g_strv_contains ((const char *const *) words, expected[i]));
  }
  g_strfreev (expected);
  g_strfreev (words);
  g_free (text);
}

/* Whoever connects before the loop has its turn has missed nothing, though all is over. */
static void
test_connected_after_the_end (gconstpointer by_join)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  MyThread *thread = my_test_start (NULL, run_report, NULL);

  my_test_wait_until (my_test_is_over, thread);
  my_test_log_watch (log, thread, NULL, ALL_WORDS);
  my_test_assert_log (log, "");
  if (by_join)
    g_assert_true (my_thread_join (thread, NULL));
  else
    my_test_iterate_until (NULL, my_test_log_has_finished, log);
  assert_order (log, "started progress status state alive finished");
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "");
  g_assert_finalize_object (thread);
}

/* The loop has its turn when all is over. */
static void
test_order_late (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  MyThread *thread = my_test_start_watched (log, ALL_WORDS, run_report, NULL);

  my_test_wait_until (my_test_is_over, thread);
  my_test_assert_log (log, "");
  my_test_iterate_until (NULL, my_test_log_has_finished, log);
  assert_order (log, "started progress status state alive finished");
  my_test_iterate_pending (NULL);
  g_assert_finalize_object (thread);
}

/* The loop runs all the time. */
static void
test_order_live (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  MyThread *thread = my_test_start_watched (log, ALL_WORDS, run_report_and_fail, NULL);

  my_test_iterate_until (NULL, my_test_log_has_finished, log);
  assert_order (log, ALL_WORDS);
  my_test_iterate_pending (NULL);
  g_assert_finalize_object (thread);
}

/* Each emission as soon as there is something to tell, not at the end only. */

static gboolean
log_has_text (gpointer log)
{
  char *text = my_test_log_take (log);
  gboolean has_text = *text != '\0';

  g_free (text);
  return has_text;
}

typedef struct {
  MyTestGate started;
  MyTestGate told;
} Steps;

static void
run_steps (MyThread *thread,
           gpointer data,
           GError **error)
{
  Steps *steps = data;

  my_test_gate_wait (&steps->started);
  my_thread_set_progress (thread, 0.5);
  my_test_gate_wait (&steps->told);
}

static void
test_live (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  Steps steps;
  MyThread *thread = my_thread_new (NULL, run_steps, &steps, NULL);

  my_test_gate_init (&steps.started);
  my_test_gate_init (&steps.told);
  my_test_log_watch (log, thread, NULL, "started");
  g_assert_true (my_thread_start (thread, NULL));
  my_test_iterate_until (NULL, log_has_text, log);

  my_test_log_watch (log, thread, NULL, "progress");
  my_test_gate_open (&steps.started);
  my_test_iterate_until (NULL, log_has_text, log);
  g_assert_cmpfloat (my_thread_get_progress (thread), ==, 0.5);
  g_assert_true (my_thread_is_alive (thread));

  my_test_log_watch (log, thread, NULL, "finished");
  my_test_gate_open (&steps.told);
  my_test_iterate_until (NULL, log_has_text, log);
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_SUCCEEDED);
  my_test_finish (thread);
  my_test_gate_clear (&steps.started);
  my_test_gate_clear (&steps.told);
}

/* What a handler sees. */

static void
on_finished_look (MyThread *thread,
                  gpointer n_calls)
{
  char *status = my_thread_dup_status (thread);

  g_assert_false (my_thread_is_alive (thread));
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_SUCCEEDED);
  g_assert_cmpstr (status, ==, "half way");
  g_free (status);
  ++*(guint *) n_calls;
}

static void
test_handlers_see_the_end (void)
{
  MyThread *thread = my_thread_new (NULL, run_report, NULL, NULL);
  guint n_calls = 0;

  g_signal_connect (thread, "finished", G_CALLBACK (on_finished_look), &n_calls);
  g_assert_true (my_thread_start (thread, NULL));
  my_test_finish (thread);
  g_assert_cmpuint (n_calls, ==, 1);
}

/* join() in the owner thread delivers, without a loop, and what it has delivered does not come again. */
static void
test_join_delivers (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  MyThread *thread = my_test_start_watched (log, ALL_WORDS, run_report, NULL);

  g_assert_true (my_thread_join (thread, NULL));
  assert_order (log, "started progress status state alive finished");
  g_assert_true (my_thread_join (thread, NULL));
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "");
  g_assert_finalize_object (thread);
}

static void
test_poll_delivers (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  MyThread *thread = my_test_start_watched (log, "started finished", NULL, NULL);

  my_test_wait_until (my_test_is_over, thread);
  my_test_assert_log (log, "");
  g_assert_true (my_thread_join_timeout (thread, 0, NULL));
  my_test_assert_log (log, "started finished");
  g_assert_finalize_object (thread);
}

/* A join of one thread says nothing of another. */
static void
test_join_delivers_its_own (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  MyThread *one = my_thread_new (NULL, NULL, NULL, NULL);
  MyThread *two = my_thread_new (NULL, NULL, NULL, NULL);

  my_test_log_watch (log, two, NULL, "started finished");
  g_assert_true (my_thread_start (one, NULL));
  g_assert_true (my_thread_start (two, NULL));
  my_test_wait_until (my_test_is_over, two);
  g_assert_true (my_thread_join (one, NULL));
  my_test_assert_log (log, "");
  g_assert_true (my_thread_join (two, NULL));
  my_test_assert_log (log, "started finished");
  g_assert_finalize_object (one);
  g_assert_finalize_object (two);
}

/* Somebody else's join does not deliver. */

static gpointer
join_quietly (gpointer thread)
{
  g_assert_true (my_thread_join (thread, NULL));
  return NULL;
}

static void
test_join_elsewhere (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  MyThread *thread = my_test_start_watched (log, "started finished", NULL, NULL);

  g_thread_join (g_thread_new ("joiner", join_quietly, thread));
  my_test_assert_log (log, "");
  my_test_iterate_until (NULL, my_test_log_has_finished, log);
  my_test_assert_log (log, "started finished");
  my_test_iterate_pending (NULL);
  g_assert_finalize_object (thread);
}

/* Handlers that loop, join, or throw the thread away. */

static void
on_started_loop (MyThread *thread,
                 gpointer log)
{
  my_test_log_add (log, "looping");
  my_test_iterate_until (NULL, my_test_log_has_finished, log);
  my_test_log_add (log, "looped");
}

static void
test_nested_loop (void)
{
  for (guint by_join = 0; by_join < 2; by_join++) {
    g_autoptr (MyTestLog) log = my_test_log_new ();
    MyThread *thread = my_thread_new (NULL, run_report, NULL, NULL);

    my_test_log_watch (log, thread, NULL, "started progress status finished");
    g_signal_connect (thread, "started", G_CALLBACK (on_started_loop), log);
    g_assert_true (my_thread_start (thread, NULL));
    my_test_wait_until (my_test_is_over, thread);
    if (by_join) {
      g_assert_true (my_thread_join (thread, NULL));
    } else {
      my_test_iterate_pending (NULL);
    }
    my_test_assert_log (log, "started looping progress status finished looped");
    my_test_iterate_pending (NULL);
    g_assert_finalize_object (thread);
  }
}

static void
on_started_join (MyThread *thread,
                 gpointer log)
{
  my_test_log_add (log, "joining");
  g_assert_true (my_thread_join (thread, NULL));
  my_test_log_add (log, "joined");
}

static void
test_nested_join (void)
{
  for (guint i = 0; i < 50; i++) {
    g_autoptr (MyTestLog) log = my_test_log_new ();
    MyThread *thread = my_thread_new (NULL, run_report, NULL, NULL);

    my_test_log_watch (log, thread, NULL, "started progress status finished");
    g_signal_connect (thread, "started", G_CALLBACK (on_started_join), log);
    g_assert_true (my_thread_start (thread, NULL));
    if (i % 2) {
      my_test_wait_until (my_test_is_over, thread);
      my_test_iterate_pending (NULL);
    } else {
      g_assert_true (my_thread_join (thread, NULL));
    }
    my_test_assert_log (log, "started joining progress status finished joined");
    my_test_iterate_pending (NULL);
    g_assert_finalize_object (thread);
  }
}

static void
on_finished_unref (MyThread *thread,
                   gpointer unused)
{
  g_object_unref (thread);
}

static void
test_handler_drops_last_reference (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  MyThread *thread = my_test_thread_new (NULL, log, NULL, NULL);

  g_signal_connect (thread, "finished", G_CALLBACK (on_finished_unref), NULL);
  g_object_add_weak_pointer (G_OBJECT (thread), (gpointer *) &thread);
  g_assert_true (my_thread_start (thread, NULL));
  my_test_wait_until (my_test_is_over, thread);
  my_test_iterate_until (NULL, my_test_is_null, &thread);
  my_test_assert_log (log, "run@ class-started class-finished finalized");
}

/* A handler may start another thread, and so on. */

static void
on_finished_start_next (MyThread *thread,
                        gpointer n_left)
{
  if (--*(guint *) n_left > 0) {
    MyThread *next = my_thread_new (NULL, NULL, NULL, NULL);

    g_signal_connect (next, "finished", G_CALLBACK (on_finished_start_next), n_left);
    g_assert_true (my_thread_start (next, NULL));
    g_object_unref (next);
  }
}

static gboolean
is_zero (gpointer guint_pointer)
{
  return *(guint *) guint_pointer == 0;
}

static void
test_chain (void)
{
  guint n_left = 100;
  MyThread *first = my_thread_new (NULL, NULL, NULL, NULL);

  g_signal_connect (first, "finished", G_CALLBACK (on_finished_start_next), &n_left);
  g_assert_true (my_thread_start (first, NULL));
  g_object_unref (first);
  my_test_iterate_until (NULL, is_zero, &n_left);
}

/* `started` is not emitted where run() was not entered. */
static void
test_not_started_no_signal (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  MyThread *thread = my_test_thread_new (NULL, log, NULL, NULL);

  my_thread_cancel (thread);
  g_assert_true (my_thread_start (thread, NULL));
  g_assert_false (my_thread_join (thread, NULL));
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "class-finished");
  g_assert_finalize_object (thread);
  my_test_assert_log (log, "finalized");
}

/* A start that was refused is no event. */
static void
test_refused_no_signal (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  MyThread *thread = my_thread_new (NULL, NULL, NULL, NULL);

  my_test_log_watch (log, thread, NULL, "started finished");
  my_thread_set_stack_size (thread, G_GUINT64_CONSTANT (1) << 60);
  g_assert_false (my_thread_start (thread, NULL));
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "");
  g_assert_finalize_object (thread);
}

/* A change of a thread that has ended, made while a handler runs, and the end is in the inbox already. */

static gpointer
rename_it (gpointer thread)
{
  my_thread_set_name (thread, "renamed");
  return NULL;
}

static void
on_started_rename (MyThread *thread,
                   gpointer unused)
{
  g_thread_join (g_thread_new ("renamer", rename_it, thread));
}

static void
test_change_beside_end (void)
{
  for (guint by_join = 0; by_join < 2; by_join++) {
    g_autoptr (MyTestLog) log = my_test_log_new ();
    MyThread *thread = my_thread_new (NULL, NULL, NULL, NULL);

    my_test_log_watch (log, thread, NULL, "started name"); /* before `finished`, or after it */
    g_signal_connect (thread, "started", G_CALLBACK (on_started_rename), NULL);
    g_assert_true (my_thread_start (thread, NULL));
    my_test_wait_until (my_test_is_over, thread);
    if (by_join) {
      g_assert_true (my_thread_join (thread, NULL));
    } else {
      my_test_iterate_pending (NULL);
    }
    /* It is in no inbox any more, or holds a reference there. */
    my_test_release (thread);
    my_test_assert_log (log, "started name");
  }
}

/* A change that the owner makes is not told before what is pending. */
static void
test_change_after_end (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  MyThread *thread = my_test_start_watched (log, "started name state finished", NULL, NULL);

  my_test_wait_until (my_test_is_over, thread);
  my_thread_set_name (thread, "renamed");
  my_test_assert_log (log, "");
  my_test_iterate_until (NULL, my_test_log_has_finished, log);
  my_test_assert_log (log, "started name state finished");

  my_thread_set_name (thread, "renamed again");
  my_test_assert_log (log, "name");
  my_test_iterate_pending (NULL);
  g_assert_finalize_object (thread);
}

/* g_object_set() freezes the notifications of the object: those of others are not kept back, and emitted by it. */

static void
run_frozen (MyThread *thread,
            gpointer block,
            GError **error)
{
  g_object_freeze_notify (G_OBJECT (thread));
  my_thread_set_progress (thread, 0.5);
  my_test_run_block (thread, block, error);
  g_object_thaw_notify (G_OBJECT (thread));
}

static void
test_frozen (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *thread = my_test_start_watched (log, "progress finished", run_frozen, &block);

  my_test_gate_wait (&block.entered);
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "progress");
  my_test_gate_open (&block.release);
  g_assert_true (my_thread_join (thread, NULL));
  my_test_assert_log (log, "finished");
  g_assert_finalize_object (thread);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/thread/delivery/order-late", test_order_late);
  g_test_add_data_func ("/thread/delivery/connected-after-the-end", GINT_TO_POINTER (FALSE), test_connected_after_the_end);
  g_test_add_data_func ("/thread/delivery/connected-after-the-end-join", GINT_TO_POINTER (TRUE), test_connected_after_the_end);
  g_test_add_func ("/thread/delivery/order-live", test_order_live);
  g_test_add_func ("/thread/delivery/live", test_live);
  g_test_add_func ("/thread/delivery/handlers-see-the-end", test_handlers_see_the_end);
  g_test_add_func ("/thread/delivery/join-delivers", test_join_delivers);
  g_test_add_func ("/thread/delivery/poll-delivers", test_poll_delivers);
  g_test_add_func ("/thread/delivery/join-delivers-its-own", test_join_delivers_its_own);
  g_test_add_func ("/thread/delivery/join-elsewhere", test_join_elsewhere);
  g_test_add_func ("/thread/delivery/nested-loop", test_nested_loop);
  g_test_add_func ("/thread/delivery/nested-join", test_nested_join);
  g_test_add_func ("/thread/delivery/handler-drops-last-reference", test_handler_drops_last_reference);
  g_test_add_func ("/thread/delivery/chain", test_chain);
  g_test_add_func ("/thread/delivery/not-started-no-signal", test_not_started_no_signal);
  g_test_add_func ("/thread/delivery/refused-no-signal", test_refused_no_signal);
  g_test_add_func ("/thread/delivery/change-beside-end", test_change_beside_end);
  g_test_add_func ("/thread/delivery/change-after-end", test_change_after_end);
  g_test_add_func ("/thread/delivery/frozen", test_frozen);

  return g_test_run ();
}
