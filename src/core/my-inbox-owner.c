/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-inbox-private.h"
#include "core/my-process-private.h"
#include "core/my-registry-private.h"

/* What the owner thread of an inbox does: the list of what has arrived, and who is told of it when. */

/* A list of at most so many items is searched whole at each wait, a longer one so often that it comes to as many for each wait. */
#define SHORT_LIST 64

/* A handler may join a thread, whose handler joins another, and so on: how many deliveries may be on top of one another outside
 * of main loops. What a wait inside of more of them asks for is delivered by the outermost, so that no stack is used that grows with what is
 * pending. */
#define MAX_DEPTH 4

static __thread guint depth __attribute__ ((tls_model ("initial-exec")));      /* deliveries that the calling thread is in */
static __thread guint n_deferred __attribute__ ((tls_model ("initial-exec"))); /* what waits for the outermost of them; a hint */

/* the rings
 *
 * In the child of a fork() the owner may be gone, in the middle of any of these functions. So they keep two promises at each instruction:
 * who goes forward from the head of a ring, or from `collected`, meets only items that are there, and comes to a head; and he meets each
 * item that has a previous one. See my_inbox_forget_lists_in_child().
 */

/* A child has what the owner had stored up to some instruction. So no more is needed for the order of its stores than that the
 * compiler keeps it. */
static void
keep_order_for_fork (void)
{
  atomic_signal_fence (memory_order_seq_cst);
}

static void
ring_init (MyInboxItem *ring)
{
  ring->next = ring;
  ring->previous = ring;
}

static gboolean
ring_is_empty (MyInboxItem *ring)
{
  return ring->next == ring;
}

static void
ring_append (MyInboxItem *ring,
             MyInboxItem *item)
{
  MyInboxItem *previous = ring->previous;

  item->next = ring;
  keep_order_for_fork ();
  previous->next = item;
  keep_order_for_fork ();
  item->previous = previous;
  ring->previous = item;
}

static void
ring_remove (MyInboxItem *item)
{
  MyInboxItem *next = item->next;
  MyInboxItem *previous = item->previous;

  item->previous = NULL;
  keep_order_for_fork ();
  previous->next = next;
  next->previous = previous;
  keep_order_for_fork ();
  item->next = NULL;
}

/* Moves all of @other to the front of @ring. */
static void
ring_splice (MyInboxItem *ring,
             MyInboxItem *other)
{
  if (ring_is_empty (other)) {
    return;
  }
  other->previous->next = ring->next;
  keep_order_for_fork ();
  ring->next->previous = other->previous;
  ring->next = other->next;
  keep_order_for_fork ();
  other->next->previous = ring;
  ring_init (other);
}

void
my_inbox_init_lists (MyInbox *self)
{
  ring_init (&self->ready);
  ring_init (&self->deferred);
  ring_init (&self->matching);
  ring_init (&self->inherited);
}

/* the index: the items by their kin, so that a wait for one group does not walk over those of all others */

