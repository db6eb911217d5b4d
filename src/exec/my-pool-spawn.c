/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <glib.h>
#include <pthread.h>
#include <string.h>

#include "core/my-process-private.h"
#include "core/my-run-private.h"
#include "core/my-thread-name-private.h"
#include "exec/my-os-thread-private.h"
#include "exec/my-pool-private.h"
#include "wait/my-retry-private.h"
#include "wait/my-state-lock-private.h"

/* How a pool gets its workers, and what becomes of it when the system refuses one: see "A refused OS thread" in
 * docs/internals-pool.md. */

static MyOsThreadBody worker_main; /* [const] once loaded */
static MyPool *wanting;            /* [state] linked by next_retry_pool, but for those that are being asked for again just now */
static guint n_wanting;            /* [state] with those */
static GSource *loop_source;       /* [state] a reference to the one in the default context that does so, too; or NULL */
static gboolean is_in_child;       /* [state] the default context is the parent's */

/* What a worker's OS thread does. In a constructor. */
void
my_pool_set_worker_main (MyOsThreadBody main)
{
  worker_main = main;
}

/* Whether it will have no task any more, as far as can be told. */
static gboolean
is_over_locked (MyPool *self)
{
  return self->is_closed && my_pool_get_n_queued_locked (self) == 0;
}

/* A reference for who has none, if the pool is not about to be freed. */
static gboolean
try_ref (MyPool *self)
{
  guint n = atomic_load_explicit (&self->ref_count, memory_order_relaxed);

  while (n > 0) {
    if (atomic_compare_exchange_weak_explicit (&self->ref_count, &n, n + 1, memory_order_relaxed, memory_order_relaxed)) {
      return TRUE;
    }
  }
  return FALSE;
}

/* what was refused, and is asked for again */

/* Whether there is work for one more worker than there is. As with a worker that goes to sleep, the caller has changed `state`
 * before: who makes work available from now on sees that, and asks for a worker itself. */
static gboolean
needs_spawn_locked (MyPool *self)
{
  return my_pool_needs_worker (self, atomic_load_explicit (&self->state, memory_order_seq_cst)) && !is_over_locked (self) &&
         my_pool_has_work (self);
}

/* It is asked for again. A pool that needs one has a reference: its object may be gone. */
static void
want_retry_locked (MyPool *self,
                   MyWakeList *wakes)
{
  if (self->needs_retry) {
    return;
  }
  self->needs_retry = TRUE;
  atomic_fetch_add_explicit (&self->ref_count, 1, memory_order_relaxed);
  self->next_retry_pool = wanting;
  wanting = self;
  if (n_wanting++ == 0) {
    my_retry_want_locked (wakes);
  }
}

/* Nothing is wanted any more, so the main loop has nothing to ask for either. Without the state lock. */
static void
stop_asking_main_loop (void)
{
  GSource *source = NULL;

  my_state_lock ();
  if (n_wanting == 0) {
    source = loop_source;
    loop_source = NULL;
  }
  my_state_unlock ();

  if (source != NULL) {
    g_source_destroy (source);
    g_source_unref (source);
  }
}

/* Asks again for what was refused: called by a thread that waits in the library, or by the main loop. If two do it at once, each asks for
 * some. */
static void
ask_again (void)
{
  MyPool *pool;
  int cancel_state = PTHREAD_CANCEL_ENABLE;

  /* As in spawn_worker(); and what is not on the list meanwhile must get back to it. */
  pthread_setcancelstate (PTHREAD_CANCEL_DISABLE, &cancel_state);
  my_state_lock ();
  pool = wanting;
  wanting = NULL;
  my_state_unlock ();

  while (pool != NULL) {
    MyPool *next = pool->next_retry_pool;
    gboolean needs_retry;

    if (my_pool_has_work (pool)) {
      my_pool_notify (pool);
    }

    my_state_lock ();
    needs_retry = needs_spawn_locked (pool);
    if (needs_retry) {
      pool->next_retry_pool = wanting;
      wanting = pool;
    } else {
      pool->needs_retry = FALSE;
      if (--n_wanting == 0) {
        my_retry_unwant_locked ();
      }
    }
    my_state_unlock ();

    if (!needs_retry) {
      my_pool_unref (pool);
    }
    pool = next;
  }
  stop_asking_main_loop ();
  pthread_setcancelstate (cancel_state, NULL);
}

