/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-failure-private.h"

#include "core/my-thread-group-private.h"
#include "core/my-thread-private.h"
#include "wait/my-state-lock-private.h"

/* An error that nobody has looked at is said: when its thread is freed, or at the latest at exit. The failures of threads
 * that are not freed yet are in a list; to look at one only sets `is_seen`. */

static GQueue listed = G_QUEUE_INIT; /* [state] newest first */

/* @thread has ended with it. */
void
my_failure_list_locked (MyFailure *self,
                        MyThread *thread)
{
  MyThreadPrivate *priv = my_thread_get_private (thread);

  self->may_be_lost = priv->is_daemon;
  self->name = my_thread_dup_name_locked (thread);
  self->group = priv->group;
  self->end_serial = priv->end_serial;
  self->link.data = self;
  g_queue_push_head_link (&listed, &self->link);
}

static void
unlist_locked (MyFailure *self)
{
  g_queue_unlink (&listed, &self->link);
  self->link.data = NULL;
}

/* Takes it out of the list. Whether nobody has looked at it. */
static gboolean
take_unseen_locked (MyFailure *self)
{
  if (self->link.data == NULL) {
    return FALSE;
  }
  unlist_locked (self);
  return !my_failure_is_seen (self) && !my_group_is_joined_locked (self->group, self->end_serial);
}

static void
warn (MyFailure *self)
{
  g_warning ("Thread \"%s\" failed, and nobody looked at its error: %s", self->name, self->error->message);
}

/* A thread is being freed. */
void
my_failure_warn_if_unseen (MyThread *thread)
{
  MyFailure *failure = my_thread_get_private (thread)->failure;
  gboolean is_unseen;

  /* One that was never started has no error, and only its maker knows it. */
  if (my_thread_get_phase (thread) == MY_PHASE_NEW) {
    return;
  }

  /* Taken for any other: a thread that has just let this one go under the lock still uses what it holds. */
  my_state_lock ();
  is_unseen = failure != NULL && take_unseen_locked (failure);
  my_state_unlock ();

  if (is_unseen) {
    warn (failure);
  }
}

/* Of all that are left. Not of daemons, which may be lost. What a handler of the log does may take any time. */
void
my_failure_warn_at_exit (void)
{
  MyFailure *failure;

  my_state_lock ();
  while ((failure = g_queue_peek_head (&listed)) != NULL) {
    gboolean is_unseen = take_unseen_locked (my_failure_ref (failure));

    my_state_unlock ();
    if (is_unseen && !failure->may_be_lost) {
      warn (failure);
    }
    my_failure_unref (failure);
    my_state_lock ();
  }
  my_state_unlock ();
}

/* Whether the thread has failed, and nobody knows but its group, whose join will report it: then it is too early to
 * complain that nobody has looked. Nobody joins the default group. */
gboolean
my_failure_awaits_group_join_locked (MyThread *thread)
{
  MyThreadPrivate *priv = my_thread_get_private (thread);

  return my_phase_get_locked (priv) == MY_PHASE_FAILED && !my_failure_is_seen (priv->failure) && !my_group_is_default (priv->group) &&
         !my_group_is_unreachable_locked (priv->group) && priv->group->failures.length < MY_GROUP_MAX_FAILURES &&
         !my_group_is_joined_locked (priv->group, priv->end_serial);
}

gboolean
my_failure_awaits_group_join (MyThread *thread)
{
  gboolean awaits;

  if (my_thread_get_phase (thread) != MY_PHASE_FAILED || my_failure_is_seen (my_thread_get_private (thread)->failure)) {
    return FALSE;
  }

  my_state_lock ();
  awaits = my_failure_awaits_group_join_locked (thread);
  my_state_unlock ();

  return awaits;
}

/* They are the parent's, which says it. */
void
my_failure_forget_all_in_child (void)
{
  MyFailure *failure;

  while ((failure = g_queue_peek_head (&listed)) != NULL) {
    unlist_locked (failure);
  }
}
