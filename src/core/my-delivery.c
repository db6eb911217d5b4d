/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-delivery-private.h"

#include "core/my-thread-private.h"

/* Whether the end of the thread was delivered. In the owner thread. */
static gboolean
has_finished (MyThreadPrivate *priv,
              MyPhase phase)
{
  my_inbox_collect (priv->inbox);
  return my_phase_is_end (phase) && !my_inbox_is_ready (&priv->end) &&
         !(atomic_load_explicit (&priv->pending, memory_order_acquire) & MY_CHANGE_QUIET);
}

/* Tells of a change made through a setter, by anyone who has a reference, whatever the phase.
 *
 * An idle object is not kept alive for a notification nobody waits for, and the owner thread gets its own at once, as
 * from any other GObject; but never before what is pending.
 */
void
my_delivery_announce (MyThread *self,
                      guint change)
{
  MyThreadPrivate *priv = my_thread_get_private (self);
  MyPhase phase = my_thread_get_phase (self);
  gboolean is_told = FALSE;

  /* Before it is made its context is not known for certain. */
  if (priv->kind == MY_KIND_IN_MAKING) {
    return;
  }
  if (!my_phase_is_alive (phase)) {
    if (!my_thread_has_notify_listeners (self)) {
      return;
    }
    if (my_inbox_enter (priv->inbox)) {
      if (phase == MY_PHASE_NEW || has_finished (priv, phase)) {
        g_object_notify_by_pspec ((GObject *) self, my_thread_pspecs[__builtin_ctz (change)]);
        is_told = TRUE;
      }
      my_inbox_leave (priv->inbox);
    }
  }
  if (!is_told) {
    my_delivery_post (self, change);
  }
}

/* the owner thread */

/* Emits what is pending. FALSE if that was too much for this turn of the loop: the item is to stay in the inbox.
 *
 * One at a time, from the object, with the item still in the inbox: a handler may come here again, from a loop that it
 * runs or by a join, and goes on with the next. */
static gboolean
flush_changes (MyThread *self,
               gboolean *was_urgent)
{
  MyThreadPrivate *priv = my_thread_get_private (self);
  guint taken = (guint) atomic_fetch_and_explicit (&priv->pending, ~(guint64) MY_CHANGE_ALL, memory_order_seq_cst) & MY_CHANGE_ALL;
  gboolean is_whole = TRUE;

  priv->undelivered |= taken;
  /* A handler has come here, out of a delivery of the sequence, or of notifications of the subclass. */
  if (my_sequence_is_in_delivery (self)) {
    priv->undelivered |= MY_CHANGE_SEQUENCE;
  }
  if (my_own_changes_are_in_delivery (self)) {
    priv->undelivered |= MY_CHANGE_OWN;
  }
  *was_urgent = my_change_is_urgent (priv->undelivered);

  priv->n_deliveries++;
  while (priv->undelivered != 0) {
    guint change = priv->undelivered & -priv->undelivered;

    priv->undelivered &= ~change;
    if (change & (MY_CHANGE_STREAM | MY_CHANGE_SEQUENCE)) {
      if (!my_sequence_deliver (self)) {
        my_inbox_cut_turn_short ();
        my_delivery_post (self, MY_CHANGE_SEQUENCE);
        is_whole = FALSE;
        /* What is said of the end comes after all of the sequence. */
        if (my_phase_is_end (my_thread_get_phase (self))) {
          break;
        }
      }
    } else if (my_thread_is_silenced (self)) {
      continue;
    } else if (change == MY_CHANGE_OWN) {
      my_own_changes_deliver (self);
    } else if (change == MY_CHANGE_STARTED || my_thread_has_notify_listeners (self)) {
      my_thread_emit_changes (self, change);
    } else {
      /* All the rest is notifications. Those of the subclass are to be taken all the same: each has a bit of its own. */
      priv->undelivered &= MY_CHANGE_OWN | MY_CHANGE_STREAM | MY_CHANGE_SEQUENCE;
    }
  }
  priv->n_deliveries--;

  return is_whole;
}

/* Takes the item of the changes out of the inbox; if there are new ones, it goes back to the others that have arrived,
 * for the next turn. The caller has a reference. */
