/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-thread-group.h>
#include <mythread/my-thread.h>

#include "core/my-delivery-private.h"
#include "core/my-notify-private.h"
#include "core/my-room-private.h"
#include "core/my-thread-group-private.h"
#include "core/my-thread-private.h"
#include "sync/my-state-lock-private.h"

/**
 * MyThreadGroup:
 *
 * A set of threads: listed, waited for, cancelled, limited and watched as one.
 *
 * Groups form a tree, whose root is the default group. Every thread is in
 * exactly one, from its construction.
 *
 * A group is a [iface@Gio.ListModel] of its alive members, which changes only
 * in the main context in which the group was made (the default group's: the
 * global default context): give it to a list view as it is. Its signal and notifications come there too. All else can be called from any
 * thread.
 *
 * With [property@ThreadGroup:cancel-on-error] and
 * [method@ThreadGroup.join] a group is a scope: nothing that was started in
 * it is left behind.
 *
 * Since: 1.0
 */

G_DEFINE_FINAL_TYPE_WITH_CODE (MyThreadGroup, my_thread_group, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, my_group_list_model_init))

enum {
  PROP_0,
  PROP_NAME,
  PROP_PARENT,
  PROP_MAX_RUNNING,
  PROP_CANCEL_ON_ERROR,
  PROP_KEEP_FINISHED,
  PROP_PROGRESS,
  PROP_N_ITEMS,
  PROP_ITEM_TYPE,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];
static MyThreadGroup *default_group; /* [state] made once, never freed */

guint64 my_end_serial;

/* lists of threads; with the state lock held */

void
my_thread_list_append (MyThreadList *self,
                       MyThread     *thread)
{
  MyThreadPrivate *priv = my_thread_get_private (thread);

  priv->group_next = NULL;
  priv->group_previous = self->last;
  if (self->last != NULL) {
    my_thread_get_private (self->last)->group_next = thread;
  } else {
    self->first = thread;
  }
  self->last = thread;
  self->n++;
}

void
my_thread_list_remove (MyThreadList *self,
                       MyThread     *thread)
{
  MyThreadPrivate *priv = my_thread_get_private (thread);

  if (priv->group_previous != NULL) {
    my_thread_get_private (priv->group_previous)->group_next = priv->group_next;
  } else {
    self->first = priv->group_next;
  }
  if (priv->group_next != NULL) {
    my_thread_get_private (priv->group_next)->group_previous = priv->group_previous;
  } else {
    self->last = priv->group_previous;
  }
  priv->group_next = NULL;
  priv->group_previous = NULL;
  self->n--;
}

/* the tree; with the state lock held */

/* The group after @self in the tree below and with @root, parents first; NULL after the last. */
MyThreadGroup *
my_group_next_in_tree (MyThreadGroup *self,
                       MyThreadGroup *root)
{
  if (self->first_child != NULL) {
    return self->first_child;
  }
  while (self != root) {
    if (self->next_sibling != NULL) {
      return self->next_sibling;
    }
    self = self->parent;
  }
  return NULL;
}

/* Whether @group is @self, or below it. No lock is needed: a parent is for life. */
gboolean
my_group_contains (MyThreadGroup *self,
                   MyThreadGroup *group)
{
  while (group != NULL && group != self) {
    group = group->parent;
  }
  return group != NULL;
}

gboolean
my_group_is_cancelled_locked (MyThreadGroup *self)
{
  while (self != NULL) {
    if (self->is_cancelled) {
      return TRUE;
    }
    self = self->parent;
  }
  return FALSE;
}

/* members; with the state lock held */

/* A member is being started. */
void
my_group_add_locked (MyThreadGroup *self,
                     MyThread      *thread)
{
  if (self->members.n == 0) {
    self->n_done = 0;
  }
  my_thread_list_append (&self->members, thread);
  self->n_added++;
  for (MyThreadGroup *group = self; group != NULL; group = group->parent) {
    group->n_alive_in_tree++;
  }
  my_group_post_locked (self, MY_GROUP_CHANGE_MEMBERS | MY_GROUP_CHANGE_PROGRESS);
}

