/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-thread-pool.h>

#include "core/my-notify-private.h"
#include "exec/my-thread-pool-private.h"
#include "wait/my-state-lock-private.h"

/* What of a pool can be seen and set. */

GParamSpec *my_thread_pool_pspecs[MY_POOL_N_PROPS];
static guint notify_signal; /* [const] once the class is there: to look it up takes a lock, which a child may not get */

#define LINKED 1U

/* notifications: in the owner context */

static MyThreadPool *
pool_of_changes (MyInboxItem *item)
{
  return (MyThreadPool *) ((char *) item - G_STRUCT_OFFSET (MyThreadPool, changes));
}

/* Takes it out of the inbox: what changes from here on is posted again. */
static guint
take_changes (MyInboxItem *item)
{
  my_inbox_take (item);
  return atomic_exchange_explicit (&pool_of_changes (item)->pending, 0, memory_order_acq_rel);
}

static gboolean
deliver_changes (MyInboxItem *item)
{
  MyThreadPool *self = pool_of_changes (item);
  guint changes = take_changes (item);

  for (guint prop_id = 1; prop_id < MY_POOL_N_PROPS; prop_id++) {
    if (changes & 1U << prop_id) {
      my_object_notify (G_OBJECT (self), my_thread_pool_pspecs[prop_id]);
    }
  }
  g_object_unref (self); /* the item's */

  return TRUE;
}

/* The context is closed. */
static void
drop_changes (MyInboxItem *item)
{
  take_changes (item);
  g_object_unref (pool_of_changes (item));
}

/* In a program without a main loop the item does not keep a pool that nobody else refers to. */
static gboolean
is_reapable (MyInboxItem *item,
             MyReap reap)
{
  return reap == MY_REAP_UNREACHABLE && g_atomic_int_get (&G_OBJECT (pool_of_changes (item))->ref_count) == 1;
}

static const MyInboxItemClass changes_class = {
  .deliver = deliver_changes,
  .drop = drop_changes,
  .is_reapable = is_reapable,
};

/* In a later turn of the owner context, several changes as one. */
static void
post_changes (MyThreadPool *self,
              guint changes)
{
  if (self->inbox->is_stale) {
    return; /* in a child of fork(): there is no loop */
  }

  g_object_ref (self);
  if (atomic_fetch_or_explicit (&self->pending, LINKED | changes, memory_order_acq_rel) & LINKED) {
    g_object_unref (self);
  } else {
    my_inbox_push (self->inbox, &self->changes);
    my_inbox_notify (self->inbox, TRUE);
    my_inbox_empty_closed ();
  }
}

/* GObject says that these properties have changed: in the owner thread that is emitted at once, elsewhere it is posted. */
void
my_thread_pool_dispatch_changes (MyThreadPool *self,
                                 guint n_pspecs,
                                 GParamSpec **pspecs,
                                 MyDispatch original)
{
  if (self->inbox == NULL) {
    original ((GObject *) self, n_pspecs, pspecs);
  } else if (!my_redirect_emit_in_owner (self->inbox, (GObject *) self, n_pspecs, pspecs, original) &&
             my_object_has_handler (G_OBJECT (self), notify_signal)) {
    post_changes (self, my_redirect_find_bits (my_thread_pool_pspecs, MY_POOL_N_PROPS, n_pspecs, pspecs));
  }
}

static void
tell_of_change (MyThreadPool *self,
                guint prop_id)
{
  G_STATIC_ASSERT (MY_POOL_N_PROPS <= 32);

  if (my_object_has_handler (G_OBJECT (self), notify_signal)) {
    g_object_notify_by_pspec (G_OBJECT (self), my_thread_pool_pspecs[prop_id]);
  }
}

void
my_thread_pool_class_init_changes (void)
{
  notify_signal = g_signal_lookup ("notify", G_TYPE_OBJECT);
}

void
my_thread_pool_init_changes (MyThreadPool *self)
{
  self->changes.klass = &changes_class;
}

/* public API */

/**
 * my_thread_pool_get_name: (get-property name)
 * @self: a pool
 *
 * Gets the pool's name.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: the name
 *
 * Since: 1.0
 */
const char *
my_thread_pool_get_name (MyThreadPool *self)
{
  g_return_val_if_fail (MY_IS_THREAD_POOL (self), NULL);

  return self->name;
}

/**
 * my_thread_pool_get_main_context: (get-property main-context)
 * @self: a pool
 *
 * Gets the owner context of the pool.
 *
 * Any thread may call it. It does not block. The pool has no reference to the context, so it is for those that know that it is still
 * used, as its owner thread does.
 *
 * Returns: (transfer none) (nullable): the context; %NULL if its last user has dropped it
 *
 * Since: 1.0
 */
