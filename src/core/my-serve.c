/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-serve-private.h"

#include "core/my-delivery-private.h"
#include "core/my-inbox-private.h"
#include "core/my-process-private.h"
#include "core/my-thread-private.h"
#include "wait/my-state-lock-private.h"

/* An owner that waits for a thread which waits for the owner would never come back. So each wait of the library that may be an owner's goes
 * through my_serve_block(): it returns when something is asked for, that is delivered, and the caller, which looks at its condition again, comes
 * back. Who asks first puts its request into the list, and then looks for an owner that waits; who waits looks at the list first. Both do so
 * with the state lock held. */

static MySequence *requests; /* [state] of processes before this one, too: a child forgets them when it meets one */

#define N_AT_ONCE 16

/* On the stack of a thread that waits: in the list of an inbox that it may own, or in that of the readers. */
struct _MyServer {
  MyWaiter *waiter;
  MyWaitQueue *queue;    /* [const] that it waits in, or NULL */
  MyWaitBlocker blocker; /* [const] in the list of the readers: what it waits for, with a limit or without */
  MyServer *next;        /* [state] */
  MyServer **link;       /* [state] what points to it */
};

/* the owner */

/* The inboxes that the calling OS thread might own. */
typedef struct {
  MyInbox *inboxes[3];
  guint n;
} MyMine;

static void
add_mine (MyInbox *inbox,
          gpointer data)
{
  MyMine *mine = data;

  mine->inboxes[mine->n++] = inbox;
}

static gboolean
contains (const MyMine *mine,
          MyInbox *inbox)
{
  for (guint i = 0; i < mine->n; i++) {
    if (mine->inboxes[i] == inbox) {
      return TRUE;
    }
  }
  return FALSE;
}

/* Calls @func if the calling OS thread is the owner of @thread. A run() that its joiner runs is on the stack of the owner, who cannot come back before it
 * returns: here it counts as the owner. */
static gboolean
call_as_owner (MyThread *thread,
               gboolean (*func) (MyThread *thread))
{
  MyInbox *inbox = my_thread_get_private (thread)->inbox;
  guint n_helped = my_current_n_helped;
  MyThread *outer = my_current;
  gboolean result = FALSE;

  if (n_helped > 0 && inbox->is_of_default && my_process_is_main_thread ()) {
    my_current_n_helped = 0;
    my_current = my_thread_get_main ();
  }
  if (my_inbox_enter (inbox)) {
    result = func (thread);
    my_inbox_leave (inbox);
  }
  my_current_n_helped = n_helped;
  my_current = outer;

  return result;
}

static gboolean
deliver (MyThread *thread)
{
  my_delivery_deliver_changes (thread);
  return TRUE;
}

/* Delivers what is asked for of the calling OS thread. With the state lock held: TRUE if it has let that go meanwhile. */
static gboolean
serve_locked (const MyMine *mine)
{
  MyThread *threads[N_AT_ONCE];
  guint n = 0;

  for (MySequence *self = requests; self != NULL && n < N_AT_ONCE; self = self->next_request) {
    /* Of the global default context another thread may be the owner just now. */
    if (contains (mine, my_thread_get_private (self->thread)->inbox) && call_as_owner (self->thread, my_sequence_has_events)) {
      /* The one that asks has a reference too, so no toggle reference calls out. */
      threads[n++] = g_object_ref (self->thread);
    }
  }
  if (n == 0) {
    return FALSE;
  }

  my_state_unlock ();
  for (guint i = 0; i < n; i++) {
    call_as_owner (threads[i], deliver);
    my_delivery_drop (threads[i]);
  }
  my_state_lock ();

  return TRUE;
}

static void
enter (MyServer *self,
       MyWaiter *waiter,
       MyWaitQueue *queue,
       MyServer **list)
{
  self->waiter = waiter;
  self->queue = queue;
  self->next = *list;
  self->link = list;
  if (self->next != NULL) {
    self->next->link = &self->next;
  }
  *list = self;
}

