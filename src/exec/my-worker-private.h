/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdatomic.h>

#include "exec/my-deque-private.h"
#include "exec/my-os-thread-state-private.h"
#include "exec/my-task-queue-private.h"
#include "wait/my-host-private.h"
#include "wait/my-parker-private.h"
#include "wait/my-wait-private.h"

G_BEGIN_DECLS

/* A worker of a pool: a deque of fork-join jobs, and the OS thread that runs them. A *guest* is a worker whose OS thread
 * is not the pool's: it came to run a parallel loop or a fork-join computation, and leaves with it. */

typedef struct _MyPool MyPool;
typedef struct _MyWorker MyWorker;
typedef struct _MyJob MyJob;

typedef enum {
  MY_FOUND_NOTHING,
  MY_FOUND_TASK,
  MY_FOUND_JOB,
} MyFound;

struct _MyWorker {
  MyHost host;               /* first: my_host_current points to it */
  MyPool *pool;              /* [const] */
  guint number;              /* [const] in the names of its OS threads; from 1 */
  MyParker *parker;          /* [state] of its OS thread */
  guint32 random;            /* where it looks first for something to steal */
  gboolean has_forked;       /* and said so in the pool */
  guint n_blocking;          /* my_thread_pool_begin_blocking() calls that were not ended */
  guint patience;            /* how often it looks for work again before it sleeps: see my-worker-loop.c */
  guint n_missed;            /* tickets in a row whose threads were gone, run by their joiners as a rule */
  gboolean is_backoff_due;   /* it has had enough of them, and one just now */
  gboolean is_broken;        /* its OS thread is being ended, by pthread_exit(), in a piece of a loop or a fork */
  gboolean is_in_fork_child; /* it has forked, and this is the child: it ends with its task */
  MyFound found;             /* what it has in hand, and has not begun: */
  MyTask task;
  MyJob *job;
  MyOsThreadState *os_thread;             /* while it has one */
  void (*last_func) (gpointer user_data); /* of the task before, or NULL */
  guint n_since_tidy;                     /* tasks of that function since it put back what needs no system call */
  guint n_since_check;                    /* tasks since it looked at what they have left on its OS thread */
  gboolean is_unfit;                      /* its OS thread must run no other task */
  MyWorker *next;                         /* [state] in the pool's sleepers or free workers */
  MyWorker *previous;                     /* [state] in the pool's sleepers; NULL: it is the first */
  gboolean is_spawned;                    /* [state] its OS thread is there */
  guint n_spawns;                         /* [state] how many OS threads were asked for */
  gboolean is_asleep;                     /* [state] in the pool's sleepers */
  gboolean must_end;                      /* [state] woken to end, as the pool is closed */

  /* Tasks, of functions and threads alike. Added to by its OS thread, read by anyone who counts. */
  _Atomic guint64 n_begun;
  _Atomic guint64 n_ended;

  _Alignas(64) MyDeque deque;
};

/* How often a new one looks for work before it sleeps: see my-worker-loop.c. */
#define MY_WORKER_FIRST_PATIENCE 25

/* A piece of work that its owner, on whose stack it is, has put into its deque. Whoever steals it calls run(). */
struct _MyJob {
  void (*run) (MyJob *self,
               MyWorker *thief);
};

static inline MyWorker *
my_worker_get_current (void)
{
  return (MyWorker *) my_host_current;
}

MyWorker *my_worker_new (MyPool *pool,
                         guint number);
void my_worker_free (MyWorker *self);
void my_worker_end_brackets (MyWorker *self);

/* my-worker-loop.c */
void my_worker_main (gpointer data);

/* my-guest.c */
MyWorker *my_worker_enter (MyPool *pool);
MyWorker *my_worker_enter_if_allowed_locked (MyPool *pool);
void my_worker_leave (MyWorker *self);
void my_worker_leave_and_lock (MyWorker *self);

G_END_DECLS
