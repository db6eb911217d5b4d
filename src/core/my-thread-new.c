/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-thread-group.h>
#include <mythread/my-thread.h>

#include "core/my-thread-private.h"

/* Threads that are made with a function. */

static MyThread *
new_of_func (const char *name,
             GVariant *args,
             GVariant *kwargs,
             MyThreadFunc func,
             gpointer user_data,
             GDestroyNotify destroy)
{
  MyThread *self;
  MyThreadPrivate *priv;

  my_thread_in_making.name = name;
  self = g_object_new (MY_TYPE_THREAD, NULL);

  priv = my_thread_get_private (self);
  priv->args = args != NULL ? g_variant_ref_sink (args) : NULL;
  priv->kwargs = kwargs != NULL ? g_variant_ref_sink (kwargs) : NULL;
  priv->func = func;
  priv->func_data = user_data;
  priv->func_destroy = destroy;

  return self;
}

/* What a plain thread does. */

/* A subclass has neither run() nor been given a function. Said once; by two of its threads that get here at the same moment,
 * perhaps by both. */
static void
complain_of_no_run (MyThread *self)
{
  static const char key[] = "my-thread-no-run";
  GQuark quark = g_quark_from_static_string (key);
  GType type = G_OBJECT_TYPE (self);

  if (g_type_get_qdata (type, quark) == NULL) {
    g_type_set_qdata (type, quark, (gpointer) key);
    g_warning ("Class %s has no run(), and its threads do nothing; override it in class_init()", g_type_name (type));
  }
}

void
my_thread_default_run (MyThread *self,
                       GError **error)
{
  MyThreadPrivate *priv = my_thread_get_private (self);

  if (priv->func != NULL) {
    priv->func (self, priv->func_data, error);
  } else if (G_OBJECT_TYPE (self) != MY_TYPE_THREAD && MY_THREAD_GET_CLASS (self)->run == my_thread_default_run) {
    complain_of_no_run (self);
  }
}

/* public API */

/**
 * my_thread_new: (constructor)
 * @name: (nullable): the name; %NULL: the default name
 * @func: (scope notified) (closure user_data) (destroy destroy) (nullable): what the thread does; %NULL: nothing
 * @user_data: data for @func
 * @destroy: (nullable): called with @user_data when the thread is finalised
 *
 * Makes a thread that calls a function.
 *
 * Any thread may call it. The thread-default main context of the caller becomes the new thread's
 * owner context. It does not block.
 *
 * Returns: (transfer full): the thread, not started
 *
 * Since: 1.0
 */
MyThread *
my_thread_new (const char *name,
               MyThreadFunc func,
               gpointer user_data,
               GDestroyNotify destroy)
{
  g_return_val_if_fail (name == NULL || g_utf8_validate (name, -1, NULL), NULL);

  return new_of_func (name, NULL, NULL, func, user_data, destroy);
}

/**
 * my_thread_new_with_args: (skip)
 * @name: (nullable): the name; %NULL: the default name
 * @func: (nullable): what the thread does; its `user_data` is %NULL
 * @args: (nullable): a tuple of arguments; a floating reference is taken
 * @kwargs: (nullable): an `a{sv}` of arguments; a floating reference is taken
 *
 * Makes a thread that calls a function with arguments. The function gets them by
 * [method@Thread.get_args] and [method@Thread.get_kwargs].
 *
 * Any thread may call it. The thread-default main context of the caller becomes the new thread's
 * owner context. It does not block.
 *
 * Returns: (transfer full): the thread, not started
 *
 * Since: 1.0
 */
MyThread *
my_thread_new_with_args (const char *name,
                         MyThreadFunc func,
                         GVariant *args,
                         GVariant *kwargs)
{
  g_return_val_if_fail (name == NULL || g_utf8_validate (name, -1, NULL), NULL);
  g_return_val_if_fail (args == NULL || g_variant_is_of_type (args, G_VARIANT_TYPE_TUPLE), NULL);
  g_return_val_if_fail (kwargs == NULL || g_variant_is_of_type (kwargs, G_VARIANT_TYPE_VARDICT), NULL);

  return new_of_func (name, args, kwargs, func, NULL, NULL);
}

/**
 * my_thread_new_with_args_full: (constructor) (rename-to my_thread_new_with_args)
 * @name: (nullable): the name; %NULL: the default name
 * @args: (nullable): a tuple of arguments; a floating reference is taken
 * @kwargs: (nullable): an `a{sv}` of arguments; a floating reference is taken
 * @func: (scope notified) (closure user_data) (destroy destroy) (nullable): what the thread does; %NULL: nothing
 * @user_data: data for @func
 * @destroy: (nullable): called with @user_data when the thread is finalised
 *
 * Makes a thread that calls a function, with arguments and data. Unlike in `my_thread_new_with_args()`, @func comes after the arguments:
 * beside its data, and where bindings want it, last.
 *
 * Any thread may call it. The thread-default main context of the caller becomes the new thread's
 * owner context. It does not block.
 *
 * Returns: (transfer full): the thread, not started
 *
 * Since: 1.0
 */
MyThread *
my_thread_new_with_args_full (const char *name,
                              GVariant *args,
                              GVariant *kwargs,
                              MyThreadFunc func,
                              gpointer user_data,
                              GDestroyNotify destroy)
{
  g_return_val_if_fail (name == NULL || g_utf8_validate (name, -1, NULL), NULL);
  g_return_val_if_fail (args == NULL || g_variant_is_of_type (args, G_VARIANT_TYPE_TUPLE), NULL);
  g_return_val_if_fail (kwargs == NULL || g_variant_is_of_type (kwargs, G_VARIANT_TYPE_VARDICT), NULL);

  return new_of_func (name, args, kwargs, func, user_data, destroy);
}

/**
 * my_thread_new_in_group: (constructor)
 * @group: (nullable): the group; %NULL: the default group
 * @name: (nullable): the name; %NULL: the default name
 * @func: (scope notified) (closure user_data) (destroy destroy) (nullable): what the thread does; %NULL: nothing
 * @user_data: data for @func
 * @destroy: (nullable): called with @user_data when the thread is finalised
 *
 * Makes a thread that calls a function, in a group. [method@ThreadGroup.run] also starts it.
 *
 * Any thread may call it. The thread-default main context of the caller becomes the new thread's
 * owner context. It does not block.
 *
 * Returns: (transfer full): the thread, not started
 *
 * Since: 1.0
 */
MyThread *
my_thread_new_in_group (MyThreadGroup *group,
                        const char *name,
                        MyThreadFunc func,
                        gpointer user_data,
                        GDestroyNotify destroy)
{
  MyThread *self;
  MyThreadPrivate *priv;

  g_return_val_if_fail (group == NULL || MY_IS_THREAD_GROUP (group), NULL);
  g_return_val_if_fail (name == NULL || g_utf8_validate (name, -1, NULL), NULL);

  self = g_object_new (MY_TYPE_THREAD, "group", group, "name", name, NULL);

  priv = my_thread_get_private (self);
  priv->func = func;
  priv->func_data = user_data;
  priv->func_destroy = destroy;

  return self;
}
