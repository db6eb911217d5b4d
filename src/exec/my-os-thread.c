/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "exec/my-os-thread-private.h"

#include <errno.h>
#include <mythread/my-thread-error.h>
#include <pthread.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/my-executor-private.h"
#include "core/my-process-private.h"
#include "core/my-registry-private.h"
#include "core/my-run-private.h"
#include "exec/my-os-thread-cache-private.h"

/* In microseconds. */
#define MAKE_ROOM_TIME 5000

static pthread_once_t attr_once = PTHREAD_ONCE_INIT;
static pthread_attr_t default_attr; /* const once made, */
static int default_attr_error;      /* if this is 0 */
static gsize min_stack_size;

/* Detached: join() waits for the thread's end, not for its OS thread's, so that any number of callers can, with a limit. */
static void
make_default_attr (void)
{
  long system_min = sysconf (_SC_THREAD_STACK_MIN);

  default_attr_error = pthread_attr_init (&default_attr);
  if (default_attr_error == 0) {
    default_attr_error = pthread_attr_setdetachstate (&default_attr, PTHREAD_CREATE_DETACHED);
  }

  /* What the system needs for itself, and room for run() to call a signal handler or a few of GLib's functions. */
  min_stack_size = (system_min > 0 ? (gsize) system_min : 16 * 1024) + 16 * 1024;
}

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

static void
set_refused_error (int      rc,
                   GError **error)
{
  g_set_error (error, MY_THREAD_ERROR, MY_THREAD_ERROR_NO_RESOURCES, "The system refused an OS thread: %s", g_strerror (rc));
}

/* 0, or why not. */
static int
create_or_make_room (const pthread_attr_t *attr,
                     gpointer              (*start) (gpointer data),
                     gpointer              data)
{
  pthread_t ignored;
  int rc = attr == &default_attr ? default_attr_error : 0;

  if (rc == 0) {
    rc = pthread_create (&ignored, attr, start, data);
  }

  /* What is refused may be what those have that wait for work. They go quickly; one that does not is not waited for. */
  if (rc == EAGAIN && my_os_thread_cache_drop_idle () > 0) {
    gint64 deadline = g_get_monotonic_time () + MAKE_ROOM_TIME;

    do {
      g_usleep (50);
      rc = pthread_create (&ignored, attr, start, data);
    } while (rc == EAGAIN && g_get_monotonic_time () < deadline);
  }
  return rc;
}

static gboolean
create (const pthread_attr_t *attr,
        gpointer              (*start) (gpointer data),
        gpointer              data,
        GError              **error)
{
  int cancel_state = PTHREAD_CANCEL_ENABLE;
  int rc;

  /* To wait for room is a cancellation point, and the caller has something half done. */
  pthread_setcancelstate (PTHREAD_CANCEL_DISABLE, &cancel_state);
  rc = create_or_make_room (attr, start, data);
  pthread_setcancelstate (cancel_state, NULL);

  if (rc != 0) {
    set_refused_error (rc, error);
    return FALSE;
  }
  return TRUE;
}

static gboolean
create_with_stack (MyThread *thread,
                   guint64   stack_size,
                   GError  **error)
{
  gsize page = (gsize) sysconf (_SC_PAGESIZE);
  pthread_attr_t attr;
  gboolean created;
  int rc;

  rc = pthread_attr_init (&attr);
  if (rc != 0) {
    set_refused_error (rc, error);
    return FALSE;
  }
  rc = pthread_attr_setdetachstate (&attr, PTHREAD_CREATE_DETACHED);
  stack_size = MAX (stack_size, min_stack_size);
  if (rc == 0) {
    rc = stack_size <= G_MAXSIZE - page ? pthread_attr_setstacksize (&attr, (stack_size + page - 1) / page * page) : EAGAIN;
  }
  if (rc == 0) {
    created = create (&attr, run_once, thread, error);
  } else {
    set_refused_error (rc, error);
    created = FALSE;
  }
  pthread_attr_destroy (&attr);

  return created;
}

