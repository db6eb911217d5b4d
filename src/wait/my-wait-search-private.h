/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "wait/my-wait-private.h"

G_BEGIN_DECLS

/* The search for a cycle, where a look is not enough: see "The search" in docs/internals.md. There is one at a time. */
typedef struct _MyWaitRoom MyWaitRoom;

struct _MyWaitSearch {
  MyWait *wait;           /* [const] the question is whether this one is stuck */
  MyWaitSearch *next;     /* [state] those whose turn comes later */
  MyWaitSearch *previous; /* [state] */
  guint64 serial;         /* [state] */
  MyWaitNode *root;       /* [state] that of `wait` */
  MyWaitNode *open;       /* [state] those that may lead on, the last one first */
  MyWaitNode *freed;      /* [state] those that are free, and may free those that lead to them */

  /* Where nodes and edges come from. Only the thread that searches touches it. */
  MyWaitRoom *rooms;
  char *room;
  char *room_end;
};

/* The search that goes on, or NULL. [state] */
extern MyWaitSearch *my_wait_search_current;

/* All with the state lock held, but for make_room() and clear_room(). */
MyWaitVerdict my_wait_search_decide (MyWait *wait);

void my_wait_search_begin (MyWaitSearch *self,
                           MyWait *wait);
MyWaitVerdict my_wait_search_go_on (MyWaitSearch *self,
                                    guint n_steps);
void my_wait_search_end (MyWaitSearch *self);
void my_wait_search_make_room (MyWaitSearch *self,
                               guint n_steps);
void my_wait_search_clear_room (MyWaitSearch *self);

void my_wait_search_forget_in_child (void);

G_END_DECLS
