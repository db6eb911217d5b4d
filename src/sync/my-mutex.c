/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "sync/my-mutex-private.h"

#include <gio/gio.h>
#include <mythread/my-thread-error.h>
#include <mythread/my-thread.h>

#include "core/my-run-private.h"
#include "core/my-thread-name-private.h"
#include "wait/my-state-lock-private.h"
#include "wait/my-wait-spot-private.h"

/* Locks: those of the program, of 16 bytes, and those that are in the library's objects. What makes them one of another thread is
 * MyHold. See "Locks" in docs/internals.md. */

G_STATIC_ASSERT (sizeof (MyMutex) == 16);
G_STATIC_ASSERT (sizeof (MyHold) <= sizeof (MyMutex));
G_STATIC_ASSERT (G_STRUCT_OFFSET (MyHold, next) == G_STRUCT_OFFSET (MyMutex, next));

/* How often a thread looks before it waits, if nobody waits: in pauses, twice as many from one look to the next. A section under a lock
 * is often shorter than this. */
#define MAX_PAUSES 128

/* For how long, in microseconds, others that come later may take it first. To let them is much faster than to wake a thread each time. */
#define PATIENCE 1000

/* The calling OS thread has no object yet. */
MyWaiter *
my_mutex_make_waiter (void)
{
  return my_run_get_waiter (my_thread_get_current ());
}

/* what it is to the wait-for graph, and to a person */

static void
append_name (MyMutex *self,
             gsize tag,
             GString *text)
{
  const char *name = tag != 0 ? ((MyNamedMutex *) self)->name : NULL;

  if (name != NULL) {
    g_string_append (text, "lock \"");
    g_string_append (text, name);
    g_string_append_c (text, '"');
  } else {
    g_string_append_printf (text, "%s %p", tag != 0 ? "lock" : "mutex", (gpointer) self);
  }
}

static void
describe_hold (MyHold *hold,
               gsize tag,
               GString *text)
{
  append_name ((MyMutex *) hold, tag, text);
}

static void __attribute__ ((constructor))
set_describe_hold (void)
{
  my_hold_describe = describe_hold;
}

/* Somebody waits for it, so whoever holds it is there as long as the state lock is held. */
void
my_mutex_append_holder_locked (MyMutex *self,
                               GString *text)
{
  MyHold *hold = my_mutex_get_hold (self);
  MyWaiter *holder = my_hold_get_holder (hold);

  if (my_hold_is_lost (hold)) {
    g_string_append (text, ", whose holder has ended");
  } else if (holder != NULL) {
    g_autofree char *name = my_thread_dup_name_locked (my_current_get_thread_of (holder));

    g_string_append (text, ", which thread \"");
    g_string_append (text, name);
    g_string_append (text, "\" holds");
  }
}

/* By a thread that has not ended, and was not left behind by fork(). */
gboolean
my_mutex_is_held (MyMutex *self)
{
  MyHold *hold = my_mutex_get_hold (self);
  gboolean is_lost;

  if (my_hold_get_holder (hold) == NULL) {
    return FALSE;
  }
  my_state_lock ();
  is_lost = my_hold_is_lost (hold);
  my_state_unlock ();

  return !is_lost;
}

static MyWaitBlocker
get_blocker (gpointer mutex)
{
  MyHold *hold = my_mutex_get_hold (mutex);

  return (MyWaitBlocker){ .waiter = my_hold_is_lost (hold) ? NULL : my_hold_get_holder (hold), .is_holder = TRUE };
}

static void
describe_mutex (gpointer mutex,
                GString *text)
{
  append_name (mutex, 0, text);
  my_mutex_append_holder_locked (mutex, text);
}

static void
describe_lock (gpointer mutex,
               GString *text)
{
  append_name (mutex, MY_HOLD_TAGGED, text);
  my_mutex_append_holder_locked (mutex, text);
}

typedef struct {
  MyWaitTarget normal;
  MyWaitTarget impatient;
  MyWaitTarget hopeless; /* it has been said already that this wait does not end */
} MyMutexTargets;

