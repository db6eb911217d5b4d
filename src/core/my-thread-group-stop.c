/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-thread-group.h>

#include "core/my-thread-group-private.h"
#include "core/my-thread-private.h"
#include "core/my-walk-private.h"
#include "wait/my-state-lock-private.h"

/* A cancel that ends: with all threads ended, or with the names of those that have not. */

/* So many are named. */
#define MAX_NAMES 10

typedef struct {
  char *name;
  char *target; /* what it waits for, or NULL */
  gboolean is_asleep;
} Sight;

/* Looks at the members of @self that are alive; returns how many they are. */
static guint
look (MyThreadGroup *self,
      Sight *sights)
{
  MyThread *thread;
  MyWalk walk;
  guint n = 0;

  my_state_lock ();
  my_walk_begin_locked (&walk, self);
  while ((thread = my_walk_next_locked (&walk)) != NULL) {
    if (n < MAX_NAMES) {
      MyWaiter *waiter = &my_thread_get_private (thread)->waiter;

      sights[n].name = my_thread_dup_name_locked (thread);
      sights[n].is_asleep = waiter->wait != NULL;
      sights[n].target = my_waiter_dup_target (waiter);
    }
    n++;
  }
  my_walk_end_locked (&walk);
  my_state_unlock ();

  return n;
}

static void
set_error (MyThreadGroup *self,
           GError **error)
{
  const char *name = my_thread_group_get_name (self);
  g_autoptr (GString) text = g_string_new ("Group ");
  Sight sights[MAX_NAMES] = { 0 };
  guint n = look (self, sights);

  if (name != NULL) {
    g_string_append_printf (text, "\"%s\"", name);
  } else {
    g_string_append (text, "(without a name)");
  }
  g_string_append (text, " was cancelled, and has not ended in time");
  for (guint i = 0; i < MIN (n, MAX_NAMES); i++) {
    g_string_append_printf (text, "%s thread \"%s\" ", i == 0 ? ":" : ",", sights[i].name);
    if (sights[i].target != NULL) {
      g_string_append_printf (text, "waits for %s", sights[i].target);
    } else {
      g_string_append (text, sights[i].is_asleep ? "sleeps" : "runs, or waits for something that the library does not know");
    }
    g_free (sights[i].name);
    g_free (sights[i].target);
  }
  if (n > MAX_NAMES) {
    g_string_append_printf (text, ", and %u more", n - MAX_NAMES);
  }
  g_set_error_literal (error, MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT, text->str);
}

/**
 * my_thread_group_stop:
 * @self: a group
 * @timeout_us: how long to wait at most, in microseconds; 0: do not wait; negative: for ever
 * @error: return location for an error
 *
 * Cancels all members of the group and its subgroups, and waits until none is alive.
 *
 * The group stays cancelled, as by [method@ThreadGroup.cancel]. How the members have ended makes no difference: failures are
 * left to [method@ThreadGroup.join].
 *
 * The error is `MY_THREAD_ERROR_TIMED_OUT`, whose message names the threads that go on, ten of them at most, and what each of them waits
 * for; `MY_THREAD_ERROR_DEADLOCK` if the caller is a member, or waits without a limit for a member that waits for the caller; or
 * `G_IO_ERROR_CANCELLED` if the calling thread is cancelled while it waits. The group is cancelled in each of these cases, too.
 *
 * Any thread may call it. It blocks. What is pending for members that the calling thread owns is delivered before it returns, as in
 * [method@Thread.join_timeout].
 *
 * Returns: whether all have ended
 *
 * Since: 1.0
 */
gboolean
my_thread_group_stop (MyThreadGroup *self,
                      gint64 timeout_us,
                      GError **error)
{
  MyWaitResult result;

  g_return_val_if_fail (MY_IS_THREAD_GROUP (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  my_thread_group_cancel (self);
  if (my_group_wait (self, timeout_us, NULL, &result)) {
    return TRUE;
  }
  if (error == NULL) {
    return FALSE;
  }
  if (result == MY_WAIT_TIMED_OUT) {
    set_error (self, error);
  } else {
    my_group_set_wait_error (self, result, error);
  }
  return FALSE;
}
