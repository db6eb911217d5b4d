/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-thread.h"

/* Subclasses: what they override may chain up; and what forgets to chain up is told so, or does no harm. */

#define EXPECT_CRITICAL(text) \
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*" text "*")

/* A subclass of @parent, with no fields of its own. */
static GType
register_subclass (const char *name,
                   GType parent,
                   GClassInitFunc class_init)
{
  return g_type_register_static_simple (parent, name, sizeof (MyThreadClass), class_init, sizeof (MyThread), NULL, 0);
}

static void
run_nothing (MyThread *thread,
             GError **error)
{
}

static void
run_to_end (MyThread *thread)
{
  GError *error = NULL;

  my_thread_start (thread, &error);
  g_assert_no_error (error);
  my_thread_join (thread, &error);
  g_assert_no_error (error);
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_SUCCEEDED);
}

/* Chaining up, to the class above and to the one that has the defaults. */

static MyTestLog *chain_log;
static MyThreadClass *chain_parent;

static void
chain_run (MyThread *thread,
           GError **error)
{
  my_test_log_add (chain_log, "run");
  chain_parent->run (thread, error);
}

static void
chain_started (MyThread *thread)
{
  my_test_log_add (chain_log, "before-started");
  chain_parent->started (thread);
  my_test_log_add (chain_log, "after-started");
}

static void
chain_finished (MyThread *thread)
{
  my_test_log_add (chain_log, "before-finished");
  chain_parent->finished (thread);
  my_test_log_add (chain_log, "after-finished");
}

static void
chain_class_init (gpointer klass,
                  gpointer unused)
{
  MyThreadClass *thread_class = klass;

  chain_parent = g_type_class_peek_parent (klass);
  thread_class->run = chain_run;
  thread_class->started = chain_started;
  thread_class->finished = chain_finished;
}

static void
log_handler (MyThread *thread,
             const char *word)
{
  my_test_log_add (chain_log, word);
}

static void
test_chain_up (void)
{
  GType type = register_subclass ("ChainThread", MY_TYPE_THREAD, chain_class_init);
  MyThread *thread;

  chain_log = my_test_log_new ();
  thread = g_object_new (type, NULL);
  run_to_end (thread);
  g_assert_finalize_object (thread);
  my_test_assert_log (chain_log, "run@ before-started after-started before-finished after-finished");

  /* The class handler is after the handlers, and before those that want to come after it. */
  thread = g_object_new (type, NULL);
  g_signal_connect (thread, "finished", G_CALLBACK (log_handler), (gpointer) "handler");
  g_signal_connect_after (thread, "finished", G_CALLBACK (log_handler), (gpointer) "handler-after");
  run_to_end (thread);
  g_assert_finalize_object (thread);
  my_test_assert_log (chain_log, "run@ before-started after-started handler before-finished after-finished handler-after");
  my_test_log_free (chain_log);
}

/* A class below one that overrides them: what it inherits, overrides, and what it gives back. */

static void
log_started (MyThread *thread)
{
  my_test_log_add (chain_log, "lower-started");
}

static void
lower_class_init (gpointer klass,
                  gpointer unused)
{
  MyThreadClass *thread_class = klass;
  MyThreadClass *base = g_type_class_peek (MY_TYPE_THREAD);

  thread_class->started = log_started;
  thread_class->finished = base->finished;
}

static void
none_class_init (gpointer klass,
                 gpointer unused)
{
  MyThreadClass *thread_class = klass;

  thread_class->run = NULL;
  thread_class->started = NULL;
  thread_class->finished = NULL;
}

static void
test_below (void)
{
  GType chain_type = g_type_from_name ("ChainThread");
  MyThread *thread;

  if (chain_type == 0) {
    chain_type = register_subclass ("ChainThread", MY_TYPE_THREAD, chain_class_init);
  }
  chain_log = my_test_log_new ();

  thread = g_object_new (register_subclass ("InheritingThread", chain_type, NULL), NULL);
  run_to_end (thread);
  g_assert_finalize_object (thread);
  my_test_assert_log (chain_log, "run@ before-started after-started before-finished after-finished");

  thread = g_object_new (register_subclass ("LowerThread", chain_type, lower_class_init), NULL);
  run_to_end (thread);
  g_assert_finalize_object (thread);
  my_test_assert_log (chain_log, "run@ lower-started");

  /* That is nobody's right, and does nothing. */
  thread = g_object_new (register_subclass ("NoneThread", chain_type, none_class_init), NULL);
  run_to_end (thread);
  g_assert_finalize_object (thread);
  my_test_assert_log (chain_log, "");
  my_test_log_free (chain_log);
}

