/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-inbox-private.h"

#include <stdatomic.h>

#include "core/my-probe-private.h"
#include "core/my-process-private.h"
#include "core/my-registry-private.h"
#include "sync/my-state-lock-private.h"

/* How long a turn of delivery may take before the loop's other sources get theirs, and how long the loop sleeps, if it has
 * nothing else to do, after a turn that had nothing but lazy changes. */
#define TURN_US (8 * 1000)
#define LAZY_PAUSE_MS 1

/* A list of at most so many items is searched whole at each wait. */
#define SHORT_LIST 64

typedef enum {
  AWAKE,                  /* the loop will look at the inbox before it sleeps */
  SLEEPING_UNLESS_URGENT, /* it sleeps with lazy changes in the inbox */
  SLEEPING,
} MySleep;

typedef struct {
  GSource source;
  MyInbox *inbox;
} MyInboxSource;

struct _MyInbox {
  GMainContext *context;   /* [const] no reference: the context owns the source that owns the inbox */
  gboolean is_of_default;  /* [const] */
  gboolean is_stale;       /* [const], but for a fork handler: its context can not be used in this child */

  /* How many threads may yet be started before the list is searched. A hint, also taken down by who might be the owner: relaxed. */
  atomic_uint n_starts_to_come;

  /* Pushed by any thread, newest first, with a CAS (release); taken whole by the owner with an exchange (acquire).
   * Nothing is ever popped singly, so there is no ABA. Sequentially consistent against `sleeping`: see
   * my_inbox_notify(). */
  _Atomic (MyInboxItem *) arrived __attribute__ ((aligned (64)));
  /* A MySleep. Stored by the owner before it looks at `arrived` and `urgent` for the last time before it sleeps;
   * taken back to AWAKE by the poster who wakes it. */
  atomic_int sleeping;
  /* Whether something urgent came since the owner began its last turn. */
  atomic_int urgent;

  /* [owner] from here: the owner thread, with the context acquired */
  MyInboxItem ready __attribute__ ((aligned (64))); /* head of a ring, oldest first */
  MyInboxItem inherited;   /* head of a ring: in a child, what was in `ready` when the process forked; nobody walks over it */
  gboolean gives_way;      /* the next turn is the other sources' */
  gboolean is_giving_way;  /* this turn is */
  gboolean has_rest;       /* the last turn stopped before the list was empty */
  guint n_new;             /* how many items have come since the list was searched last */
  guint n_left;            /* how many that search has left in it that may be let go later */
};

static GHashTable *inboxes; /* [state] GMainContext to MyInbox */
static _Atomic (MyInbox *) default_inbox; /* published once, with release; read with acquire */

/* the ring */

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
  item->previous = ring->previous;
  item->next = ring;
  ring->previous->next = item;
  ring->previous = item;
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
  ring->next->previous = other->previous;
  ring->next = other->next;
  other->next->previous = ring;
  ring_init (other);
}

/* What a search has left is not searched again and again: a long list is searched when as many have come. */
static void
set_n_left (MyInbox *self,
            guint    n)
{
  self->n_left = n;
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
  item->previous->next = item->next;
  item->next->previous = item->previous;
  item->next = NULL;
  item->previous = NULL;
  return TRUE;
}

/* Puts @item into the owner's list, if it was posted before a fork(), and has not been taken since. In the owner thread, which has found that it was
 * posted, in the child. */
