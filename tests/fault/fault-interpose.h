/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>
#include <stdatomic.h>

G_BEGIN_DECLS

/* The functions of the C library and of GLib that this program puts itself in front of, by defining symbols of the same name.
 * One rule at a time decides what a call is answered; all other calls go through to the real function.
 */

typedef enum {
  FAULT_PTHREAD_CREATE,
  FAULT_PTHREAD_ATTR_SETSTACKSIZE,
  FAULT_PTHREAD_KEY_CREATE,
  FAULT_PTHREAD_SETSPECIFIC,
  FAULT_PTHREAD_GETATTR_NP,
  FAULT_PTHREAD_SETNAME_NP,
  FAULT_REGISTER_ATFORK,
  FAULT_CXA_ATEXIT,
  FAULT_MALLOC,
  FAULT_CALLOC,
  FAULT_REALLOC,
  FAULT_POSIX_MEMALIGN, /* and aligned_alloc() */
  FAULT_MMAP,
  FAULT_MUNMAP,
  FAULT_FUTEX_WAIT,
  FAULT_FUTEX_WAKE,
  FAULT_MEMBARRIER_REGISTER,
  FAULT_MEMBARRIER,
  FAULT_SYS_SCHED_GETATTR,
  FAULT_SYS_SCHED_SETATTR,
  FAULT_SYS_SCHED_GETAFFINITY,
  FAULT_SYS_SCHED_SETAFFINITY,
  FAULT_SYS_GET_ROBUST_LIST,
  FAULT_SYS_GETTID,
  FAULT_SYS_OTHER, /* system calls that this list does not know */
  FAULT_SCHED_GETCPU,
  FAULT_PRCTL,
  FAULT_SETPRIORITY,
  FAULT_SYSCONF,
  FAULT_NANOSLEEP,
  FAULT_EVENTFD,
  FAULT_OPEN,
  FAULT_READ,
  FAULT_PROCESS_VM_READV,

  /* These never fail: the tests of this suite break them, to see that it notices. */
  FAULT_G_FREE,
  FAULT_G_OBJECT_UNREF,
  FAULT_G_SIGNAL_EMIT,
  FAULT_G_SOURCE_DESTROY,
  FAULT_G_MAIN_CONTEXT_WAKEUP,
  N_FAULT_POINTS,
} FaultPoint;

/* Whose calls: the library's own, or those of GLib's (and for memory the C library's) while the session runs. */
typedef enum {
  FAULT_BY_LIBRARY,
  FAULT_BY_GLIB,
  N_FAULT_CALLERS,
} FaultCaller;

typedef enum {
  FAULT_ONCE,
  FAULT_FOR_SOME_TIME, /* the n-th call, and all of the next 20 ms */
} FaultSpan;

/* What the n-th call is answered. */
typedef struct {
  const char *name;
  FaultPoint point;
  FaultCaller caller;
  FaultSpan span;
  long result;      /* of a function that returns nothing: how often it is called instead of once */
  int error_number; /* errno; 0: as it was */
  /* The program may end itself with one of these in its message ("a|b"), where that is what GLib or the library does on purpose. */
  const char *may_abort_with;
  /* Why the session may be without such a call, where it is not wrong that it is. */
  const char *rare;
} FaultRule;

/* What a process and its parent both see. */
typedef struct {
  atomic_uint n_calls[N_FAULT_POINTS][N_FAULT_CALLERS];
  atomic_uint n_faults;   /* how many calls the rule has answered */
  atomic_int grandchild;  /* the process that the session has forked, or 0 */
  atomic_long other_call; /* the last system call that counts as FAULT_SYS_OTHER */
  atomic_int is_complete; /* what exit() had to wait for has happened */
  long n_blocks;          /* of memory, that were there at the end */
  char scene[32];         /* where the session is */
} FaultReport;

/* From here calls are counted in @report; those of the library's from while it was loaded are counted already. The @nth one that
 * @rule is about is answered by it; %NULL: none is. */
void fault_arm (const FaultRule *rule,
                guint nth,
                FaultReport *report);

/* For what the library calls while it is loaded: a program that is executed with the rule, or %NULL, in its environment. fault_get_early() tells
 * it so; it is the file descriptor of the report, or -1. */
void fault_put_early (const FaultRule *rule,
                      guint nth,
                      int report_fd);
int fault_get_early (void);

/* Returns when what fails for some time has passed, if it has come. */
void fault_let_pass (void);

/* Nothing fails any more, nor is counted. */
void fault_disarm (void);

/* Between the two nothing that the calling thread calls fails, or is counted. */
void fault_begin_exempt (void);
void fault_end_exempt (void);
gboolean fault_has_struck (void);

/* The report that is counted in; before fault_arm(), what was counted since the program was loaded. */
FaultReport *fault_get_report (void);

/* How many blocks of memory this process has been given, and has not given back. */
long fault_count_blocks (void);

/* While it flies, each wait of the library that has a limit ends at once, as if that had passed: nobody has to wait some seconds until
 * OS threads that are idle leave. */
void fault_let_time_fly (gboolean flies);

G_END_DECLS