/* Runs @thread on an OS thread: one that waits for work, unless it is to be @fresh or to have a stack of its own, or a
 * new one. */
gboolean
my_os_thread_launch (MyThread *thread,
                     guint64   stack_size,
                     gboolean  fresh,
                     GError  **error)
{
  pthread_once (&attr_once, make_default_attr);

  if (stack_size != 0) {
    return create_with_stack (thread, stack_size, error);
  }
  if (fresh) {
    return create (&default_attr, run_once, thread, error);
  }
  return my_os_thread_cache_give (NULL, NULL, run_thread, thread) || create (&default_attr, run_thread_first, thread, error);
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
  is_created = create (&default_attr, start, data, error);
  pthread_sigmask (SIG_SETMASK, &before, NULL);

  return is_created;
}

/* a worker: what is no MyThread */

typedef struct {
  char name[16];
  MyOsThreadLegacy legacy;
  MyOsThreadTraits traits;
  gboolean is_off; /* the traits could not be had */
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
  state->is_off = spawn->is_off;
  g_free (spawn);
  body (body_data);
}

static gpointer
run_spawned_first (gpointer data)
{
  MySpawn *spawn = data;
  MyOsThreadLegacy present;
  MyOsThreadLegacy legacy = spawn->legacy;

  spawn->is_off = !my_os_thread_traits_set (&spawn->traits);
  my_os_thread_legacy_read (&present);
  my_os_thread_legacy_set (&legacy, &present);
  my_os_thread_cache_run (&legacy, run_spawned, spawn);
  return NULL;
}

/* Calls @body on an OS thread, one that waits for work or a new one. @name: at most 15 bytes.
 *
 * Whoever the caller is, it has the traits of the main thread, and @legacy. A thread that is nice can not make one that is less
 * so, unless the process has a privilege: then it is as the caller is, and says so by `is_off`. */
gboolean
my_os_thread_spawn (const char             *name,
                    const MyOsThreadLegacy *legacy,
                    MyOsThreadBody          body,
                    gpointer                data,
                    GError                **error)
{
  MySpawn *spawn = g_new0 (MySpawn, 1);

  pthread_once (&attr_once, make_default_attr);

  g_strlcpy (spawn->name, name, sizeof spawn->name);
  spawn->legacy = *legacy;
  my_os_thread_traits_read_main (&spawn->traits);
  spawn->body = body;
  spawn->data = data;
  if (my_os_thread_cache_give (&spawn->traits, legacy, run_spawned, spawn) || create_blocking_signals (run_spawned_first, spawn, error)) {
    return TRUE;
  }
  g_free (spawn);
  return FALSE;
}

/* as the calling OS thread is */

typedef struct {
  MyOsThreadLegacy legacy;
  MyOsThreadBody body;
  gpointer data;
} MyCopy;

static gpointer
run_copy (gpointer data)
{
  MyCopy *copy = data;
  MyCopy own = *copy;

  g_free (copy);
  my_os_thread_cache_run (&own.legacy, own.body, own.data);
  return NULL;
}

/* Calls @body on a new OS thread, which inherits of the calling one; that has @legacy. */
gboolean
my_os_thread_make (MyOsThreadBody          body,
                   gpointer                data,
                   const MyOsThreadLegacy *legacy)
{
  MyCopy *copy = g_new (MyCopy, 1);

  copy->legacy = *legacy;
  copy->body = body;
  copy->data = data;
  if (!create (&default_attr, run_copy, copy, NULL)) {
    g_free (copy);
    return FALSE;
  }
  return TRUE;
}

/* on the OS thread itself */

/* Makes the calling OS thread what its thread asked for. */
void
my_os_thread_adopt (const char *name,
                    gint        priority)
{
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
  my_process_watch_fork (forget_all_in_child);
  my_registry_watch_main_end (drop_idle);
}
