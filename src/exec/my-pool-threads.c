/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <pthread.h>

#include "core/my-current-private.h"
#include "core/my-run-private.h"
#include "exec/my-os-thread-state-private.h"
#include "exec/my-pool-private.h"
#include "wait/my-state-lock-private.h"

/* The threads that were submitted to a pool: see "Where work is" in docs/internals-pool.md. */

/* It gets a ticket in the queue, for its turn among the other tasks; who comes with a ticket takes the first thread that is
 * there, or none, if it was taken back. FALSE: my_task_queue_get_ready() comes first, without the lock. */
static gboolean
enqueue_thread_locked (MyPool *self,
                       MyThread *thread)
{
  const MyTask ticket = { NULL, NULL, NULL };

  /* First: who gets the ticket looks for it. */
  my_thread_queue_append (&self->threads, thread);
  switch (my_task_queue_try_push (&self->queue, &ticket)) {
  case MY_TASK_PUSHED:
    self->n_tickets++;
    break;
  case MY_TASK_BUSY:
    my_thread_queue_remove (&self->threads, thread);
    return FALSE;
  case MY_TASK_CLOSED:
  default:
    break;
  }
  self->n_submitted++;
  return TRUE;
}

/* Takes a thread that is just being started, where nothing is in the way: else my_pool_submit() does. The caller notifies. */
gboolean
my_pool_take_locked (MyPool *self,
                     MyThread *thread)
{
  if (self->is_closed || !atomic_load_explicit (&self->has_worker, memory_order_relaxed)) {
    return FALSE;
  }
  return enqueue_thread_locked (self, thread);
}

/* Whether a thread that comes to a closed pool was started before that, and has waited in its group: such a one is as good as
 * queued here. */
static gboolean
comes_late_locked (MyPool *self,
                   MyThread *thread)
{
  return (gpointer) my_run_get_executor (thread) == self->owner && my_run_get_start_serial (thread) <= self->closed_serial;
}

/* Takes a started thread. */
gboolean
my_pool_submit (MyPool *self,
                MyThread *thread,
                GError **error)
{
  gboolean is_ensured = FALSE;

  my_state_lock ();
  for (;;) {
    if (!my_run_is_handed (thread)) {
      /* Cancelled meanwhile: it has ended, and left a reference for its executor. */
      my_state_unlock ();
      my_thread_execute (thread);
      return TRUE;
    }
    if (self->is_closed && !comes_late_locked (self, thread)) {
      my_state_unlock ();
      my_pool_set_shut_down_error (self, error);
      return FALSE;
    }
    if (is_ensured || atomic_load_explicit (&self->has_worker, memory_order_relaxed)) {
      if (enqueue_thread_locked (self, thread)) {
        break;
      }
      my_state_unlock ();
      my_task_queue_get_ready (&self->queue);
      my_state_lock ();
      continue;
    }
    /* Before it is queued, so that there is nothing to be taken back. */
    my_state_unlock ();
    if (!my_pool_ensure_worker (self, error)) {
      return FALSE;
    }
    is_ensured = TRUE;
    my_state_lock ();
  }
  my_state_unlock ();

  /* From here it may have ended, and have taken the pool with it. */
  my_pool_notify (self);

  return TRUE;
}

/* Begins what a ticket stands for, on the calling OS thread, and counts it in @n_begun, which nobody else adds to. NULL: it was taken back. */
MyThread *
my_pool_begin_thread (MyPool *self,
                      _Atomic guint64 *n_begun)
{
  MyThread *thread;
  gboolean has_ended = FALSE;

  if (!my_pool_has_threads (self)) {
    return NULL;
  }

  my_current_get_native_id (); /* for my_run_begin_locked() */
  my_state_lock ();
  thread = my_thread_queue_peek (&self->threads);
  if (thread != NULL) {
    my_thread_queue_remove (&self->threads, thread);
    /* Who is seen to run is not queued any more. */
    has_ended = !my_run_is_handed (thread);
    if (has_ended) {
      atomic_fetch_add_explicit (&self->n_dropped, 1, memory_order_release);
    } else {
      atomic_store_explicit (n_begun, atomic_load_explicit (n_begun, memory_order_relaxed) + 1, memory_order_release);
      my_run_begin_locked (thread);
    }
  }
  my_state_unlock ();

  if (has_ended) {
    /* Another executor has given it to this one, and has not been able to take it back when it was cancelled. */
    my_thread_execute (thread);
    return NULL;
  }
  return thread;
}

/* Gives a thread back that no worker has begun. */
gboolean
my_pool_withdraw_locked (MyPool *self,
                         MyThread *thread,
                         MyWakeList *wakes)
{
  if (!my_thread_queue_contains (&self->threads, thread)) {
    return FALSE;
  }

  my_thread_queue_remove (&self->threads, thread);
  my_wait_queue_wake_first (&self->space, wakes);
  atomic_fetch_add_explicit (&self->n_dropped, 1, memory_order_release);

  return TRUE;
}

/* Whether a worker that came now would begin @thread: there may be one more, and nothing was queued before. */
static gboolean
is_next_locked (MyPool *self,
                MyThread *thread)
{
  return my_thread_queue_peek (&self->threads) == thread &&
         my_pool_get_n_queued_locked (self) == self->threads.n;
}

typedef struct {
  MyPool *pool;
  MyWorker *guest; /* or NULL: it is one of the pool's OS threads */
} Help;

static void
end_help_broken (gpointer data)
{
  Help *help = data;

  atomic_fetch_add_explicit (&help->pool->n_ended_elsewhere, 1, memory_order_release);
  if (help->guest != NULL) {
    my_worker_leave (help->guest);
  }
}

/* Runs a thread on the OS thread of its joiner, if no worker has begun it. On one of the pool's own, always; elsewhere only as a
 * guest for whom there is room, and if it is the next: the limit and the order hold. */
void
my_pool_help_locked (MyPool *self,
                     MyThread *thread,
                     gboolean as_guest)
{
  MyWakeList wakes = { 0 };
  Help help = { self, NULL };
  MyOsThreadSaved saved;

  if (!my_thread_queue_contains (&self->threads, thread)) {
    return;
  }
  if (!my_host_belongs_to (self)) {
    if (!as_guest || !is_next_locked (self, thread)) {
      return;
    }
    help.guest = my_worker_enter_if_allowed_locked (self);
    if (help.guest == NULL) {
      return;
    }
  }
  my_thread_queue_remove (&self->threads, thread);
  my_wait_queue_wake_first (&self->space, &wakes);
  self->n_begun_elsewhere++;
  my_run_begin_locked (thread);
  my_state_unlock ();

  my_wake_list_flush (&wakes);
  my_os_thread_saved_begin (&saved, self->inherited.float_control);
  pthread_cleanup_push (end_help_broken, &help);
  my_run_to_end (thread, &self->n_ended_elsewhere);
  pthread_cleanup_pop (FALSE);
  my_os_thread_saved_end (&saved);

  if (help.guest != NULL) {
    my_worker_leave_and_lock (help.guest);
  } else {
    my_state_lock ();
  }
}