/* That the defaults are there to chain up to does not make a listener of each class: what nobody listens to is let go by the
 * next start(). */

static void
run_only_class_init (gpointer klass,
                     gpointer unused)
{
  MY_THREAD_CLASS (klass)->run = chain_run;
}

static void
assert_let_go_by_start (GType type,
                        gboolean is_let_go)
{
  MyThread *thread = g_object_new (type, NULL);
  MyThread *next = my_thread_new (NULL, NULL, NULL, NULL);
  gpointer pointer = thread;

  g_assert_true (my_thread_start (thread, NULL));
  my_test_wait_until (my_test_is_over, thread);
  g_object_add_weak_pointer (G_OBJECT (thread), &pointer);
  g_object_unref (thread);
  g_assert_true (my_thread_start (next, NULL));
  g_assert_cmpint (pointer == NULL, ==, is_let_go);
  my_test_finish (next);
  my_test_iterate_pending (NULL);
  g_assert_null (pointer);
}

static void
test_silent (void)
{
  chain_log = my_test_log_new ();
  chain_parent = g_type_class_ref (MY_TYPE_THREAD);
  assert_let_go_by_start (register_subclass ("RunOnlyThread", MY_TYPE_THREAD, run_only_class_init), TRUE);
  my_test_assert_log (chain_log, "run@");
  assert_let_go_by_start (register_subclass ("ListeningThread", MY_TYPE_THREAD, chain_class_init), FALSE);
  my_test_assert_log (chain_log, "run@ before-started after-started before-finished after-finished");
  my_test_log_free (chain_log);
}

/* An emission hook is told, also where there is nothing else to do. */

static gboolean
count_emission (GSignalInvocationHint *hint,
                guint n_values,
                const GValue *values,
                gpointer n)
{
  ++*(guint *) n;
  return TRUE;
}

static void
test_emission_hook (void)
{
  MyThread *thread = my_thread_new (NULL, NULL, NULL, NULL);
  guint id = g_signal_lookup ("finished", MY_TYPE_THREAD);
  guint n = 0;
  gulong hook = g_signal_add_emission_hook (id, 0, count_emission, &n, NULL);

  run_to_end (thread);
  g_assert_cmpuint (n, ==, 1);
  g_signal_remove_emission_hook (id, hook);
  g_object_unref (thread);
}

/* GObject's methods, overridden by what forgets to chain up. */

static void
do_nothing (GObject *object)
{
}

static void
no_constructed_class_init (gpointer klass,
                           gpointer unused)
{
  MY_THREAD_CLASS (klass)->run = run_nothing;
  G_OBJECT_CLASS (klass)->constructed = do_nothing;
}

static gpointer
start_refused (gpointer thread)
{
  GError *error = NULL;

  g_assert_false (my_thread_start (thread, &error));
  g_assert_error (error, MY_THREAD_ERROR, MY_THREAD_ERROR_NOT_STARTED);
  g_assert_nonnull (strstr (error->message, "UnconstructedThread"));
  g_clear_error (&error);
  return NULL;
}

