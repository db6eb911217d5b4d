/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-barrier.h>
#include <mythread/my-thread-error.h>
#include <pthread.h>

#include "sync/my-sync-core-private.h"
#include "wait/my-state-lock-private.h"

typedef enum {
  IN_PLACE,
  PASSING, /* all have come, and the action is being done */
  PASSED,
  BROKEN,
} MyBarrierState;

/* On the stack of a thread that waits. */
typedef struct _MyBarrierWait MyBarrierWait;

struct _MyBarrierWait {
  MyBarrierState state; /* with the mutex held */
  MyBarrierWait *next;  /* with the mutex held: in the list of those that are in place, or of those that pass */
};

/**
 * MyBarrier:
 *
 * A place where a number of threads wait for one another: when the last of them has come, all go on.
 *
 * It has the semantics of Python's `threading.Barrier`. A thread that does not wait to the end breaks it for all.
 *
 * Since: 1.0
 */

struct _MyBarrier {
  GObject parent_instance;

  MySyncCore core;
  guint parties;           /* [const] once it is made */
  MyTaskFunc action;       /* [const] once it is made */
  gpointer user_data;      /* [const] once it is made */
  GDestroyNotify destroy;  /* [const] once it is made */
  MyBarrierWait *in_place; /* with the mutex held */
  guint n_in_place;        /* with the mutex held */
  gboolean is_broken;      /* with the mutex held */
  guint n_forks;           /* with the mutex held: of the process whose threads are in place */
};

