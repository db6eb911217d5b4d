/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "home/my-call-queue-private.h"

#include <pthread.h>

#include "core/my-run-private.h"
#include "core/my-serve-private.h"
#include "core/my-thread-name-private.h"
#include "wait/my-state-lock-private.h"

/* What is called in another thread: the queue of such calls, the thread that serves it, and those that wait. */

/* the queue: with the state lock held */

/* Comes before each look at the queue: in a child of fork() those that have queued a call are gone, with their stacks, and so is whoever
 * served them, or that thread is in the middle of something else. TRUE: this is the first look in a child. */
gboolean
my_call_queue_look_locked (MyCallQueue *self)
{
  if (G_LIKELY (self->n_forks == my_state_n_forks)) {
    return FALSE;
  }
  self->n_forks = my_state_n_forks;
  self->first = NULL;
  self->last = NULL;
  atomic_store_explicit (&self->has_calls, FALSE, memory_order_release);
  return TRUE;
}

void
my_call_queue_append_locked (MyCallQueue *self,
                             MyCall *call)
{
  call->previous = self->last;
  if (self->last != NULL) {
    self->last->next = call;
  } else {
    self->first = call;
  }
  self->last = call;
  atomic_store_explicit (&self->has_calls, TRUE, memory_order_release);
}

static void
remove_locked (MyCallQueue *self,
               MyCall *call)
{
  if (call->previous != NULL) {
    call->previous->next = call->next;
  } else {
    self->first = call->next;
  }
  if (call->next != NULL) {
    call->next->previous = call->previous;
  } else {
    self->last = call->previous;
  }
  atomic_store_explicit (&self->has_calls, self->first != NULL, memory_order_release);
}

static MyWaitBlocker
get_blocker (gpointer object)
{
  return my_run_get_blocker_locked (object);
}

static void
describe (gpointer object,
          GString *text)
{
  g_autofree char *name = my_thread_dup_name_locked (object);

  g_string_append_printf (text, "a call in thread \"%s\"", name);
}

/* It needs that the loop's thread goes on. */
static const MyWaitTarget call_target = {
  .get_blocker = get_blocker,
  .describe = describe,
};

/* The invoking thread may go on, and the call be gone, as soon as the lock is free. */
static void
end_call_locked (MyCall *call,
                 MyCallState state,
                 MyWakeList *wakes)
{
  MyWait *wait = call->waiter->wait;

  call->state = state;
  /* It may be in another wait, in a function that it has been called for out of this one; then it comes back to look. */
  if (wait != NULL && wait->target == &call_target && !wait->woken) {
    my_wait_wake (wait, wakes);
  }
}

/* The oldest call, begun; or NULL. */
static MyCall *
begin_call_locked (MyCallQueue *self,
                   MyThread *thread,
                   MyWakeList *wakes)
{
  MyCall *call;

  while ((call = self->first) != NULL) {
    remove_locked (self, call);
    if (!atomic_load_explicit (&call->waiter->cancelled, memory_order_relaxed)) {
      call->state = MY_CALL_BEGUN;
      /* A wait that is interrupted would be begun again; in between, func could begin to wait for this one, and nobody would be
       * told that this closes a cycle. */
      my_waiter_hold (call->waiter, &call_target, thread);
      return call;
    }
    end_call_locked (call, MY_CALL_CANCELLED, wakes);
  }
  return NULL;
}

/* None of them is called. */
void
my_call_queue_refuse_all_locked (MyCallQueue *self,
                                 MyWakeList *wakes)
{
  while (self->first != NULL) {
    MyCall *call = self->first;

    remove_locked (self, call);
    end_call_locked (call, MY_CALL_REFUSED, wakes);
  }
}

/* the serving thread */

/* A call, as the loop's thread knows it: in a child of fork(), which has been made in func, what it points to is gone. */
typedef struct {
  MyCall *call;
  guint n_forks;
} Begun;

static void
end_call (Begun *begun,
          MyCallState state)
{
  MyWakeList wakes = { 0 };

  my_state_lock ();
  if (begun->n_forks == my_state_n_forks) {
    end_call_locked (begun->call, state, &wakes);
  }
  my_state_unlock ();
  my_wake_list_flush (&wakes);
}

/* func has called pthread_exit(), or somebody has cancelled the OS thread. */
static void
end_broken_call (gpointer begun)
{
  end_call (begun, MY_CALL_BROKEN);
}

/* Calls the oldest of the functions, if there is one. In it the OS thread has @cancel_state. */
void
my_call_queue_serve (MyCallQueue *self,
                     MyThread *thread,
                     int cancel_state)
{
  MyWakeList wakes = { 0 };
  Begun begun = { 0 };

  my_state_lock ();
  my_call_queue_look_locked (self);
  begun.n_forks = my_state_n_forks;
  begun.call = begin_call_locked (self, thread, &wakes);
  my_state_unlock ();
  my_wake_list_flush (&wakes);

  if (begun.call == NULL) {
    return;
  }
  pthread_cleanup_push (end_broken_call, &begun);
  pthread_setcancelstate (cancel_state, &cancel_state);
  begun.call->func (thread, begun.call->user_data);
  pthread_setcancelstate (cancel_state, NULL);
  pthread_cleanup_pop (FALSE);
  end_call (&begun, MY_CALL_DONE);
}

/* the invoking thread */

/* Waits for a call that was just queued, in the same section. Nobody else looks at the call when it returns. MY_WAIT_WOKEN: it has ended, or is QUEUED as the thread is not alive. */
MyWaitResult
my_call_queue_wait_locked (MyCallQueue *self,
                           MyCall *call,
                           MyThread *thread)
{
  MyWaitResult result = MY_WAIT_WOKEN;

  while (call->state == MY_CALL_BEGUN || (call->state == MY_CALL_QUEUED && result == MY_WAIT_WOKEN && my_thread_is_alive (thread))) {
    if (result == MY_WAIT_DEADLOCK) {
      /* This wait was out of the graph for a moment, in which another one has closed the cycle. That one has to be told, as func can not
       * be taken back: it is begun again after this. It is that of the loop's thread, since that is what this one needs. */
      my_waiter_begin_again (my_run_get_waiter (thread));
    }
    result = my_serve_block (call->waiter, my_run_get_joiners (thread), &call_target, thread, MY_DEADLINE_NEVER,
                             call->state == MY_CALL_QUEUED);
  }
  if (call->state == MY_CALL_QUEUED) {
    remove_locked (self, call);
  }
  return result;
}
