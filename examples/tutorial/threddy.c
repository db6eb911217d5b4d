/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * threddy: a subclass with an argument of its own, from which it makes its name.
 */

#include <mythread.h>
#include <stdio.h>

#define EXAMPLE_TYPE_THREDDY (threddy_get_type ())
G_DECLARE_FINAL_TYPE (Threddy, threddy, EXAMPLE, THREDDY, MyThread)

struct _Threddy {
  MyThread parent_instance;

  char *num;
};

G_DEFINE_FINAL_TYPE (Threddy, threddy, MY_TYPE_THREAD)

static void
threddy_run (MyThread *thread,
             GError **error)
{
  Threddy *self = EXAMPLE_THREDDY (thread);

  printf ("Thread  %s\n", self->num);
}

static void
threddy_finalize (GObject *object)
{
  Threddy *self = EXAMPLE_THREDDY (object);

  g_free (self->num);

  G_OBJECT_CLASS (threddy_parent_class)->finalize (object);
}

static void
threddy_class_init (ThreddyClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = threddy_finalize;
  MY_THREAD_CLASS (klass)->run = threddy_run;
}

static void
threddy_init (Threddy *self)
{
}

static MyThread *
threddy_new (const char *num)
{
  g_autofree char *name = g_strconcat ("threddy", num, NULL);
  Threddy *self = g_object_new (EXAMPLE_TYPE_THREDDY, "name", name, NULL);

  self->num = g_strdup (num);
  return MY_THREAD (self);
}

int
main (void)
{
  g_autoptr (MyThread) thread1 = threddy_new ("1");
  g_autoptr (MyThread) thread2 = threddy_new ("2");
  g_autofree char *name1 = my_thread_dup_name (thread1);
  g_autofree char *name2 = my_thread_dup_name (thread2);
  g_autoptr (GError) error = NULL;

  if (!my_thread_start (thread1, &error) ||
      !my_thread_start (thread2, &error) ||
      !my_thread_join (thread1, &error) ||
      !my_thread_join (thread2, &error)) {
    fprintf (stderr, "threddy: %s\n", error->message);
    return 1;
  }
  printf ("%s and %s are done\n", name1, name2);
  return 0;
}
