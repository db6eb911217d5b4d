/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-thread.h"

#include <math.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/time.h>

/* The table of the contract. */
static void
test_table (void)
{
  const struct {
    const char *name;
    GType type;
    GParamFlags flags;
  } expected[] = {
    { "name", G_TYPE_STRING, G_PARAM_READWRITE },
    { "group", MY_TYPE_THREAD_GROUP, G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY },
    { "args", G_TYPE_VARIANT, G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY },
    { "kwargs", G_TYPE_VARIANT, G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY },
    { "main-context", G_TYPE_MAIN_CONTEXT, G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY },
    { "executor", MY_TYPE_EXECUTOR, G_PARAM_READWRITE },
    { "daemon", G_TYPE_BOOLEAN, G_PARAM_READWRITE },
    { "stack-size", G_TYPE_UINT64, G_PARAM_READWRITE },
    { "priority", G_TYPE_INT, G_PARAM_READWRITE },
    { "fresh-os-thread", G_TYPE_BOOLEAN, G_PARAM_READWRITE },
    { "state", MY_TYPE_THREAD_STATE, G_PARAM_READABLE },
    { "alive", G_TYPE_BOOLEAN, G_PARAM_READABLE },
    { "progress", G_TYPE_DOUBLE, G_PARAM_READABLE },
    { "status", G_TYPE_STRING, G_PARAM_READABLE },
    { "max-pending", G_TYPE_UINT, G_PARAM_READWRITE },
    { "results", G_TYPE_LIST_MODEL, G_PARAM_READABLE },
    { "cancelled", G_TYPE_BOOLEAN, G_PARAM_READABLE },
    { "error", G_TYPE_ERROR, G_PARAM_READABLE },
    { "ident", G_TYPE_UINT64, G_PARAM_READABLE },
    { "native-id", G_TYPE_INT, G_PARAM_READABLE },
  };
  const GParamFlags mask = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY;
  GObjectClass *object_class = g_type_class_ref (MY_TYPE_THREAD);
  guint n_properties;
  GParamSpec **properties = g_object_class_list_properties (object_class, &n_properties);

  g_assert_cmpuint (n_properties, ==, G_N_ELEMENTS (expected));
  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++) {
    GParamSpec *pspec = g_object_class_find_property (object_class, expected[i].name);

    g_test_message ("%s", expected[i].name);
    g_assert_nonnull (pspec);
    g_assert_cmpstr (g_type_name (pspec->value_type), ==, g_type_name (expected[i].type));
    g_assert_cmphex (pspec->flags & mask, ==, expected[i].flags);
  }
  g_free (properties);
  g_type_class_unref (object_class);
}

static void
test_signals (void)
{
  const char *const names[] = { "started", "finished" };
  guint n_signals;
  gpointer object_class = g_type_class_ref (MY_TYPE_THREAD);

  g_free (g_signal_list_ids (MY_TYPE_THREAD, &n_signals));
  g_assert_cmpuint (n_signals, ==, G_N_ELEMENTS (names));
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    GSignalQuery query;

    g_signal_query (g_signal_lookup (names[i], MY_TYPE_THREAD), &query);
    g_assert_cmpstr (query.signal_name, ==, names[i]);
    g_assert_cmpuint (query.n_params, ==, 0);
    g_assert_true (query.return_type == G_TYPE_NONE);
  }
  g_type_class_unref (object_class);
}

static void
test_gtypes (void)
{
  const char *const states[] = { "new", "queued", "running", "succeeded", "failed", "cancelled" };
  const char *const errors[] = { "not-started", "already-started", "deadlock", "timed-out", "no-resources", "shut-down", "broken" };
  GEnumClass *klass = g_type_class_ref (MY_TYPE_THREAD_STATE);

  g_assert_cmpstr (g_type_name (MY_TYPE_THREAD_STATE), ==, "MyThreadState");
  g_assert_cmpuint (klass->n_values, ==, G_N_ELEMENTS (states));
  for (guint i = 0; i < klass->n_values; i++) {
    g_assert_cmpstr (g_enum_get_value (klass, (gint) i)->value_nick, ==, states[i]);
  }
  g_assert_cmpstr (g_enum_get_value (klass, MY_THREAD_STATE_CANCELLED)->value_name, ==, "MY_THREAD_STATE_CANCELLED");
  g_type_class_unref (klass);

  klass = g_type_class_ref (MY_TYPE_THREAD_ERROR);
  g_assert_cmpstr (g_type_name (MY_TYPE_THREAD_ERROR), ==, "MyThreadError");
  g_assert_cmpuint (klass->n_values, ==, G_N_ELEMENTS (errors));
  for (guint i = 0; i < klass->n_values; i++) {
    g_assert_cmpstr (g_enum_get_value (klass, (gint) i)->value_nick, ==, errors[i]);
  }
  g_type_class_unref (klass);
  g_assert_cmpstr (g_quark_to_string (MY_THREAD_ERROR), ==, "my-thread-error-quark");

  g_assert_true (G_TYPE_IS_DERIVABLE (MY_TYPE_THREAD));
  g_assert_true (g_type_is_a (MY_TYPE_THREAD_GROUP, G_TYPE_LIST_MODEL));
  g_assert_true (G_TYPE_IS_INTERFACE (MY_TYPE_EXECUTOR));
}

