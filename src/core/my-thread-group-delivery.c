/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-thread-group.h>

#include "core/my-delivery-private.h"
#include "core/my-notify-private.h"
#include "core/my-thread-group-private.h"
#include "core/my-thread-private.h"
#include "core/my-walk-private.h"
#include "wait/my-state-lock-private.h"

/* How changes of a group reach the outside: see "Delivery" in docs/internals.md. */

/* Tells of a change made through a setter: at once in the owner thread, as from any other GObject. */
void
my_group_announce (MyThreadGroup *self,
                   guint change)
{
  /* Not while it is being constructed. */
  if (self->inbox == NULL || !my_group_has_listeners (self)) {
    return;
  }
  if (my_inbox_enter (self->inbox)) {
    g_object_notify_by_pspec (G_OBJECT (self), my_group_pspecs[__builtin_ctz (change)]);
    my_inbox_leave (self->inbox);
  } else {
    my_group_post (self, change);
    my_inbox_empty_closed ();
  }
}

/* GObject says that these properties have changed: in the owner thread that is emitted at once, elsewhere it is posted. */
void
my_group_dispatch_changes (MyThreadGroup *self,
                           guint n_pspecs,
                           GParamSpec **pspecs,
                           MyDispatch original)
{
  if (self->inbox == NULL) {
    original ((GObject *) self, n_pspecs, pspecs);
  } else if (!my_redirect_emit_in_owner (self->inbox, (GObject *) self, n_pspecs, pspecs, original) &&
             my_group_has_notify_listeners (self)) {
    my_group_post (self, my_redirect_find_bits (my_group_pspecs, MY_N_GROUP_CHANGES, n_pspecs, pspecs));
    my_inbox_empty_closed ();
  }
}

/* the owner thread */

static void
free_failed_event (MyFailedEvent *event)
{
  my_delivery_drop (event->thread);
  my_failure_unref (event->failure);
  g_free (event);
}

/* Drops all pending `thread-failed`. */
void
my_group_drop_failed (MyThreadGroup *self)
{
  GQueue events;

  my_state_lock ();
  events = self->failed_events;
  g_queue_init (&self->failed_events);
  my_state_unlock ();

  g_queue_clear_full (&events, (GDestroyNotify) free_failed_event);
}

/* Emits the first of the pending `thread-failed`; the change is delivered when there is none left. */
static void
emit_failed (MyThreadGroup *self)
{
  MyFailedEvent *event;

  my_state_lock ();
  event = g_queue_pop_head (&self->failed_events);
  if (g_queue_is_empty (&self->failed_events)) {
    self->undelivered &= ~(guint) MY_GROUP_CHANGE_FAILED;
  }
  my_state_unlock ();

  if (event != NULL) {
    my_group_emit_failed (self, event->thread, event->failure->error);
    free_failed_event (event);
  }
}

static MyThreadGroup *
group_of_changes (MyInboxItem *item)
{
  return (MyThreadGroup *) ((char *) item - G_STRUCT_OFFSET (MyThreadGroup, changes));
}

/* As for a thread: the item stays in the inbox until nothing is left, and what is left is in the object, since a handler
 * may run a loop, in which delivery goes on. */
static gboolean
deliver_changes (MyInboxItem *item)
{
  MyThreadGroup *self = group_of_changes (item);
  guint pending;
  gboolean was_urgent;

  g_object_ref (self);

  self->undelivered |= atomic_fetch_and_explicit (&self->pending, ~(guint) MY_GROUP_CHANGE_ALL, memory_order_seq_cst) & MY_GROUP_CHANGE_ALL;
  was_urgent = my_group_is_urgent (self->undelivered);
  while (self->undelivered != 0) {
    if (self->undelivered & MY_GROUP_CHANGE_FAILED) {
      emit_failed (self);
    } else {
      guint change = self->undelivered & -self->undelivered;

      self->undelivered &= ~change;
      if (change == MY_GROUP_CHANGE_MEMBERS) {
        my_group_update_shown (self);
        my_group_drop_lent (self);
      } else if (my_group_has_notify_listeners (self)) {
        my_group_notify (self, change);
      }
    }
  }

  if (my_inbox_take (item)) {
    pending = MY_GROUP_CHANGE_LINKED;
    if (atomic_compare_exchange_strong_explicit (&self->pending, &pending, 0, memory_order_seq_cst, memory_order_relaxed)) {
      g_object_unref (self); /* the item's */
    } else {
      /* New ones: for the next turn. */
      my_inbox_push (self->inbox, item);
    }
  }
  g_object_unref (self);

  return was_urgent;
}

/* The context is closed: nothing is told, and the list shows nothing any more. */
static void
drop_changes (MyInboxItem *item)
{
  MyThreadGroup *self = group_of_changes (item);

  g_object_ref (self);
  self->undelivered = 0;
  my_inbox_take (item);
  /* First this, then the sections below: what a poster that has found the item linked has left is there for them. */
  atomic_exchange_explicit (&self->pending, 0, memory_order_seq_cst);

  my_group_drop_failed (self);
  my_group_forget_shown (self);
  my_group_drop_lent (self);
  g_object_unref (self); /* the item's */
  g_object_unref (self);
}

