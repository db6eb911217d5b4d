/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <errno.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>

#include "exec/my-float-control-private.h"
#include "exec/my-os-thread-traits-private.h"

G_BEGIN_DECLS

/* What an OS thread of the library is like when it begins its work, and how it is made so again after what user's code has left on it:
 * see "What is put back" in docs/internals.md. Only the OS thread itself touches it.
 *
 * It is on the stack of the OS thread, for all its life. */

struct robust_list_head;

typedef struct {
  MyOsThreadTraits traits;              /* [const] as it was new */
  stack_t signal_stack;                 /* [const] the same: a sanitizer has one */
  struct robust_list_head *robust_list; /* [const] the C library's, of the robust mutexes that it holds */

  /* of its work */
  MyOsThreadInherited inherited; /* of who has given it; of a worker, what its pool gives all of them */
  char name[16];                 /* of a worker; else empty, and not looked at */
  gboolean traits_refused;       /* a worker's traits are not what they should be: the system has refused them */
} MyOsThreadState;

void my_os_thread_state_init (MyOsThreadState *self);
gboolean my_os_thread_state_is_as_new (MyOsThreadState *self,
                                       MyOsThreadInherited *present);

/* a worker's, between two tasks */
void my_os_thread_state_pop_contexts (void);
gboolean my_os_thread_state_has_schedule (const MyOsThreadState *self);
gboolean my_os_thread_state_look (const MyOsThreadState *self);
void my_os_thread_block_signals (sigset_t *blocked);
void my_os_thread_unblock_signals (const sigset_t *blocked);

/* Puts back what needs no system call. Before a task, but for some of those that are of the same function as the one before, so it is to
 * take some nanoseconds. */
static inline void
my_os_thread_state_tidy (const MyOsThreadState *self)
{
  if (G_UNLIKELY (my_float_control_has_changed (self->inherited.float_control))) {
    my_float_control_write (self->inherited.float_control);
  }
  if (G_UNLIKELY (uselocale ((locale_t) 0) != LC_GLOBAL_LOCALE)) {
    uselocale (LC_GLOBAL_LOCALE);
  }
  if (G_UNLIKELY (g_main_context_get_thread_default () != NULL)) {
    my_os_thread_state_pop_contexts ();
  }
  /* In this order: a cancellation that has come meanwhile is not to strike in the second call. */
  pthread_setcanceltype (PTHREAD_CANCEL_DEFERRED, NULL);
  pthread_setcancelstate (PTHREAD_CANCEL_ENABLE, NULL);
  errno = 0;
}

/* What a task that runs on top of another one finds, and leaves. */
typedef struct {
  guint32 float_control[2];
  locale_t locale;
  int cancel_state;
  int cancel_type;
  int errno_;
} MyOsThreadSaved;

void my_os_thread_saved_begin (MyOsThreadSaved *self,
                               const guint32 float_control[2]);
void my_os_thread_saved_end (const MyOsThreadSaved *self);

G_END_DECLS
