/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-inbox-list-private.h"

/* See also my-inbox-list-private.h. */

MY_THREAD_LOCAL guint my_inbox_depth;
MY_THREAD_LOCAL guint my_inbox_n_deferred;

void
my_inbox_init_lists (MyInbox *self)
{
  my_inbox_ring_init (&self->ready);
  my_inbox_ring_init (&self->deferred);
  my_inbox_ring_init (&self->matching);
  my_inbox_ring_init (&self->inherited);
  my_quiet_init (self);
}

/* the index: the items by their kin, so that a wait for one group does not walk over those of all others */

static void
index_add (MyInbox *self,
           MyInboxItem *item)
{
  gconstpointer kin = item->klass->get_kin != NULL ? item->klass->get_kin (item) : NULL;
  MyInboxItem *ring;

  if (kin == NULL) {
    return;
  }
  ring = g_hash_table_lookup (self->index, kin);
  if (ring == NULL) {
    ring = g_new0 (MyInboxItem, 1);
    ring->next_of_kin = ring;
    ring->previous_of_kin = ring;
    g_hash_table_insert (self->index, (gpointer) kin, ring);
  }
  item->previous_of_kin = ring->previous_of_kin;
  item->next_of_kin = ring;
  ring->previous_of_kin->next_of_kin = item;
  ring->previous_of_kin = item;
}

static void
index_remove (MyInboxItem *item)
{
  if (item->next_of_kin != NULL) {
    item->previous_of_kin->next_of_kin = item->next_of_kin;
    item->next_of_kin->previous_of_kin = item->previous_of_kin;
    item->next_of_kin = NULL;
    item->previous_of_kin = NULL;
  }
}

/* From here on my_inbox_collect() keeps it up to date, until the list is empty. So each item is indexed once. */
void
my_inbox_make_index (MyInbox *self)
{
  self->index = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  for (MyInboxItem *item = self->ready.next; item != &self->ready; item = item->next) {
    index_add (self, item);
  }
}

void
my_inbox_drop_index_if_empty (MyInbox *self)
{
  if (G_UNLIKELY (self->index != NULL) && my_inbox_ring_is_empty (&self->ready)) {
    g_clear_pointer (&self->index, g_hash_table_unref);
  }
}

/* the list */

gboolean
my_inbox_has_items (MyInbox *self)
{
  return !my_inbox_ring_is_empty (&self->ready) || !my_inbox_ring_is_empty (&self->deferred) ||
         atomic_load_explicit (&self->arrived, memory_order_seq_cst) != NULL || atomic_load_explicit (&self->n_quiet, memory_order_seq_cst) > 0;
}

/* What a search has left is not searched again and again: a long list is searched when as many are due. */
void
my_inbox_set_n_left (MyInbox *self,
                     guint n)
{
  my_inbox_set_count (&self->n_left, n);
  /* Each thread that is started has two items to come. */
  atomic_store_explicit (&self->n_starts_to_come, n <= MY_INBOX_SHORT_LIST ? 0 : n / 2, memory_order_relaxed);
}

/* Whether @item has arrived, was collected, and is not taken yet. In the owner thread. */
gboolean
my_inbox_is_ready (MyInboxItem *item)
{
  return item->previous != NULL;
}

/* Takes @item out of the owner's list, if it is in it. In the owner thread. */
gboolean
my_inbox_take (MyInboxItem *item)
{
  if (!my_inbox_is_ready (item)) {
    return FALSE;
  }
  my_inbox_ring_remove (item);
  index_remove (item);
  return TRUE;
}

/* Puts @item, if it is in the owner's list, behind all others that are. In the owner thread. */
void
my_inbox_move_to_end (MyInbox *self,
                      MyInboxItem *item)
{
  if (my_inbox_is_ready (item)) {
    my_inbox_ring_remove (item);
    my_inbox_ring_append (&self->ready, item);
  }
}

/* Puts @item into the owner's list, if it was posted before a fork(), and has not been taken since. In the owner thread, which has found
 * that it was posted, in the child. */
void
my_inbox_adopt (MyInbox *self,
                MyInboxItem *item)
{
  if (!my_inbox_is_ready (item)) {
    item->next_of_kin = NULL;
    my_inbox_ring_append (&self->ready, item);
  }
}

