/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "sync/my-parker-private.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "sync/my-state-lock-private.h"

enum {
  EMPTY = 0,     /* nobody sleeps, no token */
  NOTIFIED = 1,  /* a token: the next park() takes it and returns at once */
  PARKED = -1,   /* the OS thread sleeps, or is about to */
};

struct _MyParker {
  /* Written by the sleeper (EMPTY to PARKED, and back) and by anyone who unparks (to NOTIFIED). The exchange to
   * NOTIFIED releases what the waker did; the sleeper acquires it when it takes the token. */
  atomic_int word;

  MyParker *next_free; /* [state] */
} __attribute__ ((aligned (64)));

static MyParker *free_parkers; /* [state] */
static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static pthread_key_t key;

static __thread MyParker *current __attribute__ ((tls_model ("initial-exec")));

static void
recycle (gpointer data)
{
  MyParker *self = data;

  current = NULL;

  my_state_lock ();
  self->next_free = free_parkers;
  free_parkers = self;
  my_state_unlock ();
}

static void
make_key (void)
{
  pthread_key_create (&key, recycle);
}

/* The calling OS thread's parker, made when first asked for. With the state lock held. */
MyParker *
my_parker_get_current (void)
{
  MyParker *self = current;

  if (G_LIKELY (self != NULL)) {
    return self;
  }

  pthread_once (&key_once, make_key);

  self = free_parkers;
  if (self != NULL) {
    free_parkers = self->next_free;
  } else {
    self = g_aligned_alloc0 (1, sizeof (MyParker), 64);
  }

  pthread_setspecific (key, self);
  current = self;

  return self;
}

/* Sleeps until the token is there, and takes it (TRUE), or until the deadline, in microseconds of the monotonic
 * clock (FALSE). Only the parker's own OS thread calls it. */
gboolean
my_parker_park (MyParker *self,
                gint64    deadline)
{
  struct timespec limit = { 0, 0 };
  int expected = EMPTY;

  if (!atomic_compare_exchange_strong_explicit (&self->word, &expected, PARKED, memory_order_acquire, memory_order_acquire)) {
    /* Only NOTIFIED is possible: take the token. The exchange, not a store, so that a waker that comes right now
     * is ordered before us and not lost. */
    atomic_exchange_explicit (&self->word, EMPTY, memory_order_acquire);
    return TRUE;
  }

  if (deadline != MY_DEADLINE_NEVER) {
    limit.tv_sec = deadline / G_USEC_PER_SEC;
    limit.tv_nsec = deadline % G_USEC_PER_SEC * 1000;
  }

  for (;;) {
    long rc = syscall (SYS_futex, &self->word, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG, PARKED,
                       deadline != MY_DEADLINE_NEVER ? &limit : NULL, NULL, FUTEX_BITSET_MATCH_ANY);
    gboolean timed_out = rc < 0 && errno == ETIMEDOUT;

    expected = NOTIFIED;
    if (atomic_compare_exchange_strong_explicit (&self->word, &expected, EMPTY, memory_order_acquire, memory_order_relaxed)) {
      return TRUE;
    }

    if (timed_out) {
      /* The token may come in this very moment: who exchanges the word last knows. */
      return atomic_exchange_explicit (&self->word, EMPTY, memory_order_acquire) == NOTIFIED;
    }
  }
}

/* Leaves a token, and wakes the OS thread if it sleeps. From any thread, at any time. */
void
my_parker_unpark (MyParker *self)
{
  if (atomic_exchange_explicit (&self->word, NOTIFIED, memory_order_release) == PARKED) {
    syscall (SYS_futex, &self->word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1, NULL, NULL, 0);
  }
}
