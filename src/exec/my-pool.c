/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "exec/my-pool-private.h"

#include <mythread/my-thread-error.h>

#include "core/my-current-private.h"
#include "core/my-process-private.h"
#include "core/my-registry-private.h"
#include "core/my-run-private.h"
#include "wait/my-state-lock-private.h"

static MyPool *all_pools;  /* [state] */
static MyPool *free_pools; /* [state] linked by `next`; with ref_count 0 */

/* Without workers and tasks, but for the queue. */
static void
empty (MyPool *self)
{
  atomic_store_explicit (&self->table, NULL, memory_order_relaxed);
  self->sleepers = NULL;
  self->free_workers = NULL;
  self->threads = (MyThreadQueue){ NULL };
  self->n_submitted = 0;
  self->n_tickets = 0;
  self->n_begun_elsewhere = 0;
  atomic_store_explicit (&self->n_ended_elsewhere, 0, memory_order_relaxed);
  atomic_store_explicit (&self->n_dropped, 0, memory_order_relaxed);
  atomic_store_explicit (&self->n_space_waiters, 0, memory_order_relaxed);
  atomic_store_explicit (&self->state, 0, memory_order_relaxed);
  atomic_store_explicit (&self->has_worker, FALSE, memory_order_relaxed);
  self->n_workers = 0;
  self->n_spawning = 0;
  self->spawn_waiters = (MyWaitQueue){ 0 };
  self->space = (MyWaitQueue){ 0 };
  self->ended = (MyWaitQueue){ 0 };
  self->ended_async = (MyJoinAsyncList){ NULL };
  self->own_workers = (MyWaiterSet){ 0 };
  self->needs_retry = FALSE;
}

/* fork: in the child, with the state lock held, and only this thread */

static void
lose_workers_in_child (MyPool *self)
{
  /* They, and what is in the middle of being changed, are left where they are. */
  my_task_queue_reset_in_child (&self->queue);
  empty (self);
  if (self->is_closed) {
    my_task_queue_close (&self->queue);
  }
}

static void
lose_all_workers_in_child (void)
{
  for (MyPool *pool = all_pools; pool != NULL; pool = pool->next) {
    lose_workers_in_child (pool);
  }
  for (MyHost *host = my_host_current; host != NULL; host = host->outer) {
    ((MyWorker *) host)->is_in_fork_child = TRUE;
  }
  my_host_current = NULL;
}

/* The main thread has ended: those that sleep look at their idle time again. */
static void
wake_all_sleepers (void)
{
  MyWakeList wakes = { 0 };

  my_state_lock ();
  for (MyPool *pool = all_pools; pool != NULL; pool = pool->next) {
    for (MyWorker *worker = pool->sleepers; worker != NULL; worker = worker->next) {
      my_wake_list_add (&wakes, worker->parker);
    }
  }
  my_state_unlock ();
  my_wake_list_flush (&wakes);
}

static void __attribute__ ((constructor))
watch (void)
{
  my_process_watch_fork (lose_all_workers_in_child);
  my_registry_watch_main_end (wake_all_sleepers);
}

/* life */

MyPool *
my_pool_new (const char *name,
             guint max_threads,
             gpointer owner)
{
  MyPool *self;

  my_state_lock ();
  self = free_pools;
  if (self != NULL) {
    free_pools = self->next;
  }
  my_state_unlock ();

  if (self == NULL) {
    self = g_aligned_alloc0 (1, sizeof (MyPool), 64);
  }

  /* A thread that has notified the pool that was here before may be about to look at this, and at `state`. */
  atomic_store_explicit (&self->max_threads, max_threads, memory_order_relaxed);
  empty (self);
  atomic_store_explicit (&self->has_forks, FALSE, memory_order_relaxed);
  atomic_store_explicit (&self->max_queued, 0, memory_order_relaxed);
  self->idle_timeout = 0;
  self->is_closed = FALSE;
  my_task_queue_init (&self->queue);
  self->name = g_strdup (name);
  my_os_thread_inherited_read (&self->inherited);
  self->owner = owner;

  my_state_lock ();
  atomic_store_explicit (&self->ref_count, 1, memory_order_relaxed);
  self->previous = NULL;
  self->next = all_pools;
  if (all_pools != NULL) {
    all_pools->previous = self;
  }
  all_pools = self;
  my_state_unlock ();

  return self;
}

