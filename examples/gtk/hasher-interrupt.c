/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * SIGINT and SIGTERM: the first asks the program to end, which may take as long as a
 * disk takes to answer; the second ends it. Not by g_unix_signal_add(), for then the
 * second would need a main loop that turns.
 */

#include "hasher-interrupt.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Both are used by the handler, on whatever thread it interrupts. The number is written
 * before the handler is installed, and never after. */
static atomic_flag was_caught = ATOMIC_FLAG_INIT;
static int event_fd = -1;

/* Nothing here may take a lock: it calls what signal-safety(7) allows. */
static void
on_signal (int number)
{
  int saved_errno = errno;
  guint64 one = 1;

  if (atomic_flag_test_and_set (&was_caught))
    _exit (128 + number); /* what a shell says of a program that a signal has ended */
  if (write (event_fd, &one, sizeof one) < 0)
    _exit (128 + number);
  errno = saved_errno;
}

/* Returns a file descriptor that can be read when the first of them has come. Called once. */
int
hasher_interrupt_watch (void)
{
  struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };

  event_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (event_fd < 0)
    g_error ("eventfd: %s", g_strerror (errno));
  sigemptyset (&action.sa_mask);
  sigaction (SIGINT, &action, NULL);
  sigaction (SIGTERM, &action, NULL);
  return event_fd;
}
