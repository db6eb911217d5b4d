/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

#if !defined(__x86_64__) && !defined(__aarch64__)
#include <fenv.h>
#endif

G_BEGIN_DECLS

/* Floating point: rounding, which exceptions trap, how denormal numbers are treated, and on x86 the precision. Not
 * fegetenv(), which there takes as long as a system call. */

#if defined(__x86_64__)

/* The rest says which exceptions there have been. */
#define MY_FLOAT_CONTROL_MASK 0xffffffc0u

static inline void
my_float_control_read (guint32 control[2])
{
  guint16 x87 = 0;

  __asm__ volatile("fnstcw %0"
                   : "=m"(x87));
  control[0] = __builtin_ia32_stmxcsr ();
  control[1] = x87;
}

static inline void
my_float_control_write (const guint32 control[2])
{
  guint16 x87 = (guint16) control[1];

  __builtin_ia32_ldmxcsr (control[0]);
  __asm__ volatile("fldcw %0" ::"m"(x87));
}

#elif defined(__aarch64__)

#define MY_FLOAT_CONTROL_MASK 0xffffffffu

static inline void
my_float_control_read (guint32 control[2])
{
  guint64 fpcr;

  __asm__ volatile("mrs %0, fpcr"
                   : "=r"(fpcr));
  control[0] = (guint32) fpcr;
  control[1] = 0;
}

static inline void
my_float_control_write (const guint32 control[2])
{
  guint64 fpcr = control[0];

  __asm__ volatile("msr fpcr, %0" ::"r"(fpcr));
}

#else

#define MY_FLOAT_CONTROL_MASK 0xffffffffu

static inline void
my_float_control_read (guint32 control[2])
{
  control[0] = (guint32) fegetround ();
  control[1] = 0;
}

static inline void
my_float_control_write (const guint32 control[2])
{
  fesetround ((int) control[0]);
}

#endif

/* Whether both do the same, whichever exceptions there have been. */
static inline gboolean
my_float_control_equal (const guint32 a[2],
                        const guint32 b[2])
{
  return ((a[0] ^ b[0]) & MY_FLOAT_CONTROL_MASK) == 0 && a[1] == b[1];
}

/* Whether the calling OS thread has another one; without the x87, which fesetround() sets with the rest. */
static inline gboolean
my_float_control_has_changed (const guint32 control[2])
{
#if defined(__x86_64__)
  return ((__builtin_ia32_stmxcsr () ^ control[0]) & MY_FLOAT_CONTROL_MASK) != 0;
#else
  guint32 present[2];

  my_float_control_read (present);
  return !my_float_control_equal (present, control);
#endif
}

G_END_DECLS
