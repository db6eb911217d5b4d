/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-support.h"

#include <stdatomic.h>
#include <string.h>

/* What a subclass says comes home: its own properties and signals, and what it posts. */

#define SCOUT_TYPE (scout_get_type ())
G_DECLARE_FINAL_TYPE (Scout, scout, SCOUT, SCOUT, MyThread)

enum {
  PROP_COUNT = 1,
  PROP_LABEL,
  N_PROPS,
};

struct _Scout {
  MyThread parent_instance;
  atomic_int count;
  MyThreadFunc func;
  gpointer data;
  gboolean is_finished;
};

G_DEFINE_FINAL_TYPE (Scout, scout, MY_TYPE_THREAD)

static GParamSpec *scout_props[N_PROPS];
static guint found_signal, asked_signal;

static void
scout_run (MyThread *thread,
           GError **error)
{
  Scout *self = SCOUT_SCOUT (thread);

  self->func (thread, self->data, error);
}

static void
scout_finished (MyThread *thread)
{
  SCOUT_SCOUT (thread)->is_finished = TRUE;
}

static void
scout_get_property (GObject *object,
                    guint prop_id,
                    GValue *value,
                    GParamSpec *pspec)
{
  Scout *self = SCOUT_SCOUT (object);

  if (prop_id == PROP_COUNT) {
    g_value_set_int (value, atomic_load (&self->count));
  } else {
    g_value_set_string (value, "label");
  }
}

static void
scout_set_property (GObject *object,
                    guint prop_id,
                    const GValue *value,
                    GParamSpec *pspec)
{
  if (prop_id == PROP_COUNT) {
    atomic_store (&SCOUT_SCOUT (object)->count, g_value_get_int (value));
  }
}

