/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-probe-private.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "wait/my-state-lock-private.h"

/* In a child after fork(), a lock that is none of this library's may be held by a thread that is gone. Whether it is can only be found out
 * by waiting for it, so an OS thread is made that does. */

#define LOOK_EVERY 100 /* microseconds */

/* How often in a row the OS thread must be found asleep to be stuck: if there is nobody who could hold the lock, and if there is somebody who may
 * just have been stopped with it. */
#define N_LOOKS_ALONE 100
#define N_LOOKS_WITH_OTHERS (G_USEC_PER_SEC / LOOK_EVERY)

/* In what the kernel says of a process: the number of its threads comes so many fields after the state. */
#define N_THREADS_FIELD 17

typedef struct {
  void (*func) (gpointer data);
  gpointer data;
  atomic_int native_id; /* set when it is about to call @func */
  atomic_int is_done;   /* set with release when it has; read with acquire */
} MyProbe;

static atomic_uint n_stuck; /* a counter, for a hint: no order needed */

static gpointer
run_probe (gpointer data)
{
  MyProbe *self = data;

  atomic_store_explicit (&self->native_id, (int) syscall (SYS_gettid), memory_order_relaxed);
  self->func (self->data);
  atomic_store_explicit (&self->is_done, TRUE, memory_order_release);
  return NULL;
}

/* What the kernel says of a thread, after its name: the first letter is its state. FALSE: it says nothing. */
static gboolean
read_stat (const char *path,
           char text[512])
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  gssize n = fd >= 0 ? read (fd, text, 511) : -1;
  char *after_name;

  if (fd >= 0) {
    close (fd);
  }
  if (n <= 0) {
    return FALSE;
  }
  text[n] = '\0';
  after_name = strrchr (text, ')');
  if (after_name == NULL || after_name[1] == '\0') {
    return FALSE;
  }
  memmove (text, after_name + 2, strlen (after_name + 2) + 1);
  return TRUE;
}

/* Whether it waits for something. Where nobody says so it is as good as asleep all the time, and the longer limit holds. */
static gboolean
is_asleep (MyProbe *self)
{
  int native_id = atomic_load_explicit (&self->native_id, memory_order_relaxed);
  char path[64];
  char text[512];

  g_snprintf (path, sizeof path, "/proc/self/task/%d/stat", native_id);
  return native_id != 0 && (!read_stat (path, text) || text[0] == 'S');
}

/* Whether there are other threads than the caller and those that are stuck. */
static gboolean
has_others (void)
{
  char text[512];
  const char *field = text;

  if (!read_stat ("/proc/self/stat", text)) {
    return TRUE;
  }
  for (guint i = 0; i < N_THREADS_FIELD && field != NULL; i++) {
    field = strchr (field + 1, ' ');
  }
  return field == NULL || strtoul (field, NULL, 10) > 2 + atomic_load_explicit (&n_stuck, memory_order_relaxed);
}

static gboolean
await (MyProbe *self)
{
  const struct timespec pause = { .tv_nsec = LOOK_EVERY * 1000 };
  guint n_asleep = 0;

  while (!atomic_load_explicit (&self->is_done, memory_order_acquire)) {
    n_asleep = is_asleep (self) ? n_asleep + 1 : 0;
    if (n_asleep >= N_LOOKS_WITH_OTHERS || (n_asleep >= N_LOOKS_ALONE && !has_others ())) {
      return FALSE;
    }
    nanosleep (&pause, NULL);
  }
  return TRUE;
}

/* Whether @func returns, which is called on an OS thread of its own, with all signals blocked. If it is stuck, it waits for what a thread has that is
 * gone, and waits on: the OS thread is lost then, and what @data points to must stay.
 *
 * There is no limit in time for one that gets no processor: it is waited for until it has returned, or sleeps.
 *
 * Any thread may call it, with the state lock held or not. It takes no lock but malloc()'s and the C library's for threads, which know of fork(). */
MyProbeResult
my_probe (void (*func) (gpointer data),
          gpointer data)
{
  MyProbe *self = g_new0 (MyProbe, 1);
  MyProbeResult result = MY_PROBE_REFUSED;
  sigset_t all;
  sigset_t old;
  int cancel_state;
  pthread_t thread;

  my_state_assert_unlocked ();
  self->func = func;
  self->data = data;

  pthread_setcancelstate (PTHREAD_CANCEL_DISABLE, &cancel_state);
  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &old);
  if (pthread_create (&thread, NULL, run_probe, self) == 0) {
    result = await (self) ? MY_PROBE_RETURNS : MY_PROBE_STUCK;
  }
  pthread_sigmask (SIG_SETMASK, &old, NULL);

  if (result == MY_PROBE_RETURNS) {
    pthread_join (thread, NULL);
  } else if (result == MY_PROBE_STUCK) {
    atomic_fetch_add_explicit (&n_stuck, 1, memory_order_relaxed);
    pthread_detach (thread);
  }
  if (result != MY_PROBE_STUCK) {
    g_free (self);
  }
  pthread_setcancelstate (cancel_state, &cancel_state);

  return result;
}

/* fork: in the child */
void
my_probe_forget_all_in_child (void)
{
  atomic_store_explicit (&n_stuck, 0, memory_order_relaxed);
}
