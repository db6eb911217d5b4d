/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "exec/my-worker-private.h"

#include <pthread.h>
#include <sched.h>

#include "core/my-registry-private.h"
#include "core/my-run-private.h"
#include "exec/my-os-thread-private.h"
#include "exec/my-pool-private.h"
#include "wait/my-fence-private.h"
#include "wait/my-state-lock-private.h"

/* How often a worker that finds nothing looks again, giving its processor to others in between, before it sleeps. It
 * learns: waking it costs whoever has work a system call, and the work some 30 us; looking costs a processor that
 * may have nothing else to do. */
#define MIN_PATIENCE 2
#define MAX_PATIENCE 100

/* A caller that submits a thread and joins it at once runs it itself, in less time than it takes to hand it over: a worker that was waiting
 * for work leaves the thread to its joiner for so many pauses. If that is what happens time and again it need not look all the time, and naps: for so many
 * microseconds, to which the system's timer adds some 50. */
#define JOINER_PAUSES 20
#define BACKOFF_AFTER 16
#define NAP 1

/* It looks into the others' deques first only this seldom: there is rarely anything, and the queue must not starve. */
#define STEAL_FIRST_EVERY 16

/* What a task has left on its OS thread is put back before the next one: before one of another function always, and before one of the
 * same after so many. What a system call tells: when the worker counts as asleep, before a task that it had to search for, and at the latest after so
 * many tasks: then it is 1 ns for each. Not before it searches: while it counts as awake it may stand in the place of a joiner that could run its
 * thread itself. */
#define MAX_SINCE_TIDY 16
#define MAX_SINCE_CHECK 4096

/* looking for work */

static guint32
next_random (MyWorker *self)
{
  self->random ^= self->random << 13;
  self->random ^= self->random >> 17;
  self->random ^= self->random << 5;
  return self->random;
}

/* The oldest job of anybody's. */
static MyJob *
steal (MyWorker *self)
{
  MyWorkerTable *table = atomic_load_explicit (&self->pool->table, memory_order_acquire);
  guint n = table != NULL ? atomic_load_explicit (&table->n, memory_order_acquire) : 0;
  guint start = n > 1 ? next_random (self) % n : 0;

  for (guint i = 0; i < n; i++) {
    MyWorker *victim = table->workers[start + i < n ? start + i : start + i - n];
    MyJob *job = victim != self ? my_deque_steal (&victim->deque) : NULL;

    if (job != NULL) {
      return job;
    }
  }
  return NULL;
}

static MyFound
find (MyWorker *self,
      MyTask *task,
      MyJob **job)
{
  if (G_UNLIKELY (next_random (self) % STEAL_FIRST_EVERY == 0) && (*job = steal (self)) != NULL) {
    return MY_FOUND_JOB;
  }
  if (my_task_queue_pop (&self->pool->queue, task)) {
    return MY_FOUND_TASK;
  }
  if (G_UNLIKELY (my_pool_has_threads (self->pool))) {
    *task = (MyTask){ NULL, NULL, NULL };
    return MY_FOUND_TASK;
  }
  *job = steal (self);
  return *job != NULL ? MY_FOUND_JOB : MY_FOUND_NOTHING;
}

/* Whether the thread that a ticket stands for is still there after some pauses, in which its joiner may take it. While more is queued there
 * are no pauses, unless the joiners have taken the last threads, too. */
static gboolean
is_left (MyWorker *self)
{
  MyPool *pool = self->pool;
  gboolean is_used_to_it = self->n_missed >= BACKOFF_AFTER;

  for (guint i = 0; i < JOINER_PAUSES && my_pool_has_threads (pool) && (is_used_to_it || my_task_queue_is_empty (&pool->queue)); i++) {
    my_parker_relax ();
  }
  return my_pool_has_threads (pool);
}

/* The same as find(), but for tickets whose threads are gone: with those nothing has been found that the other workers are to
 * hear of. */
static MyFound
find_alive (MyWorker *self,
            MyTask *task,
            MyJob **job)
{
  MyFound found = find (self, task, job);

  while (found == MY_FOUND_TASK && task->func == NULL && !is_left (self)) {
    self->n_missed++;
    self->is_backoff_due = self->n_missed >= BACKOFF_AFTER;
    found = find (self, task, job);
  }
  if (found != MY_FOUND_NOTHING) {
    self->n_missed = 0;
    self->is_backoff_due = FALSE;
  }
  return found;
}

