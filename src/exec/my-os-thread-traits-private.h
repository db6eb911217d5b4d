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
 * processors, which a control group may have narrowed). The legacy can be set.
 */
typedef struct {
  /* As in the kernel's sched_attr: policy, nice value, real-time priority, ... */
  guint64 schedule[7];
  gsize n_cpu_bytes; /* 0: unknown, and equal to nothing */
  guint8 cpus[512];
} MyOsThreadTraits;

typedef struct {
  sigset_t signals; /* blocked */
  guint32 float_control[2];
} MyOsThreadLegacy;

void my_os_thread_traits_read (MyOsThreadTraits *self);
gboolean my_os_thread_traits_equal (const MyOsThreadTraits *self,
                                    const MyOsThreadTraits *other);

void my_os_thread_legacy_read (MyOsThreadLegacy *self);
void my_os_thread_legacy_set (const MyOsThreadLegacy *self,
                              MyOsThreadLegacy       *present);

G_END_DECLS
