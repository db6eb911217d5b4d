/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-executor.h>
#include <mythread/my-thread-pool.h>
#include <mythread/my-thread.h>

#include "core/my-executor-private.h"
#include "core/my-notify-private.h"
#include "core/my-redirect-private.h"
#include "core/my-type-private.h"
#include "exec/my-thread-pool-private.h"

#define DEFAULT_IDLE_TIMEOUT (5 * G_USEC_PER_SEC)

/**
 * MyThreadPool:
 *
 * A few OS threads that run many tasks: an executor for [class@Thread], a queue of plain functions, and the place where
 * [func@parallel_for] and [func@parallel_invoke] find helpers.
 *
 * A task is a [class@Thread] that was submitted ([property@Thread:executor],
 * [method@Executor.submit]) or a function that was pushed. Tasks begin in the order in which they
 * came, except for those that another task joins. A thread behaves as it does on an OS thread of
 * its own: it has the same states, signals, errors, cancellation, progress and groups. But it does
 * not determine the OS thread's name, [property@Thread:stack-size] and [property@Thread:priority],
 * and it is [enum@ThreadState] `QUEUED` until a worker begins it.
 *
 * Tasks may wait for one another. A join of a thread that no worker has begun runs this thread on
 * the joiner's OS thread: on a worker of the pool, and elsewhere if nothing can tell the
 * difference. While a worker is blocked in any other wait of this library, another worker takes its
 * place. So tasks that depend on one another finish on a pool of one thread, too. Around a foreign
 * call that blocks, call [func@ThreadPool.begin_blocking] and [func@ThreadPool.end_blocking].
 *
 * OS threads are made when there is work for them, [property@ThreadPool:max-threads] at most (not counting those that are
 * blocked), and end after [property@ThreadPool:idle-timeout].
 *
 * Notifications come in the main context that the pool was made in: [property@ThreadPool:main-context].
 *
 * Dropping the last reference lets the pool finish what is queued, and does not wait for it; [method@ThreadPool.shutdown] does.
 * When the process exits, functions that were pushed and have not been run are lost, while threads are waited for, as everywhere.
 *
 * Programs that use it are in [Pools and executors](pools.html).
 *
 * Since: 1.0
 */

static void my_thread_pool_executor_init (MyExecutorInterface *iface);

MY_DEFINE_FINAL_TYPE_WITH_INTERFACE (MyThreadPool, my_thread_pool, MY_TYPE_EXECUTOR, my_thread_pool_executor_init)

/* MyExecutor */

static gboolean
my_thread_pool_execute (MyExecutor *executor,
                        MyThread *thread,
                        GError **error)
{
  return my_pool_submit (MY_THREAD_POOL (executor)->core, thread, error);
}

static gboolean
my_thread_pool_take_locked (MyExecutor *executor,
                            MyThread *thread)
{
  return my_pool_take_locked (((MyThreadPool *) executor)->core, thread);
}

static void
my_thread_pool_notify (MyExecutor *executor)
{
  my_pool_notify (((MyThreadPool *) executor)->core);
}

static gboolean
my_thread_pool_withdraw_locked (MyExecutor *executor,
                                MyThread *thread,
                                MyWakeList *wakes)
{
  return my_pool_withdraw_locked (((MyThreadPool *) executor)->core, thread, wakes);
}

static void
my_thread_pool_help_locked (MyExecutor *executor,
                            MyThread *thread,
                            gboolean as_guest)
{
  my_pool_help_locked (((MyThreadPool *) executor)->core, thread, as_guest);
}

static const MyExecutorExtras extras = {
  .take_locked = my_thread_pool_take_locked,
  .notify = my_thread_pool_notify,
  .withdraw_locked = my_thread_pool_withdraw_locked,
  .help_locked = my_thread_pool_help_locked,
};

static void
my_thread_pool_executor_init (MyExecutorInterface *iface)
{
  iface->execute = my_thread_pool_execute;
  iface->extras = &extras;
}

/* GObject */