static void
back_off (MyWorker *self)
{
  my_state_assert_unlocked ();
  if (self->is_backoff_due) {
    self->is_backoff_due = FALSE;
    /* Unlike a sleep it is no cancellation point. A token that ends it is one that has come late. */
    my_parker_park (self->parker, g_get_monotonic_time () + NAP);
  } else {
    sched_yield ();
  }
}

static MyFound
search (MyWorker *self,
        MyTask *task,
        MyJob **job)
{
  guint patience = self->patience;
  guint n_looks = 0;
  MyFound found;

  while ((found = find_alive (self, task, job)) == MY_FOUND_NOTHING && n_looks < patience) {
    n_looks = self->is_backoff_due ? 0 : n_looks + 1;
    back_off (self);
  }

  if (found == MY_FOUND_NOTHING) {
    self->patience = MAX (MIN_PATIENCE, patience / 2);
  } else if (n_looks > 0) {
    self->patience = MIN (MAX_PATIENCE, patience + patience / 2 + 1);
  }
  return found;
}

/* running */

/* Nobody else adds to it meanwhile. */
static inline void
count (_Atomic guint64 *n)
{
  atomic_store_explicit (n, atomic_load_explicit (n, memory_order_relaxed) + 1, memory_order_release);
}

/* After a task was counted as begun. */
static void
look_for_pushers (MyWorker *self)
{
  my_fence_light (); /* see push_within_limit() */
  if (G_UNLIKELY (atomic_load_explicit (&self->pool->n_space_waiters, memory_order_relaxed) != 0)) {
    my_pool_wake_pusher (self->pool);
  }
}

static void
run_thread (MyWorker *self)
{
  MyThread *thread = my_pool_begin_thread (self->pool, &self->n_begun);

  if (thread == NULL) {
    return; /* it was taken back */
  }
  look_for_pushers (self);
  my_run_to_end (thread, &self->n_ended);
  my_worker_end_brackets (self);
}

static void
run_task (MyWorker *self,
          const MyTask *task)
{
  my_state_assert_unlocked ();
  if (task->func == NULL) {
    run_thread (self);
    return;
  }

  count (&self->n_begun);
  look_for_pushers (self);

  task->func (task->data);
  if (task->destroy != NULL) {
    task->destroy (task->data);
  }
  my_worker_end_brackets (self);
  count (&self->n_ended);
}

/* what tasks leave on the OS thread */

/* To look costs as much as half an empty task. */
static inline void
tidy (MyWorker *self,
      MyFound found)
{
  if (found == MY_FOUND_TASK && self->task.func == self->last_func && self->task.func != NULL && ++self->n_since_tidy < MAX_SINCE_TIDY) {
    return;
  }
  self->n_since_tidy = 0;
  self->last_func = found == MY_FOUND_TASK ? self->task.func : NULL;
  my_os_thread_state_tidy (self->os_thread);
}

/* Puts back what a system call tells of, if there has been a task. FALSE if that can not be: another OS thread is to run the next one,
 * or, if there can be none, this one. */
static gboolean
check_os_thread (MyWorker *self)
{
  if (self->n_since_check > 0) {
    self->n_since_check = 0;
    self->is_unfit = !my_os_thread_state_look (self->os_thread);
    self->n_since_tidy = 0;
    self->last_func = NULL;
  }
  return !self->is_unfit;
}

/* sleeping */

static gboolean
has_surplus (MyPool *pool)
{
  return my_pool_has_surplus (pool, atomic_load_explicit (&pool->state, memory_order_relaxed));
}

typedef enum {
  GO_ON, /* it has not slept */
  WOKEN, /* awake and searching, as whoever woke it says */
  LEAVE,
} Sleep;

