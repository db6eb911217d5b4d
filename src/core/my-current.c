/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-current-private.h"

#include <sys/syscall.h>
#include <unistd.h>

#include "wait/my-state-lock-private.h"

MY_THREAD_LOCAL MyThread *my_current;
MY_THREAD_LOCAL guint my_current_n_helped;
gint my_current_waiter_offset;

static MY_THREAD_LOCAL gint native_id;

/* The kernel's number of the calling OS thread. The first call on each is a system call: who needs it under the state lock has called it before. */
gint
my_current_get_native_id (void)
{
  if (G_UNLIKELY (native_id == 0)) {
    my_state_assert_unlocked ();
    native_id = (gint) syscall (SYS_gettid);
  }
  return native_id;
}

/* fork: it has another one, and is the main thread. */
void
my_current_note_fork_in_child (void)
{
  native_id = (gint) getpid ();
}
