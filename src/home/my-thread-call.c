/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-thread.h>
#include <pthread.h>
#include <stdatomic.h>

#include "core/my-owner-private.h"
#include "core/my-run-private.h"
#include "core/my-serve-private.h"
#include "core/my-thread-error-private.h"
#include "wait/my-state-lock-private.h"

/* Functions that are called in the owner context: later, or with the caller waiting. */

/* post */

typedef struct {
  MySequenceEvent event;
  MyOwnerFunc func;
  gpointer user_data;
  GDestroyNotify destroy;
} MyPost;

static void
my_post_free (MyPost *self)
{
  if (self->destroy != NULL) {
    self->destroy (self->user_data);
  }
  g_free (self);
}

static void
deliver_post (MySequenceEvent *event,
              MyThread *thread)
{
  MyPost *self = (MyPost *) event;

  self->func (thread, self->user_data);
  my_post_free (self);
}

static void
drop_post (MySequenceEvent *event,
           MyThread *thread)
{
  my_post_free ((MyPost *) event);
}

static const MySequenceEventClass post_class = {
  .deliver = deliver_post,
  .drop = drop_post,
  .comes_late = TRUE,
};

/**
 * my_thread_post:
 * @self: a thread
 * @func: (scope notified) (closure user_data) (destroy destroy): what to call
 * @user_data: data for @func
 * @destroy: (nullable): called with @user_data after @func, in the owner context too
 *
 * Has a function called in the owner context, without waiting for it.
 *
 * It comes in the order in which this was called by one thread, with what it has emitted and
 * published, and before [signal@Thread::finished]; if it is posted after that, in the owner context
 * all the same. In the owner thread, too, it comes later. If the last user of the context has dropped
 * it, only @destroy is called, where the context is let go.
 *
 * Any thread may call it. It blocks only if [property@Thread:max-pending] says so.
 *
 * Since: 1.0
 */
void
my_thread_post (MyThread *self,
                MyOwnerFunc func,
                gpointer user_data,
                GDestroyNotify destroy)
{
  MyPost *post;

  g_return_if_fail (MY_IS_THREAD (self));
  g_return_if_fail (func != NULL);
  g_return_if_fail (g_atomic_int_get (&G_OBJECT (self)->ref_count) > 0);

  post = g_new0 (MyPost, 1);
  post->event.klass = &post_class;
  post->event.n = 1;
  post->func = func;
  post->user_data = user_data;
  post->destroy = destroy;
  my_owner_tell (self, &post->event);
}

/* call */

typedef enum {
  MY_OWNER_CALL_QUEUED,
  MY_OWNER_CALL_BEGUN,
  MY_OWNER_CALL_DONE,
  MY_OWNER_CALL_REFUSED,   /* the context is closed, or nothing is told of the thread any more */
  MY_OWNER_CALL_BROKEN,    /* the OS thread was ended in the function */
  MY_OWNER_CALL_ABANDONED, /* the caller has gone */
} MyOwnerCallState;

/* The caller has a reference, and the event has one. */
typedef struct {
  MySequenceEvent event;
  atomic_int ref_count;
  guint n_forks;          /* [const] of the process of the caller */
  MyOwnerFunc func;       /* [const] */
  gpointer user_data;     /* [const] the caller's, who is there from BEGUN to DONE */
  MyOwnerCallState state; /* [state] */
  MyWaiter *waiter;       /* [const] the caller's, who is there in QUEUED too */
  MyWaitQueue caller;     /* [state] */
  MyWaiter *callee;       /* [state] from BEGUN on: the thread that runs it */
} MyOwnerCall;

static void
my_owner_call_unref (MyOwnerCall *self)
{
  if (atomic_fetch_sub_explicit (&self->ref_count, 1, memory_order_acq_rel) == 1) {
    g_free (self);
  }
}

/* Takes the event's reference. In a child of fork() that was made in the function there is no caller, and the list of waits is of the parent. */
static void
end_call (MyOwnerCall *self,
          MyOwnerCallState state)
{
  MyWakeList wakes = { 0 };

  if (self->n_forks != my_state_n_forks) {
    return;
  }
  my_state_lock ();
  if (self->state != MY_OWNER_CALL_ABANDONED) {
    self->state = state;
  }
  my_wait_queue_wake_all (&self->caller, &wakes);
  my_state_unlock ();
  my_wake_list_flush (&wakes);
  my_owner_call_unref (self);
}

static MyWaitBlocker
get_blocker (gpointer object)
{
  return (MyWaitBlocker){ .waiter = ((MyOwnerCall *) object)->callee };
}

static void
describe (gpointer object,
          GString *text)
{
  g_string_append (text, "a call in the owner of a thread");
}

static const MyWaitTarget call_target = {
  .get_blocker = get_blocker,
  .describe = describe,
};

/* The function has called pthread_exit(), or somebody has cancelled the OS thread. */
static void
end_broken_call (gpointer call)
{
  end_call (call, MY_OWNER_CALL_BROKEN);
}

static void
deliver_call (MySequenceEvent *event,
              MyThread *thread)
{
  MyOwnerCall *self = (MyOwnerCall *) event;
  MyWaiter *callee = my_run_get_waiter (my_thread_get_current ());
  gboolean is_wanted;

  my_state_lock ();
  /* A caller that was cancelled has perhaps not come to see it yet. */
  if (self->state == MY_OWNER_CALL_QUEUED && atomic_load_explicit (&self->waiter->cancelled, memory_order_relaxed)) {
    self->state = MY_OWNER_CALL_ABANDONED;
  }
  is_wanted = self->state == MY_OWNER_CALL_QUEUED;
  if (is_wanted) {
    self->state = MY_OWNER_CALL_BEGUN;
    my_waiter_hold (self->waiter, &call_target, self);
    /* A join of the caller by the function closes a cycle. A thread that runs it out of a wait of its own is not held up by that wait. */
    if (callee->wait == NULL) {
      self->callee = callee;
      if (self->caller.first != NULL) {
        my_wait_set_blocker (self->caller.first, callee);
      }
    }
  }
  my_state_unlock ();

  if (is_wanted) {
    pthread_cleanup_push (end_broken_call, self);
    self->func (thread, self->user_data);
    pthread_cleanup_pop (FALSE);
  }
  end_call (self, MY_OWNER_CALL_DONE);
}

