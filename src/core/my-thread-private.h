/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread/my-thread.h>
#include <stdatomic.h>

#include "core/my-after-private.h"
#include "core/my-current-private.h"
#include "core/my-failure-private.h"
#include "core/my-inbox-private.h"
#include "core/my-join-async-private.h"
#include "core/my-sequence-private.h"
#include "core/my-thread-error-private.h"
#include "core/my-thread-name-private.h"
#include "wait/my-wait-private.h"

G_BEGIN_DECLS

/* What the files of core/ share of a MyThread. Each field says who may touch it; see docs/internals.md. */

typedef enum {
  MY_PHASE_NEW,
  MY_PHASE_WAITING, /* in the queue of its group */
  MY_PHASE_HANDED,  /* an executor has it */
  MY_PHASE_RUNNING,
  MY_PHASE_SUCCEEDED, /* this one and all after it are ends */
  MY_PHASE_FAILED,
  MY_PHASE_CANCELLED,
} MyPhase;

/* The bits of `pending` and `undelivered`, in the order in which they are delivered. */
typedef enum {
  MY_CHANGE_STARTED = 1 << 0,
  MY_CHANGE_NAME = 1 << 1,
  MY_CHANGE_EXECUTOR = 1 << 2,
  MY_CHANGE_DAEMON = 1 << 3,
  MY_CHANGE_STACK_SIZE = 1 << 4,
  MY_CHANGE_PRIORITY = 1 << 5,
  MY_CHANGE_FRESH_OS_THREAD = 1 << 6,
  MY_CHANGE_IDENT = 1 << 7,
  MY_CHANGE_NATIVE_ID = 1 << 8,
  MY_CHANGE_PROGRESS = 1 << 9,
  MY_CHANGE_STATUS = 1 << 10,
  MY_CHANGE_MAX_PENDING = 1 << 11,
  MY_CHANGE_OWN = 1 << 12,      /* a property of a subclass: see MyOwnChanges */
  MY_CHANGE_STREAM = 1 << 13,   /* there are results in the thread's MySequence */
  MY_CHANGE_SEQUENCE = 1 << 14, /* there is something else in it */
  MY_CHANGE_CANCELLED = 1 << 15,
  MY_CHANGE_ERROR = 1 << 16,
  MY_CHANGE_STATE = 1 << 17,
  MY_CHANGE_ALIVE = 1 << 18,

  MY_N_CHANGES = 19,
  MY_CHANGE_ALL = (1 << MY_N_CHANGES) - 1,
  /* What may come a millisecond late, so that it can not flood the loop. */
  MY_CHANGE_LAZY = MY_CHANGE_PROGRESS | MY_CHANGE_STATUS | MY_CHANGE_OWN | MY_CHANGE_STREAM,

  /* The item `changes` is in the inbox, or about to be pushed by who set the bit. */
  MY_CHANGE_LINKED = 1 << MY_N_CHANGES,
  /* With LINKED: it is among the quiet ones, and holds no reference. [state], but read as a hint by others. */
  MY_CHANGE_QUIET = 1 << (MY_N_CHANGES + 1),
} MyChange;

/* The rest of the word counts the references that the item holds, dropped when it is delivered. */
#define MY_CHANGE_REF_SHIFT 32
#define MY_CHANGE_REF (G_GUINT64_CONSTANT (1) << MY_CHANGE_REF_SHIFT)

static inline gboolean
my_change_is_urgent (guint64 changes)
{
  return (changes & MY_CHANGE_ALL & ~MY_CHANGE_LAZY) != 0;
}

typedef enum {
  MY_KIND_WORKER,
  MY_KIND_MAIN,
  MY_KIND_FOREIGN,
  MY_KIND_IN_MAKING, /* not settled yet: see "In the making" in docs/internals.md */
} MyKind;

