/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-process-private.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Which thread is the process's main one, and what is to be done when the process forks or exits. */

typedef enum {
  UNKNOWN,
  MAIN,
  OTHER,
} MyIsMain;

static __thread MyIsMain is_main __attribute__ ((tls_model ("initial-exec")));

gboolean
my_process_is_main_thread (void)
{
  if (G_UNLIKELY (is_main == UNKNOWN)) {
    is_main = syscall (SYS_gettid) == getpid () ? MAIN : OTHER;
  }
  return is_main == MAIN;
}

/* handlers */

void
my_process_handlers_add (MyProcessHandler *handlers,
                         guint n_handlers,
                         MyProcessHandler handler)
{
  guint i = 0;

  while (i < n_handlers && handlers[i] != NULL) {
    i++;
  }
  g_assert (i < n_handlers);
  handlers[i] = handler;
}

void
my_process_handlers_call (MyProcessHandler *handlers,
                          guint n_handlers)
{
  for (guint i = 0; i < n_handlers && handlers[i] != NULL; i++) {
    handlers[i]();
  }
}

/* fork */

static MyProcessHandler in_child_handlers[8]; /* const once loaded */

/* Has @in_child called in the child after each fork(), with the state lock held. In a constructor. */
void
my_process_watch_fork (MyProcessHandler in_child)
{
  my_process_handlers_add (in_child_handlers, G_N_ELEMENTS (in_child_handlers), in_child);
}

static gboolean is_doubtful; /* const in a process, but for the fork handler */

/* Whether locks of others, GLib's for instance, may be held by threads that are gone: in a child of a process that had other threads. */
gboolean
my_process_is_doubtful (void)
{
  return is_doubtful;
}

/* The calling thread is the main one now. */
void
my_process_note_fork_in_child (gboolean had_other_threads)
{
  is_main = MAIN;
  is_doubtful |= had_other_threads;
}

void
my_process_call_in_child (void)
{
  my_process_handlers_call (in_child_handlers, G_N_ELEMENTS (in_child_handlers));
}

/* exit */

static MyProcessHandler at_exit; /* [const] once loaded */

/* In a constructor. */
void
my_process_set_at_exit (MyProcessHandler handler)
{
  at_exit = handler;
}

static void
register_at_exit (void)
{
  if (atexit (at_exit) != 0) {
    g_error ("No memory to watch exit()");
  }
}

/* Called by the first start(), so that what the program registers after it is done before: its handlers may end threads. */
void
my_process_watch_exit (void)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;

  pthread_once (&once, register_at_exit);
}
