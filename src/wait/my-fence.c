/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "wait/my-fence-private.h"

#include <errno.h>
#include <linux/membarrier.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "wait/my-state-lock-private.h"

#define N_TRIES 100

gboolean my_fence_is_asymmetric;
atomic_int my_fence_is_lost;

static gboolean
call (int command)
{
  return syscall (SYS_membarrier, command, 0, 0) == 0;
}

/* In a constructor, since a process of one thread is registered in a few microseconds, and one of several waits
 * for milliseconds until the kernel has seen each processor. A child after fork() is registered as its parent. */
static void __attribute__ ((constructor))
register_process (void)
{
  my_fence_is_asymmetric = call (MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED);
}

/* The half that pays. FALSE: the kernel does not do it any more (a sandbox was closed after the start), and the caller
 * must do without what it wanted to know. Any thread; does not block. */
gboolean
my_fence_heavy (void)
{
  my_state_assert_unlocked ();
  if (!my_fence_is_asymmetric) {
    atomic_thread_fence (memory_order_seq_cst);
    return TRUE;
  }

  for (guint i = 0; i < N_TRIES; i++) {
    if (G_LIKELY (call (MEMBARRIER_CMD_PRIVATE_EXPEDITED))) {
      return TRUE;
    }
    if (errno != ENOMEM) {
      break;
    }
    sched_yield ();
  }

  atomic_store_explicit (&my_fence_is_lost, TRUE, memory_order_relaxed);
  return FALSE;
}
