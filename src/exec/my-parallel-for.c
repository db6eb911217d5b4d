/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "exec/my-parallel-private.h"

#include <pthread.h>
#include <sched.h>

#include "wait/my-state-lock-private.h"

/* A loop over a range, of which all workers claim pieces. */

/* Pieces for each worker in an automatic division: enough to even out what takes longer, few enough not to be noticed. */
#define PIECES_PER_WORKER 64

/* More take part in no loop. */
#define MAX_WORKERS 1024

/* A claim takes at most this part of what is left for each worker: first long ones, then short ones for the end. */
#define CLAIMS_PER_WORKER 4

/* Pieces that somebody has claimed, and has not come to. */
typedef struct _Rest Rest;

struct _Rest {
  gsize next; /* in grains */
  gsize end;
  Rest *older;
};

typedef struct {
  MyJob job; /* once in the deque for each worker that is invited */
  MyRangeFunc func;
  gpointer data;
  gsize begin;
  gsize end;
  gsize grain;
  guint n_claims;   /* a claim takes a part of what is left in so many, */
  gsize max_grains; /* and at most so many grains */
  MyWaiter *caller; /* whose cancellation ends it, or NULL */

  _Alignas(64) _Atomic gsize next; /* in grains: the thread that moves it has claimed them */

  /* Twice the number of thieves that are done, less twice that of those that came; odd when the owner has to be
   * woken. The owner subtracts those that came when it knows them. */
  atomic_int balance;

  /* What broken thieves have left, for the owner. Pushed before `balance` is changed; taken by the owner when all thieves are out. */
  _Atomic (Rest *) rests;

  MyWaitQueue queue; /* [state] the owner */
} Loop;

static gboolean
is_cancelled (Loop *self)
{
  return self->caller != NULL && atomic_load_explicit (&self->caller->cancelled, memory_order_relaxed);
}

static gsize
count_grains (Loop *self)
{
  return (self->end - self->begin - 1) / self->grain + 1;
}

static void
do_claimed (Loop *self,
            Rest *claim)
{
  while (claim->next < claim->end && !is_cancelled (self)) {
    gsize begin = self->begin + claim->next++ * self->grain;

    self->func (begin, self->end - begin > self->grain ? begin + self->grain : self->end, self->data);
  }
}

/* Claims and does pieces until there are none; @claim says which, all the time. */
static void
take_part (Loop *self,
           Rest *claim)
{
  gsize n_grains = count_grains (self);
  gsize next = atomic_load_explicit (&self->next, memory_order_relaxed);

  while (next < n_grains && !is_cancelled (self)) {
    gsize n = CLAMP ((n_grains - next) / self->n_claims, 1, self->max_grains);

    /* Nothing but the number passes between them. */
    if (!atomic_compare_exchange_weak_explicit (&self->next, &next, next + n, memory_order_relaxed, memory_order_relaxed)) {
      continue;
    }
    claim->next = next;
    claim->end = next + n;
    do_claimed (self, claim);
    next = atomic_load_explicit (&self->next, memory_order_relaxed);
  }
}

/* a thief */

typedef struct {
  MyTheft theft;
  Rest claim;
} Share;

static void
end_share (Share *share)
{
  Loop *self = (Loop *) share->theft.job;

  if (G_UNLIKELY (share->theft.thief->is_in_fork_child)) {
    return;
  }
  share->theft.thief->host.subject = share->theft.subject;

  /* Release for what func() did; the last touch, unless the owner sleeps. */
  if (atomic_fetch_add_explicit (&self->balance, 2, memory_order_acq_rel) + 2 == 1) {
    my_wait_queue_wake_all_now (&self->queue);
  }
}

