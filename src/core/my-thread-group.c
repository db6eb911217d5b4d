/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-thread-group.h>
#include <mythread/my-thread.h>

#include "core/my-notify-private.h"
#include "core/my-redirect-private.h"
#include "core/my-thread-group-private.h"
#include "core/my-thread-private.h"
#include "core/my-type-private.h"
#include "wait/my-state-lock-private.h"

/**
 * MyThreadGroup:
 *
 * A set of threads that are listed, waited for, cancelled, limited and watched together.
 *
 * Groups form a tree, whose root is the default group. Every thread is in exactly one group, from
 * its construction.
 *
 * A group is a [iface@Gio.ListModel] of its alive members. The list changes only in the main
 * context in which the group was made; for the default group, this is the global default context.
 * So the group can be given to a list view as it is. Its signal and notifications are emitted there
 * too. All else can be called from any thread.
 *
 * With [property@ThreadGroup:cancel-on-error] and
 * [method@ThreadGroup.join] a group is a scope: nothing that was started in
 * it is left behind.
 *
 * Since: 1.0
 */

MY_DEFINE_FINAL_TYPE_WITH_INTERFACE (MyThreadGroup, my_thread_group, G_TYPE_LIST_MODEL, my_group_list_model_init)

enum {
  PROP_0,
  PROP_NAME,
  PROP_PARENT,
  PROP_MAIN_CONTEXT,
  PROP_MAX_RUNNING,
  PROP_CANCEL_ON_ERROR,
  PROP_KEEP_FINISHED,
  PROP_PROGRESS,
  PROP_N_ITEMS,
  PROP_ITEM_TYPE,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];
static _Atomic (MyThreadGroup *) default_group; /* published once, with release; read with acquire; never freed */

/* GObject */

