/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "exec/my-pool-private.h"

#include <mythread/my-thread-error.h>
#include <pthread.h>

#include "core/my-after-private.h"
#include "core/my-process-private.h"
#include "core/my-registry-private.h"
#include "core/my-thread-group-private.h"
#include "core/my-thread-private.h"
#include "exec/my-os-thread-private.h"
#include "exec/my-os-thread-state-private.h"
#include "sync/my-fence-private.h"
#include "sync/my-state-lock-private.h"

/* How long a pusher waits before he looks again for himself, in microseconds, where the kernel has taken the fence away. */
#define FENCELESS_WAIT 10000

static MyPool *all_pools; /* [state] */

/* fork: in the child, with the state lock held, and only this thread */

static void
lose_workers_in_child (MyPool *self)
{
  /* They, and what is in the middle of being changed, are left where they are. */
  my_task_queue_reset_in_child (&self->queue);
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
  self->own_workers = (MyWaiterSet){ 0 };
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
  MyPool *self = g_aligned_alloc0 (1, sizeof (MyPool), 64);

  my_task_queue_init (&self->queue);
  atomic_init (&self->max_threads, max_threads);
  atomic_init (&self->ref_count, 1);
  self->name = g_strdup (name);
  my_os_thread_legacy_read (&self->legacy);
  self->owner = owner;

  my_state_lock ();
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

  /* Only what no OS thread could be had for. */
  drop_all_tasks (self);
  my_task_queue_clear (&self->queue);
  g_free (self->name);
  g_aligned_free (self);
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

/* Takes the worker that has fallen asleep last off the list: from here it is awake, or to end, as the caller says. */
static MyWorker *
take_sleeper_locked (MyPool *self)
{
  MyWorker *worker = self->sleepers;

  if (worker != NULL) {
    self->sleepers = worker->next;
    worker->is_asleep = FALSE;
  }
  return worker;
}

/* After `n_workers` or `n_unborn` has changed. */
static void
update_hint_locked (MyPool *self)
{
  atomic_store_explicit (&self->has_worker, self->n_workers > self->n_unborn, memory_order_relaxed);
}

/* The worker's OS thread leaves: from here on somebody else may have it. */
void
my_pool_retire_locked (MyPool     *self,
                       MyWorker   *worker,
                       MyWakeList *wakes)
{
  worker->parker = NULL;
  my_pool_put_worker_locked (self, worker);

  self->n_workers--;
  update_hint_locked (self);
  if (self->n_workers == 0) {
    my_wait_queue_wake_all (&self->ended, wakes);
  }
}

/* The system has refused the OS thread of @worker, which counts as awake and searching: whoever fell asleep since has left
 * the work to it. */
static void
make_up_for_refused_locked (MyPool     *self,
                            MyWorker   *worker,
                            MyWakeList *wakes)
{
  MyWorker *sleeper = take_sleeper_locked (self);

  if (sleeper != NULL) {
    my_wake_list_add (wakes, sleeper->parker);
  } else {
    atomic_fetch_sub_explicit (&self->state, MY_POOL_AWAKE + MY_POOL_SEARCHING, memory_order_seq_cst);
  }
  my_pool_retire_locked (self, worker, wakes);
}

static gboolean
has_tasks (MyPool *self)
{
  return !my_task_queue_is_empty (&self->queue) || atomic_load_explicit (&self->first_thread, memory_order_seq_cst) != NULL;
}

/* Whether it will have no task any more, as far as can be told. */
static gboolean
is_over_locked (MyPool *self)
{
  return self->is_closed && !has_tasks (self);
}

/* A worker without an OS thread; it gets one by give_birth(). */
static MyWorker *
conceive_locked (MyPool *self)
{
  MyWorker *worker = my_pool_get_worker_locked (self);

  worker->is_born = FALSE;
  worker->n_lives++;
  self->n_unborn++;
  self->n_workers++;
  atomic_fetch_add_explicit (&self->ref_count, 1, memory_order_relaxed); /* the caller has one, or is a worker */
  return worker;
}

/* The OS thread is there: says who asked for it, or itself, whoever is first. */
void
my_pool_note_birth_locked (MyPool     *self,
                           MyWorker   *worker,
                           MyWakeList *wakes)
{
  if (!worker->is_born) {
    worker->is_born = TRUE;
    self->n_unborn--;
    update_hint_locked (self);
    my_wait_queue_wake_all (&self->births, wakes);
  }
}

static gboolean
spawn (MyPool   *self,
       MyWorker *worker,
       GError  **error)
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

  return my_os_thread_spawn (os_name, &self->legacy, my_worker_main, worker, error);
}