static void
scout_class_init (ScoutClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = scout_get_property;
  object_class->set_property = scout_set_property;
  MY_THREAD_CLASS (klass)->run = scout_run;
  MY_THREAD_CLASS (klass)->finished = scout_finished;

  scout_props[PROP_COUNT] = g_param_spec_int ("count", NULL, NULL, 0, G_MAXINT, 0, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  scout_props[PROP_LABEL] = g_param_spec_string ("label", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, scout_props);

  found_signal = g_signal_new ("found", SCOUT_TYPE, G_SIGNAL_RUN_LAST | G_SIGNAL_DETAILED, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_INT,
                               G_TYPE_STRING);
  asked_signal = g_signal_new ("asked", SCOUT_TYPE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_BOOLEAN, 0);
}

static void
scout_init (Scout *self)
{
}

static MyThread *
scout_new (MyThreadFunc func,
           gpointer data)
{
  Scout *self = g_object_new (SCOUT_TYPE, NULL);

  self->func = func;
  self->data = data;
  return MY_THREAD (self);
}

/* What has come, in which thread, and in which order. */
typedef struct {
  GString *text;
  GThread *owner;
} Log;

static void
log_init (Log *log)
{
  log->text = g_string_new (NULL);
  log->owner = g_thread_self ();
}

static void
log_clear (Log *log)
{
  g_string_free (log->text, TRUE);
}

static void
log_add (Log *log,
         const char *word)
{
  g_assert_true (g_thread_self () == log->owner);
  g_string_append_printf (log->text, "%s ", word);
}

static void
note_notify (GObject *object,
             GParamSpec *pspec,
             gpointer log)
{
  log_add (log, pspec->name);
}

static void
note_found (MyThread *thread,
            int number,
            const char *name,
            gpointer log)
{
  g_autofree char *word = g_strdup_printf ("%s-%d", name, number);

  log_add (log, word);
}

static void
note_finished (MyThread *thread,
               gpointer log)
{
  log_add (log, "finished");
}

static void
note_post (MyThread *thread,
           gpointer log)
{
  log_add (log, "post");
}

static MyThread *
watched_new (MyThreadFunc func,
             gpointer data,
             Log *log)
{
  MyThread *thread = scout_new (func, data);

  g_signal_connect (thread, "notify::count", G_CALLBACK (note_notify), log);
  g_signal_connect (thread, "found", G_CALLBACK (note_found), log);
  g_signal_connect (thread, "finished", G_CALLBACK (note_finished), log);
  return thread;
}

/* Until the loop has delivered the end. */
static gboolean
is_finished (gpointer thread)
{
  return SCOUT_SCOUT (thread)->is_finished;
}

static void
iterate_to_end (MyThread *thread)
{
  my_test_iterate_until (NULL, is_finished, thread);
}

static void
finish (MyThread *thread)
{
  iterate_to_end (thread);
  g_assert_finalize_object (thread);
}

/* notifications */

static void
run_notify (MyThread *thread,
            gpointer unused,
            GError **error)
{
  for (int i = 1; i <= 100000; i++) {
    atomic_store (&SCOUT_SCOUT (thread)->count, i);
    g_object_notify (G_OBJECT (thread), "count");
  }
}

/* One that is seen later shows the last value, and there are not more than the loop has turns. */
static void
test_notify (void)
{
  Log log;
  MyThread *thread;
  guint n;

  log_init (&log);
  thread = watched_new (run_notify, NULL, &log);
  g_assert_true (my_thread_start (thread, NULL));
  iterate_to_end (thread);
  g_assert_true (g_str_has_suffix (log.text->str, "count finished "));
  n = (guint) (log.text->len - strlen ("finished ")) / (guint) strlen ("count ");
  g_assert_cmpuint (n, <, 50000);
  g_assert_finalize_object (thread);
  log_clear (&log);
}

/* A class that has no property of its own, and overrides one of the base's. */

#define RENAMED_TYPE (renamed_get_type ())
G_DECLARE_FINAL_TYPE (Renamed, renamed, RENAMED, RENAMED, MyThread)

struct _Renamed {
  MyThread parent_instance;
};

G_DEFINE_FINAL_TYPE (Renamed, renamed, MY_TYPE_THREAD)

static void
renamed_run (MyThread *thread,
             GError **error)
{
  for (guint i = 0; i < 1000; i++) {
    g_object_notify (G_OBJECT (thread), "name");
  }
}

static void
renamed_get_property (GObject *object,
                      guint prop_id,
                      GValue *value,
                      GParamSpec *pspec)
{
  g_value_set_static_string (value, "renamed");
}

static void
renamed_set_property (GObject *object,
                      guint prop_id,
                      const GValue *value,
                      GParamSpec *pspec)
{
}

static void
renamed_class_init (RenamedClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = renamed_get_property;
  object_class->set_property = renamed_set_property;
  MY_THREAD_CLASS (klass)->run = renamed_run;
  g_object_class_override_property (object_class, 1, "name");
}

static void
renamed_init (Renamed *self)
{
}

static void
note_renamed (MyThread *thread,
              GParamSpec *pspec,
              gpointer n)
{
  g_assert_true (my_thread_get_current () == my_thread_get_main ());
  (*(guint *) n)++;
}

static void
test_notify_overridden (void)
{
  MyThread *thread = g_object_new (RENAMED_TYPE, NULL);
  guint n = 0;

  g_signal_connect (thread, "notify::name", G_CALLBACK (note_renamed), &n);
  g_assert_true (my_thread_start (thread, NULL));
  my_test_iterate_until (NULL, my_test_is_over, thread);
  my_test_iterate_pending (NULL);
  g_assert_cmpuint (n, >, 0);
  g_assert_finalize_object (thread);
}

static void
run_set (MyThread *thread,
         gpointer unused,
         GError **error)
{
  for (int i = 1; i <= 1000; i++) {
    g_object_set (thread, "count", i, "label", "x", NULL);
  }
  g_object_freeze_notify (G_OBJECT (thread));
  g_object_set (thread, "count", 7, NULL);
  g_object_set (thread, "count", 8, NULL);
  g_object_thaw_notify (G_OBJECT (thread));
}

/* By a binding, which sets a property of another object. */
static void
test_binding (void)
{
  MyThread *thread = scout_new (run_set, NULL);
  MyThread *target = scout_new (run_set, NULL);

  g_object_bind_property (thread, "count", target, "count", G_BINDING_DEFAULT);
  g_assert_true (my_thread_start (thread, NULL));
  iterate_to_end (thread);
  g_assert_cmpint (atomic_load (&SCOUT_SCOUT (target)->count), ==, 8);
  g_assert_finalize_object (thread);
  g_assert_finalize_object (target);
}

/* In the owner thread it comes at once, whatever the thread does. */
static void
test_notify_in_owner (void)
{
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  Log log;
  MyThread *thread;

  log_init (&log);
  thread = watched_new (my_test_run_block, &block, &log);
  g_object_set (thread, "count", 1, NULL);
  g_assert_cmpstr (log.text->str, ==, "count ");
  g_assert_true (my_thread_start (thread, NULL));
  my_test_gate_wait (&block.entered);
  g_object_set (thread, "count", 2, NULL);
  g_assert_cmpstr (log.text->str, ==, "count count ");
  my_test_gate_open (&block.release);
  finish (thread);
  g_assert_cmpstr (log.text->str, ==, "count count finished ");
  log_clear (&log);
}

static gpointer
notify_elsewhere (gpointer thread)
{
  g_object_set (thread, "count", 5, NULL);
  g_object_notify (thread, "name");
  return NULL;
}

/* Of a thread that is not started, or has ended, from a thread that the library does not know. */
static void
test_notify_from_others (void)
{
  Log log;
  MyThread *thread;

  log_init (&log);
  thread = watched_new (my_test_run_nothing, NULL, &log);
  g_signal_connect (thread, "notify::name", G_CALLBACK (note_notify), &log);
  g_thread_join (g_thread_new (NULL, notify_elsewhere, thread));
  g_assert_cmpstr (log.text->str, ==, "");
  my_test_iterate_pending (NULL);
  g_assert_cmpstr (log.text->str, ==, "name count ");

  g_assert_true (my_thread_start (thread, NULL));
  iterate_to_end (thread);
  g_string_truncate (log.text, 0);
  g_thread_join (g_thread_new (NULL, notify_elsewhere, thread));
  g_assert_cmpstr (log.text->str, ==, "");
  my_test_iterate_pending (NULL);
  g_assert_cmpstr (log.text->str, ==, "name count ");
  g_assert_finalize_object (thread);
  log_clear (&log);
}

/* Of groups and pools, too. */
static gpointer
notify_name (gpointer object)
{
  g_object_notify (object, "name");
  return NULL;
}

static void
test_notify_of_others (void)
{
  GObject *objects[] = { G_OBJECT (my_thread_group_new ("group", NULL)), G_OBJECT (my_thread_pool_new ("pool", 1)) };

  for (guint i = 0; i < G_N_ELEMENTS (objects); i++) {
    Log log;

    log_init (&log);
    g_signal_connect (objects[i], "notify", G_CALLBACK (note_notify), &log);
    g_thread_join (g_thread_new (NULL, notify_name, objects[i]));
    g_assert_cmpstr (log.text->str, ==, "");
    my_test_iterate_pending (NULL);
    g_assert_cmpstr (log.text->str, ==, "name ");
    g_assert_finalize_object (objects[i]);
    log_clear (&log);
  }
}

/* emissions */

static void
run_emit (MyThread *thread,
          gpointer log,
          GError **error)
{
  GValue args[2] = { G_VALUE_INIT, G_VALUE_INIT };
  char name[] = "one";

  my_thread_emit (thread, found_signal, 0, 1, name);
  strcpy (name, "---"); /* it was copied */
  my_thread_emit_by_name (thread, "found::detail", 2, "two");
  my_thread_post (thread, note_post, log, NULL);

  g_value_init (&args[0], G_TYPE_INT);
  g_value_set_int (&args[0], 3);
  g_value_init (&args[1], G_TYPE_STRING);
  g_value_set_static_string (&args[1], "three");
  my_thread_emitv (thread, found_signal, 0, args, 2);
  g_value_unset (&args[1]);
}

static void
test_emit (void)
{
  Log log;
  MyThread *thread;

  log_init (&log);
  thread = watched_new (run_emit, &log, &log);
  g_assert_true (my_thread_start (thread, NULL));
  finish (thread);
  g_assert_cmpstr (log.text->str, ==, "one-1 two-2 post three-3 finished ");

  /* By a join, in a program without a loop. */
  g_string_truncate (log.text, 0);
  thread = watched_new (run_emit, &log, &log);
  g_assert_true (my_thread_start (thread, NULL));
  g_assert_true (my_thread_join (thread, NULL));
  g_assert_cmpstr (log.text->str, ==, "one-1 two-2 post three-3 finished ");
  g_assert_finalize_object (thread);
  log_clear (&log);
}

/* In the owner thread: after what is pending, and before the call returns; in a handler at once. */
static void
emit_inside (MyThread *thread,
             int number,
             const char *name,
             gpointer log)
{
  if (number == 1) {
    my_thread_emit (thread, found_signal, 0, 10, "inside");
    log_add (log, "left");
  }
}

static void
run_emit_block (MyThread *thread,
                gpointer block,
                GError **error)
{
  my_thread_emit (thread, found_signal, 0, 1, "away");
  my_thread_emit (thread, found_signal, 0, 2, "away");
  my_test_run_block (thread, block, error);
}

static void
test_emit_in_owner (void)
{
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  Log log;
  MyThread *thread;

  log_init (&log);
  thread = watched_new (run_emit_block, &block, &log);
  g_signal_connect (thread, "found", G_CALLBACK (emit_inside), &log);
  g_assert_true (my_thread_start (thread, NULL));
  my_test_gate_wait (&block.entered);
  my_thread_emit (thread, found_signal, 0, 3, "owner");
  g_assert_cmpstr (log.text->str, ==, "away-1 inside-10 left away-2 owner-3 ");
  my_test_gate_open (&block.release);
  finish (thread);
  log_clear (&log);
}

static void
emit_at_end (MyThread *thread,
             gpointer log)
{
  my_thread_emit (thread, found_signal, 0, 1, "end");
}

static void
count_destroy (gpointer n)
{
  g_atomic_int_inc ((gint *) n);
}

static void
count_call (MyThread *thread,
            gpointer n)
{
  g_atomic_int_inc ((gint *) n);
}

/* In a handler of `finished` it comes at once; after that it is a critical; a post comes all the same. */
static void
test_after_end (void)
{
  Log log;
  MyThread *thread;
  gint n = 0;

  log_init (&log);
  thread = watched_new (my_test_run_nothing, NULL, &log);
  g_signal_connect (thread, "finished", G_CALLBACK (emit_at_end), &log);
  g_assert_true (my_thread_start (thread, NULL));
  iterate_to_end (thread);
  g_assert_cmpstr (log.text->str, ==, "finished end-1 ");

  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*has finished; its signal \"found\" of class Scout*");
  my_thread_emit (thread, found_signal, 0, 1, "late");
  g_test_assert_expected_messages ();

  my_thread_post (thread, count_call, &n, count_destroy);
  g_assert_cmpint (n, ==, 0);
  my_test_iterate_pending (NULL);
  g_assert_cmpint (n, ==, 2);
  g_assert_finalize_object (thread);
  log_clear (&log);
}

