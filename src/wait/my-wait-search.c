/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "wait/my-wait-search-private.h"

#include "wait/my-host-private.h"
#include "wait/my-state-lock-private.h"
#include "wait/my-wait-cycle-private.h"

/* Whether a wait is stuck: whether what it needs can only go on after it.
 *
 * What the wait leads to becomes a graph of nodes. Each counts as stuck until it proves free. Then those that lead to it are told, and what is
 * left in the end is stuck. Every node is opened once, and every edge is gone at most once in each direction.
 *
 * The state lock is let go from time to time, so the waits change under the search. What frees a node says so (the notes), and a node that is free
 * stays free until the end. Why the verdict is right all the same is in "The search" in docs/internals.md.
 */

/* The steps, of up to 200 ns each, for which the lock is held. Then it is left free for half as long, but for no more than so many microseconds:
 * a slice that was interrupted was not so much longer. */
#define SLICE 256
#define MAX_GAP 50

#define ROOM_SIZE (64 * 1024)

typedef struct _MyWaitEdge MyWaitEdge;

typedef enum {
  ALL_OF_SET, /* needs all that it leads to: it is stuck while any of them is */
  ONE_OF_SET, /* needs one of them: it is stuck while all of them are */
  A_WAIT,     /* leads to one */
} MyWaitNodeKind;

struct _MyWaitNode {
  guint8 kind; /* a MyWaitNodeKind */
  guint8 is_reached;
  guint8 is_free;
  guint n_stuck; /* ALL_OF_SET: how many of those that it leads to are not free, and one more until all are known */
  union {
    MyWait *wait;      /* of a wait; may be gone when the node is free */
    MyWaitLink *waits; /* of a set: the next one to look at */
  };
  MyWaitLink *parts; /* of a set: the next one to look at, after the waits */
  MyWaitEdge *edges; /* those that lead to it, and were not gone back yet */
  MyWaitNode *next_open;
  MyWaitNode *next_freed;
};

struct _MyWaitEdge {
  MyWaitNode *from;
  MyWaitEdge *next;
};

struct _MyWaitRoom {
  MyWaitRoom *next;
};

MyWaitSearch *my_wait_search_current; /* [state] */
static guint64 last_serial;           /* [state] */

/* Those that want to search; the first one does. [state] */
static MyWaitSearch *first_turn;
static MyWaitSearch *last_turn;

/* room */

/* Makes room for so many steps, and the beginning. Without the lock, under which nothing is allocated. */
void
my_wait_search_make_room (MyWaitSearch *self,
                          guint n_steps)
{
  /* A step makes at most the two nodes of a set, and an edge. The beginning makes a node. */
  gsize needed = (n_steps + 1) * (2 * sizeof (MyWaitNode) + sizeof (MyWaitEdge));

  if (self->room == NULL || (gsize) (self->room_end - self->room) < needed) {
    gsize size = sizeof (MyWaitRoom) + MAX (needed, ROOM_SIZE);
    MyWaitRoom *room = g_malloc0 (size);

    room->next = self->rooms;
    self->rooms = room;
    self->room = (char *) (room + 1);
    self->room_end = (char *) room + size;
  }
}

void
my_wait_search_clear_room (MyWaitSearch *self)
{
  while (self->rooms != NULL) {
    MyWaitRoom *room = self->rooms;

    self->rooms = room->next;
    g_free (room);
  }
}

static gpointer
take_room (MyWaitSearch *self,
           gsize size)
{
  gpointer room = self->room;

  self->room += size;
  g_assert (self->room <= self->room_end);
  return room;
}

/* nodes */

static gboolean
is_marked (const MyWaitMark *mark)
{
  return my_wait_search_current != NULL && mark->serial == my_wait_search_current->serial;
}

static void
set_free (MyWaitSearch *self,
          MyWaitNode *node)
{
  if (!node->is_free) {
    node->is_free = TRUE;
    node->next_freed = self->freed;
    self->freed = node;
  }
}

