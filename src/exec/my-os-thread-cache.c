/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "exec/my-os-thread-cache-private.h"

#include <errno.h>
#include <gio/gio.h>
#include <linux/futex.h>
#include <locale.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/my-registry-private.h"
#include "exec/my-os-thread-private.h"
#include "exec/my-os-thread-traits-private.h"
#include "sync/my-parker-private.h"
#include "sync/my-state-lock-private.h"

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
  SPOILT,  /* will exit, and waits to be given back if somebody has taken it */
} MyStage;

typedef struct _MyOsThread MyOsThread;

/* On the stack of the OS thread. It is there as long as it is on the list, or who took it off has not given it work. */
struct _MyOsThread {
  MyOsThread *next;     /* [state] */
  MyOsThread *previous; /* [state] */
  gboolean is_listed;   /* [state] */

  MyParker *parker;        /* [const] once listed */
  MyOsThreadTraits traits; /* [const] */

  /* A MyStage. Stored by the OS thread, with release once it is settled; who took it off the list reads it with
   * acquire, and then owns `body`, `data` and `legacy` until it has stored `has_work`. */
  atomic_int stage;
  MyOsThreadBody body;
  gpointer data;
  MyOsThreadLegacy legacy; /* of who has given the work */
  /* Set with release by the giver, read with acquire and cleared by the OS thread. */
  atomic_int has_work;

  /* the OS thread's own */
  MyOsThreadLegacy present;
  stack_t signal_stack;                /* as it was in the beginning: a sanitizer has one */
  struct robust_list_head *robust_list; /* the C library's, of the robust mutexes that it holds */
  gboolean is_offered;
  gboolean is_lost; /* it has forked: it is the main thread of a child */
};

static MyOsThread *first_idle; /* [state] the one that has worked last */
static MyOsThread *last_idle;  /* [state] */
/* Written under the state lock. Read without it by who is about to take one: he has held the lock since he has heard of
 * the end that he counts on. */
static atomic_uint n_idle;
static guint max_idle = DEFAULT_MAX_IDLE;     /* [state] */
static gint64 idle_time = DEFAULT_IDLE_TIME;  /* [state] */

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
    if (my_os_thread_traits_equal (&self->traits, traits) && atomic_load_explicit (&self->stage, memory_order_relaxed) != SPOILT) {
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

/* Has @body called on an OS thread that waits for work, if there is one that is as the calling one would make it. */
gboolean
my_os_thread_cache_give (MyOsThreadBody body,
                         gpointer       data)
{
  MyOsThreadTraits traits;
  MyOsThread *self;
  MyParker *parker;
  MyStage stage;

  if (atomic_load_explicit (&n_idle, memory_order_relaxed) == 0) {
    return FALSE;
  }

  my_os_thread_traits_read (&traits);
  do {
    self = take (&traits);
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
  my_os_thread_legacy_read (&self->legacy);
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
    /* One that is LEAVING or SPOILT is not done with itself. */
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

/* Takes it off the list for good: from who has taken it, when he has seen that it is spoilt. */
static void
withdraw (gpointer data)
{
  MyOsThread *self = data;

  if (!self->is_offered) {
    return;
  }

  atomic_store_explicit (&self->stage, SPOILT, memory_order_release);
  my_state_lock ();
  while (!self->is_listed) {
    my_state_unlock ();
    my_parker_park (self->parker, MY_DEADLINE_NEVER);
    my_state_lock ();
  }
  unlist (self);
  my_state_unlock ();
}

static gboolean
has_pending_signals (const sigset_t *blocked)
{
  sigset_t pending;

  if (sigisemptyset (blocked)) {
    return FALSE;
  }
  /* It can not be told whether they are the process's. */
  return sigpending (&pending) != 0 || !sigisemptyset (&pending);
}

/* Whether run() has left all as it was that can not be set back; the rest is. */
static gboolean
is_as_new (MyOsThread *self)
{
  MyOsThreadTraits traits;
  stack_t signal_stack;

  if (self->robust_list == NULL || self->robust_list->list.next != &self->robust_list->list ||
      g_main_context_get_thread_default () != NULL || my_registry_peek_current () != NULL) {
    return FALSE;
  }
  if (uselocale ((locale_t) 0) != LC_GLOBAL_LOCALE) {
    uselocale (LC_GLOBAL_LOCALE);
  }

  my_os_thread_traits_read (&traits);
  my_os_thread_legacy_read (&self->present);
  return my_os_thread_traits_equal (&traits, &self->traits) && !has_pending_signals (&self->present.signals) &&
         sigaltstack (NULL, &signal_stack) == 0 && signal_stack.ss_flags == self->signal_stack.ss_flags &&
         signal_stack.ss_sp == self->signal_stack.ss_sp;
}

/* A signal that everybody else blocks, since somebody waits for it, must not come here. */
static void
block_signals (MyOsThread *self)
{
  sigfillset (&self->present.signals);
  pthread_sigmask (SIG_SETMASK, &self->present.signals, NULL);
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
      block_signals (self);
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
  if (self->is_lost) {
    return FALSE;
  }

  /* What has come while run() did not let itself be cancelled is meant for it, not for the next. */
  pthread_cleanup_push (withdraw, self);
  pthread_setcanceltype (PTHREAD_CANCEL_DEFERRED, NULL);
  pthread_setcancelstate (PTHREAD_CANCEL_ENABLE, NULL);
  pthread_testcancel ();
  pthread_cleanup_pop (FALSE);

  if (!is_as_new (self)) {
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

/* Calls @body, and then what it is given, until there is nothing more to do. Called once by an OS thread, as its whole
 * work. */
void
my_os_thread_cache_run (MyOsThreadBody body,
                        gpointer       data)
{
  MyOsThread self = { .body = body, .data = data };
  size_t size;

  my_os_thread_traits_read (&self.traits);
  sigaltstack (NULL, &self.signal_stack);
  if (syscall (SYS_get_robust_list, 0, &self.robust_list, &size) != 0) {
    self.robust_list = NULL;
  }
  current_os_thread = &self;

  pthread_cleanup_push (forget_current, NULL);
  for (;;) {
    self.body (self.data);
    if (!rest (&self)) {
      break;
    }
    my_os_thread_legacy_set (&self.legacy, &self.present);
    errno = 0;
  }
  pthread_cleanup_pop (TRUE);
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
my_os_thread_cache_set_limits (guint  max_idle_,
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