static void
unlink_changes (MyThread *self)
{
  MyThreadPrivate *priv = my_thread_get_private (self);
  guint64 pending = atomic_load_explicit (&priv->pending, memory_order_relaxed);

  /* Not there: a handler was here before, or somebody has set LINKED and is about to push. */
  if (!my_inbox_take (&priv->changes)) {
    return;
  }

  for (;;) {
    if (pending & MY_CHANGE_ALL) {
      if (pending < MY_CHANGE_REF && my_delivery_enter_quiet (self)) {
        return;
      }
      /* Back with a reference: the end, which takes what has none out of the inbox, does not see it there. */
      g_object_ref (self);
      atomic_fetch_add_explicit (&priv->pending, MY_CHANGE_REF, memory_order_relaxed);
      my_inbox_push (priv->inbox, &priv->changes);
      return;
    }
    if (atomic_compare_exchange_weak_explicit (&priv->pending, &pending, 0, memory_order_seq_cst, memory_order_relaxed)) {
      break;
    }
  }

  for (guint64 n = pending >> MY_CHANGE_REF_SHIFT; n > 0; n--) {
    g_object_unref (self);
  }
}

static MyThread *
thread_of_changes (MyInboxItem *item)
{
  MyThreadPrivate *priv = (MyThreadPrivate *) ((char *) item - G_STRUCT_OFFSET (MyThreadPrivate, changes));

  return G_STRUCT_MEMBER_P (priv, -my_thread_private_offset);
}

static MyThread *
thread_of_end (MyInboxItem *item)
{
  MyThreadPrivate *priv = (MyThreadPrivate *) ((char *) item - G_STRUCT_OFFSET (MyThreadPrivate, end));

  return G_STRUCT_MEMBER_P (priv, -my_thread_private_offset);
}

/* In a child after fork(): the end may have been posted before, and not been taken; it is in no list any more. */
static void
adopt_end (MyThreadPrivate *priv)
{
  if (priv->inbox->is_stale && my_phase_is_end (atomic_load_explicit (&priv->phase, memory_order_acquire)) && priv->end.next != &priv->end) {
    my_inbox_adopt (priv->inbox, &priv->end);
  }
}

/* How often what has come while the handlers were running is told of, too, before the end is: another thread may have something to say all the time. */
#define MAX_ROUNDS 4

/* Tells of all that has come, and of what comes while the handlers run. */
static gboolean
flush_all_changes (MyThread *self)
{
  MyThreadPrivate *priv = my_thread_get_private (self);
  gboolean was_urgent;
  guint n = 0;

  do {
    if (!flush_changes (self, &was_urgent)) {
      return FALSE;
    }
  } while (++n < MAX_ROUNDS && atomic_load_explicit (&priv->pending, memory_order_relaxed) & MY_CHANGE_ALL);

  return TRUE;
}

/* The same of what was said before is_over was stored. Who has said it may not have come to post it yet. */
static gboolean
flush_last_events (MyThread *self)
{
  gboolean was_urgent;

  if (!my_sequence_has_events (self)) {
    return TRUE;
  }
  my_thread_get_private (self)->undelivered |= MY_CHANGE_SEQUENCE;
  return flush_changes (self, &was_urgent);
}

/* After everything else, `finished`: by whoever takes the item, once. */
static gboolean
deliver_end (MyInboxItem *item)
{
  MyThread *self = thread_of_end (item);
  MyThreadPrivate *priv = my_thread_get_private (self);

  g_object_ref (self);
  if (flush_all_changes (self)) {
    /* Nothing more is said before `finished`; but what was, until now, is told. */
    atomic_store_explicit (&priv->is_over, MY_OVER_FINISHING, memory_order_seq_cst);
    if (flush_last_events (self)) {
      unlink_changes (self);
      if (my_inbox_take (item)) {
        if (my_thread_has_error_listeners (self)) {
          my_failure_set_seen (priv->failure);
        }
        my_delivery_note_no_end (self);
        priv->n_deliveries++;
        if (!my_thread_is_silenced (self)) {
          my_thread_emit_finished (self);
        }
        priv->n_deliveries--;
        atomic_store_explicit (&priv->is_over, MY_OVER_FINISHED, memory_order_seq_cst);
        g_object_unref (self); /* the keep reference */
      }
    }
  }
  /* If it is still there, the others are next. */
  my_inbox_move_to_end (priv->inbox, item);
  g_object_unref (self);

  return TRUE;
}

/* Takes both items out of the inbox, with what they hold. The context is closed: nothing is told. */
static void
drop (MyThread *self)
{
  MyThreadPrivate *priv = my_thread_get_private (self);

  g_object_ref (self);
  priv->undelivered = 0;
  atomic_fetch_and_explicit (&priv->pending, ~(guint64) MY_CHANGE_ALL, memory_order_seq_cst);
  my_sequence_drop (self);
  unlink_changes (self);
  if (my_inbox_take (&priv->end)) {
    atomic_store_explicit (&priv->is_over, MY_OVER_FINISHED, memory_order_seq_cst);
    my_delivery_note_no_end (self);
    g_object_unref (self); /* the keep reference */
  }
  g_object_unref (self);
}

static void
drop_changes (MyInboxItem *item)
{
  drop (thread_of_changes (item));
}

