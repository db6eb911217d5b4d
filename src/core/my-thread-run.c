/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-executor.h>
#include <pthread.h>

#include "core/my-delivery-private.h"
#include "core/my-executor-private.h"
#include "core/my-run-private.h"
#include "core/my-thread-private.h"
#include "wait/my-host-private.h"
#include "wait/my-state-lock-private.h"

/* Running a thread, from HANDED to its end. */

/* what an executor knows of it */

MyWaiter *
my_run_get_waiter (MyThread *thread)
{
  return &my_thread_get_private (thread)->waiter;
}

MyWaitQueue *
my_run_get_joiners (MyThread *thread)
{
  return &my_thread_get_private (thread)->joiners;
}

gboolean
my_run_is_worker (MyThread *thread)
{
  return my_thread_get_private (thread)->kind == MY_KIND_WORKER;
}

MyExecutor *
my_run_get_executor (MyThread *thread)
{
  return my_thread_get_private (thread)->executor;
}

guint64
my_run_get_start_serial (MyThread *thread)
{
  return my_thread_get_private (thread)->start_serial;
}

guint64
my_run_get_last_start_serial_locked (void)
{
  return my_start_serial;
}

gboolean
my_run_is_handed (MyThread *thread)
{
  return my_thread_get_phase (thread) == MY_PHASE_HANDED;
}

/* running */

/* Ends a thread whose run() has returned. Takes @error. The thread may be gone when it returns.
 *
 * With @may_offer the OS thread, if it is the library's, is there for the next thread before anybody hears of the end of
 * this one; but not if there is yet something to be done on it that may call user's code, which might wait for the next.
 * With @is_broken it is being ended, and calls no binding, which may have ended it. */
static void
end (MyThread *self,
     GError *error,
     gboolean may_offer,
     gboolean is_broken)
{
  MyThreadPrivate *priv = my_thread_get_private (self);
  MyFailure *failure = error != NULL ? my_failure_new (error) : NULL;
  MyAfter after = { .is_broken = is_broken };
  MyPhase phase;

  my_life_end_holds (self);
  my_state_lock ();
  while (G_UNLIKELY (priv->is_being_named)) {
    my_state_nap ();
  }
  may_offer = may_offer && priv->owns_os_thread;
  if (error == NULL) {
    phase = MY_PHASE_SUCCEEDED;
  } else if (atomic_load_explicit (&priv->waiter.cancelled, memory_order_relaxed) &&
             g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    phase = MY_PHASE_CANCELLED;
  } else {
    phase = MY_PHASE_FAILED;
  }
  my_life_end_locked (self, phase, failure, &after);
  if (may_offer && after.launch_first == NULL && after.groups == NULL && after.cancellables == NULL && !after.lets_go) {
    my_os_threads->offer_locked ();
  }
  my_state_unlock ();

  my_after_run_at_end (&after, self);
}

static void
begin_locked (MyThread *self,
              guint changes)
{
  my_phase_begin (my_thread_get_private (self));
  /* Under the lock: what cancel() posts comes after it. */
  my_delivery_post_kept_locked (self, MY_CHANGE_STARTED | MY_CHANGE_STATE | MY_CHANGE_ALIVE | changes);
}

/* RUNNING, on this OS thread, which knows its native id, and where my_run_to_end() is next. For a thread in MY_PHASE_HANDED that nobody else can begin: it
 * was taken out of its executor's queue in the same section. */
void
my_run_begin_locked (MyThread *self)
{
  MyThreadPrivate *priv = my_thread_get_private (self);

  g_assert (my_phase_get_locked (priv) == MY_PHASE_HANDED);

  priv->ident = (guint64) pthread_self ();
  priv->native_id = my_current_get_native_id ();
  begin_locked (self, MY_CHANGE_IDENT | MY_CHANGE_NATIVE_ID);
}

/* Whether it is for somebody from outside to begin and to end the thread: it has an executor, and that is none of this library's. */
static gboolean
is_executed_outside_locked (MyThreadPrivate *priv)
{
  return priv->executor != NULL && my_executor_get_extras (priv->executor) == NULL;
}

