/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * fork: a child process has one thread, and may start others.
 */

#include <mythread.h>
#include <sys/wait.h>
#include <unistd.h>

static void
wait_for_ever (MyThread *thread,
               gpointer user_data,
               GError **error)
{
  my_thread_sleep (-1, error);
}

static void
print (const char *who,
       MyThread *worker)
{
  g_autoptr (GEnumClass) states = g_type_class_ref (MY_TYPE_THREAD_STATE);

  g_print ("%s: the worker is %s, and %u threads are alive\n", who,
           g_enum_get_value (states, my_thread_get_state (worker))->value_nick, my_thread_active_count ());
}

static int
be_child (MyThread *worker)
{
  g_autoptr (MyThread) own = my_thread_new ("own", wait_for_ever, NULL, NULL);

  print ("child", worker);
  if (!my_thread_start (own, NULL))
    return 1;
  print ("child, with its own", worker);

  my_thread_cancel (own);
  my_thread_join (own, NULL);
  return 0;
}

int
main (void)
{
  g_autoptr (MyThread) worker = my_thread_new ("worker", wait_for_ever, NULL, NULL);
  pid_t pid;
  int status;

  if (!my_thread_start (worker, NULL))
    return 1;

  pid = fork ();
  if (pid == 0)
    return be_child (worker);

  waitpid (pid, &status, 0);
  print ("parent", worker);
  my_thread_cancel (worker);
  my_thread_join (worker, NULL);
  return WEXITSTATUS (status);
}
