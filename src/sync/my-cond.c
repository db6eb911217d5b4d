/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "sync/my-cond-private.h"

#include <gio/gio.h>
#include <mythread/my-thread-error.h>

#include "wait/my-state-lock-private.h"
#include "wait/my-wait-spot-private.h"

/* Conditions. The thread that waits lets the mutex go in the section in which it enters the queue: whoever takes the mutex after that finds
 * `is_awaited` set, and the thread in the queue. */

G_STATIC_ASSERT (sizeof (MyCond) == 16);

/* On the stack of the thread that waits: what the target's functions get. */
typedef struct {
  MyCond *cond;
  const MySyncLabel *label;
  gboolean is_signalled; /* [state] a wait is begun again for other reasons, too */
} MyCondWait;

static void
describe (gpointer object,
          GString *text)
{
  MyCondWait *self = object;

  if (self->label != NULL) {
    my_sync_label_append_locked (self->label, text);
  } else {
    g_string_append_printf (text, "condition %p", (gpointer) self->cond);
  }
}

/* Anybody may signal it: so a wait for it is no part of the graph. */
static const MyWaitTarget cond_target = {
  .describe = describe,
};

MyWaitResult
my_cond_block (MyCond *self,
               MyMutex *mutex,
               MyWaiter *waiter,
               gsize tag,
               const MySyncLabel *label,
               gint64 deadline,
               gboolean interruptible)
{
  MyCondWait wait = { .cond = self, .label = label };
  MyWaitResult result;
  MyWaitSpot *spot;
  guint n_forks;

  my_state_lock ();
  n_forks = my_state_n_forks;
  spot = my_wait_spot_enter (self);
  /* It is taken back by a signal that finds nobody left: when this thread has been woken the condition may be gone. */
  __atomic_store_n (&self->is_awaited, 1, __ATOMIC_RELAXED);
  my_mutex_let_go_locked (mutex, waiter);
  do {
    if (deadline != MY_DEADLINE_PAST) {
      result = my_wait_block (waiter, &spot->queue, &cond_target, &wait, deadline, interruptible);
    } else {
      result = interruptible && atomic_load_explicit (&waiter->cancelled, memory_order_relaxed) ? MY_WAIT_CANCELLED : MY_WAIT_TIMED_OUT;
    }
  } while (result == MY_WAIT_WOKEN && !wait.is_signalled);
  if (n_forks == my_state_n_forks) {
    my_wait_spot_leave (spot);
  }
  my_state_unlock ();

  if (!my_hold_try (my_mutex_get_hold (mutex), waiter, tag)) {
    my_mutex_take_anyway (mutex, waiter, tag, "the wait for a condition");
  }
  return result;
}

/* Wakes at most so many. */
void
my_cond_wake (MyCond *self,
              guint n)
{
  MyWakeList wakes = { 0 };
  MyWaitSpot *spot;

  if (__atomic_load_n (&self->is_awaited, __ATOMIC_RELAXED) == 0) {
    return;
  }
  my_state_lock ();
  spot = my_wait_spot_find (self);
  for (; spot != NULL && spot->queue.first != NULL && n > 0; n--) {
    ((MyCondWait *) spot->queue.first->object)->is_signalled = TRUE;
    my_wait_queue_wake_first (&spot->queue, &wakes);
  }
  if (spot == NULL || spot->queue.first == NULL) {
    __atomic_store_n (&self->is_awaited, 0, __ATOMIC_RELAXED);
  }
  my_state_unlock ();
  my_wake_list_flush (&wakes);
}

/* Whether the calling thread may wait: it holds the mutex. */
static gboolean
check_is_held (MyMutex *mutex,
               MyWaiter *waiter,
               const char *function)
{
  if (G_UNLIKELY (!my_mutex_is_mine (mutex, waiter))) {
    g_critical ("%s: the calling thread does not hold mutex %p", function, (gpointer) mutex);
    return FALSE;
  }
  return TRUE;
}

/**
 * my_cond_init:
 * @self: memory for a condition
 *
 * Makes it a condition that nobody waits for. One in memory that is zero needs no such call.
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_cond_init (MyCond *self)
{
  g_return_if_fail (self != NULL);

  *self = (MyCond) MY_COND_INIT;
}

/**
 * my_cond_clear:
 * @self: a condition
 *
 * Says that the condition is not used any more. There is nothing to be freed, so it need not be called. One that is waited
 * for is a critical.
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_cond_clear (MyCond *self)
{
  MyWaitSpot *spot;
  gboolean is_awaited;

  g_return_if_fail (self != NULL);

  my_state_lock ();
  spot = my_wait_spot_find (self);
  is_awaited = spot != NULL && spot->queue.first != NULL;
  my_state_unlock ();
  if (G_UNLIKELY (is_awaited)) {
    g_critical ("my_cond_clear: condition %p is waited for", (gpointer) self);
    return;
  }
  my_cond_init (self);
}

/**
 * my_cond_wait:
 * @self: a condition
 * @mutex: a mutex that the calling thread has locked
 *
 * Lets the mutex go, waits until the condition is signalled, and locks the mutex again.
 *
 * No cancellation interrupts it. A mutex that the calling thread does not hold is a critical: then it does not wait.
 *
 * Any thread may call it. It blocks.
 *
 * Since: 1.0
 */
