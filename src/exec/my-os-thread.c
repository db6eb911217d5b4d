/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "exec/my-os-thread-private.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "core/my-executor-private.h"
#include "core/my-process-private.h"
#include "core/my-registry-private.h"
#include "core/my-run-private.h"
#include "exec/my-os-thread-cache-private.h"
#include "exec/my-os-thread-create-private.h"
#include "wait/my-state-lock-private.h"

static void
run_thread (gpointer thread)
{
  my_run_on_os_thread (thread);
}

static gpointer
run_once (gpointer thread)
{
  run_thread (thread);
  return NULL;
}

static gpointer
run_thread_first (gpointer thread)
{
  my_os_thread_cache_run (NULL, run_thread, thread);
  return NULL;
}

/* Runs @thread on an OS thread: one that waits for work, unless it is to be @fresh or to have a stack of its own, or a
 * new one. */
gboolean
my_os_thread_launch (MyThread *thread,
                     guint64 stack_size,
                     gboolean fresh,
                     GError **error)
{
  if (stack_size != 0) {
    return my_os_thread_create_with_stack (stack_size, run_once, thread, error);
  }
  if (fresh) {
    return my_os_thread_create (run_once, thread, error);
  }
  return my_os_thread_cache_give (NULL, NULL, run_thread, thread) || my_os_thread_create (run_thread_first, thread, error);
}

/* With all signals blocked: the new OS thread sets its mask itself, and must have none before. */
static gboolean
create_blocking_signals (gpointer (*start) (gpointer data),
                         gpointer data,
                         GError **error)
{
  sigset_t all;
  sigset_t before;
  gboolean is_created;

  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &before);
  is_created = my_os_thread_create (start, data, error);
  pthread_sigmask (SIG_SETMASK, &before, NULL);

  return is_created;
}

/* a worker: what is no MyThread */

typedef struct {
  char name[16];
  MyOsThreadInherited inherited;
  MyOsThreadTraits traits;
  gboolean traits_refused; /* the traits could not be had */
  MyOsThreadBody body;
  gpointer data;
} MySpawn;

static void
run_spawned (gpointer data)
{
  MySpawn *spawn = data;
  MyOsThreadState *state = my_os_thread_get_state ();
  MyOsThreadBody body = spawn->body;
  gpointer body_data = spawn->data;

  my_os_thread_adopt (spawn->name, 0);
  memcpy (state->name, spawn->name, sizeof state->name);
  state->traits_refused = spawn->traits_refused;
  g_free (spawn);
  body (body_data);
}

static gpointer
run_spawned_first (gpointer data)
{
  MySpawn *spawn = data;
  MyOsThreadInherited present;
  MyOsThreadInherited inherited = spawn->inherited;

  spawn->traits_refused = !my_os_thread_traits_set (&spawn->traits);
  my_os_thread_inherited_read (&present);
  my_os_thread_inherited_set (&inherited, &present);
  my_os_thread_cache_run (&inherited, run_spawned, spawn);
  return NULL;
}

/* Calls @body on an OS thread, one that waits for work or a new one. @name: at most 15 bytes.
 *
 * Whoever the caller is, it has the traits of the main thread, and @inherited. A thread that is nice can not make one that is less
 * so, unless the process has a privilege: then it is as the caller is, and says so by `traits_refused`. */
gboolean
my_os_thread_spawn (const char *name,
                    const MyOsThreadInherited *inherited,
                    MyOsThreadBody body,
                    gpointer data,
                    GError **error)
{
  MySpawn *spawn = g_new0 (MySpawn, 1);

  g_strlcpy (spawn->name, name, sizeof spawn->name);
  spawn->inherited = *inherited;
  my_os_thread_traits_read_main (&spawn->traits);
  spawn->body = body;
  spawn->data = data;
  if (my_os_thread_cache_give (&spawn->traits, inherited, run_spawned, spawn) || create_blocking_signals (run_spawned_first, spawn, error)) {
    return TRUE;
  }
  g_free (spawn);
  return FALSE;
}

/* on the OS thread itself */

/* Makes the calling OS thread what its thread asked for. */
void
my_os_thread_adopt (const char *name,
                    gint priority)
{
  my_state_assert_unlocked ();
  prctl (PR_SET_NAME, name);

  if (priority != 0 && setpriority (PRIO_PROCESS, (id_t) my_current_get_native_id (), priority) != 0) {
    g_debug ("The system refused the priority %d for thread \"%s\": %s", priority, name, g_strerror (errno));
  }
}

/* fork: in the child, with the state lock held. */
static void
forget_all_in_child (void)
{
  my_os_thread_cache_forget_all_in_child ();
}

static void
drop_idle (void)
{
  my_os_thread_cache_drop_idle ();
}

static const MyOsThreads os_threads = {
  .launch = my_os_thread_launch,
  .adopt = my_os_thread_adopt,
  .offer_locked = my_os_thread_offer_locked,
};

static void __attribute__ ((constructor))
watch (void)
{
  my_os_threads = &os_threads;
  my_os_thread_set_drop_idle (my_os_thread_cache_drop_idle);
  my_process_watch_fork (forget_all_in_child);
  my_registry_watch_main_end (drop_idle);
}
