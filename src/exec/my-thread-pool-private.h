/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread/my-thread-pool.h>

#include "core/my-inbox-private.h"
#include "core/my-redirect-private.h"
#include "exec/my-pool-private.h"
#include "exec/my-processors-private.h"

G_BEGIN_DECLS

/* The files of MyThreadPool: my-thread-pool.c is the class, my-thread-pool-properties.c what can be seen and set, my-thread-pool-work.c
 * what it is given to do, and its end. */

struct _MyThreadPool {
  GObject parent_instance;

  MyPool *core;      /* [const] once constructed */
  char *name;        /* [const] */
  guint max_threads; /* as it was set, until `core` is there */
  MyInbox *inbox;    /* [const] of the owner context: a reference */

  MyInboxItem changes; /* in the inbox while LINKED is pending: then it holds a reference */
  /* LINKED, and a bit by its number for each property that is to be notified. By any thread with acq_rel, against the exchange of the one
   * that delivers, or drops. */
  atomic_uint pending;
};

enum {
  MY_POOL_PROP_0,
  MY_POOL_PROP_NAME,
  MY_POOL_PROP_MAIN_CONTEXT,
  MY_POOL_PROP_MAX_THREADS,
  MY_POOL_PROP_IDLE_TIMEOUT,
  MY_POOL_PROP_MAX_QUEUED,
  MY_POOL_PROP_N_QUEUED,
  MY_POOL_PROP_N_ACTIVE,
  MY_POOL_PROP_N_COMPLETED,
  MY_POOL_N_PROPS,
};

extern GParamSpec *my_thread_pool_pspecs[MY_POOL_N_PROPS]; /* [const] once the class is there */

static inline MyPool *
my_thread_pool_get_core (MyThreadPool *self)
{
  return self->core;
}

static inline guint
my_thread_pool_or_n_processors (guint max_threads)
{
  return max_threads != 0 ? max_threads : my_processors_count ();
}

/* my-thread-pool-properties.c */
void my_thread_pool_class_init_changes (void);
void my_thread_pool_init_changes (MyThreadPool *self);
void my_thread_pool_dispatch_changes (MyThreadPool *self,
                                      guint n_pspecs,
                                      GParamSpec **pspecs,
                                      MyDispatch original);

G_END_DECLS
