/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "core/my-thread-group-private.h"

G_BEGIN_DECLS

/* A walk over the alive threads of a tree of groups: each group before its subgroups, its members in the order of their
 * start. It is on the stack of the function that walks, and all of it is [state].
 *
 * Whatever the number of threads, no section under the state lock is long: a walk gives way every MY_WALK_SLICE steps. Where the
 * lock was let go, by the walk or by the caller, threads may have ended and groups have gone: they move the walk on to what
 * comes after them. A thread that is alive from the beginning to the end of the walk is found once; one that was started after
 * the beginning is not found; one that has ended meanwhile may be found or not.
 */
typedef struct _MyWalk MyWalk;

struct _MyWalk {
  MyThreadGroup *root;  /* the caller has a reference, or it is the default group */
  MyThreadGroup *group; /* where the walk is; NULL: at the end */
  MyThread *next;       /* in the members of `group`, or in the foreign threads; NULL: none left there */
  guint64 last_serial;  /* the last start before the walk */
  guint n_steps;        /* how many groups and threads it has looked at */
  guint max_steps;      /* 0: no limit, and it gives way; else it does not, and stops there, before its end */
  guint n_forks;        /* of the process when the walk began: in a child after fork() it is over */
  gboolean has_subgroups;
  gboolean has_empty;  /* it enters groups in which nobody is alive, too */
  gboolean is_foreign; /* `next` is in the foreign threads, which come before `group` */
  gboolean is_new;     /* my_walk_next_group_locked() has not returned `group` yet */
  gboolean is_leaving; /* what is below `group` has been walked */
  MyWalk *next_walk;
  MyWalk *previous_walk;
};

/* A section is some microseconds long. */
#define MY_WALK_SLICE 256

/* Of what is taken out of a section, so many are on the stack at a time, which may be the smallest one there is. */
#define MY_WALK_BATCH 64

/* The caller holds the state lock. */
void my_walk_begin_locked (MyWalk *self,
                           MyThreadGroup *root);
void my_walk_begin_groups_locked (MyWalk *self,
                                  MyThreadGroup *root);
void my_walk_begin_members_locked (MyWalk *self,
                                   MyThreadGroup *group);
void my_walk_begin_all_locked (MyWalk *self,
                               MyThreadGroup *root,
                               MyThread *first_foreign);
MyThread *my_walk_next_locked (MyWalk *self);
MyThreadGroup *my_walk_next_group_locked (MyWalk *self);
void my_walk_end_locked (MyWalk *self);

/* Without it. */
GPtrArray *my_walk_list (MyWalk *self);
void my_walk_abandon (gpointer walk);

/* Before they leave the list, or the tree. */
void my_walk_pass_thread_locked (MyThread *thread);
void my_walk_pass_group_locked (MyThreadGroup *group);

void my_walk_forget_all_in_child (void);

G_END_DECLS
