/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-join-async-private.h"

#include "core/my-notify-private.h"
#include "core/my-thread-private.h"
#include "sync/my-state-lock-private.h"

struct _MyJoinAsync {
  MyInboxItem item;
  MyInbox *inbox;               /* [const] of the context in which it was called */
  GTask *task;                  /* [const] a reference */
  MyJoinAsyncComplete complete; /* [const] */
  MyJoinAsync **list;           /* [state] NULL: in no list, so it is posted, or about to be completed */
  MyJoinAsync *next;            /* [state] */
  gboolean has_ended;           /* written by who posts it */
  GSource *cancel_source;       /* [owner] or NULL */
};

/* Completes it, and frees it. In the context of the join. */
static gboolean
deliver (MyInboxItem *item)
{
  MyJoinAsync *self = (MyJoinAsync *) ((char *) item - G_STRUCT_OFFSET (MyJoinAsync, item));

  my_inbox_take (item);

  if (self->cancel_source != NULL) {
    g_source_destroy (self->cancel_source);
    g_source_unref (self->cancel_source);
  }

  /* Who posted it under the state lock may still be about to wake the context, on which only the task has a reference. */
  my_state_lock ();
  my_state_unlock ();

  self->complete (self->task, self->has_ended);
  g_object_unref (self->task);
  g_free (self);

  return TRUE;
}

static const MyInboxItemClass item_class = {
  .deliver = deliver,
};

/* Takes @task, which belongs to the calling thread's context. */
MyJoinAsync *
my_join_async_new (GTask              *task,
                   MyJoinAsyncComplete complete)
{
  MyJoinAsync *self = g_new0 (MyJoinAsync, 1);

  self->item.klass = &item_class;
  self->inbox = my_inbox_get (g_task_get_context (task));
  self->task = task;
  self->complete = complete;
  my_object_keep_if_lost (G_OBJECT (task));

  return self;
}

/* Completes it in a later turn of its context. With the state lock held, or before anyone else knows it. */
void
my_join_async_post (MyJoinAsync *self,
                    gboolean     has_ended)
{
  MyInbox *inbox = self->inbox;

  self->list = NULL;
  self->has_ended = has_ended;
  my_inbox_push (inbox, &self->item);
  my_inbox_notify (inbox, TRUE);
}

/* Completes all that are in the list. With the state lock held. */
void
my_join_async_post_all_locked (MyJoinAsync **list,
                               gboolean      has_ended)
{
  MyJoinAsync *oldest = NULL;

  while (*list != NULL) {
    MyJoinAsync *self = *list;

    *list = self->next;
    self->next = oldest;
    oldest = self;
  }
  while (oldest != NULL) {
    MyJoinAsync *self = oldest;

    oldest = self->next;
    my_join_async_post (self, has_ended);
  }
}

/* With the state lock held, in the list or not. */
static void
give_up_locked (MyJoinAsync *self)
{
  if (self->list != NULL) {
    MyJoinAsync **link = self->list;

    while (*link != self) {
      link = &(*link)->next;
    }
    *link = self->next;
    my_join_async_post (self, FALSE);
  }
}

static gboolean
cancelled (GCancellable *cancellable,
           gpointer      data)
{
  my_state_lock ();
  give_up_locked (data);
  my_state_unlock ();

  return G_SOURCE_REMOVE;
}

/* Into the list of what is joined. With the state lock held. */
void
my_join_async_add_locked (MyJoinAsync  *self,
                          MyJoinAsync **list)
{
  self->list = list;
  self->next = *list;
  *list = self;

  /* Cancelled before: another thread, that runs this context, may have dispatched the source already. */
  if (g_cancellable_is_cancelled (g_task_get_cancellable (self->task))) {
    give_up_locked (self);
  }
}

/* Completes it also when its task's cancellable is cancelled: in the calling thread's context, before it is added to a
 * list. A source, and no handler of the cancellable's signal, so that nothing can deadlock in it. */
void
my_join_async_watch_cancellable (MyJoinAsync *self)
{
  GCancellable *cancellable = g_task_get_cancellable (self->task);

  if (cancellable == NULL || !my_signals_work () || my_inbox_is_stale (self->inbox)) {
    return;
  }
  self->cancel_source = g_cancellable_source_new (cancellable);
  g_source_set_static_name (self->cancel_source, "MyThread join");
  g_source_set_callback (self->cancel_source, G_SOURCE_FUNC (cancelled), self, NULL);
  g_source_attach (self->cancel_source, g_task_get_context (self->task));
}