typedef struct {
  /* delivery */
  MyInbox *inbox;                  /* [const] once it is settled */
  MyInboxItem changes;             /* pushed by who sets MY_CHANGE_LINKED */
  MyInboxItem end;                 /* pushed once, by who ends the thread */
  _Atomic guint64 pending;         /* MyChange bits not taken yet; or-ed in with acq_rel by who made the change, taken by
                                    * the owner with an order at least as strong: who sees the bit sees the change */
  _Atomic (MySequence *) sequence; /* made by who says something first */
  guint undelivered;               /* [owner] taken, and not emitted yet */
  atomic_uint max_pending;         /* how many things that were said may wait for the owner before who says one waits too; 0: any number */
  guint16 n_deliveries;            /* [owner] how many deliveries of this thread it is in */
  _Atomic guint8 is_silenced;      /* stored once: nothing is told any more */
  _Atomic guint8 is_over;          /* a MyOver; stored by the owner: see my_sequence_get_over() */

  /* life */
  atomic_int phase;            /* [state] a MyPhase; stored with release after the outcome, so that getters, which read it
                                * with acquire and no lock, see the outcome of an ended thread */
  MyKind kind;                 /* [const] once it is settled, but for a child's main thread */
  MyWaiter waiter;             /* and in it the flag `cancelled` */
  MyWaitQueue joiners;         /* [state] */
  MyJoinAsyncList joins_async; /* [state] */
  union {
    guint64 start_serial; /* [state] of an alive thread: when it was started, or, a foreign one, got to be known, as the library counts
                           * that; 0: the main one */
    guint64 end_serial;   /* [state] of one that has ended: when it ended, as the library counts ends */
  };
  MyFailure *failure;        /* the outcome: written before the phase, const after. NULL for most CANCELLED */
  GValue *result;            /* [state] while running, const after the end */
  GCancellable *cancellable; /* [state] made when first asked for, const after that */
  guint has_slot : 1;        /* [state] counted in its group's `runners` */
  guint is_abandoned : 1;    /* [state] ended while an executor has it; one reference waits for the executor */
  guint is_daemon : 1;       /* [state] */
  guint is_passed_over : 1;  /* [state] exit() does not wait for it: it waits for the one that exits */
  guint is_shown : 1;        /* [state] the list that its group shows has it, and it is a member since */
  guint is_remote : 1;       /* [state] begun by report_begin(): report_end() ends it */
  guint owns_os_thread : 1;  /* [state] the OS thread runs nothing else, and has its name */
  guint is_renamed : 1;      /* [state] since it has begun, on an OS thread that has its name */
  guint is_to_be_let_go : 1; /* [state] see my-let-go-private.h */
  guint is_pinned : 1;       /* [state] of a quiet one: the owner is about to take a reference, and it is not disposed of meanwhile */
  guint is_being_named : 1;  /* [state] somebody gives the OS thread the name just now: the thread does not end meanwhile */

  /* what it is */
  MyThreadGroup *group;        /* [const] once it is settled */
  MyThread *group_next;        /* [state] in the group's members or kept ones; in the foreign threads */
  MyThread *group_previous;    /* [state] */
  MyThread *queue_next;        /* [state] in the group's queue; then, in HANDED, the launcher's or the executor's */
  MyThread *queue_previous;    /* [state] in the group's, or the executor's */
  MyThreadFunc func;           /* [const] */
  gpointer func_data;          /* [const] */
  GDestroyNotify func_destroy; /* [const] */
  GVariant *args;              /* [const] */
  GVariant *kwargs;            /* [const] */
  MyExecutor *executor;        /* [state] const once started */
  char *name;                  /* [state] NULL: made of `number` */
  char *status;                /* [state] */
  guint number;                /* [state] of the default name; 0: none yet */
  gint priority;               /* [state] const once started */
  guint64 stack_size;          /* [state] const once started */
  guint64 ident;               /* [state] until it is settled: that of the OS thread that makes it */
  gint native_id;              /* [state] */
  gboolean fresh_os_thread;    /* [state] const once started; it is not to be one that has run another */
  _Atomic guint64 progress;    /* the bits of a double; stored by run(), read by anyone; sequentially consistent against
                                * the bit in `pending`, its own and the group's: see my_thread_set_progress() */

  /* Only of a thread in a list that somebody looks at: last, so that the others have all that they need closer together. */
  MyThread *gone_next;       /* [state] in the group's `gone` */
  GSequenceIter *shown_iter; /* [owner] of the group: where its `shown` has it */
} MyThreadPrivate;

/* my-thread-private.c */
extern gint my_thread_private_offset;  /* const once the class is there */
extern guint64 my_start_serial;        /* [state] how many times a thread was started, or a foreign one got to be known */
extern guint64 my_end_serial;          /* [state] how many threads have ended */
extern guint my_group_n_alive_members; /* [state] of all groups */

static inline MyThreadPrivate *
my_thread_get_private (MyThread *self)
{
  return G_STRUCT_MEMBER_P (self, my_thread_private_offset);
}

/* Nothing is told of it any more: it only comes to its end. */
static inline gboolean
my_thread_is_silenced (MyThread *self)
{
  return G_UNLIKELY (atomic_load_explicit (&my_thread_get_private (self)->is_silenced, memory_order_acquire) != 0);
}

/* Whether what is pending is among the quiet ones. Without the state lock a hint, but for its owner, or who disposes of it. */
static inline gboolean
my_thread_is_quiet (MyThread *self)
{
  return G_UNLIKELY ((atomic_load_explicit (&my_thread_get_private (self)->pending, memory_order_seq_cst) & MY_CHANGE_QUIET) != 0);
}

static inline MyPhase
my_thread_get_phase (MyThread *self)
{
  return atomic_load_explicit (&my_thread_get_private (self)->phase, memory_order_acquire);
}

/* With the state lock held. */
static inline MyPhase
my_phase_get_locked (MyThreadPrivate *priv)
{
  return (MyPhase) atomic_load_explicit (&priv->phase, memory_order_relaxed);
}

/* Only for the transitions below, which are all there are: see "The life of a thread" in docs/internals.md. With release, after what goes
 * with it. */