static void
end_share_broken (gpointer data)
{
  Share *share = data;
  Loop *self = (Loop *) share->theft.job;

  my_parallel_log_broken_piece (share->theft.thief, "my_parallel_for");
  if (share->claim.next < share->claim.end && !share->theft.thief->is_in_fork_child) {
    Rest *rest = g_new (Rest, 1);

    *rest = share->claim;
    rest->older = atomic_load_explicit (&self->rests, memory_order_relaxed);
    while (!atomic_compare_exchange_weak_explicit (&self->rests, &rest->older, rest, memory_order_release, memory_order_relaxed)) {
    }
  }
  end_share (share);
}

static void
run_loop (MyJob *job,
          MyWorker *thief)
{
  Loop *self = (Loop *) job;
  Share share = { { job, thief, thief->host.subject }, { 0, 0, NULL } };

  thief->host.subject = self->caller;
  pthread_cleanup_push (end_share_broken, &share);
  take_part (self, &share.claim);
  pthread_cleanup_pop (FALSE);
  end_share (&share);
}

/* the owner */

/* Until all thieves are out. */
static void
join_loop (Loop *self,
           MyWorker *worker,
           int n_thieves)
{
  MyThread *current;
  int balance = atomic_fetch_sub_explicit (&self->balance, 2 * n_thieves, memory_order_acq_rel) - 2 * n_thieves;

  my_state_assert_unlocked ();
  for (guint i = 0; i < MY_PARALLEL_PATIENCE && balance != 0; i++) {
    sched_yield ();
    balance = atomic_load_explicit (&self->balance, memory_order_acquire);
  }
  if (balance == 0 || worker->is_in_fork_child) {
    return;
  }

  current = my_thread_get_current ();
  my_state_lock ();
  if (atomic_fetch_or_explicit (&self->balance, 1, memory_order_acq_rel) != 0) {
    my_parallel_wait_for_thief_locked (current, &self->queue);
  }
  my_state_unlock ();
}

typedef struct {
  Loop *loop;
  MyWorker *worker;
  int n_invited; /* 0 when nobody else can be in the loop any more */
} Ownership;

/* Takes back what nobody has come for, and waits for those who came. Once: after a wait `balance` stays odd, as if somebody had yet
 * to wake the owner. */
static void
end_ownership (Ownership *self)
{
  int n_thieves = self->n_invited;

  if (n_thieves == 0) {
    return;
  }
  while (n_thieves > 0 && my_deque_pop (&self->worker->deque) != NULL) {
    n_thieves--;
  }
  join_loop (self->loop, self->worker, n_thieves);
  self->n_invited = 0;
}

static Rest *
pop_rest (Loop *self)
{
  Rest *rest = atomic_load_explicit (&self->rests, memory_order_acquire);

  if (G_UNLIKELY (rest != NULL)) {
    atomic_store_explicit (&self->rests, rest->older, memory_order_relaxed);
  }
  return rest;
}

/* The OS thread of the owner is ended in a piece. The loop is not finished, but what others have begun of it uses the owner's
 * stack: as for a fork. */
static void
leave_loop_broken (gpointer data)
{
  Ownership *self = data;
  Rest *rest;

  if (my_worker_get_current () == NULL) {
    return; /* it has forked */
  }
  my_parallel_log_broken_piece (self->worker, "my_parallel_for");
  atomic_store_explicit (&self->loop->next, count_grains (self->loop), memory_order_relaxed);
  end_ownership (self);
  while ((rest = pop_rest (self->loop)) != NULL) {
    g_free (rest);
  }
}

static void
loop_in_parallel (Loop *self,
                  MyWorker *worker,
                  guint n_invited)
{
  Ownership ownership = { self, worker, (int) n_invited };
  Rest claim = { 0, 0, NULL };
  Rest *rest;

  for (guint i = 0; i < n_invited; i++) {
    my_deque_push (&worker->deque, self);
  }
  if (n_invited > 0) {
    /* Once per loop a fence costs nothing, and then whoever steps down sees the pushes, or is seen. */
    atomic_thread_fence (memory_order_seq_cst);
    my_parallel_invite (worker->pool);
  }

  pthread_cleanup_push (leave_loop_broken, &ownership);
  take_part (self, &claim);
  end_ownership (&ownership);
  while ((rest = pop_rest (self)) != NULL) {
    claim = *rest;
    g_free (rest);
    do_claimed (self, &claim);
  }
  pthread_cleanup_pop (FALSE);
}

