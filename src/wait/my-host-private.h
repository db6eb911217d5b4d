/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

#include "wait/my-wait-graph-private.h"

G_BEGIN_DECLS

/* What runs one task after another on an OS thread (a pool's worker), and wants to know when the task that it runs
 * blocks, so that somebody else can work meanwhile. Every wait of the library tells it: see my_wait_block().
 *
 * But for the links, only its own OS thread changes it, and not while it waits. */
struct _MyHost {
  gconstpointer owner;            /* [const] what the tasks were given to: compared, never followed */
  gboolean is_guest;              /* the OS thread is not the owner's: it works for it just now */
  void (*block) (MyHost *self);   /* called without the state lock; does not block itself */
  void (*unblock) (MyHost *self); /* may be called with the state lock held */
  MyHost *outer;                  /* that of the OS thread before: a worker of one pool can work for another */
  guint n_blocks;                 /* how many that are going on it was told of: the outermost is told on */
  MyWaiter *subject;              /* the thread that it works for just now, which goes on only when that work is done, or NULL */
  MyWaiterSet *set;               /* [const] where `link` is while its OS thread waits, if it is no guest */
  MyWaitLink link;
  MyWaitLink subject_link; /* in the set of the subject: see my_wait_search_begin() */
};

extern __thread MyHost *my_host_current __attribute__ ((tls_model ("initial-exec"), visibility ("hidden")));

/* Whether the calling OS thread runs tasks that were given to @owner. */
static inline gboolean
my_host_is_of (gconstpointer owner)
{
  for (MyHost *host = my_host_current; host != NULL; host = host->outer) {
    if (host->owner == owner) {
      return TRUE;
    }
  }
  return FALSE;
}

/* Whether the calling OS thread is @owner's own. */
static inline gboolean
my_host_belongs_to (gconstpointer owner)
{
  for (MyHost *host = my_host_current; host != NULL; host = host->outer) {
    if (host->owner == owner && !host->is_guest) {
      return TRUE;
    }
  }
  return FALSE;
}

static inline void
my_host_block (void)
{
  for (MyHost *host = my_host_current; host != NULL; host = host->outer) {
    if (host->n_blocks++ == 0) {
      host->block (host);
    }
  }
}

static inline void
my_host_unblock (void)
{
  for (MyHost *host = my_host_current; host != NULL; host = host->outer) {
    if (--host->n_blocks == 0) {
      host->unblock (host);
    }
  }
}

G_END_DECLS
