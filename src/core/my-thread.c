/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-executor.h>
#include <mythread/my-thread-group.h>
#include <mythread/my-thread.h>
#include <pthread.h>
#include <string.h>

#include "core/my-delivery-private.h"
#include "core/my-notify-private.h"
#include "core/my-param-spec-private.h"
#include "core/my-thread-group-private.h"
#include "core/my-thread-private.h"
#include "sync/my-state-lock-private.h"

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
 * finalisation. So handlers may touch widgets, and a property may be bound to one
 * with [method@GObject.Object.bind_property]. Getters can be called from any thread, and are always current.
 *
 * A thread fails by the [struct@GLib.Error] that `run()` sets. An error that
 * nobody looked at is logged when the thread is finalised, or at exit, but for daemons.
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
  PROP_CANCELLED,
  PROP_ERROR,
  PROP_IDENT,
  PROP_NATIVE_ID,
  N_PROPS,
};

/* And the index in `handlers` of the class. */
enum {
  SIGNAL_STARTED,
  SIGNAL_FINISHED,
  N_SIGNALS,
};

static GParamSpec *props[N_PROPS];
static const GValue *construct_defaults[PROP_MAIN_CONTEXT + 1]; /* the very values that g_object_new() sets where none was given */
static guint signals[N_SIGNALS];
static guint notify_signal;
static GQuark error_detail; /* of notify_signal, for `error` */

/* The property that each MyChange tells of, by its bit's number; started is none. */
static const guint8 prop_of_change[] = {
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
  PROP_CANCELLED,
  PROP_ERROR,
  PROP_STATE,
  PROP_ALIVE,
};

gint my_thread_private_offset;

static atomic_uint last_number;         /* of the threads with a default name */
static atomic_uint last_foreign_number; /* a counter: no order needed */

/* A subclass has neither run() nor been given a function. Said once; by two of its threads that get here at the same moment,
 * perhaps by both. */
static void
complain_of_no_run (MyThread *self)
{
  static const char key[] = "my-thread-no-run";
  GQuark quark = g_quark_from_static_string (key);
  GType type = G_OBJECT_TYPE (self);

  if (g_type_get_qdata (type, quark) == NULL) {
    g_type_set_qdata (type, quark, (gpointer) key);
    g_warning ("Class %s has no run(), and its threads do nothing; override it in class_init()", g_type_name (type));
  }
}

static void
default_run (MyThread *self,
             GError  **error)
{
  MyThreadPrivate *priv = my_thread_get_private (self);

  if (priv->func != NULL) {
    priv->func (self, priv->func_data, error);
  } else if (G_OBJECT_TYPE (self) != MY_TYPE_THREAD && MY_THREAD_GET_CLASS (self)->run == default_run) {
    complain_of_no_run (self);
  }
}

/* For those who chain up. */
static void
default_started (MyThread *self)
{
}

static void
default_finished (MyThread *self)
{
}

/* What GObject shall call as the class handler of a signal: NULL in place of the default, since it is told so that there
 * is nothing to do, at once. Of a class it is the same at each call. */
