/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-thread.h>

#include "core/my-notify-private.h"
#include "core/my-thread-private.h"

/* The signals of a thread, and whether anybody listens to them. */

/* And the index in `handlers` of the class. */
enum {
  SIGNAL_STARTED,
  SIGNAL_FINISHED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];
static guint notify_signal;
static GQuark error_detail; /* of notify_signal, for `error` */

GParamSpec *my_thread_pspecs[MY_N_CHANGES];

/* For a subclass that chains up. */
void
my_thread_default_started (MyThread *self)
{
}

void
my_thread_default_finished (MyThread *self)
{
}

/* What GObject shall call as the class handler of a signal: NULL in place of the default, since it is told so that there
 * is nothing to do, at once. Of a class it is the same at each call. */
static void
take_class_handler (gpointer *handler,
                    void (*method) (MyThread *self),
                    void (*default_method) (MyThread *self))
{
  gpointer used = method != default_method ? (gpointer) method : NULL;
  gpointer old = __atomic_load_n (handler, __ATOMIC_RELAXED);

  /* Other threads may do so, too; the one that is second changes nothing, so no thread reads it while it is written. */
  if (G_UNLIKELY (old != used)) {
    __atomic_compare_exchange_n (handler, &old, used, FALSE, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
  }
}

/* The class of a thread that is made: its methods are what its class_init(), and those of its subclasses, have left there. */
void
my_thread_take_class_handlers (MyThreadClass *klass)
{
  take_class_handler (&klass->handlers[SIGNAL_STARTED], klass->started, my_thread_default_started);
  take_class_handler (&klass->handlers[SIGNAL_FINISHED], klass->finished, my_thread_default_finished);
}

void
my_thread_class_init_signals (void)
{
  /**
   * MyThread::started:
   * @self: the thread
   *
   * The thread has begun to run.
   *
   * It is emitted once, in the owner context, and not at all if `run()` was never called.
   *
   * It comes at the context's next turn, or in a [method@Thread.join] by the owner, whatever the
   * thread has done by then. So a handler that the owner connects after [method@Thread.start], but
   * before it goes back to the main loop or joins, is called, even if the thread has long ended. On
   * any other thread the order is not known: connect before the start.
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
   * It comes at the context's next turn after the end, or in a [method@Thread.join] by the owner.
   * So a handler that the owner connects after [method@Thread.start], but before it goes back to
   * the main loop or joins, is called, as with [signal@Thread::started]. A handler that is
   * connected after the emission is not called. The thread is no longer [property@Thread:alive]
   * then, but this may be so before the emission, too.
   *
   * Since: 1.0
   */
  signals[SIGNAL_FINISHED] = g_signal_new (
    "finished", MY_TYPE_THREAD, G_SIGNAL_RUN_LAST, G_STRUCT_OFFSET (MyThreadClass, handlers[SIGNAL_FINISHED]),
    NULL, NULL, NULL, G_TYPE_NONE, 0);

  notify_signal = g_signal_lookup ("notify", G_TYPE_OBJECT);
  error_detail = g_quark_from_static_string ("error");
}

/* emission */

static void
emit (MyThread *self,
      guint signal)
{
  void (*handler) (MyThread * self) = MY_THREAD_GET_CLASS (self)->handlers[signal];

  my_state_assert_unlocked ();
  if (my_signals_work ()) {
    g_signal_emit (self, signals[signal], 0);
  } else if (handler != NULL) {
    handler (self);
  }
}

/* The thread whose notification the calling OS thread is just emitting as its owner, and how many threads it helped then: in a run() that it
 * helps meanwhile it is not the owner. */
static MY_THREAD_LOCAL MyThread *emitting;
static MY_THREAD_LOCAL guint emitting_n_helped;

gboolean
my_thread_is_emitting_notify (MyThread *self)
{
  return emitting == self && emitting_n_helped == my_current_n_helped;
}

/* Emits one notification. In the owner thread. */
void
my_thread_emit_notify (MyThread *self,
                       GParamSpec *pspec)
{
  MyThread *outer = emitting;
  guint outer_n_helped = emitting_n_helped;

  emitting = self;
  emitting_n_helped = my_current_n_helped;
  my_object_notify ((GObject *) self, pspec);
  emitting = outer;
  emitting_n_helped = outer_n_helped;
}

/* Emits `started`, or one `notify`. In the owner thread. */
void
my_thread_emit_changes (MyThread *self,
                        guint change)
{
  if (change == MY_CHANGE_STARTED) {
    emit (self, SIGNAL_STARTED);
  } else {
    my_thread_emit_notify (self, my_thread_pspecs[__builtin_ctz (change)]);
  }
}

void
my_thread_emit_finished (MyThread *self)
{
  emit (self, SIGNAL_FINISHED);
}

/* listeners */

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
