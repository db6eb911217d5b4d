/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "exec/my-os-thread-traits-private.h"

#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The functions of the C library would do, one for the policy, one for the nice value, one for the priority: this is one
 * system call for all of them, at each start() and each end. */
static gboolean
read_schedule (guint64 schedule[7])
{
  memset (schedule, 0, sizeof (guint64) * 7);
  return syscall (SYS_sched_getattr, 0, schedule, sizeof (guint64) * 7, 0) == 0;
}

/* The traits of the calling OS thread. */
void
my_os_thread_traits_read (MyOsThreadTraits *self)
{
  long n_bytes = -1;

  if (read_schedule (self->schedule)) {
    /* The bare call says how many bytes it has written; the C library's clears the rest. */
    n_bytes = syscall (SYS_sched_getaffinity, 0, sizeof self->cpus, self->cpus);
  }
  self->n_cpu_bytes = n_bytes > 0 ? (gsize) n_bytes : 0;
}

gboolean
my_os_thread_traits_equal (const MyOsThreadTraits *self,
                           const MyOsThreadTraits *other)
{
  return self->n_cpu_bytes > 0 && self->n_cpu_bytes == other->n_cpu_bytes &&
         memcmp (self->schedule, other->schedule, sizeof self->schedule) == 0 &&
         memcmp (self->cpus, other->cpus, self->n_cpu_bytes) == 0;
}

/* Floating point: rounding, which exceptions trap, how denormal numbers are treated, and on x86 the precision. Not
 * fegetenv(), which there takes as long as a system call. */

#if defined(__x86_64__)

static void
read_float_control (guint32 control[2])
{
  guint16 x87 = 0;

  __asm__ volatile("fnstcw %0"
                   : "=m"(x87));
  control[0] = __builtin_ia32_stmxcsr ();
  control[1] = x87;
}

static void
write_float_control (const guint32 control[2])
{
  guint16 x87 = (guint16) control[1];

  __builtin_ia32_ldmxcsr (control[0]);
  __asm__ volatile("fldcw %0" ::"m"(x87));
}

#elif defined(__aarch64__)

static void
read_float_control (guint32 control[2])
{
  guint64 fpcr;

  __asm__ volatile("mrs %0, fpcr"
                   : "=r"(fpcr));
  control[0] = (guint32) fpcr;
  control[1] = 0;
}

static void
write_float_control (const guint32 control[2])
{
  guint64 fpcr = control[0];

  __asm__ volatile("msr fpcr, %0" ::"r"(fpcr));
}

#else

#include <fenv.h>

static void
read_float_control (guint32 control[2])
{
  control[0] = (guint32) fegetround ();
  control[1] = 0;
}

static void
write_float_control (const guint32 control[2])
{
  fesetround ((int) control[0]);
}

#endif

/* The legacy of the calling OS thread. */
void
my_os_thread_legacy_read (MyOsThreadLegacy *self)
{
  pthread_sigmask (SIG_SETMASK, NULL, &self->signals);
  read_float_control (self->float_control);
}

/* Gives the calling OS thread this legacy; @present is what it has. */
void
my_os_thread_legacy_set (const MyOsThreadLegacy *self,
                         MyOsThreadLegacy       *present)
{
  /* As many bytes as the system call writes. */
  if (memcmp (&self->signals, &present->signals, _NSIG / 8) != 0) {
    pthread_sigmask (SIG_SETMASK, &self->signals, NULL);
  }
  if (memcmp (self->float_control, present->float_control, sizeof self->float_control) != 0) {
    write_float_control (self->float_control);
  }
}
