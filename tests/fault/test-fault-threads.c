/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <errno.h>

#include "fault-run.h"

/* The system has no OS thread, or not what goes with one. */

#define NO_ATFORK "fork"
#define NO_ATEXIT "exit"
#define NO_KEY "key"

static const FaultRule rules[] = {
  { "pthread_create", FAULT_PTHREAD_CREATE, FAULT_BY_LIBRARY, FAULT_ONCE, EAGAIN, 0, NULL, NULL },
  { "pthread_create-for-some-time", FAULT_PTHREAD_CREATE, FAULT_BY_LIBRARY, FAULT_FOR_SOME_TIME, EAGAIN, 0, NULL, NULL },
  { "pthread_create-forbidden", FAULT_PTHREAD_CREATE, FAULT_BY_LIBRARY, FAULT_ONCE, EPERM, 0, NULL, NULL },
  { "pthread_attr_setstacksize", FAULT_PTHREAD_ATTR_SETSTACKSIZE, FAULT_BY_LIBRARY, FAULT_ONCE, EINVAL, 0, NULL, NULL },
  { "pthread_getattr_np", FAULT_PTHREAD_GETATTR_NP, FAULT_BY_LIBRARY, FAULT_ONCE, ENOMEM, 0, NULL, NULL },
  { "pthread_key_create", FAULT_PTHREAD_KEY_CREATE, FAULT_BY_LIBRARY, FAULT_ONCE, EAGAIN, 0, NO_KEY, NULL },
  { "pthread_setspecific", FAULT_PTHREAD_SETSPECIFIC, FAULT_BY_LIBRARY, FAULT_ONCE, ENOMEM, 0, NO_KEY, NULL },
  { "pthread_setname_np", FAULT_PTHREAD_SETNAME_NP, FAULT_BY_LIBRARY, FAULT_ONCE, ENOENT, 0, NULL, NULL },
  { "pthread_atfork", FAULT_REGISTER_ATFORK, FAULT_BY_LIBRARY, FAULT_ONCE, ENOMEM, 0, NO_ATFORK, NULL },
  { "atexit", FAULT_CXA_ATEXIT, FAULT_BY_LIBRARY, FAULT_ONCE, -1, ENOMEM, NO_ATEXIT, NULL },
  { "prctl", FAULT_PRCTL, FAULT_BY_LIBRARY, FAULT_ONCE, -1, EPERM, NULL, NULL },
  { "setpriority", FAULT_SETPRIORITY, FAULT_BY_LIBRARY, FAULT_ONCE, -1, EACCES, NULL, NULL },
  { "sched_getattr", FAULT_SYS_SCHED_GETATTR, FAULT_BY_LIBRARY, FAULT_ONCE, -1, EPERM, NULL, NULL },
  { "sched_getattr-for-some-time", FAULT_SYS_SCHED_GETATTR, FAULT_BY_LIBRARY, FAULT_FOR_SOME_TIME, -1, ENOSYS, NULL, NULL },
  { "sched_setattr", FAULT_SYS_SCHED_SETATTR, FAULT_BY_LIBRARY, FAULT_ONCE, -1, EPERM, NULL, NULL },
  { "sched_getaffinity", FAULT_SYS_SCHED_GETAFFINITY, FAULT_BY_LIBRARY, FAULT_ONCE, -1, EINVAL, NULL, NULL },
  { "sched_getcpu", FAULT_SCHED_GETCPU, FAULT_BY_LIBRARY, FAULT_FOR_SOME_TIME, -1, ENOSYS, NULL, NULL },
  { "get_robust_list", FAULT_SYS_GET_ROBUST_LIST, FAULT_BY_LIBRARY, FAULT_ONCE, -1, ENOSYS, NULL, NULL },
  { "sysconf", FAULT_SYSCONF, FAULT_BY_LIBRARY, FAULT_ONCE, -1, 0, NULL, NULL },
  /* The last one: see main(). */
  { "sched_setaffinity", FAULT_SYS_SCHED_SETAFFINITY, FAULT_BY_LIBRARY, FAULT_ONCE, -1, EINVAL, NULL, NULL },
};

int
main (int argc,
      char *argv[])
{
  /* Where there is one processor no thread can be kept from another. */
  gsize n_rules = G_N_ELEMENTS (rules) - (g_get_num_processors () > 1 ? 0 : 1);

  fault_init (&argc, &argv, rules, n_rules);
  fault_add_sweeps ("/fault/threads", rules, n_rules);

  return g_test_run ();
}
