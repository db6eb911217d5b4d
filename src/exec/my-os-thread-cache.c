/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "exec/my-os-thread-cache-private.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "core/my-registry-private.h"
#include "exec/my-os-thread-create-private.h"
#include "exec/my-os-thread-private.h"
#include "exec/my-os-thread-state-private.h"
#include "wait/my-parker-private.h"
#include "wait/my-state-lock-private.h"

/* The OS threads that wait for work. See "OS threads are used again" in docs/internals.md.
 *
 * An OS thread is put on the list by the section of the state lock that ends its thread, so whoever knows of the end
 * finds it there. It is LEAVING then: it has yet to wake the joiners, and to look whether run() has left something that
 * can not be undone. Who takes it waits for the outcome of that: no user's code comes before it, so it is not long.
 */

/* Many programs start as many threads at once as they have processors, some as many as they have connections. An idle
 * OS thread costs some 8 KiB of stack and as much as twice that in the kernel. */
#define DEFAULT_MAX_IDLE 64
#define DEFAULT_IDLE_TIME (5 * G_USEC_PER_SEC)

/* How many on the list are compared with what is looked for, and how long one that is LEAVING is waited for. */
#define MAX_COMPARED 8
#define MAX_SPINS 64
#define MAX_YIELDS 32

typedef enum {
  LEAVING, /* is not done with its last work */
  READY,   /* waits for work */
  UNFIT,   /* will exit, and waits to be given back if somebody has taken it */
} MyStage;

typedef struct _MyOsThread MyOsThread;

/* On the stack of the OS thread. It is there as long as it is on the list, or who took it off has not given it work. */
struct _MyOsThread {
  MyOsThread *next;     /* [state] */
  MyOsThread *previous; /* [state] */
  gboolean is_listed;   /* [state] */

  MyParker *parker; /* [const] once listed */

  /* A MyStage. Stored by the OS thread, with release once it is settled; who took it off the list reads it with
   * acquire, and then owns `body`, `data` and `state.inherited` until it has stored `has_work`. */
  atomic_int stage;
  MyOsThreadBody body;
  gpointer data;
  MyOsThreadState state;
  /* Set with release by the giver, read with acquire and cleared by the OS thread. */
  atomic_int has_work;

  /* the OS thread's own */
  MyOsThreadInherited present;
  gboolean is_offered;
  gboolean is_lost; /* it is not used again: it has forked, and is the main thread of a child, or it has been cancelled */
};

static MyOsThread *first_idle; /* [state] the one that has worked last */
static MyOsThread *last_idle;  /* [state] */
/* Written under the state lock. Read without it by a thread that is about to take one: it has held the lock since it heard of
 * the end that it counts on. */
static atomic_uint n_idle;
static guint max_idle = DEFAULT_MAX_IDLE;    /* [state] */
static gint64 idle_time = DEFAULT_IDLE_TIME; /* [state] */

static __thread MyOsThread *current_os_thread __attribute__ ((tls_model ("initial-exec")));

/* the list, with the state lock held */

static void
list_first (MyOsThread *self)
{
  self->previous = NULL;
  self->next = first_idle;
  if (first_idle != NULL) {
    first_idle->previous = self;
  } else {
    last_idle = self;
  }
  first_idle = self;
  self->is_listed = TRUE;
  atomic_fetch_add_explicit (&n_idle, 1, memory_order_relaxed);
}

static void
list_last (MyOsThread *self)
{
  self->next = NULL;
  self->previous = last_idle;
  if (last_idle != NULL) {
    last_idle->next = self;
  } else {
    first_idle = self;
  }
  last_idle = self;
  self->is_listed = TRUE;
  atomic_fetch_add_explicit (&n_idle, 1, memory_order_relaxed);
}

static void
unlist (MyOsThread *self)
{
  if (self->previous != NULL) {
    self->previous->next = self->next;
  } else {
    first_idle = self->next;
  }
  if (self->next != NULL) {
    self->next->previous = self->previous;
  } else {
    last_idle = self->previous;
  }
  self->is_listed = FALSE;
  atomic_fetch_sub_explicit (&n_idle, 1, memory_order_relaxed);
}

/* giving work */

static MyOsThread *
take (const MyOsThreadTraits *traits)
{
  MyOsThread *self;
  guint n = 0;

  my_state_lock ();
  for (self = first_idle; self != NULL && n < MAX_COMPARED; self = self->next, n++) {
    if (my_os_thread_traits_equal (&self->state.traits, traits) && atomic_load_explicit (&self->stage, memory_order_relaxed) != UNFIT) {
      unlist (self);
      break;
    }
  }
  my_state_unlock ();

  return n < MAX_COMPARED ? self : NULL;
}

static void
give_back (MyOsThread *self)
{
  MyParker *parker = self->parker;

  my_state_lock ();
  list_last (self);
  my_state_unlock ();

  /* It may wait for just this, to exit. */
  my_parker_unpark (parker);
}

