/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread/my-thread.h>
#include <pthread.h>
#include <stdatomic.h>

G_BEGIN_DECLS

/* The notifications of a subclass's own properties, from other threads than the owner: one bit for each property that was ever told of. */

#define MY_OWN_CHANGES_PER_PAGE 16

typedef struct _MyOwnChanges MyOwnChanges;

struct _MyOwnChanges {
  atomic_uint n_pspecs;                        /* raised with the lock, with release, after the pspec is there */
  GParamSpec *pspecs[MY_OWN_CHANGES_PER_PAGE]; /* [const] once counted */
  atomic_uint pending;                         /* a bit for each; or-ed in with acq_rel by who made the change; taken by the owner */
  guint undelivered;                           /* [owner] taken, and not emitted yet */
  _Atomic (MyOwnChanges *) next;               /* where there are more; stored with the lock, with release */
};

void my_own_changes_watch_class (MyThreadClass *klass);
gboolean my_own_changes_are_in_delivery (MyThread *thread);
void my_own_changes_deliver (MyThread *thread);

G_END_DECLS