static Sleep
sleep_or_leave (MyWorker *self,
                gboolean is_searching,
                gboolean if_surplus)
{
  MyPool *pool = self->pool;
  MyWakeList wakes = { 0 };
  gboolean leaves = FALSE;
  gint64 idle_timeout;
  gint64 idle_since;
  sigset_t blocked;

  my_state_lock ();
  if (!my_idle_fall_asleep_locked (pool, is_searching, if_surplus)) {
    my_state_unlock ();
    return GO_ON;
  }
  idle_timeout = my_registry_limit_idle_time_locked (pool->idle_timeout);
  if (pool->is_closed || idle_timeout == 0 || self->is_unfit || self->os_thread->traits_refused) {
    my_pool_retire_locked (pool, self, &wakes);
    leaves = TRUE;
  } else {
    my_idle_add_sleeper_locked (pool, self);
  }
  my_state_unlock ();
  my_wake_list_flush (&wakes);

  /* First the change of `state`, then the last look: see my_pool_notify(). With the fence for who pushes fork-join jobs, if
   * anybody does. */
  if (atomic_load_explicit (&pool->has_forks, memory_order_seq_cst) &&
      my_pool_get_n_awake (atomic_load_explicit (&pool->state, memory_order_relaxed)) > 0) {
    my_fence_heavy ();
  }
  if (my_pool_has_work (pool)) {
    my_pool_notify (pool);
  }
  if (leaves) {
    return LEAVE;
  }

  if (!check_os_thread (self)) {
    idle_timeout = 0; /* the next one is spawned by the thread that comes with work */
  }
  my_os_thread_block_signals (&blocked);
  idle_since = g_get_monotonic_time ();
  for (;;) {
    gint64 deadline = idle_timeout < 0 || idle_timeout >= MY_DEADLINE_NEVER - idle_since ? MY_DEADLINE_NEVER : idle_since + idle_timeout;
    gboolean token = my_parker_park (self->parker, deadline);

    my_state_lock ();
    if (!self->is_asleep) {
      leaves = self->must_end;
      if (leaves) {
        self->must_end = FALSE;
        my_pool_retire_locked (pool, self, &wakes);
      }
      break;
    }
    if (!token) {
      my_idle_remove_sleeper_locked (pool, self);
      my_pool_retire_locked (pool, self, &wakes);
      leaves = TRUE;
      break;
    }
    idle_timeout = self->is_unfit ? 0 : my_registry_limit_idle_time_locked (pool->idle_timeout); /* it may have been changed */
    my_state_unlock ();
  }
  my_state_unlock ();
  my_wake_list_flush (&wakes);

  if (leaves) {
    return LEAVE;
  }
  my_os_thread_unblock_signals (&blocked);
  return WOKEN;
}

/* the OS thread */

static void be_worker (MyWorker *self);

/* One be_worker(), on its stack. */
typedef struct {
  MyWorker *worker;
  volatile gboolean is_over; /* leave_broken() was called; where that goes on as the worker, the end of that one comes by here again. Volatile: see setjmp() */
} MyStay;

/* A task has called pthread_exit(): what it left on the stack is gone, the rest of the pool goes on. */
static G_GNUC_NO_INLINE void
leave_broken (gpointer data)
{
  MyStay *stay = data;
  MyWorker *self = stay->worker;
  MyPool *pool = self->pool;
  MyWakeList wakes = { 0 };

  if (stay->is_over) {
    return;
  }
  stay->is_over = TRUE;
  if (self->found != MY_FOUND_NOTHING) {
    /* It was cancelled between two tasks: the next one is no business of that. Another OS thread goes on as this worker, or, if
     * there can be none, this one does, as nothing is cancelled any more. */
    my_host_current = NULL;
    if (!my_pool_replace_os_thread (pool, self)) {
      be_worker (self);
    }
    return;
  }

  my_host_current = NULL;
  if (self->is_in_fork_child) {
    return;
  }
  while (my_deque_pop (&self->deque) != NULL) {
  }
  atomic_store_explicit (&self->n_ended, atomic_load_explicit (&self->n_begun, memory_order_relaxed), memory_order_release);

  my_state_lock ();
  if (self->host.n_blocks == 0) {
    atomic_fetch_sub_explicit (&pool->state, MY_POOL_AWAKE, memory_order_seq_cst);
  }
  my_pool_retire_locked (pool, self, &wakes);
  my_state_unlock ();
  my_wake_list_flush (&wakes);

  if (my_pool_has_work (pool)) {
    my_pool_notify (pool);
  }
  my_pool_unref (pool);
  my_inbox_empty_closed ();
}

