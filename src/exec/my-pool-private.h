/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread/my-thread-pool.h>
#include <stdatomic.h>

#include "core/my-join-async-private.h"
#include "core/my-thread-queue-private.h"
#include "exec/my-os-thread-cache-private.h"
#include "exec/my-os-thread-traits-private.h"
#include "exec/my-task-queue-private.h"
#include "exec/my-worker-private.h"
#include "wait/my-wait-private.h"

G_BEGIN_DECLS

/* A pool without its object: what the workers share. It lives until the object and the last worker are gone, so that
 * dropping the object can let the workers finish what is queued. Its memory is used again for another pool, and never
 * freed: who has put something into a pool looks whether a worker is to be woken, and has no reference any more.
 *
 * See "When workers sleep, and why no task is left lying" in docs/internals-pool.md.
 */

typedef struct _MyWorkerTable MyWorkerTable;

/* Every worker that there ever was; grows by being replaced. */
struct _MyWorkerTable {
  MyWorkerTable *previous; /* a thief may still be reading it: freed with the pool */
  guint n_allocated;
  atomic_uint n;
  MyWorker *workers[];
};

struct _MyPool {
  MyTaskQueue queue; /* closures, and a ticket (a task without a function) for each thread that was submitted */

  /* MY_POOL_AWAKE for each worker that may run a task, MY_POOL_GUEST for each of those that is a guest, MY_POOL_SEARCHING for
   * each that looks for a task. All its changes are sequentially consistent, against the queue's: see my_pool_notify(). */
  _Alignas(64) _Atomic guint64 state;
  atomic_uint max_threads;
  atomic_uint n_space_waiters; /* [state] for writing; against a worker's n_begun with the two halves of the fence */
  atomic_int has_worker;       /* [state] whether one of them is spawned; read without it as a hint */
  guint n_workers;             /* [state] OS threads of the pool: those that are awake, blocked, asleep, or being spawned */
  guint n_spawning;            /* [state] those that the system has not granted yet */
  MyWaitQueue spawn_waiters;   /* [state] who waits for that */

  atomic_int has_forks; /* set once, sequentially consistent, before the first fork-join job of the pool is pushed */

  _Alignas(64) _Atomic (MyWorkerTable *) table; /* [state] replaced with release; read by thieves with acquire */
  MyWorker *sleepers;                           /* [state] the last one to fall asleep first */
  MyWorker *free_workers;                       /* [state] without an OS thread */

  /* [state] Submitted, and not begun. Who has a ticket reads the first without the
   * lock: that it was put there before the ticket, it has from the queue; so if it is gone, somebody has it. Once the pool is
   * closed there are no tickets: the store is sequentially consistent then, as a push() is. */
  MyThreadQueue threads;

  guint64 n_submitted;       /* [state] threads */
  guint64 n_tickets;         /* [state] tasks in the queue's count that are tickets */
  guint64 n_begun_elsewhere; /* [state] by joiners that are no worker of the pool */
  _Atomic guint64 n_ended_elsewhere;
  _Atomic guint64 n_dropped; /* tasks and threads that were never begun */

  gint64 idle_timeout;    /* [state] */
  atomic_uint max_queued; /* [state] for writing */
  MyWaitQueue space;      /* [state] pushers that wait for room */

  gboolean is_closed;          /* [state] so is the queue: they change together */
  guint64 closed_serial;       /* [state] the last start of a thread before that: see my_pool_submit() */
  MyWaitQueue ended;           /* [state] who waits for the last worker */
  MyJoinAsyncList ended_async; /* [state] and who does so without blocking; each holds a reference to the object */
  MyWaiterSet own_workers;     /* [state] those that are no guests; they are not counted in it */

  MyOsThreadInherited inherited; /* [const] what its OS threads are given: its maker's, but for the default pool */

  atomic_uint ref_count;   /* of the object, of each OS thread, of a wanted retry, and of any thread that needs the pool for a moment; from 0 under the state lock */
  gboolean needs_retry;    /* [state] the system has refused a worker that there is work for, and is asked again */
  MyPool *next_retry_pool; /* [state] */
  char *name;              /* [const] */
  gpointer owner;          /* [const] the object, while it is there; compared, not followed */
  MyPool *next;            /* [state] all pools, for fork() */
  MyPool *previous;        /* [state] */
};

#define MY_POOL_AWAKE ((guint64) 1)
#define MY_POOL_GUEST ((guint64) 1 << 24)
#define MY_POOL_SEARCHING ((guint64) 1 << 48)

static inline guint
my_pool_get_n_awake (guint64 state)
{
  return (guint) (state & (MY_POOL_GUEST - 1));
}

static inline guint
my_pool_get_n_guests (guint64 state)
{
  return (guint) (state >> 24 & (MY_POOL_GUEST - 1));
}

static inline guint
my_pool_get_n_searching (guint64 state)
{
  return (guint) (state >> 48);
}

/* Whether there should be one more. However many guests there are, one of the pool's own may come to what is queued. */
static inline gboolean
my_pool_needs_worker (MyPool *self,
                      guint64 state)
{
  guint n_awake = my_pool_get_n_awake (state);

  return my_pool_get_n_searching (state) == 0 &&
         (n_awake < atomic_load_explicit (&self->max_threads, memory_order_relaxed) || n_awake == my_pool_get_n_guests (state));
}

