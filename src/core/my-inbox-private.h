/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The mailbox of a GMainContext: a GSource, and a lock-free list of items that other threads have posted. See
 * "Delivery" in docs/internals.md.
 *
 * There is one inbox for each context that owns a thread, a group or a pending join_async(). It lives as long as the
 * context, on which each of those holds a reference, unless it is the global default one, which is never freed.
 */
typedef struct _MyInbox MyInbox;
typedef struct _MyInboxItem MyInboxItem;
typedef struct _MyInboxItemClass MyInboxItemClass;

typedef enum {
  MY_REAP_SILENT,  /* let go what nobody listens to */
  MY_REAP_ORPHANS, /* and deliver the end of what only the library has a reference to */
} MyReap;

struct _MyInboxItemClass {
  /* In the owner thread: emits what is pending, and takes the item out of the owner's list. TRUE if any of it was
   * urgent. */
  gboolean (*deliver) (MyInboxItem *item);
  /* In the owner thread: whether it is delivered with another item that is ready. NULL: never. */
  gboolean (*goes_with_another) (MyInboxItem *item);
  /* In the owner thread: whether deliver() may be called though no loop runs and nobody has joined. NULL: never. */
  gboolean (*is_reapable) (MyInboxItem *item,
                           MyReap       reap);
};

/* Part of the object that posts it. While it is in the inbox its poster has seen to it that the object lives. */
struct _MyInboxItem {
  const MyInboxItemClass *klass; /* [const] */
  MyInboxItem *next;             /* the poster's until it is pushed; then [owner] */
  MyInboxItem *previous;         /* [owner] not NULL while the item is in a list of the owner's */
};

typedef gboolean (*MyInboxMatch) (MyInboxItem *item,
                                  gpointer     data);

MyInbox *my_inbox_get (GMainContext *context);
MyInbox *my_inbox_get_default (void);
GMainContext *my_inbox_get_context (MyInbox *self);
void my_inbox_hold_context (MyInbox *self);
void my_inbox_let_context_go (MyInbox *self);

/* any thread */
void my_inbox_push (MyInbox     *self,
                    MyInboxItem *item);
void my_inbox_notify (MyInbox *self,
                      gboolean urgent);

/* the owner thread */
gboolean my_inbox_enter (MyInbox *self);
void my_inbox_leave (MyInbox *self);
void my_inbox_collect (MyInbox *self);
gboolean my_inbox_is_ready (MyInboxItem *item);
void my_inbox_note_gone (MyInbox *self,
                         guint    n);
gboolean my_inbox_take (MyInboxItem *item);
void my_inbox_adopt (MyInbox     *self,
                     MyInboxItem *item);
void my_inbox_deliver_matching (MyInbox     *self,
                                MyInboxMatch match,
                                gpointer     data);
void my_inbox_foreach_mine (void (*func) (MyInbox *inbox, gpointer data),
                            gpointer data);
void my_inbox_reap_mine (gboolean is_wait);

/* fork */
gboolean my_inbox_is_stale (MyInbox *self);
void my_inbox_abandon_contexts_in_child (void);

G_END_DECLS
