/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * process-executor: threads whose work is done by other processes. Counts the primes below each of its arguments:
 *
 *   process-executor 100000 200000
 *
 * Each of them is a MyThread as any other: it has progress, can be cancelled and joined, and has a result or an error. That
 * of a child that is killed is an error, and no more.
 */

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "process-executor.h"

/* the child */

static gboolean
nobody_wants_it (void)
{
  struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };

  return poll (&input, 1, 0) > 0;
}

static int
count_primes (const char *argument)
{
  char *end;
  guint64 limit = g_ascii_strtoull (argument, &end, 10);
  guint64 n = 0;

  if (end == argument || *end != '\0') {
    printf ("error \"%s\" is no number\n", argument);
    return 0;
  }
  for (guint64 i = 2; i < limit; i++) {
    gboolean is_prime = TRUE;

    for (guint64 j = 2; is_prime && j * j <= i; j++) {
      is_prime = i % j != 0;
    }
    n += is_prime;
    if (i % 10000 == 0) {
      printf ("progress %.3f\nstatus %" G_GUINT64_FORMAT " so far\n", (double) i / (double) limit, n);
      fflush (stdout);
      if (nobody_wants_it ()) {
        return 1;
      }
    }
  }
  printf ("progress 1\nresult %" G_GUINT64_FORMAT "\n", n);
  return 0;
}

/* the parent */

static void
on_progress (MyThread *thread)
{
  g_autofree char *name = my_thread_dup_name (thread);
  g_autofree char *status = my_thread_dup_status (thread);

  if (isatty (STDERR_FILENO)) {
    g_printerr ("\r%s: %3.0f %%, %s\033[K", name, 100 * my_thread_get_progress (thread), status ? status : "");
  }
}

static void
on_joined (GObject *group,
           GAsyncResult *result,
           gpointer loop)
{
  /* Each thread's own outcome is looked at below. */
  my_thread_group_join_finish (MY_THREAD_GROUP (group), result, NULL);
  g_main_loop_quit (loop);
}

static gboolean
show (MyThread *thread)
{
  g_autofree char *name = my_thread_dup_name (thread);
  g_autoptr (GError) error = NULL;
  GValue value = G_VALUE_INIT;

  if (!my_thread_get_result (thread, &value, &error)) {
    g_print ("%s: %s\n", name, error->message);
    return FALSE;
  }
  g_print ("%s: %s\n", name, g_value_get_string (&value));
  g_value_unset (&value);
  return TRUE;
}

int
main (int argc,
      char *argv[])
{
  const char *command[] = { "/proc/self/exe", "--child", NULL };
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autoptr (GMainLoop) loop = NULL;
  g_autoptr (ExampleProcessExecutor) executor = NULL;
  g_autoptr (MyThreadGroup) group = NULL;
  g_autoptr (GPtrArray) threads = NULL;
  gboolean all_succeeded = TRUE;

  if (argc == 3 && strcmp (argv[1], "--child") == 0) {
    return count_primes (argv[2]);
  }
  if (argc < 2) {
    g_printerr ("usage: process-executor NUMBER...\n");
    return 2;
  }

  if (self) {
    command[0] = self;
  }
  loop = g_main_loop_new (NULL, FALSE);
  executor = example_process_executor_new (command, 1000);
  threads = g_ptr_array_new_with_free_func (g_object_unref);
  group = my_thread_group_new ("primes", NULL);
  my_thread_group_set_max_running (group, g_get_num_processors ());

  for (int i = 1; i < argc; i++) {
    g_autoptr (GError) error = NULL;
    MyThread *thread = g_object_new (MY_TYPE_THREAD, "name", argv[i], "group", group, "executor", executor, "args",
                                     g_variant_new ("(s)", argv[i]), NULL);

    g_ptr_array_add (threads, thread);
    g_signal_connect (thread, "notify::progress", G_CALLBACK (on_progress), NULL);
    if (!my_thread_start (thread, &error)) {
      g_printerr ("%s: %s\n", argv[i], error->message);
      return 1;
    }
  }
  my_thread_group_join_async (group, NULL, on_joined, loop);
  g_main_loop_run (loop);
  if (isatty (STDERR_FILENO)) {
    g_printerr ("\r\033[K");
  }
  for (guint i = 0; i < threads->len; i++) {
    all_succeeded &= show (threads->pdata[i]);
  }
  return all_succeeded ? 0 : 1;
}
