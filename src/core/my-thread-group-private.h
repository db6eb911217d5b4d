/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread/my-thread-group.h>
#include <pthread.h>
#include <stdatomic.h>

#include "core/my-after-private.h"
#include "core/my-failure-private.h"
#include "core/my-inbox-private.h"
#include "core/my-join-async-private.h"
#include "core/my-redirect-private.h"
#include "core/my-thread-queue-private.h"
#include "wait/my-wait-private.h"

G_BEGIN_DECLS

/* What the files of core/ share of a MyThreadGroup. Each field says who may touch it; see docs/internals.md. */

/* The bits of `pending`. */
typedef enum {
  MY_GROUP_CHANGE_MEMBERS = 1 << 0,
  MY_GROUP_CHANGE_PROGRESS = 1 << 1,
  MY_GROUP_CHANGE_FAILED = 1 << 2,
  MY_GROUP_CHANGE_MAX_RUNNING = 1 << 3,
  MY_GROUP_CHANGE_CANCEL_ON_ERROR = 1 << 4,
  MY_GROUP_CHANGE_KEEP_FINISHED = 1 << 5,
  /* These never change: only a user says so. */
  MY_GROUP_CHANGE_NAME = 1 << 6,
  MY_GROUP_CHANGE_PARENT = 1 << 7,
  MY_GROUP_CHANGE_MAIN_CONTEXT = 1 << 8,

  MY_N_GROUP_CHANGES = 9,
  MY_GROUP_CHANGE_ALL = (1 << MY_N_GROUP_CHANGES) - 1,
  /* What may come a millisecond late, so that it can not flood the loop. */
  MY_GROUP_CHANGE_LAZY = MY_GROUP_CHANGE_MEMBERS | MY_GROUP_CHANGE_PROGRESS,

  MY_GROUP_CHANGE_LINKED = 1 << 30, /* the item is in the inbox, and holds a reference */
} MyGroupChange;

/* A list of threads linked by group_next and group_previous. A thread is in one list at most. */
typedef struct {
  MyThread *first; /* [state] */
  MyThread *last;  /* [state] */
  guint n;         /* [state] */
} MyThreadList;

struct _MyThreadGroup {
  GObject parent_instance;

  char *name;            /* [const] */
  MyThreadGroup *parent; /* [const] a reference; NULL for the default group */

  /* What each start and each end of a thread touches, on whatever processor: together. */

  MyWaiterSet runners;       /* the own members that have a slot; its parts are those of the subgroups */
  guint n_alive;             /* [state] own alive members, and subgroups that are counted */
  guint is_counted : 1;      /* [state] in the `n_alive` of the parent, until the tree is known to be empty: see
                              * my_group_await_locked() */
  guint is_cancelled : 1;    /* [state] this one, or, if that was found out, one above it */
  guint cancel_on_error : 1; /* [state] */
  guint keep_finished : 1;   /* [state] */
  guint is_filling : 1;      /* [state] somebody makes `shown` */
  guint is_moving : 1;       /* [state] the queue is launched in parts: until it is, the OS thread that does it is in `runners` */
  guint64 n_cancellations;   /* [state] of groups, when none above this one was cancelled */
  MyThreadList members;      /* [state] the alive ones */
  MyThreadQueue queue;       /* [state] members in MY_PHASE_WAITING */
  MyThread *first_unshown;   /* [state] the first member that is not in `shown` */
  guint max_running;         /* [state] 0: no limit */
  guint64 n_done;            /* [state] ended since the group was last without an alive member */
  guint64 n_done_before;     /* [state] the same, before the first member since then was added */
  atomic_uint pending;       /* MyGroupChange bits; as in MyThreadPrivate */

  /* delivery */
  guint undelivered;    /* [owner] taken, and not emitted yet */
  MyInbox *inbox;       /* [const] */
  MyInboxItem changes;  /* pushed by who sets MY_GROUP_CHANGE_LINKED */
  GQueue failed_events; /* [state] of MyFailedEvent: thread-failed to be emitted */

  /* the tree */
  MyThreadGroup *first_child;      /* [state] */
  MyThreadGroup *next_sibling;     /* [state] */
  MyThreadGroup *previous_sibling; /* [state] */
  MyThreadGroup *jump;             /* [const] a group above this one, further up; its own, for the default group */
  guint n_children;                /* [state] */
  guint depth;                     /* [const] 0 for the default group */

  /* the members */
  MyThreadList kept;           /* [state] ended ones that join_next() has not taken, with a reference; they hold none to the
                                * group meanwhile, or the two would keep each other alive */
  _Atomic (pthread_t) reviver; /* the OS thread whose g_object_unref() has given kept threads their references again; 0: none. See my_group_let_go() */
  atomic_int n_threads;        /* how many thread objects there are of this group, each with a reference to it, but in the
                                * default group, where it is 0; for a hint: no order needed */
  guint n_lent;                /* [state] references to the group, of kept threads and of what was done to it, to be dropped by the
                                * owner thread */

  /* waiting */
  MyWaitQueue joiners;         /* [state] for no alive thread in the tree */
  MyWaitQueue next_joiners;    /* [state] for a kept thread, or no alive member */
  MyJoinAsyncList joins_async; /* [state] */
  GQueue failures;             /* [state] of MyFailure: of the tree, not reported by a join of this group yet */
  guint64 joined_serial;       /* [state] the last end that a join of this group covers */

