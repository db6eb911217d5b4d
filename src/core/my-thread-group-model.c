/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-thread-group.h>
#include <mythread/my-thread.h>

#include "core/my-delivery-private.h"
#include "core/my-notify-private.h"
#include "core/my-thread-group-private.h"
#include "core/my-thread-private.h"
#include "core/my-walk-private.h"
#include "wait/my-state-lock-private.h"

/* The group as a GListModel of its alive members.
 *
 * The list that is shown is a copy, made when somebody first looks, and brought up to date in the owner thread, each
 * change with its items-changed. It is a GSequence: a change costs as little in a long list as in a short one, and the sections
 * in which it is made are short.
 *
 * What is to be changed is known, and nothing is searched for. The members are in the order of their start, so the new ones are
 * those from `first_unshown` on. Those that are none any more are in `gone`, and know their place; the list has a reference to
 * each. One that could not be started, and was started again, is both: it goes, and comes at the end.
 *
 * Only the owner thread changes `shown`, but for the one that makes it; it does so under the state lock, under which the others
 * read.
 */

typedef struct {
  MyThread *thread; /* a reference */
  guint position;
} MyGone;

/* Waits until nobody makes `shown`, which takes no longer than a walk over the members. */
static void
wait_until_made_locked (MyThreadGroup *self)
{
  while (self->is_filling) {
    my_state_nap ();
  }
}

/* Appends the next new members to @sequence, with references that are the list's; TRUE: there may be more of them. In the owner
 * thread, or in the one that makes `shown`. */
static gboolean
take_some (MyThreadGroup *self,
           GSequence *sequence)
{
  MyThread *taken[MY_WALK_BATCH];
  guint n = 0;

  my_state_lock ();
  while (n < MY_WALK_BATCH && self->first_unshown != NULL) {
    MyThreadPrivate *priv = my_thread_get_private (self->first_unshown);

    if (priv->shown_iter != NULL) {
      /* It has been in the list before, and in `gone` since list_gone(): first it has to go. */
      self->shows_again = TRUE;
      break;
    }
    /* It has its keep reference: no toggle reference calls out. */
    taken[n++] = g_object_ref (self->first_unshown);
    priv->is_shown = TRUE;
    self->first_unshown = priv->group_next;
  }
  my_state_unlock ();

  for (guint i = 0; i < n; i++) {
    my_thread_get_private (taken[i])->shown_iter = g_sequence_append (sequence, taken[i]);
  }
  return n == MY_WALK_BATCH;
}

/* All new members. */
static GSequence *
take_all (MyThreadGroup *self)
{
  GSequence *sequence = g_sequence_new (NULL);

  while (take_some (self, sequence)) {
  }
  return sequence;
}

static void
drop_members (GSequence *members)
{
  for (GSequenceIter *iter = g_sequence_get_begin_iter (members); !g_sequence_iter_is_end (iter); iter = g_sequence_iter_next (iter)) {
    MyThread *thread = g_sequence_get (iter);

    my_thread_get_private (thread)->shown_iter = NULL;
    my_delivery_drop (thread);
  }
  g_sequence_free (members);
}

/* Somebody looks. @members: what it begins with. */
static void
make_shown (MyThreadGroup *self,
            gboolean with_members)
{
  GSequence *made;

  my_state_lock ();
  wait_until_made_locked (self);
  if (self->shown != NULL) {
    my_state_unlock ();
    return;
  }
  self->is_filling = TRUE;
  my_state_unlock ();

  made = with_members && !my_inbox_is_closed (self->inbox) ? take_all (self) : g_sequence_new (NULL);

  my_state_lock ();
  self->shown = made;
  self->is_filling = FALSE;
  atomic_store_explicit (&self->is_watched, TRUE, memory_order_relaxed);
  if (self->gone != NULL || self->first_unshown != NULL) {
    /* The owner thread may have been told of these when there was nothing to show. */
    my_group_post_locked (self, MY_GROUP_CHANGE_MEMBERS);
  }
  my_state_unlock ();
}

static int
compare_positions (gconstpointer a,
                   gconstpointer b)
{
  const MyGone *gone_a = a;
  const MyGone *gone_b = b;

  return gone_a->position < gone_b->position ? -1 : gone_a->position > gone_b->position;
}