/* What is dropped at the end, and tickets that nobody needs. */
void
my_pool_drop_all_tasks (MyPool *self)
{
  MyTask task;

  while (my_task_queue_pop (&self->queue, &task)) {
    if (task.func != NULL) {
      atomic_fetch_add_explicit (&self->n_dropped, 1, memory_order_release);
      if (task.destroy != NULL) {
        task.destroy (task.data);
      }
    }
  }
}

static void
my_pool_free (MyPool *self)
{
  MyWorkerTable *table;

  /* Who has handed something over to it may be about to look whether a worker is to be woken: the memory stays what it is. */
  my_state_lock ();
  if (self->previous != NULL) {
    self->previous->next = self->next;
  } else {
    all_pools = self->next;
  }
  if (self->next != NULL) {
    self->next->previous = self->previous;
  }
  my_state_unlock ();

  table = atomic_load_explicit (&self->table, memory_order_relaxed);
  for (guint i = 0; table != NULL && i < table->n; i++) {
    my_worker_free (table->workers[i]);
  }
  while (table != NULL) {
    MyWorkerTable *previous = table->previous;

    g_free (table);
    table = previous;
  }

  /* Only tickets: a pool that has anything to do has a worker, or asks for one. */
  my_pool_drop_all_tasks (self);
  my_task_queue_clear (&self->queue);
  g_free (self->name);

  my_state_lock ();
  self->next = free_pools;
  free_pools = self;
  my_state_unlock ();
}

/* The last of the workers' OS threads, or the object: acq_rel, so that who frees it sees all that the others did. */
void
my_pool_unref (MyPool *self)
{
  if (atomic_fetch_sub_explicit (&self->ref_count, 1, memory_order_acq_rel) == 1) {
    my_pool_free (self);
  }
}

/* workers */

/* A worker without an OS thread. */
MyWorker *
my_pool_get_worker_locked (MyPool *self)
{
  MyWorkerTable *table = atomic_load_explicit (&self->table, memory_order_relaxed);
  MyWorker *worker = self->free_workers;
  guint n = table != NULL ? atomic_load_explicit (&table->n, memory_order_relaxed) : 0;

  if (worker != NULL) {
    self->free_workers = worker->next;
    return worker;
  }

  worker = my_worker_new (self, n + 1);

  if (table == NULL || n == table->n_allocated) {
    guint n_allocated = MAX (8, 2 * n);
    MyWorkerTable *larger = g_malloc (sizeof (MyWorkerTable) + n_allocated * sizeof (MyWorker *));

    larger->previous = table;
    larger->n_allocated = n_allocated;
    for (guint i = 0; i < n; i++) {
      larger->workers[i] = table->workers[i];
    }
    larger->workers[n] = worker;
    atomic_init (&larger->n, n + 1);
    atomic_store_explicit (&self->table, larger, memory_order_release);
  } else {
    table->workers[n] = worker;
    atomic_store_explicit (&table->n, n + 1, memory_order_release);
  }

  return worker;
}

/* Nobody's OS thread has it any more. */
void
my_pool_put_worker_locked (MyPool *self,
                           MyWorker *worker)
{
  worker->next = self->free_workers;
  self->free_workers = worker;
}

/* After `n_workers` or `n_spawning` has changed. */
void
my_pool_update_hint_locked (MyPool *self)
{
  atomic_store_explicit (&self->has_worker, self->n_workers > self->n_spawning, memory_order_relaxed);
}

/* Who waits for the end of the pool is to look again. What was posted is dropped by my_inbox_empty_closed(), which comes after the
 * section, where nobody is there any more to be told. */
void
my_pool_wake_enders_locked (MyPool *self,
                            MyWakeList *wakes)
{
  my_wait_queue_wake_all (&self->ended, wakes);
  my_join_async_post_all_locked (&self->ended_async, FALSE);
}

/* The worker's OS thread leaves: from here on somebody else may have it. Some time after the section comes my_inbox_empty_closed(). */
void
my_pool_retire_locked (MyPool *self,
                       MyWorker *worker,
                       MyWakeList *wakes)
{
  worker->parker = NULL;
  my_pool_put_worker_locked (self, worker);

  self->n_workers--;
  my_pool_update_hint_locked (self);
  if (self->n_workers == 0) {
    my_pool_wake_enders_locked (self, wakes);
  }
}

