/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "core/my-stack-private.h"

#include <pthread.h>

/* How much of the calling OS thread's stack is left. */

static __thread char *lowest __attribute__ ((tls_model ("initial-exec")));
static __thread char *highest __attribute__ ((tls_model ("initial-exec")));

static gsize default_size; /* const once set */

static void
set_default_size (void)
{
  pthread_attr_t attr;
  size_t size = 0;

  default_size = G_MAXSIZE; /* so much is never free */
  if (pthread_attr_init (&attr) != 0) {
    return;
  }
  if (pthread_attr_getstacksize (&attr, &size) == 0) {
    default_size = size;
  }
  pthread_attr_destroy (&attr);
}

static void
find_ends (void)
{
  pthread_attr_t attr;
  void *address = NULL;
  size_t size = 0;

  if (pthread_getattr_np (pthread_self (), &attr) != 0) {
    return;
  }
  if (pthread_attr_getstack (&attr, &address, &size) == 0) {
    lowest = address;
    highest = lowest + size;
  }
  pthread_attr_destroy (&attr);
}

/* Whether what is left is nearly what an OS thread of the default stack size begins with. Not on another stack, of a coroutine. */
gboolean
my_stack_is_mostly_free (void)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  char *frame = __builtin_frame_address (0);

  pthread_once (&once, set_default_size);
  if (lowest == NULL) {
    find_ends ();
  }
  return lowest != NULL && frame > lowest && frame < highest && (gsize) (frame - lowest) >= default_size / 4 * 3;
}