static void
drop_end (MyInboxItem *item)
{
  drop (thread_of_end (item));
}

static gconstpointer
get_kin (MyThread *self)
{
  return my_thread_get_private (self)->group;
}

static gconstpointer
get_kin_of_changes (MyInboxItem *item)
{
  return get_kin (thread_of_changes (item));
}

static gconstpointer
get_kin_of_end (MyInboxItem *item)
{
  return get_kin (thread_of_end (item));
}

static gboolean
deliver_changes (MyInboxItem *item)
{
  MyThread *self = thread_of_changes (item);
  MyThreadPrivate *priv = my_thread_get_private (self);
  gboolean was_urgent;

  /* One that was short: the end, which tells of the changes first, is next anyway. */
  if (my_inbox_is_ready (item) && item->next == &priv->end) {
    return deliver_end (&priv->end);
  }

  /* A handler may deliver the end, which drops the keep reference. */
  g_object_ref (self);
  flush_changes (self, &was_urgent);
  unlink_changes (self);
  g_object_unref (self);

  return was_urgent;
}

/* The end, which is in the inbox too, takes the changes along. */
static gboolean
goes_with_end (MyInboxItem *item)
{
  return my_inbox_is_ready (&my_thread_get_private (thread_of_changes (item))->end);
}

/* How many references the item of the changes holds. */
static guint
count_item_refs (MyThread *self)
{
  return (guint) (atomic_load_explicit (&my_thread_get_private (self)->pending, memory_order_relaxed) >> MY_CHANGE_REF_SHIFT);
}

/* Only what nobody refers to any more: the holder of a reference may yet connect a handler, or join. */
static gboolean
end_is_reapable (MyInboxItem *item,
                 MyReap reap)
{
  MyThread *self = thread_of_end (item);

  return (guint) g_atomic_int_get (&G_OBJECT (self)->ref_count) == 1 + count_item_refs (self) &&
         (reap == MY_REAP_UNREACHABLE || (!my_thread_has_listeners (self) && !my_sequence_has_events (self))) &&
         !my_failure_awaits_group_join (self);
}

static gboolean
changes_are_reapable (MyInboxItem *item,
                      MyReap reap)
{
  MyThread *self = thread_of_changes (item);

  /* What is alive goes with its end. The rest is here for a reference to be dropped, or for what was posted after the end. */
  if (count_item_refs (self) == 0 || my_phase_is_alive (my_thread_get_phase (self))) {
    return FALSE;
  }
  if (reap == MY_REAP_UNREACHABLE && (guint) g_atomic_int_get (&G_OBJECT (self)->ref_count) == count_item_refs (self)) {
    return TRUE;
  }
  return !my_thread_has_listeners (self) && !my_sequence_has_events (self);
}

static void
end_quiet_changes_locked (MyInboxItem *item,
                          MyQuietEnd why)
{
  my_delivery_end_quiet_locked (thread_of_changes (item), why);
}

static const MyInboxItemClass changes_class = {
  .deliver = deliver_changes,
  .drop = drop_changes,
  .get_kin = get_kin_of_changes,
  .goes_with_another = goes_with_end,
  .is_reapable = changes_are_reapable,
  .end_quiet_locked = end_quiet_changes_locked,
};

static const MyInboxItemClass end_class = {
  .deliver = deliver_end,
  .drop = drop_end,
  .get_kin = get_kin_of_end,
  .is_reapable = end_is_reapable,
};

void
my_delivery_init (MyThread *self)
{
  MyThreadPrivate *priv = my_thread_get_private (self);

  priv->changes.klass = &changes_class;
  priv->end.klass = &end_class;
}

/* Delivers all that is pending for one thread, its end too, if the caller, who has a reference, is the owner thread. */
void
my_delivery_deliver_now (MyThread *self)
{
  MyThreadPrivate *priv = my_thread_get_private (self);

  if (!my_inbox_enter (priv->inbox)) {
    return;
  }

  if (my_thread_is_quiet (self)) {
    my_delivery_raise (self);
  }
  my_inbox_collect (priv->inbox);
  adopt_end (priv);
  my_inbox_deliver (priv->inbox, my_inbox_is_ready (&priv->end) ? &priv->end : &priv->changes);
  my_inbox_note_gone (priv->inbox, 2); /* its changes, and its end */

  my_inbox_leave (priv->inbox);
}

/* Tells of what is pending, but for the end. In the owner thread, with a reference. */
void
my_delivery_deliver_changes (MyThread *self)
{
  MyThreadPrivate *priv = my_thread_get_private (self);
  gboolean was_urgent;

  my_inbox_collect (priv->inbox);
  flush_changes (self, &was_urgent);
  unlink_changes (self);
  my_inbox_note_gone (priv->inbox, 1);
}
