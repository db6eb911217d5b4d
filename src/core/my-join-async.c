/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-join-async-private.h"

#include <pthread.h>

#include "core/my-async-result-private.h"
#include "core/my-notify-private.h"
#include "wait/my-state-lock-private.h"

struct _MyJoinAsync {
  MyInboxItem item;
  atomic_int ref_count;          /* its own, until it is delivered or dropped; the handler of the cancellable's */
  MyInbox *inbox;                /* [const] of the context in which it was called: a reference */
  GObject *object;               /* [const] what is joined: a reference, dropped in the context */
  gpointer tag;                  /* [const] */
  MyJoinAsyncComplete complete;  /* [const] or NULL: it is complete when it is over */
  MyJoinAsyncLook look;          /* [const] or NULL: there is one thing to wait for */
  MyJoinAsyncForgo forgo_locked; /* [const] or NULL */
  GAsyncReadyCallback callback;  /* [const] or NULL */
  gpointer user_data;            /* [const] */
  GCancellable *cancellable;     /* [const] a reference, or NULL */
  gulong cancel_handler;         /* [const] */
  MyJoinAsyncList *list;         /* [state] NULL: in no list, so it is posted, or about to be completed */
  MyJoinAsync *next;             /* [state] */
  MyJoinAsync *previous;         /* [state] */
  gboolean has_ended;            /* written by the thread that posts it */
  gboolean is_over;              /* by the thread that delivers it: `look` has said so */
};

static void
unref (gpointer data)
{
  MyJoinAsync *self = data;

  if (atomic_fetch_sub_explicit (&self->ref_count, 1, memory_order_acq_rel) == 1) {
    if (self->cancellable != NULL) {
      my_object_unref (self->cancellable);
    }
    my_inbox_unref (self->inbox);
    g_free (self);
  }
}

static MyJoinAsync *
join_of_item (MyInboxItem *item)
{
  return (MyJoinAsync *) ((char *) item - G_STRUCT_OFFSET (MyJoinAsync, item));
}

/* Takes it out of the inbox for good. */
static void
finish (MyJoinAsync *self)
{
  my_inbox_take (&self->item);
  if (self->cancel_handler != 0) {
    g_signal_handler_disconnect (self->cancellable, self->cancel_handler);
  }

  /* A thread that has posted it under the state lock may still be about to look at the inbox. */
  my_state_lock ();
  if (self->forgo_locked != NULL) {
    self->forgo_locked ();
  }
  my_state_unlock ();
}

/* TRUE: it waits for something else now, and may be gone. */
static gboolean
waits_on (MyJoinAsync *self,
          GError **error)
{
  if (self->look == NULL || self->is_over || g_cancellable_is_cancelled (self->cancellable)) {
    return FALSE;
  }

  my_inbox_take (&self->item);
  switch (self->look (self, self->object, error)) {
  case MY_JOIN_IS_OVER:
    /* The threads that it has found ended have posted that: it comes after them. */
    my_state_lock ();
    self->is_over = TRUE;
    my_join_async_post_locked (self, TRUE);
    my_state_unlock ();

    my_inbox_empty_closed ();
    return TRUE;
  case MY_JOIN_FAILED:
    return FALSE;
  case MY_JOIN_WAITS:
  default:
    return TRUE;
  }
}

/* Completes it. In the context of the join. */
static gboolean
deliver (MyInboxItem *item)
{
  MyJoinAsync *self = join_of_item (item);
  MyAsyncResult *result;
  GError *error = NULL;

  if (waits_on (self, &error)) {
    return TRUE;
  }
  finish (self);

  if (error == NULL && !g_cancellable_set_error_if_cancelled (self->cancellable, &error) && self->complete != NULL) {
    error = self->complete (self->object, self->has_ended);
  }
  result = my_async_result_new (self->object, self->tag, self->user_data, error);
  if (self->callback != NULL) {
    self->callback (self->object, G_ASYNC_RESULT (result), self->user_data);
  }
  my_object_unref (result);
  my_object_unref (self->object);
  unref (self);

  return TRUE;
}

/* The context is closed: nobody hears of it. */
static void
drop (MyInboxItem *item)
{
  MyJoinAsync *self = join_of_item (item);

  finish (self);
  my_object_unref (self->object);
  unref (self);
}

static const MyInboxItemClass item_class = {
  .deliver = deliver,
  .drop = drop,
};

