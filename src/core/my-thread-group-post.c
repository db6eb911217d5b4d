/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-thread-group.h>

#include "core/my-notify-private.h"
#include "core/my-thread-group-private.h"
#include "core/my-thread-private.h"

/* What is to be told of a group, and whether anybody listens: any thread. The owner delivers it in my-thread-group-delivery.c. */

static guint thread_failed_signal;
static guint items_changed_signal;
static guint notify_signal;

GParamSpec *my_group_pspecs[MY_N_GROUP_CHANGES];

gboolean
my_group_has_model_listeners (MyThreadGroup *self)
{
  return my_object_has_handler ((GObject *) self, items_changed_signal);
}

gboolean
my_group_has_listeners (MyThreadGroup *self)
{
  return my_object_has_handler ((GObject *) self, items_changed_signal) || my_object_has_handler ((GObject *) self, notify_signal) ||
         my_object_has_handler ((GObject *) self, thread_failed_signal);
}

/* Whether nobody but the library itself has a reference to the group, so that nobody can join it any more. A hint: it is
 * asked about groups that nobody uses. With the state lock held. */
gboolean
my_group_is_unreachable_locked (MyThreadGroup *self)
{
  guint n = (guint) atomic_load_explicit (&self->n_threads, memory_order_relaxed) + self->n_lent + self->n_children - self->kept.n;

  if (atomic_load_explicit (&self->pending, memory_order_relaxed) & MY_GROUP_CHANGE_LINKED) {
    n++;
  }
  return (guint) g_atomic_int_get (&G_OBJECT (self)->ref_count) <= n;
}

/* posting */

gboolean
my_group_is_urgent (guint changes)
{
  return (changes & ~(MY_GROUP_CHANGE_LAZY | MY_GROUP_CHANGE_LINKED)) != 0;
}

/* The item in the inbox holds a reference. Under the state lock too: a member, or the caller, has another one, so no
 * toggle reference calls out. Whether the inbox is to be notified. */
static gboolean
push (MyThreadGroup *self,
      guint changes)
{
  guint old = atomic_fetch_or_explicit (&self->pending, changes | MY_GROUP_CHANGE_LINKED, memory_order_seq_cst);

  if (!(old & MY_GROUP_CHANGE_LINKED)) {
    g_object_ref (self);
    my_inbox_push (self->inbox, &self->changes);
    return TRUE;
  }
  return my_group_is_urgent (changes);
}

/* Without the state lock. */
void
my_group_post (MyThreadGroup *self,
               guint changes)
{
  if (push (self, changes)) {
    my_inbox_notify (self->inbox, my_group_is_urgent (changes));
  }
}

/* Posts changes of what the state lock guards, which the caller holds. What is posted already needs no atomic: the owner takes
 * the bits before it looks under the lock. */
void
my_group_post_locked (MyThreadGroup *self,
                      guint changes)
{
  if ((atomic_load_explicit (&self->pending, memory_order_relaxed) & changes) != changes && push (self, changes)) {
    my_inbox_notify_locked (self->inbox, my_group_is_urgent (changes));
  }
}

/* Posts `thread-failed`, if somebody listens to it; then somebody looks at the error. */
void
my_group_post_failed_locked (MyThreadGroup *self,
                             MyThread *thread,
                             MyFailure *failure)
{
  MyFailedEvent *event;

  if (!my_object_has_handler ((GObject *) self, thread_failed_signal)) {
    return;
  }

  event = g_new (MyFailedEvent, 1);
  event->thread = g_object_ref (thread); /* its keep reference is there: no toggle reference calls out */
  event->failure = my_failure_ref (failure);
  g_queue_push_tail (&self->failed_events, event);
  my_failure_set_seen (failure);

  if (push (self, MY_GROUP_CHANGE_FAILED)) {
    my_inbox_notify_locked (self->inbox, my_group_is_urgent (MY_GROUP_CHANGE_FAILED));
  }
}

/* emission; the owner thread */

void
my_group_notify (MyThreadGroup *self,
                 guint change)
{
  for (guint i = 0; i < MY_N_GROUP_CHANGES; i++) {
    if ((change & (1u << i)) && my_group_pspecs[i] != NULL) {
      my_object_notify (G_OBJECT (self), my_group_pspecs[i]);
    }
  }
}

void
my_group_emit_failed (MyThreadGroup *self,
                      MyThread *thread,
                      const GError *error)
{
  my_state_assert_unlocked ();
  g_signal_emit (self, thread_failed_signal, 0, thread, error);
}

gboolean
my_group_has_notify_listeners (MyThreadGroup *self)
{
  return my_object_has_handler ((GObject *) self, notify_signal);
}

void
my_group_class_init_signals (void)
{
  /**
   * MyThreadGroup::thread-failed:
   * @self: the group
   * @thread: the thread
   * @error: its error
   *
   * A member of the group, or of a subgroup, has failed.
   *
   * It is emitted for the thread's group, and for every group above it, each in its own context.
   *
   * Since: 1.0
   */
  thread_failed_signal = g_signal_new (
    "thread-failed", MY_TYPE_THREAD_GROUP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
    G_TYPE_NONE, 2, MY_TYPE_THREAD, G_TYPE_ERROR | G_SIGNAL_TYPE_STATIC_SCOPE);

  items_changed_signal = g_signal_lookup ("items-changed", G_TYPE_LIST_MODEL);
  notify_signal = g_signal_lookup ("notify", G_TYPE_OBJECT);
}
