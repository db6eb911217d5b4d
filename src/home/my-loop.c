/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "home/my-loop-private.h"

#include <pthread.h>

#include "core/my-notify-private.h"
#include "core/my-process-private.h"
#include "core/my-thread-error-private.h"
#include "wait/my-state-lock-private.h"

/* The main loop that a thread runs. */

/* Another thread may have the context just now, to attach something: how long run() sleeps before it tries again, in microseconds. */
#define NAP_US 1000

/* Where no cancellation is told of, the loop looks by itself. */
#define POLL_MS 10

/* Whether the context's locks can be had: not in a child that has it from a parent with other threads. There it is not touched. */
gboolean
my_loop_is_usable (MyLoop *self)
{
  return self->n_forks_of_making == my_state_n_forks || !my_process_is_doubtful ();
}

/* Wakes the loop. Needs no lock of the context's; may be called with the state lock held. */
void
my_loop_wake (MyLoop *self)
{
  int cancel_state = PTHREAD_CANCEL_ENABLE;

  if (!my_loop_is_usable (self)) {
    return;
  }
  /* To write is a cancellation point, and the caller may be anybody. */
  pthread_setcancelstate (PTHREAD_CANCEL_DISABLE, &cancel_state);
  g_main_context_wakeup (self->context);
  pthread_setcancelstate (cancel_state, NULL);
}

/* Comes before each look at what is [state]. */
void
my_loop_look_locked (MyLoop *self)
{
  if (my_call_queue_look_locked (&self->calls)) {
    self->has_ended |= self->has_begun;
  }
}

/* The loop takes no call from here on. */
static void
end_loop_locked (MyLoop *self,
                 MyWakeList *wakes)
{
  self->has_ended = TRUE;
  my_call_queue_refuse_all_locked (&self->calls, wakes);
}

/* the loop's thread */

typedef struct {
  GSource source;
  MyLoop *loop; /* [const] which is there, and runs, as long as the source is attached */
} MyLoopSource;

static gboolean
loop_source_check (GSource *source)
{
  return my_call_queue_has_calls (&((MyLoopSource *) source)->loop->calls);
}

static gboolean
loop_source_prepare (GSource *source,
                     gint *timeout)
{
  *timeout = -1;
  return loop_source_check (source);
}

