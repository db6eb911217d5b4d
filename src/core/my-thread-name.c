/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-thread.h>
#include <pthread.h>
#include <string.h>

#include "core/my-thread-private.h"
#include "wait/my-state-lock-private.h"
#include "wait/my-wait-cycle-private.h"

/* The name of a thread: its own, the default one, and what the system shows of it. */

static atomic_uint last_number; /* of the threads with a default name; a counter: no order needed */

/* The number of the default name, if it has none yet. */
void
my_thread_give_number (MyThreadPrivate *priv)
{
  if (priv->number == 0) {
    priv->number = 1 + atomic_fetch_add_explicit (&last_number, 1, memory_order_relaxed);
  }
}

/* @prefix and the number, as far as there is room. By hand: printf() takes as long as all else that start() does under the lock. */
static void
make_default_name (const char *prefix,
                   guint number,
                   char *name,
                   gsize size)
{
  char digits[10];
  guint n = 0;
  gsize length = strlen (prefix);

  do {
    digits[n++] = (char) ('0' + number % 10);
    number /= 10;
  } while (number > 0);

  memcpy (name, prefix, length);
  while (n > 0 && length < size - 1) {
    name[length++] = digits[--n];
  }
  name[length] = '\0';
}

/* With the state lock held. */
char *
my_thread_dup_name_locked (MyThread *self)
{
  MyThreadPrivate *priv = my_thread_get_private (self);
  char name[sizeof "Foreign-" + 10];

  if (priv->name != NULL) {
    return g_strdup (priv->name);
  }
  switch (priv->kind) {
  case MY_KIND_MAIN:
    return g_strdup ("MainThread");
  case MY_KIND_FOREIGN:
    make_default_name ("Foreign-", priv->number, name, sizeof name);
    return g_strdup (name);
  case MY_KIND_IN_MAKING:
    my_thread_give_number (priv);
    break;
  case MY_KIND_WORKER:
  default:
    break;
  }
  make_default_name ("Thread-", priv->number, name, sizeof name);
  return g_strdup (name);
}

/* How many bytes of @name are at most @max_bytes, and end with a character. */
gsize
my_thread_cut_name (const char *name,
                    gsize max_bytes)
{
  gsize length = strnlen (name, max_bytes + 1);

  if (length > max_bytes) {
    length = max_bytes;
    while (length > 0 && ((guchar) name[length] & 0xc0) == 0x80) {
      length--;
    }
  }
  return length;
}

/* What the system shows of a name: 15 bytes, and no half character. With the state lock held; no allocation, since it is
 * called on a new OS thread, where the first one would make a heap. */
void
my_thread_copy_os_name (MyThread *self,
                        char name[16])
{
  MyThreadPrivate *priv = my_thread_get_private (self);
  gsize length;

  if (priv->name == NULL) {
    make_default_name ("Thread-", priv->number, name, 16);
    return;
  }

  length = my_thread_cut_name (priv->name, 15);
  memcpy (name, priv->name, length);
  name[length] = '\0';
}

/* The thread has been renamed: gives its OS thread, if that is its own, the name that it has now. A system call, so not under the state lock;
 * meanwhile the thread does not end (end() of my-thread-run.c waits), so its OS thread is there, and is no other thread's. */
void
my_thread_tell_os_name (MyThread *self)
{
  MyThreadPrivate *priv = my_thread_get_private (self);
  int cancel_state = PTHREAD_CANCEL_ENABLE;
  char os_name[16];

  pthread_setcancelstate (PTHREAD_CANCEL_DISABLE, &cancel_state);
  my_state_lock ();
  while (priv->is_being_named) {
    my_state_nap ();
  }
  if (priv->owns_os_thread && my_phase_get_locked (priv) == MY_PHASE_RUNNING) {
    priv->is_being_named = TRUE;
    my_thread_copy_os_name (self, os_name);
    my_state_unlock ();

    my_state_assert_unlocked ();
    pthread_setname_np ((pthread_t) priv->ident, os_name);

    my_state_lock ();
    priv->is_being_named = FALSE;
  }
  my_state_unlock ();
  pthread_setcancelstate (cancel_state, NULL);
}

/* For a text of the wait-for graph. */
static void
describe_waiter (MyWaiter *waiter,
                 GString *text)
{
  g_autofree char *name = my_thread_dup_name_locked (my_current_get_thread_of (waiter));

  g_string_append (text, name);
}

static void __attribute__ ((constructor))
set_describe_waiter (void)
{
  my_waiter_describe = describe_waiter;
}

/**
 * my_thread_dup_name: (get-property name)
 * @self: a thread
 *
 * Gets the name of the thread.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer full): a copy, since another thread may rename it
 *
 * Since: 1.0
 */
char *
my_thread_dup_name (MyThread *self)
{
  char *name;

  g_return_val_if_fail (MY_IS_THREAD (self), NULL);

  my_state_lock ();
  name = my_thread_dup_name_locked (self);
  my_state_unlock ();

  return name;
}
