/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

#include "wait/my-wake-list-private.h"

G_BEGIN_DECLS

/* The wait-for graph: which waits can not end before others have. See "Waiting" in docs/internals.md.
 *
 * A wait is part of it if it has no limit and its target can name a blocker: a waiter, or a set of waiters. Only the
 * lists that lead from a set to the waits of its members are stored. All else is asked of the target.
 */
typedef struct _MyHold MyHold;
typedef struct _MyHost MyHost;
typedef struct _MyWait MyWait;
typedef struct _MyWaiter MyWaiter;
typedef struct _MyWaiterSet MyWaiterSet;
typedef struct _MyWaitBlocker MyWaitBlocker;
typedef struct _MyWaitLink MyWaitLink;
typedef struct _MyWaitMark MyWaitMark;
typedef struct _MyWaitNode MyWaitNode;
typedef struct _MyWaitSearch MyWaitSearch;

/* What an object is to a search: see my-wait-search.c. */
struct _MyWaitMark {
  guint64 serial;   /* [state] of the last search that came to the object; 0: none has */
  MyWaitNode *node; /* [state] freed with that search */
};

struct _MyWaitLink {
  MyWaitLink *next;     /* [state] */
  MyWaitLink *previous; /* [state] */
  MyWait *wait;         /* [state] NULL in the link of a set, and in one that is in no list */
};

/* Waiters that can be waited for together: the members of a group that have a slot, the workers of a pool. */
struct _MyWaiterSet {
  MyWaiterSet *parent; /* [const] the set of which this one is a part, or NULL: a wait for all of it is one for this one, too */
  MyWaitLink link;     /* [state] among the parts of `parent`, while one of the lists is not empty */
  MyWaitMark mark;
  MyWaitLink *waits;    /* [state] the waits of its members */
  MyWaitLink *parts;    /* [state] the parts that have a wait in them */
  guint n_waiting;      /* [state] the members that wait */
  guint n_awaiters;     /* [state] the waits for the set */
  guint n_any_awaiters; /* [state] those of them for which any one member is enough */
  guint n;              /* [state] the members */
};

#define MY_WAITER_SET_OF_LINK(l) ((MyWaiterSet *) ((char *) (l) -G_STRUCT_OFFSET (MyWaiterSet, link)))

/* What has to go on before a wait can end. */
struct _MyWaitBlocker {
  MyWaiter *waiter;     /* or NULL; beside a set: it has to go on after the set has */
  MyWaiterSet *set;     /* or NULL */
  gboolean any_will_do; /* any one member of the set is enough, so the wait is stuck if all of them are; else all are needed */
  gboolean is_holder;   /* the waiter holds what is waited for. Another one may hold it later, so `n_awaiters` does not count the wait: what
                         * the waiter holds says so, see my_waiter_has_awaited_holds() */
};

typedef enum {
  MY_WAIT_APART,    /* no part of the graph */
  MY_WAIT_PENDING,  /* it may close a cycle: that is being searched, or will be */
  MY_WAIT_ADMITTED, /* it closes no cycle */
} MyWaitStanding;

typedef enum {
  MY_WAIT_FREE,
  MY_WAIT_STUCK,
  MY_WAIT_UNDECIDED,
} MyWaitVerdict;

/* What a search for a cycle, while it goes on, is told of the changes. With the state lock held. */
typedef struct {
  /* The wait does not count any more. */
  void (*lose_wait) (MyWait *wait);
  /* The link is about to be taken out of the list of the set. */
  void (*lose_link) (MyWaiterSet *set,
                     MyWaitLink *link);
  /* A member of the set does not wait any more; or, if @waiter is NULL, there is a new one, which does not. */
  void (*gain_runner) (MyWaiterSet *set,
                       MyWaiter *waiter);
} MyWaitObserver;

/* [state] NULL: no search goes on. */
extern const MyWaitObserver *my_wait_observer;

/* All with the state lock held. */
void my_wait_graph_enter (MyWait *wait);
void my_wait_graph_leave (MyWait *wait);
MyWaitVerdict my_wait_graph_look (MyWait *wait);

gboolean my_wait_counts (MyWait *wait);
gboolean my_wait_holds_up (MyWait *wait,
                           MyWaiter *waiter);
gboolean my_waiter_is_linked (MyWaiter *waiter);

void my_waiter_set_link (MyWaiterSet *self,
                         MyWaitLink *link,
                         MyWait *wait);
void my_waiter_set_unlink (MyWaiterSet *self,
                           MyWaitLink *link);
void my_waiter_set_wake_one (MyWaiterSet *self,
                             MyWakeList *wakes);

/* @wait does not count any more. */
static inline void
my_wait_graph_note_end (MyWait *wait)
{
  if (G_UNLIKELY (my_wait_observer != NULL)) {
    my_wait_observer->lose_wait (wait);
  }
}

/* There is one more member, which does not wait. */
static inline void
my_waiter_set_enter (MyWaiterSet *self)
{
  self->n++;
  if (G_UNLIKELY (my_wait_observer != NULL)) {
    my_wait_observer->gain_runner (self, NULL);
  }
}

static inline void
my_waiter_set_leave (MyWaiterSet *self)
{
  self->n--;
}

/* Members have left. If all the others wait, that may have closed a cycle, though no wait has begun: then one of these is
 * woken, to enter the graph again. */
static inline void
my_waiter_set_look_again (MyWaiterSet *self,
                          MyWakeList *wakes)
{
  if (G_UNLIKELY (self->n_any_awaiters > 0) && self->n_waiting == self->n && self->waits != NULL) {
    my_waiter_set_wake_one (self, wakes);
  }
}

G_END_DECLS