static const MyMutexTargets mutex_targets = {
  .normal = { .get_blocker = get_blocker, .describe = describe_mutex },
  .impatient = { .get_blocker = get_blocker, .describe = describe_mutex, .is_impatient = TRUE },
  .hopeless = { .describe = describe_mutex },
};

static const MyMutexTargets lock_targets = {
  .normal = { .get_blocker = get_blocker, .describe = describe_lock, .tag = MY_HOLD_TAGGED },
  .impatient = { .get_blocker = get_blocker, .describe = describe_lock, .is_impatient = TRUE, .tag = MY_HOLD_TAGGED },
  .hopeless = { .describe = describe_lock, .tag = MY_HOLD_TAGGED },
};

/* waiting */

typedef enum {
  TAKEN,
  TIMED_OUT,
  CANCELLED,
  DEADLOCK,
  LOST,
} MyMutexResult;

/* Whether it got free soon. */
static gboolean
watch (MyHold *hold,
       MyWaiter *waiter,
       gsize tag)
{
  for (guint n = 1; n <= MAX_PAUSES; n *= 2) {
    gsize word = my_hold_get_word (hold);

    if ((word & ~(gsize) MY_HOLD_AWAITED) == 0) {
      if (my_hold_try_barging (hold, waiter, tag)) {
        return TRUE;
      }
    } else if ((word & (MY_HOLD_AWAITED | MY_HOLD_LOST)) != 0 || (MyWaiter *) (word & ~(gsize) MY_HOLD_FLAGS) == waiter) {
      return FALSE;
    }
    for (guint i = 0; i < n; i++) {
      my_parker_relax ();
    }
  }
  return FALSE;
}

static const MyWaitTarget *
get_target (gsize tag,
            gint64 since,
            gboolean is_hopeless)
{
  const MyMutexTargets *targets = tag != 0 ? &lock_targets : &mutex_targets;

  if (is_hopeless) {
    return &targets->hopeless;
  }
  return since != 0 && g_get_monotonic_time () - since > PATIENCE ? &targets->impatient : &targets->normal;
}

/* With the state lock held. LOST and DEADLOCK only if it is not @is_hopeless. */
static MyMutexResult
wait_locked (MyHold *hold,
             MyWaiter *waiter,
             gsize tag,
             gint64 deadline,
             gboolean interruptible,
             gboolean is_hopeless,
             GString *cycle)
{
  guint n_forks = my_state_n_forks;
  MyWaitSpot *spot = NULL;
  MyMutexResult result = TAKEN;
  MyWaitResult wait_result = MY_WAIT_WOKEN;
  gint64 since = 0;

  while (!my_hold_try_barging (hold, waiter, tag)) {
    if (wait_result != MY_WAIT_WOKEN) {
      result = wait_result == MY_WAIT_TIMED_OUT ? TIMED_OUT : wait_result == MY_WAIT_CANCELLED ? CANCELLED
                                                                                               : DEADLOCK;
      break;
    }
    if (!is_hopeless && my_hold_is_lost (hold)) {
      result = LOST;
      break;
    }
    if (deadline == MY_DEADLINE_PAST) {
      gboolean is_cancelled = interruptible && atomic_load_explicit (&waiter->cancelled, memory_order_relaxed);

      result = is_cancelled ? CANCELLED : TIMED_OUT;
      break;
    }
    if (!my_hold_note_awaited (hold)) {
      continue;
    }
    if (spot == NULL) {
      spot = my_wait_spot_enter (hold);
    }
    wait_result = my_wait_block_told (waiter, &spot->queue, get_target (tag, since, is_hopeless), hold, deadline, interruptible, cycle);
    if (since == 0) {
      since = g_get_monotonic_time ();
    }
    /* Who let it go may have handed it over. */
    if (wait_result == MY_WAIT_WOKEN && (my_hold_get_word (hold) & ~(gsize) MY_HOLD_AWAITED) == ((gsize) waiter | tag)) {
      my_hold_list (hold, waiter);
      break;
    }
  }
  if (spot != NULL && n_forks == my_state_n_forks) {
    my_wait_spot_leave (spot);
  }
  return result;
}