/* What is not given at construction is not set: afterwards a default is set like any other value. */
static void
test_default_name_is_set (void)
{
  MyThread *thread = my_thread_new ("named", NULL, NULL, NULL);
  GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (thread), "name");
  char *name;

  g_object_set_property (G_OBJECT (thread), "name", g_param_spec_get_default_value (pspec));
  name = my_thread_dup_name (thread);
  g_assert_true (g_str_has_prefix (name, "Thread-"));
  g_free (name);
  g_object_unref (thread);
}

static void
test_group_is_validated (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  GObject *object = g_object_new (G_TYPE_OBJECT, NULL);
  GParamSpec *pspec;
  MyThread *thread;
  GValue value = G_VALUE_INIT;

  thread = g_object_new (MY_TYPE_THREAD, "group", NULL, NULL);
  g_assert_true (my_thread_get_group (thread) == my_thread_group_get_default ());
  pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (thread), "group");
  g_assert_true (G_IS_PARAM_SPEC_OBJECT (pspec));
  g_object_unref (thread);

  g_value_init (&value, MY_TYPE_THREAD_GROUP);
  g_assert_true (g_param_value_is_valid (pspec, &value));
  g_value_set_object (&value, group);
  g_assert_true (g_param_value_is_valid (pspec, &value));
  /* As only a broken caller can make it. */
  g_object_unref (value.data[0].v_pointer);
  value.data[0].v_pointer = object;
  g_assert_false (g_param_value_is_valid (pspec, &value));

  thread = g_object_new (MY_TYPE_THREAD, "group", group, NULL);
  g_assert_true (my_thread_get_group (thread) == group);
  g_object_unref (thread);
  g_assert_finalize_object (group);
  g_object_unref (object);
}

static void
test_defaults (void)
{
  MyThread *thread = g_object_new (MY_TYPE_THREAD, NULL);
  gboolean daemon, fresh, alive, cancelled;
  guint64 stack_size, ident;
  gint priority, native_id;
  double progress;
  char *status;
  GError *error;
  GVariant *args, *kwargs;
  MyExecutor *executor;
  MyThreadGroup *group;
  MyThreadState state;

  g_object_get (thread,
                "daemon", &daemon, "stack-size", &stack_size, "priority", &priority, "fresh-os-thread", &fresh, "state", &state,
                "alive", &alive, "progress", &progress, "status", &status, "cancelled", &cancelled,
                "error", &error, "ident", &ident, "native-id", &native_id, "args", &args,
                "kwargs", &kwargs, "executor", &executor, "group", &group, NULL);
  g_assert_false (daemon);
  g_assert_cmpuint (stack_size, ==, 0);
  g_assert_cmpint (priority, ==, 0);
  g_assert_false (fresh);
  g_assert_cmpint (state, ==, MY_THREAD_STATE_NEW);
  g_assert_false (alive);
  g_assert_cmpfloat (progress, ==, my_thread_get_progress (thread));
  g_assert_null (status);
  g_assert_false (cancelled);
  g_assert_null (error);
  g_assert_cmpuint (ident, ==, 0);
  g_assert_cmpint (native_id, ==, 0);
  g_assert_null (args);
  g_assert_null (kwargs);
  g_assert_null (executor);
  g_assert_null (my_thread_dup_executor (thread));
  g_assert_true (group == my_thread_group_get_default ());
  g_assert_true (my_thread_get_group (thread) == group);
  g_object_unref (group);
  g_assert_finalize_object (thread);
}