void
my_cond_wait (MyCond *self,
              MyMutex *mutex)
{
  MyWaiter *waiter = my_mutex_get_waiter ();

  g_return_if_fail (self != NULL);
  g_return_if_fail (mutex != NULL);

  if (check_is_held (mutex, waiter, "my_cond_wait")) {
    my_cond_block (self, mutex, waiter, 0, NULL, MY_DEADLINE_NEVER, FALSE);
  }
}

/**
 * my_cond_wait_until:
 * @self: a condition
 * @mutex: a mutex that the calling thread has locked
 * @end_time: when to wait no longer, in microseconds of [func@GLib.get_monotonic_time]
 *
 * Lets the mutex go, waits until the condition is signalled, but not longer than until @end_time, and locks the mutex again.
 *
 * No cancellation interrupts it. A mutex that the calling thread does not hold is a critical: then it does not wait.
 *
 * Any thread may call it. It blocks.
 *
 * Returns: whether it was signalled
 *
 * Since: 1.0
 */
gboolean
my_cond_wait_until (MyCond *self,
                    MyMutex *mutex,
                    gint64 end_time)
{
  MyWaiter *waiter = my_mutex_get_waiter ();
  gint64 deadline = end_time;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (mutex != NULL, FALSE);

  if (!check_is_held (mutex, waiter, "my_cond_wait_until")) {
    return FALSE;
  }
  if (end_time <= g_get_monotonic_time ()) {
    deadline = MY_DEADLINE_PAST;
  } else if (end_time == MY_DEADLINE_NEVER) {
    deadline = MY_DEADLINE_NEVER;
  }
  return my_cond_block (self, mutex, waiter, 0, NULL, deadline, FALSE) == MY_WAIT_WOKEN;
}

/**
 * my_cond_wait_timeout:
 * @self: a condition
 * @mutex: a mutex that the calling thread has locked
 * @timeout_us: how long to wait, in microseconds; negative: for ever; 0: it lets the mutex go for a moment
 * @error: return location for an error
 *
 * Lets the mutex go, waits until the condition is signalled, but not longer than @timeout_us, and not when the calling thread is
 * cancelled, and locks the mutex again.
 *
 * The mutex is locked again in every case: to take it back has no limit, and is not interrupted. A wait that is interrupted has
 * used up no signal. A mutex that the calling thread does not hold is a critical: then it does not wait, and sets no error.
 *
 * The error is `MY_THREAD_ERROR_TIMED_OUT` or `G_IO_ERROR_CANCELLED`.
 *
 * Any thread may call it. It blocks.
 *
 * Returns: whether it was signalled
 *
 * Since: 1.0
 */
gboolean
my_cond_wait_timeout (MyCond *self,
                      MyMutex *mutex,
                      gint64 timeout_us,
                      GError **error)
{
  MyWaiter *waiter = my_mutex_get_waiter ();

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (mutex != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!check_is_held (mutex, waiter, "my_cond_wait_timeout")) {
    return FALSE;
  }
  switch (my_cond_block (self, mutex, waiter, 0, NULL, timeout_us == 0 ? MY_DEADLINE_PAST : my_wait_deadline (timeout_us), TRUE)) {
  case MY_WAIT_WOKEN:
    return TRUE;
  case MY_WAIT_CANCELLED:
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled while waiting for condition %p", (gpointer) self);
    return FALSE;
  case MY_WAIT_TIMED_OUT:
  case MY_WAIT_DEADLOCK:
  default:
    g_set_error (error, MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT, "Condition %p was not signalled in time", (gpointer) self);
    return FALSE;
  }
}

/**
 * my_cond_signal:
 * @self: a condition
 *
 * Wakes the thread that has waited longest for the condition, if there is one.
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_cond_signal (MyCond *self)
{
  g_return_if_fail (self != NULL);

  my_cond_wake (self, 1);
}

/**
 * my_cond_broadcast:
 * @self: a condition
 *
 * Wakes all threads that wait for the condition.
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_cond_broadcast (MyCond *self)
{
  g_return_if_fail (self != NULL);

  my_cond_wake (self, G_MAXUINT);
}