static void
open_node (MyWaitSearch *self,
           MyWaitNode *node)
{
  node->is_reached = TRUE;
  node->next_open = self->open;
  self->open = node;
}

/* NULL if it is free. A pending one counts as free: its own search comes later, and finds this one's wait, if that is admitted. */
static MyWaitNode *
reach_wait (MyWaitSearch *self,
            MyWait *wait)
{
  if (my_wait_holds_up (self->wait, wait->waiter)) {
    return self->root;
  }
  if (wait->standing != MY_WAIT_ADMITTED || !my_wait_counts (wait)) {
    return NULL;
  }
  if (!is_marked (&wait->mark)) {
    MyWaitNode *node = take_room (self, sizeof (MyWaitNode));

    node->kind = A_WAIT;
    node->wait = wait;
    wait->mark = (MyWaitMark){ self->serial, node };
    open_node (self, node);
  }
  return wait->mark.node;
}

static MyWaitNode *
reach_waiter (MyWaitSearch *self,
              MyWaiter *waiter)
{
  if (my_wait_holds_up (self->wait, waiter)) {
    return self->root;
  }
  return waiter->wait != NULL ? reach_wait (self, waiter->wait) : NULL;
}

/* Whether none of the hosts before it works for the same thread. */
static gboolean
is_first_for_subject (MyWaitSearch *self,
                      MyHost *host)
{
  MyHost *first = self->wait->hosts;

  while (first->subject != host->subject) {
    first = first->outer;
  }
  return first == host;
}

/* Whether all members of the set wait, or are held up by the wait that is searched. */
static gboolean
is_all_waiting (MyWaitSearch *self,
                MyWaiterSet *set)
{
  guint n = set->n_waiting;

  for (MyHost *host = self->wait->hosts; host != NULL; host = host->outer) {
    MyWaiter *subject = host->subject;

    if (subject != NULL && subject->set == set && !my_waiter_is_linked (subject) && is_first_for_subject (self, host)) {
      n++;
    }
  }
  return n >= set->n && set->n > 0;
}

static MyWaitNode *
reach_set (MyWaitSearch *self,
           MyWaiterSet *set,
           gboolean any_will_do)
{
  MyWaitNode *node;

  if (!is_marked (&set->mark)) {
    MyWaitNode *nodes = take_room (self, 2 * sizeof (MyWaitNode));

    nodes[ALL_OF_SET].kind = ALL_OF_SET;
    nodes[ONE_OF_SET].kind = ONE_OF_SET;
    set->mark = (MyWaitMark){ self->serial, nodes };
  }

  node = &set->mark.node[any_will_do ? ONE_OF_SET : ALL_OF_SET];
  if (!node->is_reached) {
    node->waits = set->waits;
    node->parts = any_will_do ? NULL : set->parts;
    node->n_stuck = 1;
    open_node (self, node);
    if (any_will_do && !is_all_waiting (self, set)) {
      set_free (self, node);
    }
  }
  return node;
}

/* steps */

/* Makes the edge from @node to @next, which is NULL if it is free. */
static void
lead (MyWaitSearch *self,
      MyWaitNode *node,
      MyWaitNode *next)
{
  MyWaitEdge *edge;

  if (next == NULL || next->is_free) {
    if (node->kind != ALL_OF_SET) {
      set_free (self, node);
    }
    return;
  }

  if (node->kind == ALL_OF_SET) {
    node->n_stuck++;
  }
  edge = take_room (self, sizeof (MyWaitEdge));
  edge->from = node;
  edge->next = next->edges;
  next->edges = edge;
}

/* One of those that @node leads to is free. */
static void
lose_one (MyWaitSearch *self,
          MyWaitNode *node)
{
  if (node->kind != ALL_OF_SET || --node->n_stuck == 0) {
    set_free (self, node);
  }
}

