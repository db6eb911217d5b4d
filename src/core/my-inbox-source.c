/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "core/my-inbox-private.h"
#include "wait/my-state-lock-private.h"

/* The source of an inbox in its context: when there is a turn of delivery, and when the loop may sleep. An inbox is got here, since a new
 * one gets its source. */

/* How long a turn of delivery may take before the loop's other sources get theirs, and how long the loop sleeps, if it has
 * nothing else to do, after a turn that had nothing but lazy changes. */
#define TURN_US (4 * 1000)
#define LAZY_PAUSE_MS 1

/* Where no eventfd is to be had the loop looks by itself. */
#define POLL_MS 10

typedef struct {
  GSource source;
  MyInbox *inbox;
} MyInboxSource;

/* What wakes the loop. Not g_main_context_wakeup(), which wants a reference to the context that no poster has. Made
 * when the loop is about to sleep for the first time: a program without a loop has no use for it. */
static void
make_wake_fd (MyInbox *self,
              GSource *source)
{
  int fd;

  if (self->is_of_default || self->wake_tag != NULL) {
    return;
  }
  my_state_assert_unlocked ();
  fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (fd < 0) {
    return;
  }
  self->wake_tag = g_source_add_unix_fd (source, fd, G_IO_IN);

  pthread_mutex_lock (&self->lock);
  self->wake_fd = fd;
  pthread_mutex_unlock (&self->lock);
}

static void
clear_wake_fd (MyInbox *self,
               GSource *source)
{
  if (self->wake_tag != NULL && g_source_query_unix_fd (source, self->wake_tag) != 0) {
    guint64 n;
    /* It cannot block; and where nothing was written there is nothing to clear. */
    G_GNUC_UNUSED ssize_t n_read = read (self->wake_fd, &n, sizeof n);
  }
}

/* In a child after fork() the eventfd is still the parent's, too: it would wake this loop for the parent's posts. */
static void
forget_wake_fd (MyInbox *self,
                GSource *source)
{
  if (self->wake_tag != NULL) {
    g_source_remove_unix_fd (source, self->wake_tag);
    self->wake_tag = NULL;
  }
}

static gboolean
inbox_source_prepare (GSource *source,
                      int *timeout)
{
  MyInbox *self = ((MyInboxSource *) source)->inbox;

  *timeout = -1;
  if (self->is_stale) {
    forget_wake_fd (self, source);
    return FALSE;
  }

  self->is_giving_way = FALSE;
  make_wake_fd (self, source);
  if (self->must_give_way) {
    /* Until check() is called: then no source of a higher priority was ready. */
    *timeout = 0;
    return FALSE;
  }
  if (!self->gives_way) {
    if (my_inbox_has_items (self)) {
      return TRUE;
    }
    atomic_store_explicit (&self->sleeping, MY_SLEEP_ASLEEP, memory_order_seq_cst);
    if (!my_inbox_has_items (self)) {
      if (!self->is_of_default && self->wake_tag == NULL) {
        *timeout = POLL_MS;
      }
      return FALSE;
    }
    atomic_store_explicit (&self->sleeping, MY_SLEEP_AWAKE, memory_order_relaxed);
    return TRUE;
  }

  self->gives_way = FALSE;
  atomic_store_explicit (&self->sleeping, MY_SLEEP_UNLESS_URGENT, memory_order_seq_cst);
  if (atomic_load_explicit (&self->urgent, memory_order_seq_cst)) {
    atomic_store_explicit (&self->sleeping, MY_SLEEP_AWAKE, memory_order_relaxed);
    return TRUE;
  }
  self->is_giving_way = TRUE;
  *timeout = LAZY_PAUSE_MS;
  return FALSE;
}

static gboolean
has_turn (MyInbox *self)
{
  if (self->must_give_way) {
    return FALSE;
  }
  if (self->is_giving_way) {
    return atomic_load_explicit (&self->urgent, memory_order_seq_cst) != 0;
  }
  return my_inbox_has_items (self);
}

static gboolean
inbox_source_check (GSource *source)
{
  MyInbox *self = ((MyInboxSource *) source)->inbox;

  if (self->is_stale) {
    return FALSE;
  }

  atomic_store_explicit (&self->sleeping, MY_SLEEP_AWAKE, memory_order_relaxed);
  clear_wake_fd (self, source);
  if (has_turn (self)) {
    self->is_giving_way = FALSE;
    return TRUE;
  }
  /* The others have theirs. */
  self->is_giving_way = FALSE;
  self->must_give_way = FALSE;
  self->turns_us = 0;
  return FALSE;
}

static gboolean
inbox_source_dispatch (GSource *source,
                       GSourceFunc callback,
                       gpointer user_data)
{
  MyInbox *self = ((MyInboxSource *) source)->inbox;
  gint64 begin = g_get_monotonic_time ();
  gboolean was_urgent;

  /* Cleared before the items are taken: what is posted from now on sets it again. */
  atomic_store_explicit (&self->urgent, 0, memory_order_seq_cst);
  was_urgent = my_inbox_deliver_turn (self, begin + TURN_US);
  self->turns_us += g_get_monotonic_time () - begin;

  /* Of what is urgent there may always be more, in turns that are all short. */
  self->must_give_way = self->turns_us >= TURN_US;
  self->gives_way = !self->must_give_way && !was_urgent;

  return G_SOURCE_CONTINUE;
}

static GSourceFuncs inbox_source_funcs = {
  .prepare = inbox_source_prepare,
  .check = inbox_source_check,
  .dispatch = inbox_source_dispatch,
};

static gboolean
never_called (gpointer inbox)
{
  return G_SOURCE_CONTINUE;
}

/* The context drops its source. */
static void
context_closes (gpointer inbox)
{
  my_inbox_close (inbox);
  my_inbox_unref (inbox);
}

/* Makes the source, which has the first reference to @self. The callback is there for its destroy notify, which is called when
 * the context is finalised, while its memory is still there. */
static void
attach (MyInbox *self,
        GMainContext *context)
{
  GSource *source = g_source_new (&inbox_source_funcs, sizeof (MyInboxSource));
  int cancel_state = PTHREAD_CANCEL_ENABLE;

  ((MyInboxSource *) source)->inbox = self;
  g_source_set_static_name (source, "MyThread inbox");
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  /* A handler may run a nested loop, in which delivery goes on. */
  g_source_set_can_recurse (source, TRUE);
  g_source_set_callback (source, never_called, self, context_closes);
  /* It wakes the context, with the lock of that held: a cancellation point, and the caller may be anybody. */
  pthread_setcancelstate (PTHREAD_CANCEL_DISABLE, &cancel_state);
  g_source_attach (source, context);
  pthread_setcancelstate (cancel_state, NULL);
  g_source_unref (source);
}

/* The inbox of @context, on which the caller holds a reference. Any thread. */
MyInbox *
my_inbox_get (GMainContext *context)
{
  gboolean is_new;
  MyInbox *self = my_inbox_find_or_make (context, &is_new);

  if (is_new) {
    /* Attached last, by the thread that has made it: that wakes the context, which then sees what was posted meanwhile. */
    attach (self, context);
  }
  return self;
}

/* The inbox of the global default context. Any thread. */
MyInbox *
my_inbox_get_default (void)
{
  MyInbox *self = atomic_load_explicit (&my_inbox_of_default, memory_order_acquire);

  return G_LIKELY (self != NULL) ? self : my_inbox_get (g_main_context_default ());
}
