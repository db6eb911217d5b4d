/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-sequence-private.h"

#include "core/my-delivery-private.h"
#include "core/my-inbox-private.h"
#include "core/my-notify-private.h"
#include "core/my-thread-private.h"
#include "wait/my-state-lock-private.h"

/* life */

static MySequence *
my_sequence_new (MyThread *thread)
{
  MySequence *self = g_new0 (MySequence, 1);

  pthread_mutex_init (&self->lock, NULL);
  self->n_forks = my_state_n_forks;
  self->thread = thread;

  return self;
}

/* In a child of fork() what the threads of the parent have said is nobody's any more, and a thread that is gone may have the lock. */
static gboolean
is_of_parent (MySequence *self)
{
  return G_UNLIKELY (self->n_forks != my_state_n_forks);
}

/* With the thread, whose item in the inbox is what delivers it: nothing is pending. @self: may be NULL. */
void
my_sequence_free (MySequence *self)
{
  MyOwnChanges *next;
  GObject *results;

  /* That of the parent is left as it is. */
  if (self == NULL || is_of_parent (self)) {
    return;
  }
  next = atomic_load_explicit (&self->own.next, memory_order_relaxed);
  g_assert (self->first == NULL && atomic_load_explicit (&self->taken, memory_order_relaxed) == NULL);
  results = atomic_load_explicit (&self->results, memory_order_relaxed);
  if (results != NULL) {
    my_object_unref (results);
  }
  while (next != NULL) {
    MyOwnChanges *page = next;

    next = atomic_load_explicit (&page->next, memory_order_relaxed);
    g_free (page);
  }
  pthread_mutex_destroy (&self->lock);
  g_free (self);
}

/* That of @thread, or NULL if it has said nothing yet. */
MySequence *
my_sequence_peek (MyThread *thread)
{
  MySequence *self = atomic_load_explicit (&my_thread_get_private (thread)->sequence, memory_order_seq_cst);

  return self != NULL && !is_of_parent (self) ? self : NULL;
}

MySequence *
my_sequence_get (MyThread *thread)
{
  _Atomic (MySequence *) *place = &my_thread_get_private (thread)->sequence;
  MySequence *old = atomic_load_explicit (place, memory_order_acquire);
  MySequence *made;

  if (G_LIKELY (old != NULL && !is_of_parent (old))) {
    return old;
  }

  made = my_sequence_new (thread);
  while (!atomic_compare_exchange_weak_explicit (place, &old, made, memory_order_seq_cst, memory_order_seq_cst)) {
    if (old != NULL && !is_of_parent (old)) {
      my_sequence_free (made);
      return old;
    }
  }
  return made;
}

static GObject *(*results_getter) (MyThread *thread); /* [const] once loaded */

void
my_sequence_set_results_getter (GObject *(*getter) (MyThread *thread))
{
  results_getter = getter;
}

GObject *
my_sequence_get_results (MyThread *thread)
{
  return results_getter (thread);
}

/* saying something */

/* Whether the end was delivered, or is just being. Stored by the owner before it looks at what is there for the last time; loaded by who
 * pushes, with the lock: either the owner sees the event, or that one sees this. */
MyOver
my_sequence_get_over (MyThread *thread)
{
  return (MyOver) atomic_load_explicit (&my_thread_get_private (thread)->is_over, memory_order_seq_cst);
}

static void
append (MySequence *self,
        MySequenceEvent *event)
{
  event->next = NULL;
  if (self->last != NULL) {
    self->last->next = event;
  } else {
    self->first = event;
  }
  self->last = event;
}

/* Puts @event behind all others. Any thread, with a reference to @thread. */
MySay
my_sequence_say (MyThread *thread,
                 MySequenceEvent *event)
{
  MySequence *self = my_sequence_get (thread);
  guint change = event->klass->is_lazy ? MY_CHANGE_STREAM : MY_CHANGE_SEQUENCE;

  pthread_mutex_lock (&self->lock);
  if (my_sequence_get_over (thread) != MY_OVER_NOT && !event->klass->comes_late) {
    pthread_mutex_unlock (&self->lock);
    return MY_SAY_TOO_LATE;
  }
  append (self, event);
  atomic_fetch_add_explicit (&self->n_pending, event->n, memory_order_seq_cst);
  pthread_mutex_unlock (&self->lock);

  my_delivery_post (thread, change);
  return MY_SAY_TAKEN;
}

/* Has the event that was said last stand for as many as @n_results, if it is of @klass and was not taken yet. */
gboolean
my_sequence_say_more (MyThread *thread,
                      const MySequenceEventClass *klass,
                      guint n_results)
{
  MySequence *self = my_sequence_get (thread);
  gboolean is_said;

  pthread_mutex_lock (&self->lock);
  is_said = self->last != NULL && self->last->klass == klass;
  /* Of two threads that publish the second one may come here first. */
  if (is_said && self->last->n_results < n_results) {
    self->last->n_results = n_results;
  }
  pthread_mutex_unlock (&self->lock);

  return is_said;
}