/* Whether a member that is being started may be launched: then it has a slot. */
gboolean
my_group_take_slot_locked (MyThreadGroup *self)
{
  if (self->queue_first != NULL || (self->max_running != 0 && self->n_running >= self->max_running)) {
    return FALSE;
  }
  self->n_running++;
  return TRUE;
}

void
my_group_enqueue_locked (MyThreadGroup *self,
                         MyThread      *thread)
{
  my_thread_get_private (thread)->queue_next = NULL;
  if (self->queue_last != NULL) {
    my_thread_get_private (self->queue_last)->queue_next = thread;
  } else {
    self->queue_first = thread;
  }
  self->queue_last = thread;
}

/* Takes a thread out of the queue, wherever it is in it. */
void
my_group_dequeue_locked (MyThreadGroup *self,
                         MyThread      *thread)
{
  MyThread *previous = NULL;
  MyThread *next = my_thread_get_private (thread)->queue_next;

  for (MyThread *queued = self->queue_first; queued != thread; queued = my_thread_get_private (queued)->queue_next) {
    previous = queued;
  }
  if (previous != NULL) {
    my_thread_get_private (previous)->queue_next = next;
  } else {
    self->queue_first = next;
  }
  if (self->queue_last == thread) {
    self->queue_last = previous;
  }
  my_thread_get_private (thread)->queue_next = NULL;
}

/* Gives free slots to who waits for them. Not in a group that is cancelled: there they are about to be ended. */
static void
fill_slots_locked (MyThreadGroup *self,
                   MyAfter       *after)
{
  while (self->queue_first != NULL && (self->max_running == 0 || self->n_running < self->max_running) &&
         !my_group_is_cancelled_locked (self)) {
    MyThread *thread = self->queue_first;
    MyThreadPrivate *priv = my_thread_get_private (thread);

    my_group_dequeue_locked (self, thread);
    self->n_running++;
    priv->has_slot = TRUE;
    atomic_store_explicit (&priv->phase, MY_PHASE_HANDED, memory_order_release);
    my_after_launch (after, thread);
  }
}

/* A member is none any more: it has ended, or could not be started. */
void
my_group_remove_locked (MyThreadGroup *self,
                        MyThread      *thread,
                        MyAfter       *after)
{
  MyThreadPrivate *priv = my_thread_get_private (thread);

  my_thread_list_remove (&self->members, thread);
  self->has_removed = TRUE;
  if (priv->has_slot) {
    priv->has_slot = FALSE;
    self->n_running--;
    fill_slots_locked (self, after);
  }

  if (self->members.n == 0) {
    my_wait_queue_wake_all (&self->next_joiners, &after->wakes);
  }
  for (MyThreadGroup *group = self; group != NULL; group = group->parent) {
    if (--group->n_alive_in_tree == 0) {
      my_wait_queue_wake_all (&group->joiners, &after->wakes);
      my_join_async_post_all_locked (&group->joins_async, TRUE);
    }
  }
  my_group_post_locked (self, MY_GROUP_CHANGE_MEMBERS | MY_GROUP_CHANGE_PROGRESS);
}

/* A thread's reference to its group. The default group, in which most threads are, is never freed: it is spared the
 * reference, which threads that are made and freed on several processors would fight over. */
void
my_group_hold (MyThreadGroup *self)
{
  if (!my_group_is_default (self)) {
    g_object_ref (self);
    atomic_fetch_add_explicit (&self->n_threads, 1, memory_order_relaxed);
  }
}

void
my_group_let_go (MyThreadGroup *self)
{
  if (!my_group_is_default (self)) {
    atomic_fetch_sub_explicit (&self->n_threads, 1, memory_order_relaxed);
    g_object_unref (self);
  }
}