static MyMutexResult
wait_for (MyHold *hold,
          MyWaiter *waiter,
          gsize tag,
          gint64 deadline,
          gboolean interruptible,
          gboolean is_hopeless,
          GString *cycle)
{
  MyMutexResult result;

  my_state_lock ();
  result = wait_locked (hold, waiter, tag, deadline, interruptible, is_hopeless, cycle);
  my_state_unlock ();

  return result;
}

static char *
dup_name (MyMutex *self,
          gsize tag)
{
  GString *text = g_string_new (NULL);

  my_state_lock ();
  append_name (self, tag, text);
  my_state_unlock ();
  return g_string_free (text, FALSE);
}

static void
set_error (MyMutex *self,
           gsize tag,
           MyMutexResult result,
           const char *cycle,
           GError **error)
{
  g_autofree char *name = error != NULL ? dup_name (self, tag) : NULL;

  switch (result) {
  case CANCELLED:
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled while waiting for %s", name);
    break;
  case DEADLOCK:
    g_set_error (error, MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK, "To wait for %s would never end: %s", name, cycle);
    break;
  case LOST:
    g_set_error (error, MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK, "To wait for %s would never end: its holder has ended", name);
    break;
  case TIMED_OUT:
  case TAKEN:
  default:
    g_set_error (error, MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT, "The wait for %s has taken longer than its limit", name);
    break;
  }
}

/* Takes it for @waiter, the calling thread, as my_mutex_acquire() does. */
gboolean
my_mutex_take (MyMutex *self,
               MyWaiter *waiter,
               gsize tag,
               gint64 timeout_us,
               GError **error)
{
  MyHold *hold = my_mutex_get_hold (self);
  g_autoptr (GString) cycle = NULL;
  MyMutexResult result;

  if (timeout_us != 0 && watch (hold, waiter, tag)) {
    return TRUE;
  }
  if (error != NULL) {
    cycle = g_string_new (NULL);
  }
  result = wait_for (hold, waiter, tag, timeout_us == 0 ? MY_DEADLINE_PAST : my_wait_deadline (timeout_us), TRUE, FALSE, cycle);
  if (result != TAKEN) {
    set_error (self, tag, result, cycle != NULL ? cycle->str : NULL, error);
  }
  return result == TAKEN;
}

/* Takes it, however long that is. A cycle is a warning that names @function. */
void
my_mutex_take_anyway (MyMutex *self,
                      MyWaiter *waiter,
                      gsize tag,
                      const char *function)
{
  MyHold *hold = my_mutex_get_hold (self);
  GString *cycle;
  MyMutexResult result;

  if (watch (hold, waiter, tag)) {
    return;
  }
  cycle = g_string_new (NULL);
  result = wait_for (hold, waiter, tag, MY_DEADLINE_NEVER, FALSE, FALSE, cycle);
  if (G_UNLIKELY (result != TAKEN)) {
    g_autofree char *name = dup_name (self, tag);

    g_warning ("%s: the wait for %s can not end: %s", function, name, result == LOST ? "its holder has ended" : cycle->str);
    wait_for (hold, waiter, tag, MY_DEADLINE_NEVER, FALSE, TRUE, NULL);
  }
  g_string_free (cycle, TRUE);
}

/* A holder that was lost by a fork() has let it go. */
void
my_mutex_take_inner (MyMutex *self,
                     MyWaiter *waiter)
{
  MyHold *hold = my_mutex_get_hold (self);

  if (G_UNLIKELY (my_state_n_forks > 0)) {
    my_state_lock ();
    if (my_hold_is_lost (hold)) {
      __atomic_store_n (&hold->word, NULL, __ATOMIC_RELAXED);
    }
    my_state_unlock ();
  }
  my_mutex_take_anyway (self, waiter, 0, "an object of the library");
}

gboolean
my_mutex_let_go (MyMutex *self,
                 MyWaiter *waiter,
                 gsize tag)
{
  MyHold *hold = my_mutex_get_hold (self);

  if (G_UNLIKELY (!my_hold_unlist (hold, waiter))) {
    return FALSE;
  }
  if (G_UNLIKELY (!my_hold_try_release (hold, waiter, tag))) {
    MyWakeList wakes = { 0 };

    my_state_lock ();
    my_hold_release_locked (hold, &wakes);
    my_state_unlock ();
    my_wake_list_flush (&wakes);
  }
  return TRUE;
}