static void
test_no_constructed (void)
{
  GType type = register_subclass ("UnconstructedThread", MY_TYPE_THREAD, no_constructed_class_init);
  MyThreadGroup *group = my_thread_group_new ("group", NULL);
  g_autoptr (MyTestLog) log = my_test_log_new ();
  MyThread *thread = g_object_new (type, "name", "given", "group", group, NULL);
  char *name;

  my_test_assert_string (my_thread_dup_name (thread), "given");
  g_assert_true (my_thread_get_group (thread) == group);
  g_assert_cmpuint (my_thread_get_ident (thread), ==, 0);
  my_thread_set_name (thread, "another");
  my_test_log_watch (log, thread, NULL, "started state finished");
  run_to_end (thread);
  my_test_assert_log (log, "started state finished");
  my_test_log_unwatch (log, thread);
  g_assert_finalize_object (thread);

  /* One that was not started, and one with no name. */
  thread = g_object_new (type, NULL);
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_NEW);
  my_thread_cancel (thread);
  g_assert_true (my_thread_is_cancelled (thread));
  name = my_thread_dup_name (thread);
  g_assert_true (g_str_has_prefix (name, "Thread-"));
  g_free (name);
  g_assert_finalize_object (thread);

  /* Another OS thread can not know that it is whole. */
  thread = g_object_new (type, NULL);
  EXPECT_CRITICAL ("my_thread_start*constructed*UnconstructedThread*");
  g_thread_join (g_thread_new ("starter", start_refused, thread));
  g_test_assert_expected_messages ();
  run_to_end (thread);
  g_assert_finalize_object (thread);

  g_object_unref (group);
}

static void
set_no_property (GObject *object,
                 guint id,
                 const GValue *value,
                 GParamSpec *pspec)
{
}

static void
get_no_property (GObject *object,
                 guint id,
                 GValue *value,
                 GParamSpec *pspec)
{
}

static void
dispatch_nothing (GObject *object,
                  guint n,
                  GParamSpec **pspecs)
{
}

static void
notify_nothing (GObject *object,
                GParamSpec *pspec)
{
}

static void
all_forgotten_class_init (gpointer klass,
                          gpointer unused)
{
  GObjectClass *object_class = klass;

  MY_THREAD_CLASS (klass)->run = run_nothing;
  object_class->constructed = do_nothing;
  object_class->set_property = set_no_property;
  object_class->get_property = get_no_property;
  object_class->dispose = do_nothing;
  object_class->dispatch_properties_changed = dispatch_nothing;
  object_class->notify = notify_nothing;
}

static void
use_all_forgotten (GType type)
{
  MyThread *thread = g_object_new (type, "name", "given", "daemon", TRUE, NULL);
  char *name = NULL;
  gboolean daemon;

  /* The properties are MyThread's, whatever a subclass does with its own. */
  g_object_get (thread, "name", &name, "daemon", &daemon, NULL);
  g_assert_cmpstr (name, ==, "given");
  g_assert_true (daemon);
  g_free (name);
  my_thread_set_name (thread, NULL);
  run_to_end (thread);
  my_thread_set_name (thread, "late");
  g_object_unref (thread);

  thread = g_object_new (type, NULL);
  my_thread_cancel (thread);
  g_assert_true (my_thread_start (thread, NULL));
  g_assert_false (my_thread_join (thread, NULL));
  g_object_unref (thread);
}

static void
test_all_forgotten (void)
{
  use_all_forgotten (register_subclass ("ForgetfulThread", MY_TYPE_THREAD, all_forgotten_class_init));
}

/* Then what the thread has is lost; GObject itself loses its own. */

static void
no_finalize_class_init (gpointer klass,
                        gpointer unused)
{
  all_forgotten_class_init (klass, NULL);
  G_OBJECT_CLASS (klass)->finalize = do_nothing;
}

static void
forget_finalize (gpointer unused)
{
  GType type = register_subclass ("ImmortalThread", MY_TYPE_THREAD, no_finalize_class_init);

  use_all_forgotten (type);
  for (guint i = 0; i < 200; i++) {
    MyThread *thread = g_object_new (type, NULL);

    g_assert_true (my_thread_start (thread, NULL));
    g_object_unref (thread);
  }
  g_assert_true (my_thread_group_join (my_thread_group_get_default (), NULL));
}

static void
test_no_finalize (void)
{
  my_test_in_child (forget_finalize, NULL); /* where no leak checker looks */
}

/* Properties of the same name of a subclass's own: MyThread's are never set. */

static void
shadow_class_init (gpointer klass,
                   gpointer unused)
{
  GObjectClass *object_class = klass;

  MY_THREAD_CLASS (klass)->run = run_nothing;
  object_class->set_property = set_no_property;
  object_class->get_property = get_no_property;
  g_object_class_override_property (object_class, 1, "name");
  g_object_class_override_property (object_class, 2, "group");
  g_object_class_override_property (object_class, 3, "main-context");
}