/* RUNNING, if it has not been ended meanwhile. With @os_name, that is for an OS thread of its own: the name to give it.
 *
 * The reference that cancel() left for the executor is dropped by execute(), or, for what runs elsewhere, by
 * report_end(). */
static gboolean
begin (MyThread *self,
       gboolean on_this_os_thread,
       char *os_name)
{
  MyThreadPrivate *priv = my_thread_get_private (self);
  gboolean was_cancelled;
  gboolean was_abandoned;

  my_current_get_native_id (); /* for my_run_begin_locked() */
  my_state_lock ();
  if (my_phase_get_locked (priv) == MY_PHASE_HANDED && (os_name != NULL || is_executed_outside_locked (priv))) {
    if (os_name != NULL) {
      priv->owns_os_thread = TRUE;
      my_thread_copy_os_name (self, os_name);
    }
    if (on_this_os_thread) {
      my_run_begin_locked (self);
    } else {
      priv->is_remote = TRUE;
      begin_locked (self, 0);
    }
    my_state_unlock ();
    return TRUE;
  }
  was_cancelled = my_phase_get_locked (priv) == MY_PHASE_CANCELLED;
  was_abandoned = on_this_os_thread && priv->is_abandoned && (os_name != NULL || priv->executor != NULL);
  if (was_abandoned) {
    priv->is_abandoned = FALSE;
  }
  my_state_unlock ();

  if (was_abandoned) {
    my_delivery_drop (self);
  } else if (!was_cancelled || on_this_os_thread) {
    g_autofree char *name = my_thread_dup_name (self);

    g_critical ("%s: thread \"%s\" is not in the hands of an executor, or was begun already",
                on_this_os_thread ? "my_thread_execute" : "my_thread_report_begin", name);
  }
  return FALSE;
}

/* run() has called pthread_exit(), or somebody has cancelled the OS thread, or an interpreter that is shutting down has
 * ended it: whoever waits for the thread must not wait for ever. */
static void
end_broken (gpointer data)
{
  my_current_swap (NULL);
  my_after_leave_nothing ();
  end (data, g_error_new_literal (MY_THREAD_ERROR, MY_THREAD_ERROR_BROKEN, "The OS thread was ended in run()"), FALSE, TRUE);
}

/* Calls run(). Returns the cancel state, which is disabled. Not inline: beside pthread_cleanup_push() the compiler keeps nothing in
 * registers. */
static G_GNUC_NO_INLINE int
call_run (MyThread *self,
          GError **error)
{
  MyThreadClass *klass = MY_THREAD_GET_CLASS (self);
  int cancel_state = PTHREAD_CANCEL_ENABLE;

  my_state_assert_unlocked ();
  pthread_cleanup_push (end_broken, self);
  if (G_LIKELY (klass->run != NULL)) {
    klass->run (self, error);
  }
  /* A pthread_cancel() that run() has not noticed comes too late: the end of the thread must not be left in the middle. */
  pthread_setcancelstate (PTHREAD_CANCEL_DISABLE, &cancel_state);
  pthread_cleanup_pop (FALSE);

  return cancel_state;
}

/* Calls run(), and ends the thread, which has been begun on this OS thread. Whoever counts ends has counted this one when a joiner knows
 * of it: @n_ended is NULL, or added to before. */
void
my_run_to_end (MyThread *self,
               _Atomic guint64 *n_ended)
{
  MyThread *outer = my_current_swap (self);
  MyHost *host = my_host_current;
  MyWaiter *outer_subject = NULL;
  GError *error = NULL;
  int cancel_state;

  if (host != NULL) {
    outer_subject = host->subject;
    host->subject = &my_thread_get_private (self)->waiter;
  }
  cancel_state = call_run (self, &error);
  if (host != NULL) {
    host->subject = outer_subject;
  }
  if (n_ended != NULL) {
    atomic_fetch_add_explicit (n_ended, 1, memory_order_release);
  }
  my_current_swap (outer);
  end (self, error, TRUE, FALSE);
  pthread_setcancelstate (cancel_state, NULL);
}

