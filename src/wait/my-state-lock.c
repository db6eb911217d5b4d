/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "wait/my-state-lock-private.h"

#include <time.h>

/* How long a thread that gives way leaves the lock alone, in nanoseconds: an OS thread that sleeps on the lock takes about as
 * long to wake up. */
#define NAP_NS (20 * 1000)

/* Adaptive: a section is shorter than a context switch, so a short spin beats sleeping. */
pthread_mutex_t my_state_mutex = PTHREAD_ADAPTIVE_MUTEX_INITIALIZER_NP;

guint my_state_n_forks;

MyStateLater *my_state_later;

static MyStateLater end_of_list; /* so that the last one has a next one, too */

#ifdef MY_DEBUG_STATE_LOCK
__thread gboolean my_state_is_held __attribute__ ((tls_model ("initial-exec")));
#endif

/* How many OS threads have found the lock taken, and wait for it. A hint for my_state_give_way(): no order needed. In a cache
 * line of its own, so that those that wait do not slow down the holder. */
static atomic_int n_waiting __attribute__ ((aligned (64)));

/* The slow part of my_state_lock(). */
void
my_state_lock_contended (void)
{
  atomic_fetch_add_explicit (&n_waiting, 1, memory_order_relaxed);
  pthread_mutex_lock (&my_state_mutex);
  atomic_fetch_sub_explicit (&n_waiting, 1, memory_order_relaxed);
}

/* fork: those that waited are gone. With the lock held. */
void
my_state_note_fork_in_child (void)
{
  my_state_n_forks++;
  atomic_store_explicit (&n_waiting, 0, memory_order_relaxed);
}

/* Has @later done by my_state_unlock(), if it is not put off already: by this section, or by a former one, which is about to do it and has
 * not begun. Whether it was not. With the lock held.
 *
 * The section that puts it off does it itself, with the first thing after the lock: nothing is left to be done by others. */
gboolean
my_state_put_off (MyStateLater *later)
{
  MyStateLater *next = my_state_later != NULL ? my_state_later : &end_of_list;
  MyStateLater *none = NULL;

  if (!atomic_compare_exchange_strong_explicit (&later->next, &none, next, memory_order_seq_cst, memory_order_seq_cst)) {
    return FALSE;
  }
  my_state_later = later;
  return TRUE;
}

/* The slow part of my_state_unlock(). In the child of a signal handler that forks meanwhile, the rest of the list may be gone (NULL). */
void
my_state_unlock_and_do (void)
{
  MyStateLater *later = my_state_later;

  my_state_later = NULL;
  my_state_note_held (FALSE);
  pthread_mutex_unlock (&my_state_mutex);

  while (later != &end_of_list && later != NULL) {
    /* First: who finds it put off relies on what comes after this. */
    MyStateLater *next = atomic_exchange_explicit (&later->next, NULL, memory_order_seq_cst);

    later->func (later);
    later = next;
  }
}

/* Lets the lock go for some microseconds. With the lock held, which it takes again. */
void
my_state_nap (void)
{
  const struct timespec nap = { 0, NAP_NS };
  int cancel_state;

  my_state_unlock ();
  my_state_assert_unlocked ();
  /* A cancellation point, and callers can not be left here. */
  pthread_setcancelstate (PTHREAD_CANCEL_DISABLE, &cancel_state);
  nanosleep (&nap, NULL);
  pthread_setcancelstate (cancel_state, NULL);
  my_state_lock ();
}

/* The same if somebody waits for the lock.
 *
 * The nap is what makes it fair: to unlock and lock at once would be to win against a thread that has to wake up first. */
void
my_state_give_way (void)
{
  if (atomic_load_explicit (&n_waiting, memory_order_relaxed) > 0) {
    my_state_nap ();
  }
}
