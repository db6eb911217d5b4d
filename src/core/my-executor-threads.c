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
               MyWaitResult *result,
               gboolean     *has_found)
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

      *result = my_thread_wait (thread, TRUE);
      my_delivery_drop (thread);

      my_state_lock ();
    }
  }
  pthread_cleanup_pop (FALSE);
  my_walk_end_locked (&walk);
  my_state_unlock ();
}

/* Waits until no thread of @executor is alive. With TRUE in @none there was nothing to wait for. */
MyWaitResult
my_executor_wait_for_threads (gconstpointer executor,
                              gboolean     *none)
{
  MyWaitResult result = MY_WAIT_WOKEN;
  gboolean has_found;

  *none = TRUE;
  do {
    has_found = FALSE;
    wait_for_some (executor, &result, &has_found);
    *none &= !has_found;
  } while (has_found && result == MY_WAIT_WOKEN);

  return result;
}