/* Moves what has arrived to the owner's list, oldest first. In the owner thread.
 *
 * In one pass, from the newest to the oldest: a long list is not in the cache. */
void
my_inbox_collect (MyInbox *self)
{
  MyInboxItem *item;
  MyInboxItem *newer = &self->ready;
  MyInboxItem *last = self->ready.previous;
  guint n = 0;

  if (atomic_load_explicit (&self->arrived, memory_order_relaxed) == NULL) {
    return;
  }

  item = atomic_exchange_explicit (&self->arrived, NULL, memory_order_seq_cst);
  while (item != NULL) {
    MyInboxItem *older = item->next;

    item->next = newer;
    my_inbox_keep_order_for_fork ();
    self->collected = item;
    my_inbox_keep_order_for_fork ();
    newer->previous = item;
    n++;
    newer = item;
    item = older;
  }
  my_inbox_set_count (&self->n_due, my_inbox_get_count (&self->n_due) + n);
  last->next = newer;
  my_inbox_keep_order_for_fork ();
  newer->previous = last;
  self->collected = NULL;

  if (G_UNLIKELY (self->index != NULL)) {
    for (item = newer; item != &self->ready; item = item->next) {
      index_add (self, item);
    }
  }
}

/* Items have gone that a search may have left: a thread that waits for the list to grow must not wait for those. One that the search
 * did not know makes the next search come a little earlier. */
void
my_inbox_note_gone (MyInbox *self,
                    guint n)
{
  guint n_left = my_inbox_get_count (&self->n_left);

  my_inbox_set_n_left (self, n_left - MIN (n, n_left));
}

/* delivering */

/* Takes it out of its list, as its class does. */
gboolean
my_inbox_deliver_one (MyInboxItem *item)
{
  gboolean was_urgent;

  my_inbox_depth++;
  was_urgent = item->klass->deliver (item);
  /* 0: it has forked, and this is the child. */
  my_inbox_depth -= MIN (my_inbox_depth, 1);

  return was_urgent;
}

/* The context is closed, and the calling thread is the owner. */
void
my_inbox_drop_all (MyInbox *self)
{
  my_inbox_collect (self);
  my_inbox_ring_splice (&self->ready, &self->deferred);
  my_inbox_depth++;
  while (!my_inbox_ring_is_empty (&self->ready)) {
    MyInboxItem *item = self->ready.next;

    if (item->klass->drop != NULL) {
      item->klass->drop (item);
    } else {
      my_inbox_take (item);
    }
  }
  /* 0: a destroy notify has forked, and this is the child. */
  my_inbox_depth -= MIN (my_inbox_depth, 1);
  my_inbox_drop_index_if_empty (self);
}

/* fork */

static gboolean
is_head (const MyInbox *self,
         const MyInboxItem *item)
{
  return item == &self->ready || item == &self->deferred || item == &self->matching || item == &self->inherited;
}

/* In a child: what the lists held is of no interest, but to the thread that asks for it. So it goes to a list of its own, where each item
 * has neighbours that know it. It takes two walks, as one list may lead into another: an owner that is gone may have been moving it. */
void
my_inbox_forget_lists_in_child (MyInbox *self)
{
  MyInboxItem *lists[] = { self->ready.next, self->deferred.next, self->matching.next, self->inherited.next, self->collected };
  MyInboxItem *item;

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++) {
    for (item = lists[i]; item != NULL && !is_head (self, item); item = item->next) {
      item->previous = NULL;
      item->next_of_kin = NULL;
    }
  }

  my_inbox_init_lists (self);
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++) {
    MyInboxItem *next;

    for (item = lists[i]; item != NULL && !is_head (self, item) && !my_inbox_is_ready (item); item = next) {
      next = item->next;
      my_inbox_ring_append (&self->inherited, item);
    }
  }
  self->collected = NULL;
  self->index = NULL;
  my_inbox_set_count (&self->n_due, 0);
  my_inbox_set_n_left (self, 0);
  my_inbox_depth = 0;
  my_inbox_n_deferred = 0;
}