static void
leave (MyServer *self)
{
  *self->link = self->next;
  if (self->next != NULL) {
    self->next->link = self->link;
  }
}

/* readers */

/* A thread that has room for so many results waits for its reader. If that waits for the thread itself, neither would go on: so the thread
 * goes on beyond the limit. Whoever of the two, or of those between them, waits last finds it out. The reader's wait may have a limit: Python's
 * main thread waits in slices. */

static MyServer *readers;                                                        /* [state] the readers that wait for something else */
static __thread gboolean is_reader __attribute__ ((tls_model ("initial-exec"))); /* the calling thread has read results */

#define MAX_BETWEEN 1000

static gboolean
is_in_set (MyWaiter *waiter,
           MyWaiterSet *set)
{
  MyWaiterSet *place = waiter->set;

  while (place != NULL && place != set) {
    place = place->parent;
  }
  return place != NULL;
}

/* Whether a wait with this blocker is for @goal in the end. @last: that begins to wait just now, or NULL. */
static gboolean
leads_to (MyWaitBlocker blocker,
          MyWaiter *goal,
          MyWaiter *last,
          MyWaitBlocker last_blocker)
{
  for (guint i = 0; i < MAX_BETWEEN && blocker.waiter != goal; i++) {
    MyWaiter *next = blocker.waiter;

    if (blocker.set != NULL && !blocker.any_will_do && is_in_set (goal, blocker.set)) {
      return TRUE;
    }
    if (next == NULL) {
      return FALSE;
    }
    if (next == last) {
      blocker = last_blocker;
    } else if (next->wait != NULL && next->wait->standing != MY_WAIT_APART) {
      blocker = next->wait->target->get_blocker (next->wait->object);
    } else {
      return FALSE;
    }
  }
  return blocker.waiter == goal;
}

/* Lets those go on that wait for room, while their reader waits for them. @last: that begins to wait just now, or NULL. */
static void
abandon_locked (MyWaiter *last,
                MyWaitBlocker last_blocker)
{
  MyWakeList wakes = { 0 };

  for (MySequence *self = requests; self != NULL; self = self->next_request) {
    MyWaiter *reader = atomic_load_explicit (&self->reader, memory_order_relaxed);
    MyServer *server = readers;

    while (server != NULL && server->waiter != reader) {
      server = server->next;
    }
    if (server != NULL && server->queue != &self->readers &&
        leads_to (server->blocker, &my_thread_get_private (self->thread)->waiter, last, last_blocker)) {
      atomic_store_explicit (&self->is_abandoned, TRUE, memory_order_relaxed);
      my_wait_queue_wake_all (&self->writers, &wakes);
    }
  }
  my_wake_list_put_off_locked (&wakes);
}

void
my_serve_note_reader (MyThread *thread)
{
  MySequence *self = my_sequence_get (thread);
  MyWaiter *waiter = &my_thread_get_private (my_thread_get_current ())->waiter;

  is_reader = TRUE;
  if (atomic_load_explicit (&self->reader, memory_order_relaxed) != waiter) {
    atomic_store_explicit (&self->reader, waiter, memory_order_relaxed);
  }
  if (atomic_load_explicit (&self->is_abandoned, memory_order_relaxed)) {
    atomic_store_explicit (&self->is_abandoned, FALSE, memory_order_relaxed);
  }
}

void
my_serve_note_help_locked (MyThread *thread,
                           MyWaiter *waiter)
{
  MySequence *self = my_sequence_peek (thread);

  if (self != NULL && atomic_load_explicit (&self->reader, memory_order_relaxed) == waiter) {
    atomic_store_explicit (&self->is_abandoned, TRUE, memory_order_relaxed);
  }
}

/* blocking */