/* room */

/* Events have gone. One that waits for room stores that it does, and then looks at how many there are; this does both the other way round. They
 * are woken when half of the room is there, so that each of them can say more than one thing. */
void
my_sequence_give_room (MySequence *self,
                       guint n)
{
  guint n_left = atomic_fetch_sub_explicit (&self->n_pending, n, memory_order_seq_cst) - n;

  if (G_LIKELY (atomic_load_explicit (&self->n_writers, memory_order_seq_cst) == 0) ||
      n_left > atomic_load_explicit (&my_thread_get_private (self->thread)->max_pending, memory_order_relaxed) / 2) {
    return;
  }
  my_wait_queue_wake_all_now (&self->writers);
}

/* @n things that are about to be said are pending: results, which my_sequence_give_room() is told of as they are shown, or read. */
void
my_sequence_count (MySequence *self,
                   guint n)
{
  atomic_fetch_add_explicit (&self->n_pending, n, memory_order_seq_cst);
}

/* Whether who says something is to wait before. */
gboolean
my_sequence_is_full (MyThread *thread)
{
  guint max_pending = atomic_load_explicit (&my_thread_get_private (thread)->max_pending, memory_order_relaxed);
  MySequence *self;

  if (G_LIKELY (max_pending == 0)) {
    return FALSE;
  }
  self = my_sequence_peek (thread);
  return self != NULL && atomic_load_explicit (&self->n_pending, memory_order_seq_cst) >= max_pending &&
         !atomic_load_explicit (&self->is_abandoned, memory_order_relaxed);
}

/* the owner thread */

/* Others look at it, to see whether there is anything. */
static inline MySequenceEvent *
get_taken (MySequence *self)
{
  return atomic_load_explicit (&self->taken, memory_order_relaxed);
}

static inline void
set_taken (MySequence *self,
           MySequenceEvent *event)
{
  atomic_store_explicit (&self->taken, event, memory_order_relaxed);
}

/* Takes what has come, behind what is still there. */
static void
take (MySequence *self)
{
  MySequenceEvent *first, *last;

  pthread_mutex_lock (&self->lock);
  first = self->first;
  last = self->last;
  self->first = NULL;
  self->last = NULL;
  if (first == NULL) {
    /* Nothing has come. */
  } else if (get_taken (self) == NULL) {
    /* With the lock, so that it is seen in one place or the other. */
    set_taken (self, first);
    self->taken_last = last;
  } else {
    self->taken_last->next = first;
    self->taken_last = last;
  }
  pthread_mutex_unlock (&self->lock);
}

/* Whether a handler is called for one of several: the others are next. */
gboolean
my_sequence_is_in_delivery (MyThread *thread)
{
  MySequence *self = my_sequence_peek (thread);

  return self != NULL && get_taken (self) != NULL;
}

gboolean
my_sequence_has_events (MyThread *thread)
{
  MySequence *self = my_sequence_peek (thread);
  gboolean has_events;

  if (self == NULL) {
    return FALSE;
  }
  pthread_mutex_lock (&self->lock);
  has_events = self->first != NULL || get_taken (self) != NULL;
  pthread_mutex_unlock (&self->lock);

  return has_events;
}

static MySequenceEvent *
pop (MySequence *self)
{
  MySequenceEvent *event = get_taken (self);

  set_taken (self, event->next);
  event->next = NULL;
  my_sequence_give_room (self, event->n);
  return event;
}

/* Delivers what is there, as far as the turn of the loop reaches. FALSE if there is a rest. The caller has a reference to @thread. */
gboolean
my_sequence_deliver (MyThread *thread)
{
  MySequence *self = my_sequence_peek (thread);
  guint n = 0;

  if (self == NULL) {
    return TRUE;
  }
  take (self);
  while (get_taken (self) != NULL) {
    MySequenceEvent *event;

    if (n++ % 8 == 7 && my_inbox_turn_is_over ()) {
      return FALSE;
    }
    event = pop (self);
    if (my_thread_is_silenced (thread)) {
      event->klass->drop (event, thread);
    } else {
      event->klass->deliver (event, thread);
    }
  }
  return TRUE;
}

/* The context is closed: nothing is told. */
void
my_sequence_drop (MyThread *thread)
{
  MySequence *self = my_sequence_peek (thread);

  if (self == NULL) {
    return;
  }
  take (self);
  while (get_taken (self) != NULL) {
    MySequenceEvent *event = pop (self);

    event->klass->drop (event, thread);
  }
}
