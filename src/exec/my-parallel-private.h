/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread/my-parallel.h>
#include <mythread/my-thread.h>

#include "exec/my-pool-private.h"
#include "exec/my-thread-pool-private.h"
#include "wait/my-fence-private.h"

G_BEGIN_DECLS

/* What fork-join and parallel loops share: my-parallel-invoke.c and my-parallel-for.c. What is given away lies on the stack of its owner,
 * and in the owner's deque; the owner gets it back from there, or waits for the thief; also when the owner's OS thread is ended in its own
 * part: see "Broken pieces" in docs/internals-pool.md. These files are compiled with -fexceptions, for which pthread_cleanup_push() costs
 * nothing. */

/* How often an owner that waits for a thief looks again before it sleeps. */
#define MY_PARALLEL_PATIENCE 100

/* What a thief is about. */
typedef struct {
  MyJob *job; /* it is gone when the owner has been told that it is done */
  MyWorker *thief;
  MyWaiter *subject; /* whom the thief has worked for before */
} MyTheft;

/* my-parallel.c */
MyPool *my_parallel_get_default_pool (void);
void my_parallel_leave (gpointer guest);
void my_parallel_log_broken_piece (MyWorker *worker,
                                   const char *function);
void my_parallel_wait_for_thief_locked (MyThread *current,
                                        MyWaitQueue *queue);

/* A worker of @pool that is the calling OS thread's; to be left again if *@is_guest. */
static inline MyWorker *
my_parallel_enter (MyThreadPool *pool,
                   gboolean *is_guest)
{
  MyWorker *worker = my_worker_get_current ();

  *is_guest = worker == NULL || (pool != NULL && worker->pool != my_thread_pool_get_core (pool));
  if (G_UNLIKELY (*is_guest)) {
    worker = my_worker_enter (pool != NULL ? my_thread_pool_get_core (pool) : my_parallel_get_default_pool ());
  }
  if (G_UNLIKELY (!worker->has_forked)) {
    worker->has_forked = TRUE;
    atomic_store_explicit (&worker->pool->has_forks, TRUE, memory_order_seq_cst);
    atomic_thread_fence (memory_order_seq_cst); /* before my_parallel_invite() looks */
  }
  return worker;
}

/* Somebody may want to steal what was just pushed. As my_pool_notify(), but the push is no sequentially consistent operation: a
 * worker that falls asleep makes up for that with the heavy half of the fence. */
static inline void
my_parallel_invite (MyPool *pool)
{
  guint64 state;

  my_fence_light ();
  state = atomic_load_explicit (&pool->state, memory_order_relaxed);

  if (my_pool_get_n_searching (state) == 0 &&
      my_pool_get_n_awake (state) < atomic_load_explicit (&pool->max_threads, memory_order_relaxed)) {
    my_pool_wake_one (pool);
  }
}

G_END_DECLS
