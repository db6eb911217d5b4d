/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-inbox-private.h"

/* The quiet items of an inbox: posted, as those in `arrived` are, but any thread can take them out again. So an object that is only kept by
 * the wrapper of a language binding can go at any time, on any thread, though something is pending for it. See "Wrappers" in
 * docs/internals.md. */

/* So many are raised in one section. */
#define N_AT_ONCE 32

void
my_quiet_init (MyInbox *self)
{
  self->quiet.next_of_kin = &self->quiet;
  self->quiet.previous_of_kin = &self->quiet;
}

/* In place of my_inbox_push(); my_inbox_notify_locked() comes after it, as after that. */
void
my_quiet_add_locked (MyInbox *self,
                     MyInboxItem *item)
{
  item->next_of_kin = &self->quiet;
  item->previous_of_kin = self->quiet.previous_of_kin;
  self->quiet.previous_of_kin->next_of_kin = item;
  self->quiet.previous_of_kin = item;
  atomic_fetch_add_explicit (&self->n_quiet, 1, memory_order_seq_cst);
}

void
my_quiet_remove_locked (MyInbox *self,
                        MyInboxItem *item)
{
  item->next_of_kin->previous_of_kin = item->previous_of_kin;
  item->previous_of_kin->next_of_kin = item->next_of_kin;
  item->next_of_kin = NULL;
  item->previous_of_kin = NULL;
  atomic_fetch_sub_explicit (&self->n_quiet, 1, memory_order_seq_cst);
}

/* Has those that match (NULL: all) delivered as others are: they are pushed. In the owner thread, which collects next. */
void
my_quiet_raise (MyInbox *self,
                MyInboxMatch match,
                gpointer data)
{
  guint n = atomic_load_explicit (&self->n_quiet, memory_order_seq_cst);

  if (G_LIKELY (n == 0)) {
    return;
  }

  my_state_lock ();
  /* Others come and go whenever the lock is free. */
  for (; n > 0 && self->quiet.next_of_kin != &self->quiet; n--) {
    MyInboxItem *item = self->quiet.next_of_kin;

    if (match == NULL || match (item, data)) {
      item->klass->end_quiet_locked (item, MY_QUIET_RAISE);
    } else {
      /* Behind those that are yet to be looked at. */
      my_quiet_remove_locked (self, item);
      my_quiet_add_locked (self, item);
    }
    if (n % N_AT_ONCE == 0) {
      my_state_unlock ();
      my_state_lock ();
    }
  }
  my_state_unlock ();
}

void
my_quiet_end_all_locked (MyInbox *self,
                         MyQuietEnd why)
{
  while (self->quiet.next_of_kin != &self->quiet) {
    self->quiet.next_of_kin->klass->end_quiet_locked (self->quiet.next_of_kin, why);
  }
}
