/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-loop-thread.h>

#include "core/my-inbox-private.h"
#include "core/my-notify-private.h"
#include "core/my-process-private.h"
#include "core/my-run-private.h"
#include "core/my-thread-error-private.h"
#include "home/my-loop-private.h"
#include "wait/my-state-lock-private.h"
#include "wait/my-wait-private.h"

/**
 * MyLoopThread:
 *
 * A thread that runs a main loop: objects can live in it, and other threads can have functions
 * called there.
 *
 * [property@LoopThread:context] is there from construction on. While the loop runs, it is the
 * thread-default main context of the thread. So what is made there, for example by a function that
 * [method@LoopThread.invoke] calls, lives there: its signals are emitted and its callbacks are
 * called in this thread.
 *
 * The loop ends when [method@LoopThread.quit] is called: then the thread has SUCCEEDED. It also
 * ends when the thread is cancelled: then it is CANCELLED. Like other threads it keeps the program
 * from exiting until then, unless it is a [property@Thread:daemon].
 *
 * Any [property@Thread:executor] may run it. It occupies a worker of a pool until it ends.
 *
 * When the loop has ended, what other sources are attached to the context is not dispatched any more.
 * They are destroyed with the context, by whoever drops its last reference: the thread object has
 * one as long as it lives. If the OS thread is ended in a function that the loop has called, by
 * `pthread_exit()` for example, the context is never freed.
 *
 * A subclass may override `run()`. The loop runs, once, where that chains up.
 *
 * Since: 1.0
 */

typedef struct {
  MyLoop loop;
} MyLoopThreadPrivate;

G_DEFINE_TYPE_WITH_PRIVATE (MyLoopThread, my_loop_thread, MY_TYPE_THREAD)