/* One call a turn: other sources have their turns in between. */
static gboolean
loop_source_dispatch (GSource *source,
                      GSourceFunc unused,
                      gpointer unused_too)
{
  MyLoop *self = ((MyLoopSource *) source)->loop;

  my_call_queue_serve (&self->calls, self->thread, self->cancel_state);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs loop_source_funcs = { loop_source_prepare, loop_source_check, loop_source_dispatch, NULL, NULL, NULL };

static void
on_cancelled (GCancellable *cancellable,
              GMainContext *context)
{
  g_main_context_wakeup (context);
}

static void
unref_context (gpointer context,
               GClosure *closure)
{
  g_main_context_unref (context);
}

static gboolean
on_poll (gpointer unused)
{
  return G_SOURCE_CONTINUE;
}

static void
attach_sources (MyLoop *self)
{
  self->source = g_source_new (&loop_source_funcs, sizeof (MyLoopSource));
  ((MyLoopSource *) self->source)->loop = self;
  /* A func may run a loop, in which other calls are to be served. */
  g_source_set_can_recurse (self->source, TRUE);
  g_source_set_static_name (self->source, "MyLoopThread");
  g_source_attach (self->source, self->context);

  if (my_signals_work ()) {
    GCancellable *cancellable = my_thread_get_cancellable (self->thread);

    /* Not a source of the cancellable: GLib's may leak. The handler may still be called after its disconnection, which waits for nobody. */
    self->cancel_handler = g_signal_connect_data (cancellable, "cancelled", G_CALLBACK (on_cancelled),
                                                  g_main_context_ref (self->context), unref_context, 0);
    /* Its handlers may be being called just now, without this one, and the one that cancels the thread yet to be. */
    if (g_cancellable_is_cancelled (cancellable)) {
      my_thread_cancel (self->thread);
    }
  } else {
    self->poll = g_timeout_source_new (POLL_MS);
    g_source_set_callback (self->poll, on_poll, NULL, NULL);
    g_source_attach (self->poll, self->context);
  }
}

static void
disconnect_cancellable (MyLoop *self)
{
  if (self->cancel_handler != 0 && my_signals_work ()) {
    g_signal_handler_disconnect (my_thread_get_cancellable (self->thread), self->cancel_handler);
  }
  self->cancel_handler = 0;
}

static void
destroy_source (GSource **source)
{
  if (*source != NULL) {
    g_source_destroy (*source);
    g_clear_pointer (source, g_source_unref);
  }
}

/* Whether the loop, which is begun by that, is to go on; if not, it has ended. */
static gboolean
goes_on (MyLoop *self)
{
  MyWakeList wakes = { 0 };
  gboolean has_ended;

  my_state_lock ();
  my_loop_look_locked (self);
  self->has_begun = TRUE;
  if (!self->has_ended) {
    self->is_cut_short = my_thread_is_cancelled (self->thread);
    if (self->is_cut_short || (self->is_quit && !my_call_queue_has_calls (&self->calls))) {
      end_loop_locked (self, &wakes);
    }
  }
  has_ended = self->has_ended;
  my_state_unlock ();
  my_wake_list_flush (&wakes);

  return !has_ended;
}

/* The OS thread ends in the middle of the loop. A context in which a dispatch never returns can not be finalised, and a loop inside of that
 * one may have been ended with the context's lock: it is kept, and not touched. As it is acquired for ever, nobody dispatches the sources. */
static void
end_broken_loop (gpointer data)
{
  MyLoop *self = data;
  MyWakeList wakes = { 0 };

  my_state_lock ();
  my_loop_look_locked (self);
  end_loop_locked (self, &wakes);
  my_state_unlock ();
  my_wake_list_flush (&wakes);

  disconnect_cancellable (self);
  if (g_main_depth () > self->depth) {
    g_main_context_ref (self->context);
  } else {
    destroy_source (&self->source);
    destroy_source (&self->poll);
  }
}

/* Here, and in the functions that are called, a pthread_cancel() ends the OS thread. GLib's loop has cancellation points where it has the
 * context's lock, so there it must not. */
static void
test_os_thread_cancelled (MyLoop *self)
{
  int disabled;

  pthread_setcancelstate (self->cancel_state, &disabled);
  pthread_testcancel ();
  pthread_setcancelstate (disabled, NULL);
}

/* FALSE: the loop has ended before that. */
static gboolean
acquire_context (MyLoop *self)
{
  while (goes_on (self)) {
    if (g_main_context_acquire (self->context)) {
      return TRUE;
    }
    my_thread_sleep (NAP_US, NULL);
  }
  return FALSE;
}

static void
run_loop (MyLoop *self)
{
  if (!acquire_context (self)) {
    return;
  }

  g_main_context_push_thread_default (self->context);
  attach_sources (self);
  while (goes_on (self)) {
    test_os_thread_cancelled (self);
    g_main_context_iteration (self->context, TRUE);
  }
  disconnect_cancellable (self);
  destroy_source (&self->source);
  destroy_source (&self->poll);
  g_main_context_pop_thread_default (self->context);
  g_main_context_release (self->context);
}

/* The run() of its thread, which may chain up twice: then the second one finds that the loop has ended. */
void
my_loop_run (MyLoop *self,
             MyThread *thread,
             GError **error)
{
  if (!my_loop_is_usable (self)) {
    my_thread_set_error (thread, error, MY_THREAD_ERROR_BROKEN,
                         "has its main context from a process that had other threads when it forked; make it in the child");
    return;
  }

  self->thread = thread;
  self->depth = g_main_depth ();
  pthread_cleanup_push (end_broken_loop, self);
  pthread_setcancelstate (PTHREAD_CANCEL_DISABLE, &self->cancel_state);
  run_loop (self);
  pthread_setcancelstate (self->cancel_state, NULL);
  pthread_cleanup_pop (FALSE);

  if (self->is_cut_short) {
    my_thread_set_error_if_cancelled (thread, error);
  }
}

/* life */

void
my_loop_init (MyLoop *self)
{
  self->context = g_main_context_new ();
  self->n_forks_of_making = my_state_n_forks;
  self->calls.n_forks = my_state_n_forks;
}

void
my_loop_clear (MyLoop *self)
{
  if (my_loop_is_usable (self)) {
    g_main_context_unref (self->context);
  }
}
