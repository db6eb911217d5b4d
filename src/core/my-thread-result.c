/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-thread.h>

/* Results of one type, without a GValue of the caller's. */

/* A pointer, and what frees it: once, when its last copy goes. */
typedef struct {
  gatomicrefcount ref_count;
  gpointer pointer;
  GDestroyNotify destroy;
} MyOwnedPointer;

static gpointer
owned_pointer_ref (gpointer data)
{
  g_atomic_ref_count_inc (&((MyOwnedPointer *) data)->ref_count);
  return data;
}

static void
owned_pointer_unref (gpointer data)
{
  MyOwnedPointer *self = data;

  if (g_atomic_ref_count_dec (&self->ref_count)) {
    if (self->destroy != NULL) {
      self->destroy (self->pointer);
    }
    g_free (self);
  }
}

#define MY_TYPE_OWNED_POINTER (my_owned_pointer_get_type ())
static GType my_owned_pointer_get_type (void);
G_DEFINE_BOXED_TYPE (MyOwnedPointer, my_owned_pointer, owned_pointer_ref, owned_pointer_unref)

/* Takes @value. */
static void
set_result (MyThread *self,
            GValue *value)
{
  my_thread_set_result (self, value);
  g_value_unset (value);
}

static void
warn_of_type (MyThread *self,
              const GValue *result,
              const char *function)
{
  g_autofree char *name = my_thread_dup_name (self);

  g_critical ("%s: the result of thread \"%s\" is of type %s", function, name, G_VALUE_TYPE_NAME (result));
}

/* Whether @self has set no result at all. */
static gboolean
is_none (const GValue *result)
{
  return G_VALUE_HOLDS_POINTER (result) && g_value_get_pointer (result) == NULL;
}

/* The result as a @type, which @value becomes. FALSE: there is none that could be one. */
static gboolean
get_result (MyThread *self,
            GType type,
            GValue *value,
            const char *function,
            GError **error)
{
  GValue result = G_VALUE_INIT;
  gboolean is_of_type;

  if (!my_thread_get_result (self, &result, error)) {
    return FALSE;
  }
  if (G_VALUE_HOLDS (&result, type)) {
    *value = result;
    return TRUE;
  }

  /* Bindings have one kind of integers, and make the shortest of them. */
  is_of_type = (type == G_TYPE_INT64 && (G_VALUE_HOLDS_INT (&result) || G_VALUE_HOLDS_UINT (&result) || G_VALUE_HOLDS_LONG (&result))) ||
               (type == G_TYPE_DOUBLE && G_VALUE_HOLDS_FLOAT (&result));
  if (is_of_type) {
    g_value_init (value, type);
    g_value_transform (&result, value);
  } else if (!is_none (&result) || type == G_TYPE_INT64 || type == G_TYPE_DOUBLE || type == G_TYPE_BOOLEAN) {
    warn_of_type (self, &result, function);
  }
  g_value_unset (&result);

  return is_of_type;
}

/**
 * my_thread_set_result_int:
 * @self: the thread that runs
 * @value: its result
 *
 * Sets an integer as what [method@Thread.get_result_int] returns when the thread has ended.
 *
 * From `run()`, or from another thread while that runs, as [method@Thread.set_result]: any number of times, the last one counts, and before
 * `run()` and after the end it has no effect. It does not block.
 *
 * Since: 1.0
 */
void
my_thread_set_result_int (MyThread *self,
                          gint64 value)
{
  GValue result = G_VALUE_INIT;

  g_return_if_fail (MY_IS_THREAD (self));

  g_value_init (&result, G_TYPE_INT64);
  g_value_set_int64 (&result, value);
  set_result (self, &result);
}

/**
 * my_thread_get_result_int:
 * @self: a thread
 * @error: return location for an error
 *
 * Gets the result of the thread, an integer.
 *
 * Any thread may call it. It does not block.
 *
 * The errors are those of [method@Thread.get_result]. A result of another type, or none, is a critical.
 *
 * Returns: the result; 0 with an error if the thread has not succeeded
 *
 * Since: 1.0
 */
gint64
my_thread_get_result_int (MyThread *self,
                          GError **error)
{
  GValue result = G_VALUE_INIT;
  gint64 value;

  g_return_val_if_fail (MY_IS_THREAD (self), 0);
  g_return_val_if_fail (error == NULL || *error == NULL, 0);

  if (!get_result (self, G_TYPE_INT64, &result, G_STRFUNC, error)) {
    return 0;
  }
  value = g_value_get_int64 (&result);
  g_value_unset (&result);

  return value;
}