/* The same in a section, at the end of which the next thread is woken. */
void
my_mutex_let_go_locked (MyMutex *self,
                        MyWaiter *waiter)
{
  MyHold *hold = my_mutex_get_hold (self);
  MyWakeList wakes = { 0 };

  my_hold_unlist (hold, waiter);
  my_hold_release_locked (hold, &wakes);
  my_wake_list_put_off_locked (&wakes);
}

/* public */

/**
 * my_mutex_init:
 * @self: memory for a mutex
 *
 * Makes it a mutex that is free. One in memory that is zero needs no such call.
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_mutex_init (MyMutex *self)
{
  g_return_if_fail (self != NULL);

  *self = (MyMutex) MY_MUTEX_INIT;
}

/**
 * my_mutex_clear:
 * @self: a mutex
 *
 * Says that the mutex is not used any more. There is nothing to be freed, so for a mutex that is free it need not be
 * called. One that is held, or waited for, is a critical.
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_mutex_clear (MyMutex *self)
{
  g_return_if_fail (self != NULL);

  if (G_UNLIKELY (my_mutex_is_held (self))) {
    g_critical ("my_mutex_clear: mutex %p is held", (gpointer) self);
    return;
  }
  my_mutex_init (self);
}

/**
 * my_mutex_lock:
 * @self: a mutex
 *
 * Waits until the mutex is free, and locks it.
 *
 * No cancellation interrupts it. If the wait closes a cycle of waits, or if the thread that holds the mutex has ended, this is
 * a warning, which names all that is in the cycle; then it waits on. For a thread that holds it already, that is so, too.
 *
 * Any thread may call it. It blocks. A mutex that is free costs one atomic operation.
 *
 * Since: 1.0
 */
void
my_mutex_lock (MyMutex *self)
{
  MyWaiter *waiter = my_mutex_get_waiter ();

  if (G_UNLIKELY (!my_hold_try (my_mutex_get_hold (self), waiter, 0))) {
    my_mutex_take_anyway (self, waiter, 0, "my_mutex_lock");
  }
}

/**
 * my_mutex_trylock:
 * @self: a mutex
 *
 * Locks the mutex if it is free.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: whether it did
 *
 * Since: 1.0
 */
gboolean
my_mutex_trylock (MyMutex *self)
{
  return my_hold_try_barging (my_mutex_get_hold (self), my_mutex_get_waiter (), 0);
}

/**
 * my_mutex_acquire:
 * @self: a mutex
 * @timeout_us: how long to wait, in microseconds; negative: for ever; 0: not at all
 * @error: return location for an error
 *
 * Waits until the mutex is free, and locks it; but not longer than @timeout_us, and not when the calling thread is cancelled.
 *
 * A mutex that is free is locked for a thread that is cancelled, too.
 *
 * The error is `MY_THREAD_ERROR_TIMED_OUT`; `G_IO_ERROR_CANCELLED`; or `MY_THREAD_ERROR_DEADLOCK`, if the wait has no limit and
 * would close a cycle of waits, all threads and objects of which are named, or if the thread that holds the mutex has ended.
 *
 * Any thread may call it. It blocks.
 *
 * Returns: whether it is locked
 *
 * Since: 1.0
 */
gboolean
my_mutex_acquire (MyMutex *self,
                  gint64 timeout_us,
                  GError **error)
{
  MyWaiter *waiter;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  waiter = my_mutex_get_waiter ();
  return G_LIKELY (my_hold_try (my_mutex_get_hold (self), waiter, 0)) || my_mutex_take (self, waiter, 0, timeout_us, error);
}

/**
 * my_mutex_unlock:
 * @self: a mutex that the calling thread has locked
 *
 * Lets the mutex go. One that the calling thread does not hold is a critical, and is left as it is.
 *
 * Any thread may call it, if it has the mutex locked. It does not block.
 *
 * Since: 1.0
 */
void
my_mutex_unlock (MyMutex *self)
{
  if (G_UNLIKELY (!my_mutex_let_go (self, my_mutex_get_waiter (), 0))) {
    g_critical ("my_mutex_unlock: the calling thread does not hold mutex %p", (gpointer) self);
  }
}