static gboolean
ask_again_in_loop (gpointer unused)
{
  ask_again ();
  return G_SOURCE_CONTINUE;
}

/* A program whose main thread is in its main loop may have no thread that waits in the library. The caller can not be cancelled. */
static void
ask_main_loop (void)
{
  GSource *source;
  gboolean is_wanted;

  my_state_lock ();
  is_wanted = n_wanting > 0 && loop_source == NULL && !is_in_child;
  my_state_unlock ();
  if (!is_wanted) {
    return;
  }

  /* Attached first: whoever finds it may destroy it. */
  source = g_timeout_source_new (MY_RETRY_PERIOD / 1000);
  g_source_set_static_name (source, "MyThread retry");
  g_source_set_callback (source, ask_again_in_loop, NULL, NULL);
  g_source_attach (source, NULL);

  my_state_lock ();
  is_wanted = n_wanting > 0 && loop_source == NULL && !is_in_child;
  if (is_wanted) {
    loop_source = source;
  }
  my_state_unlock ();

  if (!is_wanted) {
    g_source_destroy (source);
    g_source_unref (source);
  }
}

/* spawning */

/* The system has refused the OS thread of @worker, which counts as awake and searching: whoever fell asleep since has left
 * the work to it. */
static void
make_up_for_refused_locked (MyPool *self,
                            MyWorker *worker,
                            MyWakeList *wakes)
{
  MyWorker *sleeper = my_pool_take_sleeper_locked (self);

  if (sleeper != NULL) {
    my_wake_list_add (wakes, sleeper->parker);
  } else {
    atomic_fetch_sub_explicit (&self->state, MY_POOL_AWAKE + MY_POOL_SEARCHING, memory_order_seq_cst);
    if (needs_spawn_locked (self)) {
      want_retry_locked (self, wakes);
    }
  }
  my_pool_retire_locked (self, worker, wakes);
}

/* A worker without an OS thread; it gets one by spawn_worker(). The caller has a reference. */
static MyWorker *
reserve_worker_locked (MyPool *self)
{
  MyWorker *worker = my_pool_get_worker_locked (self);

  worker->is_spawned = FALSE;
  worker->n_spawns++;
  self->n_spawning++;
  self->n_workers++;
  atomic_fetch_add_explicit (&self->ref_count, 1, memory_order_relaxed);
  return worker;
}

/* The OS thread is there: says who asked for it, or itself, whoever is first. */
void
my_pool_note_spawned_locked (MyPool *self,
                             MyWorker *worker,
                             MyWakeList *wakes)
{
  if (!worker->is_spawned) {
    worker->is_spawned = TRUE;
    self->n_spawning--;
    my_pool_update_hint_locked (self);
    my_wait_queue_wake_all (&self->spawn_waiters, wakes);
  }
}

static gboolean
spawn (MyPool *self,
       MyWorker *worker,
       GError **error)
{
  char os_name[16];
  char number[16];
  gsize number_length;
  gsize length;

  /* The number is what tells them apart. */
  number_length = (gsize) g_snprintf (number, sizeof number, "-%u", worker->number);
  length = my_thread_cut_name (self->name, sizeof os_name - 1 - number_length);
  memcpy (os_name, self->name, length);
  memcpy (os_name + length, number, number_length + 1);

  return my_os_thread_spawn (os_name, &self->inherited, worker_main, worker, error);
}

/* The OS thread of @worker, which counts as awake, ends, and another one goes on as this worker, with what it has in hand. */
gboolean
my_pool_replace_os_thread (MyPool *self,
                           MyWorker *worker)
{
  gboolean is_granted;
  int cancel_state = PTHREAD_CANCEL_ENABLE;

  pthread_setcancelstate (PTHREAD_CANCEL_DISABLE, &cancel_state);
  is_granted = spawn (self, worker, NULL);
  pthread_setcancelstate (cancel_state, NULL);

  return is_granted;
}

/* Makes an OS thread for @worker, which counts as awake and searching. The caller has a reference of its own: the OS thread may
 * have come and gone, with the worker's, before this returns. */
