/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "wait/my-parker-private.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "wait/my-state-lock-private.h"

enum {
  EMPTY = 0,    /* nobody sleeps, no token */
  NOTIFIED = 1, /* a token: the next park() takes it and returns at once */
  PARKED = -1,  /* the OS thread sleeps, or is about to */
};

/* How a wait is spent awake. Spinning sees a token within nanoseconds where its sender runs on another processor, and is
 * lost time where it has to run on this one; giving that way (sched_yield) is best where both are on one processor, and
 * worst where other programs want it: they keep it for milliseconds, while a thread that sleeps gets it as soon as it is woken. Which
 * it is changes while the program runs, so each parker learns from its own waits: what has succeeded gets more, what has
 * failed half, and a long yield is the last one for some time, and for longer each time.
 */
#define MIN_SPINS 32    /* pauses; less is not worth it: none */
#define MAX_SPINS 1000  /* about as long as it takes to sleep and be woken */
#define PROBE_SPINS 100 /* now and then, while there are none: the sender may have moved to another processor */
#define PROBE_EVERY 32  /* waits */
#define FIRST_YIELDS 20
#define MIN_YIELDS 2
#define MAX_YIELDS 200
#define PATIENT_EVERY 32  /* waits; where both sides sleep too soon each finds the other asleep, until one is patient */
#define LONG_YIELD 1000   /* microseconds: somebody else has had a slice; who sleeps is woken sooner */
#define MIN_REST 256      /* waits without sched_yield() after a long one, which may cost a thousand times what it can save; */
#define MAX_REST 65536    /* twice as many after each */
#define SPREAD_EVERY 1000 /* waits ended by a sender on this processor */
#define SPINS_AFTER_SPREAD 200

struct _MyParker {
  /* Written by the sleeper (EMPTY to PARKED, and back) and by anyone who unparks (to NOTIFIED). The exchange to
   * NOTIFIED releases what the waker did; the sleeper acquires it when it takes the token. */
  atomic_int word;
  /* The processor on which the last token was left, stored by anyone who unparks: a hint, so relaxed. */
  atomic_int sender_cpu;

  MyParker *next_free;       /* [state] */
  MyStateLater unpark_later; /* put off by anyone */

  /* What has been learned: touched by the parker's OS thread alone, while it has one. */
  guint spins;  /* how many pauses a wait is worth */
  guint yields; /* and then how many calls of sched_yield() */
  guint rest;   /* how many waits are without any after the next long one */
  guint n_of_rest;
  guint n_without_spins;
  guint n_impatient; /* waits with few yields, of which one now and then gets all */
  guint n_on_this_cpu;
} __attribute__ ((aligned (64)));

/* Parkers are made in blocks. The first one is there already, so that an OS thread that does nothing else makes no heap of
 * its own. */
#define BLOCK 64

static MyParker first_block[BLOCK];
static MyParker *block = first_block; /* [state] */
static guint n_of_block;              /* [state] how many of it are given out */
static MyParker *free_parkers;        /* [state] */

/* Tells when an OS thread that has a parker ends. Made when the library is loaded, since a process has but 1024 keys. */
static pthread_key_t key;
static gboolean has_key; /* const once loaded */

static void unpark_put_off (MyStateLater *later);

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

static void __attribute__ ((constructor))
make_key (void)
{
  has_key = pthread_key_create (&key, recycle) == 0;
}

/* The calling OS thread's parker, made when first asked for. With the state lock held. */
MyParker *
my_parker_get_current (void)
{
  MyParker *self = current;

  if (G_LIKELY (self != NULL)) {
    return self;
  }

  self = free_parkers;
  if (self != NULL) {
    free_parkers = self->next_free;
  } else {
    if (n_of_block == BLOCK) {
      block = g_aligned_alloc0 (BLOCK, sizeof (MyParker), 64);
      n_of_block = 0;
    }
    self = &block[n_of_block++];
    self->unpark_later.func = unpark_put_off;
    self->yields = FIRST_YIELDS;
    self->rest = MIN_REST;
    atomic_init (&self->sender_cpu, -1);
  }

  /* With no key, or no memory for its value, nobody is told when the OS thread ends, and its parker is not used again: that is
   * all, so it is nothing to give up for. */
  if (has_key) {
    (void) pthread_setspecific (key, self);
  }
  current = self;

  return self;
}

/* Relaxed: take_token() orders. */
static inline gboolean
has_token (MyParker *self)
{
  return atomic_load_explicit (&self->word, memory_order_relaxed) == NOTIFIED;
}

/* The token is there. The exchange, not a store, so that a waker that comes right now is ordered before us and not
 * lost. */
static gboolean
take_token (MyParker *self)
{
  atomic_exchange_explicit (&self->word, EMPTY, memory_order_acquire);
  return TRUE;
}