static void
my_thread_pool_get_property (GObject *object,
                             guint prop_id,
                             GValue *value,
                             GParamSpec *pspec)
{
  MyThreadPool *self = MY_THREAD_POOL (object);

  switch (prop_id) {
  case MY_POOL_PROP_NAME:
    g_value_set_string (value, self->name);
    break;
  case MY_POOL_PROP_MAIN_CONTEXT:
    g_value_set_boxed (value, my_thread_pool_get_main_context (self));
    break;
  case MY_POOL_PROP_MAX_THREADS:
    g_value_set_uint (value, my_thread_pool_get_max_threads (self));
    break;
  case MY_POOL_PROP_IDLE_TIMEOUT:
    g_value_set_int64 (value, my_thread_pool_get_idle_timeout (self));
    break;
  case MY_POOL_PROP_MAX_QUEUED:
    g_value_set_uint (value, my_thread_pool_get_max_queued (self));
    break;
  case MY_POOL_PROP_N_QUEUED:
    g_value_set_uint64 (value, my_thread_pool_get_n_queued (self));
    break;
  case MY_POOL_PROP_N_ACTIVE:
    g_value_set_uint64 (value, my_thread_pool_get_n_active (self));
    break;
  case MY_POOL_PROP_N_COMPLETED:
    g_value_set_uint64 (value, my_thread_pool_get_n_completed (self));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
my_thread_pool_set_property (GObject *object,
                             guint prop_id,
                             const GValue *value,
                             GParamSpec *pspec)
{
  MyThreadPool *self = MY_THREAD_POOL (object);

  switch (prop_id) {
  case MY_POOL_PROP_NAME:
    g_return_if_fail (g_value_get_string (value) == NULL || g_utf8_validate (g_value_get_string (value), -1, NULL));
    self->name = g_value_dup_string (value);
    break;
  case MY_POOL_PROP_MAIN_CONTEXT:
    if (g_value_get_boxed (value) != NULL) {
      self->inbox = my_inbox_ref (my_inbox_get (g_value_get_boxed (value)));
    }
    break;
  case MY_POOL_PROP_MAX_THREADS:
    if (self->core == NULL) {
      self->max_threads = g_value_get_uint (value);
    } else {
      my_thread_pool_set_max_threads (self, g_value_get_uint (value));
    }
    break;
  case MY_POOL_PROP_IDLE_TIMEOUT:
    my_thread_pool_set_idle_timeout (self, g_value_get_int64 (value));
    break;
  case MY_POOL_PROP_MAX_QUEUED:
    my_thread_pool_set_max_queued (self, g_value_get_uint (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

/* What the calling OS thread is making: with no look-up of properties, which takes a lock of GObject's. */
static __thread struct {
  gboolean is_default;
  const char *name;
  guint max_threads; /* 0: not given */
} in_making __attribute__ ((tls_model ("initial-exec")));

static void
my_thread_pool_constructed (GObject *object)
{
  static atomic_uint n_unnamed;
  MyThreadPool *self = MY_THREAD_POOL (object);
  GMainContext *context = g_main_context_get_thread_default ();

  G_OBJECT_CLASS (my_thread_pool_parent_class)->constructed (object);

  if (self->inbox == NULL) {
    self->inbox = my_inbox_ref (context != NULL && !in_making.is_default ? my_inbox_get (context) : my_inbox_get_default ());
  }

  if (in_making.name != NULL) {
    self->name = g_strdup (in_making.name);
  }
  /* To count the processors is to read files. */
  self->max_threads = my_thread_pool_or_n_processors (in_making.max_threads != 0 ? in_making.max_threads : self->max_threads);
  in_making.is_default = FALSE;
  in_making.name = NULL;
  in_making.max_threads = 0;

  if (self->name == NULL) {
    self->name = g_strdup_printf ("Pool-%u", atomic_fetch_add_explicit (&n_unnamed, 1, memory_order_relaxed) + 1);
  }
  self->core = my_pool_new (self->name, self->max_threads, self);
  self->core->idle_timeout = DEFAULT_IDLE_TIMEOUT;
  my_object_keep_if_lost (object);
}

static MyDispatch original_dispatch; /* [const] once the class is there */

static void
my_thread_pool_dispatch_properties_changed (GObject *object,
                                            guint n_pspecs,
                                            GParamSpec **pspecs)
{
  my_thread_pool_dispatch_changes (MY_THREAD_POOL (object), n_pspecs, pspecs, original_dispatch);
}

static void
my_thread_pool_dispose (GObject *object)
{
  if (!my_object_keep_if_lost (object)) {
    G_OBJECT_CLASS (my_thread_pool_parent_class)->dispose (object);
  }
}

static void
my_thread_pool_finalize (GObject *object)
{
  MyThreadPool *self = MY_THREAD_POOL (object);

  /* No thread is queued or running: each has a reference. */
  my_pool_abandon (self->core);
  g_free (self->name);
  my_inbox_unref (self->inbox);

  G_OBJECT_CLASS (my_thread_pool_parent_class)->finalize (object);
}

static void
prepare_for_children (void)
{
  g_type_class_ref (MY_TYPE_THREAD_POOL);
  g_type_class_ref (MY_TYPE_SHUTDOWN_MODE);
}

static void __attribute__ ((constructor))
watch_preparation (void)
{
  my_signals_watch_preparation (prepare_for_children);
}

static void
my_thread_pool_class_init (MyThreadPoolClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = my_thread_pool_get_property;
  object_class->set_property = my_thread_pool_set_property;
  object_class->constructed = my_thread_pool_constructed;
  my_redirect_install (object_class, &original_dispatch, my_thread_pool_dispatch_properties_changed);
  object_class->dispose = my_thread_pool_dispose;
  object_class->finalize = my_thread_pool_finalize;

  /**
   * MyThreadPool:name: (getter get_name)
   *
   * The name of the pool. Its OS threads have this name and a number, cut to the 15 bytes that the
   * system allows. If no name is given, it is `Pool-` and a number.
   *
   * Since: 1.0
   */
  my_thread_pool_pspecs[MY_POOL_PROP_NAME] = g_param_spec_string (
    "name", NULL, NULL, NULL,
    G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MyThreadPool:main-context: (getter get_main_context)
   *
   * The owner context, in which the pool's notifications come. Its tasks have nothing to do with it.
   *
   * By default, and for %NULL, the thread-default main context at construction; for the default pool, the global default context. The pool has no
   * reference to it: when its last user drops it nothing is notified any more, and this is %NULL.
   *
   * Since: 1.0
   */
  my_thread_pool_pspecs[MY_POOL_PROP_MAIN_CONTEXT] = g_param_spec_boxed (
    "main-context", NULL, NULL, G_TYPE_MAIN_CONTEXT,
    G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MyThreadPool:max-threads: (getter get_max_threads) (setter set_max_threads)
   *
   * How many tasks run at once, at most, not counting those that are blocked. If it is set to 0, it
   * becomes the number of processors that the process may use at that moment. These are the
   * processors that the main thread may run on, but at most the quota of processor time that its
   * control group has, rounded up; at least 1.
   *
   * A task that was blocked goes on without waiting for its place: until one of the tasks ends,
   * there may be one more than this.
   *
   * Since: 1.0
   */
  my_thread_pool_pspecs[MY_POOL_PROP_MAX_THREADS] = g_param_spec_uint (
    "max-threads", NULL, NULL, 0, G_MAXINT, 0,
    G_PARAM_READWRITE | G_PARAM_CONSTRUCT | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MyThreadPool:idle-timeout: (getter get_idle_timeout) (setter set_idle_timeout)
   *
   * How long an OS thread that has nothing to do is kept, in microseconds; 0: it ends at once; negative: for ever.
   *
   * Since: 1.0
   */
  my_thread_pool_pspecs[MY_POOL_PROP_IDLE_TIMEOUT] = g_param_spec_int64 (
    "idle-timeout", NULL, NULL, -1, G_MAXINT64, DEFAULT_IDLE_TIMEOUT,
    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MyThreadPool:max-queued: (getter get_max_queued) (setter set_max_queued)
   *
   * While this number of tasks is queued, pushing another one waits; 0: there is no limit. A push
   * by a task of the pool, and [method@Thread.start], never wait.
   *
   * Since: 1.0
   */
  my_thread_pool_pspecs[MY_POOL_PROP_MAX_QUEUED] = g_param_spec_uint (
    "max-queued", NULL, NULL, 0, G_MAXUINT, 0,
    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MyThreadPool:n-queued: (getter get_n_queued)
   *
   * How many tasks (functions and threads) have not begun. Always up to date, and never notified.
   *
   * Since: 1.0
   */
  my_thread_pool_pspecs[MY_POOL_PROP_N_QUEUED] = g_param_spec_uint64 (
    "n-queued", NULL, NULL, 0, G_MAXUINT64, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * MyThreadPool:n-active: (getter get_n_active)
   *
   * How many tasks have begun, and not ended. Always up to date, and never notified.
   *
   * Since: 1.0
   */
  my_thread_pool_pspecs[MY_POOL_PROP_N_ACTIVE] = g_param_spec_uint64 (
    "n-active", NULL, NULL, 0, G_MAXUINT64, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * MyThreadPool:n-completed: (getter get_n_completed)
   *
   * How many tasks have been run, so far. Those that were dropped or cancelled before they began do not count. Always up to
   * date, and never notified.
   *
   * Since: 1.0
   */
  my_thread_pool_pspecs[MY_POOL_PROP_N_COMPLETED] = g_param_spec_uint64 (
    "n-completed", NULL, NULL, 0, G_MAXUINT64, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, MY_POOL_N_PROPS, my_thread_pool_pspecs);
  my_thread_pool_class_init_changes ();
}

static void
my_thread_pool_init (MyThreadPool *self)
{
  my_thread_pool_init_changes (self);
}

/* public API */

/**
 * my_thread_pool_new:
 * @name: (nullable): a name, or %NULL for `Pool-` and a number
 * @max_threads: how many tasks run at once, at most; 0: as many as there are processors that the process may use
 *
 * Makes a pool. It has no OS threads until there is work for them.
 *
 * Any thread may call it; its thread-default main context is where the pool's notifications come. It does not block.
 *
 * Returns: (transfer full): a new pool
 *
 * Since: 1.0
 */
MyThreadPool *
my_thread_pool_new (const char *name,
                    guint max_threads)
{
  g_return_val_if_fail (name == NULL || g_utf8_validate (name, -1, NULL), NULL);
  g_return_val_if_fail (max_threads <= G_MAXINT, NULL);

  in_making.name = name;
  in_making.max_threads = max_threads;
  return g_object_new (MY_TYPE_THREAD_POOL, NULL);
}

/**
 * my_thread_pool_get_default:
 *
 * Gets the default pool of the process, named `default`, with a thread for each processor that the
 * process may use. It is made at the first call, and is not meant to be shut down.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer none): the pool
 *
 * Since: 1.0
 */
MyThreadPool *
my_thread_pool_get_default (void)
{
  static _Atomic (MyThreadPool *) default_pool;
  MyThreadPool *self = atomic_load_explicit (&default_pool, memory_order_acquire);
  MyThreadPool *expected = NULL;

  if (G_LIKELY (self != NULL)) {
    return self;
  }

  in_making.is_default = TRUE;
  in_making.name = "default";
  self = g_object_new (MY_TYPE_THREAD_POOL, NULL);
  /* It is everybody's, whoever needs it first. */
  my_os_thread_inherited_read_main (&self->core->inherited);
  if (!atomic_compare_exchange_strong_explicit (&default_pool, &expected, self, memory_order_acq_rel, memory_order_acquire)) {
    g_object_unref (self);
    return expected;
  }
  return self;
}
