/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "exec/my-main-signals-private.h"

#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* A thread's mask of signals can be read by itself alone, but for /proc. What is there is the mask of this moment, and there are
 * moments at which it is not the one that the thread has set:
 *
 * - the C library blocks all signals for some instructions, as in pthread_create(), and then also its own, which a program can
 *   not block: it is read again;
 * - while it is in sigwait(), what it waits for is not blocked, and yet it was and will be: programs whose main thread waits
 *   for its signals do nothing else. It is told from where the thread is in the kernel.
 *
 * In sigsuspend(), ppoll() and the like it is the mask that was given to these.
 */

#define MAX_LOOKS 1000

/* Of those that are the C library's own. */
#define FIRST_INTERNAL_SIGNAL 32

static char *
read_file_of_main (const char *name)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/task/%d/%s", getpid (), name);
  char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? text : NULL;
}

/* A bit for each signal, the lowest for signal 1. */
static gboolean
read_blocked (guint64 *blocked)
{
  g_autofree char *text = read_file_of_main ("status");
  const char *line = text != NULL ? strstr (text, "\nSigBlk:") : NULL;

  if (line == NULL) {
    return FALSE;
  }
  *blocked = g_ascii_strtoull (line + strlen ("\nSigBlk:"), NULL, 16);
  return TRUE;
}

static gboolean
is_wait_for_signals (gint64 system_call)
{
#ifdef SYS_rt_sigtimedwait_time64
  if (system_call == SYS_rt_sigtimedwait_time64) {
    return TRUE;
  }
#endif
  return system_call == SYS_rt_sigtimedwait;
}

/* What it waits for in sigwait(), sigwaitinfo() or sigtimedwait(); else nothing. @place: the number of the system call that it is in,
 * and its arguments, or "running". */
static guint64
read_awaited (const char *place)
{
  guint64 awaited = 0;
  struct iovec here = { &awaited, sizeof awaited };
  struct iovec there;
  char *end = NULL;

  if (place == NULL || !is_wait_for_signals (g_ascii_strtoll (place, &end, 10)) || end == place) {
    return 0;
  }
  /* Not by the pointer: it may be gone by now. */
  there = (struct iovec){ (gpointer) (gsize) g_ascii_strtoull (end, NULL, 16), sizeof awaited };
  return process_vm_readv (getpid (), &here, 1, &there, 1, 0) == (gssize) sizeof awaited ? awaited : 0;
}

static gboolean
read_blocked_and_awaited (guint64 *blocked)
{
  for (guint i = 0; i < MAX_LOOKS; i++) {
    g_autofree char *before = read_file_of_main ("syscall");
    g_autofree char *after = NULL;
    guint64 awaited;

    if (!read_blocked (blocked)) {
      return FALSE;
    }
    awaited = read_awaited (before);
    after = read_file_of_main ("syscall");
    /* All of it was at one place, or nearly so. */
    if (g_strcmp0 (before, after) == 0 && !(*blocked >> (FIRST_INTERNAL_SIGNAL - 1) & 1)) {
      *blocked |= awaited;
      return TRUE;
    }
    sched_yield ();
  }
  return FALSE;
}

gboolean
my_main_signals_read (sigset_t *signals)
{
  int cancel_state = PTHREAD_CANCEL_ENABLE;
  guint64 blocked = 0;
  gboolean is_read;

  /* To read a file is a cancellation point. */
  pthread_setcancelstate (PTHREAD_CANCEL_DISABLE, &cancel_state);
  is_read = read_blocked_and_awaited (&blocked);
  pthread_setcancelstate (cancel_state, NULL);

  sigemptyset (signals);
  for (int signal = 1; signal <= SIGRTMAX && signal <= 64; signal++) {
    if (blocked >> (signal - 1) & 1) {
      sigaddset (signals, signal);
    }
  }
  return is_read;
}
