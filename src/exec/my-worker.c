/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "exec/my-worker-private.h"

#include "exec/my-pool-private.h"

/* A worker as such; what it does is in my-worker-loop.c. */

MyWorker *
my_worker_new (MyPool *pool,
               guint number)
{
  MyWorker *self = g_aligned_alloc0 (1, sizeof (MyWorker), 64);

  self->host.owner = pool;
  self->host.set = &pool->own_workers;
  self->pool = pool;
  self->number = number;
  self->random = number * 2654435769u | 1;
  self->patience = MY_WORKER_FIRST_PATIENCE;
  my_deque_init (&self->deque);

  return self;
}

void
my_worker_free (MyWorker *self)
{
  my_deque_clear (&self->deque);
  g_aligned_free (self);
}

/* A task has returned. */
void
my_worker_end_brackets (MyWorker *self)
{
  if (G_UNLIKELY (self->n_blocking != 0) && !self->is_in_fork_child) {
    g_critical ("A task of pool \"%s\" has returned between my_thread_pool_begin_blocking() and my_thread_pool_end_blocking()", self->pool->name);
    while (self->n_blocking != 0) {
      self->n_blocking--;
      my_host_unblock ();
    }
  }
}
