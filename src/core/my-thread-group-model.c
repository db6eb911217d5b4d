/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-thread-group.h>
#include <mythread/my-thread.h>

#include "core/my-delivery-private.h"
#include "core/my-notify-private.h"
#include "core/my-room-private.h"
#include "core/my-thread-group-private.h"
#include "core/my-thread-private.h"
#include "sync/my-state-lock-private.h"

/* The group as a GListModel of its alive members.
 *
 * The list that is shown is a copy, made when somebody first looks, and brought up to date in the owner thread, each
 * change with its items-changed. The members are in the order of their start, so what differs is members that are gone, anywhere, and new ones at the end.
 */

static guint
count_members_locked (gpointer self)
{
  return ((MyThreadGroup *) self)->members.n;
}

/* As many of them as are new; if any was removed, all. */
static guint
count_new_locked (gpointer self)
{
  MyThreadGroup *group = self;

  return group->has_removed ? group->members.n : group->n_added;
}

/* References to the own members, or, if no member was removed since this was called last and @may_be_new, only to those
 * that were added: then *@n_known says how many are shown already. */
static GPtrArray *
list_members (MyThreadGroup *self,
              gboolean       may_be_new,
              guint         *n_known)
{
  MyRoomCount count_locked = may_be_new ? count_new_locked : count_members_locked;
  GPtrArray *members = my_room_make_and_lock (count_locked, self, NULL);
  MyThread *member;
  guint n = count_locked (self);

  /* The last n, in their order. They have their keep references: no toggle reference calls out. */
  g_ptr_array_set_size (members, n);
  member = self->members.last;
  for (guint i = n; i > 0; i--) {
    members->pdata[i - 1] = g_object_ref (member);
    member = my_thread_get_private (member)->group_previous;
  }
  *n_known = self->members.n - n;
  self->n_added = 0;
  self->has_removed = FALSE;
  my_state_unlock ();

  return members;
}

static void
drop_members (GPtrArray *members,
              guint      from,
              guint      n)
{
  for (guint i = from; i < from + n; i++) {
    my_delivery_drop (g_ptr_array_index (members, i));
  }
}

/* Somebody looks. */
static void
make_shown (MyThreadGroup *self)
{
  guint n_known;
  GPtrArray *members = list_members (self, FALSE, &n_known);

  my_state_lock ();
  if (self->shown == NULL) {
    self->shown = members;
    members = NULL;
    atomic_store_explicit (&self->is_watched, TRUE, memory_order_relaxed);
  } else {
    /* Somebody else was first, and what is new since then was counted as known just now. */
    self->has_removed = TRUE;
  }
  my_state_unlock ();

  if (members != NULL) {
    drop_members (members, 0, members->len);
    g_ptr_array_unref (members);
  }
}

static void
tell_of_change (MyThreadGroup *self,
                guint          position,
                guint          n_removed,
                guint          n_added)
{
  if (my_signals_work ()) {
    g_list_model_items_changed (G_LIST_MODEL (self), position, n_removed, n_added);
    my_group_notify (self, MY_GROUP_CHANGE_MEMBERS);
  }
}

static void
remove_shown (MyThreadGroup *self,
              guint          position,
              guint          n)
{
  g_autoptr (GPtrArray) removed = g_ptr_array_sized_new (n);

  for (guint i = position; i < position + n; i++) {
    g_ptr_array_add (removed, g_ptr_array_index (self->shown, i));
  }

  my_state_lock ();
  g_ptr_array_remove_range (self->shown, position, n);
  my_state_unlock ();

  tell_of_change (self, position, n, 0);
  drop_members (removed, 0, n);
}

/* Takes the references of @members from @from on. */
static void
append_shown (MyThreadGroup *self,
              GPtrArray     *members,
              guint          from)
{
  guint n = members->len - from;
  guint position = self->shown->len;

  my_state_lock ();
  for (guint i = from; i < members->len; i++) {
    g_ptr_array_add (self->shown, g_ptr_array_index (members, i));
  }
  my_state_unlock ();

  tell_of_change (self, position, 0, n);
}

static void
show_changes (MyThreadGroup *self)
{
  guint n_known;
  GPtrArray *members = list_members (self, TRUE, &n_known);
  guint n_common = 0;

  if (n_known > 0) {
    if (members->len > 0) {
      append_shown (self, members, 0);
    }
    g_ptr_array_unref (members);
    return;
  }

  while (n_common < self->shown->len) {
    guint n_gone = 0;

    while (n_common + n_gone < self->shown->len &&
           (n_common == members->len ||
            g_ptr_array_index (self->shown, n_common + n_gone) != g_ptr_array_index (members, n_common))) {
      n_gone++;
    }
    if (n_gone > 0) {
      remove_shown (self, n_common, n_gone);
    } else {
      n_common++;
    }
  }
  if (n_common < members->len) {
    append_shown (self, members, n_common);
  }

  drop_members (members, 0, n_common);
  g_ptr_array_unref (members);
}

/* Brings the list that is shown up to date. In the owner thread.
 *
 * From a handler of items-changed, which must see the list as it was told, nothing happens until it is done.
 */
void
my_group_update_shown (MyThreadGroup *self)
{
  if (self->is_showing) {
    self->shows_again = TRUE;
    return;
  }
  if (!atomic_load_explicit (&self->is_watched, memory_order_relaxed)) {
    if (!my_group_has_model_listeners (self)) {
      return;
    }
    /* It was told of no member so far. */
    my_state_lock ();
    if (self->shown == NULL) {
      self->shown = g_ptr_array_new ();
      atomic_store_explicit (&self->is_watched, TRUE, memory_order_relaxed);
    }
    my_state_unlock ();
  }

  self->is_showing = TRUE;
  do {
    self->shows_again = FALSE;
    show_changes (self);
  } while (self->shows_again);
  self->is_showing = FALSE;
}

static GType
get_item_type (GListModel *model)
{
  return MY_TYPE_THREAD;
}

static guint
get_n_items (GListModel *model)
{
  MyThreadGroup *self = MY_THREAD_GROUP (model);
  guint n;

  if (!atomic_load_explicit (&self->is_watched, memory_order_relaxed)) {
    make_shown (self);
  }
  my_state_lock ();
  n = self->shown->len;
  my_state_unlock ();

  return n;
}

static gpointer
get_item (GListModel *model,
          guint       position)
{
  MyThreadGroup *self = MY_THREAD_GROUP (model);
  MyThread *thread = NULL;

  if (!atomic_load_explicit (&self->is_watched, memory_order_relaxed)) {
    make_shown (self);
  }
  my_state_lock ();
  if (position < self->shown->len) {
    /* The list has a reference: no toggle reference calls out. */
    thread = g_object_ref (g_ptr_array_index (self->shown, position));
  }
  my_state_unlock ();

  return thread;
}

void
my_group_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}
