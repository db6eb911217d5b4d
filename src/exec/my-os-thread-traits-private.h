/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>
#include <signal.h>

G_BEGIN_DECLS

/* What a new OS thread inherits of the one that makes it, so that one which is used again can be as if it were new.
 *
 * The traits have to be the same: they can not be set back (a nice value, without a privilege), or not exactly (the
 * processors, which a control group may have narrowed). The rest can be set.
 */

/* The kernel's sched_attr. */
typedef struct {
  guint32 size;
  guint32 policy;
  guint64 flags;
  gint32 nice;
  guint32 priority; /* real-time */
  guint64 runtime;
  guint64 deadline;
  guint64 period;
  guint32 util_min;
  guint32 util_max;
} MySchedule;

typedef struct {
  MySchedule schedule;
  gsize n_cpu_bytes; /* 0: unknown, and equal to nothing */
  guint8 cpus[512];
} MyOsThreadTraits;

typedef struct {
  sigset_t signals; /* blocked */
  guint32 float_control[2];
} MyOsThreadInherited;

void my_os_thread_traits_read (MyOsThreadTraits *self);
void my_os_thread_traits_read_main (MyOsThreadTraits *self);
gboolean my_os_thread_traits_set (const MyOsThreadTraits *self);
gboolean my_os_thread_traits_has_schedule (const MyOsThreadTraits *self);
gboolean my_os_thread_traits_equal (const MyOsThreadTraits *self,
                                    const MyOsThreadTraits *other);

void my_os_thread_inherited_read (MyOsThreadInherited *self);
void my_os_thread_inherited_read_main (MyOsThreadInherited *self);
gboolean my_os_thread_inherited_has_signals (const MyOsThreadInherited *self,
                                             const sigset_t *signals);
void my_os_thread_inherited_set (const MyOsThreadInherited *self,
                                 MyOsThreadInherited *present);

G_END_DECLS
