/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "exec/my-parallel-private.h"

#include "core/my-current-private.h"
#include "core/my-run-private.h"
#include "core/my-serve-private.h"
#include "wait/my-state-lock-private.h"

/* See my-parallel-private.h. */

/* where it runs */

/* The pool of which the caller is a task, if it is no worker: its joiner runs it. */
MyPool *
my_parallel_get_default_pool (void)
{
  MyThread *current = my_current;
  MyExecutor *executor = current != NULL ? my_run_get_executor (current) : NULL;

  return my_thread_pool_get_core (MY_IS_THREAD_POOL (executor) ? MY_THREAD_POOL (executor) : my_thread_pool_get_default ());
}

/* Undoes my_parallel_enter(), for a guest. */
void
my_parallel_leave (gpointer guest)
{
  my_worker_leave (guest);
}

/* The calling OS thread is ended in a function that it has called as @worker. Said once, of the innermost. */
void
my_parallel_log_broken_piece (MyWorker *worker,
                              const char *function)
{
  if (!worker->is_broken) {
    worker->is_broken = TRUE;
    g_critical ("An OS thread was ended, by pthread_exit() or pthread_cancel(), in a piece of %s() in pool \"%s\": the piece counts as done",
                function, worker->pool->name);
  }
}

/* waiting for thieves */

static void
describe (gpointer object,
          GString *text)
{
  g_string_append (text, "a part of its own work that another worker has taken");
}

static const MyWaitTarget thief_target = {
  .describe = describe,
};

/* Blocks until somebody takes it out of @queue, with the state lock held. */
void
my_parallel_wait_for_thief_locked (MyThread *current,
                                   MyWaitQueue *queue)
{
  my_serve_block (my_run_get_waiter (current), queue, &thief_target, NULL, MY_DEADLINE_NEVER, FALSE);
}