/* On the OS thread that is to run @self, and nothing else. */
void
my_run_on_os_thread (MyThread *self)
{
  char os_name[16];

  if (begin (self, TRUE, os_name)) {
    MyThreadPrivate *priv = my_thread_get_private (self);
    gboolean is_renamed;

    my_os_threads->adopt (os_name, priv->priority);

    /* Who has renamed it since may have been too early for the line above. */
    my_state_lock ();
    is_renamed = priv->is_renamed;
    my_state_unlock ();
    if (G_UNLIKELY (is_renamed)) {
      my_thread_tell_os_name (self);
    }

    my_run_to_end (self, NULL);
  }
}

/**
 * my_thread_execute:
 * @self: a thread that was given to an executor
 *
 * Runs the thread on the calling OS thread: begins it, calls its `run()`, ends
 * it.
 *
 * For implementers of [iface@Executor] only, once for each thread that
 * they took, on any OS thread. It blocks until `run()` has returned. If the thread was cancelled before, nothing happens. The thread
 * may be gone when it returns, unless the caller has a reference of its own.
 *
 * Since: 1.0
 */
void
my_thread_execute (MyThread *self)
{
  g_return_if_fail (MY_IS_THREAD (self));

  if (begin (self, TRUE, NULL)) {
    my_run_to_end (self, NULL);
  }
}

/**
 * my_thread_report_begin:
 * @self: a thread that was given to an executor
 *
 * Says that the thread has begun to run, in another process or on another
 * machine.
 *
 * For implementers of [iface@Executor] only. Until [method@Thread.report_end] they pass on the
 * reports of the thread with [method@Thread.set_progress] and [method@Thread.set_status], and watch
 * for its cancellation with [method@Thread.get_cancellable].
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_thread_report_begin (MyThread *self)
{
  g_return_if_fail (MY_IS_THREAD (self));

  begin (self, FALSE, NULL);
}

/**
 * my_thread_report_end:
 * @self: a thread that was given to an executor
 * @result: (nullable): its result
 * @error: (nullable): its error
 *
 * Says how a thread that runs elsewhere has ended.
 *
 * For implementers of [iface@Executor] only, once for each thread that they took and do not run by
 * [method@Thread.execute]. If the thread never began, it is called without
 * [method@Thread.report_begin]. If the thread was cancelled before it began, it has ended already,
 * and nothing else happens. The thread may be gone when it returns, unless the caller has a
 * reference of its own.
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_thread_report_end (MyThread *self,
                      const GValue *result,
                      const GError *error)
{
  MyThreadPrivate *priv;
  gboolean was_abandoned;
  gboolean is_alive;

  g_return_if_fail (MY_IS_THREAD (self));
  g_return_if_fail (result == NULL || G_IS_VALUE (result));

  priv = my_thread_get_private (self);

  my_state_lock ();
  is_alive = (my_phase_get_locked (priv) == MY_PHASE_HANDED && is_executed_outside_locked (priv)) || (my_phase_get_locked (priv) == MY_PHASE_RUNNING && priv->is_remote);
  if (is_alive) {
    /* From here cancel() leaves it alone: nobody but the reporter ends it. */
    if (my_phase_get_locked (priv) == MY_PHASE_HANDED) {
      my_phase_begin (priv);
    }
    priv->is_remote = FALSE;
  }
  was_abandoned = priv->is_abandoned && priv->executor != NULL;
  if (was_abandoned) {
    priv->is_abandoned = FALSE;
  }
  my_state_unlock ();

  if (is_alive) {
    if (result != NULL) {
      my_thread_set_result (self, result);
    }
    end (self, error != NULL ? g_error_copy (error) : NULL, FALSE, FALSE);
  } else if (was_abandoned) {
    my_delivery_drop (self);
  } else {
    g_autofree char *name = my_thread_dup_name (self);

    g_critical ("%s: thread \"%s\" is not in the hands of an executor", G_STRFUNC, name);
  }
}