enum {
  PROP_NAME = 1,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (MyBarrier, my_barrier, G_TYPE_OBJECT)

static void
my_barrier_get_property (GObject *object,
                         guint prop_id,
                         GValue *value,
                         GParamSpec *pspec)
{
  switch (prop_id) {
  case PROP_NAME:
    g_value_take_string (value, my_barrier_dup_name (MY_BARRIER (object)));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
my_barrier_set_property (GObject *object,
                         guint prop_id,
                         const GValue *value,
                         GParamSpec *pspec)
{
  switch (prop_id) {
  case PROP_NAME:
    my_barrier_set_name (MY_BARRIER (object), g_value_get_string (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
my_barrier_finalize (GObject *object)
{
  MyBarrier *self = MY_BARRIER (object);

  if (self->destroy != NULL) {
    self->destroy (self->user_data);
  }
  g_free (self->core.label.name);

  G_OBJECT_CLASS (my_barrier_parent_class)->finalize (object);
}

static void
my_barrier_class_init (MyBarrierClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = my_barrier_get_property;
  object_class->set_property = my_barrier_set_property;
  object_class->finalize = my_barrier_finalize;

  /**
   * MyBarrier:name: (getter dup_name) (setter set_name)
   *
   * What the barrier is called in messages and in [func@Thread.dump], or %NULL.
   *
   * Since: 1.0
   */
  props[PROP_NAME] = g_param_spec_string (
    "name", NULL, NULL, NULL,
    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
my_barrier_init (MyBarrier *self)
{
  self->core.label.kind = "barrier";
  self->parties = 1;
  self->n_forks = my_state_n_forks;
}

/**
 * my_barrier_new:
 * @parties: how many threads it is for, at least one
 * @action: (nullable) (scope notified) (closure user_data) (destroy destroy): called by one of them when all have come, before
 *   any of them goes on; or %NULL
 * @user_data: data for @action
 * @destroy: (nullable): called with @user_data when the barrier is freed
 *
 * Makes a barrier.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer full): the barrier
 *
 * Since: 1.0
 */
MyBarrier *
my_barrier_new (guint parties,
                MyTaskFunc action,
                gpointer user_data,
                GDestroyNotify destroy)
{
  MyBarrier *self;

  g_return_val_if_fail (parties > 0, NULL);

  self = g_object_new (MY_TYPE_BARRIER, NULL);
  self->parties = parties;
  self->action = action;
  self->user_data = user_data;
  self->destroy = destroy;
  return self;
}

/* The calling thread gets in. In a child of fork() those that were in place are gone. */
static MyWaiter *
enter (MyBarrier *self)
{
  MyWaiter *waiter = my_sync_core_enter (&self->core);

  if (G_UNLIKELY (self->n_forks != my_state_n_forks)) {
    self->n_forks = my_state_n_forks;
    self->in_place = NULL;
    self->n_in_place = 0;
  }
  return waiter;
}

static void
set_all (MyBarrierWait *first,
         MyBarrierState state)
{
  for (MyBarrierWait *wait = first; wait != NULL; wait = wait->next) {
    wait->state = state;
  }
}

/* Those that are in place go, in this state. With the mutex held. */
static MyBarrierWait *
take_all (MyBarrier *self,
          MyBarrierState state)
{
  MyBarrierWait *first = self->in_place;

  set_all (first, state);
  self->in_place = NULL;
  self->n_in_place = 0;
  my_cond_wake (&self->core.changed, G_MAXUINT);
  return first;
}

static void
break_locked (MyBarrier *self)
{
  self->is_broken = TRUE;
  take_all (self, BROKEN);
}

typedef struct {
  MyBarrier *barrier;
  MyBarrierWait *first;
  guint n_forks;
} MyBarrierPass;

static void
end_pass (MyBarrierPass *pass,
          MyBarrierState state)
{
  MyBarrier *self = pass->barrier;
  MyWaiter *waiter = enter (self);

  if (pass->n_forks == self->n_forks) {
    set_all (pass->first, state);
    my_cond_wake (&self->core.changed, G_MAXUINT);
  }
  if (state == BROKEN) {
    break_locked (self);
  }
  my_sync_core_leave (&self->core, waiter);
}

/* The action has called pthread_exit(). */
static void
end_broken_pass (gpointer pass)
{
  end_pass (pass, BROKEN);
}

/* All have come: the action is done without the mutex, and those that pass are not interrupted meanwhile. */
static void
pass_all (MyBarrier *self,
          MyWaiter *waiter)
{
  MyBarrierPass pass = { .barrier = self, .n_forks = self->n_forks };

  if (self->action == NULL) {
    take_all (self, PASSED);
    my_sync_core_leave (&self->core, waiter);
    return;
  }
  pass.first = take_all (self, PASSING);
  my_sync_core_leave (&self->core, waiter);
  pthread_cleanup_push (end_broken_pass, &pass);
  self->action (self->user_data);
  pthread_cleanup_pop (FALSE);
  end_pass (&pass, PASSED);
}

static void
remove_wait (MyBarrier *self,
             MyBarrierWait *wait)
{
  MyBarrierWait **link = &self->in_place;

  while (*link != wait) {
    link = &(*link)->next;
  }
  *link = wait->next;
  self->n_in_place--;
}

/* Waits in place. With the mutex held. Returns why it was left too early, which has broken the barrier; or WOKEN. */
static MyWaitResult
wait_in_place (MyBarrier *self,
               MyWaiter *waiter,
               MyBarrierWait *wait,
               gint64 deadline)
{
  wait->next = self->in_place;
  self->in_place = wait;
  self->n_in_place++;
  while (wait->state == IN_PLACE || wait->state == PASSING) {
    gboolean is_in_place = wait->state == IN_PLACE;
    MyWaitResult result = my_sync_core_wait (&self->core, waiter, is_in_place ? deadline : MY_DEADLINE_NEVER, is_in_place);

    if (result != MY_WAIT_WOKEN && wait->state == IN_PLACE) {
      remove_wait (self, wait);
      break_locked (self);
      return result;
    }
  }
  return MY_WAIT_WOKEN;
}

static void
set_broken_error (MyBarrier *self,
                  GError **error)
{
  g_autofree char *what = error != NULL ? my_sync_label_dup (&self->core.label) : NULL;

  g_set_error (error, MY_THREAD_ERROR, MY_THREAD_ERROR_BROKEN, "The %s is broken: a thread has not waited to the end", what);
}

/**
 * my_barrier_wait:
 * @self: a barrier
 * @timeout_us: how long to wait, in microseconds; negative: for ever; 0: not at all
 * @index: (out) (optional): return location for a number from 0 to the parties less one, another one for each
 * @error: return location for an error
 *
 * Waits until as many threads have come as the barrier is for.
 *
 * A thread whose time is up, or that is cancelled, breaks the barrier: for all that wait, and for all that come later, until
 * [method@Barrier.reset]. The last one to come does not wait, whatever its limit, and though it is cancelled.
 *
 * The error is `MY_THREAD_ERROR_BROKEN`; `MY_THREAD_ERROR_TIMED_OUT`; or `G_IO_ERROR_CANCELLED`, if the calling thread is
 * cancelled.
 *
 * Any thread may call it. It blocks.
 *
 * Returns: whether all have come
 *
 * Since: 1.0
 */
gboolean
my_barrier_wait (MyBarrier *self,
                 gint64 timeout_us,
                 guint *index,
                 GError **error)
{
  MyBarrierWait wait = { .state = IN_PLACE };
  MyWaitResult result = MY_WAIT_WOKEN;
  MyWaiter *waiter;
  gint64 deadline;
  guint my_index;

  g_return_val_if_fail (MY_IS_BARRIER (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  deadline = my_sync_core_deadline (timeout_us);
  waiter = enter (self);
  my_index = self->n_in_place;
  if (self->is_broken) {
    wait.state = BROKEN;
  } else if (my_index + 1 >= self->parties) {
    pass_all (self, waiter);
    if (index != NULL) {
      *index = my_index;
    }
    return TRUE;
  } else {
    result = wait_in_place (self, waiter, &wait, deadline);
  }
  my_sync_core_leave (&self->core, waiter);

  if (result != MY_WAIT_WOKEN) {
    my_sync_label_set_error (&self->core.label, result, error);
    return FALSE;
  }
  if (wait.state == BROKEN) {
    set_broken_error (self, error);
    return FALSE;
  }
  if (index != NULL) {
    *index = my_index;
  }
  return TRUE;
}

/**
 * my_barrier_reset:
 * @self: a barrier
 *
 * Makes it as it was in the beginning. For threads that wait just now it is broken.
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_barrier_reset (MyBarrier *self)
{
  MyWaiter *waiter;

  g_return_if_fail (MY_IS_BARRIER (self));

  waiter = enter (self);
  take_all (self, BROKEN);
  self->is_broken = FALSE;
  my_sync_core_leave (&self->core, waiter);
}

/**
 * my_barrier_abort:
 * @self: a barrier
 *
 * Breaks the barrier, for all that wait and all that come later, until [method@Barrier.reset].
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_barrier_abort (MyBarrier *self)
{
  MyWaiter *waiter;

  g_return_if_fail (MY_IS_BARRIER (self));

  waiter = enter (self);
  break_locked (self);
  my_sync_core_leave (&self->core, waiter);
}

/**
 * my_barrier_get_parties:
 * @self: a barrier
 *
 * Gets how many threads it is for.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: how many
 *
 * Since: 1.0
 */
guint
my_barrier_get_parties (MyBarrier *self)
{
  g_return_val_if_fail (MY_IS_BARRIER (self), 0);

  return self->parties;
}

/**
 * my_barrier_get_n_waiting:
 * @self: a barrier
 *
 * Gets how many threads wait just now.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: how many
 *
 * Since: 1.0
 */
guint
my_barrier_get_n_waiting (MyBarrier *self)
{
  MyWaiter *waiter;
  guint n;

  g_return_val_if_fail (MY_IS_BARRIER (self), 0);

  waiter = enter (self);
  n = self->n_in_place;
  my_sync_core_leave (&self->core, waiter);
  return n;
}

/**
 * my_barrier_is_broken:
 * @self: a barrier
 *
 * Whether the barrier is broken.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: whether it is
 *
 * Since: 1.0
 */
gboolean
my_barrier_is_broken (MyBarrier *self)
{
  MyWaiter *waiter;
  gboolean is_broken;

  g_return_val_if_fail (MY_IS_BARRIER (self), FALSE);

  waiter = enter (self);
  is_broken = self->is_broken;
  my_sync_core_leave (&self->core, waiter);
  return is_broken;
}

/**
 * my_barrier_dup_name: (get-property name)
 * @self: a barrier
 *
 * Gets the name of the barrier.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer full) (nullable): the name, or %NULL
 *
 * Since: 1.0
 */
char *
my_barrier_dup_name (MyBarrier *self)
{
  g_return_val_if_fail (MY_IS_BARRIER (self), NULL);

  return my_sync_name_dup (&self->core.label.name);
}

/**
 * my_barrier_set_name: (set-property name)
 * @self: a barrier
 * @name: (nullable): a name, or %NULL
 *
 * Names the barrier, for messages and for [func@Thread.dump].
 *
 * Any thread may call it. It does not block.
 *
 * Since: 1.0
 */
void
my_barrier_set_name (MyBarrier *self,
                     const char *name)
{
  g_return_if_fail (MY_IS_BARRIER (self));

  my_sync_name_set (&self->core.label.name, name, self, props[PROP_NAME]);
}
