/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-inbox-list-private.h"

/* What the owner thread of an inbox does: what is delivered when. */

/* A handler may join a thread, whose handler joins another, and so on: how many deliveries may be on top of one another outside
 * of main loops. What a wait inside of more of them asks for is delivered by the outermost, so that no stack is used that grows with what is
 * pending. */
#define MAX_DEPTH 4

/* turns */

/* When the turn of delivery that the calling OS thread is in ends; 0: it is in none, or in a wait inside of it, which delivers all that it is
 * for. */
static MY_THREAD_LOCAL gint64 turn_end;
static MY_THREAD_LOCAL gboolean was_cut_short;

/* Whether the other sources of the loop are to get their turn now. */
gboolean
my_inbox_turn_is_over (void)
{
  return turn_end != 0 && g_get_monotonic_time () > turn_end;
}

/* An item has left something for the next turn. */
void
my_inbox_cut_turn_short (void)
{
  was_cut_short = TRUE;
}

static gint64
begin_turn (gint64 end)
{
  gint64 outer = turn_end;

  turn_end = end;
  return outer;
}

/* What is delivered until my_inbox_resume_turn(), which gets what this returns, is delivered whole. */
gint64
my_inbox_suspend_turn (void)
{
  return begin_turn (0);
}

void
my_inbox_resume_turn (gint64 turn)
{
  turn_end = turn;
}

/* delivering */

static void
deliver_deferred_in (MyInbox *self,
                     gpointer unused)
{
  if (!my_inbox_ring_is_empty (&self->deferred) && my_inbox_enter (self)) {
    gint64 outer = begin_turn (0);

    while (!my_inbox_ring_is_empty (&self->deferred)) {
      my_inbox_deliver_one (self->deferred.next);
    }
    turn_end = outer;
    my_inbox_leave (self);
  }
}

/* What was asked for inside of too many deliveries; after the outermost. */
static void
deliver_deferred (void)
{
  while (G_UNLIKELY (my_inbox_n_deferred > 0) && my_inbox_depth == 0) {
    my_inbox_n_deferred = 0;
    my_inbox_foreach_mine (deliver_deferred_in, NULL);
  }
}

static void
defer (MyInbox *self,
       MyInboxItem *item)
{
  if (my_inbox_take (item)) {
    my_inbox_ring_append (&self->deferred, item);
    my_inbox_n_deferred++;
  }
}

/* Delivers one item, which may be in the list or not, here and now; inside of too many deliveries it is left to the outermost.
 * Between my_inbox_enter() and my_inbox_leave(). */
gboolean
my_inbox_deliver (MyInbox *self,
                  MyInboxItem *item)
{
  gboolean was_urgent;
  gint64 outer;

  if (G_UNLIKELY (my_inbox_depth >= MAX_DEPTH)) {
    defer (self, item);
    return FALSE;
  }
  outer = begin_turn (0);
  was_urgent = my_inbox_deliver_one (item);
  turn_end = outer;
  my_inbox_drop_index_if_empty (self);
  deliver_deferred ();

  return was_urgent;
}

/* One turn of the loop, until @end. TRUE if anything was urgent. */
gboolean
my_inbox_deliver_turn (MyInbox *self,
                       gint64 end)
{
  gboolean was_urgent = FALSE;
  gint64 outer = begin_turn (end);
  guint n = 0;

  my_quiet_raise (self, NULL, NULL);
  my_inbox_collect (self);
  my_inbox_ring_splice (&self->ready, &self->deferred);

  was_cut_short = FALSE;
  while (!my_inbox_ring_is_empty (&self->ready)) {
    was_urgent |= my_inbox_deliver_one (self->ready.next);
    turn_end = end; /* a handler may have run a loop, and had turns in it */

    if (was_cut_short || (++n % 16 == 0 && my_inbox_turn_is_over ())) {
      break;
    }
  }
  turn_end = outer;

  if (my_inbox_ring_is_empty (&self->ready) && my_inbox_ring_is_empty (&self->deferred)) {
    my_inbox_set_n_left (self, 0);
    my_inbox_drop_index_if_empty (self);
  }
  return was_urgent;
}

/* Delivers `matching`, and what matches of what comes meanwhile: to the front, all of them, and delivered from there: a handler
 * may run a loop, in which delivery goes on. */
static void
deliver_first (MyInbox *self,
               MyInboxMatch match,
               gpointer data)
{
  gint64 outer;

  if (G_UNLIKELY (my_inbox_depth >= MAX_DEPTH)) {
    while (!my_inbox_ring_is_empty (&self->matching)) {
      defer (self, self->matching.next);
    }
    return;
  }

  outer = begin_turn (0);
  my_inbox_ring_splice (&self->ready, &self->matching);
  while (!my_inbox_ring_is_empty (&self->ready) && match (self->ready.next, data)) {
    my_inbox_deliver_one (self->ready.next);
  }
  turn_end = outer;
  my_inbox_drop_index_if_empty (self);
  deliver_deferred ();
}

