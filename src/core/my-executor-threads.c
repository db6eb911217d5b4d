/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <pthread.h>

#include "core/my-delivery-private.h"
#include "core/my-executor-private.h"
#include "core/my-thread-group-private.h"
#include "core/my-thread-private.h"
#include "core/my-walk-private.h"
#include "wait/my-state-lock-private.h"

/* The threads of an executor: there is no list of them, since these are rarely wanted. */

void
my_executor_cancel_threads (gconstpointer executor)
{
  MyThreadGroup *root = my_thread_group_get_default ();
  MyAfter after = MY_AFTER_INIT;
  MyThread *thread;
  MyWalk walk;

  my_state_lock ();
  my_walk_begin_locked (&walk, root);
  while ((thread = my_walk_next_locked (&walk)) != NULL) {
    if (my_thread_get_private (thread)->executor == executor) {
      my_life_cancel_locked (thread, &after);
      my_after_wake_locked (&after);
    }
  }
  my_walk_end_locked (&walk);
  my_state_unlock ();

  my_after_run (&after);
}

/* Waits for the threads of @executor that it finds in one walk. */
static void
wait_for_some (gconstpointer executor,
               gint64 deadline,
               MyWaitResult *result,
               gboolean *has_found)
{
  MyThreadGroup *root = my_thread_group_get_default ();
  MyThread *thread;
  MyWalk walk;

  my_state_lock ();
  my_walk_begin_locked (&walk, root);
  pthread_cleanup_push (my_walk_abandon, &walk);
  while (*result == MY_WAIT_WOKEN && (thread = my_walk_next_locked (&walk)) != NULL) {
    if (my_thread_get_private (thread)->executor == executor) {
      *has_found = TRUE;
      g_object_ref (thread); /* it has its keep reference: no toggle reference calls out */
      my_state_unlock ();

      *result = my_thread_wait (thread, deadline, TRUE);
      my_delivery_drop (thread);

      my_state_lock ();
    }
  }
  pthread_cleanup_pop (FALSE);
  my_walk_end_locked (&walk);
  my_state_unlock ();
}

/* Waits until no thread of @executor is alive, or @deadline is over; MY_DEADLINE_PAST: just looks. With TRUE in @none there was
 * nothing to wait for. */
MyWaitResult
my_executor_wait_for_threads (gconstpointer executor,
                              gint64 deadline,
                              gboolean *none)
{
  MyWaitResult result = MY_WAIT_WOKEN;
  gboolean has_found;

  *none = TRUE;
  do {
    has_found = FALSE;
    wait_for_some (executor, deadline, &result, &has_found);
    *none &= !has_found;
  } while (has_found && result == MY_WAIT_WOKEN);

  return result;
}

/* Has @join, which is in no list, wait for a thread of @executor: FALSE if none is alive.
 *
 * It is the last one to be started of those that are found, after whose end there is rarely another: each end that is waited for
 * is followed by a walk over all threads.
 *
 * Called by the owner of @join, where that is delivered: so it is there, though the lock is let go in between. */
gboolean
my_executor_join_last_thread (gconstpointer executor,
                              MyJoinAsync *join)
{
  MyThreadGroup *root = my_thread_group_get_default ();
  gboolean has_found = FALSE;
  guint64 last_serial = 0;
  MyThread *thread;
  MyWalk walk;

  my_state_lock ();
  my_walk_begin_locked (&walk, root);
  while ((thread = my_walk_next_locked (&walk)) != NULL) {
    MyThreadPrivate *priv = my_thread_get_private (thread);

    if (priv->executor != executor || priv->start_serial <= last_serial) {
      continue;
    }
    /* The lock may have been let go since the last one. */
    if (has_found && !my_join_async_remove_locked (join)) {
      break; /* that has ended meanwhile, and has posted it */
    }
    my_join_async_add_locked (join, &priv->joins_async);
    last_serial = priv->start_serial;
    has_found = TRUE;
  }
  my_walk_end_locked (&walk);
  my_state_unlock ();

  return has_found;
}