/* Whether there should be one less of the pool's own. */
static inline gboolean
my_pool_has_surplus (MyPool *self,
                     guint64 state)
{
  guint n_awake = my_pool_get_n_awake (state);

  return n_awake > atomic_load_explicit (&self->max_threads, memory_order_relaxed) && n_awake > my_pool_get_n_guests (state) + 1;
}

typedef struct {
  guint64 n_queued;
  guint64 n_active;
  guint64 n_completed;
} MyPoolCounts;

MyPool *my_pool_new (const char *name,
                     guint max_threads,
                     gpointer owner);
void my_pool_unref (MyPool *self);

/* work: my-pool-push.c */
gboolean my_pool_push (MyPool *self,
                       const MyTask *task,
                       GError **error);
void my_pool_wake_pusher (MyPool *self);
void my_pool_set_shut_down_error (MyPool *self,
                                  GError **error);

/* threads: my-pool-threads.c */
gboolean my_pool_take_locked (MyPool *self,
                              MyThread *thread);
gboolean my_pool_submit (MyPool *self,
                         MyThread *thread,
                         GError **error);
gboolean my_pool_withdraw_locked (MyPool *self,
                                  MyThread *thread,
                                  MyWakeList *wakes);
void my_pool_help_locked (MyPool *self,
                          MyThread *thread,
                          gboolean as_guest);
MyThread *my_pool_begin_thread (MyPool *self,
                                _Atomic guint64 *n_begun);

/* the end: my-pool-shutdown.c */
void my_pool_abandon (MyPool *self);
void my_pool_begin_shutdown (MyPool *self,
                             MyShutdownMode mode);
gboolean my_pool_shut_down (MyPool *self,
                            MyShutdownMode mode,
                            gint64 timeout_us,
                            GError **error);
MyJoinAsyncState my_pool_look_for_end (MyPool *self,
                                       MyJoinAsync *join,
                                       GError **error);

/* who works: my-pool.c; without the state lock */
gboolean my_pool_has_work (MyPool *self);
gboolean my_pool_has_threads (MyPool *self);
gboolean my_pool_runs_caller (MyPool *self);
void my_pool_drop_all_tasks (MyPool *self);
/* with it */
MyWorker *my_pool_get_worker_locked (MyPool *self);
void my_pool_put_worker_locked (MyPool *self,
                                MyWorker *worker);
MyWorker *my_pool_take_sleeper_locked (MyPool *self);
void my_pool_update_hint_locked (MyPool *self);
void my_pool_retire_locked (MyPool *self,
                            MyWorker *worker,
                            MyWakeList *wakes);
void my_pool_wake_enders_locked (MyPool *self,
                                 MyWakeList *wakes);

/* their OS threads: my-pool-spawn.c */
void my_pool_set_worker_main (MyOsThreadBody worker_main);
void my_pool_wake_one (MyPool *self);
gboolean my_pool_ensure_worker (MyPool *self,
                                GError **error);
void my_pool_note_spawned_locked (MyPool *self,
                                  MyWorker *worker,
                                  MyWakeList *wakes);
gboolean my_pool_replace_os_thread (MyPool *self,
                                    MyWorker *worker);

/* awake or asleep: my-idle.c; without the state lock, but for those that are called so */
gboolean my_idle_begin_to_search (MyPool *pool);
void my_idle_end_search (MyPool *pool);
gboolean my_idle_fall_asleep_locked (MyPool *pool,
                                     gboolean is_searching,
                                     gboolean if_surplus);
void my_idle_add_sleeper_locked (MyPool *pool,
                                 MyWorker *worker);
void my_idle_remove_sleeper_locked (MyPool *pool,
                                    MyWorker *worker);
void my_idle_block (MyHost *host);
void my_idle_unblock (MyHost *host);
void my_pool_set_max_threads (MyPool *self,
                              guint max_threads);
gboolean my_pool_set_idle_timeout (MyPool *self,
                                   gint64 idle_timeout);

/* what can be seen and set */
guint64 my_pool_get_n_queued_locked (MyPool *self);
MyPoolCounts my_pool_count (MyPool *self);
void my_pool_set_max_queued (MyPool *self,
                             guint max_queued);

/* Wakes a sleeping worker, or makes one, if there may be one more and no worker searches yet.
 *
 * Whoever made work available calls it after that, where the making ended with a sequentially consistent operation. A
 * worker that goes to sleep changes `state`, and then looks for work once more: at least one of the two sees the other. A worker that
 * searches when this looks will look at all there is once more before it sleeps, or, when it finds something, call this
 * itself: so there is always somebody on the way to the work, and never more than one that was woken for nothing.
 *
 * The caller need not have a reference: see MyPool.
 */
static inline void
my_pool_notify (MyPool *self)
{
  if (my_pool_needs_worker (self, atomic_load_explicit (&self->state, memory_order_seq_cst))) {
    my_pool_wake_one (self);
  }
}

G_END_DECLS
