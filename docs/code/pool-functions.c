/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread.h>

static int n_prime; /* atomic */

/* On one of the pool's OS threads. */
static void
test_number (gpointer user_data)
{
  int number = *(int *) user_data;

  for (int i = 2; i * i <= number; i++) {
    if (number % i == 0)
      return;
  }
  g_atomic_int_inc (&n_prime);
}

int
main (void)
{
  g_autoptr (MyThreadPool) pool = my_thread_pool_new ("primes", 0);
  g_autoptr (GError) error = NULL;

  /* However many numbers there are, only so many lie in memory: this thread waits when it is ahead. */
  my_thread_pool_set_max_queued (pool, 100);

  for (int number = 2; number < 10000; number++) {
    int *data = g_new (int, 1);

    *data = number;
    if (!my_thread_pool_push_full (pool, test_number, data, g_free, &error)) {
      g_printerr ("pool-functions: %s\n", error->message);
      g_free (data);
      return 1;
    }
  }

  if (!my_thread_pool_shutdown (pool, MY_SHUTDOWN_DRAIN, &error)) {
    g_printerr ("pool-functions: %s\n", error->message);
    return 1;
  }
  g_print ("%d primes, in %" G_GUINT64_FORMAT " tasks\n", n_prime, my_thread_pool_get_n_completed (pool));
  return 0;
}