static gconstpointer
get_kin (MyInboxItem *item)
{
  return group_of_changes (item);
}

static gboolean
changes_are_reapable (MyInboxItem *item,
                      MyReap reap)
{
  MyThreadGroup *self = group_of_changes (item);
  gboolean is_unreachable;

  if (my_group_has_listeners (self)) {
    return FALSE;
  }

  my_state_lock ();
  is_unreachable = my_group_is_unreachable_locked (self);
  my_state_unlock ();

  return is_unreachable;
}

static const MyInboxItemClass changes_class = {
  .deliver = deliver_changes,
  .drop = drop_changes,
  .get_kin = get_kin,
  .is_reapable = changes_are_reapable,
};

/* It has nothing to let go, and is as good as always in the inbox of a program that has no loop. */
static const MyInboxItemClass changes_of_default_class = {
  .deliver = deliver_changes,
  .get_kin = get_kin,
};

static gboolean
is_of_tree (MyInboxItem *item,
            gpointer data)
{
  gconstpointer kin = item->klass->get_kin != NULL ? item->klass->get_kin (item) : NULL;

  return kin != NULL && my_group_contains (data, (gpointer) kin);
}

typedef struct {
  MyThreadGroup *root;
  GPtrArray *groups; /* of the tree; compared, not followed */
} MyTree;

static void
deliver_tree_in (MyInbox *inbox,
                 gpointer data)
{
  MyTree *tree = data;

  if (my_inbox_enter (inbox)) {
    my_inbox_deliver_kin (inbox, (gconstpointer *) tree->groups->pdata, tree->groups->len, is_of_tree, tree->root);
    my_inbox_leave (inbox);
  }
}

/* The group and its subgroups: as a rule nobody is alive in them any more, and what is pending is what the last ones have left. */
static GPtrArray *
list_tree (MyThreadGroup *self)
{
  GPtrArray *groups = g_ptr_array_new ();
  MyThreadGroup *batch[MY_WALK_BATCH];
  MyThreadGroup *group;
  MyWalk walk;
  guint n = 0;

  my_state_lock ();
  my_walk_begin_groups_locked (&walk, self);
  do {
    group = my_walk_next_group_locked (&walk);
    if (group != NULL) {
      batch[n++] = group;
    }
    if (n == MY_WALK_BATCH || group == NULL) {
      my_state_unlock ();
      for (guint i = 0; i < n; i++) {
        g_ptr_array_add (groups, batch[i]);
      }
      n = 0;
      my_state_lock ();
    }
  } while (group != NULL);
  my_walk_end_locked (&walk);
  my_state_unlock ();

  return groups;
}

/* Delivers all that is pending for the group, its subgroups and their threads, as far as the calling thread owns it. */
void
my_group_deliver_tree (MyThreadGroup *self)
{
  MyTree tree = { self, list_tree (self) };

  my_inbox_foreach_mine (deliver_tree_in, &tree);
  g_ptr_array_unref (tree.groups);
}

/* Whether what is pending can as well wait for the loop: nobody listens or looks, and no reference is to be dropped. Then it is
 * posted already for the next thread. */
static gboolean
can_wait (MyThreadGroup *self)
{
  return my_group_is_default (self) && !atomic_load_explicit (&self->is_watched, memory_order_relaxed) &&
         (!my_signals_work () || g_signal_handler_find (self, G_SIGNAL_MATCH_UNBLOCKED, 0, 0, NULL, NULL, NULL) == 0);
}

/* Delivers what is pending for the group itself, if the calling thread, which has a reference to one of its threads, owns
 * it. */
void
my_group_deliver_now (MyThreadGroup *self)
{
  if (can_wait (self)) {
    return;
  }
  if (!(atomic_load_explicit (&self->pending, memory_order_acquire) & MY_GROUP_CHANGE_LINKED) ||
      !my_inbox_enter (self->inbox)) {
    return;
  }

  g_object_ref (self); /* the reference of the item may be the last one */
  my_inbox_collect (self->inbox);
  if (my_inbox_is_ready (&self->changes)) {
    my_inbox_deliver (self->inbox, &self->changes);
  }
  my_inbox_leave (self->inbox);
  g_object_unref (self);
}

/* Brings the list that is shown up to date, and nothing else, if somebody looks at it, and the calling thread owns it. */
void
my_group_show_members (MyThreadGroup *self)
{
  if (!atomic_load_explicit (&self->is_watched, memory_order_relaxed) && !my_group_has_model_listeners (self)) {
    return;
  }
  if (my_inbox_enter (self->inbox)) {
    my_group_update_shown (self);
    my_inbox_leave (self->inbox);
  }
}

void
my_group_init_delivery (MyThreadGroup *self)
{
  self->changes.klass = my_group_is_default (self) ? &changes_of_default_class : &changes_class;
}
