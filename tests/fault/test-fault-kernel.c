/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <errno.h>

#include "fault-run.h"

/* The kernel wakes for no reason, is interrupted, has no fence, no file. */

#define OF_GLIB "Creating pipes for GWakeup"

static const FaultRule rules[] = {
  { "futex-spurious", FAULT_FUTEX_WAIT, FAULT_BY_LIBRARY, FAULT_ONCE, 0, 0, NULL, NULL },
  { "futex-spurious-for-some-time", FAULT_FUTEX_WAIT, FAULT_BY_LIBRARY, FAULT_FOR_SOME_TIME, 0, 0, NULL, NULL },
  { "futex-interrupted", FAULT_FUTEX_WAIT, FAULT_BY_LIBRARY, FAULT_ONCE, -1, EINTR, NULL, NULL },
  { "futex-too-late", FAULT_FUTEX_WAIT, FAULT_BY_LIBRARY, FAULT_ONCE, -1, EAGAIN, NULL, NULL },
  { "membarrier-register", FAULT_MEMBARRIER_REGISTER, FAULT_BY_LIBRARY, FAULT_ONCE, -1, ENOSYS, NULL, NULL },
  { "membarrier-no-memory", FAULT_MEMBARRIER, FAULT_BY_LIBRARY, FAULT_ONCE, -1, ENOMEM, NULL, NULL },
  { "membarrier-no-memory-for-some-time", FAULT_MEMBARRIER, FAULT_BY_LIBRARY, FAULT_FOR_SOME_TIME, -1, ENOMEM, NULL, NULL },
  { "membarrier-forbidden", FAULT_MEMBARRIER, FAULT_BY_LIBRARY, FAULT_FOR_SOME_TIME, -1, EPERM, NULL, NULL },
  { "nanosleep", FAULT_NANOSLEEP, FAULT_BY_LIBRARY, FAULT_ONCE, -1, EINTR, NULL, "only where an OS thread loses its processor at a bad moment" },
  { "eventfd", FAULT_EVENTFD, FAULT_BY_GLIB, FAULT_ONCE, -1, EMFILE, OF_GLIB, NULL },
  { "eventfd-of-library", FAULT_EVENTFD, FAULT_BY_LIBRARY, FAULT_ONCE, -1, EMFILE, "eventfd", NULL },
  { "open", FAULT_OPEN, FAULT_BY_LIBRARY, FAULT_FOR_SOME_TIME, -1, EMFILE, NULL, "only where a probe has not returned at the first look" },
  { "open-by-glib", FAULT_OPEN, FAULT_BY_GLIB, FAULT_FOR_SOME_TIME, -1, EMFILE, NULL, NULL },
  { "process_vm_readv", FAULT_PROCESS_VM_READV, FAULT_BY_LIBRARY, FAULT_ONCE, -1, EPERM, NULL, "only where the kernel says in which system call a thread is" },
  { "read", FAULT_READ, FAULT_BY_LIBRARY, FAULT_ONCE, -1, EIO, NULL, NULL },
};

int
main (int argc,
      char *argv[])
{
  fault_init (&argc, &argv, rules, G_N_ELEMENTS (rules));
  fault_add_sweeps ("/fault/kernel", rules, G_N_ELEMENTS (rules));

  return g_test_run ();
}