/* Goes on by one edge, from the node that was opened last. */
static void
step_forward (MyWaitSearch *self)
{
  MyWaitNode *node = self->open;

  if (node->is_free) {
    self->open = node->next_open;
  } else if (node->kind == A_WAIT) {
    MyWaitBlocker blocker = node->wait->target->get_blocker (node->wait->object);

    self->open = node->next_open;
    if (blocker.set != NULL) {
      lead (self, node, reach_set (self, blocker.set, blocker.any_will_do));
    } else {
      lead (self, node, blocker.waiter != NULL ? reach_waiter (self, blocker.waiter) : NULL);
    }
  } else if (node->waits != NULL) {
    MyWaitLink *link = node->waits;

    node->waits = link->next;
    lead (self, node, reach_wait (self, link->wait));
  } else if (node->parts != NULL) {
    MyWaitLink *link = node->parts;

    node->parts = link->next;
    lead (self, node, reach_set (self, MY_WAITER_SET_OF_LINK (link), FALSE));
  } else {
    self->open = node->next_open;
    if (node->kind == ALL_OF_SET) {
      lose_one (self, node);
    }
  }
}

/* Goes back by one edge, from the node that was freed last. */
static void
step_back (MyWaitSearch *self)
{
  MyWaitNode *node = self->freed;
  MyWaitEdge *edge = node->edges;

  if (edge == NULL) {
    self->freed = node->next_freed;
    return;
  }
  node->edges = edge->next;
  lose_one (self, edge->from);
}

/* the observer */

static void
lose_wait (MyWait *wait)
{
  if (is_marked (&wait->mark)) {
    set_free (my_wait_search_current, wait->mark.node);
  }
}

static void
lose_link (MyWaiterSet *set,
           MyWaitLink *link)
{
  for (guint kind = ALL_OF_SET; is_marked (&set->mark) && kind <= ONE_OF_SET; kind++) {
    MyWaitNode *node = &set->mark.node[kind];

    if (node->waits == link) {
      node->waits = link->next;
    }
    if (node->parts == link) {
      node->parts = link->next;
    }
  }
}

/* A thread that the wait holds up does not go on. */
static void
gain_runner (MyWaiterSet *set,
             MyWaiter *waiter)
{
  if (waiter != NULL && my_wait_holds_up (my_wait_search_current->wait, waiter)) {
    return;
  }
  if (is_marked (&set->mark)) {
    set_free (my_wait_search_current, &set->mark.node[ONE_OF_SET]);
  }
}

static const MyWaitObserver observer = {
  .lose_wait = lose_wait,
  .lose_link = lose_link,
  .gain_runner = gain_runner,
};

/* While a search goes on it is told of the changes. */
static void
set_current (MyWaitSearch *self)
{
  my_wait_search_current = self;
  my_wait_observer = self != NULL ? &observer : NULL;
}

/* With room for a step. */
void
my_wait_search_begin (MyWaitSearch *self,
                      MyWait *wait)
{
  g_assert (my_wait_search_current == NULL);

  self->wait = wait;
  self->serial = ++last_serial;
  set_current (self);

  self->root = take_room (self, sizeof (MyWaitNode));
  self->root->kind = A_WAIT;
  self->root->wait = wait;
  wait->mark = (MyWaitMark){ self->serial, self->root };
  open_node (self, self->root);

  /* A thread that the wait holds up, though it is another one's, is stuck with it: it is in its set as if it waited. */
  for (MyHost *host = wait->hosts; host != NULL; host = host->outer) {
    if (host->subject != NULL && host->subject != wait->waiter && host->subject->set != NULL) {
      my_waiter_set_link (host->subject->set, &host->subject_link, wait);
    }
  }
}

void
my_wait_search_end (MyWaitSearch *self)
{
  for (MyHost *host = self->wait->hosts; host != NULL; host = host->outer) {
    if (host->subject_link.wait != NULL) {
      my_waiter_set_unlink (host->subject->set, &host->subject_link);
    }
  }
  set_current (NULL);
}