/* Completes it in a later turn of its context. With the state lock held; without it my_inbox_empty_closed() comes next. */
void
my_join_async_post_locked (MyJoinAsync *self,
                           gboolean has_ended)
{
  MyInbox *inbox = self->inbox;

  self->list = NULL;
  self->has_ended = has_ended;
  my_inbox_push (inbox, &self->item);
  my_inbox_notify_locked (inbox, TRUE);
}

/* Completes all that are in the list, the oldest first. With the state lock held. */
void
my_join_async_post_all_locked (MyJoinAsyncList *list,
                               gboolean has_ended)
{
  MyJoinAsync *oldest = NULL;

  while (list->first != NULL) {
    MyJoinAsync *self = list->first;

    list->first = self->next;
    self->next = oldest;
    oldest = self;
  }
  while (oldest != NULL) {
    MyJoinAsync *self = oldest;

    oldest = self->next;
    my_join_async_post_locked (self, has_ended);
  }
}

/* Takes it out of the list that it is in, if it was not posted yet. With the state lock held. */
gboolean
my_join_async_remove_locked (MyJoinAsync *self)
{
  if (self->list == NULL) {
    return FALSE;
  }
  if (self->previous != NULL) {
    self->previous->next = self->next;
  } else {
    self->list->first = self->next;
  }
  if (self->next != NULL) {
    self->next->previous = self->previous;
  }
  self->list = NULL;
  return TRUE;
}

/* With the state lock held, in the list or not. */
static void
give_up_locked (MyJoinAsync *self)
{
  if (my_join_async_remove_locked (self)) {
    my_join_async_post_locked (self, FALSE);
  }
}

/* By whatever thread cancels: nothing of the user's is called here, and nothing is waited for. */
static void
cancelled (GCancellable *cancellable,
           gpointer data)
{
  my_state_lock ();
  give_up_locked (data);
  my_state_unlock ();

  my_inbox_empty_closed ();
}

static void
unref_by_closure (gpointer data,
                  GClosure *closure)
{
  unref (data);
}

/* Belongs to the calling thread's context. Completed when it is posted; also when @cancellable is cancelled.
 *
 * A handler of the signal, not g_cancellable_connect(), whose g_cancellable_disconnect() waits for the handlers; and no source, since each
 * turn of the loop would look at those of all joins. */
MyJoinAsync *
my_join_async_new (gpointer object,
                   gpointer tag,
                   MyJoinAsyncComplete complete,
                   MyJoinAsyncForgo forgo_locked,
                   GCancellable *cancellable,
                   GAsyncReadyCallback callback,
                   gpointer user_data)
{
  MyJoinAsync *self = g_new0 (MyJoinAsync, 1);
  GMainContext *context = g_main_context_ref_thread_default ();

  self->item.klass = &item_class;
  atomic_init (&self->ref_count, 1);
  self->inbox = my_inbox_ref (my_inbox_get (context));
  self->object = g_object_ref (object);
  self->tag = tag;
  self->complete = complete;
  self->forgo_locked = forgo_locked;
  self->callback = callback;
  self->user_data = user_data;
  if (cancellable != NULL) {
    self->cancellable = g_object_ref (cancellable);
  }
  if (cancellable != NULL && my_signals_work ()) {
    atomic_fetch_add_explicit (&self->ref_count, 1, memory_order_relaxed);
    self->cancel_handler = g_signal_connect_data (cancellable, "cancelled", G_CALLBACK (cancelled), self, unref_by_closure, 0);
  }
  g_main_context_unref (context);

  return self;
}

/* The same where @look says what is to be waited for: it is posted by the caller, and looks for the first time when it is delivered. */
MyJoinAsync *
my_join_async_new_for_many (gpointer object,
                            gpointer tag,
                            MyJoinAsyncLook look,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  MyJoinAsync *self = my_join_async_new (object, tag, NULL, NULL, cancellable, callback, user_data);

  self->look = look; /* a cancellation meanwhile has found it in no list */

  return self;
}

/* Into the list of what is joined. With the state lock held; it may be posted when this returns, and gone when the lock is free. */
void
my_join_async_add_locked (MyJoinAsync *self,
                          MyJoinAsyncList *list)
{
  self->list = list;
  self->previous = NULL;
  self->next = list->first;
  if (self->next != NULL) {
    self->next->previous = self;
  }
  list->first = self;

  /* Cancelled before: its handler has found it in no list, or was never called. */
  if (g_cancellable_is_cancelled (self->cancellable)) {
    give_up_locked (self);
  }
}