static void
test_bad_input (void)
{
  MyThread *thread = scout_new (my_test_run_nothing, NULL);
  GValue arg = G_VALUE_INIT;

  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*class Scout has no signal \"nothing\"*");
  my_thread_emit_by_name (thread, "nothing");
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*class Scout has no signal with the number*");
  my_thread_emit (thread, g_signal_lookup ("items-changed", G_TYPE_LIST_MODEL), 0);
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*\"asked\" of class Scout returns a value*");
  my_thread_emit (thread, asked_signal, 0);
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*\"found\" of class Scout has 2 arguments, and not 1*");
  my_thread_emitv (thread, found_signal, 0, &arg, 1);
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*\"asked\" of class Scout returns a value*");
  my_thread_emit_by_name (thread, "asked");
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*G_IS_OBJECT (item)*");
  my_thread_publish (thread, NULL);
  g_test_assert_expected_messages ();
  g_assert_finalize_object (thread);
}

/* The context is gone: nothing is told, and everything is let go. */
static void
run_post (MyThread *thread,
          gpointer n,
          GError **error)
{
  my_thread_emit (thread, found_signal, 0, 1, "x");
  my_thread_post (thread, count_call, n, count_destroy);
  g_object_notify (G_OBJECT (thread), "count");
}

static void
test_context_closes (void)
{
  GMainContext *context = g_main_context_new ();
  gint n = 0;

  g_main_context_push_thread_default (context);
  for (guint i = 0; i < 100; i++) {
    MyThread *thread = scout_new (run_post, &n);

    g_assert_true (my_thread_start (thread, NULL));
    g_object_unref (thread);
  }
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
  my_test_wait_until (my_test_is_alone, NULL);
  while (g_atomic_int_get (&n) < 100) {
    g_thread_yield ();
  }
  g_assert_cmpint (n, ==, 100);
}