static gboolean
spawn_worker (MyPool *self,
              MyWorker *worker,
              guint n_spawns,
              GError **error)
{
  MyWakeList wakes = { 0 };
  int cancel_state = PTHREAD_CANCEL_ENABLE;
  gboolean is_granted;

  /* A caller that is ended by pthread_cancel() must not leave it waited for for ever; nor in the middle of waking the main loop, which GLib does
   * with the lock of the context; nor, where the caller is about to wait, with its wait begun. */
  pthread_setcancelstate (PTHREAD_CANCEL_DISABLE, &cancel_state);
  is_granted = spawn (self, worker, error);

  my_state_lock ();
  /* Before it counts as spawned: `has_worker`, which a pusher reads without the lock, must not tell of it. */
  if (!is_granted) {
    make_up_for_refused_locked (self, worker, &wakes);
  }
  /* It may have ended meanwhile, and somebody else have asked for the next. */
  if (worker->n_spawns == n_spawns) {
    my_pool_note_spawned_locked (self, worker, &wakes);
  }
  my_state_unlock ();

  my_wake_list_flush (&wakes);
  if (!is_granted) {
    ask_main_loop ();
    my_pool_unref (self); /* the worker's */
    my_inbox_empty_closed ();
  }
  pthread_setcancelstate (cancel_state, NULL);
  return is_granted;
}

/* Counts one more worker as awake and searching, if there may be one. */
static gboolean
raise_state (MyPool *self)
{
  guint64 state = atomic_load_explicit (&self->state, memory_order_seq_cst);

  do {
    if (!my_pool_needs_worker (self, state)) {
      return FALSE;
    }
  } while (!atomic_compare_exchange_weak_explicit (&self->state, &state, state + MY_POOL_AWAKE + MY_POOL_SEARCHING,
                                                   memory_order_seq_cst, memory_order_seq_cst));

  return TRUE;
}

/* The slow part of my_pool_notify(). The caller need not have a reference: the pool may have been freed, and be another one by now,
 * which then wakes somebody for nothing. */
void
my_pool_wake_one (MyPool *self)
{
  MyWorker *worker;
  guint n_spawns;

  my_state_lock ();
  if (atomic_load_explicit (&self->ref_count, memory_order_relaxed) == 0 || !raise_state (self)) {
    my_state_unlock ();
    return;
  }

  worker = my_pool_take_sleeper_locked (self);
  if (worker != NULL) {
    MyParker *parker = worker->parker;

    my_state_unlock ();

    my_parker_unpark (parker);
    return;
  }

  if (is_over_locked (self) || !try_ref (self)) {
    /* Only parts of loops: who is in them does them. */
    atomic_fetch_sub_explicit (&self->state, MY_POOL_AWAKE + MY_POOL_SEARCHING, memory_order_seq_cst);
    my_state_unlock ();
    return;
  }

  worker = reserve_worker_locked (self);
  n_spawns = worker->n_spawns;
  my_state_unlock ();

  /* If it is refused it is asked for again. */
  spawn_worker (self, worker, n_spawns, NULL);
  my_pool_unref (self);
}

/* Makes the first worker of a pool that has none, or waits for what becomes of the one that somebody else makes just now: who
 * gives the first task to a pool hears that the system refuses OS threads. The caller has a reference. */
gboolean
my_pool_ensure_worker (MyPool *self,
                       GError **error)
{
  MyThread *current = NULL;
  MyWorker *worker = NULL;
  guint n_spawns = 0;

  my_state_lock ();
  while (self->n_spawning > 0 && self->n_spawning == self->n_workers) {
    if (current == NULL) {
      my_state_unlock ();
      current = my_thread_get_current ();
      my_state_lock ();
      continue;
    }
    my_wait_block (my_run_get_waiter (current), &self->spawn_waiters, NULL, self, MY_DEADLINE_NEVER, FALSE);
  }
  if (self->n_workers == 0 && !is_over_locked (self) && raise_state (self)) {
    worker = reserve_worker_locked (self);
    n_spawns = worker->n_spawns;
  }
  my_state_unlock ();

  return worker == NULL || spawn_worker (self, worker, n_spawns, error);
}

/* fork: in the child, with the state lock held, and only this thread */

/* What is wanted is the parent's. */
static void
want_nothing_in_child (void)
{
  wanting = NULL;
  n_wanting = 0;
  loop_source = NULL;
  is_in_child = TRUE;
  my_retry_forget_all_in_child ();
}

static void __attribute__ ((constructor))
watch (void)
{
  my_retry_set_func (ask_again);
  my_process_watch_fork (want_nothing_in_child);
}
