/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-delivery-private.h"
#include "core/my-thread-group-private.h"
#include "core/my-thread-private.h"
#include "core/my-walk-private.h"
#include "wait/my-state-lock-private.h"

/* The members of a group: what each start and each end of a thread does to it, and the references that go with it. */

/* A member is being started. */
void
my_group_add_locked (MyThreadGroup *self,
                     MyThread *thread)
{
  MyThreadPrivate *priv = my_thread_get_private (thread);

  if (self->members.n == 0) {
    self->n_done_before = self->n_done;
    self->n_done = 0;
  }
  priv->start_serial = ++my_start_serial;
  my_thread_list_append (&self->members, thread);
  priv->waiter.set = &self->runners;
  if (self->first_unshown == NULL) {
    self->first_unshown = thread;
  }
  my_group_n_alive_members++;
  self->n_alive++;
  for (MyThreadGroup *group = self; !group->is_counted && group->parent != NULL; group = group->parent) {
    group->is_counted = TRUE;
    group->parent->n_alive++;
  }
  my_group_post_locked (self, MY_GROUP_CHANGE_MEMBERS | MY_GROUP_CHANGE_PROGRESS);
}

/* What is shown of @thread is wrong from now on. */
static void
unshow_locked (MyThreadGroup *self,
               MyThread *thread)
{
  MyThreadPrivate *priv = my_thread_get_private (thread);

  if (self->first_unshown == thread) {
    self->first_unshown = priv->group_next;
  }
  if (priv->is_shown) {
    priv->is_shown = FALSE;
    priv->gone_next = self->gone;
    self->gone = thread;
  }
}

/* A member is none any more: it has ended, or could not be started. */
void
my_group_remove_locked (MyThreadGroup *self,
                        MyThread *thread,
                        MyAfter *after)
{
  MyThreadPrivate *priv = my_thread_get_private (thread);

  unshow_locked (self, thread);
  my_walk_pass_thread_locked (thread);
  my_thread_list_remove (&self->members, thread);
  my_group_n_alive_members--;
  self->n_alive--;

  if (priv->has_slot) {
    priv->has_slot = FALSE;
    my_waiter_set_leave (&self->runners);
    my_group_fill_slots_locked (self, after);
    my_waiter_set_look_again (&self->runners, &after->wakes);
  }

  if (self->members.n == 0) {
    if (self->n_done == 0) {
      /* It could not be started: as if nobody had tried. */
      self->n_done = self->n_done_before;
    }
    my_wait_queue_wake_all (&self->next_joiners, &after->wakes);
  }
  my_group_tell_empty_locked (self, after);
  my_group_post_locked (self, MY_GROUP_CHANGE_MEMBERS | MY_GROUP_CHANGE_PROGRESS);
}

static void
remember_failure_locked (MyThreadGroup *self,
                         MyFailure *failure)
{
  if (self->failures.length < MY_GROUP_MAX_FAILURES) {
    g_queue_push_tail (&self->failures, my_failure_ref (failure));
  }
}

/* A member has ended; @failure: with this, which is no cancellation. Each group above it is told of a failure. Returns the group
 * that this cancels, or NULL: the caller is to cancel its members. */
MyThreadGroup *
my_group_member_ended_locked (MyThreadGroup *self,
                              MyThread *thread,
                              MyFailure *failure,
                              MyAfter *after)
{
  MyThreadPrivate *priv = my_thread_get_private (thread);
  MyThreadGroup *cancelled = NULL;

  if (failure != NULL) {
    MyThreadGroup *group = self;

    do {
      remember_failure_locked (group, failure);
      my_group_post_failed_locked (group, thread, failure);

      if (group->joiners.first != NULL || group->joins_async.first != NULL) {
        my_failure_set_seen (priv->failure);
      }
      if (group->cancel_on_error && !group->is_cancelled) {
        /* Now, so that the slot that gets free is given to nobody. */
        my_group_mark_cancelled_locked (group);
        cancelled = group;
      }
      group = group->parent;
    } while (group != NULL);
  }

  self->n_done++;
  my_group_remove_locked (self, thread, after);

  if (self->keep_finished) {
    g_object_ref (thread);
    my_thread_list_append (&self->kept, thread);
    if (!my_group_is_default (self)) {
      self->n_lent++; /* dropped with the change that was just posted */
    }
    my_wait_queue_wake_first (&self->next_joiners, &after->wakes);
  }

  /* The topmost of them has the others below it. */
  return cancelled;
}

/* references to a group; without the state lock */

/* A thread's reference to its group. The default group, in which most threads are, is never freed: it is spared the
 * reference, which threads that are made and freed on several processors would fight over. */
void
my_group_hold (MyThreadGroup *self)
{
  if (!my_group_is_default (self)) {
    g_object_ref (self);
    atomic_fetch_add_explicit (&self->n_threads, 1, memory_order_relaxed);
  }
}

