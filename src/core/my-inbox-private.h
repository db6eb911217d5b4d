/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>
#include <pthread.h>
#include <stdatomic.h>

#include "wait/my-state-lock-private.h"
#include "wait/my-wait-private.h"

G_BEGIN_DECLS

/* The mailbox of a GMainContext: a GSource, and a lock-free list of items that other threads have posted. See
 * "Delivery" in docs/internals.md.
 *
 * There is one inbox for each context that owns a thread, a group, a pool or a pending join_async(). Each of those holds a reference
 * to the inbox, and none to the context: when the last user of the context drops it the inbox is closed.
 *
 * my-inbox.c has its life and the posting, my-inbox-list.c the lists that its owner has, my-inbox-owner.c what the owner delivers when,
 * my-inbox-source.c the GSource.
 */
typedef struct _MyInbox MyInbox;
typedef struct _MyInboxItem MyInboxItem;
typedef struct _MyInboxItemClass MyInboxItemClass;
typedef struct _MyServer MyServer;

/* Why an item leaves the quiet ones. */
typedef enum {
  MY_QUIET_RAISE,  /* in the owner thread: it is delivered now */
  MY_QUIET_CLOSE,  /* the context is closed */
  MY_QUIET_FORGET, /* in the child of a fork() */
} MyQuietEnd;

typedef enum {
  MY_REAP_SILENT,      /* let go what nobody listens to */
  MY_REAP_UNREACHABLE, /* and deliver the end of what only the library has a reference to */
} MyReap;

struct _MyInboxItemClass {
  /* In the owner thread: emits what is pending, and takes the item out of the owner's list. TRUE if any of it was
   * urgent. */
  gboolean (*deliver) (MyInboxItem *item);
  /* The context is closed: takes the item out of the list and lets go of what it holds. Nothing is emitted. */
  void (*drop) (MyInboxItem *item);
  /* What it is delivered with by a wait for that: its group. NULL: never. Constant for an item. */
  gconstpointer (*get_kin) (MyInboxItem *item);
  /* In the owner thread: whether it is delivered with another item that is ready. NULL: never. */
  gboolean (*goes_with_another) (MyInboxItem *item);
  /* In the owner thread: whether deliver() may be called though no loop runs and nobody has joined. NULL: never. */
  gboolean (*is_reapable) (MyInboxItem *item,
                           MyReap reap);
  /* With the state lock held, which it may let go meanwhile: takes the item out of the quiet ones, and pushes it if there is something to
   * be told. NULL: it is never quiet. */
  void (*end_quiet_locked) (MyInboxItem *item,
                            MyQuietEnd why);
};

/* Part of the object that posts it. While it is in the inbox its poster has seen to it that the object lives. */
struct _MyInboxItem {
  const MyInboxItemClass *klass; /* [const] */
  MyInboxItem *next;             /* the poster's until it is pushed; then [owner] */
  MyInboxItem *previous;         /* [owner] not NULL while the item is in a list of the owner's */
  MyInboxItem *next_of_kin;      /* [owner] not NULL while it is in the index of its inbox; of a quiet one [state]: the next one */
  MyInboxItem *previous_of_kin;  /* [owner] the same */
};

typedef gboolean (*MyInboxMatch) (MyInboxItem *item,
                                  gpointer data);

typedef enum {
  MY_SLEEP_AWAKE,         /* the loop will look at the inbox before it sleeps */
  MY_SLEEP_UNLESS_URGENT, /* it sleeps with lazy changes in the inbox */
  MY_SLEEP_ASLEEP,
} MySleep;

struct _MyInbox {
  gboolean is_of_default; /* [const] never freed, and never closed */
  gboolean is_stale;      /* [const], but for a fork handler: its context can not be used in this child */
  atomic_int ref_count;   /* the context's source, each object that posts to it, each request to empty it */

  /* The context is being finalised, or was. Stored once, sequentially consistent, before what is in the inbox is dropped;
   * a poster pushes, and then loads it: one of the two sees the other. */
  atomic_int is_closed;
  /* Guards the next two against the end of the context: while it is held, the context's memory is there, though perhaps
   * nobody has a reference to it any more. Taken after the state lock; GLib's lock of the context is taken under it. */
  pthread_mutex_t lock;
  GMainContext *context; /* [lock] no reference; NULL once closed */
  int wake_fd;           /* [lock] an eventfd that the source polls; made by the owner when it first sleeps; else -1 */

  /* [state] Those that wait just now, and may be the owner, who delivers what is asked for meanwhile: see my-serve.c. Of the global default context
   * the main thread, and the one that iterates it. */
  MyServer *servers;

  /* [state] Head of a ring, by next_of_kin: what is posted, and has no reference for it: see my-quiet.c. The number is also read as a hint, by
   * the owner: sequentially consistent against `sleeping`, as `arrived` is. */
  MyInboxItem quiet;
  atomic_uint n_quiet;

  MyStateLater wake_later;        /* put off with a reference, which my_inbox_ref() counts */
  MyInbox *next_request;          /* in the list of inboxes to be emptied */
  atomic_int is_requested;        /* it is in that list, or about to be */
  atomic_int is_emptied_by_other; /* a thread empties it just now, and is the owner meanwhile */

  /* How many threads may yet be started before the list is searched. A hint, also taken down by a thread that might be the
   * owner: relaxed. */
  atomic_uint n_starts_to_come;

