/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "exec/my-os-thread-private.h"

#include <errno.h>
#include <mythread/my-thread-error.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/my-thread-private.h"

static pthread_once_t attr_once = PTHREAD_ONCE_INIT;
static pthread_attr_t default_attr; /* const once made */
static gsize min_stack_size;

/* Detached: join() waits for the thread's end, not for its OS thread's, so that any number of callers can, with a limit. */
static void
make_default_attr (void)
{
  long system_min = sysconf (_SC_THREAD_STACK_MIN);

  pthread_attr_init (&default_attr);
  pthread_attr_setdetachstate (&default_attr, PTHREAD_CREATE_DETACHED);

  /* What the system needs for itself, and room for run() to call a signal handler or a few of GLib's functions. */
  min_stack_size = (system_min > 0 ? (gsize) system_min : 16 * 1024) + 16 * 1024;
}

static gpointer
os_thread_main (gpointer data)
{
  my_life_run_on_os_thread (data);
  return NULL;
}

static int
create (MyThread             *thread,
        const pthread_attr_t *attr)
{
  pthread_t ignored;

  return pthread_create (&ignored, attr, os_thread_main, thread);
}

static int
create_with_stack (MyThread *thread,
                   guint64   stack_size)
{
  gsize page = (gsize) sysconf (_SC_PAGESIZE);
  pthread_attr_t attr;
  int rc;

  if (stack_size > G_MAXSIZE - page) {
    return EAGAIN;
  }

  pthread_attr_init (&attr);
  pthread_attr_setdetachstate (&attr, PTHREAD_CREATE_DETACHED);
  rc = pthread_attr_setstacksize (&attr, (MAX (stack_size, min_stack_size) + page - 1) / page * page);
  if (rc == 0) {
    rc = create (thread, &attr);
  }
  pthread_attr_destroy (&attr);

  return rc;
}

/* Makes an OS thread that runs @thread. */
gboolean
my_os_thread_launch (MyThread *thread,
                     guint64   stack_size,
                     GError  **error)
{
  int rc;

  pthread_once (&attr_once, make_default_attr);

  rc = stack_size == 0 ? create (thread, &default_attr) : create_with_stack (thread, stack_size);
  if (rc != 0) {
    g_set_error (error, MY_THREAD_ERROR, MY_THREAD_ERROR_NO_RESOURCES,
                 "The system refused an OS thread: %s", g_strerror (rc));
    return FALSE;
  }
  return TRUE;
}

/* Makes the calling OS thread, which is new, what its thread asked for. */
void
my_os_thread_adopt (const char *name,
                    gint        priority)
{
  prctl (PR_SET_NAME, name);

  if (priority != 0 && setpriority (PRIO_PROCESS, (id_t) syscall (SYS_gettid), priority) != 0) {
    g_debug ("The system refused the priority %d for thread \"%s\": %s", priority, name, g_strerror (errno));
  }
}

typedef struct {
  char name[16];
  void (*body) (gpointer data);
  gpointer data;
} Spawn;

static gpointer
spawn_main (gpointer data)
{
  Spawn spawn = *(Spawn *) data;

  g_free (data);
  prctl (PR_SET_NAME, spawn.name);
  spawn.body (spawn.data);
  return NULL;
}

gboolean
my_os_thread_spawn (const char *name,
                    void (*body) (gpointer data),
                    gpointer data,
                    GError **error)
{
  Spawn *spawn = g_new (Spawn, 1);
  pthread_t ignored;
  int rc;

  pthread_once (&attr_once, make_default_attr);
  g_strlcpy (spawn->name, name, sizeof spawn->name);
  spawn->body = body;
  spawn->data = data;
  rc = pthread_create (&ignored, &default_attr, spawn_main, spawn);
  if (rc != 0) {
    g_free (spawn);
    g_set_error (error, MY_THREAD_ERROR, MY_THREAD_ERROR_NO_RESOURCES, "The system refused an OS thread: %s", g_strerror (rc));
    return FALSE;
  }
  return TRUE;
}