/* A flood leaves the loop its other sources, those of lower priority too. */
typedef struct {
  gint stops;
  guint n_idle;
  guint n_found;
} Flood;

static void
run_flood (MyThread *thread,
           gpointer flood,
           GError **error)
{
  my_thread_set_max_pending (thread, 10000);
  while (!g_atomic_int_get (&((Flood *) flood)->stops)) {
    my_thread_emit (thread, found_signal, 0, 1, "flood");
  }
}

static gboolean
count_idle (gpointer flood)
{
  ((Flood *) flood)->n_idle++;
  return G_SOURCE_CONTINUE;
}

static void
count_found (MyThread *thread,
             int number,
             const char *name,
             Flood *flood)
{
  flood->n_found++;
}

static gboolean
had_ten (gpointer flood)
{
  return ((Flood *) flood)->n_idle >= 10 && ((Flood *) flood)->n_found >= 1000;
}

static void
test_flood (void)
{
  Flood flood = { 0 };
  MyThread *thread = scout_new (run_flood, &flood);
  guint idle = g_idle_add_full (G_PRIORITY_LOW, count_idle, &flood, NULL);

  g_signal_connect (thread, "found", G_CALLBACK (count_found), &flood);
  g_assert_true (my_thread_start (thread, NULL));
  my_test_iterate_until (NULL, had_ten, &flood);
  g_atomic_int_set (&flood.stops, TRUE);
  g_source_remove (idle);
  finish (thread);
}

