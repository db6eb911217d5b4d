/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <pthread.h>
#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h>
#endif

#include "core/my-current-private.h"
#include "core/my-failure-private.h"
#include "core/my-inbox-private.h"
#include "core/my-notify-private.h"
#include "core/my-probe-private.h"
#include "core/my-process-private.h"
#include "core/my-redirect-private.h"
#include "core/my-registry-private.h"
#include "core/my-thread-group-private.h"
#include "core/my-thread-private.h"
#include "core/my-walk-private.h"
#include "wait/my-parker-private.h"
#include "wait/my-state-lock-private.h"
#include "wait/my-wait-search-private.h"
#include "wait/my-wait-spot-private.h"

/* What the library does when the process forks. */

static gboolean had_other_threads; /* [state] across a fork() */

static gboolean
has_other_threads (void)
{
#if __has_include(<sys/single_threaded.h>)
  return !__libc_single_threaded;
#else
  return TRUE;
#endif
}

static void
before_fork (void)
{
  gboolean has_others = has_other_threads ();

  /* The child may use the library first, and can not wait for the locks that this takes. */
  if (has_others && !atomic_load_explicit (&my_signals_are_prepared, memory_order_acquire)) {
    g_type_class_ref (MY_TYPE_THREAD);
  }

  my_state_lock ();
  had_other_threads = has_others;
}

static void
after_fork_in_parent (void)
{
  my_state_unlock ();
}

/* The lock was held across fork(), so what it guards is consistent. Nothing of GLib's is called that takes a lock: it
 * may be held by a thread that is gone. */
static void
after_fork_in_child (void)
{
  MyThreadGroup *root = my_group_peek_default ();
  MyThread *survivor = my_current;

  my_state_note_fork_in_child ();
  my_state_note_held (FALSE); /* nobody waits for it */
  my_current_note_fork_in_child ();
  my_walk_forget_all_in_child ();
  my_process_note_fork_in_child (had_other_threads);
  my_probe_forget_all_in_child ();
  my_signals_note_fork_in_child (had_other_threads);
  if (had_other_threads) {
    my_redirect_undo_all_in_child ();
  }
  my_inbox_abandon_contexts_in_child ();
  my_parker_forget_unparks_in_child ();

  for (MyThreadGroup *group = root; group != NULL; group = my_group_next_in_tree (group, root)) {
    for (MyThread *member = group->members.first; member != NULL; member = my_thread_get_private (member)->group_next) {
      if (member != survivor) {
        my_life_lose_in_child (member);
      }
    }
    my_group_reset_in_child (group);
  }
  my_failure_forget_all_in_child ();
  my_registry_make_current_main_in_child ();
  my_wait_search_forget_in_child ();
  my_wait_spot_forget_all_in_child ();
  my_process_call_in_child ();

  my_state_unlock ();
}

static void __attribute__ ((constructor))
watch_fork (void)
{
  if (pthread_atfork (before_fork, after_fork_in_parent, after_fork_in_child) != 0) {
    g_error ("No memory to watch fork()");
  }
}