  /* Pushed by any thread, newest first, with a CAS (release); taken whole by the owner with an exchange (acquire).
   * Nothing is ever popped singly, so there is no ABA. Sequentially consistent against `sleeping`: see
   * my_inbox_notify(). */
  _Atomic (MyInboxItem *) arrived __attribute__ ((aligned (64)));
  /* A MySleep. Stored by the owner before it looks at `arrived` and `urgent` for the last time before it sleeps;
   * taken back to AWAKE by the poster that wakes it. */
  atomic_int sleeping;
  /* Whether something urgent came since the owner began its last turn. */
  atomic_int urgent;

  /* [owner] from here: the owner thread, with the context acquired; once closed, the thread that empties it */
  MyInboxItem ready __attribute__ ((aligned (64))); /* head of a ring, oldest first */
  MyInboxItem deferred;                             /* head of a ring: asked for by a wait inside too many deliveries, for the outermost of them */
  MyInboxItem matching;                             /* head of a ring: what a wait has found; empty whenever other code is called. Not on the stack: in a child
                                                     * that of a thread that is gone may be gone as well, and the items lead to their head */
  MyInboxItem inherited;                            /* head of a ring: in the child of a fork(), what was in the others before; told only to who asks for it */
  MyInboxItem *collected;                           /* what my_inbox_collect() has linked of what has arrived, oldest first; NULL outside of it */
  GHashTable *index;                                /* the items of `ready` by their kin: heads of rings; NULL unless somebody has asked for it */
  gpointer wake_tag;                                /* of wake_fd in the source */
  gboolean gives_way;                               /* the next turn is the other sources' */
  gboolean is_giving_way;                           /* this turn is */
  gboolean must_give_way;                           /* the next turn is the others', whatever is urgent */
  gint64 turns_us;                                  /* how long the turns have taken since the others had theirs, or nothing was there */
  /* These two are also read, as a hint, by a thread that may be the owner, before it knows: relaxed. */
  atomic_uint n_due;  /* how many items have come since the list was searched last, and some for each wait */
  atomic_uint n_left; /* how many that search has left in it that may be let go later */
};

/* my-inbox-source.c */
MyInbox *my_inbox_get (GMainContext *context);
MyInbox *my_inbox_get_default (void);

/* my-inbox.c */
extern _Atomic (MyInbox *) my_inbox_of_default; /* published once, with release; read with acquire */
MyInbox *my_inbox_find_or_make (GMainContext *context,
                                gboolean *is_new);
MyInbox *my_inbox_ref (MyInbox *self);
void my_inbox_unref (MyInbox *self);
GMainContext *my_inbox_get_context (MyInbox *self);
void my_inbox_foreach_mine (void (*func) (MyInbox *inbox, gpointer data),
                            gpointer data);
void my_inbox_foreach_mine_locked (void (*func) (MyInbox *inbox, gpointer data),
                                   gpointer data);
void my_inbox_close (MyInbox *self);

static inline gboolean
my_inbox_is_closed (MyInbox *self)
{
  return atomic_load_explicit (&self->is_closed, memory_order_seq_cst) != 0;
}

/* any thread */
void my_inbox_push (MyInbox *self,
                    MyInboxItem *item);
void my_inbox_notify (MyInbox *self,
                      gboolean urgent);
void my_inbox_notify_locked (MyInbox *self,
                             gboolean urgent);
void my_inbox_empty_closed (void);

/* the owner thread */
gboolean my_inbox_enter (MyInbox *self);
void my_inbox_leave (MyInbox *self);

/* my-quiet.c */
void my_quiet_init (MyInbox *self);
void my_quiet_add_locked (MyInbox *self,
                          MyInboxItem *item);
void my_quiet_remove_locked (MyInbox *self,
                             MyInboxItem *item);
void my_quiet_raise (MyInbox *self,
                     MyInboxMatch match,
                     gpointer data);
void my_quiet_end_all_locked (MyInbox *self,
                              MyQuietEnd why);

/* my-inbox-list.c: the owner thread */
void my_inbox_init_lists (MyInbox *self);
gboolean my_inbox_has_items (MyInbox *self);
void my_inbox_collect (MyInbox *self);
gboolean my_inbox_is_ready (MyInboxItem *item);
void my_inbox_note_gone (MyInbox *self,
                         guint n);
gboolean my_inbox_take (MyInboxItem *item);
void my_inbox_move_to_end (MyInbox *self,
                           MyInboxItem *item);
void my_inbox_adopt (MyInbox *self,
                     MyInboxItem *item);
void my_inbox_drop_all (MyInbox *self);

/* my-inbox-owner.c: the owner thread */
gboolean my_inbox_deliver (MyInbox *self,
                           MyInboxItem *item);
gboolean my_inbox_deliver_turn (MyInbox *self,
                                gint64 end);
void my_inbox_deliver_matching (MyInbox *self,
                                MyInboxMatch match,
                                gpointer data);
void my_inbox_deliver_kin (MyInbox *self,
                           gconstpointer *kin,
                           guint n_kin,
                           MyInboxMatch match,
                           gpointer data);
gboolean my_inbox_turn_is_over (void);
void my_inbox_cut_turn_short (void);
gint64 my_inbox_suspend_turn (void);
void my_inbox_resume_turn (gint64 turn);
void my_inbox_reap_mine (gboolean is_wait);

/* fork */
void my_inbox_abandon_contexts_in_child (void);
void my_inbox_forget_lists_in_child (MyInbox *self);

G_END_DECLS