/* In the owner thread, with a reference. */
void
my_group_drop_lent (MyThreadGroup *self)
{
  guint n;

  my_state_lock ();
  n = self->n_lent;
  self->n_lent = 0;
  my_state_unlock ();

  while (n-- > 0) {
    g_object_unref (self);
  }
}

/* Lets go of all kept members; each takes its reference to the group again, as it had it before. */
static void
drop_kept (MyThreadGroup *self)
{
  MyThreadList kept;
  MyAfter after = MY_AFTER_INIT;

  my_state_lock ();
  kept = self->kept;
  self->kept = (MyThreadList){ 0 };
  my_wait_queue_wake_all (&self->next_joiners, &after.wakes);
  my_state_unlock ();

  my_after_run (&after);
  /* They are in no list of anyone's now. */
  while (kept.first != NULL) {
    MyThread *thread = kept.first;

    my_thread_list_remove (&kept, thread);
    if (!my_group_is_default (self)) {
      g_object_ref (self);
    }
    my_delivery_drop (thread);
  }
}

static void
cancel_tree_locked (MyThreadGroup *self,
                    MyAfter       *after)
{
  self->is_cancelled = TRUE;

  for (MyThreadGroup *group = self; group != NULL; group = my_group_next_in_tree (group, self)) {
    MyThread *next;

    for (MyThread *member = group->members.first; member != NULL; member = next) {
      next = my_thread_get_private (member)->group_next;
      my_life_cancel_locked (member, after);
    }
  }
}

/* A member has ended; @failure: with this, which is no cancellation. */
void
my_group_member_ended_locked (MyThreadGroup *self,
                              MyThread      *thread,
                              MyFailure     *failure,
                              MyAfter       *after)
{
  MyThreadPrivate *priv = my_thread_get_private (thread);
  MyThreadGroup *cancelled = NULL;

  if (failure != NULL) {
    MyThreadGroup *group = self;

    do {
      my_group_remember_failure_locked (group, failure);
      my_group_post_failed_locked (group, thread, failure);

      if (group->joiners.first != NULL || group->joins_async != NULL) {
        atomic_store_explicit (&priv->error_is_seen, TRUE, memory_order_relaxed);
      }
      if (group->cancel_on_error && !group->is_cancelled) {
        /* Now, so that the slot that gets free is given to nobody. */
        group->is_cancelled = TRUE;
        cancelled = group;
      }
      group = group->parent;
    } while (group != NULL);
  }

  self->n_done++;
  my_group_remove_locked (self, thread, after);

  if (self->keep_finished) {
    g_object_ref (thread);
    my_thread_list_append (&self->kept, thread);
    if (!my_group_is_default (self)) {
      self->n_lent++; /* dropped with the change that was just posted */
    }
    my_wait_queue_wake_first (&self->next_joiners, &after->wakes);
  }

  /* The topmost of them has the others below it. */
  if (cancelled != NULL) {
    cancel_tree_locked (cancelled, after);
  }
}

/* fork: the child has none of the threads, and nobody waits */
void
my_group_reset_in_child (MyThreadGroup *self)
{
  self->members = (MyThreadList){ 0 };
  self->has_removed = TRUE;
  self->queue_first = NULL;
  self->queue_last = NULL;
  self->n_alive_in_tree = 0;
  self->n_running = 0;
  self->joiners = (MyWaitQueue){ 0 };
  self->next_joiners = (MyWaitQueue){ 0 };
  self->joins_async = NULL;
  g_queue_init (&self->failed_events);
  self->is_showing = FALSE;
  self->changes.next = NULL;
  self->changes.previous = NULL;
  self->undelivered = 0;
  atomic_store_explicit (&self->pending, 0, memory_order_relaxed);
}