/* It stays in the index. */
static void
move_to_matching (MyInbox *self,
                  MyInboxItem *item)
{
  my_inbox_ring_remove (item);
  my_inbox_ring_append (&self->matching, item);
  my_inbox_note_gone (self, 1);
}

/* Delivers the items that match, and only those. Between my_inbox_enter() and my_inbox_leave(). */
void
my_inbox_deliver_matching (MyInbox *self,
                           MyInboxMatch match,
                           gpointer data)
{
  MyInboxItem *next;

  my_inbox_collect (self);

  for (MyInboxItem *item = self->ready.next; item != &self->ready; item = next) {
    next = item->next;
    if (match (item, data)) {
      move_to_matching (self, item);
    }
  }
  deliver_first (self, match, data);
}

static gboolean
is_short (MyInbox *self)
{
  MyInboxItem *item = self->ready.next;

  for (guint n = 0; n < MY_INBOX_SHORT_LIST && item != &self->ready; n++) {
    item = item->next;
  }
  return item == &self->ready;
}

/* The same for all items of the @n_kin kin, which are those that @match is true for: a long list is not walked over. */
void
my_inbox_deliver_kin (MyInbox *self,
                      gconstpointer *kin,
                      guint n_kin,
                      MyInboxMatch match,
                      gpointer data)
{
  my_quiet_raise (self, match, data);
  my_inbox_collect (self);
  if (self->index == NULL) {
    if (is_short (self)) {
      my_inbox_deliver_matching (self, match, data);
      return;
    }
    my_inbox_make_index (self);
  }

  for (guint i = 0; i < n_kin; i++) {
    MyInboxItem *ring = g_hash_table_lookup (self->index, kin[i]);

    for (MyInboxItem *item = ring != NULL ? ring->next_of_kin : NULL; item != ring; item = item->next_of_kin) {
      move_to_matching (self, item);
    }
  }
  deliver_first (self, match, data);

  for (guint i = 0; i < n_kin && self->index != NULL; i++) {
    MyInboxItem *ring = g_hash_table_lookup (self->index, kin[i]);

    if (ring != NULL && ring->next_of_kin == ring) {
      g_hash_table_remove (self->index, kin[i]);
    }
  }
}

/* reaping */

typedef struct {
  MyReap what;
  guint n_left;
} MySearch;

static gboolean
is_reapable (MyInboxItem *item,
             gpointer data)
{
  MySearch *search = data;

  if (item->klass->is_reapable == NULL || (item->klass->goes_with_another != NULL && item->klass->goes_with_another (item))) {
    return FALSE;
  }
  if (item->klass->is_reapable (item, search->what)) {
    return TRUE;
  }
  search->n_left++;
  return FALSE;
}

static void
reap (MyInbox *self,
      gpointer data)
{
  gboolean is_wait = GPOINTER_TO_INT (data);
  guint n_starts_to_come = atomic_load_explicit (&self->n_starts_to_come, memory_order_relaxed);
  gboolean has_arrivals;
  guint n_due, n_left;
  MySearch search = { .what = is_wait && g_main_depth () == 0 ? MY_REAP_UNREACHABLE : MY_REAP_SILENT };

  /* Until then what has arrived is left alone: it is not in the cache. */
  if (!is_wait && n_starts_to_come > 0) {
    atomic_store_explicit (&self->n_starts_to_come, n_starts_to_come - 1, memory_order_relaxed);
    return;
  }

  has_arrivals = atomic_load_explicit (&self->arrived, memory_order_relaxed) != NULL;
  /* A hint, as it is not known yet whether this is the owner: the inbox of the global default context may have another one just now. */
  if (!has_arrivals && (!is_wait || (my_inbox_get_count (&self->n_due) == 0 && my_inbox_get_count (&self->n_left) == 0))) {
    return;
  }
  if (!my_inbox_enter (self)) {
    return;
  }

  my_inbox_collect (self);
  n_due = my_inbox_get_count (&self->n_due) + (is_wait ? MY_INBOX_SHORT_LIST : 0);
  n_left = my_inbox_get_count (&self->n_left);

  if (n_left <= MY_INBOX_SHORT_LIST || n_due >= n_left) {
    my_inbox_set_count (&self->n_due, 0);
    my_inbox_set_n_left (self, 0);
    my_inbox_deliver_matching (self, is_reapable, &search);
    my_inbox_set_n_left (self, my_inbox_get_count (&self->n_left) + search.n_left); /* to what a search has left that was made from a handler */
  } else {
    my_inbox_set_count (&self->n_due, n_due);
  }

  my_inbox_leave (self);
}

/* Lets go of what can be let go in the inboxes of the calling thread, at a start() or a wait, for the programs that
 * have no main loop. Not inside of a delivery, which goes on with the others when it is done: a destroy notify may start the
 * next thread. */
void
my_inbox_reap_mine (gboolean is_wait)
{
  if (my_inbox_depth == 0) {
    my_inbox_foreach_mine (reap, GINT_TO_POINTER (is_wait));
  }
}
