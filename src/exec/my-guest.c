/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-current-private.h"
#include "core/my-run-private.h"
#include "exec/my-pool-private.h"
#include "wait/my-state-lock-private.h"

/* OS threads that are workers of a pool for a while. */

/* From here the calling OS thread is @self's; its share in `state` is counted already. */
static void
be_guest (MyWorker *self)
{
  MyThread *current = my_current;

  self->n_blocking = 0;
  self->is_broken = FALSE;
  self->host.is_guest = TRUE;
  self->host.n_blocks = 0;
  self->host.outer = my_host_current;
  if (my_host_current != NULL) {
    self->host.subject = my_host_current->subject;
  } else {
    self->host.subject = current != NULL ? my_run_get_waiter (current) : NULL;
  }
  self->host.block = my_idle_block;
  self->host.unblock = my_idle_unblock;
  my_host_current = &self->host;
}

/* Makes the calling OS thread a worker of @pool, until it leaves. It takes the place of one of the pool's own. */
MyWorker *
my_worker_enter (MyPool *pool)
{
  MyWorker *self;

  my_state_lock ();
  self = my_pool_get_worker_locked (pool);
  my_state_unlock ();

  atomic_fetch_add_explicit (&pool->state, MY_POOL_AWAKE + MY_POOL_GUEST, memory_order_seq_cst);
  be_guest (self);

  return self;
}

/* The same if the pool may have one more: else NULL. */
MyWorker *
my_worker_enter_if_allowed_locked (MyPool *pool)
{
  guint64 state = atomic_load_explicit (&pool->state, memory_order_seq_cst);
  MyWorker *self;

  do {
    if (my_pool_get_n_awake (state) >= atomic_load_explicit (&pool->max_threads, memory_order_relaxed)) {
      return NULL;
    }
  } while (!atomic_compare_exchange_weak_explicit (&pool->state, &state, state + MY_POOL_AWAKE + MY_POOL_GUEST,
                                                   memory_order_seq_cst, memory_order_seq_cst));

  self = my_pool_get_worker_locked (pool);
  be_guest (self);

  return self;
}

/* The state lock is held when it returns. */
void
my_worker_leave_and_lock (MyWorker *self)
{
  if (G_UNLIKELY (self->is_in_fork_child)) {
    my_state_lock ();
    return;
  }

  my_worker_end_brackets (self);
  my_host_current = self->host.outer;
  my_idle_block (&self->host);

  my_state_lock ();
  my_pool_put_worker_locked (self->pool, self);
}

void
my_worker_leave (MyWorker *self)
{
  my_worker_leave_and_lock (self);
  my_state_unlock ();
}
