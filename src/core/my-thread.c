/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-executor.h>
#include <mythread/my-thread-group.h>
#include <mythread/my-thread.h>

#include "core/my-delivery-private.h"
#include "core/my-notify-private.h"
#include "core/my-param-spec-private.h"
#include "core/my-thread-group-private.h"
#include "core/my-thread-private.h"
#include "core/my-wrapper-private.h"

/**
 * MyThread:
 *
 * A thread that is an object.
 *
 * Subclass it and override `run()`, or give [ctor@Thread.new] a function. Then
 * [method@Thread.start] it, and [method@Thread.join] it, or connect to
 * [signal@Thread::finished].
 *
 * `run()` is called on another OS thread. Everything else that the outside sees
 * of a thread happens in its *owner context*, the thread-default main context
 * of the thread that made it: the signals, `notify` for every property, and
 * finalisation, unless a language binding has the last reference and nobody listens. So handlers may touch widgets, and a property may be bound to one
 * with [method@GObject.Object.bind_property]. Getters can be called from any thread, and are always current.
 *
 * A thread fails by the [struct@GLib.Error] that `run()` sets. An error that the program never
 * looks at is logged when the thread is finalised; or at exit, unless the thread is a daemon.
 *
 * In a child after `fork()` only the thread that forked lives. What can be done there, and what cannot, is in
 * [Fork, exit and daemons](process.html#fork).
 *
 * Since: 1.0
 */

G_DEFINE_TYPE_WITH_PRIVATE (MyThread, my_thread, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_NAME,
  PROP_GROUP,
  PROP_ARGS,
  PROP_KWARGS,
  PROP_MAIN_CONTEXT,
  PROP_EXECUTOR,
  PROP_DAEMON,
  PROP_STACK_SIZE,
  PROP_PRIORITY,
  PROP_FRESH_OS_THREAD,
  PROP_STATE,
  PROP_ALIVE,
  PROP_PROGRESS,
  PROP_STATUS,
  PROP_MAX_PENDING,
  PROP_RESULTS,
  PROP_CANCELLED,
  PROP_ERROR,
  PROP_IDENT,
  PROP_NATIVE_ID,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];
static const GValue *construct_defaults[PROP_MAIN_CONTEXT + 1]; /* the very values that g_object_new() sets where none was given */

/* The property that each MyChange tells of, by its bit's number; 0: it tells of none. */
static const guint8 prop_of_change[MY_N_CHANGES] = {
  0,
  PROP_NAME,
  PROP_EXECUTOR,
  PROP_DAEMON,
  PROP_STACK_SIZE,
  PROP_PRIORITY,
  PROP_FRESH_OS_THREAD,
  PROP_IDENT,
  PROP_NATIVE_ID,
  PROP_PROGRESS,
  PROP_STATUS,
  PROP_MAX_PENDING,
  0, /* a subclass's own */
  0, /* results */
  0, /* what else was said */
  PROP_CANCELLED,
  PROP_ERROR,
  PROP_STATE,
  PROP_ALIVE,
};

/* properties */