/* What the group's delivery asks for: one `notify`, in the owner thread. */
void
my_group_notify (MyThreadGroup *self,
                 guint          change)
{
  static const struct {
    guint change;
    guint prop;
  } props_of_changes[] = {
    { MY_GROUP_CHANGE_PROGRESS, PROP_PROGRESS },
    { MY_GROUP_CHANGE_MEMBERS, PROP_N_ITEMS },
    { MY_GROUP_CHANGE_MAX_RUNNING, PROP_MAX_RUNNING },
    { MY_GROUP_CHANGE_CANCEL_ON_ERROR, PROP_CANCEL_ON_ERROR },
    { MY_GROUP_CHANGE_KEEP_FINISHED, PROP_KEEP_FINISHED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (props_of_changes); i++) {
    if (change & props_of_changes[i].change) {
      my_object_notify (G_OBJECT (self), props[props_of_changes[i].prop]);
    }
  }
}

/* GObject */

static void
my_thread_group_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  MyThreadGroup *self = MY_THREAD_GROUP (object);

  switch (prop_id) {
  case PROP_NAME:
    g_value_set_string (value, self->name);
    break;
  case PROP_PARENT:
    g_value_set_object (value, self->parent);
    break;
  case PROP_MAX_RUNNING:
    g_value_set_uint (value, my_thread_group_get_max_running (self));
    break;
  case PROP_CANCEL_ON_ERROR:
    g_value_set_boolean (value, my_thread_group_get_cancel_on_error (self));
    break;
  case PROP_KEEP_FINISHED:
    g_value_set_boolean (value, my_thread_group_get_keep_finished (self));
    break;
  case PROP_PROGRESS:
    g_value_set_double (value, my_thread_group_get_progress (self));
    break;
  case PROP_N_ITEMS:
    g_value_set_uint (value, g_list_model_get_n_items (G_LIST_MODEL (self)));
    break;
  case PROP_ITEM_TYPE:
    g_value_set_gtype (value, MY_TYPE_THREAD);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
my_thread_group_set_property (GObject      *object,
                              guint         prop_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  MyThreadGroup *self = MY_THREAD_GROUP (object);

  switch (prop_id) {
  case PROP_NAME:
    self->name = g_value_dup_string (value);
    break;
  case PROP_PARENT:
    self->parent = g_value_dup_object (value);
    break;
  case PROP_MAX_RUNNING:
    my_thread_group_set_max_running (self, g_value_get_uint (value));
    break;
  case PROP_CANCEL_ON_ERROR:
    my_thread_group_set_cancel_on_error (self, g_value_get_boolean (value));
    break;
  case PROP_KEEP_FINISHED:
    my_thread_group_set_keep_finished (self, g_value_get_boolean (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

/* Set while the calling thread makes the default group, the only one with no parent. */
static __thread gboolean is_making_default;

static void
my_thread_group_constructed (GObject *object)
{
  MyThreadGroup *self = MY_THREAD_GROUP (object);
  GMainContext *context = g_main_context_get_thread_default ();

  G_OBJECT_CLASS (my_thread_group_parent_class)->constructed (object);

  self->inbox = context != NULL && !is_making_default ? my_inbox_get (context) : my_inbox_get_default ();
  my_inbox_hold_context (self->inbox);
  if (self->parent == NULL && !is_making_default) {
    self->parent = g_object_ref (my_thread_group_get_default ());
  }
  my_group_init_delivery (self);
  if (is_making_default) {
    return;
  }

  my_state_lock ();
  self->next_sibling = self->parent->first_child;
  if (self->next_sibling != NULL) {
    self->next_sibling->previous_sibling = self;
  }
  self->parent->first_child = self;
  my_state_unlock ();
}

static void
my_thread_group_dispose (GObject *object)
{
  /* A kept thread that somebody else refers to keeps the group, now that it refers to it again. */
  drop_kept (MY_THREAD_GROUP (object));

  G_OBJECT_CLASS (my_thread_group_parent_class)->dispose (object);
}

static void
my_thread_group_finalize (GObject *object)
{
  MyThreadGroup *self = MY_THREAD_GROUP (object);

  my_state_lock ();
  if (self->parent != NULL) {
    if (self->previous_sibling != NULL) {
      self->previous_sibling->next_sibling = self->next_sibling;
    } else if (self->parent->first_child == self) {
      self->parent->first_child = self->next_sibling;
    }
    if (self->next_sibling != NULL) {
      self->next_sibling->previous_sibling = self->previous_sibling;
    }
  }
  my_state_unlock ();

  g_queue_clear_full (&self->failures, (GDestroyNotify) my_failure_unref);
  my_group_clear_failed (self);
  g_clear_pointer (&self->shown, g_ptr_array_unref);
  g_free (self->name);
  my_inbox_let_context_go (self->inbox);
  g_clear_object (&self->parent);

  G_OBJECT_CLASS (my_thread_group_parent_class)->finalize (object);
}

static void
my_thread_group_class_init (MyThreadGroupClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = my_thread_group_get_property;
  object_class->set_property = my_thread_group_set_property;
  object_class->constructed = my_thread_group_constructed;
  object_class->dispose = my_thread_group_dispose;
  object_class->finalize = my_thread_group_finalize;

  /**
   * MyThreadGroup:name:
   *
   * The name of the group.
   *
   * Since: 1.0
   */
  props[PROP_NAME] = g_param_spec_string (
    "name", NULL, NULL, NULL,
    G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MyThreadGroup:parent:
   *
   * The group this one is part of: without one, the default group. The default group has none.
   *
   * Since: 1.0
   */
  props[PROP_PARENT] = g_param_spec_object (
    "parent", NULL, NULL, MY_TYPE_THREAD_GROUP,
    G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MyThreadGroup:max-running:
   *
   * How many of the group's own members may run at once; 0: any number.
   *
   * The others are queued, and run first come, first served. If it is lowered, those that run go on.
   *
   * The OS thread of one that was queued is made by the thread whose end has made room for it, and inherits from that one
   * what OS threads inherit: the nice value, the signal mask, the processors it may run on.
   *
   * Since: 1.0
   */
  props[PROP_MAX_RUNNING] = g_param_spec_uint (
    "max-running", NULL, NULL, 0, G_MAXUINT, 0,
    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MyThreadGroup:cancel-on-error:
   *
   * Whether the first failure of a member, or of a member of a subgroup, cancels the group.
   *
   * The group is then as after [method@ThreadGroup.cancel].
   *
   * Since: 1.0
   */
  props[PROP_CANCEL_ON_ERROR] = g_param_spec_boolean (
    "cancel-on-error", NULL, NULL, FALSE,
    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MyThreadGroup:keep-finished:
   *
   * Whether a member that has ended is kept for [method@ThreadGroup.join_next].
   *
   * Those that are kept are let go with the group, and when it is set to %FALSE.
   *
   * Since: 1.0
   */
  props[PROP_KEEP_FINISHED] = g_param_spec_boolean (
    "keep-finished", NULL, NULL, FALSE,
    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MyThreadGroup:progress:
   *
   * The mean progress of the group's own members, from 0 to 1.
   *
   * One whose progress is unknown counts 0, one that has ended 1, until no member is alive and the next one starts.
   *
   * Since: 1.0
   */
  props[PROP_PROGRESS] = g_param_spec_double (
    "progress", NULL, NULL, 0.0, 1.0, 0.0,
    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MyThreadGroup:n-items:
   *
   * The number of items in the list of alive members, as [method@Gio.ListModel.get_n_items] says it.
   *
   * Since: 1.0
   */
  props[PROP_N_ITEMS] = g_param_spec_uint (
    "n-items", NULL, NULL, 0, G_MAXUINT, 0,
    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MyThreadGroup:item-type:
   *
   * The type of the items in the list: [class@Thread].
   *
   * Since: 1.0
   */
  props[PROP_ITEM_TYPE] = g_param_spec_gtype (
    "item-type", NULL, NULL, G_TYPE_OBJECT,
    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, N_PROPS, props);

  my_group_class_init_delivery ();
}

static void
my_thread_group_init (MyThreadGroup *self)
{
}

/* construction */

/**
 * my_thread_group_new:
 * @name: (nullable): the name
 * @parent: (nullable): the group it is part of; %NULL: the default group
 *
 * Makes a group.
 *
 * Any thread may call it; its thread-default main context is where the group's signal, notifications and list changes come. It does not
 * block.
 *
 * Returns: (transfer full): the group
 *
 * Since: 1.0
 */
MyThreadGroup *
my_thread_group_new (const char    *name,
                     MyThreadGroup *parent)
{
  g_return_val_if_fail (name == NULL || g_utf8_validate (name, -1, NULL), NULL);
  g_return_val_if_fail (parent == NULL || MY_IS_THREAD_GROUP (parent), NULL);

  return g_object_new (MY_TYPE_THREAD_GROUP, "name", name, "parent", parent, NULL);
}

/* The default group if it was made. With the state lock held. */
MyThreadGroup *
my_group_peek_default (void)
{
  return default_group;
}

/**
 * my_thread_group_get_default:
 *
 * Gets the default group: that of the threads made with no group, and the root of the tree.
 *
 * The main thread, and threads that the library did not make, are members of no group's list.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer none): the group
 *
 * Since: 1.0
 */
MyThreadGroup *
my_thread_group_get_default (void)
{
  static gsize once;

  if (g_once_init_enter (&once)) {
    MyThreadGroup *group;

    is_making_default = TRUE;
    group = g_object_new (MY_TYPE_THREAD_GROUP, "name", "default", NULL);
    is_making_default = FALSE;

    my_state_lock ();
    default_group = group;
    my_state_unlock ();
    g_once_init_leave (&once, (gsize) group);
  }
  return (MyThreadGroup *) once;
}

/* properties */

/**
 * my_thread_group_get_name:
 * @self: a group
 *
 * Gets the name of the group.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer none) (nullable): the name
 *
 * Since: 1.0
 */
const char *
my_thread_group_get_name (MyThreadGroup *self)
{
  g_return_val_if_fail (MY_IS_THREAD_GROUP (self), NULL);

  return self->name;
}

/**
 * my_thread_group_get_parent:
 * @self: a group
 *
 * Gets the group this one is part of.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer none) (nullable): the parent; %NULL for the default group
 *
 * Since: 1.0
 */
MyThreadGroup *
my_thread_group_get_parent (MyThreadGroup *self)
{
  g_return_val_if_fail (MY_IS_THREAD_GROUP (self), NULL);

  return self->parent;
}

/**
 * my_thread_group_get_max_running:
 * @self: a group
 *
 * Gets how many of the group's own members may run at once.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: the limit; 0: none
 *
 * Since: 1.0
 */
guint
my_thread_group_get_max_running (MyThreadGroup *self)
{
  guint max_running;

  g_return_val_if_fail (MY_IS_THREAD_GROUP (self), 0);

  my_state_lock ();
  max_running = self->max_running;
  my_state_unlock ();

  return max_running;
}

/**
 * my_thread_group_set_max_running:
 * @self: a group
 * @max_running: the limit; 0: none
 *
 * Sets how many of the group's own members may run at once.
 *
 * If that frees slots, members that wait for one are started before it returns.
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_thread_group_set_max_running (MyThreadGroup *self,
                                 guint          max_running)
{
  MyAfter after = MY_AFTER_INIT;
  gboolean is_changed;

  g_return_if_fail (MY_IS_THREAD_GROUP (self));

  my_state_lock ();
  is_changed = self->max_running != max_running;
  self->max_running = max_running;
  fill_slots_locked (self, &after);
  my_state_unlock ();

  my_after_run (&after);
  if (is_changed) {
    my_group_announce (self, MY_GROUP_CHANGE_MAX_RUNNING);
  }
}

/**
 * my_thread_group_get_cancel_on_error:
 * @self: a group
 *
 * Whether the first failure cancels the group.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: whether it does
 *
 * Since: 1.0
 */
gboolean
my_thread_group_get_cancel_on_error (MyThreadGroup *self)
{
  gboolean cancel_on_error;

  g_return_val_if_fail (MY_IS_THREAD_GROUP (self), FALSE);

  my_state_lock ();
  cancel_on_error = self->cancel_on_error;
  my_state_unlock ();

  return cancel_on_error;
}

/**
 * my_thread_group_set_cancel_on_error:
 * @self: a group
 * @cancel_on_error: whether the first failure cancels the group
 *
 * Sets whether the first failure of a member, or of a member of a subgroup, cancels the group.
 *
 * It is about failures to come.
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_thread_group_set_cancel_on_error (MyThreadGroup *self,
                                     gboolean       cancel_on_error)
{
  gboolean is_changed;

  g_return_if_fail (MY_IS_THREAD_GROUP (self));

  my_state_lock ();
  is_changed = self->cancel_on_error != !!cancel_on_error;
  self->cancel_on_error = !!cancel_on_error;
  my_state_unlock ();

  if (is_changed) {
    my_group_announce (self, MY_GROUP_CHANGE_CANCEL_ON_ERROR);
  }
}

/**
 * my_thread_group_get_keep_finished:
 * @self: a group
 *
 * Whether members that have ended are kept for [method@ThreadGroup.join_next].
 *
 * Any thread may call it. It does not block.
 *
 * Returns: whether they are
 *
 * Since: 1.0
 */
gboolean
my_thread_group_get_keep_finished (MyThreadGroup *self)
{
  gboolean keep_finished;

  g_return_val_if_fail (MY_IS_THREAD_GROUP (self), FALSE);

  my_state_lock ();
  keep_finished = self->keep_finished;
  my_state_unlock ();

  return keep_finished;
}

/**
 * my_thread_group_set_keep_finished:
 * @self: a group
 * @keep_finished: whether members that have ended are kept
 *
 * Sets whether members that have ended are kept for [method@ThreadGroup.join_next].
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_thread_group_set_keep_finished (MyThreadGroup *self,
                                   gboolean       keep_finished)
{
  gboolean is_changed;

  g_return_if_fail (MY_IS_THREAD_GROUP (self));

  my_state_lock ();
  is_changed = self->keep_finished != !!keep_finished;
  self->keep_finished = !!keep_finished;
  my_state_unlock ();

  if (!keep_finished) {
    drop_kept (self);
  }
  if (is_changed) {
    my_group_announce (self, MY_GROUP_CHANGE_KEEP_FINISHED);
  }
}

/**
 * my_thread_group_get_progress:
 * @self: a group
 *
 * Gets the mean progress of the group's own members. See [property@ThreadGroup:progress].
 *
 * Any thread may call it. It does not block.
 *
 * Returns: from 0 to 1
 *
 * Since: 1.0
 */
double
my_thread_group_get_progress (MyThreadGroup *self)
{
  double sum;
  guint n;

  g_return_val_if_fail (MY_IS_THREAD_GROUP (self), 0);

  my_state_lock ();
  sum = self->n_done;
  n = self->n_done + self->members.n;
  for (MyThread *member = self->members.first; member != NULL; member = my_thread_get_private (member)->group_next) {
    sum += MAX (my_thread_get_progress (member), 0);
  }
  my_state_unlock ();

  return n != 0 ? sum / n : 0;
}

/* the members, as one */

/**
 * my_thread_group_run:
 * @self: a group
 * @name: (nullable): the name of the thread; %NULL: the default name
 * @func: (scope notified) (closure user_data) (destroy destroy): what the thread does
 * @user_data: data for @func
 * @destroy: (nullable): called with @user_data when the thread is finalised, also if it could not be started
 * @error: return location for an error
 *
 * Makes a thread in the group, and starts it.
 *
 * Any thread may call it; its thread-default main context is the new thread's owner. It does not block. The errors are those of
 * [method@Thread.start].
 *
 * Returns: (transfer full) (nullable): the thread, started; %NULL with an error. Drop it if you do not need it: a thread that runs keeps itself alive
 *
 * Since: 1.0
 */
MyThread *
my_thread_group_run (MyThreadGroup *self,
                     const char    *name,
                     MyThreadFunc   func,
                     gpointer       user_data,
                     GDestroyNotify destroy,
                     GError       **error)
{
  MyThread *thread;

  g_return_val_if_fail (MY_IS_THREAD_GROUP (self), NULL);
  g_return_val_if_fail (name == NULL || g_utf8_validate (name, -1, NULL), NULL);
  g_return_val_if_fail (func != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  thread = my_thread_new_in_group (self, name, func, user_data, destroy);
  if (!my_thread_start (thread, error)) {
    g_object_unref (thread);
    return NULL;
  }
  return thread;
}

/**
 * my_thread_group_active_count:
 * @self: a group
 *
 * Counts the alive members of the group and its subgroups.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: how many there are
 *
 * Since: 1.0
 */
guint
my_thread_group_active_count (MyThreadGroup *self)
{
  guint n;

  g_return_val_if_fail (MY_IS_THREAD_GROUP (self), 0);

  my_state_lock ();
  n = self->n_alive_in_tree;
  my_state_unlock ();

  return n;
}

/* Adds references to the alive members of the tree, for which there must be room. With the state lock held.
 *
 * No toggle reference calls out: an alive thread has its keep reference, so this is never its second one. */
void
my_group_add_members_locked (MyThreadGroup *self,
                             GPtrArray     *threads)
{
  for (MyThreadGroup *group = self; group != NULL; group = my_group_next_in_tree (group, self)) {
    for (MyThread *member = group->members.first; member != NULL; member = my_thread_get_private (member)->group_next) {
      g_ptr_array_add (threads, g_object_ref (member));
    }
  }
}

static guint
count_in_tree_locked (gpointer self)
{
  return ((MyThreadGroup *) self)->n_alive_in_tree;
}

/**
 * my_thread_group_enumerate:
 * @self: a group
 *
 * Lists the alive members of the group and its subgroups: the group's own first, in the order of their start.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer container) (element-type MyThread): the threads; the array holds references, and drops them
 *
 * Since: 1.0
 */
GPtrArray *
my_thread_group_enumerate (MyThreadGroup *self)
{
  GPtrArray *threads;

  g_return_val_if_fail (MY_IS_THREAD_GROUP (self), NULL);

  threads = my_room_make_and_lock (count_in_tree_locked, self, g_object_unref);
  my_group_add_members_locked (self, threads);
  my_state_unlock ();

  return threads;
}

/**
 * my_thread_group_cancel:
 * @self: a group
 *
 * Cancels all members of the group and its subgroups, as by [method@Thread.cancel].
 *
 * The group stays cancelled: members that are started later end at once, as cancelled.
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_thread_group_cancel (MyThreadGroup *self)
{
  MyAfter after = MY_AFTER_INIT;

  g_return_if_fail (MY_IS_THREAD_GROUP (self));

  my_state_lock ();
  cancel_tree_locked (self, &after);
  my_state_unlock ();

  my_after_run (&after);
}

/**
 * my_thread_group_is_cancelled:
 * @self: a group
 *
 * Whether the group, or one that it is part of, was cancelled.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: whether it was
 *
 * Since: 1.0
 */
gboolean
my_thread_group_is_cancelled (MyThreadGroup *self)
{
  gboolean is_cancelled;

  g_return_val_if_fail (MY_IS_THREAD_GROUP (self), FALSE);

  my_state_lock ();
  is_cancelled = my_group_is_cancelled_locked (self);
  my_state_unlock ();

  return is_cancelled;
}