void
my_inbox_adopt (MyInbox     *self,
                MyInboxItem *item)
{
  if (!my_inbox_is_ready (item)) {
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

  if (atomic_load_explicit (&self->arrived, memory_order_relaxed) == NULL) {
    return;
  }

  item = atomic_exchange_explicit (&self->arrived, NULL, memory_order_seq_cst);
  while (item != NULL) {
    MyInboxItem *older = item->next;

    item->next = newer;
    newer->previous = item;
    self->n_new++;
    newer = item;
    item = older;
  }
  newer->previous = last;
  last->next = newer;
}

/* the source */

static gboolean
has_items (MyInbox *self)
{
  return !ring_is_empty (&self->ready) || atomic_load_explicit (&self->arrived, memory_order_seq_cst) != NULL;
}

static gboolean
inbox_source_prepare (GSource *source,
                      int     *timeout)
{
  MyInbox *self = ((MyInboxSource *) source)->inbox;

  *timeout = -1;
  if (self->is_stale) {
    return FALSE;
  }

  self->is_giving_way = FALSE;
  if (!self->gives_way) {
    if (has_items (self)) {
      return TRUE;
    }
    atomic_store_explicit (&self->sleeping, SLEEPING, memory_order_seq_cst);
    if (!has_items (self)) {
      return FALSE;
    }
    atomic_store_explicit (&self->sleeping, AWAKE, memory_order_relaxed);
    return TRUE;
  }

  self->gives_way = FALSE;
  atomic_store_explicit (&self->sleeping, SLEEPING_UNLESS_URGENT, memory_order_seq_cst);
  if (atomic_load_explicit (&self->urgent, memory_order_seq_cst)) {
    atomic_store_explicit (&self->sleeping, AWAKE, memory_order_relaxed);
    return TRUE;
  }
  self->is_giving_way = TRUE;
  *timeout = self->has_rest ? 0 : LAZY_PAUSE_MS;
  return FALSE;
}

static gboolean
inbox_source_check (GSource *source)
{
  MyInbox *self = ((MyInboxSource *) source)->inbox;

  if (self->is_stale) {
    return FALSE;
  }

  atomic_store_explicit (&self->sleeping, AWAKE, memory_order_relaxed);
  if (self->is_giving_way) {
    self->is_giving_way = FALSE;
    return atomic_load_explicit (&self->urgent, memory_order_seq_cst) != 0;
  }
  return has_items (self);
}

static gboolean
inbox_source_dispatch (GSource    *source,
                       GSourceFunc callback,
                       gpointer    user_data)
{
  MyInbox *self = ((MyInboxSource *) source)->inbox;
  gint64 end = g_get_monotonic_time () + TURN_US;
  gboolean was_urgent = FALSE;
  guint n = 0;

  /* Cleared before the items are taken: what is posted from now on sets it again. */
  atomic_store_explicit (&self->urgent, 0, memory_order_seq_cst);
  my_inbox_collect (self);

  while (!ring_is_empty (&self->ready)) {
    MyInboxItem *item = self->ready.next;

    was_urgent |= item->klass->deliver (item);

    if (++n % 16 == 0 && g_get_monotonic_time () > end) {
      break;
    }
  }

  self->has_rest = !ring_is_empty (&self->ready);
  if (!self->has_rest) {
    set_n_left (self, 0);
  }
  self->gives_way = !was_urgent || self->has_rest;

  return G_SOURCE_CONTINUE;
}

static void
inbox_source_finalize (GSource *source)
{
  MyInbox *self = ((MyInboxSource *) source)->inbox;

  my_state_lock ();
  g_hash_table_remove (inboxes, self->context);
  my_state_unlock ();
  g_aligned_free (self);
}

static GSourceFuncs inbox_source_funcs = {
  .prepare = inbox_source_prepare,
  .check = inbox_source_check,
  .dispatch = inbox_source_dispatch,
  .finalize = inbox_source_finalize,
};

/* look-up */

static MyInbox *
lookup (GMainContext *context)
{
  MyInbox *self = NULL;

  my_state_lock ();
  if (inboxes != NULL) {
    self = g_hash_table_lookup (inboxes, context);
  }
  my_state_unlock ();

  return self;
}

/* Takes the context's lock. */
static void
touch (gpointer context)
{
  g_main_context_get_poll_func (context);
}

/* Whether @context was there before the fork(), and a thread that is gone has its lock. */
static gboolean
is_lost (GMainContext *context)
{
  return my_process_is_doubtful () && my_probe (touch, context) == MY_PROBE_STUCK;
}

/* The inbox of @context, on which the caller holds a reference. Any thread. */
MyInbox *
my_inbox_get (GMainContext *context)
{
  MyInbox *self = lookup (context);
  MyInbox *made;
  GSource *source;

  if (self != NULL) {
    return self;
  }

  made = g_aligned_alloc0 (1, sizeof (MyInbox), 64);
  made->context = context;
  made->is_of_default = context == g_main_context_default ();
  made->is_stale = is_lost (context);
  ring_init (&made->ready);
  ring_init (&made->inherited);

  my_state_lock ();
  if (inboxes == NULL) {
    inboxes = g_hash_table_new (NULL, NULL);
  }
  self = g_hash_table_lookup (inboxes, context);
  if (self == NULL) {
    g_hash_table_insert (inboxes, context, made);
    self = made;
    if (made->is_of_default) {
      atomic_store_explicit (&default_inbox, made, memory_order_release);
    }
  }
  my_state_unlock ();

  if (self != made) {
    g_aligned_free (made);
    return self;
  }
  if (self->is_stale) {
    g_main_context_ref (context); /* with no source in it, it may not go before the inbox */
    return self;
  }

  /* Attached last, by the one who has made it: that wakes the context, which then sees what was posted meanwhile. */
  source = g_source_new (&inbox_source_funcs, sizeof (MyInboxSource));
  ((MyInboxSource *) source)->inbox = self;
  g_source_set_static_name (source, "MyThread inbox");
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  /* A handler may run a nested loop, in which delivery goes on. */
  g_source_set_can_recurse (source, TRUE);
  g_source_attach (source, context);
  g_source_unref (source);

  return self;
}

/* The inbox of the global default context. Any thread. */
MyInbox *
my_inbox_get_default (void)
{
  MyInbox *self = atomic_load_explicit (&default_inbox, memory_order_acquire);

  return G_LIKELY (self != NULL) ? self : my_inbox_get (g_main_context_default ());
}

GMainContext *
my_inbox_get_context (MyInbox *self)
{
  return self->context;
}

/* A reference to the context, and so to the inbox. The global default context has no need of it: it is never freed. */
void
my_inbox_hold_context (MyInbox *self)
{
  if (!self->is_of_default) {
    g_main_context_ref (self->context);
  }
}

/* The inbox may be gone when it returns. */
void
my_inbox_let_context_go (MyInbox *self)
{
  if (!self->is_of_default && !self->is_stale) {
    g_main_context_unref (self->context);
  }
}

/* posting */

/* Puts an item that is in no list into the inbox. Any thread; call my_inbox_notify() after it. */
void
my_inbox_push (MyInbox     *self,
               MyInboxItem *item)
{
  MyInboxItem *newest = atomic_load_explicit (&self->arrived, memory_order_relaxed);

  do {
    item->next = newest;
  } while (!atomic_compare_exchange_weak_explicit (&self->arrived, &newest, item, memory_order_seq_cst, memory_order_relaxed));
}

/* Wakes the owner if it sleeps, after something was pushed or an item in the inbox got urgent.
 *
 * The owner stores `sleeping` and then looks at `arrived` and `urgent`; posters write those and then look at `sleeping`; all of it
 * is sequentially consistent, so one of the two sees the other. A poster who finds `urgent` set need not set it: the owner
 * clears it before he takes what has arrived, so what was posted before that look is in what he takes.
 */
void
my_inbox_notify (MyInbox *self,
                 gboolean urgent)
{
  int sleeping;

  if (urgent && !atomic_load_explicit (&self->urgent, memory_order_seq_cst)) {
    atomic_store_explicit (&self->urgent, 1, memory_order_seq_cst);
  }

  sleeping = atomic_load_explicit (&self->sleeping, memory_order_seq_cst);
  if (sleeping == SLEEPING || (sleeping == SLEEPING_UNLESS_URGENT && urgent)) {
    if (atomic_exchange_explicit (&self->sleeping, AWAKE, memory_order_seq_cst) != AWAKE && !self->is_stale) {
      g_main_context_wakeup (self->context);
    }
  }
}

/* the owner thread, outside of the source */

/* Whether the calling thread is the owner thread. If it is, nobody else delivers, and the inbox is there, until
 * my_inbox_leave(). */
gboolean
my_inbox_enter (MyInbox *self)
{
  if ((self->is_stale || self->is_of_default) && my_registry_get_n_helped () > 0) {
    /* The owner thread, but in the run() of a thread that would run elsewhere, if it were not joined just now. */
    return FALSE;
  }
  if (self->is_stale) {
    return my_process_is_main_thread ();
  }
  if (!(self->is_of_default && my_process_is_main_thread ()) && !g_main_context_is_owner (self->context)) {
    return FALSE;
  }
  if (!g_main_context_acquire (self->context)) {
    return FALSE;
  }
  my_inbox_hold_context (self);
  return TRUE;
}

void
my_inbox_leave (MyInbox *self)
{
  if (self->is_stale) {
    return;
  }
  g_main_context_release (self->context);
  my_inbox_let_context_go (self);
}

/* Items have gone that a search may have left: who waits for the list to grow must not wait for those. One that it
 * did not know makes the next search come a little earlier. */
void
my_inbox_note_gone (MyInbox *self,
                    guint    n)
{
  set_n_left (self, self->n_left - MIN (n, self->n_left));
}

/* Delivers the items that match, and only those. Between my_inbox_enter() and my_inbox_leave(). */
void
my_inbox_deliver_matching (MyInbox     *self,
                           MyInboxMatch match,
                           gpointer     data)
{
  MyInboxItem matching;
  MyInboxItem *next;

  my_inbox_collect (self);

  ring_init (&matching);
  for (MyInboxItem *item = self->ready.next; item != &self->ready; item = next) {
    next = item->next;
    if (match (item, data)) {
      my_inbox_take (item);
      ring_append (&matching, item);
      my_inbox_note_gone (self, 1);
    }
  }

  /* To the front, all of them, and delivered from there: a handler may run a loop, in which delivery goes on. */
  ring_splice (&self->ready, &matching);
  while (!ring_is_empty (&self->ready) && match (self->ready.next, data)) {
    self->ready.next->klass->deliver (self->ready.next);
  }
}

/* Calls @func with each inbox that the calling thread might own. */
void
my_inbox_foreach_mine (void (*func) (MyInbox *inbox, gpointer data),
                       gpointer data)
{
  GMainContext *context = g_main_context_get_thread_default ();
  GSource *source = g_main_current_source ();
  GMainContext *iterated = source != NULL && !g_source_is_destroyed (source) ? g_source_get_context (source) : NULL;
  MyInbox *of_default = atomic_load_explicit (&default_inbox, memory_order_acquire);
  MyInbox *of_thread = context != NULL ? lookup (context) : NULL;
  MyInbox *of_loop = iterated != NULL && iterated != context ? lookup (iterated) : NULL;

  if (of_default != NULL && my_process_is_main_thread ()) {
    func (of_default, data);
  }
  if (of_thread != NULL && of_thread != of_default) {
    func (of_thread, data);
  }
  /* A loop of a context that is not the thread's default one. */
  if (of_loop != NULL && (of_loop != of_default || !my_process_is_main_thread ())) {
    func (of_loop, data);
  }
}

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
  MySearch search = { .what = is_wait && g_main_depth () == 0 ? MY_REAP_ORPHANS : MY_REAP_SILENT };

  /* Until then what has arrived is left alone: it is not in the cache. */
  if (!is_wait && n_starts_to_come > 0) {
    atomic_store_explicit (&self->n_starts_to_come, n_starts_to_come - 1, memory_order_relaxed);
    return;
  }

  has_arrivals = atomic_load_explicit (&self->arrived, memory_order_relaxed) != NULL;
  if (!has_arrivals && (!is_wait || (self->n_new == 0 && self->n_left == 0))) {
    return;
  }
  if (!my_inbox_enter (self)) {
    return;
  }

  my_inbox_collect (self);

  if (self->n_left <= SHORT_LIST || self->n_new >= self->n_left) {
    self->n_new = 0;
    set_n_left (self, 0);
    my_inbox_deliver_matching (self, is_reapable, &search);
    set_n_left (self, self->n_left + search.n_left); /* to what a search has left that was made from a handler */
  }

  my_inbox_leave (self);
}

/* Lets go of what can be let go in the inboxes of the calling thread, at a start() or a wait, for the programs that
 * have no main loop. */
void
my_inbox_reap_mine (gboolean is_wait)
{
  my_inbox_foreach_mine (reap, GINT_TO_POINTER (is_wait));
}

/* fork */

gboolean
my_inbox_is_stale (MyInbox *self)
{
  return self->is_stale;
}

/* In a child: what the inboxes held is of no interest, but to who asks for it, and their contexts are not touched any more. The rings are not walked over: they may
 * be long, and the owner, who is gone, may have been changing them. But an item can still be taken out of its ring. */
void
my_inbox_abandon_contexts_in_child (void)
{
  GHashTableIter iter;
  gpointer value;

  if (inboxes == NULL) {
    return;
  }

  g_hash_table_iter_init (&iter, inboxes);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    MyInbox *self = value;

    ring_splice (&self->inherited, &self->ready);
    self->n_new = 0;
    set_n_left (self, 0);
    atomic_store_explicit (&self->arrived, NULL, memory_order_relaxed);
    atomic_store_explicit (&self->sleeping, AWAKE, memory_order_relaxed);
    self->is_stale = TRUE;
  }
}