static void
my_thread_get_property (GObject *object,
                        guint prop_id,
                        GValue *value,
                        GParamSpec *pspec)
{
  MyThread *self = MY_THREAD (object);

  switch (prop_id) {
  case PROP_NAME:
    g_value_take_string (value, my_thread_dup_name (self));
    break;
  case PROP_GROUP:
    g_value_set_object (value, my_thread_get_group (self));
    break;
  case PROP_ARGS:
    g_value_set_variant (value, my_thread_get_args (self));
    break;
  case PROP_KWARGS:
    g_value_set_variant (value, my_thread_get_kwargs (self));
    break;
  case PROP_MAIN_CONTEXT:
    g_value_set_boxed (value, my_thread_get_main_context (self));
    break;
  case PROP_EXECUTOR:
    g_value_take_object (value, my_thread_dup_executor (self));
    break;
  case PROP_DAEMON:
    g_value_set_boolean (value, my_thread_get_daemon (self));
    break;
  case PROP_STACK_SIZE:
    g_value_set_uint64 (value, my_thread_get_stack_size (self));
    break;
  case PROP_PRIORITY:
    g_value_set_int (value, my_thread_get_priority (self));
    break;
  case PROP_FRESH_OS_THREAD:
    g_value_set_boolean (value, my_thread_get_fresh_os_thread (self));
    break;
  case PROP_STATE:
    g_value_set_enum (value, my_thread_get_state (self));
    break;
  case PROP_ALIVE:
    g_value_set_boolean (value, my_thread_is_alive (self));
    break;
  case PROP_PROGRESS:
    g_value_set_double (value, my_thread_get_progress (self));
    break;
  case PROP_STATUS:
    g_value_take_string (value, my_thread_dup_status (self));
    break;
  case PROP_MAX_PENDING:
    g_value_set_uint (value, my_thread_get_max_pending (self));
    break;
  case PROP_RESULTS:
    g_value_set_object (value, my_sequence_get_results (self));
    break;
  case PROP_CANCELLED:
    g_value_set_boolean (value, my_thread_is_cancelled (self));
    break;
  case PROP_ERROR:
    g_value_take_boxed (value, my_thread_dup_error (self));
    break;
  case PROP_IDENT:
    g_value_set_uint64 (value, my_thread_get_ident (self));
    break;
  case PROP_NATIVE_ID:
    g_value_set_int (value, my_thread_get_native_id (self));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
my_thread_set_property (GObject *object,
                        guint prop_id,
                        const GValue *value,
                        GParamSpec *pspec)
{
  MyThread *self = (MyThread *) object;
  MyThreadPrivate *priv = my_thread_get_private (self);

  if (priv->kind == MY_KIND_IN_MAKING) {
    /* A new object has all the defaults already. */
    if (prop_id <= PROP_MAIN_CONTEXT && value == construct_defaults[prop_id]) {
      return;
    }
  } else if (prop_id > PROP_NAME && prop_id <= PROP_MAIN_CONTEXT) {
    if (g_value_peek_pointer (value) != NULL) {
      g_critical ("%s: %s has started the thread before it was made, and \"%s\" can not be set any more",
                  G_STRFUNC, G_OBJECT_TYPE_NAME (self), pspec->name);
    }
    return;
  }

  switch (prop_id) {
  case PROP_NAME:
    my_thread_set_name (self, g_value_get_string (value));
    break;
  case PROP_GROUP:
    if (g_value_get_object (value) != NULL) {
      priv->group = g_value_get_object (value); /* in place of the default group, which needs no letting go */
      my_group_hold (priv->group);
    }
    break;
  case PROP_ARGS:
    priv->args = g_value_dup_variant (value);
    break;
  case PROP_KWARGS:
    priv->kwargs = g_value_dup_variant (value);
    break;
  case PROP_MAIN_CONTEXT:
    if (g_value_get_boxed (value) != NULL) {
      MyInbox *unused = priv->inbox;

      priv->inbox = my_inbox_ref (my_inbox_get (g_value_get_boxed (value)));
      my_inbox_unref (unused);
    }
    break;
  case PROP_EXECUTOR:
    my_thread_set_executor (self, g_value_get_object (value));
    break;
  case PROP_DAEMON:
    my_thread_set_daemon (self, g_value_get_boolean (value));
    break;
  case PROP_STACK_SIZE:
    my_thread_set_stack_size (self, g_value_get_uint64 (value));
    break;
  case PROP_PRIORITY:
    my_thread_set_priority (self, g_value_get_int (value));
    break;
  case PROP_FRESH_OS_THREAD:
    my_thread_set_fresh_os_thread (self, g_value_get_boolean (value));
    break;
  case PROP_MAX_PENDING:
    my_thread_set_max_pending (self, g_value_get_uint (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
my_thread_constructed (GObject *object)
{
  G_OBJECT_CLASS (my_thread_parent_class)->constructed (object);

  if (my_thread_get_private ((MyThread *) object)->kind == MY_KIND_IN_MAKING) {
    my_thread_settle ((MyThread *) object);
  }
}

static void
my_thread_dispose (GObject *object)
{
  if (!my_object_keep_if_lost (object)) {
    my_delivery_leave_quiet ((MyThread *) object);
    G_OBJECT_CLASS (my_thread_parent_class)->dispose (object);
  }
}

static void
my_thread_finalize (GObject *object)
{
  MyThread *self = (MyThread *) object;
  MyThreadPrivate *priv = my_thread_get_private (self);

  my_delivery_leave_quiet (self); /* of a subclass whose dispose() does not chain up */
  my_failure_warn_if_unseen (self);

  if (priv->func_destroy != NULL) {
    priv->func_destroy (priv->func_data);
  }
  if (priv->result != NULL) {
    g_value_unset (priv->result);
    g_free (priv->result);
  }
  g_clear_pointer (&priv->failure, my_failure_unref);
  my_sequence_free (atomic_load_explicit (&priv->sequence, memory_order_relaxed));
  g_clear_object (&priv->cancellable);
  g_clear_object (&priv->executor);
  g_clear_pointer (&priv->args, g_variant_unref);
  g_clear_pointer (&priv->kwargs, g_variant_unref);
  g_free (priv->name);
  g_free (priv->status);
  my_group_let_go (priv->group);
  my_inbox_unref (priv->inbox);

  G_OBJECT_CLASS (my_thread_parent_class)->finalize (object);
}

static void
prepare_for_children (void)
{
  g_type_class_ref (MY_TYPE_THREAD_GROUP);
  g_type_class_ref (MY_TYPE_THREAD_ERROR);
  my_thread_error_quark ();
}

static void __attribute__ ((constructor))
watch_preparation (void)
{
  my_signals_watch_preparation (prepare_for_children);
}

static void
my_thread_class_init (MyThreadClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  my_thread_private_offset = MyThread_private_offset;
  my_current_waiter_offset = MyThread_private_offset + (gint) G_STRUCT_OFFSET (MyThreadPrivate, waiter);

  object_class->get_property = my_thread_get_property;
  object_class->set_property = my_thread_set_property;
  object_class->constructed = my_thread_constructed;
  object_class->dispose = my_thread_dispose;
  object_class->finalize = my_thread_finalize;

  klass->run = my_thread_default_run;
  klass->started = my_thread_default_started;
  klass->finished = my_thread_default_finished;

  /**
   * MyThread:name: (getter dup_name) (setter set_name)
   *
   * The name of the thread.
   *
   * By default, and after setting %NULL, it is `Thread-` and a number. The operating system
   * shows its first 15 bytes, cut between characters. Always writable, by any thread.
   *
   * Since: 1.0
   */
  props[PROP_NAME] = g_param_spec_string (
    "name", NULL, NULL, NULL,
    G_PARAM_READWRITE | G_PARAM_CONSTRUCT | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MyThread:group: (getter get_group)
   *
   * The group of the thread; without one, the default group.
   *
   * Since: 1.0
   */
  props[PROP_GROUP] = my_param_spec_object (
    "group", MY_TYPE_THREAD_GROUP,
    G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MyThread:args: (getter get_args)
   *
   * The positional arguments: a tuple, or %NULL.
   *
   * Since: 1.0
   */
  props[PROP_ARGS] = g_param_spec_variant (
    "args", NULL, NULL, G_VARIANT_TYPE_TUPLE, NULL,
    G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MyThread:kwargs: (getter get_kwargs)
   *
   * The arguments by name: an `a{sv}`, or %NULL.
   *
   * Since: 1.0
   */
  props[PROP_KWARGS] = g_param_spec_variant (
    "kwargs", NULL, NULL, G_VARIANT_TYPE_VARDICT, NULL,
    G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MyThread:main-context: (getter get_main_context)
   *
   * The owner context, in which the signals and notifications are emitted and the library's own references are dropped.
   *
   * By default, and for %NULL, it is the thread-default main context at construction. The thread
   * holds no reference to the context. When the last user of the context drops it, nothing is
   * delivered any more, what is pending is dropped, the library drops its own references on any
   * thread, and this property is %NULL.
   *
   * Since: 1.0
   */
  props[PROP_MAIN_CONTEXT] = g_param_spec_boxed (
    "main-context", NULL, NULL, G_TYPE_MAIN_CONTEXT,
    G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MyThread:executor: (getter dup_executor) (setter set_executor)
   *
   * What decides where `run()` runs; %NULL: an OS thread of its own, which is new, or has waited
   * for work (see [property@Thread:fresh-os-thread]).
   *
   * Writable until the thread is started.
   *
   * Since: 1.0
   */
  props[PROP_EXECUTOR] = g_param_spec_object (
    "executor", NULL, NULL, MY_TYPE_EXECUTOR,
    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MyThread:daemon: (getter get_daemon) (setter set_daemon)
   *
   * Whether the program may exit while the thread is alive.
   *
   * If not, which is the default, `exit()` and the return from `main()` wait for the thread. Writable until the thread is started.
   *
   * Since: 1.0
   */
  props[PROP_DAEMON] = g_param_spec_boolean (
    "daemon", NULL, NULL, FALSE,
    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MyThread:stack-size: (getter get_stack_size) (setter set_stack_size)
   *
   * The size of the stack in bytes; 0: the system's default.
   *
   * It is rounded up to what the system needs. It has no effect if an executor runs the thread.
   * Writable until the thread is started.
   *
   * Since: 1.0
   */
  props[PROP_STACK_SIZE] = g_param_spec_uint64 (
    "stack-size", NULL, NULL, 0, G_MAXUINT64, 0,
    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MyThread:priority: (getter get_priority) (setter set_priority)
   *
   * The nice value of the OS thread: from -20, the most favoured, to 19.
   *
   * With 0 the thread has the nice value of the thread that starts it. If the system refuses the
   * value (to favour a thread needs a privilege), the thread also runs with the starter's value,
   * and a message is logged at the debug level. It has no effect if an executor runs the thread.
   * Writable until the thread is started.
   *
   * Since: 1.0
   */
  props[PROP_PRIORITY] = g_param_spec_int (
    "priority", NULL, NULL, -20, 19, 0,
    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MyThread:fresh-os-thread: (getter get_fresh_os_thread) (setter set_fresh_os_thread)
   *
   * Whether the thread runs on an OS thread that is made for it, and ends with it.
   *
   * If not, which is the default, it may run on an OS thread that has run another thread before.
   * That OS thread is as if it were new, except for what is left in [struct@GLib.Private] and other
   * thread-local variables: their destructors are called when the OS thread ends. See [OS
   * threads](process.html#os-threads). A thread with a [property@Thread:stack-size] or a
   * [property@Thread:priority] always has a fresh one. It has no effect if an executor runs the
   * thread. Writable until the thread is started.
   *
   * Since: 1.0
   */
  props[PROP_FRESH_OS_THREAD] = g_param_spec_boolean (
    "fresh-os-thread", NULL, NULL, FALSE,
    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MyThread:state: (getter get_state)
   *
   * Where the thread is in its life.
   *
   * Since: 1.0
   */
  props[PROP_STATE] = g_param_spec_enum (
    "state", NULL, NULL, MY_TYPE_THREAD_STATE, MY_THREAD_STATE_NEW,
    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MyThread:alive: (getter is_alive)
   *
   * Whether the thread was started and has not ended.
   *
   * Since: 1.0
   */
  props[PROP_ALIVE] = g_param_spec_boolean (
    "alive", NULL, NULL, FALSE,
    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MyThread:progress: (getter get_progress)
   *
   * How much is done, from 0 to 1; -1: unknown.
   *
   * Notifications are coalesced: there are as many as the owner's loop has time for, and the last value is always notified.
   *
   * Since: 1.0
   */
  props[PROP_PROGRESS] = g_param_spec_double (
    "progress", NULL, NULL, -1.0, 1.0, 0.0,
    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MyThread:status: (getter dup_status)
   *
   * What the thread is doing, for a person.
   *
   * Notifications are coalesced, as for [property@Thread:progress].
   *
   * Since: 1.0
   */
  props[PROP_STATUS] = g_param_spec_string (
    "status", NULL, NULL, NULL,
    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MyThread:max-pending: (getter get_max_pending) (setter set_max_pending)
   *
   * How many emissions, results and posted functions may be pending before the next one waits for room; 0: any number.
   *
   * In the owner thread nothing waits. Elsewhere [method@Thread.emitv], [method@Thread.publish] and [method@Thread.post]
   * wait until the owner, or the reader of [method@Thread.next_result], has taken some. They go on beyond the limit if the
   * calling thread is cancelled, and as long as that reader waits for this thread and so takes nothing.
   *
   * Since: 1.0
   */
  props[PROP_MAX_PENDING] = g_param_spec_uint (
    "max-pending", NULL, NULL, 0, G_MAXUINT, 0,
    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MyThread:results: (getter get_results)
   *
   * What the thread has published so far. It grows in the owner context.
   *
   * Since: 1.0
   */
  props[PROP_RESULTS] = g_param_spec_object (
    "results", NULL, NULL, G_TYPE_LIST_MODEL,
    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * MyThread:cancelled: (getter is_cancelled)
   *
   * Whether the thread was asked to stop.
   *
   * Since: 1.0
   */
  props[PROP_CANCELLED] = g_param_spec_boolean (
    "cancelled", NULL, NULL, FALSE,
    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MyThread:error: (getter dup_error)
   *
   * The error the thread ended with.
   *
   * Since: 1.0
   */
  props[PROP_ERROR] = g_param_spec_boxed (
    "error", NULL, NULL, G_TYPE_ERROR,
    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MyThread:ident: (getter get_ident)
   *
   * The `pthread_self()` of the thread; 0 before it runs.
   *
   * Since: 1.0
   */
  props[PROP_IDENT] = g_param_spec_uint64 (
    "ident", NULL, NULL, 0, G_MAXUINT64, 0,
    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MyThread:native-id: (getter get_native_id)
   *
   * The kernel's number of the thread; 0 before it runs.
   *
   * Since: 1.0
   */
  props[PROP_NATIVE_ID] = g_param_spec_int (
    "native-id", NULL, NULL, 0, G_MAXINT, 0,
    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, N_PROPS, props);
  for (guint i = PROP_NAME; i <= PROP_MAIN_CONTEXT; i++) {
    construct_defaults[i] = g_param_spec_get_default_value (props[i]);
  }

  for (guint i = 1; i < MY_N_CHANGES; i++) {
    my_thread_pspecs[i] = props[prop_of_change[i]];
  }
  my_thread_class_init_signals ();
  my_wrapper_learn ();
  my_signals_prepare_for_children ();
}

/* It is whole from here on, though its properties are yet to be set: who is asked for it meanwhile finds the defaults. */
static void
my_thread_init (MyThread *self)
{
  MyThreadPrivate *priv = my_thread_get_private (self);
  GMainContext *context = my_thread_in_making.kind == MY_KIND_WORKER ? g_main_context_get_thread_default () : NULL;

  priv->kind = MY_KIND_IN_MAKING;
  priv->ident = (guint64) pthread_self ();
  priv->inbox = my_inbox_ref (context != NULL ? my_inbox_get (context) : my_inbox_get_default ());
  priv->group = my_thread_group_get_default ();
  my_delivery_init (self);
}