/* my_wait_block() for a thread that may be the owner of what somebody waits for. */
MyWaitResult
my_serve_block (MyWaiter *waiter,
                MyWaitQueue *queue,
                const MyWaitTarget *target,
                gpointer object,
                gint64 deadline,
                gboolean interruptible)
{
  MyMine mine = { .n = 0 };
  MyServer servers[G_N_ELEMENTS (mine.inboxes)];
  MyServer reading = { 0 };
  MyWaitResult result;

  my_inbox_foreach_mine_locked (add_mine, &mine);
  if (G_UNLIKELY (requests != NULL) && serve_locked (&mine)) {
    return MY_WAIT_WOKEN;
  }

  for (guint i = 0; i < mine.n; i++) {
    enter (&servers[i], waiter, queue, &mine.inboxes[i]->servers);
  }
  if (target != NULL && target->get_blocker != NULL && (is_reader || (deadline == MY_DEADLINE_NEVER && requests != NULL))) {
    MyWaitBlocker blocker = target->get_blocker (object);

    if (is_reader) {
      enter (&reading, waiter, queue, &readers);
      reading.blocker = blocker;
    }
    if (requests != NULL) {
      abandon_locked (waiter, blocker);
    }
  }
  result = my_wait_block (waiter, queue, target, object, deadline, interruptible);
  for (guint i = 0; i < mine.n; i++) {
    leave (&servers[i]);
  }
  if (reading.link != NULL) {
    leave (&reading);
  }
  return result;
}

/* who asks */

/* Has the owner, if it waits, look at what is asked for. */
static void
call_servers (MySequence *self,
              MyWakeList *wakes)
{
  for (MyServer *server = my_thread_get_private (self->thread)->inbox->servers; server != NULL; server = server->next) {
    my_waiter_call (server->waiter, wakes);
  }
}

void
my_serve_request_locked (MySequence *self,
                         MyWakeList *wakes)
{
  if (self->n_requests++ == 0) {
    self->next_request = requests;
    self->request_link = &requests;
    if (requests != NULL) {
      requests->request_link = &self->next_request;
    }
    requests = self;
  }
  call_servers (self, wakes);
}

void
my_serve_end_request_locked (MySequence *self)
{
  if (self->n_forks != my_state_n_forks || --self->n_requests > 0) {
    return;
  }
  *self->request_link = self->next_request;
  if (self->next_request != NULL) {
    self->next_request->request_link = self->request_link;
  }
}

/* In a child of fork(): who asked is gone. */
static void
forget_in_child (void)
{
  requests = NULL;
  readers = NULL;
}

static void __attribute__ ((constructor))
watch_fork (void)
{
  my_process_watch_fork (forget_in_child);
}

/* room */

static void
describe (gpointer thread,
          GString *text)
{
  g_autofree char *name = my_thread_dup_name_locked (thread);

  g_string_append_printf (text, "the owner of thread \"%s\" to take what was said", name);
}

static const MyWaitTarget room_target = {
  .describe = describe,
};

/* Waits until less of what @thread has said is pending, unless the caller is the owner; but not if the caller is cancelled. */
void
my_serve_wait_for_room (MyThread *thread)
{
  MyThreadPrivate *priv = my_thread_get_private (thread);
  MyWaiter *waiter = &my_thread_get_private (my_thread_get_current ())->waiter;
  MySequence *self = my_sequence_get (thread);
  MyWaitResult result = MY_WAIT_WOKEN;
  MyWakeList wakes = { 0 };

  if (my_inbox_enter (priv->inbox)) {
    my_inbox_leave (priv->inbox);
    return;
  }

  my_state_lock ();
  atomic_fetch_add_explicit (&self->n_writers, 1, memory_order_seq_cst);
  my_serve_request_locked (self, &wakes);
  abandon_locked (NULL, (MyWaitBlocker){ 0 });
  while (result == MY_WAIT_WOKEN && my_sequence_is_full (thread)) {
    /* Each time: the owner may have looked, and another writer have taken the room. */
    call_servers (self, &wakes);
    my_wake_list_put_off_locked (&wakes);
    result = my_serve_block (waiter, &self->writers, &room_target, thread, MY_DEADLINE_NEVER, TRUE);
  }
  my_serve_end_request_locked (self);
  atomic_fetch_sub_explicit (&self->n_writers, 1, memory_order_seq_cst);
  my_state_unlock ();
}
