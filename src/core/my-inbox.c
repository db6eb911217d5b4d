/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-inbox-private.h"

#include <unistd.h>

#include "core/my-current-private.h"
#include "core/my-probe-private.h"
#include "core/my-process-private.h"

/* The life of an inbox, and what any thread may do with it. */

static GHashTable *inboxes; /* [state] GMainContext to MyInbox; none that is closed */
_Atomic (MyInbox *) my_inbox_of_default;

/* Closed inboxes into which something was posted after all. Pushed by the poster, and taken whole by the thread that empties them. */
static _Atomic (MyInbox *) requests;

static void wake_put_off (MyStateLater *later);

/* life */

static MyInbox *
my_inbox_new (GMainContext *context)
{
  MyInbox *self = g_aligned_alloc0 (1, sizeof (MyInbox), 64);

  self->context = context;
  self->is_of_default = context == g_main_context_default ();
  self->wake_fd = -1;
  self->wake_later.func = wake_put_off;
  atomic_init (&self->ref_count, 1);
  pthread_mutex_init (&self->lock, NULL);
  my_inbox_init_lists (self);

  return self;
}

static void
my_inbox_free (MyInbox *self)
{
  pthread_mutex_destroy (&self->lock);
  g_aligned_free (self);
}

/* Most objects belong to the global default context, whose inbox is never freed: they are spared a reference count for which they
 * would compete. */
MyInbox *
my_inbox_ref (MyInbox *self)
{
  if (!self->is_of_default) {
    atomic_fetch_add_explicit (&self->ref_count, 1, memory_order_relaxed);
  }
  return self;
}

void
my_inbox_unref (MyInbox *self)
{
  if (!self->is_of_default && atomic_fetch_sub_explicit (&self->ref_count, 1, memory_order_acq_rel) == 1) {
    my_inbox_free (self);
  }
}

static MyInbox *
lookup_locked (GMainContext *context)
{
  return inboxes != NULL ? g_hash_table_lookup (inboxes, context) : NULL;
}