/* Set to something else, by property and by function, read by both, and told. */
static void
test_writable (void)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  MyThread *thread = g_object_new (MY_TYPE_THREAD, "daemon", TRUE, "stack-size", (guint64) 1 << 20, "priority", 3,
                                   "fresh-os-thread", TRUE, NULL);
  gboolean daemon, fresh;
  guint64 stack_size;
  gint priority;

  g_assert_true (my_thread_get_daemon (thread));
  g_assert_cmpuint (my_thread_get_stack_size (thread), ==, 1 << 20);
  g_assert_cmpint (my_thread_get_priority (thread), ==, 3);
  g_assert_true (my_thread_get_fresh_os_thread (thread));

  my_test_iterate_pending (NULL);
  my_test_log_watch (log, thread, NULL, "daemon stack-size priority fresh-os-thread");
  my_thread_set_daemon (thread, FALSE);
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "daemon");
  my_thread_set_stack_size (thread, 1 << 21);
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "stack-size");
  my_thread_set_priority (thread, 4);
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "priority");
  my_thread_set_fresh_os_thread (thread, FALSE);
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "fresh-os-thread");
  g_object_get (thread, "daemon", &daemon, "stack-size", &stack_size, "priority", &priority,
                "fresh-os-thread", &fresh, NULL);
  g_assert_false (fresh);
  g_assert_false (daemon);
  g_assert_cmpuint (stack_size, ==, 1 << 21);
  g_assert_cmpint (priority, ==, 4);

  /* No change is no news. */
  my_thread_set_daemon (thread, FALSE);
  my_thread_set_stack_size (thread, 1 << 21);
  my_thread_set_priority (thread, 4);
  my_thread_set_fresh_os_thread (thread, FALSE);
  my_test_iterate_pending (NULL);
  my_test_assert_log (log, "");
  g_assert_finalize_object (thread);
}

/* Writable until the start: then a critical, and no change. */

static void
expect_critical (const char *word)
{
  char *pattern = g_strdup_printf ("*%s*", word);

  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, pattern);
  g_free (pattern);
}

static void
test_not_after_start (void)
{
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *thread;

  thread = my_test_start_block (NULL, &block);
  for (guint ended = 0; ended < 2; ended++) {
    expect_critical ("daemon");
    my_thread_set_daemon (thread, TRUE);
    expect_critical ("stack?size");
    my_thread_set_stack_size (thread, 1 << 20);
    expect_critical ("priority");
    my_thread_set_priority (thread, 5);
    expect_critical ("fresh?os?thread");
    my_thread_set_fresh_os_thread (thread, TRUE);
    expect_critical ("daemon");
    g_object_set (thread, "daemon", TRUE, NULL);
    g_test_assert_expected_messages ();
    g_assert_false (my_thread_get_daemon (thread));
    g_assert_cmpuint (my_thread_get_stack_size (thread), ==, 0);
    g_assert_cmpint (my_thread_get_priority (thread), ==, 0);
    g_assert_false (my_thread_get_fresh_os_thread (thread));
    my_test_gate_open (&block.release);
    g_assert_true (my_thread_join (thread, NULL));
  }
  g_assert_finalize_object (thread);
}

/* What they do. */

static void
run_measure_stack (MyThread *thread,
                   gpointer size,
                   GError **error)
{
  pthread_attr_t attributes;
  void *address;
  size_t stack_size;

  g_assert_cmpint (pthread_getattr_np (pthread_self (), &attributes), ==, 0);
  g_assert_cmpint (pthread_attr_getstack (&attributes, &address, &stack_size), ==, 0);
  pthread_attr_destroy (&attributes);
  *(guint64 *) size = stack_size;
}

static guint64
measure_stack (guint64 stack_size)
{
  guint64 measured = 0;
  MyThread *thread = my_thread_new (NULL, run_measure_stack, &measured, NULL);

  my_thread_set_stack_size (thread, stack_size);
  g_assert_true (my_thread_start (thread, NULL));
  my_test_finish (thread);
  return measured;
}

static void
test_stack_size (void)
{
  guint64 usual = measure_stack (0);
  /* The C library uses a stack again where it is at most four times too large. */
  const guint64 small = usual / 16;
  const guint64 large = usual * 8;

  g_assert_cmpuint (measure_stack (large), >=, large);
  g_assert_cmpuint (measure_stack (small), >=, small);
  g_assert_cmpuint (measure_stack (small), <, usual);
  g_assert_cmpuint (measure_stack (0), ==, usual);
  /* Less than the system's least, and no number of pages, are rounded up. */
  g_assert_cmpuint (measure_stack (1), >, 0);
  g_assert_cmpuint (measure_stack (small + 1), >=, small);
}

static void
run_get_nice (MyThread *thread,
              gpointer nice_value,
              GError **error)
{
  *(gint *) nice_value = getpriority (PRIO_PROCESS, (id_t) my_thread_get_native_id (thread));
}

