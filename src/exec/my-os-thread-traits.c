/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "exec/my-os-thread-traits-private.h"

#include <sched.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/my-process-private.h"
#include "exec/my-float-control-private.h"
#include "exec/my-main-signals-private.h"
#include "wait/my-state-lock-private.h"

/* What is no function of the C library's in all of its versions. */
#define RESET_ON_FORK 1u /* SCHED_FLAG_RESET_ON_FORK */
#define DEADLINE 6u      /* SCHED_DEADLINE */

/* The functions of the C library would do, one for the policy, one for the nice value, one for the priority: this is one
 * system call for all of them, at each start() and each end. */
static gboolean
read_schedule (pid_t native_id,
               MySchedule *schedule)
{
  my_state_assert_unlocked ();
  memset (schedule, 0, sizeof *schedule);
  return syscall (SYS_sched_getattr, native_id, schedule, sizeof *schedule, 0) == 0;
}

static void
read_traits (pid_t native_id,
             MyOsThreadTraits *self)
{
  long n_bytes = -1;

  if (read_schedule (native_id, &self->schedule)) {
    /* The bare call says how many bytes it has written; the C library's clears the rest. */
    n_bytes = syscall (SYS_sched_getaffinity, native_id, sizeof self->cpus, self->cpus);
  }
  self->n_cpu_bytes = n_bytes > 0 ? (gsize) n_bytes : 0;
}

/* The traits of the calling OS thread. */
void
my_os_thread_traits_read (MyOsThreadTraits *self)
{
  read_traits (0, self);
}

/* Those that an OS thread would have which the main thread makes. They can be read when it has ended by pthread_exit(), too. */
void
my_os_thread_traits_read_main (MyOsThreadTraits *self)
{
  MySchedule *schedule = &self->schedule;

  read_traits (getpid (), self);
  if (self->n_cpu_bytes > 0 && (schedule->flags & RESET_ON_FORK)) {
    schedule->flags &= ~(guint64) RESET_ON_FORK;
    if (schedule->policy == SCHED_FIFO || schedule->policy == SCHED_RR || schedule->policy == DEADLINE) {
      schedule->policy = SCHED_OTHER;
      schedule->priority = 0;
      schedule->nice = 0;
      schedule->runtime = 0;
      schedule->deadline = 0;
      schedule->period = 0;
    }
    schedule->nice = MAX (schedule->nice, 0);
  }
}

/* Gives the calling OS thread these traits, as far as the system lets it: FALSE if they are not the same then. Where they are unknown
 * nothing is done, and nothing is wrong. */
gboolean
my_os_thread_traits_set (const MyOsThreadTraits *self)
{
  MyOsThreadTraits present;

  my_os_thread_traits_read (&present);
  if (self->n_cpu_bytes == 0 || present.n_cpu_bytes == 0 || my_os_thread_traits_equal (self, &present)) {
    return TRUE;
  }

  if (self->n_cpu_bytes != present.n_cpu_bytes || memcmp (self->cpus, present.cpus, self->n_cpu_bytes) != 0) {
    (void) syscall (SYS_sched_setaffinity, 0, self->n_cpu_bytes, self->cpus);
  }
  if (memcmp (&self->schedule, &present.schedule, sizeof self->schedule) != 0) {
    (void) syscall (SYS_sched_setattr, 0, &self->schedule, 0);
    if (self->schedule.policy == SCHED_IDLE && self->schedule.nice != present.schedule.nice) {
      /* The system has left that as it was. */
      (void) setpriority (PRIO_PROCESS, 0, self->schedule.nice);
    }
  }
  my_os_thread_traits_read (&present);
  return my_os_thread_traits_equal (self, &present);
}

/* Whether that is the schedule of the calling OS thread, as far as it is known. */
gboolean
my_os_thread_traits_has_schedule (const MyOsThreadTraits *self)
{
  MySchedule schedule;

  return self->n_cpu_bytes == 0 || !read_schedule (0, &schedule) || memcmp (&self->schedule, &schedule, sizeof schedule) == 0;
}

gboolean
my_os_thread_traits_equal (const MyOsThreadTraits *self,
                           const MyOsThreadTraits *other)
{
  return self->n_cpu_bytes > 0 && self->n_cpu_bytes == other->n_cpu_bytes &&
         memcmp (&self->schedule, &other->schedule, sizeof self->schedule) == 0 &&
         memcmp (self->cpus, other->cpus, self->n_cpu_bytes) == 0;
}

/* What the calling OS thread would hand down. */
void
my_os_thread_inherited_read (MyOsThreadInherited *self)
{
  my_state_assert_unlocked ();
  pthread_sigmask (SIG_SETMASK, NULL, &self->signals);
  my_float_control_read (self->float_control);
}

/* As the library was loaded, which is usually by the main thread. */
static MyOsThreadInherited inherited_at_load; /* const once loaded */

static void __attribute__ ((constructor))
read_inherited (void)
{
  my_os_thread_inherited_read (&inherited_at_load);
}

/* That of the main thread, from any thread. How it computes can not be read from another one: that is as it was at first. */
void
my_os_thread_inherited_read_main (MyOsThreadInherited *self)
{
  if (my_process_is_main_thread ()) {
    my_os_thread_inherited_read (self);
    return;
  }
  *self = inherited_at_load;
  if (!my_main_signals_read (&self->signals)) {
    self->signals = inherited_at_load.signals;
  }
}

/* As many bytes as the system call writes. */
gboolean
my_os_thread_inherited_has_signals (const MyOsThreadInherited *self,
                                    const sigset_t *signals)
{
  return memcmp (&self->signals, signals, _NSIG / 8) == 0;
}

/* Gives the calling OS thread these attributes; @present is what it has. */
void
my_os_thread_inherited_set (const MyOsThreadInherited *self,
                            MyOsThreadInherited *present)
{
  if (!my_os_thread_inherited_has_signals (self, &present->signals)) {
    pthread_sigmask (SIG_SETMASK, &self->signals, NULL);
  }
  if (memcmp (self->float_control, present->float_control, sizeof self->float_control) != 0) {
    my_float_control_write (self->float_control);
  }
}