static MyInbox *
lookup (GMainContext *context)
{
  MyInbox *self;

  my_state_lock ();
  self = lookup_locked (context);
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

/* The inbox of @context, on which the caller holds a reference; with TRUE in @is_new the caller is to attach its source. Any thread. */
MyInbox *
my_inbox_find_or_make (GMainContext *context,
                       gboolean *is_new)
{
  MyInbox *self = lookup (context);
  MyInbox *made;

  *is_new = FALSE;
  if (self != NULL) {
    return self;
  }

  made = my_inbox_new (context);
  made->is_stale = is_lost (context);

  my_state_lock ();
  if (inboxes == NULL) {
    inboxes = g_hash_table_new (NULL, NULL);
  }
  self = g_hash_table_lookup (inboxes, context);
  if (self == NULL) {
    g_hash_table_insert (inboxes, context, made);
    self = made;
    if (made->is_of_default) {
      atomic_store_explicit (&my_inbox_of_default, made, memory_order_release);
    }
  }
  my_state_unlock ();

  if (self == made && self->is_stale) {
    g_main_context_ref (context); /* with no source in it, it may not go before the inbox */
  } else if (self == made) {
    *is_new = TRUE;
  } else {
    my_inbox_free (made);
  }
  return self;
}

/* In a child after fork() the lock may be held by a thread that is gone, and the main thread alone looks at what it guards. */
static void
lock (MyInbox *self)
{
  if (!self->is_stale) {
    pthread_mutex_lock (&self->lock);
  }
}

static void
unlock (MyInbox *self)
{
  if (!self->is_stale) {
    pthread_mutex_unlock (&self->lock);
  }
}

/* The context, or NULL if it is closed. Any thread; it is there as long as the caller knows that somebody uses it. */
GMainContext *
my_inbox_get_context (MyInbox *self)
{
  GMainContext *context;

  lock (self);
  context = self->context;
  unlock (self);

  return context;
}

static void
foreach_mine (void (*func) (MyInbox *inbox, gpointer data),
              gpointer data,
              MyInbox *(*look_up) (GMainContext *context))
{
  GMainContext *context = g_main_context_get_thread_default ();
  GSource *source = g_main_current_source ();
  GMainContext *iterated = source != NULL && !g_source_is_destroyed (source) ? g_source_get_context (source) : NULL;
  MyInbox *of_default = atomic_load_explicit (&my_inbox_of_default, memory_order_acquire);
  MyInbox *of_thread = context != NULL ? look_up (context) : NULL;
  MyInbox *of_loop = iterated != NULL && iterated != context ? look_up (iterated) : NULL;

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

/* Calls @func with each inbox that the calling thread might own. */
void
my_inbox_foreach_mine (void (*func) (MyInbox *inbox, gpointer data),
                       gpointer data)
{
  foreach_mine (func, data, lookup);
}

/* The same with the state lock held. */
void
my_inbox_foreach_mine_locked (void (*func) (MyInbox *inbox, gpointer data),
                              gpointer data)
{
  foreach_mine (func, data, lookup_locked);
}

/* posting */

/* Puts an item that is in no list into the inbox. Any thread; call my_inbox_notify() after it. */
void
my_inbox_push (MyInbox *self,
               MyInboxItem *item)
{
  MyInboxItem *newest = atomic_load_explicit (&self->arrived, memory_order_relaxed);

  do {
    item->next = newest;
  } while (!atomic_compare_exchange_weak_explicit (&self->arrived, &newest, item, memory_order_seq_cst, memory_order_relaxed));
}

static void
wake (MyInbox *self)
{
  const guint64 one = 1;
  int cancel_state = PTHREAD_CANCEL_ENABLE;

  my_state_assert_unlocked ();
  /* To write is a cancellation point, and the caller may be anybody, with any lock. */
  pthread_setcancelstate (PTHREAD_CANCEL_DISABLE, &cancel_state);
  lock (self);
  if (self->is_of_default) {
    g_main_context_wakeup (self->context);
  } else if (self->wake_fd >= 0) {
    /* It can only fail where it was written more often than can be counted, and so is awake. */
    G_GNUC_UNUSED ssize_t n_written = write (self->wake_fd, &one, sizeof one);
  }
  unlock (self);
  pthread_setcancelstate (cancel_state, NULL);
}

/* The section that has posted is over. The thread, the group or the join that has been posted may be gone, with their references to the inbox. */
static void
wake_put_off (MyStateLater *later)
{
  MyInbox *self = (MyInbox *) ((char *) later - G_STRUCT_OFFSET (MyInbox, wake_later));

  if (!self->is_stale) {
    wake (self);
  }
  my_inbox_unref (self);
}

/* Nobody comes to a closed inbox: has it emptied by my_inbox_empty_closed(), which is called by this thread as soon as it
 * has no lock. */
static void
request_to_empty (MyInbox *self)
{
  MyInbox *first;

  if (atomic_exchange_explicit (&self->is_requested, TRUE, memory_order_seq_cst)) {
    return;
  }
  my_inbox_ref (self);
  first = atomic_load_explicit (&requests, memory_order_relaxed);
  do {
    self->next_request = first;
  } while (!atomic_compare_exchange_weak_explicit (&requests, &first, self, memory_order_release, memory_order_relaxed));
}

/* Whether the owner sleeps, and the caller is to wake it, after something was pushed or an item in the inbox got urgent.
 *
 * The owner stores `sleeping` and then looks at `arrived` and `urgent`; posters write those and then look at `sleeping`; all of it
 * is sequentially consistent, so one of the two sees the other. A poster that finds `urgent` set need not set it: the owner
 * clears it before it takes what has arrived, so what was posted before that look is in what it takes.
 */
static inline gboolean
must_wake (MyInbox *self,
           gboolean urgent)
{
  int sleeping;

  if (G_UNLIKELY (my_inbox_is_closed (self))) {
    request_to_empty (self);
    return FALSE;
  }
  if (urgent && !atomic_load_explicit (&self->urgent, memory_order_seq_cst)) {
    atomic_store_explicit (&self->urgent, 1, memory_order_seq_cst);
  }

  sleeping = atomic_load_explicit (&self->sleeping, memory_order_seq_cst);
  return (sleeping == MY_SLEEP_ASLEEP || (sleeping == MY_SLEEP_UNLESS_URGENT && urgent)) &&
         atomic_exchange_explicit (&self->sleeping, MY_SLEEP_AWAKE, memory_order_seq_cst) != MY_SLEEP_AWAKE && !self->is_stale;
}

/* After my_inbox_push(), or when an item in the inbox got urgent: wakes the owner if it sleeps. Without the state lock. */
void
my_inbox_notify (MyInbox *self,
                 gboolean urgent)
{
  if (must_wake (self, urgent)) {
    wake (self);
  }
}

/* The same with the state lock held: my_state_unlock() wakes the owner. If somebody else is about to wake it, that will do. */
void
my_inbox_notify_locked (MyInbox *self,
                        gboolean urgent)
{
  if (must_wake (self, urgent) && my_state_put_off (&self->wake_later)) {
    my_inbox_ref (self);
  }
}

/* the end of the context */

/* One thread at a time is the owner of a closed inbox. A thread that comes meanwhile leaves what it has pushed to that one, which looks
 * again after it has said that it is done: all of it is sequentially consistent, so one of the two sees the other. */
static void
empty (MyInbox *self)
{
  do {
    if (atomic_exchange_explicit (&self->is_emptied_by_other, TRUE, memory_order_seq_cst)) {
      return;
    }
    my_inbox_drop_all (self);
    atomic_store_explicit (&self->is_emptied_by_other, FALSE, memory_order_seq_cst);
  } while (atomic_load_explicit (&self->arrived, memory_order_seq_cst) != NULL);
}

/* The context is being finalised, by the calling thread: nothing is delivered any more, and what is pending is dropped. */
void
my_inbox_close (MyInbox *self)
{
  GMainContext *context = self->context;
  int wake_fd = self->wake_fd;

  atomic_store_explicit (&self->is_closed, TRUE, memory_order_seq_cst);

  lock (self);
  self->context = NULL;
  self->wake_fd = -1;
  unlock (self);
  if (wake_fd >= 0) {
    close (wake_fd);
  }

  my_state_lock ();
  g_hash_table_remove (inboxes, context);
  my_quiet_end_all_locked (self, MY_QUIET_CLOSE);
  my_state_unlock ();

  empty (self);
}

/* Drops what was posted to inboxes after they were closed: called, without any lock, by each thread that may have posted. */
void
my_inbox_empty_closed (void)
{
  MyInbox *next;

  if (G_LIKELY (atomic_load_explicit (&requests, memory_order_relaxed) == NULL)) {
    return;
  }
  for (MyInbox *self = atomic_exchange_explicit (&requests, NULL, memory_order_acquire); self != NULL; self = next) {
    next = self->next_request;
    /* Cleared first: what is posted from here on is asked for again. */
    atomic_store_explicit (&self->is_requested, FALSE, memory_order_seq_cst);
    empty (self);
    my_inbox_unref (self);
  }
}

/* the owner thread */

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

/* fork */

/* In a child: the contexts are not touched any more. */
void
my_inbox_abandon_contexts_in_child (void)
{
  GHashTableIter iter;
  gpointer value;

  atomic_store_explicit (&requests, NULL, memory_order_relaxed);
  if (inboxes == NULL) {
    return;
  }

  g_hash_table_iter_init (&iter, inboxes);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    MyInbox *self = value;

    my_quiet_end_all_locked (self, MY_QUIET_FORGET);
    my_inbox_forget_lists_in_child (self);
    atomic_store_explicit (&self->arrived, NULL, memory_order_relaxed);
    atomic_store_explicit (&self->sleeping, MY_SLEEP_AWAKE, memory_order_relaxed);
    self->servers = NULL;
    self->is_stale = TRUE;
  }
}