  /* the list that its GListModel shows: see my-thread-group-model.c */
  GSequence *shown;      /* [state] references to threads, changed by the owner thread; NULL until somebody looks */
  MyThread *gone;        /* [state] those in it that are no members any more, linked by gone_next */
  gboolean is_showing;   /* [owner] items-changed is being emitted */
  gboolean shows_again;  /* [owner] and there were changes meanwhile */
  atomic_int is_watched; /* a hint: set when `shown` is made */
};

typedef struct {
  MyThread *thread; /* a reference */
  MyFailure *failure;
} MyFailedEvent;

static inline gboolean
my_group_is_default (MyThreadGroup *self)
{
  return self->parent == NULL;
}

/* Whether a join has waited for what ended then, in the group or in one that it is part of. With the state lock held. */
static inline gboolean
my_group_is_joined_locked (MyThreadGroup *self,
                           guint64 end_serial)
{
  while (self != NULL) {
    if (self->joined_serial >= end_serial) {
      return TRUE;
    }
    self = self->parent;
  }
  return FALSE;
}

/* If the tree of @self is empty, its parent does not count it any more. */
static inline void
my_group_settle_locked (MyThreadGroup *self)
{
  if (self->n_alive == 0 && self->is_counted) {
    self->is_counted = FALSE;
    self->parent->n_alive--;
  }
}

/* How many failures nobody asked for a group remembers; the first ones. */
#define MY_GROUP_MAX_FAILURES 256

/* my-thread-list.c */
void my_thread_list_append (MyThreadList *self,
                            MyThread *thread);
void my_thread_list_remove (MyThreadList *self,
                            MyThread *thread);

/* my-thread-group-post.c; any thread that holds a reference, or a thread of the group's, also under the state lock */
extern GParamSpec *my_group_pspecs[MY_N_GROUP_CHANGES]; /* what each change notifies, by its bit's number; NULL: nothing. [const] once the class is there */

void my_group_class_init_signals (void);
gboolean my_group_has_model_listeners (MyThreadGroup *self);
gboolean my_group_has_listeners (MyThreadGroup *self);
gboolean my_group_has_notify_listeners (MyThreadGroup *self);
gboolean my_group_is_unreachable_locked (MyThreadGroup *self);
gboolean my_group_is_urgent (guint changes);
void my_group_post (MyThreadGroup *self,
                    guint changes);
void my_group_post_locked (MyThreadGroup *self,
                           guint changes);
void my_group_post_failed_locked (MyThreadGroup *self,
                                  MyThread *thread,
                                  MyFailure *failure);
/* the owner thread */
void my_group_notify (MyThreadGroup *self,
                      guint change);
void my_group_emit_failed (MyThreadGroup *self,
                           MyThread *thread,
                           const GError *error);

/* my-thread-group-tree.c; with the state lock held, but for contains() */
void my_group_link_locked (MyThreadGroup *self);
void my_group_unlink_locked (MyThreadGroup *self,
                             MyAfter *after);
MyThreadGroup *my_group_next_in_tree (MyThreadGroup *self,
                                      MyThreadGroup *root);
gboolean my_group_contains (MyThreadGroup *self,
                            MyThreadGroup *group);
guint my_group_count_locked (MyThreadGroup *self);
void my_group_await_locked (MyThreadGroup *self);
void my_group_forgo_locked (void);
void my_group_forgo_all_in_child (void);
void my_group_tell_empty_locked (MyThreadGroup *self,
                                 MyAfter *after);
void my_group_mark_cancelled_locked (MyThreadGroup *self);
gboolean my_group_is_cancelled_locked (MyThreadGroup *self);

/* my-thread-group-slots.c; with the state lock held */
gboolean my_group_take_slot_locked (MyThreadGroup *self);
gboolean my_group_fill_slots_locked (MyThreadGroup *self,
                                     MyAfter *after);

/* my-thread-group-members.c; with the state lock held */
void my_group_add_locked (MyThreadGroup *self,
                          MyThread *thread);
void my_group_remove_locked (MyThreadGroup *self,
                             MyThread *thread,
                             MyAfter *after);
MyThreadGroup *my_group_member_ended_locked (MyThreadGroup *self,
                                             MyThread *thread,
                                             MyFailure *failure,
                                             MyAfter *after);
void my_group_reset_in_child (MyThreadGroup *self);
/* without it */
void my_group_hold (MyThreadGroup *self);
void my_group_let_go (MyThreadGroup *self);
void my_group_lend (MyThreadGroup *self);
void my_group_drop_lent (MyThreadGroup *self);
void my_group_drop_kept (MyThreadGroup *self,
                         gboolean revives);

/* my-thread-group-delivery.c; the owner thread, or nothing happens */
void my_group_dispatch_changes (MyThreadGroup *self,
                                guint n_pspecs,
                                GParamSpec **pspecs,
                                MyDispatch original);
void my_group_announce (MyThreadGroup *self,
                        guint change);
void my_group_deliver_now (MyThreadGroup *self);
void my_group_show_members (MyThreadGroup *self);
void my_group_deliver_tree (MyThreadGroup *self);

/* without it */
gboolean my_group_wait (MyThreadGroup *self,
                        gint64 timeout_us,
                        MyFailure **failure,
                        MyWaitResult *result);
void my_group_set_wait_error (MyThreadGroup *self,
                              MyWaitResult result,
                              GError **error);
void my_group_init_delivery (MyThreadGroup *self);
void my_group_drop_failed (MyThreadGroup *self);

/* my-thread-group-model.c */
void my_group_list_model_init (GListModelInterface *iface);
void my_group_update_shown (MyThreadGroup *self);
void my_group_forget_shown (MyThreadGroup *self);

/* my-thread-group.c: the default group, if it was made */
MyThreadGroup *my_group_peek_default (void);

G_END_DECLS
