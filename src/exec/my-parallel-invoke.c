/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "exec/my-parallel-private.h"

#include <pthread.h>
#include <sched.h>

#include "wait/my-state-lock-private.h"

/* Fork-join: two functions, one of which another worker may take. */

typedef enum {
  PENDING, /* in the deque, or with a thief */
  AWAITED, /* the thief has to wake the owner */
  DONE,
} ForkState;

typedef struct {
  MyJob job;
  MyTaskFunc func;
  gpointer data;

  /* A ForkState. To AWAITED by the owner, to DONE by the thief: the exchange that finds PENDING is the thief's last touch;
   * release, for what func() did, and acquired by the owner. */
  atomic_int state;

  /* The thief, and where its deque ended when it began: what is above that is part of this job. Written by the
   * thief (`thief` with release), read by the owner (acquire). */
  _Atomic (MyWorker *) thief;
  gint64 thief_bottom;

  MyWaiter *subject; /* [const] the owner's: whom the thief works for */

  MyWaitQueue queue; /* [state] the owner */
} Fork;

static void
end_fork (MyTheft *theft)
{
  Fork *self = (Fork *) theft->job;

  if (G_UNLIKELY (theft->thief->is_in_fork_child)) {
    return;
  }
  theft->thief->host.subject = theft->subject;

  if (atomic_exchange_explicit (&self->state, DONE, memory_order_acq_rel) == AWAITED) {
    my_wait_queue_wake_all_now (&self->queue);
  }
}

static void
end_fork_broken (gpointer data)
{
  MyTheft *theft = data;

  my_parallel_log_broken_piece (theft->thief, "my_parallel_invoke");
  end_fork (theft);
}

static void
run_fork (MyJob *job,
          MyWorker *thief)
{
  Fork *self = (Fork *) job;
  MyTheft theft = { job, thief, thief->host.subject };

  self->thief_bottom = my_deque_get_bottom (&thief->deque);
  atomic_store_explicit (&self->thief, thief, memory_order_release);

  thief->host.subject = self->subject;
  pthread_cleanup_push (end_fork_broken, &theft);
  self->func (self->data);
  pthread_cleanup_pop (FALSE);
  end_fork (&theft);
}

/* Blocks until the thief is done. */
static void
wait_for_fork (Fork *self)
{
  MyThread *current = my_thread_get_current ();
  int pending = PENDING;

  my_state_lock ();
  if (atomic_compare_exchange_strong_explicit (&self->state, &pending, AWAITED, memory_order_acq_rel, memory_order_acquire)) {
    my_parallel_wait_for_thief_locked (current, &self->queue);
  }
  my_state_unlock ();
}

/* The job was stolen. Until it is done its owner does parts of it that the thief has left for others; it never does anything
 * else, since it may hold locks that other work needs. */
static void
join_fork (Fork *self,
           MyWorker *worker)
{
  if (G_UNLIKELY (worker->is_in_fork_child)) {
    return;
  }
  for (guint i = 0; i < MY_PARALLEL_PATIENCE; i++) {
    MyWorker *thief = atomic_load_explicit (&self->thief, memory_order_acquire);
    MyJob *part = thief != NULL ? my_deque_steal_part (&thief->deque, self->thief_bottom, &self->state, DONE) : NULL;

    if (part != NULL) {
      part->run (part, worker);
      i = 0;
      if (G_UNLIKELY (worker->is_in_fork_child)) {
        return;
      }
    } else if (atomic_load_explicit (&self->state, memory_order_acquire) == DONE) {
      return;
    } else {
      my_state_assert_unlocked ();
      sched_yield ();
    }
  }

  wait_for_fork (self);
}

/* The OS thread of the owner is ended, in its half, or in a part of the other that it has done. Who has stolen the other half uses
 * it, and most often what the caller has on its stack: that must not go before. */
static void
leave_fork_broken (gpointer data)
{
  Fork *self = data;
  MyWorker *worker = my_worker_get_current ();

  if (worker == NULL) {
    return; /* it has forked */
  }
  my_parallel_log_broken_piece (worker, "my_parallel_invoke");
  if (my_deque_pop (&worker->deque) == NULL) {
    wait_for_fork (self);
  }
}

/* The same in the other half, when it has come back. */
static void
leave_own_half_broken (gpointer unused)
{
  MyWorker *worker = my_worker_get_current ();

  if (worker != NULL) {
    my_parallel_log_broken_piece (worker, "my_parallel_invoke");
  }
}

static void
invoke (MyWorker *worker,
        MyTaskFunc a,
        gpointer a_data,
        MyTaskFunc b,
        gpointer b_data)
{
  Fork fork;
  gboolean is_back;

  fork.job.run = run_fork;
  fork.func = b;
  fork.data = b_data;
  fork.subject = worker->host.subject;
  atomic_init (&fork.state, PENDING);
  atomic_init (&fork.thief, NULL);
  fork.queue = (MyWaitQueue){ NULL, NULL };

  my_deque_push (&worker->deque, &fork);
  my_parallel_invite (worker->pool);

  pthread_cleanup_push (leave_fork_broken, &fork);
  a (a_data);

  /* What a() has pushed, it has got back: the bottom is `fork`, or it was stolen, and with it all that is older. */
  is_back = my_deque_pop (&worker->deque) != NULL;
  if (G_UNLIKELY (!is_back)) {
    join_fork (&fork, worker);
  }
  pthread_cleanup_pop (FALSE);

  if (G_LIKELY (is_back)) {
    pthread_cleanup_push (leave_own_half_broken, NULL);
    b (b_data);
    pthread_cleanup_pop (FALSE);
  }
}

/**
 * my_parallel_invoke:
 * @pool: (nullable): the pool; %NULL: the pool whose worker the caller is, else the default pool
 * @a: (scope call) (closure a_data): a function
 * @a_data: its data
 * @b: (scope call) (closure b_data): another one
 * @b_data: its data
 *
 * Calls two functions, at the same time if a worker is free, and returns when both have returned.
 *
 * The caller runs @a, and @b too, unless a worker has taken it meanwhile. Both may fork again, to any depth; nothing is
 * allocated. While it waits the caller runs parts of @b and nothing else, so it may hold locks that
 * neither of them needs. Both are called in any case, also when the calling thread is cancelled.
 *
 * If the pool is shut down, the caller runs both functions. If one of them forks the process, the
 * parts that other threads had taken are not done in the child. If the OS thread is ended in a
 * function, by `pthread_exit()` or `pthread_cancel()`, that function counts as done, with a
 * critical. If this is the caller's OS thread, it ends when the other function has returned.
 *
 * A sort that uses it is in [Fork-join and parallel loops](parallel.html).
 *
 * Any thread may call it. It blocks until both have returned.
 *
 * Since: 1.0
 */
void
my_parallel_invoke (MyThreadPool *pool,
                    MyTaskFunc a,
                    gpointer a_data,
                    MyTaskFunc b,
                    gpointer b_data)
{
  MyWorker *worker;
  gboolean is_guest;

  g_return_if_fail (pool == NULL || MY_IS_THREAD_POOL (pool));
  g_return_if_fail (a != NULL && b != NULL);

  worker = my_parallel_enter (pool, &is_guest);
  if (G_LIKELY (!is_guest)) {
    invoke (worker, a, a_data, b, b_data);
    return;
  }
  pthread_cleanup_push (my_parallel_leave, worker);
  invoke (worker, a, a_data, b, b_data);
  pthread_cleanup_pop (TRUE);
}
