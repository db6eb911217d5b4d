/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * properties: a complete subclass with properties, in as few lines as there can be.
 */

#include <mythread.h>

#define EXAMPLE_TYPE_PRIMES (primes_get_type ())
G_DECLARE_FINAL_TYPE (Primes, primes, EXAMPLE, PRIMES, MyThread)

struct _Primes {
  MyThread parent_instance;

  int begin;
  int end;
};

G_DEFINE_FINAL_TYPE (Primes, primes, MY_TYPE_THREAD)

enum {
  PROP_BEGIN = 1,
  PROP_END,
};

static gboolean
is_prime (int number)
{
  for (int i = 2; i * i <= number; i++) {
    if (number % i == 0)
      return FALSE;
  }
  return number >= 2;
}

static void
primes_run (MyThread *thread,
            GError **error)
{
  Primes *self = EXAMPLE_PRIMES (thread);
  int count = 0;

  for (int i = self->begin; i < self->end; i++)
    count += is_prime (i);
  my_thread_set_result_int (thread, count);
}

static void
primes_set_property (GObject *object,
                     guint prop_id,
                     const GValue *value,
                     GParamSpec *pspec)
{
  Primes *self = EXAMPLE_PRIMES (object);

  if (prop_id == PROP_BEGIN)
    self->begin = g_value_get_int (value);
  else
    self->end = g_value_get_int (value);
}

static void
primes_class_init (PrimesClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->set_property = primes_set_property;
  g_object_class_install_property (object_class, PROP_BEGIN, g_param_spec_int ("begin", NULL, NULL, 0, G_MAXINT, 0, flags));
  g_object_class_install_property (object_class, PROP_END, g_param_spec_int ("end", NULL, NULL, 0, G_MAXINT, 0, flags));
  MY_THREAD_CLASS (klass)->run = primes_run;
}

static void
primes_init (Primes *self)
{
}

int
main (void)
{
  g_autoptr (MyThread) thread = g_object_new (EXAMPLE_TYPE_PRIMES, "name", "primes", "begin", 1000, "end", 2000, NULL);

  if (!my_thread_start (thread, NULL) || !my_thread_join (thread, NULL))
    return 1;
  g_print ("%d primes\n", (int) my_thread_get_result_int (thread, NULL));
  return 0;
}
