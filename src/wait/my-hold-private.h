/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

#include "wait/my-wait-private.h"

G_BEGIN_DECLS

/* What a thread holds, and another one can wait for: a lock. See "Locks" in docs/internals.md.
 *
 * A free lock is taken, and one that nobody waits for is let go, with one atomic each, and nothing of the state lock, the graph or
 * the queues. It has the waiter that holds it in its word, so whoever has to wait knows whom it waits for.
 *
 * It has the layout of the public MyMutex, of which it is the inside. */
struct _MyHold {
  /* The waiter that holds it, or NULL, and the flags. Atomic. Without MY_HOLD_AWAITED anybody may change it who changes it from free to
   * held (acquire), or its holder from held to free (release: the next holder sees what it did). With that flag, a thread that takes it still
   * needs only the atomic; all else is changed under the state lock. */
  gpointer word;
  MyHold *next; /* touched by the holder alone: the next one of those that it holds */
};

enum {
  MY_HOLD_AWAITED = 1, /* there may be a thread that waits for it: whoever lets it go looks. Set and cleared under the state lock */
  MY_HOLD_LOST = 2,    /* its holder has ended: nobody gets it any more. Set under the state lock */
  MY_HOLD_TAGGED = 4,  /* beside a holder: what it was taken as. For those who describe it */
  MY_HOLD_FLAGS = 7,
};

/* [const] once loaded: appends what it is, for a person. With the state lock held. */
extern void (*my_hold_describe) (MyHold *self,
                                 gsize tag,
                                 GString *text);

static inline gsize
my_hold_get_word (MyHold *self)
{
  return (gsize) __atomic_load_n (&self->word, __ATOMIC_ACQUIRE);
}

/* It becomes the first one of what @waiter, the calling thread, holds. */
static inline void
my_hold_list (MyHold *self,
              MyWaiter *waiter)
{
  self->next = waiter->held;
  waiter->held = self;
}

/* Takes it for @waiter, the calling thread, if it is free and nobody waits for it. @tag: 0 or MY_HOLD_TAGGED. */
static inline gboolean
my_hold_try (MyHold *self,
             MyWaiter *waiter,
             gsize tag)
{
  gpointer expected = NULL;

  if (G_UNLIKELY (!__atomic_compare_exchange_n (&self->word, &expected, (gpointer) ((gsize) waiter | tag), FALSE, __ATOMIC_ACQUIRE,
                                                __ATOMIC_RELAXED))) {
    return FALSE;
  }
  my_hold_list (self, waiter);
  return TRUE;
}

/* Takes it out of what @waiter, the calling thread, holds. FALSE: it is not among that. */
static inline gboolean
my_hold_unlist (MyHold *self,
                MyWaiter *waiter)
{
  MyHold **link = &waiter->held;

  while (*link != self) {
    if (G_UNLIKELY (*link == NULL)) {
      return FALSE;
    }
    link = &(*link)->next;
  }
  *link = self->next;
  return TRUE;
}

/* Lets it go, after my_hold_unlist(). FALSE: somebody waits for it, and my_hold_release_locked() is next. */
static inline gboolean
my_hold_try_release (MyHold *self,
                     MyWaiter *waiter,
                     gsize tag)
{
  gpointer expected = (gpointer) ((gsize) waiter | tag);

  return __atomic_compare_exchange_n (&self->word, &expected, NULL, FALSE, __ATOMIC_RELEASE, __ATOMIC_RELAXED);
}

MyWaiter *my_hold_get_holder (MyHold *self);
gboolean my_hold_is_lost (MyHold *self);
gboolean my_hold_try_barging (MyHold *self,
                              MyWaiter *waiter,
                              gsize tag);
gboolean my_waiter_has_awaited_holds (MyWaiter *waiter);

/* All with the state lock held. */
gboolean my_hold_note_awaited (MyHold *self);
void my_hold_release_locked (MyHold *self,
                             MyWakeList *wakes);

/* Without it: the thread of @waiter ends, and holds something. Returns the text of what it holds. */
char *my_holds_lose (MyWaiter *waiter);

G_END_DECLS
