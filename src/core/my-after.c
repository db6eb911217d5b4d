/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-after-private.h"

#include <pthread.h>

#include "core/my-executor-private.h"
#include "core/my-notify-private.h"
#include "core/my-thread-group-private.h"
#include "core/my-thread-private.h"
#include "wait/my-state-lock-private.h"

/* The innermost that the calling OS thread is launching from. */
static __thread MyAfter *launcher __attribute__ ((tls_model ("initial-exec")));

static const MyAfterHooks *hooks; /* [const] once loaded */

/* In a constructor. */
void
my_after_set_hooks (const MyAfterHooks *new_hooks)
{
  hooks = new_hooks;
}

/* Launches @thread, which was just taken out of its group's queue. */
void
my_after_launch (MyAfter *self,
                 MyThread *thread)
{
  my_thread_get_private (thread)->queue_next = NULL;
  if (self->launch_last != NULL) {
    my_thread_get_private (self->launch_last)->queue_next = thread;
  } else {
    self->launch_first = thread;
  }
  self->launch_last = thread;
}

void
my_after_cancel (MyAfter *self,
                 GCancellable *cancellable)
{
  self->cancellables = g_slist_prepend (self->cancellables, g_object_ref (cancellable));
}

/* Cancels the members of @group, which has some, when the lock is free. With the state lock held.
 *
 * No toggle reference calls out: a member, or a group below this one, has a reference. */
void
my_after_cancel_group (MyAfter *self,
                       MyThreadGroup *group)
{
  if (!my_group_is_default (group)) {
    g_object_ref (group);
  }
  self->groups = g_slist_prepend (self->groups, group);
}

/* Wakes what was collected so far, before there is no room for more: a walk may be long, and they need not wait for its end. With the state
 * lock held, which it lets go for that. */
void
my_after_wake_locked (MyAfter *self)
{
  if (self->wakes.n >= G_N_ELEMENTS (self->wakes.parkers) / 2) {
    my_state_unlock ();
    my_wake_list_flush (&self->wakes);
    my_state_lock ();
  }
}

static void
cancel_groups (MyAfter *self)
{
  while (self->groups != NULL) {
    MyThreadGroup *group = self->groups->data;

    self->groups = g_slist_delete_link (self->groups, self->groups);
    hooks->cancel_group (group, self);
  }
  my_wake_list_flush (&self->wakes);
}

/* launching */

/* An executor that is not this library's may look at itself after it has handed the thread over, which may end at once, and may have
 * had the only reference to it. If it is the last one by then, it is finalised here. */
static MyExecutor *
hold_executor (MyThread *thread)
{
  MyExecutor *executor = my_thread_get_private (thread)->executor;

  return executor != NULL && my_executor_get_extras (executor) == NULL ? g_object_ref (executor) : NULL;
}

/* A thread to be launched may meanwhile have been cancelled: then it has ended, and left a reference for the executor,
 * so the pointer is good until that executor has taken or refused it. */
static void
launch_first (MyAfter *self)
{
  MyThread *thread = self->launch_first;
  GError *error = NULL;
  gboolean is_taken;

  self->launch_first = my_thread_get_private (thread)->queue_next;
  if (self->launch_first == NULL) {
    self->launch_last = NULL;
  }

  self->launching = thread;
  self->executor = hold_executor (thread);
  is_taken = hooks->launch (thread, &error);
  self->launching = NULL;
  g_clear_object (&self->executor);

  if (!is_taken) {
    hooks->refuse (thread, error, self);
    my_wake_list_flush (&self->wakes);
    if (self->groups != NULL) {
      cancel_groups (self);
    }
  } else {
    g_clear_error (&error);
  }
}

/* An execute() has run the thread itself, and run() has called pthread_exit(). */
static void
go_on_broken (gpointer data)
{
  MyAfter *self = data;

  launcher = NULL;
  self->launching = NULL;
  g_clear_object (&self->executor);
  my_after_run (self);
}

static void
launch_all (MyAfter *self)
{
  MyAfter *outer = launcher;

  launcher = self;
  pthread_cleanup_push (go_on_broken, self);
  while (self->launch_first != NULL) {
    launch_first (self);
  }
  pthread_cleanup_pop (FALSE);
  launcher = outer;
}

/* Does what was collected. Without the state lock. */
void
my_after_run (MyAfter *self)
{
  my_wake_list_flush (&self->wakes);
  if (self->groups != NULL) {
    cancel_groups (self);
  }
  if (self->launch_first != NULL) {
    launch_all (self);
  }

  while (self->cancellables != NULL) {
    GCancellable *cancellable = self->cancellables->data;

    self->cancellables = g_slist_delete_link (self->cancellables, self->cancellables);
    if (my_signals_work ()) {
      my_cancellable_cancel (cancellable);
      g_object_unref (cancellable);
    }
  }

  my_inbox_empty_closed ();

  /* Last: a binding may take the lock of its interpreter for it, and, where that shuts down, end the OS thread. */
  if (self->lets_go) {
    self->lets_go = FALSE;
    hooks->let_go ();
  }
}

/* The same at the end of @thread, which may be gone. If the calling OS thread is just launching @thread, whose executor has run it in
 * execute(), what its end launches comes after it, and not on top of it: there may be any number of them, each with the next. */
void
my_after_run_at_end (MyAfter *self,
                     MyThread *thread)
{
  if (launcher != NULL && launcher->launching == thread && self->launch_first != NULL) {
    if (launcher->launch_last != NULL) {
      my_thread_get_private (launcher->launch_last)->queue_next = self->launch_first;
    } else {
      launcher->launch_first = self->launch_first;
    }
    launcher->launch_last = self->launch_last;
    self->launch_first = NULL;
    self->launch_last = NULL;
  }
  my_after_run (self);
}

/* The calling OS thread is ended in a run(): nothing comes after that. */
void
my_after_leave_nothing (void)
{
  launcher = NULL;
}
