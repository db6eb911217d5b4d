/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "exec/my-os-thread-create-private.h"

#include <errno.h>
#include <mythread/my-thread-error.h>
#include <pthread.h>
#include <unistd.h>

#include "wait/my-state-lock-private.h"

/* OS threads of the system's, as they are made. */

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
set_refused_error (int rc,
                   GError **error)
{
  g_set_error (error, MY_THREAD_ERROR, MY_THREAD_ERROR_NO_RESOURCES, "The system refused an OS thread: %s", g_strerror (rc));
}

static guint (*drop_idle) (void); /* [const] once loaded */

/* @drop lets go those that wait for work, and says how many: what is refused may be what they have. In a constructor. */
void
my_os_thread_set_drop_idle (guint (*drop) (void))
{
  drop_idle = drop;
}

/* 0, or why not. */
static int
create_or_make_room (const pthread_attr_t *attr,
                     gpointer (*start) (gpointer data),
                     gpointer data)
{
  pthread_t ignored;
  int rc = attr == &default_attr ? default_attr_error : 0;

  my_state_assert_unlocked ();
  if (rc == 0) {
    rc = pthread_create (&ignored, attr, start, data);
  }

  /* What is refused may be what those have that wait for work. They go quickly; one that does not is not waited for. */
  if (rc == EAGAIN && drop_idle () > 0) {
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
        gpointer (*start) (gpointer data),
        gpointer data,
        GError **error)
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

/* Makes an OS thread that calls @start, once. */
gboolean
my_os_thread_create (gpointer (*start) (gpointer data),
                     gpointer data,
                     GError **error)
{
  pthread_once (&attr_once, make_default_attr);
  return create (&default_attr, start, data, error);
}

/* The same, with a stack of its own. */
gboolean
my_os_thread_create_with_stack (guint64 stack_size,
                                gpointer (*start) (gpointer data),
                                gpointer data,
                                GError **error)
{
  gsize page = (gsize) sysconf (_SC_PAGESIZE);
  pthread_attr_t attr;
  gboolean created;
  int rc;

  pthread_once (&attr_once, make_default_attr);
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
    created = create (&attr, start, data, error);
  } else {
    set_refused_error (rc, error);
    created = FALSE;
  }
  pthread_attr_destroy (&attr);

  return created;
}