/* Until the worker is somebody else's, and nobody here touches it. FALSE: it is another OS thread's, or, in a child of fork(), nobody's.
 *
 * Not inline: beside pthread_cleanup_push() the compiler would keep nothing in registers. */
static G_GNUC_NO_INLINE gboolean
work (MyWorker *self)
{
  MyPool *pool = self->pool;
  MyFound found = self->found;                       /* of the OS thread that was this worker before */
  gboolean is_searching = found == MY_FOUND_NOTHING; /* else who made this worker has counted it so */
  Sleep sleep = WOKEN;

  self->found = MY_FOUND_NOTHING;
  while (sleep != LEAVE) {
    if (G_LIKELY (found == MY_FOUND_NOTHING)) {
      found = is_searching ? search (self, &self->task, &self->job) : find (self, &self->task, &self->job);
    }

    if (found == MY_FOUND_NOTHING && !is_searching) {
      /* What it could hand down to the OS thread that takes its place is looked at first: then somebody else has to make that. */
      if (self->n_since_check > 0 && G_UNLIKELY (!my_os_thread_state_has_schedule (self->os_thread))) {
        check_os_thread (self);
      }
      is_searching = !self->is_unfit && my_idle_begin_to_search (pool);
      if (is_searching) {
        continue;
      }
    }

    if (found == MY_FOUND_NOTHING) {
      sleep = sleep_or_leave (self, is_searching, FALSE);
      is_searching = TRUE;
      continue;
    }

    /* With something in hand, that a cancellation which came before does not take along: see leave_broken(). One that the last task has
     * kept from itself comes only when tidy() has enabled it. */
    self->found = found;
    if (is_searching) {
      is_searching = FALSE;
      my_idle_end_search (pool);
      if (G_UNLIKELY (!check_os_thread (self)) && my_pool_replace_os_thread (pool, self)) {
        return FALSE;
      }
    }
    tidy (self, found);
    pthread_testcancel ();
    self->found = MY_FOUND_NOTHING;

    if (found == MY_FOUND_TASK) {
      run_task (self, &self->task);
    } else {
      self->job->run (self->job, self);
      my_worker_end_brackets (self);
    }
    found = MY_FOUND_NOTHING;

    if (G_UNLIKELY (self->is_in_fork_child)) {
      return FALSE;
    }
    my_registry_release_foreign ();
    self->n_since_check++;
    if (G_UNLIKELY (has_surplus (pool) || (self->n_since_check >= MAX_SINCE_CHECK && !check_os_thread (self)))) {
      sleep = sleep_or_leave (self, FALSE, !self->is_unfit);
      is_searching = sleep == WOKEN;
    }
  }

  return TRUE;
}

static void
be_worker (MyWorker *self)
{
  MyPool *pool = self->pool;
  MyStay stay = { self, FALSE };
  gboolean has_left;

  my_host_current = &self->host;

  pthread_cleanup_push (leave_broken, &stay);
  has_left = work (self);
  pthread_cleanup_pop (FALSE);

  my_host_current = NULL;
  if (has_left) {
    my_pool_unref (pool);
    my_inbox_empty_closed (); /* the end of the pool may have been posted to one, when the worker was retired */
  }
}

/* On an OS thread that was made for @data, a worker. */
void
my_worker_main (gpointer data)
{
  MyWorker *self = data;
  MyWakeList wakes = { 0 };

  my_state_lock ();
  self->parker = my_parker_get_current ();
  my_pool_note_spawned_locked (self->pool, self, &wakes);
  my_state_unlock ();
  my_wake_list_flush (&wakes);

  self->n_blocking = 0;
  self->os_thread = my_os_thread_get_state ();
  self->n_since_check = 0;
  self->is_unfit = FALSE;
  self->is_broken = FALSE;
  self->host.block = my_idle_block;
  self->host.unblock = my_idle_unblock;
  self->host.n_blocks = 0;
  self->host.is_guest = FALSE;
  self->host.outer = NULL;
  self->host.subject = NULL;

  be_worker (self);
}

static void __attribute__ ((constructor))
set_main (void)
{
  my_pool_set_worker_main (my_worker_main);
}