static void
test_shadowed (void)
{
  MyThread *thread = g_object_new (register_subclass ("ShadowThread", MY_TYPE_THREAD, shadow_class_init), "name", "lost", NULL);
  char *name = my_thread_dup_name (thread);

  g_assert_true (g_str_has_prefix (name, "Thread-"));
  g_free (name);
  g_assert_true (my_thread_get_group (thread) == my_thread_group_get_default ());
  g_assert_true (my_thread_get_main_context (thread) == g_main_context_default ());
  run_to_end (thread);
  g_assert_finalize_object (thread);
}

/* An executor with no method. */

typedef GObject Nowhere;
typedef GObjectClass NowhereClass;

static GType nowhere_get_type (void);

static void
nowhere_executor_init (MyExecutorInterface *iface)
{
  iface->execute = NULL;
}

G_DEFINE_TYPE_WITH_CODE (Nowhere, nowhere, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (MY_TYPE_EXECUTOR, nowhere_executor_init))

static void
nowhere_class_init (NowhereClass *klass)
{
}

static void
nowhere_init (Nowhere *self)
{
}

static void
test_no_execute (void)
{
  MyExecutor *executor = g_object_new (nowhere_get_type (), NULL);
  MyThread *thread = my_thread_new (NULL, NULL, NULL, NULL);
  GError *error = NULL;

  g_assert_false (my_executor_submit (executor, thread, &error));
  g_assert_error (error, MY_THREAD_ERROR, MY_THREAD_ERROR_NO_RESOURCES);
  g_assert_nonnull (strstr (error->message, "Nowhere"));
  g_clear_error (&error);
  my_thread_set_executor (thread, NULL);
  run_to_end (thread);
  g_assert_finalize_object (thread);
  g_assert_finalize_object (G_OBJECT (executor));
}

/* A class that has forgotten run(): said once, and not of one that has it from its parent, or chains up. */

typedef MyThread Idle;
typedef MyThreadClass IdleClass;
static GType idle_get_type (void);
G_DEFINE_TYPE (Idle, idle, MY_TYPE_THREAD)

static void
idle_class_init (IdleClass *klass)
{
}

static void
idle_init (Idle *self)
{
}

typedef MyThread ChainingRun;
typedef MyThreadClass ChainingRunClass;
static GType chaining_run_get_type (void);
G_DEFINE_TYPE (ChainingRun, chaining_run, MY_TYPE_THREAD)

static void
chaining_run_run (MyThread *thread,
                  GError **error)
{
  MY_THREAD_CLASS (chaining_run_parent_class)->run (thread, error);
}

static void
chaining_run_class_init (ChainingRunClass *klass)
{
  MY_THREAD_CLASS (klass)->run = chaining_run_run;
}

static void
chaining_run_init (ChainingRun *self)
{
}

static void
test_no_run (void)
{
  if (my_test_is_apart ()) {
    const GType types[] = { idle_get_type (), idle_get_type (), chaining_run_get_type (), MY_TYPE_THREAD };

    g_log_set_always_fatal (G_LOG_FATAL_MASK);
    for (gsize i = 0; i < G_N_ELEMENTS (types); i++) {
      MyThread *thread = g_object_new (types[i], NULL);

      run_to_end (thread);
      g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_SUCCEEDED);
      g_object_unref (thread);
    }
    return;
  }
  g_test_trap_assert_stderr ("*Class Idle has no run()*");
  g_test_trap_assert_stderr_unmatched ("*has no run()*has no run()*");
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/thread/subclass/chain-up", test_chain_up);
  g_test_add_func ("/thread/subclass/below", test_below);
  g_test_add_func ("/thread/subclass/silent", test_silent);
  g_test_add_func ("/thread/subclass/emission-hook", test_emission_hook);
  g_test_add_func ("/thread/subclass/no-constructed", test_no_constructed);
  g_test_add_func ("/thread/subclass/all-forgotten", test_all_forgotten);
  g_test_add_func ("/thread/subclass/no-finalize", test_no_finalize);
  g_test_add_func ("/thread/subclass/shadowed", test_shadowed);
  g_test_add_func ("/thread/subclass/no-execute", test_no_execute);
  g_test_add_func ("/thread/subclass/no-run", test_no_run);

  return g_test_run ();
}
