/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-walk-private.h"

#include "core/my-thread-private.h"
#include "wait/my-state-lock-private.h"

static MyWalk *walks; /* [state] all that have begun: rarely more than one */

static void
enter (MyWalk *self,
       MyThreadGroup *group)
{
  self->group = group;
  self->next = group->members.first;
  self->is_new = TRUE;
  self->is_leaving = FALSE;
}

static void
begin (MyWalk *self,
       MyThreadGroup *root,
       gboolean has_subgroups)
{
  *self = (MyWalk){
    .root = root,
    .last_serial = my_start_serial,
    .n_forks = my_state_n_forks,
    .has_subgroups = has_subgroups,
    .next_walk = walks,
  };
  if (walks != NULL) {
    walks->previous_walk = self;
  }
  walks = self;
}

/* The members of @root and its subgroups. */
void
my_walk_begin_locked (MyWalk *self,
                      MyThreadGroup *root)
{
  begin (self, root, TRUE);
  enter (self, root);
}

/* All groups of the tree, those too in which nobody is alive: for my_walk_next_group_locked(). */
void
my_walk_begin_groups_locked (MyWalk *self,
                             MyThreadGroup *root)
{
  my_walk_begin_locked (self, root);
  self->has_empty = TRUE;
}

/* The members of @group only. */
void
my_walk_begin_members_locked (MyWalk *self,
                              MyThreadGroup *group)
{
  begin (self, group, FALSE);
  enter (self, group);
}

/* All threads but the main one: the foreign ones, and those in groups. */
void
my_walk_begin_all_locked (MyWalk *self,
                          MyThreadGroup *root,
                          MyThread *first_foreign)
{
  begin (self, root, TRUE);
  self->group = root;
  self->next = first_foreign;
  self->is_foreign = TRUE;
}

/* One step up or sideways, from a group of which all has been walked. */
static void
leave (MyWalk *self)
{
  MyThreadGroup *group = self->group;

  if (group == self->root) {
    self->group = NULL;
    self->next = NULL;
    return;
  }

  my_group_settle_locked (group);
  if (group->next_sibling != NULL) {
    enter (self, group->next_sibling);
  } else {
    self->group = group->parent;
    self->next = NULL;
    self->is_new = FALSE;
    self->is_leaving = TRUE;
  }
}

/* Whether there is anything to be found below @group. */
static gboolean
goes_below (MyWalk *self,
            MyThreadGroup *group)
{
  if (!self->has_subgroups || self->is_leaving) {
    return FALSE;
  }
  return self->has_empty ? group->first_child != NULL : group->n_alive > group->members.n;
}

/* One step, from a list of threads that has come to its end. */
static void
step (MyWalk *self)
{
  MyThreadGroup *group = self->group;

  if (self->is_foreign) {
    self->is_foreign = FALSE;
    enter (self, group);
  } else if (goes_below (self, group)) {
    enter (self, group->first_child);
  } else {
    leave (self);
  }
}

/* FALSE: there is none to be made. After this the walk may have been moved on. */
static gboolean
count_step (MyWalk *self)
{
  if (self->max_steps != 0 && self->n_steps == self->max_steps) {
    return FALSE;
  }
  self->n_steps++;
  if (self->max_steps == 0 && self->n_steps % MY_WALK_SLICE == 0) {
    my_state_give_way ();
  }
  return self->group != NULL && self->n_forks == my_state_n_forks;
}

/* The next thread, or NULL. Without a reference: it is there while the state lock is held, which is let go for a moment now and
 * then. */
MyThread *
my_walk_next_locked (MyWalk *self)
{
  while (count_step (self)) {
    MyThread *thread = self->next;

    if (thread == NULL) {
      step (self);
    } else if (my_thread_get_private (thread)->start_serial > self->last_serial) {
      /* So are those after it. */
      self->next = NULL;
    } else {
      self->next = my_thread_get_private (thread)->group_next;
      return thread;
    }
  }
  return NULL;
}

/* The next group, the first one to begin with, without a look at its threads; or NULL. */
MyThreadGroup *
my_walk_next_group_locked (MyWalk *self)
{
  while (count_step (self)) {
    if (self->is_new) {
      self->is_new = FALSE;
      return self->group;
    }
    step (self);
  }
  return NULL;
}

void
my_walk_end_locked (MyWalk *self)
{
  if (self->n_forks != my_state_n_forks) {
    return;
  }
  if (self->previous_walk != NULL) {
    self->previous_walk->next_walk = self->next_walk;
  } else {
    walks = self->next_walk;
  }
  if (self->next_walk != NULL) {
    self->next_walk->previous_walk = self->previous_walk;
  }
}

/* For pthread_cleanup_push(), around what may call user's code that ends the OS thread. Without the state lock. */
void
my_walk_abandon (gpointer walk)
{
  my_state_lock ();
  my_walk_end_locked (walk);
  my_state_unlock ();
}

/* References to all that are left in the walk, which it ends. Without the state lock.
 *
 * No toggle reference calls out under it: an alive thread has its keep reference, so this is never its second one. */
GPtrArray *
my_walk_list (MyWalk *self)
{
  GPtrArray *threads = g_ptr_array_new_with_free_func (g_object_unref);
  MyThread *found[MY_WALK_BATCH];
  guint n;

  do {
    MyThread *thread;

    n = 0;
    my_state_lock ();
    while (n < MY_WALK_BATCH && (thread = my_walk_next_locked (self)) != NULL) {
      found[n++] = g_object_ref (thread);
    }
    if (n < MY_WALK_BATCH) {
      my_walk_end_locked (self);
    }
    my_state_unlock ();

    /* Not under the lock: the array grows. */
    for (guint i = 0; i < n; i++) {
      g_ptr_array_add (threads, found[i]);
    }
  } while (n == MY_WALK_BATCH);

  return threads;
}

/* Before @thread leaves the list of its group, or of the foreign threads. */
void
my_walk_pass_thread_locked (MyThread *thread)
{
  for (MyWalk *walk = walks; walk != NULL; walk = walk->next_walk) {
    if (walk->next == thread) {
      walk->next = my_thread_get_private (thread)->group_next;
    }
  }
}

/* Before @group, which nobody refers to, and in which nobody is alive, leaves the tree. */
void
my_walk_pass_group_locked (MyThreadGroup *group)
{
  for (MyWalk *walk = walks; walk != NULL; walk = walk->next_walk) {
    if (walk->group == group) {
      leave (walk);
    }
  }
}

/* fork: the threads that walk are gone, but for one, which finds its walk over. */
void
my_walk_forget_all_in_child (void)
{
  walks = NULL;
}