static gboolean
spin (MyParker *self,
      guint n)
{
  for (guint i = 0; i < n; i++) {
    my_parker_relax ();
    if (has_token (self)) {
      gint target = MIN (MAX_SPINS, 2 * i + MIN_SPINS);

      self->spins = MAX (MIN_SPINS, (gint) self->spins + (target - (gint) self->spins) / 4);
      return TRUE;
    }
  }

  self->spins = n / 2 >= MIN_SPINS ? n / 2 : 0;
  return FALSE;
}

static gboolean
yield (MyParker *self)
{
  guint n = self->yields;
  gint64 before;

  if (self->n_of_rest > 0) {
    self->n_of_rest--;
    return FALSE;
  }
  if (n < FIRST_YIELDS && ++self->n_impatient % PATIENT_EVERY == 0) {
    n = MAX_YIELDS;
  }

  before = g_get_monotonic_time ();
  for (guint i = 0; i < n; i++) {
    gint64 now;

    sched_yield ();
    now = g_get_monotonic_time ();
    if (now - before > LONG_YIELD) {
      self->yields = MIN_YIELDS;
      self->n_of_rest = self->rest;
      self->rest = MIN (MAX_REST, 2 * self->rest);
      return has_token (self);
    }
    before = now;
    if (has_token (self)) {
      self->yields = MIN (MAX_YIELDS, n * 3 / 2 + 2);
      self->rest = MAX (MIN_REST, self->rest - self->rest / 1024);
      return TRUE;
    }
  }

  self->yields = MAX (MIN_YIELDS, self->yields / 2);
  return FALSE;
}

/* Looks out for the token, for as long as that has lately paid, and takes it (TRUE). For a wait that somebody may end soon:
 * if it fails, my_parker_park() is next. Only the parker's own OS thread calls it. */
gboolean
my_parker_watch (MyParker *self)
{
  my_state_assert_unlocked ();
  if (has_token (self)) {
    return take_token (self);
  }

  if (atomic_load_explicit (&self->sender_cpu, memory_order_relaxed) != sched_getcpu ()) {
    guint spins = self->spins;

    if (spins == 0 && ++self->n_without_spins % PROBE_EVERY == 0) {
      spins = PROBE_SPINS;
    }
    if (spins > 0 && spin (self, spins)) {
      return take_token (self);
    }
  } else if (++self->n_on_this_cpu == SPREAD_EVERY) {
    /* Two that give way to each other stay on one processor for ever. When one of them sleeps, the scheduler may wake it
     * on another, where spinning is better still. */
    self->n_on_this_cpu = 0;
    self->spins = SPINS_AFTER_SPREAD;
    return FALSE;
  }

  return yield (self) && take_token (self);
}

/* Sleeps until the token is there, and takes it (TRUE), or until the deadline, in microseconds of the monotonic
 * clock (FALSE). Only the parker's own OS thread calls it. */
gboolean
my_parker_park (MyParker *self,
                gint64 deadline)
{
  struct timespec limit = { 0, 0 };
  int expected = EMPTY;

  if (!atomic_compare_exchange_strong_explicit (&self->word, &expected, PARKED, memory_order_acquire, memory_order_acquire)) {
    /* Only NOTIFIED is possible. */
    return take_token (self);
  }

  if (deadline != MY_DEADLINE_NEVER) {
    limit.tv_sec = deadline / G_USEC_PER_SEC;
    limit.tv_nsec = deadline % G_USEC_PER_SEC * 1000;
  }

  my_state_assert_unlocked ();
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
  my_state_assert_unlocked ();
  atomic_store_explicit (&self->sender_cpu, sched_getcpu (), memory_order_relaxed);
  if (atomic_exchange_explicit (&self->word, NOTIFIED, memory_order_release) == PARKED) {
    syscall (SYS_futex, &self->word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1, NULL, NULL, 0);
  }
}

static void
unpark_put_off (MyStateLater *later)
{
  my_parker_unpark ((MyParker *) ((char *) later - G_STRUCT_OFFSET (MyParker, unpark_later)));
}

/* The same when the state lock is free. With the lock held. */
void
my_parker_unpark_later_locked (MyParker *self)
{
  my_state_put_off (&self->unpark_later);
}

/* In a child after fork(), with the state lock held: what a thread that is gone was about to unpark will not be. Only those that are of this
 * OS thread, or may be of another one yet. */
void
my_parker_forget_unparks_in_child (void)
{
  if (current != NULL) {
    atomic_store_explicit (&current->unpark_later.next, NULL, memory_order_relaxed);
  }
  for (MyParker *parker = free_parkers; parker != NULL; parker = parker->next_free) {
    atomic_store_explicit (&parker->unpark_later.next, NULL, memory_order_relaxed);
  }
}
