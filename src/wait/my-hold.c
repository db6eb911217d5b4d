/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "wait/my-hold-private.h"

#include "wait/my-state-lock-private.h"
#include "wait/my-wait-spot-private.h"

void (*my_hold_describe) (MyHold *self,
                          gsize tag,
                          GString *text);

static inline gsize
load_relaxed (MyHold *self)
{
  return (gsize) __atomic_load_n (&self->word, __ATOMIC_RELAXED);
}

/* The waiter is there at least as long as the state lock is held, if somebody waits for it. */
MyWaiter *
my_hold_get_holder (MyHold *self)
{
  return (MyWaiter *) (my_hold_get_word (self) & ~(gsize) MY_HOLD_FLAGS);
}

/* Whether its holder has ended; or was lost by a fork(), after which the waiters of that time are never freed. With the state lock held. */
gboolean
my_hold_is_lost (MyHold *self)
{
  MyWaiter *holder = my_hold_get_holder (self);

  return (load_relaxed (self) & MY_HOLD_LOST) != 0 || (holder != NULL && holder->is_lost);
}

/* Takes it for @waiter, the calling thread, if it is free, though others may wait for it. */
gboolean
my_hold_try_barging (MyHold *self,
                     MyWaiter *waiter,
                     gsize tag)
{
  gsize word = load_relaxed (self);

  while ((word & ~(gsize) MY_HOLD_AWAITED) == 0) {
    gpointer expected = (gpointer) word;

    if (__atomic_compare_exchange_n (&self->word, &expected, (gpointer) (word | (gsize) waiter | tag), TRUE, __ATOMIC_ACQUIRE,
                                     __ATOMIC_RELAXED)) {
      my_hold_list (self, waiter);
      return TRUE;
    }
    word = (gsize) expected;
  }
  return FALSE;
}

/* Whether something that the calling thread, whose waiter it is, holds may be waited for. */
gboolean
my_waiter_has_awaited_holds (MyWaiter *waiter)
{
  for (MyHold *hold = waiter->held; hold != NULL; hold = hold->next) {
    if ((load_relaxed (hold) & MY_HOLD_AWAITED) != 0) {
      return TRUE;
    }
  }
  return FALSE;
}

/* A thread is about to wait for it. FALSE: it is free. */
gboolean
my_hold_note_awaited (MyHold *self)
{
  gsize word = load_relaxed (self);

  while ((word & ~(gsize) MY_HOLD_AWAITED) != 0) {
    gpointer expected = (gpointer) word;

    if (__atomic_compare_exchange_n (&self->word, &expected, (gpointer) (word | MY_HOLD_AWAITED), TRUE, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
      return TRUE;
    }
    word = (gsize) expected;
  }
  return FALSE;
}

/* Lets it go, and wakes the thread that has waited longest. If that one has waited for too long already, it gets it: the caller itself could
 * take it again and again before another thread has woken up. The object may be gone as soon as its word is stored. */
void
my_hold_release_locked (MyHold *self,
                        MyWakeList *wakes)
{
  MyWaitSpot *spot = my_wait_spot_find (self);
  MyWait *first = spot != NULL ? spot->queue.first : NULL;
  gsize word = first != NULL && first->next != NULL ? MY_HOLD_AWAITED : 0;

  if (first != NULL && first->target->is_impatient) {
    word |= (gsize) first->waiter | first->target->tag;
  }
  __atomic_store_n (&self->word, (gpointer) word, __ATOMIC_RELEASE);
  if (first != NULL) {
    my_wait_wake (first, wakes);
  }
}

/* None of it is ever free again. Those who wait look at it. */
char *
my_holds_lose (MyWaiter *waiter)
{
  GString *text = g_string_new (NULL);
  MyWakeList wakes = { 0 };
  MyHold *hold;

  my_state_lock ();
  while ((hold = waiter->held) != NULL) {
    gsize word = load_relaxed (hold);
    MyWaitSpot *spot = my_wait_spot_find (hold);

    if (text->len > 0) {
      g_string_append (text, ", ");
    }
    my_hold_describe (hold, word & MY_HOLD_TAGGED, text);
    waiter->held = hold->next;
    __atomic_store_n (&hold->word, (gpointer) (gsize) (MY_HOLD_LOST | MY_HOLD_AWAITED), __ATOMIC_RELEASE);
    if (spot != NULL) {
      my_wait_queue_wake_all (&spot->queue, &wakes);
    }
  }
  my_state_unlock ();
  my_wake_list_flush (&wakes);

  return g_string_free (text, FALSE);
}
