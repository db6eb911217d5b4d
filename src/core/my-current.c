/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-current-private.h"

#include <sys/syscall.h>
#include <unistd.h>

MY_THREAD_LOCAL MyThread *my_current;
MY_THREAD_LOCAL guint my_current_n_helped;

static MY_THREAD_LOCAL gint native_id;

/* The kernel's number of the calling OS thread. */
gint
my_current_get_native_id (void)
{
  if (G_UNLIKELY (native_id == 0)) {
    native_id = (gint) syscall (SYS_gettid);
  }
  return native_id;
}

/* fork: it has another one. */
void
my_current_note_fork_in_child (void)
{
  native_id = 0;
}