/* What is said is slowed down by what waits; the owner's join delivers, and a cancellation ends the wait. */
static void
run_much (MyThread *thread,
          gpointer unused,
          GError **error)
{
  for (int i = 0; i < 10000; i++) {
    my_thread_emit (thread, found_signal, 0, i, "much");
  }
}

static void
test_max_pending (void)
{
  for (guint i = 0; i < 20; i++) {
    Flood flood = { 0 };
    MyThread *thread = scout_new (run_much, NULL);

    g_object_set (thread, "max-pending", 1 + i * 10, NULL);
    g_signal_connect (thread, "found", G_CALLBACK (count_found), &flood);
    g_assert_true (my_thread_start (thread, NULL));
    if (i % 3 == 0) {
      my_test_wait_until_waiting (thread);
      my_thread_cancel (thread);
    }
    if (i % 2 == 0) {
      my_thread_join (thread, NULL);
    } else {
      iterate_to_end (thread);
    }
    g_assert_cmpuint (flood.n_found, ==, 10000);
    g_assert_finalize_object (thread);
  }
}

/* Of the results that are there before it is known how they are read, and of the others. */
static void
publish_much (MyThread *thread,
              gpointer item,
              GError **error)
{
  for (int i = 0; i < 1000; i++) {
    my_thread_publish (thread, item);
  }
}