/* GLib's unref() goes on with an object that its dispose() has revived: it lets its reference go, and then thaws the notifications, which are
 * in the object. The next reference must not be dropped meanwhile, by another OS thread. They are there until they have been thawed; for ever, if
 * the user has frozen them, so this is waited for once, and not for long. */
static void
wait_until_revived (MyThreadGroup *self)
{
  GQuark notifications = g_quark_try_string ("GObject-notify-queue");

  for (guint i = 0; i < 1000 && notifications != 0 && g_object_get_qdata ((GObject *) self, notifications) != NULL; i++) {
    g_usleep (100);
  }
  atomic_store_explicit (&self->reviver, 0, memory_order_relaxed);
}

void
my_group_let_go (MyThreadGroup *self)
{
  if (!my_group_is_default (self)) {
    pthread_t reviver = atomic_load_explicit (&self->reviver, memory_order_relaxed);

    if (G_UNLIKELY (reviver != 0) && reviver != pthread_self ()) {
      wait_until_revived (self);
    }
    atomic_fetch_sub_explicit (&self->n_threads, 1, memory_order_relaxed);
    g_object_unref (self);
  }
}

/* A reference that is not the default group's, to be dropped by the owner thread. */
void
my_group_lend (MyThreadGroup *self)
{
  my_state_lock ();
  self->n_lent++;
  my_group_post_locked (self, MY_GROUP_CHANGE_MEMBERS);
  my_state_unlock ();
}

/* In the owner thread, with a reference. */
void
my_group_drop_lent (MyThreadGroup *self)
{
  guint n;

  my_state_lock ();
  n = self->n_lent;
  self->n_lent = 0;
  my_state_unlock ();

  while (n-- > 0) {
    g_object_unref (self);
  }
}

/* Lets go of all kept members; each takes its reference to the group again, as it had it before. With @revives in dispose(): the last
 * reference is being dropped. */
void
my_group_drop_kept (MyThreadGroup *self,
                    gboolean revives)
{
  MyThreadList kept;
  MyAfter after = MY_AFTER_INIT;

  my_state_lock ();
  kept = self->kept;
  self->kept = (MyThreadList){ 0 };
  my_wait_queue_wake_all (&self->next_joiners, &after.wakes);
  my_state_unlock ();

  if (revives && kept.first != NULL) {
    atomic_store_explicit (&self->reviver, pthread_self (), memory_order_relaxed);
  }
  my_after_run (&after);
  /* They are in no list of anyone's now. */
  while (kept.first != NULL) {
    MyThread *thread = kept.first;

    my_thread_list_remove (&kept, thread);
    if (!my_group_is_default (self)) {
      g_object_ref (self);
    }
    my_delivery_drop (thread);
  }
}

/* fork */

/* fork: a thread that was being put into `shown`, or into the list that it is made of, is in neither: what the OS thread had in hand
 * that did so is lost, with the reference to the thread. */
static gboolean
forget_unless_shown_in_child (MyThreadGroup *self,
                              MyThread *thread)
{
  MyThreadPrivate *priv = my_thread_get_private (thread);

  if (priv->shown_iter != NULL && g_sequence_iter_get_sequence (priv->shown_iter) == self->shown) {
    return FALSE;
  }
  priv->shown_iter = NULL;
  priv->is_shown = FALSE;
  return TRUE;
}

static void
reset_shown_in_child (MyThreadGroup *self)
{
  MyThread **link = &self->gone;

  while (*link != NULL) {
    MyThreadPrivate *priv = my_thread_get_private (*link);

    if (forget_unless_shown_in_child (self, *link)) {
      *link = priv->gone_next;
    } else {
      link = &priv->gone_next;
    }
  }
  for (MyThread *member = self->members.first; member != NULL; member = my_thread_get_private (member)->group_next) {
    forget_unless_shown_in_child (self, member);
    unshow_locked (self, member);
  }
  self->is_showing = FALSE;
  self->is_filling = FALSE;
}

/* fork: the child has none of the threads, and nobody waits */
void
my_group_reset_in_child (MyThreadGroup *self)
{
  if (my_group_is_default (self)) {
    my_group_n_alive_members = 0;
    my_group_forgo_all_in_child ();
  }
  reset_shown_in_child (self);
  self->members = (MyThreadList){ 0 };
  self->first_unshown = NULL;
  self->queue = (MyThreadQueue){ NULL };
  self->n_alive = 0;
  self->is_counted = FALSE;
  self->is_moving = FALSE;
  self->runners = (MyWaiterSet){ .parent = self->runners.parent };
  self->joiners = (MyWaitQueue){ 0 };
  self->next_joiners = (MyWaitQueue){ 0 };
  self->joins_async = (MyJoinAsyncList){ NULL };
  g_queue_init (&self->failed_events);
  self->undelivered = 0;
  my_inbox_take (&self->changes);
  atomic_store_explicit (&self->pending, 0, memory_order_relaxed);
}