static void
index_add (MyInbox     *self,
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
static void
make_index (MyInbox *self)
{
  self->index = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  for (MyInboxItem *item = self->ready.next; item != &self->ready; item = item->next) {
    index_add (self, item);
  }
}

static void
drop_index_if_empty (MyInbox *self)
{
  if (G_UNLIKELY (self->index != NULL) && ring_is_empty (&self->ready)) {
    g_clear_pointer (&self->index, g_hash_table_unref);
  }
}

/* the list */

gboolean
my_inbox_has_items (MyInbox *self)
{
  return !ring_is_empty (&self->ready) || !ring_is_empty (&self->deferred) ||
         atomic_load_explicit (&self->arrived, memory_order_seq_cst) != NULL;
}

/* Only the owner stores: no order needed, nor one operation. */
static guint
get_count (atomic_uint *count)
{
  return atomic_load_explicit (count, memory_order_relaxed);
}

static void
set_count (atomic_uint *count,
           guint        n)
{
  atomic_store_explicit (count, n, memory_order_relaxed);
}

/* What a search has left is not searched again and again: a long list is searched when as many are due. */
static void
set_n_left (MyInbox *self,
            guint    n)
{
  set_count (&self->n_left, n);
  /* Each thread that is started has two items to come. */
  atomic_store_explicit (&self->n_starts_to_come, n <= SHORT_LIST ? 0 : n / 2, memory_order_relaxed);
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
  ring_remove (item);
  index_remove (item);
  return TRUE;
}

/* Puts @item into the owner's list, if it was posted before a fork(), and has not been taken since. In the owner thread, which has found
 * that it was posted, in the child. */
void
my_inbox_adopt (MyInbox     *self,
                MyInboxItem *item)
{
  if (!my_inbox_is_ready (item)) {
    item->next_of_kin = NULL;
    ring_append (&self->ready, item);
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
    keep_order_for_fork ();
    self->collected = item;
    keep_order_for_fork ();
    newer->previous = item;
    n++;
    newer = item;
    item = older;
  }
  set_count (&self->n_due, get_count (&self->n_due) + n);
  last->next = newer;
  keep_order_for_fork ();
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
                    guint    n)
{
  guint n_left = get_count (&self->n_left);

  set_n_left (self, n_left - MIN (n, n_left));
}

/* who is the owner thread */

/* Whether the calling thread is the owner thread. If it is, nobody else delivers, and the context is there, until
 * my_inbox_leave(). */
gboolean
my_inbox_enter (MyInbox *self)
{
  gboolean is_owner = FALSE;

  if ((self->is_stale || self->is_of_default) && my_current_n_helped > 0) {
    /* The owner thread, but in the run() of a thread that would run elsewhere, if it were not joined just now. */
    return FALSE;
  }
  if (self->is_stale) {
    return my_process_is_main_thread () && !my_inbox_is_closed (self);
  }
  if (self->is_of_default) {
    return (my_process_is_main_thread () || g_main_context_is_owner (self->context)) && g_main_context_acquire (self->context);
  }
  if (my_inbox_is_closed (self)) {
    return FALSE;
  }

  /* Where the caller is not the owner the context may be finalised just now: not before the lock is free. */
  pthread_mutex_lock (&self->lock);
  if (self->context != NULL && g_main_context_is_owner (self->context) && g_main_context_acquire (self->context)) {
    g_main_context_ref (self->context);
    is_owner = TRUE;
  }
  pthread_mutex_unlock (&self->lock);

  return is_owner;
}

/* The inbox may be closed when it returns, and gone. */
void
my_inbox_leave (MyInbox *self)
{
  GMainContext *context = self->context;

  if (self->is_stale) {
    return;
  }
  g_main_context_release (context);
  if (!self->is_of_default) {
    g_main_context_unref (context);
  }
}

/* delivering */

static gboolean
deliver_one (MyInboxItem *item)
{
  gboolean was_urgent;

  depth++;
  was_urgent = item->klass->deliver (item);
  /* 0: it has forked, and this is the child. */
  depth -= MIN (depth, 1);

  return was_urgent;
}

static void
deliver_deferred_in (MyInbox *self,
                     gpointer unused)
{
  if (!ring_is_empty (&self->deferred) && my_inbox_enter (self)) {
    while (!ring_is_empty (&self->deferred)) {
      deliver_one (self->deferred.next);
    }
    my_inbox_leave (self);
  }
}

/* What was asked for inside of too many deliveries; after the outermost. */
static void
deliver_deferred (void)
{
  while (G_UNLIKELY (n_deferred > 0) && depth == 0) {
    n_deferred = 0;
    my_inbox_foreach_mine (deliver_deferred_in, NULL);
  }
}

static void
defer (MyInbox     *self,
       MyInboxItem *item)
{
  if (my_inbox_take (item)) {
    ring_append (&self->deferred, item);
    n_deferred++;
  }
}

/* Delivers one item, which may be in the list or not, here and now; inside of too many deliveries it is left to the outermost.
 * Between my_inbox_enter() and my_inbox_leave(). */
gboolean
my_inbox_deliver (MyInbox     *self,
                  MyInboxItem *item)
{
  gboolean was_urgent;

  if (G_UNLIKELY (depth >= MAX_DEPTH)) {
    defer (self, item);
    return FALSE;
  }
  was_urgent = deliver_one (item);
  drop_index_if_empty (self);
  deliver_deferred ();

  return was_urgent;
}

/* One turn of the loop, until @end. TRUE if anything was urgent. */
gboolean
my_inbox_deliver_turn (MyInbox *self,
                       gint64   end)
{
  gboolean was_urgent = FALSE;
  guint n = 0;

  my_inbox_collect (self);
  ring_splice (&self->ready, &self->deferred);

  while (!ring_is_empty (&self->ready)) {
    was_urgent |= deliver_one (self->ready.next);

    if (++n % 16 == 0 && g_get_monotonic_time () > end) {
      break;
    }
  }

  self->has_rest = !ring_is_empty (&self->ready) || !ring_is_empty (&self->deferred);
  if (!self->has_rest) {
    set_n_left (self, 0);
    drop_index_if_empty (self);
  }
  return was_urgent;
}

/* Delivers `matching`, and what matches of what comes meanwhile: to the front, all of them, and delivered from there: a handler
 * may run a loop, in which delivery goes on. */
static void
deliver_first (MyInbox     *self,
               MyInboxMatch match,
               gpointer     data)
{
  if (G_UNLIKELY (depth >= MAX_DEPTH)) {
    while (!ring_is_empty (&self->matching)) {
      defer (self, self->matching.next);
    }
    return;
  }

  ring_splice (&self->ready, &self->matching);
  while (!ring_is_empty (&self->ready) && match (self->ready.next, data)) {
    deliver_one (self->ready.next);
  }
  drop_index_if_empty (self);
  deliver_deferred ();
}

/* It stays in the index. */
static void
move_to_matching (MyInbox     *self,
                  MyInboxItem *item)
{
  ring_remove (item);
  ring_append (&self->matching, item);
  my_inbox_note_gone (self, 1);
}

/* Delivers the items that match, and only those. Between my_inbox_enter() and my_inbox_leave(). */
void
my_inbox_deliver_matching (MyInbox     *self,
                           MyInboxMatch match,
                           gpointer     data)
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

  for (guint n = 0; n < SHORT_LIST && item != &self->ready; n++) {
    item = item->next;
  }
  return item == &self->ready;
}