static MyStage
await_stage (MyOsThread *self)
{
  MyStage stage = LEAVING;

  my_state_assert_unlocked ();
  for (guint i = 0; i < MAX_SPINS + MAX_YIELDS; i++) {
    stage = (MyStage) atomic_load_explicit (&self->stage, memory_order_acquire);
    if (stage != LEAVING) {
      break;
    }
    if (i < MAX_SPINS) {
      my_parker_relax ();
    } else {
      sched_yield ();
    }
  }
  return stage;
}

/* Has @body called on an OS thread that waits for work, if there is one of these traits, which is given what is @inherited. NULL: those of
 * the calling OS thread, as one has that it makes. */
gboolean
my_os_thread_cache_give (const MyOsThreadTraits *traits,
                         const MyOsThreadInherited *inherited,
                         MyOsThreadBody body,
                         gpointer data)
{
  MyOsThreadTraits own;
  MyOsThread *self;
  MyParker *parker;
  MyStage stage;

  if (atomic_load_explicit (&n_idle, memory_order_relaxed) == 0) {
    return FALSE;
  }

  if (traits == NULL) {
    my_os_thread_traits_read (&own);
    traits = &own;
  }
  do {
    self = take (traits);
    if (self == NULL) {
      return FALSE;
    }
    stage = await_stage (self);
    if (stage != READY) {
      give_back (self);
      if (stage == LEAVING) {
        /* It does not get to run: who waits longer waits for a processor. */
        return FALSE;
      }
    }
  } while (stage != READY);

  self->body = body;
  self->data = data;
  if (inherited != NULL) {
    self->state.inherited = *inherited;
  } else {
    my_os_thread_inherited_read (&self->state.inherited);
  }
  parker = self->parker;
  atomic_store_explicit (&self->has_work, TRUE, memory_order_release);
  my_parker_unpark (parker);

  return TRUE;
}

/* Lets go of the OS threads that wait for work; returns how many. They exit soon. */
guint
my_os_thread_cache_drop_idle (void)
{
  MyOsThread *dropped = NULL;
  MyOsThread *next;
  guint n = 0;

  my_state_lock ();
  for (MyOsThread *self = first_idle; self != NULL; self = next) {
    next = self->next;
    /* One that is LEAVING or UNFIT is not done with itself. */
    if (atomic_load_explicit (&self->stage, memory_order_acquire) == READY) {
      unlist (self);
      self->next = dropped;
      dropped = self;
      n++;
    }
  }
  my_state_unlock ();

  for (; dropped != NULL; dropped = next) {
    MyParker *parker = dropped->parker;

    next = dropped->next;
    dropped->body = NULL;
    atomic_store_explicit (&dropped->has_work, TRUE, memory_order_release);
    my_parker_unpark (parker);
  }
  return n;
}

/* the OS thread */

/* Puts the calling OS thread on the list, if it is one that is used again, and there is room. With the state lock held; no
 * user's code may run on it from here until it is READY. */
void
my_os_thread_offer_locked (void)
{
  MyOsThread *self = current_os_thread;

  if (self == NULL || self->is_lost || atomic_load_explicit (&n_idle, memory_order_relaxed) >= max_idle) {
    return;
  }

  self->parker = my_parker_get_current ();
  self->is_offered = TRUE;
  atomic_store_explicit (&self->stage, LEAVING, memory_order_relaxed);
  list_first (self);
}

/* Takes it off the list for good: called by the thread that has taken it, and has seen that it is unfit. */
static void
withdraw (gpointer data)
{
  MyOsThread *self = data;

  if (!self->is_offered) {
    return;
  }

  atomic_store_explicit (&self->stage, UNFIT, memory_order_release);
  my_state_lock ();
  while (!self->is_listed) {
    my_state_unlock ();
    my_parker_park (self->parker, MY_DEADLINE_NEVER);
    my_state_lock ();
  }
  unlist (self);
  my_state_unlock ();
}

/* FALSE: nothing has come for some time, and nothing will; or it is to exit. */
static gboolean
wait_for_work (MyOsThread *self)
{
  gint64 deadline = 0;

  while (!atomic_load_explicit (&self->has_work, memory_order_acquire)) {
    if (my_parker_watch (self->parker)) {
      continue;
    }
    if (deadline == 0) {
      my_os_thread_block_signals (NULL);
      sigfillset (&self->present.signals);
      /* Under the lock: who lets the idle ones go when the main thread ends either sees that this one is READY, or is seen. */
      my_state_lock ();
      deadline = g_get_monotonic_time () + my_registry_limit_idle_time_locked (idle_time);
      my_state_unlock ();
    }
    if (!my_parker_park (self->parker, deadline)) {
      my_state_lock ();
      if (self->is_listed) {
        unlist (self);
        my_state_unlock ();
        return FALSE;
      }
      my_state_unlock ();
      /* Somebody has just taken it, and either gives it work or gives it back: a token comes in any case. If it is given back
       * its time is over. */
      my_parker_park (self->parker, MY_DEADLINE_NEVER);
    }
  }
  atomic_store_explicit (&self->has_work, FALSE, memory_order_relaxed);
  return self->body != NULL;
}