static void
take_class_handler (gpointer *handler,
                    void      (*method) (MyThread *self),
                    void      (*default_method) (MyThread *self))
{
  gpointer used = method != default_method ? (gpointer) method : NULL;
  gpointer old = __atomic_load_n (handler, __ATOMIC_RELAXED);

  /* Other threads may do so, too; the one that is second changes nothing, so no thread reads it while it is written. */
  if (G_UNLIKELY (old != used)) {
    __atomic_compare_exchange_n (handler, &old, used, FALSE, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
  }
}

/* names */

static void
give_number (MyThreadPrivate *priv)
{
  if (priv->number == 0) {
    priv->number = 1 + atomic_fetch_add_explicit (&last_number, 1, memory_order_relaxed);
  }
}

/* With the state lock held. */
char *
my_thread_dup_name_locked (MyThread *self)
{
  MyThreadPrivate *priv = my_thread_get_private (self);

  if (priv->name != NULL) {
    return g_strdup (priv->name);
  }
  switch (priv->kind) {
  case MY_KIND_MAIN:
    return g_strdup ("MainThread");
  case MY_KIND_FOREIGN:
    return g_strdup_printf ("Foreign-%u", priv->number);
  case MY_KIND_IN_MAKING:
    give_number (priv);
    return g_strdup_printf ("Thread-%u", priv->number);
  case MY_KIND_WORKER:
  default:
    return g_strdup_printf ("Thread-%u", priv->number);
  }
}

/* How many bytes of @name are at most @max_bytes, and end with a character. */
gsize
my_thread_cut_name (const char *name,
                    gsize       max_bytes)
{
  gsize length = strnlen (name, max_bytes + 1);

  if (length > max_bytes) {
    length = max_bytes;
    while (length > 0 && ((guchar) name[length] & 0xc0) == 0x80) {
      length--;
    }
  }
  return length;
}

/* "Thread-" and the number. By hand: printf() takes as long as all else that start() does under the lock. */
static void
copy_default_os_name (guint number,
                      char  name[16])
{
  char digits[10];
  guint n = 0;
  guint length = strlen ("Thread-");

  do {
    digits[n++] = (char) ('0' + number % 10);
    number /= 10;
  } while (number > 0);

  memcpy (name, "Thread-", length);
  while (n > 0 && length < 15) {
    name[length++] = digits[--n];
  }
  name[length] = '\0';
}

/* What the system shows of a name: 15 bytes, and no half character. With the state lock held; no allocation, since it is
 * called on a new OS thread, where the first one would make a heap. */
void
my_thread_copy_os_name (MyThread *self,
                        char      name[16])
{
  MyThreadPrivate *priv = my_thread_get_private (self);
  gsize length;

  if (priv->name == NULL) {
    copy_default_os_name (priv->number, name);
    return;
  }

  length = my_thread_cut_name (priv->name, 15);
  memcpy (name, priv->name, length);
  name[length] = '\0';
}

/* what delivery asks for */

static void
emit (MyThread *self,
      guint     signal)
{
  void (*handler) (MyThread * self) = MY_THREAD_GET_CLASS (self)->handlers[signal];

  if (my_signals_work ()) {
    g_signal_emit (self, signals[signal], 0);
  } else if (handler != NULL) {
    handler (self);
  }
}

/* Emits `started`, or one `notify`. In the owner thread. */
void
my_thread_emit_changes (MyThread *self,
                        guint     change)
{
  if (change == MY_CHANGE_STARTED) {
    emit (self, SIGNAL_STARTED);
  } else {
    my_object_notify ((GObject *) self, props[prop_of_change[__builtin_ctz (change)]]);
  }
}

void
my_thread_emit_finished (MyThread *self)
{
  emit (self, SIGNAL_FINISHED);
}

gboolean
my_thread_has_notify_listeners (MyThread *self)
{
  return (G_OBJECT_GET_CLASS (self)->notify != NULL && my_signals_work ()) || my_object_has_handler ((GObject *) self, notify_signal);
}

/* Whether anything could see a signal or a notification of this thread. */
gboolean
my_thread_has_listeners (MyThread *self)
{
  MyThreadClass *klass = MY_THREAD_GET_CLASS (self);

  /* What most have comes first. */
  return klass->handlers[SIGNAL_FINISHED] != NULL || klass->handlers[SIGNAL_STARTED] != NULL || my_object_has_handler ((GObject *) self, signals[SIGNAL_FINISHED]) ||
         my_thread_has_notify_listeners (self) || my_object_has_handler ((GObject *) self, signals[SIGNAL_STARTED]);
}

/* Whether the end of this thread is seen by somebody who could look at its error. */
gboolean
my_thread_has_error_listeners (MyThread *self)
{
  MyThreadPrivate *priv = my_thread_get_private (self);

  if (my_thread_get_phase (self) != MY_PHASE_FAILED || my_failure_is_seen (priv->failure)) {
    return FALSE;
  }
  return MY_THREAD_GET_CLASS (self)->handlers[SIGNAL_FINISHED] != NULL || my_object_has_handler ((GObject *) self, signals[SIGNAL_FINISHED]) ||
         (my_signals_work () && (g_signal_has_handler_pending (self, notify_signal, error_detail, TRUE) ||
                                 g_signal_has_handler_pending (self, notify_signal, 0, TRUE)));
}

/* properties */

static void
my_thread_get_property (GObject    *object,
                        guint       prop_id,
                        GValue     *value,
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
my_thread_set_property (GObject      *object,
                        guint         prop_id,
                        const GValue *value,
                        GParamSpec   *pspec)
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
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

/* What the calling OS thread is making, where it is more than a property can say, or says it sooner. */
static __thread struct {
  MyKind kind;
  const char *name; /* the name of a worker, or NULL */
} in_making __attribute__ ((tls_model ("initial-exec")));

/* The thread is what it will be. Before, all that is asked of it is answered, but nothing is announced. */
static void
settle (MyThread *self)
{
  MyThreadPrivate *priv = my_thread_get_private (self);
  MyThreadClass *klass = MY_THREAD_GET_CLASS (self);

  take_class_handler (&klass->handlers[SIGNAL_STARTED], klass->started, default_started);
  take_class_handler (&klass->handlers[SIGNAL_FINISHED], klass->finished, default_finished);

  priv->ident = 0;
  priv->kind = in_making.kind;
  if (in_making.name != NULL) {
    priv->name = g_strdup (in_making.name);
  }
  /* For what is made in the rest of its making. */
  in_making.kind = MY_KIND_WORKER;
  in_making.name = NULL;

  switch (priv->kind) {
  case MY_KIND_FOREIGN:
    priv->number = 1 + atomic_fetch_add_explicit (&last_foreign_number, 1, memory_order_relaxed);
    atomic_store_explicit (&priv->phase, MY_PHASE_RUNNING, memory_order_relaxed);
    break;
  case MY_KIND_MAIN:
    atomic_store_explicit (&priv->phase, MY_PHASE_RUNNING, memory_order_relaxed);
    break;
  case MY_KIND_WORKER:
  case MY_KIND_IN_MAKING:
  default:
    if (priv->name == NULL) {
      give_number (priv);
    }
    break;
  }

  my_object_keep_if_lost ((GObject *) self);
}

/* Settles a thread that is started while it is made: in a constructor; or by a class that has not chained up. Only by who makes
 * it, who is not about to set its properties, too. */
gboolean
my_thread_settle_early (MyThread *self,
                        GError  **error)
{
  if (my_thread_get_private (self)->ident != (guint64) pthread_self ()) {
    g_critical ("my_thread_start: the thread is being made, or constructed() of its class %s has not chained up",
                G_OBJECT_TYPE_NAME (self));
    g_set_error (error, MY_THREAD_ERROR, MY_THREAD_ERROR_NOT_STARTED, "The thread is not constructed: constructed() of %s has not chained up",
                 G_OBJECT_TYPE_NAME (self));
    return FALSE;
  }
  settle (self);
  return TRUE;
}

static void
my_thread_constructed (GObject *object)
{
  G_OBJECT_CLASS (my_thread_parent_class)->constructed (object);

  if (my_thread_get_private ((MyThread *) object)->kind == MY_KIND_IN_MAKING) {
    settle ((MyThread *) object);
  }
}

static void
my_thread_dispose (GObject *object)
{
  if (!my_object_keep_if_lost (object)) {
    G_OBJECT_CLASS (my_thread_parent_class)->dispose (object);
  }
}

static void
my_thread_finalize (GObject *object)
{
  MyThread *self = (MyThread *) object;
  MyThreadPrivate *priv = my_thread_get_private (self);

  my_failure_warn_if_unseen (self);

  if (priv->func_destroy != NULL) {
    priv->func_destroy (priv->func_data);
  }
  if (priv->result != NULL) {
    g_value_unset (priv->result);
    g_free (priv->result);
  }
  g_clear_pointer (&priv->failure, my_failure_unref);
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
my_thread_class_init (MyThreadClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  my_thread_private_offset = MyThread_private_offset;

  object_class->get_property = my_thread_get_property;
  object_class->set_property = my_thread_set_property;
  object_class->constructed = my_thread_constructed;
  object_class->dispose = my_thread_dispose;
  object_class->finalize = my_thread_finalize;

  klass->run = default_run;
  klass->started = default_started;
  klass->finished = default_finished;

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
   * By default, and for %NULL, the thread-default main context at construction. The thread has no reference to it: when its last user
   * drops it, nothing is delivered any more, what is pending is dropped, the library's own references are dropped on any thread, and
   * this is %NULL.
   *
   * Since: 1.0
   */
  props[PROP_MAIN_CONTEXT] = g_param_spec_boxed (
    "main-context", NULL, NULL, G_TYPE_MAIN_CONTEXT,
    G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MyThread:executor: (getter dup_executor) (setter set_executor)
   *
   * What decides where `run()` runs; %NULL: an OS thread of its own, which is new, or waits for work (see
   * [property@Thread:fresh-os-thread]).
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
   * It is rounded up to what the system needs. It means nothing where an executor runs the thread. Writable until the thread is started.
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
   * With 0 the thread has that of the thread that starts it. Where the system
   * refuses the value (to favour a thread needs a privilege), the thread runs with
   * that too, and a message is logged at the debug level. It means nothing where an executor runs the thread.
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
   * If not, which is the default, it may run on one that has run another thread, and waits for work; it is as if it were
   * new, but for what is left in [struct@GLib.Private] and other thread-local variables: their destructors are called when the OS
   * thread ends. See [OS threads](process.html#os-threads). A thread with a [property@Thread:stack-size] or a
   * [property@Thread:priority] always has a fresh one. It means nothing where an executor runs the thread. Writable until
   * the thread is started.
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

  /**
   * MyThread::started:
   * @self: the thread
   *
   * The thread has begun to run.
   *
   * It is emitted once, in the owner context, and not at all if `run()` was never called.
   *
   * It comes at the context's next turn, or in a [method@Thread.join] by the owner, whatever the thread has done by then. So a
   * handler that the owner connects after [method@Thread.start], but before it goes back to the main loop or joins, is called: also if the
   * thread has long ended. On any other thread there is no telling what comes first: connect before the start.
   *
   * Since: 1.0
   */
  signals[SIGNAL_STARTED] = g_signal_new (
    "started", MY_TYPE_THREAD, G_SIGNAL_RUN_LAST, G_STRUCT_OFFSET (MyThreadClass, handlers[SIGNAL_STARTED]),
    NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * MyThread::finished:
   * @self: the thread
   *
   * The thread has ended.
   *
   * It is emitted once, in the owner context, after everything else.
   *
   * It comes at the context's next turn after the end, or in a [method@Thread.join] by the owner. So a handler that the owner connects after
   * [method@Thread.start], but before it goes back to the main loop or joins, is called, as with [signal@Thread::started]. One that is connected
   * when the signal has been emitted is not: the thread is no longer [property@Thread:alive] then, but that may be so
   * before the emission, too.
   *
   * Since: 1.0
   */
  signals[SIGNAL_FINISHED] = g_signal_new (
    "finished", MY_TYPE_THREAD, G_SIGNAL_RUN_LAST, G_STRUCT_OFFSET (MyThreadClass, handlers[SIGNAL_FINISHED]),
    NULL, NULL, NULL, G_TYPE_NONE, 0);

  notify_signal = g_signal_lookup ("notify", G_TYPE_OBJECT);
  error_detail = g_quark_from_static_string ("error");

  my_signals_prepare_for_children ();
}

/* It is whole from here on, though its properties are yet to be set: who is asked for it meanwhile finds the defaults. */
static void
my_thread_init (MyThread *self)
{
  MyThreadPrivate *priv = my_thread_get_private (self);
  GMainContext *context = in_making.kind == MY_KIND_WORKER ? g_main_context_get_thread_default () : NULL;

  priv->kind = MY_KIND_IN_MAKING;
  priv->ident = (guint64) pthread_self ();
  priv->inbox = my_inbox_ref (context != NULL ? my_inbox_get (context) : my_inbox_get_default ());
  priv->group = my_thread_group_get_default ();
  my_delivery_init (self);
}

/* The object of an OS thread which the library did not make. */
MyThread *
my_thread_new_of_kind (MyKind kind)
{
  in_making.kind = kind;
  return g_object_new (MY_TYPE_THREAD, NULL);
}

/* construction */

static MyThread *
new_of_func (const char    *name,
             GVariant      *args,
             GVariant      *kwargs,
             MyThreadFunc   func,
             gpointer       user_data,
             GDestroyNotify destroy)
{
  MyThread *self;
  MyThreadPrivate *priv;

  in_making.name = name;
  self = g_object_new (MY_TYPE_THREAD, NULL);

  priv = my_thread_get_private (self);
  priv->args = args != NULL ? g_variant_ref_sink (args) : NULL;
  priv->kwargs = kwargs != NULL ? g_variant_ref_sink (kwargs) : NULL;
  priv->func = func;
  priv->func_data = user_data;
  priv->func_destroy = destroy;

  return self;
}

/**
 * my_thread_new: (constructor)
 * @name: (nullable): the name; %NULL: the default name
 * @func: (scope notified) (closure user_data) (destroy destroy) (nullable): what the thread does; %NULL: nothing
 * @user_data: data for @func
 * @destroy: (nullable): called with @user_data when the thread is finalised
 *
 * Makes a thread that calls a function.
 *
 * Any thread may call it; its thread-default main context is the new thread's owner. It does not block.
 *
 * Returns: (transfer full): the thread, not started
 *
 * Since: 1.0
 */
MyThread *
my_thread_new (const char    *name,
               MyThreadFunc   func,
               gpointer       user_data,
               GDestroyNotify destroy)
{
  g_return_val_if_fail (name == NULL || g_utf8_validate (name, -1, NULL), NULL);

  return new_of_func (name, NULL, NULL, func, user_data, destroy);
}

/**
 * my_thread_new_with_args: (skip)
 * @name: (nullable): the name; %NULL: the default name
 * @func: (nullable): what the thread does; its `user_data` is %NULL
 * @args: (nullable): a tuple of arguments; a floating reference is taken
 * @kwargs: (nullable): an `a{sv}` of arguments; a floating reference is taken
 *
 * Makes a thread that calls a function, with arguments, which it gets with
 * [method@Thread.get_args] and [method@Thread.get_kwargs].
 *
 * Any thread may call it; its thread-default main context is the new thread's owner. It does not block.
 *
 * Returns: (transfer full): the thread, not started
 *
 * Since: 1.0
 */
MyThread *
my_thread_new_with_args (const char  *name,
                         MyThreadFunc func,
                         GVariant    *args,
                         GVariant    *kwargs)
{
  g_return_val_if_fail (name == NULL || g_utf8_validate (name, -1, NULL), NULL);
  g_return_val_if_fail (args == NULL || g_variant_is_of_type (args, G_VARIANT_TYPE_TUPLE), NULL);
  g_return_val_if_fail (kwargs == NULL || g_variant_is_of_type (kwargs, G_VARIANT_TYPE_VARDICT), NULL);

  return new_of_func (name, args, kwargs, func, NULL, NULL);
}

/**
 * my_thread_new_with_args_full: (constructor) (rename-to my_thread_new_with_args)
 * @name: (nullable): the name; %NULL: the default name
 * @args: (nullable): a tuple of arguments; a floating reference is taken
 * @kwargs: (nullable): an `a{sv}` of arguments; a floating reference is taken
 * @func: (scope notified) (closure user_data) (destroy destroy) (nullable): what the thread does; %NULL: nothing
 * @user_data: data for @func
 * @destroy: (nullable): called with @user_data when the thread is finalised
 *
 * Makes a thread that calls a function, with arguments and data. Unlike in `my_thread_new_with_args()`, @func comes after the arguments:
 * beside its data, and where bindings want it, last.
 *
 * Any thread may call it; its thread-default main context is the new thread's owner. It does not block.
 *
 * Returns: (transfer full): the thread, not started
 *
 * Since: 1.0
 */
MyThread *
my_thread_new_with_args_full (const char    *name,
                              GVariant      *args,
                              GVariant      *kwargs,
                              MyThreadFunc   func,
                              gpointer       user_data,
                              GDestroyNotify destroy)
{
  g_return_val_if_fail (name == NULL || g_utf8_validate (name, -1, NULL), NULL);
  g_return_val_if_fail (args == NULL || g_variant_is_of_type (args, G_VARIANT_TYPE_TUPLE), NULL);
  g_return_val_if_fail (kwargs == NULL || g_variant_is_of_type (kwargs, G_VARIANT_TYPE_VARDICT), NULL);

  return new_of_func (name, args, kwargs, func, user_data, destroy);
}

/**
 * my_thread_new_in_group: (constructor)
 * @group: (nullable): the group; %NULL: the default group
 * @name: (nullable): the name; %NULL: the default name
 * @func: (scope notified) (closure user_data) (destroy destroy) (nullable): what the thread does; %NULL: nothing
 * @user_data: data for @func
 * @destroy: (nullable): called with @user_data when the thread is finalised
 *
 * Makes a thread that calls a function, in a group. [method@ThreadGroup.run] also starts it.
 *
 * Any thread may call it; its thread-default main context is the new thread's owner. It does not block.
 *
 * Returns: (transfer full): the thread, not started
 *
 * Since: 1.0
 */
MyThread *
my_thread_new_in_group (MyThreadGroup *group,
                        const char    *name,
                        MyThreadFunc   func,
                        gpointer       user_data,
                        GDestroyNotify destroy)
{
  MyThread *self;
  MyThreadPrivate *priv;

  g_return_val_if_fail (group == NULL || MY_IS_THREAD_GROUP (group), NULL);
  g_return_val_if_fail (name == NULL || g_utf8_validate (name, -1, NULL), NULL);

  self = g_object_new (MY_TYPE_THREAD, "group", group, "name", name, NULL);

  priv = my_thread_get_private (self);
  priv->func = func;
  priv->func_data = user_data;
  priv->func_destroy = destroy;

  return self;
}

/* life; the rest of it is in my-thread-life.c and my-thread-join.c */

/**
 * my_thread_is_cancelled: (get-property cancelled)
 * @self: a thread
 *
 * Whether the thread was asked to stop.
 *
 * Any thread may call it. It does not block, and costs a load.
 *
 * Returns: whether it was
 *
 * Since: 1.0
 */
gboolean
my_thread_is_cancelled (MyThread *self)
{
  g_return_val_if_fail (MY_IS_THREAD (self), FALSE);

  return atomic_load_explicit (&my_thread_get_private (self)->waiter.cancelled, memory_order_acquire);
}

GError *
my_thread_new_cancelled_error (MyThread *self)
{
  g_autofree char *name = my_thread_dup_name (self);

  return g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED, "Thread \"%s\" was cancelled", name);
}

/**
 * my_thread_set_error_if_cancelled:
 * @self: a thread
 * @error: return location for an error
 *
 * Sets `G_IO_ERROR_CANCELLED` if the thread was asked to stop: the one line `run()` needs now and then.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: whether it was, and @error is set
 *
 * Since: 1.0
 */
gboolean
my_thread_set_error_if_cancelled (MyThread *self,
                                  GError  **error)
{
  g_return_val_if_fail (MY_IS_THREAD (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!my_thread_is_cancelled (self)) {
    return FALSE;
  }
  if (error != NULL) {
    *error = my_thread_new_cancelled_error (self);
  }
  return TRUE;
}

static void
cancellable_cancelled (GCancellable *cancellable,
                       GWeakRef     *thread)
{
  MyThread *self = g_weak_ref_get (thread);

  if (self != NULL) {
    my_thread_cancel (self);
    my_delivery_drop (self);
  }
}

static void
free_weak_ref (gpointer  data,
               GClosure *closure)
{
  g_weak_ref_clear (data);
  g_free (data);
}

/**
 * my_thread_get_cancellable:
 * @self: a thread
 *
 * Gets the cancellable for what `run()` calls of GIO.
 *
 * It is cancelled when the thread is; and whoever cancels it cancels the thread. It is made when it is first asked for.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer none): the cancellable
 *
 * Since: 1.0
 */
GCancellable *
my_thread_get_cancellable (MyThread *self)
{
  MyThreadPrivate *priv;
  GCancellable *cancellable;
  GCancellable *made;
  GWeakRef *weak_ref;

  g_return_val_if_fail (MY_IS_THREAD (self), NULL);

  priv = my_thread_get_private (self);

  my_state_lock ();
  cancellable = priv->cancellable;
  my_state_unlock ();

  if (cancellable != NULL) {
    return cancellable;
  }

  /* The cancellable may live longer than the thread. */
  made = g_cancellable_new ();
  if (my_signals_work ()) {
    weak_ref = g_new (GWeakRef, 1);
    g_weak_ref_init (weak_ref, self);
    g_signal_connect_data (made, "cancelled", G_CALLBACK (cancellable_cancelled), weak_ref, free_weak_ref, 0);
  }

  my_state_lock ();
  if (priv->cancellable == NULL) {
    priv->cancellable = made;
    made = NULL;
  }
  cancellable = priv->cancellable;
  my_state_unlock ();

  if (made != NULL) {
    my_object_unref (made);
  }

  /* cancel() sets the flag, then looks for a cancellable under the lock; here it is the other way round. */
  if (my_thread_is_cancelled (self) && my_signals_work ()) {
    my_cancellable_cancel (cancellable);
  }
  return cancellable;
}

/**
 * my_thread_is_alive: (get-property alive)
 * @self: a thread
 *
 * Whether the thread was started and has not ended: it is queued, or runs.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: whether it is alive
 *
 * Since: 1.0
 */
gboolean
my_thread_is_alive (MyThread *self)
{
  g_return_val_if_fail (MY_IS_THREAD (self), FALSE);

  return my_phase_is_alive (my_thread_get_phase (self));
}

/**
 * my_thread_get_state: (get-property state)
 * @self: a thread
 *
 * Gets where the thread is in its life.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: the state
 *
 * Since: 1.0
 */
MyThreadState
my_thread_get_state (MyThread *self)
{
  g_return_val_if_fail (MY_IS_THREAD (self), MY_THREAD_STATE_NEW);

  switch (my_thread_get_phase (self)) {
  case MY_PHASE_WAITING:
    return MY_THREAD_STATE_QUEUED;
  case MY_PHASE_HANDED:
    return my_thread_get_private (self)->executor != NULL ? MY_THREAD_STATE_QUEUED : MY_THREAD_STATE_RUNNING;
  case MY_PHASE_RUNNING:
    return MY_THREAD_STATE_RUNNING;
  case MY_PHASE_SUCCEEDED:
    return MY_THREAD_STATE_SUCCEEDED;
  case MY_PHASE_FAILED:
    return MY_THREAD_STATE_FAILED;
  case MY_PHASE_CANCELLED:
    return MY_THREAD_STATE_CANCELLED;
  case MY_PHASE_NEW:
  default:
    return MY_THREAD_STATE_NEW;
  }
}

/* identity */

/**
 * my_thread_dup_name: (get-property name)
 * @self: a thread
 *
 * Gets the name of the thread.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer full): a copy, since another thread may rename it
 *
 * Since: 1.0
 */
char *
my_thread_dup_name (MyThread *self)
{
  char *name;

  g_return_val_if_fail (MY_IS_THREAD (self), NULL);

  my_state_lock ();
  name = my_thread_dup_name_locked (self);
  my_state_unlock ();

  return name;
}

/**
 * my_thread_set_name: (set-property name)
 * @self: a thread
 * @name: (nullable): the name; %NULL: the default name
 *
 * Renames the thread, whether it runs or not.
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_thread_set_name (MyThread   *self,
                    const char *name)
{
  MyThreadPrivate *priv;
  char os_name[16];
  char *copy;
  gboolean is_changed;

  g_return_if_fail (MY_IS_THREAD (self));
  g_return_if_fail (name == NULL || g_utf8_validate (name, -1, NULL));

  priv = my_thread_get_private (self);
  copy = g_strdup (name);

  my_state_lock ();
  is_changed = g_strcmp0 (priv->name, name) != 0;
  if (is_changed) {
    char *old = priv->name;

    priv->name = copy;
    copy = old;
    if (name == NULL && priv->kind == MY_KIND_WORKER) {
      give_number (priv);
    }
    /* Under the lock, since the OS thread is there as long as the thread has not ended. */
    if (priv->owns_os_thread && my_thread_get_phase (self) == MY_PHASE_RUNNING) {
      priv->is_renamed = TRUE;
      my_thread_copy_os_name (self, os_name);
      pthread_setname_np ((pthread_t) priv->ident, os_name);
    }
  }
  my_state_unlock ();

  g_free (copy);
  if (is_changed) {
    my_delivery_announce (self, MY_CHANGE_NAME);
  }
}

/**
 * my_thread_get_group: (get-property group)
 * @self: a thread
 *
 * Gets the group of the thread.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer none): the group
 *
 * Since: 1.0
 */
MyThreadGroup *
my_thread_get_group (MyThread *self)
{
  g_return_val_if_fail (MY_IS_THREAD (self), NULL);

  return my_thread_get_private (self)->group;
}

/**
 * my_thread_get_main_context: (get-property main-context)
 * @self: a thread
 *
 * Gets the owner context of the thread.
 *
 * Any thread may call it. It does not block. The thread has no reference to the context, so it is for those that know that it is still
 * used, as its owner thread does.
 *
 * Returns: (transfer none) (nullable): the context; %NULL if its last user has dropped it
 *
 * Since: 1.0
 */
GMainContext *
my_thread_get_main_context (MyThread *self)
{
  g_return_val_if_fail (MY_IS_THREAD (self), NULL);

  return my_inbox_get_context (my_thread_get_private (self)->inbox);
}

/**
 * my_thread_get_args: (get-property args)
 * @self: a thread
 *
 * Gets the positional arguments of the thread.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer none) (nullable): a tuple
 *
 * Since: 1.0
 */
GVariant *
my_thread_get_args (MyThread *self)
{
  g_return_val_if_fail (MY_IS_THREAD (self), NULL);

  return my_thread_get_private (self)->args;
}

/**
 * my_thread_get_kwargs: (get-property kwargs)
 * @self: a thread
 *
 * Gets the named arguments of the thread.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer none) (nullable): an `a{sv}`
 *
 * Since: 1.0
 */
GVariant *
my_thread_get_kwargs (MyThread *self)
{
  g_return_val_if_fail (MY_IS_THREAD (self), NULL);

  return my_thread_get_private (self)->kwargs;
}

/**
 * my_thread_get_ident: (get-property ident)
 * @self: a thread
 *
 * Gets the `pthread_self()` of the thread, unique among the threads that live.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: the identifier; 0 before it runs
 *
 * Since: 1.0
 */
guint64
my_thread_get_ident (MyThread *self)
{
  MyThreadPrivate *priv;
  guint64 ident;

  g_return_val_if_fail (MY_IS_THREAD (self), 0);

  priv = my_thread_get_private (self);

  my_state_lock ();
  ident = priv->kind != MY_KIND_IN_MAKING ? priv->ident : 0;
  my_state_unlock ();

  return ident;
}

/**
 * my_thread_get_native_id: (get-property native-id)
 * @self: a thread
 *
 * Gets the kernel's number of the thread, unique among the threads that live.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: the number; 0 before it runs
 *
 * Since: 1.0
 */
gint
my_thread_get_native_id (MyThread *self)
{
  gint native_id;

  g_return_val_if_fail (MY_IS_THREAD (self), 0);

  my_state_lock ();
  native_id = my_thread_get_private (self)->native_id;
  my_state_unlock ();

  return native_id;
}
