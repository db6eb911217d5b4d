/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "sync/my-lock-private.h"

#include "core/my-run-private.h"
#include "sync/my-sync-label-private.h"
#include "wait/my-state-lock-private.h"

/**
 * MyLock:
 *
 * A lock that is an object: one thread at a time holds it.
 *
 * The wait for it has a limit if that is wanted, and is interrupted when the calling thread is cancelled. A wait that would close
 * a cycle of waits fails, and says which threads and locks are in it. It has a name for these texts, and for
 * [func@Thread.dump].
 *
 * The thread that holds it is the one that releases it. One of [ctor@Lock.new_recursive] may be held several times by
 * the same thread. A thread that ends while it holds a lock is a critical, and nobody gets that lock any more.
 *
 * For a field of a struct, a [struct@Mutex] is the same, without an object.
 *
 * Since: 1.0
 */

enum {
  PROP_NAME = 1,
  PROP_RECURSIVE,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (MyLock, my_lock, G_TYPE_OBJECT)

static void
my_lock_get_property (GObject *object,
                      guint prop_id,
                      GValue *value,
                      GParamSpec *pspec)
{
  MyLock *self = MY_LOCK (object);

  switch (prop_id) {
  case PROP_NAME:
    g_value_take_string (value, my_lock_dup_name (self));
    break;
  case PROP_RECURSIVE:
    g_value_set_boolean (value, self->is_recursive);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
my_lock_set_property (GObject *object,
                      guint prop_id,
                      const GValue *value,
                      GParamSpec *pspec)
{
  MyLock *self = MY_LOCK (object);

  switch (prop_id) {
  case PROP_NAME:
    my_lock_set_name (self, g_value_get_string (value));
    break;
  case PROP_RECURSIVE:
    self->is_recursive = g_value_get_boolean (value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static gboolean
is_held (MyLock *self)
{
  return my_mutex_is_held (&self->named.mutex);
}

/* One that is held is in the list of its holder: so it stays. */
static void
my_lock_dispose (GObject *object)
{
  MyLock *self = MY_LOCK (object);

  if (G_UNLIKELY (is_held (self))) {
    g_autofree char *name = my_lock_dup_name (self);

    g_critical ("The last reference to lock \"%s\" is dropped while it is held: it is leaked", name != NULL ? name : "");
    g_object_ref (self);
  }
  G_OBJECT_CLASS (my_lock_parent_class)->dispose (object);
}

static void
my_lock_finalize (GObject *object)
{
  g_free (MY_LOCK (object)->named.name);

  G_OBJECT_CLASS (my_lock_parent_class)->finalize (object);
}

static void
my_lock_class_init (MyLockClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = my_lock_get_property;
  object_class->set_property = my_lock_set_property;
  object_class->dispose = my_lock_dispose;
  object_class->finalize = my_lock_finalize;

  /**
   * MyLock:name: (getter dup_name) (setter set_name)
   *
   * What the lock is called in messages and in [func@Thread.dump], or %NULL.
   *
   * Since: 1.0
   */
  props[PROP_NAME] = g_param_spec_string (
    "name", NULL, NULL, NULL,
    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * MyLock:recursive: (getter is_recursive)
   *
   * Whether the thread that holds the lock may acquire it again.
   *
   * Since: 1.0
   */
  props[PROP_RECURSIVE] = g_param_spec_boolean (
    "recursive", NULL, NULL, FALSE,
    G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
my_lock_init (MyLock *self)
{
}

/**
 * my_lock_new:
 *
 * Makes a lock that is free.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer full): the lock
 *
 * Since: 1.0
 */
MyLock *
my_lock_new (void)
{
  return g_object_new (MY_TYPE_LOCK, NULL);
}

/**
 * my_lock_new_recursive:
 *
 * Makes a lock that the thread that holds it may acquire again: it is free when it was released as often.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer full): the lock
 *
 * Since: 1.0
 */
MyLock *
my_lock_new_recursive (void)
{
  return g_object_new (MY_TYPE_LOCK, "recursive", TRUE, NULL);
}

/* Without a wait: it is free, or the calling thread holds it and may do so again. */
static inline gboolean
take_at_once (MyLock *self,
              MyWaiter *waiter)
{
  if (G_LIKELY (my_hold_try (my_mutex_get_hold (&self->named.mutex), waiter, MY_HOLD_TAGGED))) {
    return TRUE;
  }
  if (self->is_recursive && my_lock_is_mine (self, waiter)) {
    self->n_more++;
    return TRUE;
  }
  return FALSE;
}

/**
 * my_lock_acquire:
 * @self: a lock
 * @timeout_us: how long to wait, in microseconds; negative: for ever; 0: not at all
 * @error: return location for an error
 *
 * Waits until the lock is free, and takes it.
 *
 * A lock that is free is given to a thread that is cancelled, too.
 *
 * The error is `MY_THREAD_ERROR_TIMED_OUT`; `G_IO_ERROR_CANCELLED`, if the calling thread is cancelled; or
 * `MY_THREAD_ERROR_DEADLOCK`, if the wait has no limit and would close a cycle of waits, all threads and objects of which are
 * named, or, with any limit, if the thread that holds the lock has ended.
 *
 * Any thread may call it. It blocks.
 *
 * Returns: whether the calling thread has the lock
 *
 * Since: 1.0
 */
gboolean
my_lock_acquire (MyLock *self,
                 gint64 timeout_us,
                 GError **error)
{
  MyWaiter *waiter;

  g_return_val_if_fail (MY_IS_LOCK (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  waiter = my_mutex_get_waiter ();
  return take_at_once (self, waiter) || my_mutex_take (&self->named.mutex, waiter, MY_HOLD_TAGGED, timeout_us, error);
}

/**
 * my_lock_release:
 * @self: a lock that the calling thread holds
 *
 * Lets the lock go. If another thread, or none, holds it, that is a critical, and nothing happens.
 *
 * Any thread may call it, if it holds the lock. It does not block.
 *
 * Since: 1.0
 */
void
my_lock_release (MyLock *self)
{
  MyWaiter *waiter;

  g_return_if_fail (MY_IS_LOCK (self));

  waiter = my_mutex_get_waiter ();
  if (self->is_recursive && my_lock_is_mine (self, waiter) && self->n_more > 0) {
    self->n_more--;
  } else if (G_UNLIKELY (!my_mutex_let_go (&self->named.mutex, waiter, MY_HOLD_TAGGED))) {
    g_autofree char *name = my_lock_dup_name (self);

    g_critical ("my_lock_release: the calling thread does not hold lock \"%s\"", name != NULL ? name : "");
  }
}

/**
 * my_lock_is_locked:
 * @self: a lock
 *
 * Whether a thread holds the lock, or has ended while it held it.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: whether one does
 *
 * Since: 1.0
 */
gboolean
my_lock_is_locked (MyLock *self)
{
  g_return_val_if_fail (MY_IS_LOCK (self), FALSE);

  return (my_hold_get_word (my_mutex_get_hold (&self->named.mutex)) & ~(gsize) MY_HOLD_AWAITED) != 0;
}

/**
 * my_lock_dup_owner:
 * @self: a lock
 *
 * Gets the thread that holds the lock.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer full) (nullable): the thread; %NULL if the lock is free, or its holder has ended
 *
 * Since: 1.0
 */
MyThread *
my_lock_dup_owner (MyLock *self)
{
  MyThread *owner = NULL;
  MyWaiter *holder;
  MyHold *hold;

  g_return_val_if_fail (MY_IS_LOCK (self), NULL);

  /* A thread that is seen to hold it has not come to its end, for which it needs the state lock: so there is another reference. */
  hold = my_mutex_get_hold (&self->named.mutex);
  my_state_lock ();
  /* Once: a holder for whom nobody waits lets go without that lock. */
  holder = my_hold_get_holder (hold);
  if (holder != NULL && !my_hold_is_lost (hold)) {
    owner = g_object_ref (my_current_get_thread_of (holder));
  }
  my_state_unlock ();

  return owner;
}

/**
 * my_lock_is_recursive: (get-property recursive)
 * @self: a lock
 *
 * Whether the thread that holds the lock may acquire it again.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: whether it may
 *
 * Since: 1.0
 */
gboolean
my_lock_is_recursive (MyLock *self)
{
  g_return_val_if_fail (MY_IS_LOCK (self), FALSE);

  return self->is_recursive;
}

/**
 * my_lock_dup_name: (get-property name)
 * @self: a lock
 *
 * Gets the name of the lock.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer full) (nullable): the name, or %NULL
 *
 * Since: 1.0
 */
char *
my_lock_dup_name (MyLock *self)
{
  g_return_val_if_fail (MY_IS_LOCK (self), NULL);

  return my_sync_name_dup (&self->named.name);
}

/**
 * my_lock_set_name: (set-property name)
 * @self: a lock
 * @name: (nullable): a name, or %NULL
 *
 * Names the lock, for messages and for [func@Thread.dump].
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_lock_set_name (MyLock *self,
                  const char *name)
{
  g_return_if_fail (MY_IS_LOCK (self));

  my_sync_name_set (&self->named.name, name, self, props[PROP_NAME]);
}

/* until the end of a block: see the header */

MyLockHolder *
my_lock_holder_new (MyLock *lock)
{
  MyWaiter *waiter;

  g_return_val_if_fail (MY_IS_LOCK (lock), NULL);

  waiter = my_mutex_get_waiter ();
  if (!take_at_once (lock, waiter)) {
    my_mutex_take_anyway (&lock->named.mutex, waiter, MY_HOLD_TAGGED, "my_lock_holder_new");
  }
  return (MyLockHolder *) lock;
}

void
my_lock_holder_free (MyLockHolder *holder)
{
  my_lock_release (MY_LOCK (holder));
}