static void
drop_call (MySequenceEvent *event,
           MyThread *thread)
{
  end_call ((MyOwnerCall *) event, MY_OWNER_CALL_REFUSED);
}

static const MySequenceEventClass call_class = {
  .deliver = deliver_call,
  .drop = drop_call,
  .comes_late = TRUE,
};

/* Waits until the call is over, or was given up before it has begun. */
static MyWaitResult
wait_for (MyOwnerCall *self,
          MyThread *thread)
{
  MySequence *sequence = my_sequence_get (thread);
  MyWaitResult result = MY_WAIT_WOKEN;
  MyWakeList wakes = { 0 };

  my_state_lock ();
  my_serve_request_locked (sequence, &wakes);
  my_wake_list_put_off_locked (&wakes);
  while (self->state == MY_OWNER_CALL_QUEUED || self->state == MY_OWNER_CALL_BEGUN) {
    gboolean is_queued = self->state == MY_OWNER_CALL_QUEUED;

    if (result == MY_WAIT_DEADLOCK && self->callee != NULL) {
      /* The function waits for the caller, and began to while the caller's wait was not in the graph. That wait is the one to be told, as the
       * function can not be taken back: it is begun again after the caller's. */
      my_waiter_begin_again (self->callee);
    }
    result = my_serve_block (self->waiter, &self->caller, &call_target, self, MY_DEADLINE_NEVER, is_queued);
    if (result != MY_WAIT_WOKEN && self->state == MY_OWNER_CALL_QUEUED) {
      self->state = MY_OWNER_CALL_ABANDONED;
    }
  }
  my_serve_end_request_locked (sequence);
  my_state_unlock ();

  return result;
}

/**
 * my_thread_call_owner:
 * @self: a thread
 * @func: (scope call) (closure user_data): what to call
 * @user_data: data for @func
 * @error: return location for an error
 *
 * Calls a function in the owner context, and waits until it has returned.
 *
 * It comes in the order in which this was called by one thread, with what it has emitted, published and
 * posted. In the owner thread it is called at once. An owner that waits for a thread, a group, a pool or a parallel call
 * calls the function meanwhile; one that waits for a lock, an event, a semaphore, a barrier or a condition does not, and calls it
 * after that. So hold no lock that the owner may wait for: no cycle is found here, and both would wait for ever.
 *
 * The error is `G_IO_ERROR_CLOSED` if the last user of the context has dropped it; `G_IO_ERROR_CANCELLED` if
 * the calling thread is cancelled before the function has begun, or if nothing is delivered for @self any more since a
 * [class@ThreadSlot] has another thread; `MY_THREAD_ERROR_BROKEN` if @func has ended the OS thread, as by `pthread_exit()`; `MY_THREAD_ERROR_DEADLOCK` if the function could never begin, since the
 * owner waits for the caller. Then, but for BROKEN, @func is not called.
 *
 * Any thread may call it. It blocks.
 *
 * Returns: whether @func was called, and has returned
 *
 * Since: 1.0
 */
gboolean
my_thread_call_owner (MyThread *self,
                      MyOwnerFunc func,
                      gpointer user_data,
                      GError **error)
{
  MyOwnerStand stand;
  MyThread *current;
  MyOwnerCall *call;
  MyOwnerCallState state;
  MyWaitResult result;

  g_return_val_if_fail (MY_IS_THREAD (self), FALSE);
  g_return_val_if_fail (func != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);
  g_return_val_if_fail (g_atomic_int_get (&G_OBJECT (self)->ref_count) > 0, FALSE);

  stand = my_owner_enter (self);
  if (stand != MY_OWNER_AWAY) {
    func (self, user_data);
    my_owner_leave (self, stand);
    return TRUE;
  }

  current = my_thread_get_current ();
  if (my_thread_set_error_if_cancelled (current, error)) {
    return FALSE;
  }
  call = g_new0 (MyOwnerCall, 1);
  call->event.klass = &call_class;
  call->event.n = 1;
  call->func = func;
  call->user_data = user_data;
  call->waiter = my_run_get_waiter (current);
  call->n_forks = my_state_n_forks;
  atomic_init (&call->ref_count, 2);
  my_sequence_say (self, &call->event);

  result = wait_for (call, self);
  state = call->state;
  my_owner_call_unref (call);

  if (state == MY_OWNER_CALL_REFUSED && my_owner_is_closed (self)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "The main context of the thread is closed: its last user has dropped it");
  } else if (state == MY_OWNER_CALL_REFUSED) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Another thread has taken the place of this one, of which nothing is delivered any more");
  } else if (state == MY_OWNER_CALL_BROKEN) {
    g_set_error (error, MY_THREAD_ERROR, MY_THREAD_ERROR_BROKEN, "The OS thread of the owner was ended in the function");
  } else if (state == MY_OWNER_CALL_ABANDONED && result != MY_WAIT_DEADLOCK) {
    my_thread_set_error_if_cancelled (current, error);
  } else if (state == MY_OWNER_CALL_ABANDONED && error != NULL) {
    g_autofree char *name = my_thread_dup_name (self);

    my_thread_set_wait_error (result, "The owner of thread", name, error);
  }
  return state == MY_OWNER_CALL_DONE;
}