/* Between two pieces of work. FALSE if there is no next one. */
static gboolean
rest (MyOsThread *self)
{
  if (self->is_lost || self->state.traits_refused) {
    return FALSE;
  }

  /* What has come while run() did not let itself be cancelled is meant for it, not for the next. */
  pthread_cleanup_push (withdraw, self);
  pthread_setcanceltype (PTHREAD_CANCEL_DEFERRED, NULL);
  pthread_setcancelstate (PTHREAD_CANCEL_ENABLE, NULL);
  pthread_testcancel ();
  pthread_cleanup_pop (FALSE);

  if (!my_os_thread_state_is_as_new (&self->state, &self->present)) {
    withdraw (self);
    return FALSE;
  }
  if (!self->is_offered) {
    my_state_lock ();
    my_os_thread_offer_locked ();
    my_state_unlock ();
    if (!self->is_offered) {
      return FALSE;
    }
  }
  atomic_store_explicit (&self->stage, READY, memory_order_release);

  if (!wait_for_work (self)) {
    return FALSE;
  }
  self->is_offered = FALSE;
  return TRUE;
}

static void
forget_current (gpointer unused)
{
  current_os_thread = NULL;
}

/* as the calling OS thread is */

typedef struct {
  MyOsThreadInherited inherited;
  MyOsThreadBody body;
  gpointer data;
} MyCopy;

static gpointer
run_copy (gpointer data)
{
  MyCopy *copy = data;
  MyCopy own = *copy;

  g_free (copy);
  my_os_thread_cache_run (&own.inherited, own.body, own.data);
  return NULL;
}

/* Calls @body on a new OS thread, which gets what the calling one hands down: @inherited. */
static gboolean
make_copy (MyOsThreadBody body,
           gpointer data,
           const MyOsThreadInherited *inherited)
{
  MyCopy *copy = g_new (MyCopy, 1);

  copy->inherited = *inherited;
  copy->body = body;
  copy->data = data;
  if (!my_os_thread_create (run_copy, copy, NULL)) {
    g_free (copy);
    return FALSE;
  }
  return TRUE;
}

/* Somebody has cancelled an OS thread that was waiting for work, and before it noticed, work was given to it: that is for another
 * one. If there can be none, here, where nothing is cancelled any more. */
static void
pass_on (gpointer data)
{
  MyOsThread *self = data;
  MyOsThreadBody body = self->body;

  /* The work that is done here may call pthread_exit(), and then this is called once more. */
  if (body == NULL) {
    return;
  }
  self->body = NULL;
  self->is_lost = TRUE;
  if (!my_os_thread_cache_give (&self->state.traits, &self->state.inherited, body, self->data) &&
      !make_copy (body, self->data, &self->state.inherited)) {
    body (self->data);
  }
}

/* Calls @body, and then what it is given, until there is nothing more to do. Called once by an OS thread, as its whole
 * work. @inherited: what it has been given of who made it; NULL: it does not matter. */
void
my_os_thread_cache_run (const MyOsThreadInherited *inherited,
                        MyOsThreadBody body,
                        gpointer data)
{
  MyOsThread self = { .body = body, .data = data };

  my_os_thread_state_init (&self.state);
  if (inherited != NULL) {
    self.state.inherited = *inherited;
  }
  current_os_thread = &self;

  pthread_cleanup_push (forget_current, NULL);
  for (;;) {
    self.state.name[0] = '\0';
    self.state.traits_refused = FALSE;
    self.body (self.data);
    if (!rest (&self)) {
      break;
    }
    my_os_thread_inherited_set (&self.state.inherited, &self.present);
    errno = 0;
    pthread_cleanup_push (pass_on, &self);
    pthread_testcancel ();
    pthread_cleanup_pop (FALSE);
  }
  pthread_cleanup_pop (TRUE);
}

/* The calling OS thread's, if it is one that is used again. */
MyOsThreadState *
my_os_thread_get_state (void)
{
  return &current_os_thread->state;
}

/* fork: in the child, with the state lock held. The calling OS thread, if it is ours, is no more. */
void
my_os_thread_cache_forget_all_in_child (void)
{
  first_idle = NULL;
  last_idle = NULL;
  atomic_store_explicit (&n_idle, 0, memory_order_relaxed);
  if (current_os_thread != NULL) {
    current_os_thread->is_lost = TRUE;
  }
}

/* for tests */

void
my_os_thread_cache_set_limits (guint max_idle_,
                               gint64 idle_time_)
{
  my_state_lock ();
  max_idle = max_idle_;
  idle_time = idle_time_;
  my_state_unlock ();
}

guint
my_os_thread_cache_get_n_idle (void)
{
  return atomic_load_explicit (&n_idle, memory_order_relaxed);
}