static inline void
my_phase_store (MyThreadPrivate *priv,
                MyPhase phase)
{
  atomic_store_explicit (&priv->phase, phase, memory_order_release);
}

static inline gboolean
my_phase_is_end (MyPhase phase)
{
  return phase >= MY_PHASE_SUCCEEDED;
}

static inline gboolean
my_phase_is_alive (MyPhase phase)
{
  return phase > MY_PHASE_NEW && phase < MY_PHASE_SUCCEEDED;
}

/* Whether the calling OS thread is certainly not the owner: it runs the thread, and no loop in it. FALSE: it is to be found out. */
static inline gboolean
my_thread_is_away (MyThread *self)
{
  return my_current == self && my_thread_get_private (self)->kind == MY_KIND_WORKER && my_phase_is_alive (my_thread_get_phase (self)) &&
         g_main_depth () == 0;
}

/* The transitions. With the state lock held, but for the first one, of a thread that nobody knows yet. */

/* NEW to RUNNING: the object of an OS thread that runs already. */
static inline void
my_phase_begin_outside (MyThreadPrivate *priv)
{
  my_phase_store (priv, MY_PHASE_RUNNING);
}

/* NEW to WAITING: it is started, and its group has no slot for it. */
static inline void
my_phase_wait (MyThreadPrivate *priv)
{
  g_assert (my_phase_get_locked (priv) == MY_PHASE_NEW);
  my_phase_store (priv, MY_PHASE_WAITING);
}

/* NEW or WAITING to HANDED: it has a slot, and an executor is about to get it. */
static inline void
my_phase_hand (MyThreadPrivate *priv)
{
  g_assert (my_phase_get_locked (priv) < MY_PHASE_HANDED);
  my_phase_store (priv, MY_PHASE_HANDED);
}

/* HANDED to NEW: the executor has refused it. */
static inline void
my_phase_take_back (MyThreadPrivate *priv)
{
  g_assert (my_phase_get_locked (priv) == MY_PHASE_HANDED);
  my_phase_store (priv, MY_PHASE_NEW);
}

/* HANDED to RUNNING. */
static inline void
my_phase_begin (MyThreadPrivate *priv)
{
  g_assert (my_phase_get_locked (priv) == MY_PHASE_HANDED);
  my_phase_store (priv, MY_PHASE_RUNNING);
}

/* Any that is alive, or, if it was cancelled before its start, NEW, to an end. The outcome has been written. */
static inline void
my_phase_end (MyThreadPrivate *priv,
              MyPhase phase)
{
  g_assert (!my_phase_is_end (my_phase_get_locked (priv)));
  my_phase_store (priv, phase);
}

/* In a child of fork(): any to CANCELLED. */
static inline void
my_phase_lose (MyThreadPrivate *priv)
{
  my_phase_store (priv, MY_PHASE_CANCELLED);
}

/* my-thread-making.c */

/* What the calling OS thread is making, where it is more than a property can say, or says it sooner. */
typedef struct {
  MyKind kind;
  const char *name; /* the name of a worker, or NULL */
} MyThreadMaking;

extern MY_THREAD_LOCAL MyThreadMaking my_thread_in_making;

/* my-thread-new.c */
void my_thread_default_run (MyThread *self,
                            GError **error);

void my_thread_settle (MyThread *self);
gboolean my_thread_settle_early (MyThread *self,
                                 GError **error);
MyThread *my_thread_new_of_kind (MyKind kind);

/* my-thread-name.c */
void my_thread_give_number (MyThreadPrivate *priv);

/* my-thread-signals.c */

/* The property that each MyChange tells of, by its bit's number; started is none. [const] once the class is there */
extern GParamSpec *my_thread_pspecs[MY_N_CHANGES];

void my_thread_default_started (MyThread *self);
void my_thread_default_finished (MyThread *self);
void my_thread_take_class_handlers (MyThreadClass *klass);
void my_thread_class_init_signals (void);
void my_thread_emit_changes (MyThread *self,
                             guint changes);
void my_thread_emit_notify (MyThread *self,
                            GParamSpec *pspec);
gboolean my_thread_is_emitting_notify (MyThread *self);
gboolean my_thread_has_notify_listeners (MyThread *self);
gboolean my_thread_has_listeners (MyThread *self);
gboolean my_thread_has_error_listeners (MyThread *self);
void my_thread_emit_finished (MyThread *self);

/* my-thread-life.c */
void my_life_end_locked (MyThread *self,
                         MyPhase phase,
                         MyFailure *failure,
                         MyAfter *after);
void my_life_cancel_locked (MyThread *self,
                            MyAfter *after);
void my_life_cancel_group (MyThreadGroup *group,
                           MyAfter *after);
void my_life_cancel_group_later (MyThreadGroup *group,
                                 MyAfter *after);
void my_life_lose_in_child (MyThread *self);
void my_life_survive_in_child (MyThread *self);
void my_life_end_holds (MyThread *self);

/* my-thread-join.c */
MyWaitResult my_thread_wait (MyThread *self,
                             gint64 deadline,
                             gboolean interruptible);

G_END_DECLS