static gint
measure_nice (gint priority)
{
  gint measured = G_MAXINT;
  MyThread *thread = my_thread_new (NULL, run_get_nice, &measured, NULL);

  my_thread_set_priority (thread, priority);
  g_assert_true (my_thread_start (thread, NULL));
  my_test_finish (thread);
  return measured;
}

static void
test_priority (void)
{
  gint inherited = getpriority (PRIO_PROCESS, 0);
  gint lower;

  g_assert_cmpint (measure_nice (0), ==, inherited);
  g_assert_cmpint (measure_nice (19), ==, 19);
  /* The next one does not get the last one's. */
  for (guint i = 0; i < 20; i++) {
    g_assert_cmpint (measure_nice (0), ==, inherited);
  }
  g_assert_cmpint (getpriority (PRIO_PROCESS, 0), ==, inherited);
  /* A system that refuses a better one runs the thread all the same. */
  lower = measure_nice (-20);
  g_assert_true (lower == -20 || lower == inherited);
}

static void
test_priority_range (void)
{
  MyThread *thread = my_thread_new (NULL, NULL, NULL, NULL);

  my_thread_set_priority (thread, -20);
  g_assert_cmpint (my_thread_get_priority (thread), ==, -20);
  my_thread_set_priority (thread, 19);
  g_assert_cmpint (my_thread_get_priority (thread), ==, 19);
  expect_critical ("my_thread_set_priority");
  my_thread_set_priority (thread, 20);
  expect_critical ("my_thread_set_priority");
  my_thread_set_priority (thread, -21);
  g_test_assert_expected_messages ();
  g_assert_cmpint (my_thread_get_priority (thread), ==, 19);
  g_assert_finalize_object (thread);
}

/* Progress and status. */

static void
test_progress (void)
{
  const struct {
    double set;
    double get;
  } cases[] = {
    { 0, 0 },
    { 0.25, 0.25 },
    { 1, 1 },
    { 1.0001, 1 },
    { 1.5, 1 },
    { INFINITY, 1 },
    { -1, -1 },
    { -0.5, -1 },
    { -INFINITY, -1 },
  };
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *thread;

  thread = my_test_start_block (NULL, &block);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    double progress;

    if (cases[i].set > 1.001) {
      expect_critical ("my_thread_set_progress");
    }
    my_thread_set_progress (thread, cases[i].set);
    g_test_assert_expected_messages ();
    g_object_get (thread, "progress", &progress, NULL);
    g_assert_cmpfloat (my_thread_get_progress (thread), ==, cases[i].get);
    g_assert_cmpfloat (progress, ==, cases[i].get);
  }
  my_thread_set_progress (thread, 0.5);
  expect_critical ("my_thread_set_progress");
  my_thread_set_progress (thread, NAN);
  g_test_assert_expected_messages ();
  g_assert_cmpfloat (my_thread_get_progress (thread), ==, 0.5);
  my_test_gate_open (&block.release);
  my_test_finish (thread);
}

static void
test_status (void)
{
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *thread;
  char *status;

  thread = my_test_start_block (NULL, &block);
  g_assert_null (my_thread_dup_status (thread));
  my_thread_set_status (thread, "at work");
  my_test_assert_string (my_thread_dup_status (thread), "at work");
  g_object_get (thread, "status", &status, NULL);
  g_assert_cmpstr (status, ==, "at work");
  g_free (status);
  my_thread_set_status (thread, NULL);
  g_assert_null (my_thread_dup_status (thread));
  my_test_gate_open (&block.release);
  my_test_finish (thread);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/thread/properties/table", test_table);
  g_test_add_func ("/thread/properties/signals", test_signals);
  g_test_add_func ("/thread/properties/gtypes", test_gtypes);
  g_test_add_func ("/thread/properties/defaults", test_defaults);
  g_test_add_func ("/thread/properties/default-name-is-set", test_default_name_is_set);
  g_test_add_func ("/thread/properties/group-is-validated", test_group_is_validated);
  g_test_add_func ("/thread/properties/writable", test_writable);
  g_test_add_func ("/thread/properties/not-after-start", test_not_after_start);
  g_test_add_func ("/thread/properties/stack-size", test_stack_size);
  g_test_add_func ("/thread/properties/priority", test_priority);
  g_test_add_func ("/thread/properties/priority-range", test_priority_range);
  g_test_add_func ("/thread/properties/progress", test_progress);
  g_test_add_func ("/thread/properties/status", test_status);

  return g_test_run ();
}
