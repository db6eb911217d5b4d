/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "ring-pool.h"

#include <pthread.h>

#define SIZE (1 << 20)

struct _RingPool {
  TaskRing *ring;
  guint n_workers;
  pthread_t workers[];
};

static void *
worker_run (void *data)
{
  RingPool *pool = data;
  RingTask task;

  /* A task with no function is the end. */
  while ((task = task_ring_pop (pool->ring)).task) {
    task.task (task.data);
  }

  return NULL;
}

RingPool *
ring_pool_new (guint n_workers)
{
  RingPool *self = g_malloc (sizeof *self + n_workers * sizeof self->workers[0]);

  self->ring = task_ring_new (SIZE);
  self->n_workers = n_workers;
  for (guint i = 0; i < n_workers; i++) {
    int status = pthread_create (&self->workers[i], NULL, worker_run, self);

    g_assert_cmpint (status, ==, 0);
  }

  return self;
}

void
ring_pool_free (RingPool *self)
{
  for (guint i = 0; i < self->n_workers; i++) {
    ring_pool_push (self, (RingTask){ NULL, NULL });
  }
  for (guint i = 0; i < self->n_workers; i++) {
    pthread_join (self->workers[i], NULL);
  }
  task_ring_free (self->ring);
  g_free (self);
}

void
ring_pool_push (RingPool *self,
                RingTask  task)
{
  task_ring_push (self->ring, task);
}
