/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-condition.h>

#include "sync/my-cond-private.h"
#include "sync/my-lock-private.h"

/**
 * MyCondition:
 *
 * What threads wait for that hold a lock: until another one, which has changed something under that lock, signals it.
 *
 * It has the semantics of Python's `threading.Condition`. A wait that ends well was signalled: there is no spurious
 * wake-up.
 *
 * For a field of a struct, a [struct@Cond] is the same, without an object.
 *
 * Since: 1.0
 */

struct _MyCondition {
  GObject parent_instance;

  MyLock *lock; /* [const] once it is constructed */
  MyCond cond;
  MySyncLabel label;
};

enum {
  PROP_LOCK = 1,
  PROP_NAME,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (MyCondition, my_condition, G_TYPE_OBJECT)

static void
my_condition_get_property (GObject *object,
                           guint prop_id,
                           GValue *value,
                           GParamSpec *pspec)
{
  MyCondition *self = MY_CONDITION (object);

  switch (prop_id) {
  case PROP_LOCK:
    g_value_set_object (value, self->lock);
    break;
  case PROP_NAME:
    g_value_take_string (value, my_condition_dup_name (self));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
my_condition_set_property (GObject *object,
                           guint prop_id,
                           const GValue *value,
                           GParamSpec *pspec)
{
  MyCondition *self = MY_CONDITION (object);

  switch (prop_id) {
  case PROP_LOCK:
    self->lock = g_value_dup_object (value);
    if (self->lock == NULL) {
      self->lock = my_lock_new_recursive ();
    }
    break;
  case PROP_NAME:
    my_condition_set_name (self, g_value_get_string (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
my_condition_finalize (GObject *object)
{
  MyCondition *self = MY_CONDITION (object);

  g_clear_object (&self->lock);
  g_free (self->label.name);

  G_OBJECT_CLASS (my_condition_parent_class)->finalize (object);
}

static void
my_condition_class_init (MyConditionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = my_condition_get_property;
  object_class->set_property = my_condition_set_property;
  object_class->finalize = my_condition_finalize;

  /**
   * MyCondition:lock: (getter get_lock)
   *
   * The lock that is held by those who wait and signal.
   *
   * Since: 1.0
   */
  props[PROP_LOCK] = g_param_spec_object (
    "lock", NULL, NULL, MY_TYPE_LOCK,
    G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * MyCondition:name: (getter dup_name) (setter set_name)
   *
   * What the condition is called in messages and in [func@Thread.dump], or %NULL.
   *
   * Since: 1.0
   */
  props[PROP_NAME] = g_param_spec_string (
    "name", NULL, NULL, NULL,
    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
my_condition_init (MyCondition *self)
{
  self->label.kind = "condition";
}

/**
 * my_condition_new:
 * @lock: (nullable) (transfer none): a lock; %NULL: a recursive one of its own
 *
 * Makes a condition.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer full): the condition
 *
 * Since: 1.0
 */
MyCondition *
my_condition_new (MyLock *lock)
{
  g_return_val_if_fail (lock == NULL || MY_IS_LOCK (lock), NULL);

  return g_object_new (MY_TYPE_CONDITION, "lock", lock, NULL);
}

/**
 * my_condition_get_lock: (get-property lock)
 * @self: a condition
 *
 * Gets the lock that is held by those who wait and signal.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer none): the lock
 *
 * Since: 1.0
 */
MyLock *
my_condition_get_lock (MyCondition *self)
{
  g_return_val_if_fail (MY_IS_CONDITION (self), NULL);

  return self->lock;
}

/* The calling thread, if it holds the lock; else NULL, and a critical. */
static MyWaiter *
check_holds_lock (MyCondition *self,
                  const char *function)
{
  MyWaiter *waiter = my_mutex_get_waiter ();

  if (G_UNLIKELY (!my_lock_is_mine (self->lock, waiter))) {
    g_autofree char *what = my_sync_label_dup (&self->label);

    g_critical ("%s: the calling thread does not hold the lock of %s", function, what);
    return NULL;
  }
  return waiter;
}

static MyWaitResult
wait_until (MyCondition *self,
            MyWaiter *waiter,
            gint64 deadline)
{
  guint n_more = self->lock->n_more;
  MyWaitResult result;

  self->lock->n_more = 0;
  result = my_cond_block (&self->cond, &self->lock->named.mutex, waiter, MY_HOLD_TAGGED, &self->label, deadline, TRUE);
  self->lock->n_more = n_more;

  return result;
}

/**
 * my_condition_wait:
 * @self: a condition, the lock of which the calling thread holds
 * @timeout_us: how long to wait, in microseconds; negative: for ever; 0: it lets the lock go for a moment
 * @error: return location for an error
 *
 * Lets the lock go, waits until the condition is signalled, and takes the lock back.
 *
 * The lock is held again in every case, as often as it was held before. To take it back has no limit, and no cancellation
 * interrupts it; if that closes a cycle of waits, this is a warning. A wait that is interrupted has used up no signal. If
 * the calling thread does not hold the lock, that is a critical, and no error is set.
 *
 * The error is `MY_THREAD_ERROR_TIMED_OUT`, or `G_IO_ERROR_CANCELLED`, if the calling thread is cancelled.
 *
 * Any thread may call it, if it holds the lock. It blocks.
 *
 * Returns: whether it was signalled
 *
 * Since: 1.0
 */
gboolean
my_condition_wait (MyCondition *self,
                   gint64 timeout_us,
                   GError **error)
{
  MyWaitResult result;
  MyWaiter *waiter;

  g_return_val_if_fail (MY_IS_CONDITION (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  waiter = check_holds_lock (self, "my_condition_wait");
  if (waiter == NULL) {
    return FALSE;
  }
  result = wait_until (self, waiter, timeout_us == 0 ? MY_DEADLINE_PAST : my_wait_deadline (timeout_us));
  if (result != MY_WAIT_WOKEN) {
    my_sync_label_set_error (&self->label, result, error);
  }
  return result == MY_WAIT_WOKEN;
}

/**
 * my_condition_wait_for:
 * @self: a condition, the lock of which the calling thread holds
 * @predicate: (scope call) (closure user_data): what it waits for
 * @user_data: data for @predicate
 * @timeout_us: how long to wait, in microseconds; negative: for ever; 0: not at all
 * @error: return location for an error
 *
 * Waits as [method@Condition.wait] does, until @predicate says that it is so.
 *
 * It is called before the first wait, whenever the condition was signalled, and once more when the time is up, or the
 * calling thread is cancelled; always with the lock held.
 *
 * The error is `MY_THREAD_ERROR_TIMED_OUT`, or `G_IO_ERROR_CANCELLED`, if the calling thread is cancelled.
 *
 * Any thread may call it, if it holds the lock. It blocks.
 *
 * Returns: whether it is so
 *
 * Since: 1.0
 */
gboolean
my_condition_wait_for (MyCondition *self,
                       MyPredicate predicate,
                       gpointer user_data,
                       gint64 timeout_us,
                       GError **error)
{
  MyWaitResult result = MY_WAIT_WOKEN;
  MyWaiter *waiter;
  gint64 deadline;

  g_return_val_if_fail (MY_IS_CONDITION (self), FALSE);
  g_return_val_if_fail (predicate != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  waiter = check_holds_lock (self, "my_condition_wait_for");
  if (waiter == NULL) {
    return FALSE;
  }
  deadline = timeout_us == 0 ? MY_DEADLINE_PAST : my_wait_deadline (timeout_us);
  while (!predicate (user_data)) {
    if (result != MY_WAIT_WOKEN) {
      my_sync_label_set_error (&self->label, result, error);
      return FALSE;
    }
    /* It may have let the lock go. */
    if (check_holds_lock (self, "my_condition_wait_for") == NULL) {
      return FALSE;
    }
    result = wait_until (self, waiter, deadline);
  }
  return TRUE;
}

/**
 * my_condition_signal:
 * @self: a condition, the lock of which the calling thread holds
 * @n: how many
 *
 * Wakes at most @n of the threads that wait, those first that have waited longest.
 *
 * If the calling thread does not hold the lock, that is a critical, and nothing happens.
 *
 * Any thread may call it, if it holds the lock. It does not block.
 *
 * Since: 1.0
 */
void
my_condition_signal (MyCondition *self,
                     guint n)
{
  g_return_if_fail (MY_IS_CONDITION (self));

  if (check_holds_lock (self, "my_condition_signal") != NULL) {
    my_cond_wake (&self->cond, n);
  }
}

/**
 * my_condition_broadcast:
 * @self: a condition, the lock of which the calling thread holds
 *
 * Wakes all threads that wait.
 *
 * If the calling thread does not hold the lock, that is a critical, and nothing happens.
 *
 * Any thread may call it, if it holds the lock. It does not block.
 *
 * Since: 1.0
 */
void
my_condition_broadcast (MyCondition *self)
{
  g_return_if_fail (MY_IS_CONDITION (self));

  if (check_holds_lock (self, "my_condition_broadcast") != NULL) {
    my_cond_wake (&self->cond, G_MAXUINT);
  }
}

/**
 * my_condition_dup_name: (get-property name)
 * @self: a condition
 *
 * Gets the name of the condition.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer full) (nullable): the name, or %NULL
 *
 * Since: 1.0
 */
char *
my_condition_dup_name (MyCondition *self)
{
  g_return_val_if_fail (MY_IS_CONDITION (self), NULL);

  return my_sync_name_dup (&self->label.name);
}

/**
 * my_condition_set_name: (set-property name)
 * @self: a condition
 * @name: (nullable): a name, or %NULL
 *
 * Names the condition, for messages and for [func@Thread.dump].
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_condition_set_name (MyCondition *self,
                       const char *name)
{
  g_return_if_fail (MY_IS_CONDITION (self));

  my_sync_name_set (&self->label.name, name, self, props[PROP_NAME]);
}