/* The OS thread of @worker, which counts as awake, ends, and another one goes on as this worker, with what it has in hand. */
gboolean
my_pool_replace_os_thread (MyPool   *self,
                           MyWorker *worker)
{
  return spawn (self, worker, NULL);
}

/* Makes an OS thread for @worker, which counts as awake and searching. */
static gboolean
give_birth (MyPool   *self,
            MyWorker *worker,
            guint     n_lives,
            GError  **error)
{
  MyWakeList wakes = { 0 };
  gboolean is_granted;

  /* From here the pool may only be there because of the caller's reference. */
  is_granted = spawn (self, worker, error);

  my_state_lock ();
  /* It may have ended meanwhile, and somebody else have asked for the next. */
  if (worker->n_lives == n_lives) {
    my_pool_note_birth_locked (self, worker, &wakes);
  }
  if (!is_granted) {
    make_up_for_refused_locked (self, worker, &wakes);
  }
  my_state_unlock ();

  my_wake_list_flush (&wakes);
  if (!is_granted) {
    my_pool_unref (self);
  }
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

/* The slow part of my_pool_notify(). */
void
my_pool_wake_one (MyPool *self)
{
  MyWorker *worker;
  guint n_lives;

  my_state_lock ();
  if (!raise_state (self)) {
    my_state_unlock ();
    return;
  }

  worker = take_sleeper_locked (self);
  if (worker != NULL) {
    MyParker *parker = worker->parker;

    my_state_unlock ();

    my_parker_unpark (parker);
    return;
  }

  if (is_over_locked (self)) {
    /* Only parts of loops: who is in them does them. */
    atomic_fetch_sub_explicit (&self->state, MY_POOL_AWAKE + MY_POOL_SEARCHING, memory_order_seq_cst);
    my_state_unlock ();
    return;
  }

  worker = conceive_locked (self);
  n_lives = worker->n_lives;
  my_state_unlock ();

  /* If it is refused the others do its work; if there are none, who pushes next hears of it. */
  give_birth (self, worker, n_lives, NULL);
}

/* Makes the first worker of a pool that has none, or waits for what becomes of the one that somebody else makes just now:
 * a task that was taken has a worker that will come to it, whatever the system refuses later. */
static gboolean
ensure_worker (MyPool  *self,
               GError **error)
{
  MyThread *current = NULL;
  MyWorker *worker = NULL;
  guint n_lives = 0;

  my_state_lock ();
  while (self->n_unborn > 0 && self->n_unborn == self->n_workers) {
    if (current == NULL) {
      my_state_unlock ();
      current = my_thread_get_current ();
      my_state_lock ();
      continue;
    }
    my_wait_block (&my_thread_get_private (current)->waiter, &self->births, NULL, self, MY_DEADLINE_NEVER, FALSE);
  }
  if (self->n_workers == 0 && !is_over_locked (self) && raise_state (self)) {
    worker = conceive_locked (self);
    n_lives = worker->n_lives;
  }
  my_state_unlock ();

  return worker == NULL || give_birth (self, worker, n_lives, error);
}

/* Whether anybody has put something somewhere that nobody has taken yet. Sees all that was there when the caller last did
 * something sequentially consistent; of fork-join jobs, which are pushed without, only after my_fence_heavy(): else it may miss
 * the newest, which their owners run if nobody else does. */
gboolean
my_pool_has_work (MyPool *self)
{
  MyWorkerTable *table;
  guint n;

  if (has_tasks (self)) {
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

static void
set_shut_down_error (MyPool  *self,
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
 * A worker counts what it begins, and then looks whether anybody waits for room; a pusher says that he waits, and then counts.
 * Between the two the worker has the light half of a fence, and the pusher, before he waits, the heavy one. */
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

  my_state_lock ();
  atomic_fetch_add_explicit (&self->n_room_waiters, 1, memory_order_relaxed);
  while (result == MY_WAIT_WOKEN && !self->is_closed) {
    guint max_queued = atomic_load_explicit (&self->max_queued, memory_order_relaxed);

    if (max_queued == 0 || get_n_queued_locked (self, tally_locked (self).n_begun) < max_queued) {
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
    set_shut_down_error (self, error);
  }
  return is_pushed;
}

gboolean
my_pool_push (MyPool       *self,
              const MyTask *task,
              GError      **error)
{
  if (G_UNLIKELY (!atomic_load_explicit (&self->has_worker, memory_order_relaxed)) && !ensure_worker (self, error)) {
    return FALSE;
  }

  if (G_UNLIKELY (atomic_load_explicit (&self->max_queued, memory_order_relaxed) != 0) && !my_pool_runs_caller (self)) {
    return push_within_limit (self, task, error);
  }

  if (G_UNLIKELY (!my_task_queue_push (&self->queue, task))) {
    set_shut_down_error (self, error);
    return FALSE;
  }
  my_pool_notify (self);

  return TRUE;
}

/* threads */

static void
unlink_thread_locked (MyPool   *self,
                      MyThread *thread)
{
  MyThreadPrivate *priv = my_thread_get_private (thread);

  if (priv->queue_previous != NULL) {
    my_thread_get_private (priv->queue_previous)->queue_next = priv->queue_next;
  } else {
    atomic_store_explicit (&self->first_thread, priv->queue_next, memory_order_relaxed);
  }
  if (priv->queue_next != NULL) {
    my_thread_get_private (priv->queue_next)->queue_previous = priv->queue_previous;
  } else {
    self->last_thread = priv->queue_previous;
  }
  priv->queue_next = NULL;
  priv->queue_previous = NULL;
  self->n_threads--;
}

static gboolean
is_queued_locked (MyPool   *self,
                  MyThread *thread)
{
  return atomic_load_explicit (&self->first_thread, memory_order_relaxed) == thread || my_thread_get_private (thread)->queue_previous != NULL;
}

/* It gets a ticket in the queue, for its turn among the other tasks; who comes with a ticket takes the first thread that is
 * there, or none, if it was taken back. */
static void
enqueue_thread_locked (MyPool   *self,
                       MyThread *thread)
{
  MyThreadPrivate *priv = my_thread_get_private (thread);
  const MyTask ticket = { NULL, NULL, NULL };

  priv->queue_next = NULL;
  priv->queue_previous = self->last_thread;
  if (self->last_thread != NULL) {
    my_thread_get_private (self->last_thread)->queue_next = thread;
  } else {
    atomic_store_explicit (&self->first_thread, thread, memory_order_seq_cst);
  }
  self->last_thread = thread;
  self->n_threads++;
  self->n_submitted++;
  if (my_task_queue_push (&self->queue, &ticket)) {
    self->n_tickets++;
  }
}

/* Takes a thread that is just being started, where nothing is in the way: else my_pool_submit() does. The caller notifies. */
gboolean
my_pool_take_locked (MyPool   *self,
                     MyThread *thread)
{
  if (self->is_closed || !atomic_load_explicit (&self->has_worker, memory_order_relaxed)) {
    return FALSE;
  }
  enqueue_thread_locked (self, thread);
  return TRUE;
}

/* Whether a thread that comes to a closed pool was started before that, and has waited in its group: such a one is as good as
 * queued here. */
static gboolean
comes_late_locked (MyPool   *self,
                   MyThread *thread)
{
  MyThreadPrivate *priv = my_thread_get_private (thread);

  return (gpointer) priv->executor == self->owner && priv->start_serial <= self->closed_serial;
}

/* Takes a started thread. */
gboolean
my_pool_submit (MyPool   *self,
                MyThread *thread,
                GError  **error)
{
  GError *refusal = NULL;

  my_state_lock ();
  if (self->is_closed && my_thread_get_phase (thread) == MY_PHASE_HANDED && !comes_late_locked (self, thread)) {
    my_state_unlock ();
    set_shut_down_error (self, error);
    return FALSE;
  }
  if (my_thread_get_phase (thread) != MY_PHASE_HANDED) {
    /* Cancelled meanwhile: it has ended, and left a reference for its executor. */
    my_state_unlock ();
    my_thread_execute (thread);
    return TRUE;
  }
  enqueue_thread_locked (self, thread);
  my_state_unlock ();

  if (G_UNLIKELY (!atomic_load_explicit (&self->has_worker, memory_order_relaxed)) && !ensure_worker (self, &refusal)) {
    MyWakeList wakes = { 0 };
    gboolean is_back;

    my_state_lock ();
    is_back = my_thread_get_phase (thread) == MY_PHASE_HANDED && my_pool_withdraw_locked (self, thread, &wakes);
    my_state_unlock ();
    my_wake_list_flush (&wakes);

    if (is_back) {
      g_propagate_error (error, refusal);
      return FALSE;
    }
    g_error_free (refusal);
    return TRUE;
  }
  my_pool_notify (self);

  return TRUE;
}

/* Whether a ticket may still stand for a thread. Relaxed: who has popped a ticket sees its thread as put into the list, or
 * as taken since. */
gboolean
my_pool_has_threads (MyPool *self)
{
  return atomic_load_explicit (&self->first_thread, memory_order_relaxed) != NULL;
}

/* Begins what a ticket stands for, on the calling OS thread, and counts it in @n_begun, which nobody else adds to. NULL: it was taken back. */
MyThread *
my_pool_begin_thread (MyPool          *self,
                      _Atomic guint64 *n_begun)
{
  MyThread *thread;
  gboolean has_ended = FALSE;

  if (!my_pool_has_threads (self)) {
    return NULL;
  }

  my_state_lock ();
  thread = atomic_load_explicit (&self->first_thread, memory_order_relaxed);
  if (thread != NULL) {
    unlink_thread_locked (self, thread);
    /* Who is seen to run is not queued any more. */
    has_ended = my_thread_get_phase (thread) != MY_PHASE_HANDED;
    if (has_ended) {
      atomic_fetch_add_explicit (&self->n_dropped, 1, memory_order_release);
    } else {
      atomic_store_explicit (n_begun, atomic_load_explicit (n_begun, memory_order_relaxed) + 1, memory_order_release);
      my_life_begin_here_locked (thread);
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
my_pool_withdraw_locked (MyPool     *self,
                         MyThread   *thread,
                         MyWakeList *wakes)
{
  if (!is_queued_locked (self, thread)) {
    return FALSE;
  }

  unlink_thread_locked (self, thread);
  my_wait_queue_wake_first (&self->room, wakes);
  atomic_fetch_add_explicit (&self->n_dropped, 1, memory_order_release);

  return TRUE;
}

/* Whether a worker that came now would begin @thread: there is room for one more, and nothing was queued before. */
static gboolean
is_next_locked (MyPool   *self,
                MyThread *thread)
{
  return atomic_load_explicit (&self->first_thread, memory_order_relaxed) == thread &&
         get_n_queued_locked (self, tally_locked (self).n_begun) == self->n_threads;
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
my_pool_help_locked (MyPool   *self,
                     MyThread *thread,
                     gboolean  as_guest)
{
  MyWakeList wakes = { 0 };
  Help help = { self, NULL };
  MyOsThreadManners manners;

  if (!is_queued_locked (self, thread)) {
    return;
  }
  if (!my_host_belongs_to (self)) {
    if (!as_guest || !is_next_locked (self, thread)) {
      return;
    }
    help.guest = my_worker_enter_if_room_locked (self);
    if (help.guest == NULL) {
      return;
    }
  }
  unlink_thread_locked (self, thread);
  my_wait_queue_wake_first (&self->room, &wakes);
  self->n_begun_elsewhere++;
  my_life_begin_here_locked (thread);
  my_state_unlock ();

  my_wake_list_flush (&wakes);
  my_os_thread_manners_begin (&manners, self->legacy.float_control);
  pthread_cleanup_push (end_help_broken, &help);
  my_life_run (thread, &self->n_ended_elsewhere);
  pthread_cleanup_pop (FALSE);
  my_os_thread_manners_end (&manners);

  if (help.guest != NULL) {
    my_worker_leave_and_lock (help.guest);
  } else {
    my_state_lock ();
  }
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
    while ((worker = take_sleeper_locked (self)) != NULL) {
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
  my_wait_queue_wake_all (&self->ended, &wakes);
  my_state_unlock ();
  my_wake_list_flush (&wakes);
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
  return self->n_workers == 0 && !has_tasks (self);
}

gboolean
my_pool_shut_down (MyPool        *self,
                   MyShutdownMode mode,
                   GError       **error)
{
  MyThread *current = my_thread_get_current ();
  MyWaitResult result = MY_WAIT_WOKEN;
  gboolean has_ended = FALSE;

  if (my_pool_runs_caller (self)) {
    g_set_error (error, MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK, "The pool \"%s\" can not end before its own task does", self->name);
    return FALSE;
  }

  close_pool (self);
  if (mode == MY_SHUTDOWN_CANCEL) {
    drop_queued (self);
    my_registry_cancel_all_of_executor (self->owner);
  }

  /* A thread may have been waiting in its group, and come only now; or its joiner runs it. */
  while (result == MY_WAIT_WOKEN && !has_ended) {
    if (has_tasks (self) && !ensure_worker (self, error)) {
      return FALSE;
    }
    my_state_lock ();
    has_ended = has_ended_locked (self);
    if (!has_ended) {
      result = my_wait_block (&my_thread_get_private (current)->waiter, &self->ended, &end_target, self, MY_DEADLINE_NEVER, TRUE);
    }
    my_state_unlock ();

    if (has_ended) {
      result = my_registry_wait_for_all_of_executor (self->owner, &has_ended);
    }
  }
  if (result != MY_WAIT_WOKEN) {
    my_thread_set_wait_error (result, error, "pool");
    return FALSE;
  }
  return TRUE;
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