/* Whether anybody has put something somewhere that nobody has taken yet. Sees all that was there when the caller last did
 * something sequentially consistent; of fork-join jobs, which are pushed without, only after my_fence_heavy(): else it may miss
 * the newest, which their owners run if nobody else does. */
gboolean
my_pool_has_work (MyPool *self)
{
  MyWorkerTable *table;
  guint n;

  if (!my_task_queue_is_empty (&self->queue) || atomic_load_explicit (&self->threads.first, memory_order_seq_cst) != NULL) {
    return TRUE;
  }

  table = atomic_load_explicit (&self->table, memory_order_acquire);
  n = table != NULL ? atomic_load_explicit (&table->n, memory_order_acquire) : 0;
  for (guint i = 0; i < n; i++) {
    if (!my_deque_is_empty (&table->workers[i]->deque)) {
      return TRUE;
    }
  }
  return FALSE;
}

/* Takes the worker that has fallen asleep last off the list: from here it is awake, or to end, as the caller says. */
MyWorker *
my_pool_take_sleeper_locked (MyPool *self)
{
  MyWorker *worker = self->sleepers;

  if (worker != NULL) {
    self->sleepers = worker->next;
    if (worker->next != NULL) {
      worker->next->previous = NULL;
    }
    worker->is_asleep = FALSE;
  }
  return worker;
}

/* Whether a ticket may still stand for a thread. Relaxed: who has popped a ticket sees its thread as put into the list, or
 * as taken since. */
gboolean
my_pool_has_threads (MyPool *self)
{
  return my_thread_queue_peek (&self->threads) != NULL;
}

/* counting */

typedef struct {
  guint64 n_begun;
  guint64 n_ended;
} Tally;

/* No snapshot, but one that could be: no worker has more than one task, and what it has begun it has ended, but for that. */
static Tally
tally_locked (MyPool *self)
{
  MyWorkerTable *table = atomic_load_explicit (&self->table, memory_order_relaxed);
  guint n = table != NULL ? table->n : 0;
  Tally tally = { 0, 0 };

  tally.n_ended = atomic_load_explicit (&self->n_ended_elsewhere, memory_order_acquire);
  tally.n_begun = self->n_begun_elsewhere;
  for (guint i = 0; i < n; i++) {
    guint64 n_ended = atomic_load_explicit (&table->workers[i]->n_ended, memory_order_acquire);
    guint64 n_begun = atomic_load_explicit (&table->workers[i]->n_begun, memory_order_acquire);

    tally.n_begun += n_begun;
    tally.n_ended += MAX (n_ended, n_begun > 0 ? n_begun - 1 : 0);
  }
  return tally;
}

/* What was pushed or submitted, and neither begun nor dropped; never too few. */
static guint64
get_n_queued_locked (MyPool *self,
                     guint64 n_begun)
{
  guint64 n_dropped = atomic_load_explicit (&self->n_dropped, memory_order_acquire);

  return self->n_submitted + (my_task_queue_get_n_pushed (&self->queue) - self->n_tickets) - n_begun - n_dropped;
}

/* Tickets that stand for nothing are none. */
guint64
my_pool_get_n_queued_locked (MyPool *self)
{
  return get_n_queued_locked (self, tally_locked (self).n_begun);
}

MyPoolCounts
my_pool_count (MyPool *self)
{
  MyPoolCounts counts;
  Tally tally;

  my_state_lock ();
  tally = tally_locked (self);
  counts.n_queued = get_n_queued_locked (self, tally.n_begun);
  my_state_unlock ();

  /* In a child after fork() what ends has not begun there. */
  counts.n_active = tally.n_begun - MIN (tally.n_begun, tally.n_ended);
  counts.n_completed = tally.n_ended;

  return counts;
}

/* Whether the caller is one of the pool's tasks, or does a part of its work. */
gboolean
my_pool_runs_caller (MyPool *self)
{
  MyThread *current = my_current;

  if (my_host_is_of (self)) {
    return TRUE;
  }
  return current != NULL && my_run_is_worker (current) && (gpointer) my_run_get_executor (current) == self->owner;
}

void
my_pool_set_shut_down_error (MyPool *self,
                             GError **error)
{
  g_set_error (error, MY_THREAD_ERROR, MY_THREAD_ERROR_SHUT_DOWN, "The pool \"%s\" was shut down", self->name);
}
