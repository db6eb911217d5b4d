/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-executor.h>
#include <mythread/my-thread-pool.h>
#include <mythread/my-thread.h>

#include "core/my-async-result-private.h"
#include "core/my-executor-private.h"
#include "core/my-notify-private.h"
#include "core/my-type-private.h"
#include "exec/my-processors-private.h"
#include "exec/my-thread-pool-private.h"
#include "wait/my-state-lock-private.h"

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
struct _MyThreadPool {
  GObject parent_instance;

  MyPool *core; /* [const] once constructed */
  char *name;   /* [const] */
  guint max_threads; /* as it was set, until `core` is there */
  MyInbox *inbox; /* [const] of the owner context: a reference */

  MyInboxItem changes; /* in the inbox while LINKED is pending: then it holds a reference */
  /* LINKED, and a bit by its number for each property that is to be notified. By any thread with acq_rel, against the exchange of the one
   * that delivers, or drops. */
  atomic_uint pending;
};

#define LINKED 1U

enum {
  PROP_0,
  PROP_NAME,
  PROP_MAIN_CONTEXT,
  PROP_MAX_THREADS,
  PROP_IDLE_TIMEOUT,
  PROP_MAX_QUEUED,
  PROP_N_QUEUED,
  PROP_N_ACTIVE,
  PROP_N_COMPLETED,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];
static guint notify_signal;

static void my_thread_pool_executor_init (MyExecutorInterface *iface);

MY_DEFINE_FINAL_TYPE_WITH_INTERFACE (MyThreadPool, my_thread_pool, MY_TYPE_EXECUTOR, my_thread_pool_executor_init)

MyPool *
my_thread_pool_get_core (MyThreadPool *self)
{
  return self->core;
}

/* MyExecutor */

static gboolean
my_thread_pool_execute (MyExecutor *executor,
                        MyThread   *thread,
                        GError    **error)
{
  return my_pool_submit (MY_THREAD_POOL (executor)->core, thread, error);
}

static gboolean
my_thread_pool_take_locked (MyExecutor *executor,
                            MyThread   *thread)
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
                                MyThread   *thread,
                                MyWakeList *wakes)
{
  return my_pool_withdraw_locked (((MyThreadPool *) executor)->core, thread, wakes);
}

static void
my_thread_pool_help_locked (MyExecutor *executor,
                            MyThread   *thread,
                            gboolean    as_guest)
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

/* notifications: in the owner context */

static MyThreadPool *
pool_of_changes (MyInboxItem *item)
{
  return (MyThreadPool *) ((char *) item - G_STRUCT_OFFSET (MyThreadPool, changes));
}

/* Takes it out of the inbox: what changes from here on is posted again. */
static guint
take_changes (MyInboxItem *item)
{
  my_inbox_take (item);
  return atomic_exchange_explicit (&pool_of_changes (item)->pending, 0, memory_order_acq_rel);
}

static gboolean
deliver_changes (MyInboxItem *item)
{
  MyThreadPool *self = pool_of_changes (item);
  guint changes = take_changes (item);

  for (guint prop_id = 1; prop_id < N_PROPS; prop_id++) {
    if (changes & 1U << prop_id) {
      my_object_notify (G_OBJECT (self), props[prop_id]);
    }
  }
  g_object_unref (self); /* the item's */

  return TRUE;
}

/* The context is closed. */
static void
drop_changes (MyInboxItem *item)
{
  take_changes (item);
  g_object_unref (pool_of_changes (item));
}

/* In a program without a main loop the item does not keep a pool that nobody else refers to. */
static gboolean
is_reapable (MyInboxItem *item,
             MyReap       reap)
{
  return reap == MY_REAP_ORPHANS && g_atomic_int_get (&G_OBJECT (pool_of_changes (item))->ref_count) == 1;
}

static const MyInboxItemClass changes_class = {
  .deliver = deliver_changes,
  .drop = drop_changes,
  .is_reapable = is_reapable,
};