static void
test_max_pending_results (void)
{
  g_autoptr (GObject) item = g_object_new (G_TYPE_OBJECT, NULL);
  MyThread *thread = scout_new (publish_much, item);

  my_thread_set_max_pending (thread, 2);
  g_assert_true (my_thread_start (thread, NULL));
  my_test_wait_until_waiting (thread);
  for (int i = 0; i < 1000; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GObject) result = my_thread_next_result (thread, -1, &error);

    g_assert_no_error (error);
    g_assert_true (result == item);
  }
  g_assert_null (my_thread_next_result (thread, -1, NULL));
  finish (thread);
}

/* calls */

typedef struct {
  Log log;
  gint n;
} Calls;

static void
note_call (MyThread *thread,
           gpointer data)
{
  Calls *calls = data;

  g_assert_true (g_thread_self () == calls->log.owner);
  calls->n++;
}

static void
run_calls (MyThread *thread,
           gpointer data,
           GError **error)
{
  Calls *calls = data;

  for (int i = 0; i < 1000; i++) {
    GError *local = NULL;

    g_assert_true (my_thread_call_owner (thread, note_call, calls, &local));
    g_assert_no_error (local);
    g_assert_cmpint (calls->n, ==, i + 1); /* it has returned */
  }
}

static void
test_call (void)
{
  Calls calls = { .n = 0 };
  MyThread *thread;
  MyThreadPool *pool = my_thread_pool_new ("calls", 1);

  log_init (&calls.log);
  /* in the loop */
  thread = scout_new (run_calls, &calls);
  g_assert_true (my_thread_start (thread, NULL));
  finish (thread);
  /* out of a join */
  calls.n = 0;
  thread = scout_new (run_calls, &calls);
  g_assert_true (my_thread_start (thread, NULL));
  g_assert_true (my_thread_join (thread, NULL));
  g_assert_finalize_object (thread);
  /* out of a join that runs the thread itself, or one that a worker has begun */
  for (guint i = 0; i < 20; i++) {
    calls.n = 0;
    thread = scout_new (run_calls, &calls);
    g_assert_true (my_executor_submit (MY_EXECUTOR (pool), thread, NULL));
    g_assert_true (my_thread_join (thread, NULL));
    g_assert_finalize_object (thread);
  }
  /* out of the wait for a pool */
  calls.n = 0;
  thread = scout_new (run_calls, &calls);
  g_assert_true (my_executor_submit (MY_EXECUTOR (pool), thread, NULL));
  g_assert_true (my_thread_pool_shutdown (pool, MY_SHUTDOWN_DRAIN, NULL));
  g_assert_cmpint (calls.n, ==, 1000);
  g_assert_true (my_thread_join (thread, NULL));
  g_assert_finalize_object (thread);
  g_object_unref (pool);
  log_clear (&calls.log);
}

/* In the owner thread at once. */
static void
test_call_in_owner (void)
{
  Calls calls = { .n = 0 };
  MyThread *thread = scout_new (my_test_run_nothing, NULL);

  log_init (&calls.log);
  g_assert_true (my_thread_call_owner (thread, note_call, &calls, NULL));
  g_assert_cmpint (calls.n, ==, 1);
  g_assert_finalize_object (thread);
  log_clear (&calls.log);
}

