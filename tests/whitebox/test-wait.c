/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <pthread.h>

#include "wait/my-retry-private.h"
#include "wait/my-state-lock-private.h"
#include "wait/my-wait-private.h"

#define N_SLEEPERS 8

typedef struct {
  MyWaiter waiter;
  MyWaitQueue *queue;
  gint64 deadline;
  gboolean is_interruptible;
  MyWaitResult result;
  guint turn; /* in which order it was woken */
  guint *turns;
  pthread_t thread;
} Sleeper;

static gpointer
sleep_once (gpointer data)
{
  Sleeper *self = data;

  my_state_lock ();
  self->result = my_wait_block (&self->waiter, self->queue, NULL, NULL, self->deadline, self->is_interruptible);
  if (self->turns != NULL) {
    self->turn = (*self->turns)++;
  }
  my_state_unlock ();

  return NULL;
}

static void
start (Sleeper *self)
{
  pthread_create (&self->thread, NULL, sleep_once, self);

  /* In the queue, which is what counts. */
  my_state_lock ();
  while (self->waiter.wait == NULL) {
    my_state_unlock ();
    g_thread_yield ();
    my_state_lock ();
  }
  my_state_unlock ();
}

static void
test_fifo (void)
{
  MyWaitQueue queue = { 0 };
  Sleeper sleepers[N_SLEEPERS] = { 0 };
  MyWakeList wakes = { 0 };
  guint turns = 0;

  for (guint i = 0; i < N_SLEEPERS; i++) {
    sleepers[i].queue = &queue;
    sleepers[i].deadline = MY_DEADLINE_NEVER;
    sleepers[i].turns = &turns;
    start (&sleepers[i]);
  }
  for (guint i = 0; i < N_SLEEPERS; i++) {
    my_state_lock ();
    my_wait_queue_wake_first (&queue, &wakes);
    my_state_unlock ();
    my_wake_list_flush (&wakes);
    pthread_join (sleepers[i].thread, NULL);
    g_assert_cmpuint (sleepers[i].turn, ==, i);
    g_assert_cmpint (sleepers[i].result, ==, MY_WAIT_WOKEN);
  }
  g_assert_null (queue.first);
  g_assert_null (queue.last);

  /* Nobody is there: nothing happens. */
  my_state_lock ();
  my_wait_queue_wake_first (&queue, &wakes);
  my_state_unlock ();
  g_assert_cmpuint (wakes.n, ==, 0);
}

/* More than a wake list holds. */
static void
test_wake_all (void)
{
  MyWaitQueue queue = { 0 };
  Sleeper sleepers[3 * N_SLEEPERS] = { 0 };
  MyWakeList wakes = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (sleepers); i++) {
    sleepers[i].queue = &queue;
    sleepers[i].deadline = MY_DEADLINE_NEVER;
    start (&sleepers[i]);
  }
  my_state_lock ();
  my_wait_queue_wake_all (&queue, &wakes);
  my_state_unlock ();
  my_wake_list_flush (&wakes);
  for (guint i = 0; i < G_N_ELEMENTS (sleepers); i++) {
    pthread_join (sleepers[i].thread, NULL);
    g_assert_cmpint (sleepers[i].result, ==, MY_WAIT_WOKEN);
    g_assert_null (sleepers[i].waiter.wait);
  }
}

static void
test_timed_out (void)
{
  MyWaitQueue queue = { 0 };
  Sleeper sleeper = { .queue = &queue };

  sleeper.deadline = g_get_monotonic_time () + 2000;
  sleep_once (&sleeper);
  g_assert_cmpint (sleeper.result, ==, MY_WAIT_TIMED_OUT);
  g_assert_null (queue.first);
}

static void
interrupt (Sleeper *sleeper)
{
  MyWakeList wakes = { 0 };

  atomic_store (&sleeper->waiter.cancelled, TRUE);
  my_state_lock ();
  my_waiter_interrupt (&sleeper->waiter, &wakes);
  my_state_unlock ();
  my_wake_list_flush (&wakes);
}

static void
test_cancelled (void)
{
  MyWaitQueue queue = { 0 };
  Sleeper sleeper = { .queue = &queue, .deadline = MY_DEADLINE_NEVER, .is_interruptible = TRUE };

  start (&sleeper);
  interrupt (&sleeper);
  pthread_join (sleeper.thread, NULL);
  g_assert_cmpint (sleeper.result, ==, MY_WAIT_CANCELLED);
  g_assert_null (queue.first);

  /* Now it is cancelled before it waits. */
  sleep_once (&sleeper);
  g_assert_cmpint (sleeper.result, ==, MY_WAIT_CANCELLED);
}

