/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * hello: the smallest subclass. The README shows what follows.
 */

#include <mythread.h>

G_DECLARE_FINAL_TYPE (Hello, hello, EXAMPLE, HELLO, MyThread)

struct _Hello {
  MyThread parent_instance;
};

G_DEFINE_FINAL_TYPE (Hello, hello, MY_TYPE_THREAD)

static void
hello_run (MyThread *thread, GError **error)
{
  g_autofree char *name = my_thread_dup_name (thread);

  g_print ("hello from %s\n", name);
}

static void
hello_class_init (HelloClass *klass)
{
  MY_THREAD_CLASS (klass)->run = hello_run;
}

static void
hello_init (Hello *self)
{
}

int
main (void)
{
  g_autoptr (MyThread) thread = g_object_new (hello_get_type (), "name", "hello", NULL);

  return my_thread_start (thread, NULL) && my_thread_join (thread, NULL) ? 0 : 1;
}