/**
 * my_parallel_for:
 * @pool: (nullable): the pool; %NULL: the pool whose worker the caller is, else the default pool
 * @begin: the first index
 * @end: the index after the last one
 * @grain: how many indexes a piece has, but for the last one; 0: chosen automatically
 * @func: (scope call) (closure user_data): does one piece
 * @user_data: data for @func
 *
 * Runs a loop in pieces, at the same time if workers are free, and returns when all are done.
 *
 * Each index from @begin to @end is in exactly one call of @func. The caller takes part; with it, at most
 * [property@ThreadPool:max-threads] threads do. A @func may itself use this function, to any depth.
 * While it waits for the others' last pieces the caller does nothing else, so it may hold locks
 * that @func does not need.
 *
 * If the calling [class@Thread] is cancelled, no further piece is begun, and the call returns when
 * the pieces that run are done: ask [method@Thread.is_cancelled] whether all was done.
 *
 * If the pool is shut down, the caller runs all pieces. If @func forks the process, the pieces that
 * other threads had taken are not done in the child. If the OS thread is ended in a piece, by
 * `pthread_exit()` or `pthread_cancel()`, that piece counts as done, with a critical, and the
 * others are done. But if this is the caller's OS thread, it ends when the pieces that run have
 * returned.
 *
 * @func may be called on OS threads other than the caller's. There [func@Thread.get_current] does
 *   not return the thread that has called this function. Pass that thread in @user_data:
 *   [method@Thread.set_progress] and [method@Thread.is_cancelled] may be called on it. An image
 *   filter that does so is in [Fork-join and parallel loops](parallel.html).
 *
 * Any thread may call it. It blocks until all is done.
 *
 * Since: 1.0
 */
void
my_parallel_for (MyThreadPool *pool,
                 gsize begin,
                 gsize end,
                 gsize grain,
                 MyRangeFunc func,
                 gpointer user_data)
{
  Loop loop;
  MyWorker *worker;
  gboolean is_guest;
  guint n_workers;
  guint n_invited;

  g_return_if_fail (pool == NULL || MY_IS_THREAD_POOL (pool));
  g_return_if_fail (func != NULL);

  if (begin >= end) {
    return;
  }

  worker = my_parallel_enter (pool, &is_guest);
  n_workers = MIN (atomic_load_explicit (&worker->pool->max_threads, memory_order_relaxed), MAX_WORKERS);

  loop.job.run = run_loop;
  loop.func = func;
  loop.data = user_data;
  loop.begin = begin;
  loop.end = end;
  loop.n_claims = n_workers * CLAIMS_PER_WORKER;
  if (grain == 0) {
    loop.grain = MAX ((end - begin) / n_workers / PIECES_PER_WORKER, 1);
    loop.max_grains = G_MAXSIZE;
  } else {
    loop.grain = grain;
    loop.max_grains = PIECES_PER_WORKER;
  }
  loop.caller = worker->host.subject;
  atomic_init (&loop.next, 0);
  atomic_init (&loop.balance, 0);
  atomic_init (&loop.rests, NULL);
  loop.queue = (MyWaitQueue){ NULL, NULL };

  n_invited = (guint) MIN (n_workers - 1, count_grains (&loop) - 1);
  if (!is_guest) {
    loop_in_parallel (&loop, worker, n_invited);
    return;
  }
  pthread_cleanup_push (my_parallel_leave, worker);
  loop_in_parallel (&loop, worker, n_invited);
  pthread_cleanup_pop (TRUE);
}
