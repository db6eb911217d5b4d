/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-thread.h"

#define MANY 1000000

/* What a program shows progress in. */

#define TEST_TYPE_BAR (test_bar_get_type ())
G_DECLARE_FINAL_TYPE (TestBar, test_bar, TEST, BAR, GObject)

struct _TestBar {
  GObject parent_instance;
  double fraction;
  guint n_sets;
};

enum {
  PROP_0,
  PROP_FRACTION,
};

G_DEFINE_FINAL_TYPE (TestBar, test_bar, G_TYPE_OBJECT)

static void
test_bar_set_property (GObject *object,
                       guint property_id,
                       const GValue *value,
                       GParamSpec *pspec)
{
  TestBar *self = TEST_BAR (object);

  g_assert_cmpuint (property_id, ==, PROP_FRACTION);
  self->fraction = g_value_get_double (value);
  self->n_sets++;
}

static void
test_bar_class_init (TestBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = test_bar_set_property;
  g_object_class_install_property (object_class, PROP_FRACTION,
                                   g_param_spec_double ("fraction", NULL, NULL, -1, 1, 0, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS));
}

static void
test_bar_init (TestBar *self)
{
}

static void
run_count_up (MyThread *thread,
              gpointer unused,
              GError **error)
{
  for (guint i = 1; i <= MANY; i++) {
    my_thread_set_progress (thread, i / (double) MANY);
  }
}

static void
count_notify (GObject *object,
              GParamSpec *pspec,
              gpointer counter)
{
  ++*(guint *) counter;
}

/* The loop is busy with something else while the worker reports. */
static void
test_blocked_loop (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  MyThread *thread = my_test_start_watched (log, "progress finished", run_count_up, NULL);

  my_test_wait_until (my_test_is_over, thread);
  g_assert_cmpfloat (my_thread_get_progress (thread), ==, 1.0);
  my_test_assert_log (log, "");
  my_test_iterate_until (NULL, my_test_log_has_finished, log);
  my_test_assert_log (log, "progress finished");
  my_test_iterate_pending (NULL);
  g_assert_finalize_object (thread);
}

/* A loop that does nothing else is told at most once a turn. */
static void
test_busy_loop (void)
{
  MyThread *thread = my_thread_new (NULL, run_count_up, NULL, NULL);
  guint n_turns = 0, n_notifies = 0;

  g_signal_connect (thread, "notify::progress", G_CALLBACK (count_notify), &n_notifies);
  g_assert_true (my_thread_start (thread, NULL));
  while (!my_test_is_over (thread)) {
    n_turns += g_main_context_iteration (NULL, TRUE);
  }
  my_test_iterate_pending (NULL);
  g_assert_true (my_thread_join (thread, NULL));
  g_test_message ("%u notifies in %u turns", n_notifies, n_turns);
  g_assert_cmpuint (n_notifies, >, 0);
  g_assert_cmpuint (n_notifies, <=, n_turns + 2);
  g_assert_finalize_object (thread);
}

/* A binding ends with the last value, and is set once a turn at the most. */

typedef struct {
  MyTestLog *log;
  guint n_turns;
} Turns;

static gboolean
count_turns_until_finished (gpointer data)
{
  Turns *turns = data;

  turns->n_turns++;
  return my_test_log_has_finished (turns->log);
}

static void
test_binding (void)
{
  MyThread *thread = my_thread_new (NULL, run_count_up, NULL, NULL);
  TestBar *bar = g_object_new (TEST_TYPE_BAR, NULL);
  g_autoptr (MyTestLog) log = my_test_log_new ();
  Turns turns = { log, 0 };

  g_object_bind_property (thread, "progress", bar, "fraction", G_BINDING_SYNC_CREATE);
  my_test_log_watch (log, thread, NULL, "finished");
  g_assert_cmpuint (bar->n_sets, ==, 1);
  g_assert_true (my_thread_start (thread, NULL));
  my_test_iterate_until (NULL, count_turns_until_finished, &turns);
  my_test_assert_log (log, "finished");
  g_assert_cmpfloat (bar->fraction, ==, 1.0);
  g_assert_cmpuint (bar->n_sets, >=, 2);
  /* One was at the begin. */
  g_test_message ("%u sets in %u turns", bar->n_sets - 1, turns.n_turns);
  g_assert_cmpuint (bar->n_sets - 1, <=, turns.n_turns);
  my_test_iterate_pending (NULL);
  g_assert_finalize_object (thread);
  g_assert_finalize_object (bar);
}