/* Makes at most so many steps, for which there is room. */
MyWaitVerdict
my_wait_search_go_on (MyWaitSearch *self,
                      guint n_steps)
{
  for (guint i = 0; i < n_steps; i++) {
    if (self->root->is_free) {
      return MY_WAIT_FREE;
    }
    if (self->freed != NULL) {
      step_back (self);
    } else if (self->open != NULL) {
      step_forward (self);
    } else {
      return MY_WAIT_STUCK;
    }
  }
  return MY_WAIT_UNDECIDED;
}

/* the notes */

/* fork: in the child, with the state lock held, and only this thread */
void
my_wait_search_forget_in_child (void)
{
  set_current (NULL);
  first_turn = NULL;
  last_turn = NULL;
}

/* turns */

static void
queue_up (MyWaitSearch *self)
{
  self->previous = last_turn;
  if (last_turn != NULL) {
    last_turn->next = self;
  } else {
    first_turn = self;
  }
  last_turn = self;
}

/* Returns the parker of the thread whose turn it is now, or NULL if it is nobody's, or was not this one's. */
static MyParker *
leave_queue (MyWaitSearch *self)
{
  if (self->next != NULL) {
    self->next->previous = self->previous;
  } else {
    last_turn = self->previous;
  }
  if (self->previous != NULL) {
    self->previous->next = self->next;
    return NULL;
  }
  first_turn = self->next;
  return first_turn != NULL ? first_turn->wait->parker : NULL;
}

/* Leaves the lock free for so long, in microseconds: a thread that sleeps until it gets it would else wake each time to find it taken again.
 * It does not call sched_yield(), which takes milliseconds on a busy machine. */
static void
give_way (gint64 duration)
{
  gint64 end = g_get_monotonic_time () + duration;

  do {
    my_parker_relax ();
  } while (g_get_monotonic_time () < end);
}

/* At the end of a search. */
static gboolean
is_found_stuck (MyWait *wait)
{
  return is_marked (&wait->mark) && !wait->mark.node->is_free;
}

/* Decides whether @wait, which is pending, closes a cycle. FREE: it is admitted, or does not count any more. With the state
 * lock held, which is let go meanwhile. */
MyWaitVerdict
my_wait_search_decide (MyWait *wait)
{
  MyWaitSearch self = { .wait = wait };
  MyWaitVerdict verdict = MY_WAIT_UNDECIDED;
  gint64 duration = 0;
  MyParker *next;

  queue_up (&self);
  while (first_turn != &self && my_wait_counts (wait)) {
    my_state_unlock ();
    my_parker_park (wait->parker, MY_DEADLINE_NEVER);
    my_state_lock ();
  }

  while (verdict == MY_WAIT_UNDECIDED && my_wait_counts (wait)) {
    gint64 since;

    my_state_unlock ();
    if (duration > 0) {
      give_way (MIN (duration / 2, MAX_GAP));
    }
    my_wait_search_make_room (&self, SLICE);
    my_state_lock ();

    since = g_get_monotonic_time ();
    if (self.root == NULL) {
      my_wait_search_begin (&self, wait);
    }
    verdict = my_wait_search_go_on (&self, SLICE);
    duration = g_get_monotonic_time () - since;
  }

  if (verdict == MY_WAIT_STUCK) {
    my_wait_describe_cycle (wait, is_found_stuck);
  } else {
    verdict = MY_WAIT_FREE;
    wait->standing = MY_WAIT_ADMITTED;
  }
  if (self.root != NULL) {
    my_wait_search_end (&self);
  }
  next = leave_queue (&self);
  my_state_unlock ();

  if (next != NULL) {
    my_parker_unpark (next);
  }
  my_wait_search_clear_room (&self);
  my_state_lock ();

  return verdict;
}