static void
test_uninterruptible (void)
{
  MyWaitQueue queue = { 0 };
  Sleeper sleeper = { .queue = &queue, .deadline = MY_DEADLINE_NEVER };
  MyWakeList wakes = { 0 };

  start (&sleeper);
  interrupt (&sleeper);
  my_state_lock ();
  g_assert_nonnull (sleeper.waiter.wait);
  my_wait_queue_wake_all (&queue, &wakes);
  my_state_unlock ();
  my_wake_list_flush (&wakes);
  pthread_join (sleeper.thread, NULL);
  g_assert_cmpint (sleeper.result, ==, MY_WAIT_WOKEN);
}

/* Of a wake-up and a cancellation that race exactly one is what the wait returns, and a wake-up that took the waiter out
 * of the queue is never lost. */
static void
test_wake_against_cancel (void)
{
  guint n_woken = 0;

  for (guint i = 0; i < 2000; i++) {
    MyWaitQueue queue = { 0 };
    Sleeper sleeper = { .queue = &queue, .deadline = MY_DEADLINE_NEVER, .is_interruptible = TRUE };
    MyWakeList wakes = { 0 };
    gboolean was_queued;

    pthread_create (&sleeper.thread, NULL, sleep_once, &sleeper);
    if (i % 2 == 0) {
      g_thread_yield ();
    }
    atomic_store (&sleeper.waiter.cancelled, TRUE);
    my_state_lock ();
    was_queued = queue.first != NULL;
    my_wait_queue_wake_all (&queue, &wakes);
    my_waiter_interrupt (&sleeper.waiter, &wakes);
    my_state_unlock ();
    my_wake_list_flush (&wakes);
    pthread_join (sleeper.thread, NULL);

    g_assert_cmpint (sleeper.result, ==, was_queued ? MY_WAIT_WOKEN : MY_WAIT_CANCELLED);
    n_woken += was_queued;
  }
  g_test_message ("%u of 2000 were woken", n_woken);
}

static void
test_deadlines (void)
{
  gint64 now = g_get_monotonic_time ();

  g_assert_cmpint (my_wait_deadline (-1), ==, MY_DEADLINE_NEVER);
  g_assert_cmpint (my_wait_deadline (G_MININT64), ==, MY_DEADLINE_NEVER);
  g_assert_cmpint (my_wait_deadline (G_MAXINT64), ==, MY_DEADLINE_NEVER);
  g_assert_cmpint (my_wait_deadline (G_MAXINT64 - 1), ==, MY_DEADLINE_NEVER);
  g_assert_cmpint (my_wait_deadline (1000), >=, now + 1000);
}

/* One of those that wait asks again for what was refused, and the next one when it does not wait any more. They are found among the waits: these
 * have waiters of no thread that the library knows. */

static atomic_int n_retries;

static void
count_retry (void)
{
  atomic_fetch_add (&n_retries, 1);
}

static void
await_retries (void)
{
  gint n = atomic_load (&n_retries);

  /* One may be under way. */
  while (atomic_load (&n_retries) < n + 2) {
    g_usleep (1000);
  }
}

static void
test_keeper (void)
{
  MyWaitQueue queue = { 0 };
  Sleeper sleepers[N_SLEEPERS] = { 0 };
  MyWakeList wakes = { 0 };

  my_retry_set_func (count_retry);
  for (guint i = 0; i < N_SLEEPERS; i++) {
    sleepers[i] = (Sleeper){ .queue = &queue, .deadline = MY_DEADLINE_NEVER };
    start (&sleepers[i]);
  }

  my_state_lock ();
  my_retry_want_locked (&wakes);
  my_state_unlock ();
  my_wake_list_flush (&wakes);
  for (guint n_left = N_SLEEPERS; n_left > 0; n_left--) {
    guint retrier = 0;

    await_retries ();
    my_state_lock ();
    while (sleepers[retrier].waiter.wait == NULL || !sleepers[retrier].waiter.wait->is_retrier) {
      retrier++;
      g_assert_cmpuint (retrier, <, N_SLEEPERS);
    }
    my_wait_wake (sleepers[retrier].waiter.wait, &wakes);
    my_state_unlock ();
    my_wake_list_flush (&wakes);
    pthread_join (sleepers[retrier].thread, NULL);
  }

  /* One that begins when there is none. */
  start (&sleepers[0]);
  await_retries ();
  my_state_lock ();
  my_retry_unwant_locked ();
  my_wait_queue_wake_all (&queue, &wakes);
  my_state_unlock ();
  my_wake_list_flush (&wakes);
  pthread_join (sleepers[0].thread, NULL);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wait/fifo", test_fifo);
  g_test_add_func ("/wait/wake-all", test_wake_all);
  g_test_add_func ("/wait/timed-out", test_timed_out);
  g_test_add_func ("/wait/cancelled", test_cancelled);
  g_test_add_func ("/wait/uninterruptible", test_uninterruptible);
  g_test_add_func ("/wait/wake-against-cancel", test_wake_against_cancel);
  g_test_add_func ("/wait/deadlines", test_deadlines);
  g_test_add_func ("/wait/retrier", test_keeper);
  return g_test_run ();
}