static void
my_thread_group_get_property (GObject *object,
                              guint prop_id,
                              GValue *value,
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
  case PROP_MAIN_CONTEXT:
    g_value_set_boxed (value, my_thread_group_get_main_context (self));
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
my_thread_group_set_property (GObject *object,
                              guint prop_id,
                              const GValue *value,
                              GParamSpec *pspec)
{
  MyThreadGroup *self = MY_THREAD_GROUP (object);

  switch (prop_id) {
  case PROP_NAME:
    g_return_if_fail (g_value_get_string (value) == NULL || g_utf8_validate (g_value_get_string (value), -1, NULL));
    self->name = g_value_dup_string (value);
    break;
  case PROP_PARENT:
    self->parent = g_value_dup_object (value);
    break;
  case PROP_MAIN_CONTEXT:
    if (g_value_get_boxed (value) != NULL) {
      self->inbox = my_inbox_ref (my_inbox_get (g_value_get_boxed (value)));
    }
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

/* What the calling OS thread is making: with no look-up of properties, which takes a lock of GObject's. */
static __thread struct {
  gboolean is_default; /* the only one with no parent */
  const char *name;
  MyThreadGroup *parent;
} in_making;

static void
my_thread_group_constructed (GObject *object)
{
  MyThreadGroup *self = MY_THREAD_GROUP (object);
  GMainContext *context = g_main_context_get_thread_default ();
  gboolean is_default = in_making.is_default;

  G_OBJECT_CLASS (my_thread_group_parent_class)->constructed (object);

  if (in_making.name != NULL) {
    self->name = g_strdup (in_making.name);
  }
  if (in_making.parent != NULL) {
    self->parent = g_object_ref (in_making.parent);
  }
  in_making.is_default = FALSE;
  in_making.name = NULL;
  in_making.parent = NULL;

  if (self->inbox == NULL) {
    self->inbox = my_inbox_ref (context != NULL && !is_default ? my_inbox_get (context) : my_inbox_get_default ());
  }
  if (self->parent == NULL && !is_default) {
    self->parent = g_object_ref (my_thread_group_get_default ());
  }
  my_group_init_delivery (self);
  my_object_keep_if_lost (object);

  my_state_lock ();
  my_group_link_locked (self);
  my_state_unlock ();
}

static MyDispatch original_dispatch; /* [const] once the class is there */

static void
my_thread_group_dispatch_properties_changed (GObject *object,
                                             guint n_pspecs,
                                             GParamSpec **pspecs)
{
  my_group_dispatch_changes (MY_THREAD_GROUP (object), n_pspecs, pspecs, original_dispatch);
}

static void
my_thread_group_dispose (GObject *object)
{
  if (my_object_keep_if_lost (object)) {
    return;
  }

  /* A kept thread that somebody else refers to keeps the group, now that it refers to it again. */
  my_group_drop_kept (MY_THREAD_GROUP (object), TRUE);

  G_OBJECT_CLASS (my_thread_group_parent_class)->dispose (object);
}

/* Groups may be nested as deep as one likes: the parent of a group that goes may go with it, and so on. So they are let go
 * one after the other, and not each from within the one below it. */
static __thread GSList *parents_to_let_go;
static __thread gboolean is_letting_go;

static void
let_parent_go (MyThreadGroup *parent)
{
  parents_to_let_go = g_slist_prepend (parents_to_let_go, parent);
  if (is_letting_go) {
    return;
  }

  is_letting_go = TRUE;
  while (parents_to_let_go != NULL) {
    MyThreadGroup *next = parents_to_let_go->data;

    parents_to_let_go = g_slist_delete_link (parents_to_let_go, parents_to_let_go);
    g_object_unref (next);
  }
  is_letting_go = FALSE;
}

static void
my_thread_group_finalize (GObject *object)
{
  MyThreadGroup *self = MY_THREAD_GROUP (object);
  MyThreadGroup *parent = self->parent;
  MyAfter after = MY_AFTER_INIT;

  my_state_lock ();
  my_group_unlink_locked (self, &after);
  my_state_unlock ();
  my_after_run (&after);

  g_queue_clear_full (&self->failures, (GDestroyNotify) my_failure_unref);
  my_group_drop_failed (self);
  g_clear_pointer (&self->shown, g_sequence_free);
  g_free (self->name);
  my_inbox_unref (self->inbox);

  G_OBJECT_CLASS (my_thread_group_parent_class)->finalize (object);
  if (parent != NULL) {
    let_parent_go (parent);
  }
}

static void
my_thread_group_class_init (MyThreadGroupClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = my_thread_group_get_property;
  object_class->set_property = my_thread_group_set_property;
  object_class->constructed = my_thread_group_constructed;
  my_redirect_install (object_class, &original_dispatch, my_thread_group_dispatch_properties_changed);
  object_class->dispose = my_thread_group_dispose;
  object_class->finalize = my_thread_group_finalize;

  /**
   * MyThreadGroup:name: (getter get_name)
   *
   * The name of the group.
   *
   * Since: 1.0
   */
  props[PROP_NAME] = g_param_spec_string (
    "name", NULL, NULL, NULL,
    G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MyThreadGroup:parent: (getter get_parent)
   *
   * The group that this one is part of. If none is given, it is the default group. The default
   * group itself has no parent.
   *
   * Since: 1.0
   */
  props[PROP_PARENT] = g_param_spec_object (
    "parent", NULL, NULL, MY_TYPE_THREAD_GROUP,
    G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MyThreadGroup:main-context: (getter get_main_context)
   *
   * The owner context, in which the group's signal, notifications and list changes come.
   *
   * By default, and for %NULL, the thread-default main context at construction; for the default group, the global default context. The group has no
   * reference to it: when its last user drops it nothing is delivered any more, and this is %NULL.
   *
   * Since: 1.0
   */
  props[PROP_MAIN_CONTEXT] = g_param_spec_boxed (
    "main-context", NULL, NULL, G_TYPE_MAIN_CONTEXT,
    G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MyThreadGroup:max-running: (getter get_max_running) (setter set_max_running)
   *
   * How many of the group's own members may run at once; 0: any number.
   *
   * The others are queued, and run first come, first served. If the limit is lowered, members that
   * run already go on.
   *
   * For a member that was queued, the OS thread is made by the thread whose end has freed the slot.
   * It inherits from that thread what OS threads inherit: the nice value, the signal mask, the
   * processors it may run on.
   *
   * Since: 1.0
   */
  props[PROP_MAX_RUNNING] = g_param_spec_uint (
    "max-running", NULL, NULL, 0, G_MAXUINT, 0,
    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MyThreadGroup:cancel-on-error: (getter get_cancel_on_error) (setter set_cancel_on_error)
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
   * MyThreadGroup:keep-finished: (getter get_keep_finished) (setter set_keep_finished)
   *
   * Whether a member that has ended is kept for [method@ThreadGroup.join_next].
   *
   * Kept members are released with the group, and when this is set to %FALSE.
   *
   * Since: 1.0
   */
  props[PROP_KEEP_FINISHED] = g_param_spec_boolean (
    "keep-finished", NULL, NULL, FALSE,
    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MyThreadGroup:progress: (getter get_progress)
   *
   * The mean progress of the group's own members, from 0 to 1.
   *
   * A member whose progress is unknown counts as 0. A member that has ended counts as 1, until no
   * member is alive and the next one starts.
   *
   * Since: 1.0
   */
  props[PROP_PROGRESS] = g_param_spec_double (
    "progress", NULL, NULL, 0.0, 1.0, 0.0,
    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MyThreadGroup:n-items:
   *
   * The number of items in the list of alive members, as [method@Gio.ListModel.get_n_items] returns
   * it.
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

  my_group_pspecs[__builtin_ctz (MY_GROUP_CHANGE_MEMBERS)] = props[PROP_N_ITEMS];
  my_group_pspecs[__builtin_ctz (MY_GROUP_CHANGE_NAME)] = props[PROP_NAME];
  my_group_pspecs[__builtin_ctz (MY_GROUP_CHANGE_PARENT)] = props[PROP_PARENT];
  my_group_pspecs[__builtin_ctz (MY_GROUP_CHANGE_MAIN_CONTEXT)] = props[PROP_MAIN_CONTEXT];
  my_group_pspecs[__builtin_ctz (MY_GROUP_CHANGE_PROGRESS)] = props[PROP_PROGRESS];
  my_group_pspecs[__builtin_ctz (MY_GROUP_CHANGE_MAX_RUNNING)] = props[PROP_MAX_RUNNING];
  my_group_pspecs[__builtin_ctz (MY_GROUP_CHANGE_CANCEL_ON_ERROR)] = props[PROP_CANCEL_ON_ERROR];
  my_group_pspecs[__builtin_ctz (MY_GROUP_CHANGE_KEEP_FINISHED)] = props[PROP_KEEP_FINISHED];
  my_group_class_init_signals ();
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
 * Any thread may call it. The group's signal, notifications and list changes come in the
 * thread-default main context of that thread. It does not block.
 *
 * Returns: (transfer full): the group
 *
 * Since: 1.0
 */
MyThreadGroup *
my_thread_group_new (const char *name,
                     MyThreadGroup *parent)
{
  g_return_val_if_fail (name == NULL || g_utf8_validate (name, -1, NULL), NULL);
  g_return_val_if_fail (parent == NULL || MY_IS_THREAD_GROUP (parent), NULL);

  in_making.name = name;
  in_making.parent = parent;
  return g_object_new (MY_TYPE_THREAD_GROUP, NULL);
}

/* The default group if it was made. */
MyThreadGroup *
my_group_peek_default (void)
{
  return atomic_load_explicit (&default_group, memory_order_acquire);
}

/**
 * my_thread_group_get_default:
 *
 * Gets the default group: the group of the threads that are made with no group, and the root of the
 * tree.
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
  MyThreadGroup *self = my_group_peek_default ();
  MyThreadGroup *expected = NULL;

  if (G_LIKELY (self != NULL)) {
    return self;
  }

  /* Nobody waits for another here, since anybody may hold a lock of GLib's that is needed to make an object. */
  in_making.is_default = TRUE;
  in_making.name = "default";
  self = g_object_new (MY_TYPE_THREAD_GROUP, NULL);

  if (!atomic_compare_exchange_strong_explicit (&default_group, &expected, self, memory_order_acq_rel, memory_order_acquire)) {
    /* Somebody else was first. Nobody has seen ours. */
    g_object_unref (self);
    return expected;
  }
  return self;
}
