/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-thread.h"

/* A thread that is used while it is made: by its class's init(), by a setter of a property of its own, by its constructor, by another OS thread. */

#define EXPECT_CRITICAL(text) \
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*" text "*")

/* All that can be asked of a thread, but to start. */

static void
be_joined (GObject *thread,
           GAsyncResult *result,
           gpointer is_done)
{
  my_test_assert_fails (my_thread_join_finish (MY_THREAD (thread), result, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_NOT_STARTED);
  *(gint *) is_done = TRUE;
}

static void
ask_all (MyThread *self)
{
  GValue value = G_VALUE_INIT;
  MyExecutor *executor = my_thread_dup_executor (self);
  GCancellable *cancellable = my_thread_get_cancellable (self);
  char *name = my_thread_dup_name (self);
  char *status;
  GError *error = NULL;
  gint is_done = FALSE;
  GParamSpec **pspecs;
  guint n_pspecs;

  g_assert_nonnull (name);
  g_free (name);
  g_assert_null (executor);
  g_assert_false (g_cancellable_is_cancelled (cancellable));

  my_test_assert_fails (my_thread_join (self, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_NOT_STARTED);
  my_test_assert_fails (my_thread_join_timeout (self, 0, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_NOT_STARTED);
  my_thread_join_async (self, NULL, be_joined, &is_done);
  my_test_iterate_until (g_main_context_get_thread_default (), my_test_is_set, &is_done);
  my_test_assert_fails (my_thread_get_result (self, &value, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_NOT_STARTED);

  g_assert_false (my_thread_is_cancelled (self));
  g_assert_false (my_thread_set_error_if_cancelled (self, &error));
  g_assert_false (my_thread_is_alive (self));
  g_assert_cmpint (my_thread_get_state (self), ==, MY_THREAD_STATE_NEW);
  g_assert_null (my_thread_dup_error (self));
  g_assert_true (MY_IS_THREAD_GROUP (my_thread_get_group (self)));
  g_assert_nonnull (my_thread_get_main_context (self));
  my_thread_get_args (self);
  my_thread_get_kwargs (self);
  g_assert_cmpuint (my_thread_get_ident (self), ==, 0);
  g_assert_cmpint (my_thread_get_native_id (self), ==, 0);
  g_assert_cmpfloat (my_thread_get_progress (self), ==, 0);
  my_thread_set_progress (self, 0.5);
  my_thread_set_status (self, "in the making");
  status = my_thread_dup_status (self);
  g_assert_null (status);

  my_thread_set_name (self, "in the making");
  my_thread_set_daemon (self, !my_thread_get_daemon (self));
  my_thread_set_stack_size (self, my_thread_get_stack_size (self) + 65536);
  my_thread_set_priority (self, my_thread_get_priority (self) + 1);
  my_thread_set_fresh_os_thread (self, !my_thread_get_fresh_os_thread (self));
  g_value_init (&value, G_TYPE_INT);
  my_thread_set_result (self, &value);
  g_value_unset (&value);

  EXPECT_CRITICAL ("my_thread_execute*");
  my_thread_execute (self);
  EXPECT_CRITICAL ("my_thread_report_begin*");
  my_thread_report_begin (self);
  EXPECT_CRITICAL ("my_thread_report_end*");
  my_thread_report_end (self, NULL, NULL);
  g_test_assert_expected_messages ();

  /* And by its properties. */
  pspecs = g_object_class_list_properties (G_OBJECT_GET_CLASS (self), &n_pspecs);
  for (guint i = 0; i < n_pspecs; i++) {
    GValue got = G_VALUE_INIT;

    if (pspecs[i]->flags & G_PARAM_READABLE) {
      g_object_get_property (G_OBJECT (self), pspecs[i]->name, &got);
      g_value_unset (&got);
    }
  }
  g_free (pspecs);
}

/* A subclass that is used where it is told to. */

typedef enum {
  AT_INIT,
  AT_SETTER,
  AT_CONSTRUCTOR,
  AT_CONSTRUCTED, /* before it chains up */
  N_PLACES,
} Place;

static Place place;
static void (*use) (MyThread *self);

typedef MyThread EarlyThread;
typedef MyThreadClass EarlyThreadClass;

static GType early_thread_get_type (void);
G_DEFINE_TYPE (EarlyThread, early_thread, MY_TYPE_THREAD)

static void
use_at (MyThread *self,
        Place at)
{
  if (place == at) {
    use (self);
  }
}

static void
early_thread_run (MyThread *self,
                  GError **error)
{
}

static void
early_thread_set_property (GObject *object,
                           guint id,
                           const GValue *value,
                           GParamSpec *pspec)
{
  use_at (MY_THREAD (object), AT_SETTER);
}

/* As Vala's `construct` blocks do it: the properties of construction are set. */
static GObject *
early_thread_constructor (GType type,
                          guint n,
                          GObjectConstructParam *params)
{
  GObject *object = G_OBJECT_CLASS (early_thread_parent_class)->constructor (type, n, params);

  use_at (MY_THREAD (object), AT_CONSTRUCTOR);
  return object;
}

static void
early_thread_constructed (GObject *object)
{
  use_at (MY_THREAD (object), AT_CONSTRUCTED);
  G_OBJECT_CLASS (early_thread_parent_class)->constructed (object);
}

static void
early_thread_class_init (EarlyThreadClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  MY_THREAD_CLASS (klass)->run = early_thread_run;
  object_class->set_property = early_thread_set_property;
  object_class->constructor = early_thread_constructor;
  object_class->constructed = early_thread_constructed;
  g_object_class_install_property (object_class, 1, g_param_spec_int ("early", NULL, NULL, 0, 1, 0, G_PARAM_WRITABLE | G_PARAM_CONSTRUCT));
}

static void
early_thread_init (EarlyThread *self)
{
  use_at (self, AT_INIT);
}

/* A context, a group and a name that are not the defaults. */
typedef struct {
  GMainContext *context;
  MyThreadGroup *group;
} Surroundings;

static void
surroundings_init (Surroundings *self)
{
  self->context = g_main_context_new ();
  self->group = my_thread_group_new ("group", NULL);
}

static void
surroundings_clear (Surroundings *self)
{
  g_assert_finalize_object (self->group);
  g_main_context_unref (self->context);
}

static MyThread *
make_early (Surroundings *self)
{
  return g_object_new (early_thread_get_type (), "name", "given", "group", self->group, "main-context", self->context, NULL);
}

static void
assert_as_given (MyThread *thread,
                 Surroundings *surroundings)
{
  g_assert_true (my_thread_get_group (thread) == surroundings->group);
  g_assert_true (my_thread_get_main_context (thread) == surroundings->context);
}

static void
finish (MyThread *thread,
        Surroundings *surroundings)
{
  g_assert_true (my_thread_join (thread, NULL));
  my_test_iterate_pending (surroundings->context);
  my_test_iterate_pending (NULL);
  g_assert_finalize_object (thread);
}

static void
test_ask (void)
{
  for (place = 0; place < N_PLACES; place++) {
    Surroundings surroundings;
    MyThread *thread;

    surroundings_init (&surroundings);
    use = ask_all;
    thread = make_early (&surroundings);
    assert_as_given (thread, &surroundings);
    ask_all (thread);
    g_assert_true (my_thread_start (thread, NULL));
    finish (thread, &surroundings);
    surroundings_clear (&surroundings);
  }
}

static void
test_cancel (void)
{
  for (place = 0; place < N_PLACES; place++) {
    Surroundings surroundings;
    MyThread *thread;

    surroundings_init (&surroundings);
    use = my_thread_cancel;
    thread = make_early (&surroundings);
    g_assert_true (my_thread_is_cancelled (thread));
    g_assert_true (my_thread_start (thread, NULL));
    g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_CANCELLED);
    my_test_iterate_pending (surroundings.context);
    my_test_iterate_pending (NULL);
    g_assert_finalize_object (thread);
    surroundings_clear (&surroundings);
  }
}

/* Nobody is told of what was set before it was there; what is set after is told. */

static void
fail_to_be_told (MyThread *thread,
                 GParamSpec *pspec)
{
  g_assert_not_reached ();
}

static void
rename_and_listen (MyThread *self)
{
  g_signal_connect (self, "notify", G_CALLBACK (fail_to_be_told), NULL);
  my_thread_set_name (self, "renamed");
  g_signal_handlers_disconnect_by_func (self, fail_to_be_told, NULL);
}

static void
test_notify (void)
{
  use = rename_and_listen;
  for (place = 0; place < N_PLACES; place++) {
    g_autoptr (MyTestLog) log = my_test_log_new ();
    MyThread *thread = g_object_new (early_thread_get_type (), NULL);

    my_test_log_watch (log, thread, NULL, "name");
    my_thread_set_name (thread, "renamed again");
    my_test_assert_log (log, "name");
    my_test_log_unwatch (log, thread);
    g_assert_finalize_object (thread);
  }
}

/* Started, by who makes it. */

static void
start (MyThread *self)
{
  GError *error = NULL;

  my_thread_start (self, &error);
  g_assert_no_error (error);
}

static void
test_start (void)
{
  use = start;
  for (place = 0; place < N_PLACES; place++) {
    g_autoptr (MyTestLog) log = my_test_log_new ();
    MyThread *thread = g_object_new (early_thread_get_type (), NULL);

    my_test_log_watch (log, thread, NULL, "finished");
    g_assert_true (my_thread_join (thread, NULL));
    my_test_assert_log (log, "finished");
    my_test_log_unwatch (log, thread);
    g_assert_cmpuint (my_thread_active_count (), ==, 1);
    g_assert_finalize_object (thread);
  }
}

/* Where all is set that can only be set while it is made. */
static void
test_start_when_set (void)
{
  use = start;
  for (place = AT_CONSTRUCTOR; place < N_PLACES; place++) {
    Surroundings surroundings;
    MyThread *thread;

    surroundings_init (&surroundings);
    thread = make_early (&surroundings);
    assert_as_given (thread, &surroundings);
    finish (thread, &surroundings);
    surroundings_clear (&surroundings);
  }
}

/* Where it is not: then it is too late. */
static void
test_start_too_early (void)
{
  Surroundings surroundings;
  MyThread *thread;

  surroundings_init (&surroundings);
  use = start;
  place = AT_INIT;
  EXPECT_CRITICAL ("EarlyThread*\"group\"*");
  EXPECT_CRITICAL ("EarlyThread*\"args\"*");
  EXPECT_CRITICAL ("EarlyThread*\"main-context\"*");
  thread = g_object_new (early_thread_get_type (), "group", surroundings.group, "main-context", surroundings.context,
                         "args", g_variant_new ("()"), NULL);
  g_test_assert_expected_messages ();
  g_assert_true (my_thread_get_group (thread) == my_thread_group_get_default ());
  finish (thread, &surroundings);
  surroundings_clear (&surroundings);
}

/* By another OS thread: it can not start it, since it can not know what is yet to be set. */

static gpointer
ask_all_elsewhere (gpointer thread)
{
  GMainContext *context = g_main_context_new ();
  GError *error = NULL;

  g_main_context_push_thread_default (context);
  ask_all (thread);
  EXPECT_CRITICAL ("my_thread_start*EarlyThread*");
  g_assert_false (my_thread_start (thread, &error));
  g_test_assert_expected_messages ();
  my_test_assert_error (&error, MY_THREAD_ERROR, MY_THREAD_ERROR_NOT_STARTED);
  my_thread_set_name (thread, "named elsewhere");
  g_cancellable_cancel (my_thread_get_cancellable (thread));
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
  return NULL;
}

static void
use_elsewhere (MyThread *self)
{
  g_thread_join (g_thread_new ("elsewhere", ask_all_elsewhere, self));
}

static void
test_elsewhere (void)
{
  use = use_elsewhere;
  for (place = 0; place < N_PLACES; place++) {
    Surroundings surroundings;
    MyThread *thread;

    surroundings_init (&surroundings);
    thread = make_early (&surroundings);
    assert_as_given (thread, &surroundings);
    g_assert_true (my_thread_is_cancelled (thread));
    g_assert_true (my_thread_start (thread, NULL));
    g_assert_false (my_thread_join (thread, NULL));
    my_test_iterate_pending (surroundings.context);
    my_test_iterate_pending (NULL);
    g_assert_finalize_object (thread);
    surroundings_clear (&surroundings);
  }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/thread/construction/ask", test_ask);
  g_test_add_func ("/thread/construction/cancel", test_cancel);
  g_test_add_func ("/thread/construction/notify", test_notify);
  g_test_add_func ("/thread/construction/start", test_start);
  g_test_add_func ("/thread/construction/start-when-set", test_start_when_set);
  g_test_add_func ("/thread/construction/start-too-early", test_start_too_early);
  g_test_add_func ("/thread/construction/elsewhere", test_elsewhere);

  return g_test_run ();
}