/* The same for all items of the @n_kin kin, which are those that @match is true for: a long list is not walked over. */
void
my_inbox_deliver_kin (MyInbox       *self,
                      gconstpointer *kin,
                      guint          n_kin,
                      MyInboxMatch   match,
                      gpointer       data)
{
  my_inbox_collect (self);
  if (self->index == NULL) {
    if (is_short (self)) {
      my_inbox_deliver_matching (self, match, data);
      return;
    }
    make_index (self);
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

/* The context is closed, and the calling thread is the owner. */
void
my_inbox_drop_all (MyInbox *self)
{
  my_inbox_collect (self);
  ring_splice (&self->ready, &self->deferred);
  depth++;
  while (!ring_is_empty (&self->ready)) {
    MyInboxItem *item = self->ready.next;

    if (item->klass->drop != NULL) {
      item->klass->drop (item);
    } else {
      my_inbox_take (item);
    }
  }
  /* 0: a destroy notify has forked, and this is the child. */
  depth -= MIN (depth, 1);
  drop_index_if_empty (self);
}

/* reaping */

typedef struct {
  MyReap what;
  guint n_left;
} MySearch;

static gboolean
is_reapable (MyInboxItem *item,
             gpointer     data)
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
  MySearch search = { .what = is_wait && g_main_depth () == 0 ? MY_REAP_ORPHANS : MY_REAP_SILENT };

  /* Until then what has arrived is left alone: it is not in the cache. */
  if (!is_wait && n_starts_to_come > 0) {
    atomic_store_explicit (&self->n_starts_to_come, n_starts_to_come - 1, memory_order_relaxed);
    return;
  }

  has_arrivals = atomic_load_explicit (&self->arrived, memory_order_relaxed) != NULL;
  /* A hint, as it is not known yet whether this is the owner: the inbox of the global default context may have another one just now. */
  if (!has_arrivals && (!is_wait || (get_count (&self->n_due) == 0 && get_count (&self->n_left) == 0))) {
    return;
  }
  if (!my_inbox_enter (self)) {
    return;
  }

  my_inbox_collect (self);
  n_due = get_count (&self->n_due) + (is_wait ? SHORT_LIST : 0);
  n_left = get_count (&self->n_left);

  if (n_left <= SHORT_LIST || n_due >= n_left) {
    set_count (&self->n_due, 0);
    set_n_left (self, 0);
    my_inbox_deliver_matching (self, is_reapable, &search);
    set_n_left (self, get_count (&self->n_left) + search.n_left); /* to what a search has left that was made from a handler */
  } else {
    set_count (&self->n_due, n_due);
  }

  my_inbox_leave (self);
}

/* Lets go of what can be let go in the inboxes of the calling thread, at a start() or a wait, for the programs that
 * have no main loop. Not inside of a delivery, which goes on with the others when it is done: a destroy notify may start the
 * next thread. */
void
my_inbox_reap_mine (gboolean is_wait)
{
  if (depth == 0) {
    my_inbox_foreach_mine (reap, GINT_TO_POINTER (is_wait));
  }
}

/* fork */

static gboolean
is_head (const MyInbox     *self,
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
      ring_append (&self->inherited, item);
    }
  }
  self->collected = NULL;
  self->index = NULL;
  set_count (&self->n_due, 0);
  set_n_left (self, 0);
  depth = 0;
  n_deferred = 0;
}
