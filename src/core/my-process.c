/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-process-private.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>
#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h>
#endif

#include "core/my-delivery-private.h"
#include "core/my-failure-private.h"
#include "core/my-inbox-private.h"
#include "core/my-notify-private.h"
#include "core/my-probe-private.h"
#include "core/my-registry-private.h"
#include "core/my-thread-group-private.h"
#include "core/my-thread-private.h"
#include "core/my-walk-private.h"
#include "sync/my-state-lock-private.h"
#include "sync/my-wait-search-private.h"

/* What the library does when the process forks or exits. */

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
                         guint             n_handlers,
                         MyProcessHandler  handler)
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
                          guint             n_handlers)
{
  for (guint i = 0; i < n_handlers && handlers[i] != NULL; i++) {
    handlers[i]();
  }
}

/* fork */

static MyProcessHandler in_child_handlers[4]; /* const once loaded */

/* Has @in_child called in the child after each fork(), with the state lock held. In a constructor. */
void
my_process_watch_fork (MyProcessHandler in_child)
{
  my_process_handlers_add (in_child_handlers, G_N_ELEMENTS (in_child_handlers), in_child);
}

static gboolean had_other_threads; /* [state] across a fork() */
static gboolean is_doubtful;       /* const in a process, but for the fork handler */

/* Whether locks of others, GLib's for instance, may be held by threads that are gone: in a child of a process that had other threads. */
gboolean
my_process_is_doubtful (void)
{
  return is_doubtful;
}

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
  MyThread *survivor = my_registry_peek_current ();

  is_main = MAIN;
  my_state_note_fork_in_child ();
  my_walk_forget_all_in_child ();
  is_doubtful |= had_other_threads;
  my_probe_forget_all_in_child ();
  my_signals_note_fork_in_child (had_other_threads);
  my_inbox_abandon_contexts_in_child ();

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
  my_process_handlers_call (in_child_handlers, G_N_ELEMENTS (in_child_handlers));

  my_state_unlock ();
}

static void __attribute__ ((constructor))
watch_fork (void)
{
  if (pthread_atfork (before_fork, after_fork_in_parent, after_fork_in_child) != 0) {
    g_error ("No memory to watch fork()");
  }
}

/* exit */

/* A person at a terminal who sees nothing happen is told what it waits for, after so long, and so many names of it. */
#define SILENCE_US (5 * G_USEC_PER_SEC)
#define MAX_NAMES 10

static gboolean
is_waited_for (MyThread *thread,
               MyThread *current)
{
  MyThreadPrivate *priv = my_thread_get_private (thread);

  return thread != current && !priv->is_daemon && !priv->is_passed_over;
}

static void
say_what_is_waited_for (MyThread *current)
{
  g_autoptr (GString) text = g_string_new ("The program ends when its threads have ended:");
  MyThread *thread;
  MyWalk walk;
  guint n = 0;

  my_state_lock ();
  my_walk_begin_locked (&walk, my_group_peek_default ());
  while ((thread = my_walk_next_locked (&walk)) != NULL) {
    if (is_waited_for (thread, current) && n++ < MAX_NAMES) {
      g_autofree char *name = my_thread_dup_name_locked (thread);

      g_string_append_printf (text, "%s \"%s\"", n > 1 ? "," : "", name);
    }
  }
  my_walk_end_locked (&walk);
  my_state_unlock ();

  if (n > MAX_NAMES) {
    g_string_append_printf (text, " and %u more", n - MAX_NAMES);
  }
  g_printerr ("%s\n", text->str);
}

/* A thread of its own says it, so that the wait is one without a limit, of which others may find that it would never end. */

static atomic_int exit_has_waited; /* relaxed: what is said a moment too late does no harm */

static gpointer
break_silence (gpointer current)
{
  sigset_t all;

  sigfillset (&all);
  pthread_sigmask (SIG_BLOCK, &all, NULL);
  g_usleep (SILENCE_US);
  if (!atomic_load_explicit (&exit_has_waited, memory_order_relaxed)) {
    say_what_is_waited_for (current);
  }
  return NULL;
}

static void
watch_silence (MyThread *current)
{
  pthread_t watch;

  if (isatty (STDERR_FILENO) && pthread_create (&watch, NULL, break_silence, current) == 0) {
    pthread_detach (watch);
  }
}

/* Waits for the threads that it finds in one walk. */
static void
wait_for_some (MyThreadGroup *root,
               MyThread      *current,
               gboolean      *has_found)
{
  MyThread *thread;
  MyWalk walk;

  my_state_lock ();
  my_walk_begin_locked (&walk, root);
  pthread_cleanup_push (my_walk_abandon, &walk);
  while ((thread = my_walk_next_locked (&walk)) != NULL) {
    if (is_waited_for (thread, current)) {
      *has_found = TRUE;
      g_object_ref (thread); /* it has its keep reference: no toggle reference calls out */
      my_state_unlock ();

      if (my_thread_wait (thread, MY_DEADLINE_NEVER, FALSE) == MY_WAIT_DEADLOCK) {
        my_state_lock ();
        my_thread_get_private (thread)->is_passed_over = TRUE;
        my_state_unlock ();
      }
      my_delivery_drop (thread);

      my_state_lock ();
    }
  }
  pthread_cleanup_pop (FALSE);
  my_walk_end_locked (&walk);
  my_state_unlock ();
}

/* On the thread that exits, whichever it is. */
static void
wait_at_exit (void)
{
  MyThreadGroup *root = my_thread_group_get_default ();
  MyThread *current = my_thread_get_current ();
  gboolean has_found;

  if (my_thread_active_count () > 1) {
    watch_silence (current);
  }
  /* Those that it waits for may start others. */
  do {
    has_found = FALSE;
    wait_for_some (root, current, &has_found);
  } while (has_found);
  atomic_store_explicit (&exit_has_waited, TRUE, memory_order_relaxed);

  my_failure_warn_at_exit ();
}

static void
register_exit_handler (void)
{
  if (atexit (wait_at_exit) != 0) {
    g_error ("No memory to watch exit()");
  }
}

/* Called by the first start(), so that what the program registers after it is done before: its handlers may end threads. */
void
my_process_watch_exit (void)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;

  pthread_once (&once, register_exit_handler);
}
