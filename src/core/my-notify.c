/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-notify-private.h"

#include <gio/gio.h>
#include <mythread/my-thread-enums.h>
#include <mythread/my-thread-error.h>
#include <mythread/my-thread-group.h>
#include <mythread/my-thread-pool.h>
#include <pthread.h>

#include "core/my-probe-private.h"
#include "wait/my-state-lock-private.h"

atomic_int my_signals;
atomic_int my_signals_are_prepared;

/* Held by the thread that finds it out. A leaf, but for what a probe takes. In a child it is as new. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void
do_nothing (void)
{
}

/* Takes each lock that an object's life takes: of GObject for signals, notifications and weak references, of GIO for cancellables. */
static void
use_objects (gpointer unused)
{
  /* No class is initialised here: a thread that got stuck in that would keep the lock for it. */
  GObject *object = g_object_new (G_TYPE_OBJECT, NULL);
  GWeakRef weak_ref;

  g_weak_ref_init (&weak_ref, object);
  g_signal_connect (object, "notify", do_nothing, NULL);
  g_object_unref (object);
  g_weak_ref_clear (&weak_ref);

  if (atomic_load_explicit (&my_signals_are_prepared, memory_order_acquire)) {
    GCancellable *cancellable = g_cancellable_new ();

    g_cancellable_cancel (cancellable);
    g_object_unref (cancellable);
  }
}

static void
say_that_lost (gpointer unused)
{
  g_message ("This process was forked while another thread held a lock of GObject's. It can not emit signals, and lets no object go.");
}

/* The slow part of my_signals_work(). */
gboolean
my_signals_find_out (void)
{
  gboolean work;

  if (atomic_load_explicit (&my_signals, memory_order_relaxed) == MY_SIGNALS_LOST) {
    return FALSE;
  }

  my_state_assert_unlocked ();
  pthread_mutex_lock (&lock);
  if (atomic_load_explicit (&my_signals, memory_order_relaxed) == MY_SIGNALS_UNKNOWN) {
    switch (my_probe (use_objects, NULL)) {
    case MY_PROBE_RETURNS:
      atomic_store_explicit (&my_signals, MY_SIGNALS_WORK, memory_order_relaxed);
      break;
    case MY_PROBE_STUCK:
      atomic_store_explicit (&my_signals, MY_SIGNALS_LOST, memory_order_relaxed);
      /* GLib's locks for that may be lost, too. */
      my_probe (say_that_lost, NULL);
      break;
    case MY_PROBE_REFUSED:
    default:
      /* Not known yet. Better no signals than a thread that never returns. */
      break;
    }
  }
  work = atomic_load_explicit (&my_signals, memory_order_relaxed) == MY_SIGNALS_WORK;
  pthread_mutex_unlock (&lock);

  return work;
}

/* Where signals work. With no cancellation of the calling OS thread: GIO wakes those that poll with a lock held, and that is a cancellation
 * point; and a handler that is left in the middle is waited for by g_cancellable_disconnect(). */
void
my_cancellable_cancel (GCancellable *cancellable)
{
  int cancel_state = PTHREAD_CANCEL_ENABLE;

  my_state_assert_unlocked ();
  pthread_setcancelstate (PTHREAD_CANCEL_DISABLE, &cancel_state);
  g_cancellable_cancel (cancellable);
  pthread_setcancelstate (cancel_state, NULL);
}

static MyProcessHandler preparations[4]; /* const once loaded */

/* Has @prepare called when the class of threads is initialised. In a constructor. */
void
my_signals_watch_preparation (MyProcessHandler prepare)
{
  my_process_handlers_add (preparations, G_N_ELEMENTS (preparations), prepare);
}

/* What the library needs in a child, and what takes locks only when it is first used, is used: so that a child in which that has been done
 * has no need of those locks. */
void
my_signals_prepare_for_children (void)
{
  g_type_class_ref (G_TYPE_CANCELLABLE);
  g_io_error_quark ();
  my_process_handlers_call (preparations, G_N_ELEMENTS (preparations));
  atomic_store_explicit (&my_signals_are_prepared, TRUE, memory_order_release);
}

void
my_signals_note_fork_in_child (gboolean had_other_threads)
{
  lock = (pthread_mutex_t) PTHREAD_MUTEX_INITIALIZER;
  if (had_other_threads && atomic_load_explicit (&my_signals, memory_order_relaxed) == MY_SIGNALS_WORK) {
    atomic_store_explicit (&my_signals, MY_SIGNALS_UNKNOWN, memory_order_relaxed);
  }
}
