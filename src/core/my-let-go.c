/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-let-go-private.h"

#include "core/my-process-private.h"
#include "core/my-thread-private.h"
#include "wait/my-state-lock-private.h"

/* How often a joiner naps at most, some milliseconds: it may have the interpreter's lock that the drop needs. */
#define MAX_NAPS 100

static MyInboxItem *first;     /* [state] the `end` of threads, which is in no inbox, linked by next_of_kin */
static MyLettingGo *under_way; /* [state] */

static MyThread *
thread_of_end (MyInboxItem *item)
{
  MyThreadPrivate *priv = (MyThreadPrivate *) ((char *) item - G_STRUCT_OFFSET (MyThreadPrivate, end));

  return G_STRUCT_MEMBER_P (priv, -my_thread_private_offset);
}

/* Takes the keep reference of @thread. */
void
my_let_go_add_locked (MyThread *thread)
{
  MyThreadPrivate *priv = my_thread_get_private (thread);

  priv->is_to_be_let_go = TRUE;
  priv->end.previous_of_kin = NULL;
  priv->end.next_of_kin = first;
  if (first != NULL) {
    first->previous_of_kin = &priv->end;
  }
  first = &priv->end;
}

/* Gives it back, if nobody else has got it: TRUE. */
gboolean
my_let_go_take_locked (MyThread *thread)
{
  MyThreadPrivate *priv = my_thread_get_private (thread);

  if (!priv->is_to_be_let_go) {
    return FALSE;
  }
  priv->is_to_be_let_go = FALSE;
  if (priv->end.previous_of_kin != NULL) {
    priv->end.previous_of_kin->next_of_kin = priv->end.next_of_kin;
  } else {
    first = priv->end.next_of_kin;
  }
  if (priv->end.next_of_kin != NULL) {
    priv->end.next_of_kin->previous_of_kin = priv->end.previous_of_kin;
  }
  priv->end.next_of_kin = NULL;
  priv->end.previous_of_kin = NULL;
  return TRUE;
}

/* Takes the reference of @thread (NULL: of any), for the caller to drop, and then to call my_let_go_end(). NULL: there is none. */
MyThread *
my_let_go_begin (MyLettingGo *letting_go,
                 MyThread *thread)
{
  my_state_lock ();
  if (thread == NULL && first != NULL) {
    thread = thread_of_end (first);
  }
  if (thread != NULL && !my_let_go_take_locked (thread)) {
    thread = NULL;
  }
  if (thread != NULL) {
    letting_go->thread = thread;
    letting_go->next = under_way;
    under_way = letting_go;
  }
  my_state_unlock ();

  return thread;
}

void
my_let_go_end (MyLettingGo *letting_go)
{
  MyLettingGo **link = &under_way;

  my_state_lock ();
  while (*link != NULL && *link != letting_go) {
    link = &(*link)->next;
  }
  if (*link != NULL) {
    *link = letting_go->next;
  }
  my_state_unlock ();
}

static gboolean
is_under_way_locked (MyThread *thread)
{
  for (MyLettingGo *letting_go = under_way; letting_go != NULL; letting_go = letting_go->next) {
    if (letting_go->thread == thread) {
      return TRUE;
    }
  }
  return FALSE;
}

/* Another thread may just be dropping the reference of @thread: so that the caller, who has one, finds that it has the last one. */
void
my_let_go_wait_for (MyThread *thread)
{
  my_state_lock ();
  for (guint n = 0; n < MAX_NAPS && is_under_way_locked (thread); n++) {
    my_state_nap ();
  }
  my_state_unlock ();
}

/* In a child of fork(): the references of those are leaked. */
static void
forget_in_child (void)
{
  while (first != NULL) {
    my_let_go_take_locked (thread_of_end (first));
  }
  under_way = NULL;
}

static void __attribute__ ((constructor))
watch_fork (void)
{
  my_process_watch_fork (forget_in_child);
}
