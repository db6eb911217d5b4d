/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "exec/my-pool-private.h"
#include "wait/my-state-lock-private.h"

/* Which workers of a pool are awake, and which of those search: the word `state`. It is also changed where a worker comes or goes: when it is woken
 * or spawned (my-pool-spawn.c), is a guest (my-guest.c), or is ended by pthread_exit() (my-worker-loop.c). See "When workers sleep, and why no task is left lying" in docs/internals-pool.md. */

/* Becomes a worker that searches, if there is none: one is enough, and it wakes the next when it finds something. */
gboolean
my_idle_begin_to_search (MyPool *pool)
{
  guint64 state = atomic_load_explicit (&pool->state, memory_order_seq_cst);

  while (my_pool_get_n_searching (state) == 0) {
    if (atomic_compare_exchange_weak_explicit (&pool->state, &state, state + MY_POOL_SEARCHING, memory_order_seq_cst, memory_order_seq_cst)) {
      return TRUE;
    }
  }
  return FALSE;
}

/* Whoever made work available while this worker searched has left it to it. */
void
my_idle_end_search (MyPool *pool)
{
  guint64 state = atomic_fetch_sub_explicit (&pool->state, MY_POOL_SEARCHING, memory_order_seq_cst);

  if (my_pool_get_n_searching (state) == 1 && my_pool_has_work (pool)) {
    my_pool_notify (pool);
  }
}

/* Takes the worker out of `state`; with @if_surplus, only if there are more than there should be. */
gboolean
my_idle_fall_asleep_locked (MyPool *pool,
                            gboolean is_searching,
                            gboolean if_surplus)
{
  guint64 state = atomic_load_explicit (&pool->state, memory_order_seq_cst);
  guint64 less = MY_POOL_AWAKE + (is_searching ? MY_POOL_SEARCHING : 0);

  do {
    if (if_surplus && !my_pool_has_surplus (pool, state)) {
      return FALSE;
    }
  } while (!atomic_compare_exchange_weak_explicit (&pool->state, &state, state - less, memory_order_seq_cst, memory_order_seq_cst));

  return TRUE;
}

void
my_idle_add_sleeper_locked (MyPool *pool,
                            MyWorker *worker)
{
  worker->next = pool->sleepers;
  worker->previous = NULL;
  if (worker->next != NULL) {
    worker->next->previous = worker;
  }
  pool->sleepers = worker;
  worker->is_asleep = TRUE;
}

void
my_idle_remove_sleeper_locked (MyPool *pool,
                               MyWorker *worker)
{
  if (worker->previous != NULL) {
    worker->previous->next = worker->next;
  } else {
    pool->sleepers = worker->next;
  }
  if (worker->next != NULL) {
    worker->next->previous = worker->previous;
  }
  worker->is_asleep = FALSE;
}

/* what waits are told */

/* What it counts in the pool's `state`. */
static guint64
get_share (MyHost *host)
{
  return host->is_guest ? MY_POOL_AWAKE + MY_POOL_GUEST : MY_POOL_AWAKE;
}

void
my_idle_block (MyHost *host)
{
  MyPool *pool = ((MyWorker *) host)->pool;

  /* As with a worker that goes to sleep: first the change, then the look. */
  atomic_fetch_sub_explicit (&pool->state, get_share (host), memory_order_seq_cst);
  if (my_pool_has_work (pool)) {
    my_pool_notify (pool);
  }
}

/* It may make one too many for a while: the next one of them to end its task goes to sleep. */
void
my_idle_unblock (MyHost *host)
{
  MyPool *pool = ((MyWorker *) host)->pool;

  atomic_fetch_add_explicit (&pool->state, get_share (host), memory_order_seq_cst);
}

/* settings */

void
my_pool_set_max_threads (MyPool *self,
                         guint max_threads)
{
  atomic_store_explicit (&self->max_threads, max_threads, memory_order_seq_cst);
  if (my_pool_has_work (self)) {
    my_pool_notify (self);
  }
}

/* FALSE if it was so. Sleepers look at it when they fall asleep: those that sleep are woken to look again. */
gboolean
my_pool_set_idle_timeout (MyPool *self,
                          gint64 idle_timeout)
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
