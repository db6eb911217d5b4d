/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "exec/my-pool-private.h"

#include <mythread/my-thread-error.h>

#include "core/my-process-private.h"
#include "core/my-registry-private.h"
#include "core/my-thread-group-private.h"
#include "core/my-thread-private.h"
#include "sync/my-fence-private.h"
#include "sync/my-state-lock-private.h"

/* How long a pusher waits before it looks again by itself, in microseconds, where the kernel has taken the fence away. */
#define FENCELESS_WAIT 10000

static MyPool *all_pools;  /* [state] */
static MyPool *free_pools; /* [state] linked by `next`; with ref_count 0 */

/* Without workers and tasks, but for the queue. */
static void
empty (MyPool *self)
{
  atomic_store_explicit (&self->table, NULL, memory_order_relaxed);
  self->sleepers = NULL;
  self->free_workers = NULL;
  atomic_store_explicit (&self->first_thread, NULL, memory_order_relaxed);
  self->last_thread = NULL;
  self->n_threads = 0;
  self->n_submitted = 0;
  self->n_tickets = 0;
  self->n_begun_elsewhere = 0;
  atomic_store_explicit (&self->n_ended_elsewhere, 0, memory_order_relaxed);
  atomic_store_explicit (&self->n_dropped, 0, memory_order_relaxed);
  atomic_store_explicit (&self->n_room_waiters, 0, memory_order_relaxed);
  atomic_store_explicit (&self->state, 0, memory_order_relaxed);
  atomic_store_explicit (&self->has_worker, FALSE, memory_order_relaxed);
  self->n_workers = 0;
  self->n_unborn = 0;
  self->births = (MyWaitQueue){ 0 };
  self->room = (MyWaitQueue){ 0 };
  self->ended = (MyWaitQueue){ 0 };
  self->ended_async = (MyJoinAsyncList){ NULL };
  self->own_workers = (MyWaiterSet){ 0 };
  self->is_owing = FALSE;
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
  my_pool_owe_nothing_in_child ();
  for (MyHost *host = my_host_current; host != NULL; host = host->outer) {
    ((MyWorker *) host)->is_orphan = TRUE;
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
             guint       max_threads,
             gpointer    owner)
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
  my_os_thread_legacy_read (&self->legacy);
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
static void
drop_all_tasks (MyPool *self)
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

  /* Only tickets: a pool that has anything to do has a worker, or is owed one. */
  drop_all_tasks (self);
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
my_pool_put_worker_locked (MyPool   *self,
                           MyWorker *worker)
{
  worker->next = self->free_workers;
  self->free_workers = worker;
}

/* After `n_workers` or `n_unborn` has changed. */
void
my_pool_update_hint_locked (MyPool *self)
{
  atomic_store_explicit (&self->has_worker, self->n_workers > self->n_unborn, memory_order_relaxed);
}

/* Who waits for the end of the pool is to look again. What was posted is dropped by my_inbox_empty_closed(), which comes after the
 * section, where nobody is there any more to be told. */
static void
wake_enders_locked (MyPool     *self,
                    MyWakeList *wakes)
{
  my_wait_queue_wake_all (&self->ended, wakes);
  my_join_async_post_all_locked (&self->ended_async, FALSE);
}

/* The worker's OS thread leaves: from here on somebody else may have it. Some time after the section comes my_inbox_empty_closed(). */
void
my_pool_retire_locked (MyPool     *self,
                       MyWorker   *worker,
                       MyWakeList *wakes)
{
  worker->parker = NULL;
  my_pool_put_worker_locked (self, worker);

  self->n_workers--;
  my_pool_update_hint_locked (self);
  if (self->n_workers == 0) {
    wake_enders_locked (self, wakes);
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

  if (!my_task_queue_is_empty (&self->queue) || atomic_load_explicit (&self->first_thread, memory_order_seq_cst) != NULL) {
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
static gboolean
runs_caller (MyPool *self)
{
  MyThread *current = my_registry_peek_current ();

  if (my_host_is_of (self)) {
    return TRUE;
  }
  return current != NULL && my_thread_get_private (current)->kind == MY_KIND_WORKER &&
         (gpointer) my_thread_get_private (current)->executor == self->owner;
}

/* push */

static void
describe_room (gpointer object,
               GString *text)
{
  MyPool *self = object;

  g_string_append_printf (text, "room in the queue of pool \"%s\"", self->name);
}

static const MyWaitTarget room_target = {
  .describe = describe_room,
};

void
my_pool_set_shut_down_error (MyPool  *self,
                             GError **error)
{
  g_set_error (error, MY_THREAD_ERROR, MY_THREAD_ERROR_SHUT_DOWN, "The pool \"%s\" was shut down", self->name);
}

/* A worker has begun a task, while somebody waits for room. */
void
my_pool_wake_pusher (MyPool *self)
{
  MyWakeList wakes = { 0 };

  my_state_lock ();
  my_wait_queue_wake_first (&self->room, &wakes);
  my_state_unlock ();
  my_wake_list_flush (&wakes);
}

/* With a limit, pushers come one after another, so that it holds.
 *
 * A worker counts what it begins, and then looks whether anybody waits for room; a pusher says that it waits, and then counts.
 * Between the two the worker has the light half of a fence, and the pusher, before it waits, the heavy one. */
static gboolean
push_within_limit (MyPool       *self,
                   const MyTask *task,
                   GError      **error)
{
  MyThread *current = my_thread_get_current ();
  MyWaitResult result = MY_WAIT_WOKEN;
  gboolean is_pushed = FALSE;
  gboolean is_fenced = FALSE;
  gint64 deadline = MY_DEADLINE_NEVER;

  /* Its own: the pool is still looked at when the wait is over, or the task is there for others. */
  my_state_lock ();
  atomic_fetch_add_explicit (&self->ref_count, 1, memory_order_relaxed);
  atomic_fetch_add_explicit (&self->n_room_waiters, 1, memory_order_relaxed);
  while (result == MY_WAIT_WOKEN && !self->is_closed) {
    guint max_queued = atomic_load_explicit (&self->max_queued, memory_order_relaxed);

    if (max_queued == 0 || my_pool_get_n_queued_locked (self) < max_queued) {
      is_pushed = my_task_queue_push (&self->queue, task);
      break;
    }
    if (!is_fenced) {
      is_fenced = TRUE;
      if (my_fence_heavy ()) {
        continue;
      }
    }
    if (G_UNLIKELY (atomic_load_explicit (&my_fence_is_lost, memory_order_relaxed))) {
      deadline = my_wait_deadline (FENCELESS_WAIT);
    }
    result = my_wait_block (&my_thread_get_private (current)->waiter, &self->room, &room_target, self, deadline, TRUE);
    if (result == MY_WAIT_TIMED_OUT) {
      result = MY_WAIT_WOKEN;
    }
  }
  atomic_fetch_sub_explicit (&self->n_room_waiters, 1, memory_order_relaxed);
  my_state_unlock ();

  if (is_pushed) {
    my_pool_notify (self);
  } else if (result == MY_WAIT_CANCELLED) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "The pushing thread was cancelled");
  } else {
    my_pool_set_shut_down_error (self, error);
  }
  my_pool_unref (self);
  return is_pushed;
}

gboolean
my_pool_push (MyPool       *self,
              const MyTask *task,
              GError      **error)
{
  if (G_UNLIKELY (!atomic_load_explicit (&self->has_worker, memory_order_relaxed)) && !my_pool_ensure_worker (self, error)) {
    return FALSE;
  }

  if (G_UNLIKELY (atomic_load_explicit (&self->max_queued, memory_order_relaxed) != 0) && !runs_caller (self)) {
    return push_within_limit (self, task, error);
  }

  if (G_UNLIKELY (!my_task_queue_push (&self->queue, task))) {
    my_pool_set_shut_down_error (self, error);
    return FALSE;
  }
  /* From here it may have been run, and have dropped the caller's reference. */
  my_pool_notify (self);

  return TRUE;
}

/* the end */

/* Takes nothing more. What is queued will be run. */
static void
close_pool (MyPool *self)
{
  MyWakeList wakes = { 0 };
  MyWorker *worker;

  my_state_lock ();
  if (!self->is_closed) {
    self->is_closed = TRUE;
    self->closed_serial = my_start_serial;
    my_task_queue_close (&self->queue);
    my_wait_queue_wake_all (&self->room, &wakes);
    while ((worker = my_pool_take_sleeper_locked (self)) != NULL) {
      worker->is_dismissed = TRUE;
      my_wake_list_add (&wakes, worker->parker);
    }
  }
  my_state_unlock ();

  my_wake_list_flush (&wakes);
}

/* The object is gone. */
void
my_pool_abandon (MyPool *self)
{
  close_pool (self);
  if (!my_task_queue_is_empty (&self->queue)) {
    my_pool_notify (self);
  }
  my_pool_unref (self);
}

static void
drop_queued (MyPool *self)
{
  MyWakeList wakes = { 0 };

  drop_all_tasks (self);

  /* For who waits for the queue, with no worker left. */
  my_state_lock ();
  wake_enders_locked (self, &wakes);
  my_state_unlock ();
  my_wake_list_flush (&wakes);
  my_inbox_empty_closed ();
}

static void
describe_end (gpointer object,
              GString *text)
{
  MyPool *self = object;

  g_string_append_printf (text, "the end of pool \"%s\"", self->name);
}

/* All workers have to end. */
static MyWaitBlocker
get_end_blocker (gpointer object)
{
  return (MyWaitBlocker){ .set = &((MyPool *) object)->own_workers };
}

static const MyWaitTarget end_target = {
  .get_blocker = get_end_blocker,
  .describe = describe_end,
};

static gboolean
has_ended_locked (MyPool *self)
{
  return self->n_workers == 0 && my_pool_get_n_queued_locked (self) == 0;
}

/* What of a shutdown does not wait. */
void
my_pool_begin_shutdown (MyPool        *self,
                        MyShutdownMode mode)
{
  close_pool (self);
  if (mode == MY_SHUTDOWN_CANCEL) {
    drop_queued (self);
    my_registry_cancel_all_of_executor (self->owner);
  }
}

/* Whether what is queued in the closed pool has a worker, or gets one. */
static gboolean
ensure_end (MyPool  *self,
            GError **error)
{
  return my_pool_count (self).n_queued == 0 || my_pool_ensure_worker (self, error);
}

gboolean
my_pool_shut_down (MyPool        *self,
                   MyShutdownMode mode,
                   gint64         timeout_us,
                   GError       **error)
{
  MyThread *current = my_thread_get_current ();
  MyWaitResult result = MY_WAIT_WOKEN;
  gint64 deadline = timeout_us != 0 ? my_wait_deadline (timeout_us) : MY_DEADLINE_PAST;
  gboolean has_ended = FALSE;

  if (runs_caller (self)) {
    g_set_error (error, MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK, "The pool \"%s\" can not end before its own task does", self->name);
    return FALSE;
  }

  my_pool_begin_shutdown (self, mode);

  /* A thread may have been waiting in its group, and come only now; or its joiner runs it. */
  while (result == MY_WAIT_WOKEN && !has_ended) {
    if (!ensure_end (self, error)) {
      return FALSE;
    }
    my_state_lock ();
    has_ended = has_ended_locked (self);
    if (!has_ended && deadline == MY_DEADLINE_PAST) {
      result = MY_WAIT_TIMED_OUT;
    } else if (!has_ended) {
      result = my_wait_block (&my_thread_get_private (current)->waiter, &self->ended, &end_target, self, deadline, TRUE);
    }
    my_state_unlock ();

    if (has_ended) {
      result = my_registry_wait_for_all_of_executor (self->owner, deadline, &has_ended);
    }
  }
  if (result != MY_WAIT_WOKEN) {
    my_thread_set_wait_error (result, "Pool", self->name, error);
    return FALSE;
  }
  return TRUE;
}

/* The same for who does not wait: whether the closed pool has ended; if not, @join waits for what has to end first, and looks again. */
MyJoinAsyncState
my_pool_look_for_end (MyPool      *self,
                      MyJoinAsync *join,
                      GError     **error)
{
  gboolean has_ended;

  if (!ensure_end (self, error)) {
    return MY_JOIN_FAILED;
  }

  my_state_lock ();
  has_ended = has_ended_locked (self);
  if (!has_ended) {
    my_join_async_add_locked (join, &self->ended_async);
  }
  my_state_unlock ();

  if (!has_ended || my_registry_join_last_of_executor (self->owner, join)) {
    return MY_JOIN_WAITS;
  }
  return MY_JOIN_IS_OVER;
}

/* settings */

void
my_pool_set_max_threads (MyPool *self,
                         guint   max_threads)
{
  atomic_store_explicit (&self->max_threads, max_threads, memory_order_seq_cst);
  if (my_pool_has_work (self)) {
    my_pool_notify (self);
  }
}

void
my_pool_set_max_queued (MyPool *self,
                        guint   max_queued)
{
  MyWakeList wakes = { 0 };

  my_state_lock ();
  atomic_store_explicit (&self->max_queued, max_queued, memory_order_relaxed);
  my_wait_queue_wake_all (&self->room, &wakes);
  my_state_unlock ();
  my_wake_list_flush (&wakes);
}

/* FALSE if it was so. Sleepers look at it when they fall asleep: those that sleep are woken to look again. */
gboolean
my_pool_set_idle_timeout (MyPool *self,
                          gint64  idle_timeout)
{
  MyWakeList wakes = { 0 };
  gboolean changed;

  my_state_lock ();
  changed = self->idle_timeout != idle_timeout;
  self->idle_timeout = idle_timeout;
  for (MyWorker *worker = self->sleepers; changed && worker != NULL; worker = worker->next) {
    my_wake_list_add (&wakes, worker->parker);
  }
  my_state_unlock ();
  my_wake_list_flush (&wakes);

  return changed;
}