/**
 * my_thread_set_result_boolean:
 * @self: the thread that runs
 * @value: its result
 *
 * Sets a boolean as what [method@Thread.get_result_boolean] returns when the thread has ended.
 *
 * From `run()`, or from another thread while that runs, as [method@Thread.set_result]: any number of times, the last one counts, and before
 * `run()` and after the end it has no effect. It does not block.
 *
 * Since: 1.0
 */
void
my_thread_set_result_boolean (MyThread *self,
                              gboolean value)
{
  GValue result = G_VALUE_INIT;

  g_return_if_fail (MY_IS_THREAD (self));

  g_value_init (&result, G_TYPE_BOOLEAN);
  g_value_set_boolean (&result, value);
  set_result (self, &result);
}

/**
 * my_thread_get_result_boolean:
 * @self: a thread
 * @error: return location for an error
 *
 * Gets the result of the thread, a boolean.
 *
 * Any thread may call it. It does not block.
 *
 * The errors are those of [method@Thread.get_result]. A result of another type, or none, is a critical.
 *
 * Returns: the result; %FALSE with an error if the thread has not succeeded
 *
 * Since: 1.0
 */
gboolean
my_thread_get_result_boolean (MyThread *self,
                              GError **error)
{
  GValue result = G_VALUE_INIT;
  gboolean value;

  g_return_val_if_fail (MY_IS_THREAD (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!get_result (self, G_TYPE_BOOLEAN, &result, G_STRFUNC, error)) {
    return FALSE;
  }
  value = g_value_get_boolean (&result);
  g_value_unset (&result);

  return value;
}

/**
 * my_thread_set_result_double:
 * @self: the thread that runs
 * @value: its result
 *
 * Sets a double as what [method@Thread.get_result_double] returns when the thread has ended.
 *
 * From `run()`, or from another thread while that runs, as [method@Thread.set_result]: any number of times, the last one counts, and before
 * `run()` and after the end it has no effect. It does not block.
 *
 * Since: 1.0
 */
void
my_thread_set_result_double (MyThread *self,
                             double value)
{
  GValue result = G_VALUE_INIT;

  g_return_if_fail (MY_IS_THREAD (self));

  g_value_init (&result, G_TYPE_DOUBLE);
  g_value_set_double (&result, value);
  set_result (self, &result);
}

/**
 * my_thread_get_result_double:
 * @self: a thread
 * @error: return location for an error
 *
 * Gets the result of the thread, a double.
 *
 * Any thread may call it. It does not block.
 *
 * The errors are those of [method@Thread.get_result]. A result of another type, or none, is a critical.
 *
 * Returns: the result; 0 with an error if the thread has not succeeded
 *
 * Since: 1.0
 */
double
my_thread_get_result_double (MyThread *self,
                             GError **error)
{
  GValue result = G_VALUE_INIT;
  double value;

  g_return_val_if_fail (MY_IS_THREAD (self), 0);
  g_return_val_if_fail (error == NULL || *error == NULL, 0);

  if (!get_result (self, G_TYPE_DOUBLE, &result, G_STRFUNC, error)) {
    return 0;
  }
  value = g_value_get_double (&result);
  g_value_unset (&result);

  return value;
}

/**
 * my_thread_set_result_string:
 * @self: the thread that runs
 * @value: (nullable): its result
 *
 * Sets a string, which is copied, as what [method@Thread.dup_result_string] returns when the thread has ended.
 *
 * From `run()`, or from another thread while that runs, as [method@Thread.set_result]: any number of times, the last one counts, and before
 * `run()` and after the end it has no effect. It does not block.
 *
 * Since: 1.0
 */
void
my_thread_set_result_string (MyThread *self,
                             const char *value)
{
  GValue result = G_VALUE_INIT;

  g_return_if_fail (MY_IS_THREAD (self));

  g_value_init (&result, G_TYPE_STRING);
  g_value_set_string (&result, value);
  set_result (self, &result);
}

/**
 * my_thread_dup_result_string:
 * @self: a thread
 * @error: return location for an error
 *
 * Gets the result of the thread, a string.
 *
 * Any thread may call it. It does not block.
 *
 * The errors are those of [method@Thread.get_result]. A result of another type is a critical.
 *
 * Returns: (transfer full) (nullable): a copy of the result; %NULL with an error if the thread has not succeeded; %NULL with no error if it has set none, or %NULL
 *
 * Since: 1.0
 */
char *
my_thread_dup_result_string (MyThread *self,
                             GError **error)
{
  GValue result = G_VALUE_INIT;
  char *value;

  g_return_val_if_fail (MY_IS_THREAD (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!get_result (self, G_TYPE_STRING, &result, G_STRFUNC, error)) {
    return NULL;
  }
  value = g_value_dup_string (&result);
  g_value_unset (&result);

  return value;
}

/**
 * my_thread_set_result_object:
 * @self: the thread that runs
 * @value: (nullable) (transfer none) (type GObject.Object): its result
 *
 * Sets an object as what [method@Thread.dup_result_object] returns when the thread has ended. The
 * thread holds a reference to the object until the thread is finalised.
 *
 * From `run()`, or from another thread while that runs, as [method@Thread.set_result]: any number of times, the last one counts, and before
 * `run()` and after the end it has no effect. It does not block.
 *
 * Since: 1.0
 */
void
my_thread_set_result_object (MyThread *self,
                             gpointer value)
{
  GValue result = G_VALUE_INIT;

  g_return_if_fail (MY_IS_THREAD (self));
  g_return_if_fail (value == NULL || G_IS_OBJECT (value));

  g_value_init (&result, value != NULL ? G_OBJECT_TYPE (value) : G_TYPE_OBJECT);
  g_value_set_object (&result, value);
  set_result (self, &result);
}

/**
 * my_thread_dup_result_object:
 * @self: a thread
 * @error: return location for an error
 *
 * Gets the result of the thread, an object.
 *
 * Any thread may call it. It does not block.
 *
 * The errors are those of [method@Thread.get_result]. A result of another type is a critical.
 *
 * Returns: (transfer full) (nullable) (type GObject.Object): the result; %NULL with an error if the thread has not succeeded; %NULL with no error if it has set none, or %NULL
 *
 * Since: 1.0
 */
gpointer
my_thread_dup_result_object (MyThread *self,
                             GError **error)
{
  GValue result = G_VALUE_INIT;
  gpointer value;

  g_return_val_if_fail (MY_IS_THREAD (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!get_result (self, G_TYPE_OBJECT, &result, G_STRFUNC, error)) {
    return NULL;
  }
  value = g_value_dup_object (&result);
  g_value_unset (&result);

  return value;
}

/**
 * my_thread_set_result_pointer: (skip)
 * @self: the thread that runs
 * @pointer: (nullable): its result
 * @destroy: (nullable): called with @pointer when the result is not needed any more
 *
 * Sets a pointer as what [method@Thread.get_result_pointer] returns when the thread has ended.
 *
 * From now on the thread owns the pointer. @destroy is called once: when the thread is finalised,
 * when another result is set, or at once if it is too late for a result.
 *
 * From `run()`, or from another thread while that runs, as [method@Thread.set_result]: any number of times, the last one counts, and before
 * `run()` and after the end it has no effect. It does not block.
 *
 * Since: 1.0
 */
void
my_thread_set_result_pointer (MyThread *self,
                              gpointer pointer,
                              GDestroyNotify destroy)
{
  GValue result = G_VALUE_INIT;
  MyOwnedPointer *owned;

  g_return_if_fail (MY_IS_THREAD (self));

  owned = g_new (MyOwnedPointer, 1);
  g_atomic_ref_count_init (&owned->ref_count);
  owned->pointer = pointer;
  owned->destroy = destroy;

  g_value_init (&result, MY_TYPE_OWNED_POINTER);
  g_value_take_boxed (&result, owned);
  set_result (self, &result);
}

/**
 * my_thread_get_result_pointer: (skip)
 * @self: a thread
 * @error: return location for an error
 *
 * Gets the result of the thread, a pointer. The thread still owns it: it is valid as long as the
 * thread object exists.
 *
 * Any thread may call it. It does not block.
 *
 * The errors are those of [method@Thread.get_result]. A result of another type is a critical.
 *
 * Returns: (transfer none) (nullable): the result; %NULL with an error if the thread has not succeeded; %NULL with no error if it has set none, or %NULL
 *
 * Since: 1.0
 */
gpointer
my_thread_get_result_pointer (MyThread *self,
                              GError **error)
{
  GValue result = G_VALUE_INIT;
  gpointer pointer = NULL;

  g_return_val_if_fail (MY_IS_THREAD (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!my_thread_get_result (self, &result, error)) {
    return NULL;
  }
  if (G_VALUE_HOLDS (&result, MY_TYPE_OWNED_POINTER)) {
    pointer = ((MyOwnedPointer *) g_value_get_boxed (&result))->pointer;
  } else if (G_VALUE_HOLDS_POINTER (&result)) {
    pointer = g_value_get_pointer (&result);
  } else {
    warn_of_type (self, &result, G_STRFUNC);
  }
  g_value_unset (&result);

  return pointer;
}
