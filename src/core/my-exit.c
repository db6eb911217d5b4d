/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#include "core/my-delivery-private.h"
#include "core/my-failure-private.h"
#include "core/my-process-private.h"
#include "core/my-thread-group-private.h"
#include "core/my-thread-private.h"
#include "core/my-walk-private.h"
#include "wait/my-state-lock-private.h"

/* What the library does when the process exits: it waits for its threads. */

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

      g_string_append (text, n > 1 ? ", \"" : " \"");
      g_string_append (text, name);
      g_string_append_c (text, '"');
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
               MyThread *current,
               gboolean *has_found)
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

static void __attribute__ ((constructor))
watch_exit (void)
{
  my_process_set_at_exit (wait_at_exit);
}
