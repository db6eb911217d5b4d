/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>
#include <stdatomic.h>

G_BEGIN_DECLS

/* The injection queue of a pool: unbounded, first in, first out, any number of OS threads at both ends. See "The task
 * queue" in docs/internals-lock-free.md.
 *
 * Tasks have an index, in the order of their push(). They lie in segments of a fixed number of slots, a linked list
 * from that of `head` to that of `tail`.
 */

typedef struct {
  void (*func) (gpointer data);
  gpointer data;
  GDestroyNotify destroy;
} MyTask;

/* Slots in a segment, 128 KiB: so many that the system calls that a burst makes cost 1 ns per task, so few that two or
 * three segments, all that a queue needs that stays short, fit into the cache of a processor. A power of two. */
#define MY_TASK_QUEUE_N_SLOTS 4096u

/* Segments that are kept for the next burst, besides those in use: 1 MiB. */
#define MY_TASK_QUEUE_N_SPARE 8

/* In `tail`: push() is refused. In the same word as the index, so that each push() is before the close() or refused. */
#define MY_TASK_QUEUE_CLOSED ((guint64) 1 << 63)

typedef struct {
  /* MY_TASK_WRITTEN() of the slot's index: stored with release by its push() after the task; loaded with acquire by its
   * pop(). MY_TASK_READ(): stored with release by its pop(), which has no more to do with the segment; acquire by who
   * wants to use the segment again. As each index comes once, no state of an earlier use is taken for one of this. */
  _Atomic guint64 state;
  MyTask task; /* the push()'s until it is written, then the pop()'s */
} MyTaskSlot;

#define MY_TASK_WRITTEN(index) (2 * (index) + 1)
#define MY_TASK_READ(index) (2 * (index) + 2)

typedef struct _MyTaskSegment MyTaskSegment;

struct _MyTaskSegment {
  /* Stored (release) by the push() that has got the last slot; read (acquire) by the pop() that has. */
  _Atomic (MyTaskSegment *) next __attribute__ ((aligned (64)));
  guint64 first;               /* the index of the first slot; written before it is linked */
  MyTaskSegment *next_retired; /* written by who retires it, or has taken the list, before it is in the list */

  MyTaskSlot slots[MY_TASK_QUEUE_N_SLOTS] __attribute__ ((aligned (64)));
};

typedef struct {
  /* The producers' line. */

  /* Twice the index that the next push() gets, plus one while the segment that it lies in is being linked, plus
   * MY_TASK_QUEUE_CLOSED. Moved on by a sequentially consistent CAS, the last operation of a push() that others can wait
   * for: is_empty() sees it, or what its caller has stored before is seen by who looks after the push(). */
  _Atomic guint64 tail __attribute__ ((aligned (64)));
  /* Where `tail` lies. Stored (release) while `tail` is odd, by the one who made it so, before it is even again (release);
   * read (acquire) before the CAS of `tail`, whose success says that it was the right one. */
  _Atomic (MyTaskSegment *) tail_segment;

  /* The consumers' line. */

  /* The same for pop(). */
  _Atomic guint64 head __attribute__ ((aligned (64)));
  _Atomic (MyTaskSegment *) head_segment;
  /* Some value that `tail` has had, even: below it there is no need to touch the producers' line. Relaxed: it says
   * only that slots have been claimed; what is in them comes by their own state. */
  _Atomic guint64 known_tail;

  /* Touched once per segment. */

  /* Empty segments: NULL to a segment by who has emptied it (CAS, release), back by who needs one (exchange, acquire). */
  _Atomic (MyTaskSegment *) spare[MY_TASK_QUEUE_N_SPARE] __attribute__ ((aligned (64)));
  /* Those whose last slot was claimed by a pop(), while others were perhaps still reading theirs. Pushed singly (CAS,
   * release), taken whole (exchange, acquire): no ABA. */
  _Atomic (MyTaskSegment *) retired;
  /* Those that are not needed, and could not be freed under a lock. Pushed and taken in the same way. */
  _Atomic (MyTaskSegment *) surplus;
} MyTaskQueue;

typedef enum {
  MY_TASK_PUSHED,
  MY_TASK_CLOSED,
  MY_TASK_BUSY, /* it would have taken time */
} MyTaskPush;

void my_task_queue_init (MyTaskQueue *self);
void my_task_queue_init_at (MyTaskQueue *self,
                            guint64 index);
void my_task_queue_clear (MyTaskQueue *self);
gboolean my_task_queue_push (MyTaskQueue *self,
                             const MyTask *task);
MyTaskPush my_task_queue_try_push (MyTaskQueue *self,
                                   const MyTask *task);
void my_task_queue_get_ready (MyTaskQueue *self);
gboolean my_task_queue_try_close (MyTaskQueue *self);
void my_task_queue_close (MyTaskQueue *self);
gboolean my_task_queue_pop (MyTaskQueue *self,
                            MyTask *task);
gboolean my_task_queue_is_empty (MyTaskQueue *self);
guint64 my_task_queue_get_length (MyTaskQueue *self);
guint64 my_task_queue_get_n_pushed (MyTaskQueue *self);
void my_task_queue_reset_in_child (MyTaskQueue *self);

/* Any thread. A hint, unless the caller has closed it. */
static inline gboolean
my_task_queue_is_closed (MyTaskQueue *self)
{
  return (atomic_load_explicit (&self->tail, memory_order_relaxed) & MY_TASK_QUEUE_CLOSED) != 0;
}

G_END_DECLS
