/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread.h>
#include <unistd.h>

static int ends[2]; /* of a pipe */

/* The pool can not know that read() waits. */
static void
ask (gpointer user_data)
{
  char letter;

  my_thread_pool_begin_blocking ();
  if (read (ends[0], &letter, 1) == 1)
    g_print ("the answer is %c\n", letter);
  my_thread_pool_end_blocking ();
}

static void
answer (gpointer user_data)
{
  if (write (ends[1], "A", 1) != 1)
    g_print ("nobody listens\n");
}

int
main (void)
{
  g_autoptr (MyThreadPool) pool = my_thread_pool_new ("one", 1);

  if (pipe (ends) != 0 || !my_thread_pool_push (pool, ask, NULL, NULL) || !my_thread_pool_push (pool, answer, NULL, NULL))
    return 1;
  return my_thread_pool_shutdown (pool, MY_SHUTDOWN_DRAIN, NULL) ? 0 : 1;
}