GMainContext *
my_thread_pool_get_main_context (MyThreadPool *self)
{
  g_return_val_if_fail (MY_IS_THREAD_POOL (self), NULL);

  return my_inbox_get_context (self->inbox);
}

/**
 * my_thread_pool_get_max_threads: (get-property max-threads)
 * @self: a pool
 *
 * Gets how many tasks run at once, at most.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: the number; never 0
 *
 * Since: 1.0
 */
guint
my_thread_pool_get_max_threads (MyThreadPool *self)
{
  g_return_val_if_fail (MY_IS_THREAD_POOL (self), 1);

  return atomic_load_explicit (&self->core->max_threads, memory_order_relaxed);
}

/**
 * my_thread_pool_set_max_threads: (set-property max-threads)
 * @self: a pool
 * @max_threads: a number; 0: as many as there are processors that the process may use
 *
 * Sets how many tasks run at once, at most. With a lower number the tasks that run are not disturbed.
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_thread_pool_set_max_threads (MyThreadPool *self,
                                guint max_threads)
{
  g_return_if_fail (MY_IS_THREAD_POOL (self));
  g_return_if_fail (max_threads <= G_MAXINT);

  max_threads = my_thread_pool_or_n_processors (max_threads);
  if (my_thread_pool_get_max_threads (self) != max_threads) {
    my_pool_set_max_threads (self->core, max_threads);
    tell_of_change (self, MY_POOL_PROP_MAX_THREADS);
  }
}

/**
 * my_thread_pool_get_idle_timeout: (get-property idle-timeout)
 * @self: a pool
 *
 * Gets how long an OS thread that has nothing to do is kept.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: the time in microseconds; negative: for ever
 *
 * Since: 1.0
 */
gint64
my_thread_pool_get_idle_timeout (MyThreadPool *self)
{
  gint64 idle_timeout;

  g_return_val_if_fail (MY_IS_THREAD_POOL (self), 0);

  my_state_lock ();
  idle_timeout = self->core->idle_timeout;
  my_state_unlock ();

  return idle_timeout;
}

/**
 * my_thread_pool_set_idle_timeout: (set-property idle-timeout)
 * @self: a pool
 * @idle_timeout: a time in microseconds; 0: it ends at once; negative: for ever
 *
 * Sets how long an OS thread that has nothing to do is kept. This also applies to OS threads that
 * are idle already.
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_thread_pool_set_idle_timeout (MyThreadPool *self,
                                 gint64 idle_timeout)
{
  g_return_if_fail (MY_IS_THREAD_POOL (self));

  idle_timeout = MAX (idle_timeout, -1);
  if (my_pool_set_idle_timeout (self->core, idle_timeout)) {
    tell_of_change (self, MY_POOL_PROP_IDLE_TIMEOUT);
  }
}

/**
 * my_thread_pool_get_max_queued: (get-property max-queued)
 * @self: a pool
 *
 * Gets how many tasks may be queued before pushing waits.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: the number; 0: there is no limit
 *
 * Since: 1.0
 */
guint
my_thread_pool_get_max_queued (MyThreadPool *self)
{
  g_return_val_if_fail (MY_IS_THREAD_POOL (self), 0);

  return atomic_load_explicit (&self->core->max_queued, memory_order_relaxed);
}

/**
 * my_thread_pool_set_max_queued: (set-property max-queued)
 * @self: a pool
 * @max_queued: a number; 0: there is no limit
 *
 * Sets how many tasks may be queued before pushing waits.
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_thread_pool_set_max_queued (MyThreadPool *self,
                               guint max_queued)
{
  g_return_if_fail (MY_IS_THREAD_POOL (self));

  if (my_thread_pool_get_max_queued (self) != max_queued) {
    my_pool_set_max_queued (self->core, max_queued);
    tell_of_change (self, MY_POOL_PROP_MAX_QUEUED);
  }
}

/**
 * my_thread_pool_get_n_queued: (get-property n-queued)
 * @self: a pool
 *
 * Counts the tasks that have not begun.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint64
my_thread_pool_get_n_queued (MyThreadPool *self)
{
  g_return_val_if_fail (MY_IS_THREAD_POOL (self), 0);

  return my_pool_count (self->core).n_queued;
}

/**
 * my_thread_pool_get_n_active: (get-property n-active)
 * @self: a pool
 *
 * Counts the tasks that have begun, and not ended.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint64
my_thread_pool_get_n_active (MyThreadPool *self)
{
  g_return_val_if_fail (MY_IS_THREAD_POOL (self), 0);

  return my_pool_count (self->core).n_active;
}

/**
 * my_thread_pool_get_n_completed: (get-property n-completed)
 * @self: a pool
 *
 * Counts the tasks that have been run, so far.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint64
my_thread_pool_get_n_completed (MyThreadPool *self)
{
  g_return_val_if_fail (MY_IS_THREAD_POOL (self), 0);

  return my_pool_count (self->core).n_completed;
}