/* A worker that never stops reporting leaves the loop its turns: redrawing has a lower priority. */

static void
run_flood (MyThread *thread,
           gpointer unused,
           GError **error)
{
  while (!my_thread_is_cancelled (thread)) {
    my_thread_set_progress (thread, 0.25);
    my_thread_set_progress (thread, 0.75);
    my_thread_set_status (thread, "flooding");
  }
}

static gboolean
on_idle (gpointer n_idles)
{
  ++*(guint *) n_idles;
  return G_SOURCE_CONTINUE;
}

static gboolean
has_idled_enough (gpointer n_idles)
{
  return *(guint *) n_idles >= 20;
}

static gboolean
has_notified_often (gpointer n_notifies)
{
  return *(guint *) n_notifies >= 20;
}

static void
test_flood_starves_nobody (void)
{
  MyThread *threads[4];
  guint n_idles = 0, n_notifies = 0;
  guint source = g_idle_add_full (G_PRIORITY_LOW, on_idle, &n_idles, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++) {
    threads[i] = my_thread_new (NULL, run_flood, NULL, NULL);
    g_signal_connect (threads[i], "notify::progress", G_CALLBACK (count_notify), &n_notifies);
    g_signal_connect (threads[i], "notify::status", G_CALLBACK (count_notify), &n_notifies);
    g_assert_true (my_thread_start (threads[i], NULL));
  }
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++) {
    my_test_wait_until (my_test_has_begun, threads[i]);
  }
  n_idles = 0;
  my_test_iterate_until (NULL, has_idled_enough, &n_idles);
  my_test_iterate_until (NULL, has_notified_often, &n_notifies);
  g_source_remove (source);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++) {
    my_thread_cancel (threads[i]);
    my_test_finish (threads[i]);
  }
}

/* An idle loop that is given way to is told all the same. */
static void
test_flood_is_told (void)
{
  MyThread *thread = my_thread_new (NULL, run_flood, NULL, NULL);
  guint n_notifies = 0;

  g_signal_connect (thread, "notify::progress", G_CALLBACK (count_notify), &n_notifies);
  g_assert_true (my_thread_start (thread, NULL));
  my_test_iterate_until (NULL, has_notified_often, &n_notifies);
  my_thread_cancel (thread);
  my_test_finish (thread);
}

/* One change, then silence: that one is delivered, too. */

static gboolean
is_half (gpointer fraction)
{
  return *(double *) fraction == 0.5;
}

static void
run_one_change (MyThread *thread,
                gpointer block,
                GError **error)
{
  my_thread_set_progress (thread, 0.25);
  my_thread_set_progress (thread, 0.5);
  my_test_run_block (thread, block, error);
}

static void
test_last_change_is_told (void)
{
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  TestBar *bar = g_object_new (TEST_TYPE_BAR, NULL);
  MyThread *thread;

  thread = my_thread_new (NULL, run_one_change, &block, NULL);
  g_object_bind_property (thread, "progress", bar, "fraction", G_BINDING_DEFAULT);
  g_assert_true (my_thread_start (thread, NULL));
  my_test_iterate_until (NULL, is_half, &bar->fraction);
  my_test_gate_open (&block.release);
  my_test_finish (thread);
  g_assert_finalize_object (bar);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/thread/coalescing/blocked-loop", test_blocked_loop);
  g_test_add_func ("/thread/coalescing/busy-loop", test_busy_loop);
  g_test_add_func ("/thread/coalescing/binding", test_binding);
  g_test_add_func ("/thread/coalescing/flood-starves-nobody", test_flood_starves_nobody);
  g_test_add_func ("/thread/coalescing/flood-is-told", test_flood_is_told);
  g_test_add_func ("/thread/coalescing/last-change-is-told", test_last_change_is_told);

  return g_test_run ();
}