enum {
  PROP_0,
  PROP_CONTEXT,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static MyLoop *
get_loop (MyLoopThread *self)
{
  return &((MyLoopThreadPrivate *) my_loop_thread_get_instance_private (self))->loop;
}

static void
my_loop_thread_run (MyThread *thread,
                    GError **error)
{
  my_loop_run (get_loop (MY_LOOP_THREAD (thread)), thread, error);
}

/* class */

static void
my_loop_thread_get_property (GObject *object,
                             guint prop_id,
                             GValue *value,
                             GParamSpec *pspec)
{
  MyLoop *loop = get_loop (MY_LOOP_THREAD (object));

  switch (prop_id) {
  case PROP_CONTEXT:
    g_value_set_boxed (value, loop->context);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    break;
  }
}

static void
my_loop_thread_finalize (GObject *object)
{
  MyLoop *loop = get_loop (MY_LOOP_THREAD (object));

  my_loop_clear (loop);
  G_OBJECT_CLASS (my_loop_thread_parent_class)->finalize (object);
}

static void
prepare_for_children (void)
{
  g_type_class_ref (MY_TYPE_LOOP_THREAD);
}

static void __attribute__ ((constructor))
watch_preparation (void)
{
  my_signals_watch_preparation (prepare_for_children);
}

static void
my_loop_thread_class_init (MyLoopThreadClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = my_loop_thread_get_property;
  object_class->finalize = my_loop_thread_finalize;
  MY_THREAD_CLASS (klass)->run = my_loop_thread_run;

  /**
   * MyLoopThread:context: (getter get_context)
   *
   * The main context of the loop.
   *
   * It is made with the object. It is not [property@Thread:main-context], in which the signals of the
   * thread object itself are emitted.
   *
   * Since: 1.0
   */
  props[PROP_CONTEXT] = g_param_spec_boxed (
    "context", NULL, NULL, G_TYPE_MAIN_CONTEXT,
    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
my_loop_thread_init (MyLoopThread *self)
{
  my_loop_init (get_loop (self));
}

/* what is called in the loop */

typedef enum {
  LIFE_NEW,
  LIFE_ALIVE,
  LIFE_ENDED,
} Life;

static Life
get_life (MyLoopThread *self)
{
  switch (my_thread_get_state (MY_THREAD (self))) {
  case MY_THREAD_STATE_NEW:
    return LIFE_NEW;
  case MY_THREAD_STATE_QUEUED:
  case MY_THREAD_STATE_RUNNING:
    return LIFE_ALIVE;
  case MY_THREAD_STATE_SUCCEEDED:
  case MY_THREAD_STATE_FAILED:
  case MY_THREAD_STATE_CANCELLED:
  default:
    return LIFE_ENDED;
  }
}

/* Whether the calling OS thread is the one of the loop, or has the context just now, so that the loop waits for it. */
static gboolean
is_inside (MyLoopThread *self,
           MyThread *current)
{
  MyLoop *loop = get_loop (self);

  return current == MY_THREAD (self) ||
         (get_life (self) == LIFE_ALIVE && my_loop_is_usable (loop) && g_main_context_is_owner (loop->context));
}

/* Whether a call is taken now. */
static gboolean
is_open_locked (MyLoopThread *self,
                gboolean inside)
{
  MyLoop *loop = get_loop (self);

  my_loop_look_locked (loop);
  if (get_life (self) != LIFE_ALIVE || loop->has_ended) {
    return FALSE;
  }
  return inside || !(loop->is_quit || my_thread_is_cancelled (MY_THREAD (self)));
}

/* Says why a call was not made. */
static void
set_call_error (MyLoopThread *self,
                const MyCall *call,
                MyWaitResult result,
                GError **error)
{
  MyThread *thread = MY_THREAD (self);

  if (call->state == MY_CALL_BROKEN) {
    my_thread_set_error (thread, error, MY_THREAD_ERROR_BROKEN, "was ended in the function that it was to call");
  } else if (call->state == MY_CALL_QUEUED && result == MY_WAIT_DEADLOCK) {
    my_thread_set_error (thread, error, MY_THREAD_ERROR_DEADLOCK,
                         "can not call anything before the thread that would wait for that goes on; let another one wait, or none");
  } else if (call->state == MY_CALL_CANCELLED || (call->state == MY_CALL_QUEUED && result == MY_WAIT_CANCELLED)) {
    g_autofree char *name = my_thread_dup_name (thread);

    g_set_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled while waiting for a call in thread \"%s\"", name);
  } else if (get_life (self) == LIFE_NEW) {
    my_thread_set_error (thread, error, MY_THREAD_ERROR_NOT_STARTED, "was not started; call my_thread_start() first");
  } else {
    my_thread_set_error (thread, error, MY_THREAD_ERROR_SHUT_DOWN, "calls nothing any more: its loop has ended, or is about to");
  }
}

/**
 * my_loop_thread_new:
 * @name: (nullable): the name; %NULL: the default name
 *
 * Makes a thread that runs a main loop.
 *
 * Any thread may call it. The thread-default main context of the caller becomes the new thread's
 * owner context, as with [ctor@Thread.new]. It does not block.
 *
 * Returns: (transfer full): the thread, not started
 *
 * Since: 1.0
 */
MyLoopThread *
my_loop_thread_new (const char *name)
{
  g_return_val_if_fail (name == NULL || g_utf8_validate (name, -1, NULL), NULL);

  return g_object_new (MY_TYPE_LOOP_THREAD, "name", name, NULL);
}

/**
 * my_loop_thread_get_context: (get-property context)
 * @self: a thread
 *
 * Gets the main context of the loop: to attach sources, also before the thread is started.
 *
 * Another thread may push the context as its thread-default one while it makes an object that is to live
 * there. The loop begins when it has been popped.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer none): the context, which is there as long as the thread object
 *
 * Since: 1.0
 */
GMainContext *
my_loop_thread_get_context (MyLoopThread *self)
{
  g_return_val_if_fail (MY_IS_LOOP_THREAD (self), NULL);

  return get_loop (self)->context;
}

/**
 * my_loop_thread_invoke:
 * @self: a thread
 * @func: (scope call) (closure user_data): what is called
 * @user_data: data for @func
 * @error: return location for an error
 *
 * Has a function called in the thread, by its loop, and waits until the function has returned.
 *
 * The functions are called in the order of the calls. Inside of the loop's thread, @func is called at
 * once. Calls have the priority `G_PRIORITY_DEFAULT` in the loop, and are served by loops that run
 * inside of it, too.
 *
 * Any thread may call it. It blocks, as a wait of the library does: a pool knows of it, and it ends
 * if the calling thread is cancelled before @func has begun. Then @func is never called. If it has
 * begun, its return is waited for.
 *
 * The error is `MY_THREAD_ERROR_NOT_STARTED` before [method@Thread.start];
 * `MY_THREAD_ERROR_SHUT_DOWN` if the loop has ended, was told to quit, or was cancelled, before @func has begun;
 * `MY_THREAD_ERROR_DEADLOCK` if the thread waits, without a limit, for the calling one, maybe by way of others;
 * `MY_THREAD_ERROR_BROKEN` if the OS thread was ended in @func, by `pthread_exit()` for example;
 * or `G_IO_ERROR_CANCELLED` if the calling thread was cancelled.
 *
 * In a child of `fork()`, the loop of a thread that ran before has ended. A function that has forked must
 * not return in the child.
 *
 * Returns: whether @func was called, and has returned
 *
 * Since: 1.0
 */
gboolean
my_loop_thread_invoke (MyLoopThread *self,
                       MyOwnerFunc func,
                       gpointer user_data,
                       GError **error)
{
  MyThread *current;
  MyWaitResult result = MY_WAIT_WOKEN;
  MyCall call = { .func = func, .user_data = user_data, .state = MY_CALL_REFUSED };
  gboolean inside;
  gboolean is_open;

  g_return_val_if_fail (MY_IS_LOOP_THREAD (self), FALSE);
  g_return_val_if_fail (func != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  current = my_thread_get_current ();
  inside = is_inside (self, current);
  if (!inside) {
    my_inbox_reap_mine (TRUE);
  }

  my_state_lock ();
  is_open = is_open_locked (self, inside);
  if (is_open && !inside) {
    call.state = MY_CALL_QUEUED;
    call.waiter = my_run_get_waiter (current);
    my_call_queue_append_locked (&get_loop (self)->calls, &call);
    /* In this section: nobody begins the call before it waits. */
    my_loop_wake (get_loop (self));
    result = my_call_queue_wait_locked (&get_loop (self)->calls, &call, MY_THREAD (self));
  }
  my_state_unlock ();

  if (is_open && inside) {
    func (MY_THREAD (self), user_data);
    return TRUE;
  }
  if (call.state == MY_CALL_DONE) {
    return TRUE;
  }
  set_call_error (self, &call, result, error);
  return FALSE;
}

/**
 * my_loop_thread_quit:
 * @self: a thread
 *
 * Has the loop end, and with it the thread, which then has SUCCEEDED.
 *
 * What was given to [method@LoopThread.invoke] before is called first; what comes later is refused. Other sources
 * are not waited for.
 *
 * Before [method@Thread.start] the thread is told to quit as soon as it runs: it can be started, runs no loop, and succeeds.
 * It may be called again, and after the end: that has no effect. A loop that a function runs inside of this one is not ended by it.
 *
 * Any thread may call it, also the loop's. It does not block.
 *
 * Since: 1.0
 */
void
my_loop_thread_quit (MyLoopThread *self)
{
  MyLoop *loop;

  g_return_if_fail (MY_IS_LOOP_THREAD (self));

  loop = get_loop (self);

  my_state_lock ();
  my_loop_look_locked (loop);
  loop->is_quit = TRUE;
  my_state_unlock ();

  my_loop_wake (loop);
}
