/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "exec/my-os-thread-state-private.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/my-registry-private.h"
#include "exec/my-float-control-private.h"
#include "wait/my-state-lock-private.h"

/* On the OS thread, before its first work; but for that work's own. */
void
my_os_thread_state_init (MyOsThreadState *self)
{
  size_t size;

  my_os_thread_traits_read (&self->traits);
  if (sigaltstack (NULL, &self->signal_stack) != 0) {
    memset (&self->signal_stack, 0, sizeof self->signal_stack); /* as none is */
  }
  if (syscall (SYS_get_robust_list, 0, &self->robust_list, &size) != 0) {
    self->robust_list = NULL;
  }
}

static gboolean
has_pending_signals (const sigset_t *blocked)
{
  sigset_t pending;

  if (sigisemptyset (blocked)) {
    return FALSE;
  }
  /* It can not be told whether they are the process's. */
  return sigpending (&pending) != 0 || !sigisemptyset (&pending);
}

/* Whether run() has left all as it was that can not be set back; the rest is, but for what is said of it in @present. */
gboolean
my_os_thread_state_is_as_new (MyOsThreadState *self,
                              MyOsThreadInherited *present)
{
  MyOsThreadTraits traits;
  stack_t signal_stack;

  if (self->robust_list == NULL || self->robust_list->list.next != &self->robust_list->list ||
      g_main_context_get_thread_default () != NULL || my_current != NULL) {
    return FALSE;
  }
  if (uselocale ((locale_t) 0) != LC_GLOBAL_LOCALE) {
    uselocale (LC_GLOBAL_LOCALE);
  }

  my_os_thread_traits_read (&traits);
  my_os_thread_inherited_read (present);
  return my_os_thread_traits_equal (&traits, &self->traits) && !has_pending_signals (&present->signals) &&
         sigaltstack (NULL, &signal_stack) == 0 && signal_stack.ss_flags == self->signal_stack.ss_flags &&
         signal_stack.ss_sp == self->signal_stack.ss_sp;
}

/* a worker's, between two tasks */

/* A task has pushed some, and has not popped them. */
void
my_os_thread_state_pop_contexts (void)
{
  GMainContext *context;

  while (G_UNLIKELY ((context = g_main_context_get_thread_default ()) != NULL)) {
    g_main_context_pop_thread_default (context);
  }
}

/* Whether one of the signals that are to be unblocked would come at once. */
static gboolean
would_be_hit (const MyOsThreadState *self,
              const sigset_t *blocked)
{
  sigset_t pending;

  if (sigpending (&pending) != 0) {
    return TRUE;
  }
  for (int signal = 1; signal < _NSIG; signal++) {
    if (sigismember (&pending, signal) == 1 && sigismember (blocked, signal) == 1 && sigismember (&self->inherited.signals, signal) == 0) {
      return TRUE;
    }
  }
  return FALSE;
}

/* Looks at what needs a system call as well, 1 us in all, and puts it back. FALSE if that can not be: it must run no other task. */
gboolean
my_os_thread_state_look (const MyOsThreadState *self)
{
  guint32 float_control[2];
  sigset_t blocked;
  gboolean is_hit = FALSE;
  char name[16] = "";

  my_os_thread_state_tidy (self);
  my_float_control_read (float_control);
  if (!my_float_control_equal (float_control, self->inherited.float_control)) {
    my_float_control_write (self->inherited.float_control);
  }

  my_state_assert_unlocked ();
  pthread_sigmask (SIG_SETMASK, NULL, &blocked);
  if (!my_os_thread_inherited_has_signals (&self->inherited, &blocked)) {
    /* A signal that was sent to this task must not meet the next. */
    is_hit = would_be_hit (self, &blocked);
    if (!is_hit) {
      pthread_sigmask (SIG_SETMASK, &self->inherited.signals, NULL);
    }
  }
  prctl (PR_GET_NAME, name);
  if (strcmp (name, self->name) != 0) {
    prctl (PR_SET_NAME, self->name);
  }
  return my_os_thread_traits_set (&self->traits) && !is_hit;
}

/* Whether the nice value and the policy are as they should be: one system call, 0.2 us. */
gboolean
my_os_thread_state_has_schedule (const MyOsThreadState *self)
{
  return my_os_thread_traits_has_schedule (&self->traits);
}

/* A signal that everybody else blocks, since somebody waits for it, must not come to a worker that is idle. */
void
my_os_thread_block_signals (sigset_t *blocked)
{
  sigset_t all;

  my_state_assert_unlocked ();
  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, blocked);
}

void
my_os_thread_unblock_signals (const sigset_t *blocked)
{
  my_state_assert_unlocked ();
  pthread_sigmask (SIG_SETMASK, blocked, NULL);
}

/* on top of another task */

/* Before a task that its joiner runs: it finds what it would on an OS thread of its pool, with @float_control. */
void
my_os_thread_saved_begin (MyOsThreadSaved *self,
                          const guint32 float_control[2])
{
  my_float_control_read (self->float_control);
  if (G_UNLIKELY (!my_float_control_equal (self->float_control, float_control))) {
    my_float_control_write (float_control);
  }
  self->locale = uselocale ((locale_t) 0);
  if (G_UNLIKELY (self->locale != LC_GLOBAL_LOCALE)) {
    uselocale (LC_GLOBAL_LOCALE);
  }
  /* Not PTHREAD_CANCEL_ENABLE: the joiner may have reasons. */
  pthread_setcanceltype (PTHREAD_CANCEL_DEFERRED, &self->cancel_type);
  pthread_setcancelstate (PTHREAD_CANCEL_DISABLE, &self->cancel_state);
  if (self->cancel_state != PTHREAD_CANCEL_DISABLE) {
    pthread_setcancelstate (self->cancel_state, NULL);
  }
  self->errno_ = errno;
  errno = 0;
}

/* After it: the joiner finds its own again. No main context of its own is there, or it would not have been run here. */
void
my_os_thread_saved_end (const MyOsThreadSaved *self)
{
  guint32 float_control[2];

  my_float_control_read (float_control);
  if (G_UNLIKELY (!my_float_control_equal (float_control, self->float_control))) {
    my_float_control_write (self->float_control);
  }
  if (G_UNLIKELY (uselocale ((locale_t) 0) != self->locale)) {
    uselocale (self->locale);
  }
  my_os_thread_state_pop_contexts ();
  /* In this order: as in my_os_thread_state_tidy(). */
  pthread_setcanceltype (self->cancel_type, NULL);
  pthread_setcancelstate (self->cancel_state, NULL);
  errno = self->errno_;
}
