/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "core/my-current-private.h"
#include "core/my-inbox-private.h"

G_BEGIN_DECLS

/* The lists of an inbox, which its owner has: what has arrived, and is not delivered yet. */

/* A list of at most so many items is searched whole at each wait, a longer one so often that it comes to as many for each wait. */
#define MY_INBOX_SHORT_LIST 64

/* Deliveries that the calling OS thread is in, and what waits for the outermost of them; the latter is a hint. */
extern MY_THREAD_LOCAL guint my_inbox_depth;
extern MY_THREAD_LOCAL guint my_inbox_n_deferred;

/* the rings
 *
 * In the child of a fork() the owner may be gone, in the middle of any of these functions. So they keep two promises at each instruction:
 * a walk forward, from the head of a ring or from `collected`, meets only items that are there, and ends at a head; and it meets each item
 * that has a previous one. See my_inbox_forget_lists_in_child().
 */

/* A child has what the owner had stored up to some instruction. So no more is needed for the order of its stores than that the
 * compiler keeps it. */
static inline void
my_inbox_keep_order_for_fork (void)
{
  atomic_signal_fence (memory_order_seq_cst);
}

static inline void
my_inbox_ring_init (MyInboxItem *ring)
{
  ring->next = ring;
  ring->previous = ring;
}

static inline gboolean
my_inbox_ring_is_empty (MyInboxItem *ring)
{
  return ring->next == ring;
}

static inline void
my_inbox_ring_append (MyInboxItem *ring,
                      MyInboxItem *item)
{
  MyInboxItem *previous = ring->previous;

  item->next = ring;
  my_inbox_keep_order_for_fork ();
  previous->next = item;
  my_inbox_keep_order_for_fork ();
  item->previous = previous;
  ring->previous = item;
}

static inline void
my_inbox_ring_remove (MyInboxItem *item)
{
  MyInboxItem *next = item->next;
  MyInboxItem *previous = item->previous;

  item->previous = NULL;
  my_inbox_keep_order_for_fork ();
  previous->next = next;
  next->previous = previous;
  my_inbox_keep_order_for_fork ();
  item->next = NULL;
}

/* Moves all of @other to the front of @ring. */
static inline void
my_inbox_ring_splice (MyInboxItem *ring,
                      MyInboxItem *other)
{
  if (my_inbox_ring_is_empty (other)) {
    return;
  }
  other->previous->next = ring->next;
  my_inbox_keep_order_for_fork ();
  ring->next->previous = other->previous;
  ring->next = other->next;
  my_inbox_keep_order_for_fork ();
  other->next->previous = ring;
  my_inbox_ring_init (other);
}

/* Only the owner stores: no order needed, nor one operation. */
static inline guint
my_inbox_get_count (atomic_uint *count)
{
  return atomic_load_explicit (count, memory_order_relaxed);
}

static inline void
my_inbox_set_count (atomic_uint *count,
                    guint n)
{
  atomic_store_explicit (count, n, memory_order_relaxed);
}

void my_inbox_set_n_left (MyInbox *self,
                          guint n);
void my_inbox_make_index (MyInbox *self);
void my_inbox_drop_index_if_empty (MyInbox *self);
gboolean my_inbox_deliver_one (MyInboxItem *item);

G_END_DECLS