/* The shown ones that are no members any more, in their order. */
static GArray *
list_gone (MyThreadGroup *self)
{
  GArray *gone = g_array_new (FALSE, FALSE, sizeof (MyGone));
  MyThread *thread;

  my_state_lock ();
  thread = self->gone;
  self->gone = NULL;
  my_state_unlock ();

  /* A list that nobody else has now. */
  while (thread != NULL) {
    MyThreadPrivate *priv = my_thread_get_private (thread);
    MyGone item = { thread, (guint) g_sequence_iter_get_position (priv->shown_iter) };

    g_array_append_val (gone, item);
    thread = priv->gone_next;
  }
  g_array_sort (gone, compare_positions);
  return gone;
}

static void
tell_of_change (MyThreadGroup *self,
                guint position,
                guint n_removed,
                guint n_added)
{
  if (my_signals_work ()) {
    g_list_model_items_changed (G_LIST_MODEL (self), position, n_removed, n_added);
    my_group_notify (self, MY_GROUP_CHANGE_MEMBERS);
  }
}

static void
remove_shown (MyThreadGroup *self,
              guint position,
              guint n)
{
  GSequence *removed = g_sequence_new (NULL);

  my_state_lock ();
  g_sequence_move_range (g_sequence_get_begin_iter (removed), g_sequence_get_iter_at_pos (self->shown, (int) position),
                         g_sequence_get_iter_at_pos (self->shown, (int) (position + n)));
  my_state_unlock ();

  tell_of_change (self, position, n, 0);
  drop_members (removed);
}

/* Takes @members. */
static void
append_shown (MyThreadGroup *self,
              GSequence *members)
{
  guint position = (guint) g_sequence_get_length (self->shown);
  guint n = (guint) g_sequence_get_length (members);

  my_state_lock ();
  g_sequence_move_range (g_sequence_get_end_iter (self->shown), g_sequence_get_begin_iter (members), g_sequence_get_end_iter (members));
  my_state_unlock ();

  g_sequence_free (members);
  if (n > 0) {
    tell_of_change (self, position, 0, n);
  }
}

static void
show_changes (MyThreadGroup *self)
{
  GArray *gone = list_gone (self);
  guint n_removed = 0;

  while (n_removed < gone->len) {
    const MyGone *first = &g_array_index (gone, MyGone, n_removed);
    guint n = 1;

    while (n_removed + n < gone->len && g_array_index (gone, MyGone, n_removed + n).position == first->position + n) {
      n++;
    }
    remove_shown (self, first->position - n_removed, n);
    n_removed += n;
  }
  g_array_unref (gone);

  append_shown (self, take_all (self));
}

/* The context is closed: nobody would bring the list up to date, so it is empty from here on, and keeps no thread. In the thread
 * that is the owner meanwhile. */
void
my_group_forget_shown (MyThreadGroup *self)
{
  GSequence *shown;

  my_state_lock ();
  wait_until_made_locked (self);
  shown = self->shown;
  my_state_unlock ();
  if (shown == NULL) {
    return;
  }

  for (GSequenceIter *iter = g_sequence_get_begin_iter (shown); !g_sequence_iter_is_end (iter); iter = g_sequence_iter_next (iter)) {
    my_state_lock ();
    my_thread_get_private (g_sequence_get (iter))->is_shown = FALSE; /* so that its end does not put it into `gone` */
    my_state_unlock ();
  }

  my_state_lock ();
  self->gone = NULL;
  self->shown = g_sequence_new (NULL);
  my_state_unlock ();

  drop_members (shown);
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
    make_shown (self, FALSE);
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
    make_shown (self, TRUE);
  }
  my_state_lock ();
  n = (guint) g_sequence_get_length (self->shown);
  my_state_unlock ();

  return n;
}

static gpointer
get_item (GListModel *model,
          guint position)
{
  MyThreadGroup *self = MY_THREAD_GROUP (model);
  MyThread *thread = NULL;

  if (!atomic_load_explicit (&self->is_watched, memory_order_relaxed)) {
    make_shown (self, TRUE);
  }
  my_state_lock ();
  if (position < (guint) g_sequence_get_length (self->shown)) {
    /* The list has a reference: no toggle reference calls out. */
    thread = g_object_ref (g_sequence_get (g_sequence_get_iter_at_pos (self->shown, (int) position)));
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
