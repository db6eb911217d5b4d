/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The least that handing tasks to worker threads can cost: a bounded ring of cells, each with the number of its turn, so that producers
 * and consumers meet at a cell and nowhere else; no memory per task, no lock, no spinning. A consumer that finds nothing sleeps, and a
 * producer makes a system call only for one that it has claimed.
 */
typedef struct _TaskRing TaskRing;

typedef struct {
  void (*task) (gpointer data);
  gpointer data;
} RingTask;

/* @size: a power of two. */
TaskRing *task_ring_new (gsize size);
void task_ring_free (TaskRing *self);

/* Gives way to others while the ring is full. */
void task_ring_push (TaskRing *self,
                     RingTask task);

/* Sleeps while the ring is empty. */
RingTask task_ring_pop (TaskRing *self);

G_END_DECLS
