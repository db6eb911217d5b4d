/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "wait/my-wait-cycle-private.h"

#include "wait/my-host-private.h"

/* A longer cycle is not told to its end. */
#define MAX_TOLD 64

void (*my_waiter_describe) (MyWaiter *waiter,
                            GString *text);

/* A wait that holds up the set: that of the first one that wants to know, else one that is stuck. Of a set that has parts, one in a part. */
static MyWait *
find_in_set (MyWait *root,
             MyWaiterSet *set,
             gboolean (*is_stuck) (MyWait *wait))
{
  MyWait *found = NULL;

  for (guint n = 0; set != NULL && n < MAX_TOLD; n++) {
    for (MyWaitLink *link = set->waits; link != NULL; link = link->next) {
      if (my_wait_holds_up (root, link->wait->waiter)) {
        return root;
      }
      if (found == NULL && my_wait_counts (link->wait) && (is_stuck == NULL || is_stuck (link->wait))) {
        found = link->wait;
      }
    }
    set = found == NULL && set->parts != NULL ? MY_WAITER_SET_OF_LINK (set->parts) : NULL;
  }
  return found;
}

static MyWait *
find_next (MyWait *root,
           MyWait *wait,
           gboolean (*is_stuck) (MyWait *wait))
{
  MyWaitBlocker blocker = wait->target->get_blocker (wait->object);
  MyWait *next;

  if (blocker.set != NULL) {
    return find_in_set (root, blocker.set, is_stuck);
  }
  if (blocker.waiter == NULL) {
    return NULL;
  }
  if (my_wait_holds_up (root, blocker.waiter)) {
    return root;
  }
  next = blocker.waiter->wait;
  return next != NULL && my_wait_counts (next) ? next : NULL;
}

/* One that proves free, in a set where that was not known, ends the text sooner. */
void
my_wait_describe_cycle (MyWait *root,
                        gboolean (*is_stuck) (MyWait *wait))
{
  MyWait *wait = root;
  GString *text = root->cycle;

  if (text == NULL) {
    return;
  }
  g_string_truncate (text, 0);
  for (guint n = 0; wait != NULL && n < MAX_TOLD; n++) {
    if (n > 0) {
      g_string_append (text, ", ");
    }
    g_string_append (text, "thread \"");
    my_waiter_describe (wait->waiter, text);
    g_string_append (text, "\" waits for ");
    wait->target->describe (wait->object, text);

    wait = find_next (root, wait, is_stuck);
    if (wait == root) {
      return;
    }
  }
  g_string_append (text, ", and so on");
}
