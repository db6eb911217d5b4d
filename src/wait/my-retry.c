/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "wait/my-retry-private.h"

#include "wait/my-state-lock-private.h"

atomic_int my_retry_is_wanted;

/* Several, so that a thread that begins to wait rarely touches the stack of another one that does; few, so that to find one is short. */
#define N_LISTS 64

static struct {
  MyWait *first __attribute__ ((aligned (64)));
} asleep[N_LISTS]; /* [state] linked by next_asleep */

static MyRetryFunc retry;         /* [const] from before main() */
static MyWait *retrier;           /* [state] */
static _Atomic gint64 next_retry; /* a time; written under the state lock, or by the retrier. Relaxed: a hint */

/* In a constructor. */
void
my_retry_set_func (MyRetryFunc func)
{
  retry = func;
}

/* Always the same for an OS thread. */
static MyWait **
get_list (MyParker *parker)
{
  return &asleep[((guint64) (guintptr) parker * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)) >> 58].first;
}

static MyWait *
find_asleep_locked (void)
{
  for (guint i = 0; i < N_LISTS; i++) {
    if (asleep[i].first != NULL) {
      return asleep[i].first;
    }
  }
  return NULL;
}

static MyParker *
choose_retrier_locked (void)
{
  MyWait *wait = find_asleep_locked ();

  if (wait == NULL) {
    return NULL;
  }
  retrier = wait;
  wait->is_retrier = TRUE;
  return wait->parker;
}

static void
set_next_retry (void)
{
  atomic_store_explicit (&next_retry, g_get_monotonic_time () + MY_RETRY_PERIOD, memory_order_relaxed);
}

/* Something was refused, and nothing else is wanted yet. The retrier, if it is asleep, hears of it. */
void
my_retry_want_locked (MyWakeList *wakes)
{
  MyParker *parker;

  set_next_retry ();
  atomic_store_explicit (&my_retry_is_wanted, TRUE, memory_order_relaxed);
  parker = retrier != NULL ? retrier->parker : choose_retrier_locked ();
  if (parker != NULL) {
    my_wake_list_add (wakes, parker);
  }
}

void
my_retry_unwant_locked (void)
{
  atomic_store_explicit (&my_retry_is_wanted, FALSE, memory_order_relaxed);
}

/* A wait begins. */
void
my_retry_begin_wait_locked (MyWait *wait)
{
  MyWait **list = get_list (wait->parker);

  wait->n_forks = my_state_n_forks;
  wait->next_asleep = *list;
  wait->asleep_link = list;
  if (G_UNLIKELY (*list != NULL)) {
    (*list)->asleep_link = &wait->next_asleep;
  }
  *list = wait;

  if (G_UNLIKELY (atomic_load_explicit (&my_retry_is_wanted, memory_order_relaxed)) && retrier == NULL) {
    retrier = wait;
    wait->is_retrier = TRUE;
  }
}

/* The wait is about to end: it is not made the retrier any more. */
void
my_retry_pass_over_locked (MyWait *wait)
{
  if (wait->asleep_link == NULL || wait->n_forks != my_state_n_forks) {
    return;
  }
  *wait->asleep_link = wait->next_asleep;
  if (G_UNLIKELY (wait->next_asleep != NULL)) {
    wait->next_asleep->asleep_link = wait->asleep_link;
  }
  wait->asleep_link = NULL;
}

/* A wait is over, and its waiter is not waiting any more. */
void
my_retry_end_wait_locked (MyWait *wait)
{
  my_retry_pass_over_locked (wait);
  if (G_LIKELY (!wait->is_retrier) || wait->n_forks != my_state_n_forks) {
    return;
  }

  retrier = NULL;
  if (atomic_load_explicit (&my_retry_is_wanted, memory_order_relaxed)) {
    MyParker *parker = choose_retrier_locked ();

    if (parker != NULL) {
      my_parker_unpark_later_locked (parker);
    }
  }
}

/* my_parker_park() of the retrier. One whose waits are shorter than the period finds, some time, that it is over. */
gboolean
my_retry_park (MyParker *parker,
               gint64 deadline)
{
  while (atomic_load_explicit (&my_retry_is_wanted, memory_order_relaxed)) {
    gint64 next = atomic_load_explicit (&next_retry, memory_order_relaxed);

    if (next >= deadline) {
      break;
    }
    if (my_parker_park (parker, next)) {
      return TRUE;
    }
    retry ();
    set_next_retry ();
  }
  return my_parker_park (parker, deadline);
}

/* In a child after fork(), with the state lock held: nobody waits there. But for a signal handler that has forked: the wait that it
 * has interrupted goes on, and is in no list; those that were beside it have been on stacks that may be gone. */
void
my_retry_forget_all_in_child (void)
{
  retrier = NULL;
  for (guint i = 0; i < N_LISTS; i++) {
    asleep[i].first = NULL;
  }
  my_retry_unwant_locked ();
}