static void
run_call_cancelled (MyThread *thread,
                    gpointer data,
                    GError **error)
{
  g_assert_false (my_thread_call_owner (thread, note_call, data, error));
}

/* Cancelled before it has begun: the function is not called. */
static void
test_call_cancelled (void)
{
  for (guint i = 0; i < 1000; i++) {
    Calls calls = { .n = 0 };
    MyThread *thread = scout_new (run_call_cancelled, &calls);

    g_assert_true (my_thread_start (thread, NULL));
    if (i % 2 == 0) {
      my_test_wait_until_waiting (thread);
    }
    my_thread_cancel (thread);
    my_test_assert_fails (my_thread_join (thread, &error_), G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_cmpint (calls.n, ==, 0);
    my_test_release (thread);
  }
}

/* A function that joins the caller: it can not end. */
static void
join_caller (MyThread *thread,
             gpointer n)
{
  my_test_assert_fails (my_thread_join (thread, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK);
  g_atomic_int_inc ((gint *) n);
}

static void
run_call_join (MyThread *thread,
               gpointer n,
               GError **error)
{
  my_test_wait_until (my_test_has_begun, thread);
  g_assert_true (my_thread_call_owner (thread, join_caller, n, NULL));
}

static void
test_call_that_joins (void)
{
  for (guint i = 0; i < 200; i++) {
    gint n = 0;
    MyThread *thread = scout_new (run_call_join, &n);

    g_assert_true (my_thread_start (thread, NULL));
    finish (thread);
    g_assert_cmpint (n, ==, 1);
  }
}

/* Nobody can be asked any more. */
static void
run_call_closed (MyThread *thread,
                 gpointer gate,
                 GError **error)
{
  my_test_gate_wait (gate);
  g_assert_false (my_thread_call_owner (thread, count_call, NULL, error));
  g_assert_error (*error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (error);
}

static void
test_call_closed (void)
{
  MyTestGate gate;
  GMainContext *context = g_main_context_new ();
  MyThread *threads[10];

  my_test_gate_init (&gate);
  g_main_context_push_thread_default (context);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    threads[i] = scout_new (run_call_closed, &gate);
    g_assert_true (my_thread_start (threads[i], NULL));
  }
  g_main_context_pop_thread_default (context);
  my_test_gate_open (&gate);
  my_test_wait_until_waiting (threads[0]);
  g_main_context_unref (context);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    g_assert_true (my_thread_join (threads[i], NULL));
    g_object_unref (threads[i]);
  }
  my_test_gate_clear (&gate);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/thread/home/notify", test_notify);
  g_test_add_func ("/thread/home/notify-overridden", test_notify_overridden);
  g_test_add_func ("/thread/home/binding", test_binding);
  g_test_add_func ("/thread/home/notify-in-owner", test_notify_in_owner);
  g_test_add_func ("/thread/home/notify-from-others", test_notify_from_others);
  g_test_add_func ("/thread/home/notify-of-others", test_notify_of_others);
  g_test_add_func ("/thread/home/emit", test_emit);
  g_test_add_func ("/thread/home/emit-in-owner", test_emit_in_owner);
  g_test_add_func ("/thread/home/after-end", test_after_end);
  g_test_add_func ("/thread/home/bad-input", test_bad_input);
  g_test_add_func ("/thread/home/context-closes", test_context_closes);
  g_test_add_func ("/thread/home/flood", test_flood);
  g_test_add_func ("/thread/home/max-pending", test_max_pending);
  g_test_add_func ("/thread/home/max-pending-results", test_max_pending_results);
  g_test_add_func ("/thread/home/call", test_call);
  g_test_add_func ("/thread/home/call-in-owner", test_call_in_owner);
  g_test_add_func ("/thread/home/call-cancelled", test_call_cancelled);
  g_test_add_func ("/thread/home/call-that-joins", test_call_that_joins);
  g_test_add_func ("/thread/home/call-closed", test_call_closed);

  return g_test_run ();
}
