/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * first-thread: a subclass that counts, and hands over what it has found.
 */

#include <mythread.h>

#define EXAMPLE_TYPE_PRIMES (primes_get_type ())
G_DECLARE_FINAL_TYPE (Primes, primes, EXAMPLE, PRIMES, MyThread)

struct _Primes {
  MyThread parent_instance;

  int limit;
};

G_DEFINE_FINAL_TYPE (Primes, primes, MY_TYPE_THREAD)

static gboolean
is_prime (int number)
{
  for (int i = 2; i * i <= number; i++) {
    if (number % i == 0)
      return FALSE;
  }
  return number >= 2;
}

/* On a thread of its own. */
static void
primes_run (MyThread *thread,
            GError **error)
{
  Primes *self = EXAMPLE_PRIMES (thread);
  int count = 0;

  if (self->limit < 0) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "%d is no limit", self->limit);
    return;
  }

  for (int i = 0; i < self->limit; i++)
    count += is_prime (i);

  my_thread_set_result_int (thread, count);
}

static void
primes_class_init (PrimesClass *klass)
{
  MY_THREAD_CLASS (klass)->run = primes_run;
}

static void
primes_init (Primes *self)
{
}

static MyThread *
primes_new (int limit)
{
  Primes *self = g_object_new (EXAMPLE_TYPE_PRIMES, "name", "primes", NULL);

  self->limit = limit;
  return MY_THREAD (self);
}

static void
count_primes (int limit)
{
  g_autoptr (MyThread) thread = primes_new (limit);
  g_autoptr (GError) error = NULL;

  if (!my_thread_start (thread, &error) || !my_thread_join (thread, &error)) {
    g_print ("It failed: %s\n", error->message);
    return;
  }
  g_print ("There are %d primes below %d\n", (int) my_thread_get_result_int (thread, NULL), limit);
}

int
main (void)
{
  count_primes (100000);
  count_primes (-1);
  return 0;
}
