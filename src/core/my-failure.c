/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-failure-private.h"

#include "core/my-thread-group-private.h"
#include "core/my-thread-private.h"
#include "sync/my-state-lock-private.h"

/* An error nobody has looked at is said: when its thread is freed, or at the latest at exit. Who has looked only sets
 * `error_is_seen`; the thread stays in the list until it is freed. */

static MyFailure *first_listed; /* [state] */

/* @thread has ended with it. */
void
my_failure_list_locked (MyFailure *self,
                        MyThread  *thread)
{
  self->thread = thread;
  self->next = first_listed;
  if (first_listed != NULL) {
    first_listed->previous = self;
  }
  first_listed = self;
}

/* Not once more for one that is not in it. */
static void
unlist_locked (MyFailure *self)
{
  if (self->thread == NULL) {
    return;
  }
  if (self->previous != NULL) {
    self->previous->next = self->next;
  } else {
    first_listed = self->next;
  }
  if (self->next != NULL) {
    self->next->previous = self->previous;
  }
  self->thread = NULL;
  self->previous = NULL;
  self->next = NULL;
}

/* The name of the thread, if it has failed and nobody has looked at its error; from now on somebody has. */
static char *
take_unseen_locked (MyThread *thread)
{
  MyThreadPrivate *priv = my_thread_get_private (thread);

  if (my_thread_get_phase (thread) != MY_PHASE_FAILED) {
    return NULL;
  }
  unlist_locked (priv->failure);
  if (atomic_exchange_explicit (&priv->error_is_seen, TRUE, memory_order_relaxed) ||
      my_group_is_joined_locked (priv->group, priv->end_serial)) {
    return NULL;
  }
  return my_thread_dup_name_locked (thread);
}

static void
warn (const char *name,
      MyFailure  *failure)
{
  g_warning ("Thread \"%s\" failed, and nobody looked at its error: %s", name, failure->error->message);
}

/* Of a thread that nobody will look at any more. */
void
my_failure_warn_if_unseen (MyThread *thread)
{
  g_autofree char *name = NULL;

  /* One that was never started has no error, and nobody knows it but who has a reference. */
  if (my_thread_get_phase (thread) == MY_PHASE_NEW) {
    return;
  }

  /* Taken also for those who have just let this thread go under it, and still use what it holds. */
  my_state_lock ();
  name = take_unseen_locked (thread);
  my_state_unlock ();

  if (name != NULL) {
    warn (name, my_thread_get_private (thread)->failure);
  }
}

/* Of all that are left, but daemons, which may be lost. What a handler of the log does may take any time. */
void
my_failure_warn_at_exit (void)
{
  my_state_lock ();
  while (first_listed != NULL) {
    MyFailure *failure = my_failure_ref (first_listed);
    gboolean may_be_lost = my_thread_get_private (failure->thread)->is_daemon;
    g_autofree char *name = take_unseen_locked (failure->thread);

    my_state_unlock ();
    if (name != NULL && !may_be_lost) {
      warn (name, failure);
    }
    my_failure_unref (failure);
    my_state_lock ();
  }
  my_state_unlock ();
}

/* They are the parent's, which says it. */
void
my_failure_forget_all_in_child (void)
{
  while (first_listed != NULL) {
    unlist_locked (first_listed);
  }
}