/* Notifies at once in the owner thread, as any other GObject; else in a later turn of the owner context, several changes as one. */
static void
tell_of_change (MyThreadPool *self,
                guint         prop_id)
{
  G_STATIC_ASSERT (N_PROPS <= 32);

  if (!my_object_has_handler (G_OBJECT (self), notify_signal)) {
    return;
  }
  if (my_inbox_enter (self->inbox)) {
    my_object_notify (G_OBJECT (self), props[prop_id]);
    my_inbox_leave (self->inbox);
    return;
  }
  if (self->inbox->is_stale) {
    return; /* in a child of fork(): there is no loop */
  }

  g_object_ref (self);
  if (atomic_fetch_or_explicit (&self->pending, LINKED | 1U << prop_id, memory_order_acq_rel) & LINKED) {
    g_object_unref (self);
  } else {
    my_inbox_push (self->inbox, &self->changes);
    my_inbox_notify (self->inbox, TRUE);
    my_inbox_empty_closed ();
  }
}

/* GObject */

static guint
or_n_processors (guint max_threads)
{
  return max_threads != 0 ? max_threads : my_processors_count ();
}

static void
my_thread_pool_get_property (GObject    *object,
                             guint       prop_id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  MyThreadPool *self = MY_THREAD_POOL (object);

  switch (prop_id) {
  case PROP_NAME:
    g_value_set_string (value, self->name);
    break;
  case PROP_MAIN_CONTEXT:
    g_value_set_boxed (value, my_thread_pool_get_main_context (self));
    break;
  case PROP_MAX_THREADS:
    g_value_set_uint (value, my_thread_pool_get_max_threads (self));
    break;
  case PROP_IDLE_TIMEOUT:
    g_value_set_int64 (value, my_thread_pool_get_idle_timeout (self));
    break;
  case PROP_MAX_QUEUED:
    g_value_set_uint (value, my_thread_pool_get_max_queued (self));
    break;
  case PROP_N_QUEUED:
    g_value_set_uint64 (value, my_thread_pool_get_n_queued (self));
    break;
  case PROP_N_ACTIVE:
    g_value_set_uint64 (value, my_thread_pool_get_n_active (self));
    break;
  case PROP_N_COMPLETED:
    g_value_set_uint64 (value, my_thread_pool_get_n_completed (self));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
my_thread_pool_set_property (GObject      *object,
                             guint         prop_id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  MyThreadPool *self = MY_THREAD_POOL (object);

  switch (prop_id) {
  case PROP_NAME:
    g_return_if_fail (g_value_get_string (value) == NULL || g_utf8_validate (g_value_get_string (value), -1, NULL));
    self->name = g_value_dup_string (value);
    break;
  case PROP_MAIN_CONTEXT:
    if (g_value_get_boxed (value) != NULL) {
      self->inbox = my_inbox_ref (my_inbox_get (g_value_get_boxed (value)));
    }
    break;
  case PROP_MAX_THREADS:
    if (self->core == NULL) {
      self->max_threads = g_value_get_uint (value);
    } else {
      my_thread_pool_set_max_threads (self, g_value_get_uint (value));
    }
    break;
  case PROP_IDLE_TIMEOUT:
    my_thread_pool_set_idle_timeout (self, g_value_get_int64 (value));
    break;
  case PROP_MAX_QUEUED:
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
  self->max_threads = or_n_processors (in_making.max_threads != 0 ? in_making.max_threads : self->max_threads);
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
  props[PROP_NAME] = g_param_spec_string (
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
  props[PROP_MAIN_CONTEXT] = g_param_spec_boxed (
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
  props[PROP_MAX_THREADS] = g_param_spec_uint (
    "max-threads", NULL, NULL, 0, G_MAXINT, 0,
    G_PARAM_READWRITE | G_PARAM_CONSTRUCT | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MyThreadPool:idle-timeout: (getter get_idle_timeout) (setter set_idle_timeout)
   *
   * How long an OS thread that has nothing to do is kept, in microseconds; 0: it ends at once; negative: for ever.
   *
   * Since: 1.0
   */
  props[PROP_IDLE_TIMEOUT] = g_param_spec_int64 (
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
  props[PROP_MAX_QUEUED] = g_param_spec_uint (
    "max-queued", NULL, NULL, 0, G_MAXUINT, 0,
    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MyThreadPool:n-queued: (getter get_n_queued)
   *
   * How many tasks (functions and threads) have not begun. Always up to date, and never notified.
   *
   * Since: 1.0
   */
  props[PROP_N_QUEUED] = g_param_spec_uint64 (
    "n-queued", NULL, NULL, 0, G_MAXUINT64, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * MyThreadPool:n-active: (getter get_n_active)
   *
   * How many tasks have begun, and not ended. Always up to date, and never notified.
   *
   * Since: 1.0
   */
  props[PROP_N_ACTIVE] = g_param_spec_uint64 (
    "n-active", NULL, NULL, 0, G_MAXUINT64, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * MyThreadPool:n-completed: (getter get_n_completed)
   *
   * How many tasks have been run, so far. Those that were dropped or cancelled before they began do not count. Always up to
   * date, and never notified.
   *
   * Since: 1.0
   */
  props[PROP_N_COMPLETED] = g_param_spec_uint64 (
    "n-completed", NULL, NULL, 0, G_MAXUINT64, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, props);

  notify_signal = g_signal_lookup ("notify", G_TYPE_OBJECT);
}

static void
my_thread_pool_init (MyThreadPool *self)
{
  self->changes.klass = &changes_class;
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
                    guint       max_threads)
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
  my_os_thread_legacy_read_main (&self->core->legacy);
  if (!atomic_compare_exchange_strong_explicit (&default_pool, &expected, self, memory_order_acq_rel, memory_order_acquire)) {
    g_object_unref (self);
    return expected;
  }
  return self;
}

/**
 * my_thread_pool_push:
 * @self: a pool
 * @func: (scope async) (closure user_data): the task
 * @user_data: data for @func
 * @error: return location for an error
 *
 * Calls a function on one of the pool's OS threads.
 *
 * That is [method@ThreadPool.push_full] with nothing to destroy.
 *
 * Any thread may call it. It blocks while [property@ThreadPool:max-queued] tasks are queued.
 *
 * Returns: whether it was taken
 *
 * Since: 1.0
 */
gboolean
my_thread_pool_push (MyThreadPool *self,
                     MyTaskFunc    func,
                     gpointer      user_data,
                     GError      **error)
{
  return my_thread_pool_push_full (self, func, user_data, NULL, error);
}

/**
 * my_thread_pool_push_full:
 * @self: a pool
 * @func: (scope notified) (closure user_data) (destroy destroy): the task
 * @user_data: data for @func
 * @destroy: (nullable): called with @user_data when @func has returned, on the same OS thread; or, if a shutdown drops
 *   the task, in [method@ThreadPool.shutdown]
 * @error: return location for an error
 *
 * Calls a function on one of the pool's OS threads.
 *
 * Tasks begin in the order in which they were pushed. The function is no [class@Thread]: in it,
 * [func@Thread.get_current] returns an object that belongs to this call alone, and ends with it. If
 * the function blocks outside of this library's waits, it should call
 * [func@ThreadPool.begin_blocking] before.
 *
 * Any thread may call it. It blocks while [property@ThreadPool:max-queued] tasks are queued, if that is set, and the caller is
 * no task of the pool.
 *
 * The error is `MY_THREAD_ERROR_SHUT_DOWN` after a shutdown; `MY_THREAD_ERROR_NO_RESOURCES` if the pool has no OS thread, and the
 * system refuses the first one; `G_IO_ERROR_CANCELLED` if the calling thread is cancelled while it
 * waits for space in the queue. Then the task was not taken, and @destroy is not called.
 *
 * Returns: whether it was taken
 *
 * Since: 1.0
 */
gboolean
my_thread_pool_push_full (MyThreadPool  *self,
                          MyTaskFunc     func,
                          gpointer       user_data,
                          GDestroyNotify destroy,
                          GError       **error)
{
  const MyTask task = { func, user_data, destroy };

  g_return_val_if_fail (MY_IS_THREAD_POOL (self), FALSE);
  g_return_val_if_fail (func != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return my_pool_push (self->core, &task, error);
}

/* the end */

static gboolean
is_shutdown_mode (MyShutdownMode mode)
{
  return mode == MY_SHUTDOWN_DRAIN || mode == MY_SHUTDOWN_CANCEL;
}

/**
 * my_thread_pool_shutdown:
 * @self: a pool
 * @mode: what becomes of the work that it still has
 * @error: return location for an error
 *
 * Makes the pool accept nothing more, and waits until its OS threads have left it.
 *
 * That is [method@ThreadPool.shutdown_timeout] without a limit.
 *
 * Returns: whether the pool has ended
 *
 * Since: 1.0
 */
gboolean
my_thread_pool_shutdown (MyThreadPool  *self,
                         MyShutdownMode mode,
                         GError       **error)
{
  g_return_val_if_fail (MY_IS_THREAD_POOL (self), FALSE);
  g_return_val_if_fail (is_shutdown_mode (mode), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return my_pool_shut_down (self->core, mode, -1, error);
}

/**
 * my_thread_pool_shutdown_timeout:
 * @self: a pool
 * @mode: what becomes of the work that it still has
 * @timeout_us: how long to wait at most, in microseconds; 0: just look; negative: for ever
 * @error: return location for an error
 *
 * Makes the pool accept nothing more, and waits, for some time, until its OS threads have left it.
 * They may end later, or be used again.
 *
 * With `MY_SHUTDOWN_DRAIN` all that is queued is run, also the threads that wait for their turn in
 * a group. With `MY_SHUTDOWN_CANCEL` functions that have not begun are dropped (the functions that
 * destroy their data are called here), threads that have not begun end as cancelled, and threads
 * that run are cancelled. Functions that run can not be stopped, and are waited for. It may be
 * called again, also with the other mode, and by several threads at once.
 *
 * Any thread may call it, except those of the pool. It blocks. [method@ThreadPool.shutdown_async]
 * does not.
 *
 * The error is `MY_THREAD_ERROR_DEADLOCK` if the caller is a task of the pool: then nothing is
 * done. It is also `MY_THREAD_ERROR_DEADLOCK` if the call has no limit, and a thread of the pool
 * waits without a limit for the caller; `MY_THREAD_ERROR_TIMED_OUT`; `G_IO_ERROR_CANCELLED` if the
 * calling thread is cancelled while it waits; `MY_THREAD_ERROR_NO_RESOURCES` if the system refuses
 * an OS thread to run what is queued. After the last four the shutdown goes on: the pool accepts
 * nothing more, and it may be called again to wait.
 *
 * Returns: whether the pool has ended
 *
 * Since: 1.0
 */
gboolean
my_thread_pool_shutdown_timeout (MyThreadPool  *self,
                                 MyShutdownMode mode,
                                 gint64         timeout_us,
                                 GError       **error)
{
  g_return_val_if_fail (MY_IS_THREAD_POOL (self), FALSE);
  g_return_val_if_fail (is_shutdown_mode (mode), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return my_pool_shut_down (self->core, mode, timeout_us, error);
}

static MyJoinAsyncState
look_for_end (MyJoinAsync *join,
              gpointer     object,
              GError     **error)
{
  return my_pool_look_for_end (MY_THREAD_POOL (object)->core, join, error);
}

/**
 * my_thread_pool_shutdown_async:
 * @self: a pool
 * @mode: what becomes of the work that it still has
 * @cancellable: (nullable): to stop waiting; the shutdown goes on
 * @callback: (scope async): called in the caller's thread-default main context when all is over
 * @user_data: data for @callback
 *
 * Makes the pool accept nothing more, and waits until its OS threads have left it, without blocking.
 *
 * What becomes of the work is as in [method@ThreadPool.shutdown_timeout]. The shutdown begins before this returns, also where @cancellable was
 * cancelled before. @callback comes after [signal@Thread::finished] of the pool's threads that belong to the same context. The pool
 * is kept until then.
 *
 * Any thread that runs a main loop may call it, any number of times, several at once too. A task of the pool may call it as well, since it does not wait; the task is one of
 * those that have to end first, so it must not iterate the main context until then. It does not block. If the last user of that main
 * context drops it before, @callback is never called, and the shutdown goes on. In a child of `fork()` nothing comes of what was called before.
 *
 * Since: 1.0
 */
void
my_thread_pool_shutdown_async (MyThreadPool       *self,
                               MyShutdownMode      mode,
                               GCancellable       *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer            user_data)
{
  MyJoinAsync *join;

  g_return_if_fail (MY_IS_THREAD_POOL (self));
  g_return_if_fail (is_shutdown_mode (mode));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  join = my_join_async_new_for_many (self, my_thread_pool_shutdown_async, look_for_end, cancellable, callback, user_data);
  my_pool_begin_shutdown (self->core, mode);

  my_state_lock ();
  my_join_async_post (join, FALSE);
  my_state_unlock ();
}

/**
 * my_thread_pool_shutdown_finish:
 * @self: a pool
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends what [method@ThreadPool.shutdown_async] began.
 *
 * The error is `G_IO_ERROR_CANCELLED` if the cancellable was cancelled, or `MY_THREAD_ERROR_NO_RESOURCES` if the system refuses an OS
 * thread to run what is queued. The shutdown goes on after both, and may be waited for again.
 *
 * Returns: whether the pool has ended
 *
 * Since: 1.0
 */
gboolean
my_thread_pool_shutdown_finish (MyThreadPool *self,
                                GAsyncResult *result,
                                GError      **error)
{
  g_return_val_if_fail (MY_IS_THREAD_POOL (self), FALSE);
  g_return_val_if_fail (my_async_result_is_valid (result, self, my_thread_pool_shutdown_async), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return my_async_result_propagate (result, error);
}

/**
 * my_thread_pool_begin_blocking:
 *
 * Says that the calling task is about to block outside of this library's waits, for example on a
 * socket or on a lock of another library. Another task may run meanwhile.
 *
 * Each call needs a call of [func@ThreadPool.end_blocking]; they may be nested. Waits of this
 * library need neither. Outside of a pool's task it does nothing.
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_thread_pool_begin_blocking (void)
{
  MyWorker *worker = my_worker_get_current ();

  if (worker != NULL) {
    worker->n_blocking++;
    my_host_block ();
  }
}

/**
 * my_thread_pool_end_blocking:
 *
 * Says that the calling task goes on after [func@ThreadPool.begin_blocking].
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_thread_pool_end_blocking (void)
{
  MyWorker *worker = my_worker_get_current ();

  if (worker == NULL) {
    return;
  }
  g_return_if_fail (worker->n_blocking > 0);

  worker->n_blocking--;
  my_host_unblock ();
}

/**
 * my_thread_pool_get_name: (get-property name)
 * @self: a pool
 *
 * Gets the pool's name.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: the name
 *
 * Since: 1.0
 */
const char *
my_thread_pool_get_name (MyThreadPool *self)
{
  g_return_val_if_fail (MY_IS_THREAD_POOL (self), NULL);

  return self->name;
}

/**
 * my_thread_pool_get_main_context: (get-property main-context)
 * @self: a pool
 *
 * Gets the owner context of the pool.
 *
 * Any thread may call it. It does not block. The pool has no reference to the context, so it is for those that know that it is still
 * used, as its owner thread does.
 *
 * Returns: (transfer none) (nullable): the context; %NULL if its last user has dropped it
 *
 * Since: 1.0
 */
GMainContext *
my_thread_pool_get_main_context (MyThreadPool *self)
{
  g_return_val_if_fail (MY_IS_THREAD_POOL (self), NULL);

  return my_inbox_get_context (self->inbox);
}

/**
 * my_thread_pool_get_max_threads: (get-property max-threads)
 * @self: a pool
 *
 * Gets how many tasks run at once, at most.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: the number; never 0
 *
 * Since: 1.0
 */
guint
my_thread_pool_get_max_threads (MyThreadPool *self)
{
  g_return_val_if_fail (MY_IS_THREAD_POOL (self), 1);

  return atomic_load_explicit (&self->core->max_threads, memory_order_relaxed);
}

/**
 * my_thread_pool_set_max_threads: (set-property max-threads)
 * @self: a pool
 * @max_threads: a number; 0: as many as there are processors that the process may use
 *
 * Sets how many tasks run at once, at most. With a lower number the tasks that run are not disturbed.
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_thread_pool_set_max_threads (MyThreadPool *self,
                                guint         max_threads)
{
  g_return_if_fail (MY_IS_THREAD_POOL (self));
  g_return_if_fail (max_threads <= G_MAXINT);

  max_threads = or_n_processors (max_threads);
  if (my_thread_pool_get_max_threads (self) != max_threads) {
    my_pool_set_max_threads (self->core, max_threads);
    tell_of_change (self, PROP_MAX_THREADS);
  }
}

/**
 * my_thread_pool_get_idle_timeout: (get-property idle-timeout)
 * @self: a pool
 *
 * Gets how long an OS thread that has nothing to do is kept.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: the time in microseconds; negative: for ever
 *
 * Since: 1.0
 */
gint64
my_thread_pool_get_idle_timeout (MyThreadPool *self)
{
  gint64 idle_timeout;

  g_return_val_if_fail (MY_IS_THREAD_POOL (self), 0);

  my_state_lock ();
  idle_timeout = self->core->idle_timeout;
  my_state_unlock ();

  return idle_timeout;
}

/**
 * my_thread_pool_set_idle_timeout: (set-property idle-timeout)
 * @self: a pool
 * @idle_timeout: a time in microseconds; 0: it ends at once; negative: for ever
 *
 * Sets how long an OS thread that has nothing to do is kept. This also applies to OS threads that
 * are idle already.
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_thread_pool_set_idle_timeout (MyThreadPool *self,
                                 gint64        idle_timeout)
{
  g_return_if_fail (MY_IS_THREAD_POOL (self));

  idle_timeout = MAX (idle_timeout, -1);
  if (my_pool_set_idle_timeout (self->core, idle_timeout)) {
    tell_of_change (self, PROP_IDLE_TIMEOUT);
  }
}

/**
 * my_thread_pool_get_max_queued: (get-property max-queued)
 * @self: a pool
 *
 * Gets how many tasks may be queued before pushing waits.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: the number; 0: there is no limit
 *
 * Since: 1.0
 */
guint
my_thread_pool_get_max_queued (MyThreadPool *self)
{
  g_return_val_if_fail (MY_IS_THREAD_POOL (self), 0);

  return atomic_load_explicit (&self->core->max_queued, memory_order_relaxed);
}

/**
 * my_thread_pool_set_max_queued: (set-property max-queued)
 * @self: a pool
 * @max_queued: a number; 0: there is no limit
 *
 * Sets how many tasks may be queued before pushing waits.
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_thread_pool_set_max_queued (MyThreadPool *self,
                               guint         max_queued)
{
  g_return_if_fail (MY_IS_THREAD_POOL (self));

  if (my_thread_pool_get_max_queued (self) != max_queued) {
    my_pool_set_max_queued (self->core, max_queued);
    tell_of_change (self, PROP_MAX_QUEUED);
  }
}

/**
 * my_thread_pool_get_n_queued: (get-property n-queued)
 * @self: a pool
 *
 * Counts the tasks that have not begun.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint64
my_thread_pool_get_n_queued (MyThreadPool *self)
{
  g_return_val_if_fail (MY_IS_THREAD_POOL (self), 0);

  return my_pool_count (self->core).n_queued;
}

/**
 * my_thread_pool_get_n_active: (get-property n-active)
 * @self: a pool
 *
 * Counts the tasks that have begun, and not ended.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint64
my_thread_pool_get_n_active (MyThreadPool *self)
{
  g_return_val_if_fail (MY_IS_THREAD_POOL (self), 0);

  return my_pool_count (self->core).n_active;
}

/**
 * my_thread_pool_get_n_completed: (get-property n-completed)
 * @self: a pool
 *
 * Counts the tasks that have been run, so far.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint64
my_thread_pool_get_n_completed (MyThreadPool *self)
{
  g_return_val_if_fail (MY_IS_THREAD_POOL (self), 0);

  return my_pool_count (self->core).n_completed;
}
