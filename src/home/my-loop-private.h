/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread/my-thread.h>

#include "home/my-call-queue-private.h"

G_BEGIN_DECLS

/* The loop: not begun, begun, ended; an ended one takes no call. With the thread's phase that is
 *
 *   NEW           invoke() is NOT_STARTED
 *   alive         invoke() is queued, or SHUT_DOWN if `is_quit`, `has_ended`, or the thread is cancelled
 *   ended         invoke() is SHUT_DOWN
 *
 * A thread may end without its loop (it was cancelled before it ran, or a subclass does not chain up), and may be put back to NEW. So an
 * invoking thread waits among the joiners of the thread, who are told of that. */
typedef struct {
  GMainContext *context;   /* [const] a reference */
  guint n_forks_of_making; /* [const] of the process in which the context was made */

  MyCallQueue calls;     /* [state], but for one field of it that says otherwise */
  gboolean is_quit;      /* [state] set once */
  gboolean has_begun;    /* [state] set once, by run() */
  gboolean has_ended;    /* [state] set once, by run(), or in a child of fork() */
  gboolean is_cut_short; /* [state] set once, by run(): it has ended because the thread was cancelled */

  MyThread *thread;      /* run()'s only: which runs it */
  GSource *source;       /* run()'s only: what takes the calls, while the loop runs */
  GSource *poll;         /* run()'s only: what looks for a cancellation, where the next one can not be had; or NULL */
  gulong cancel_handler; /* run()'s only: what tells of a cancellation, or 0 */
  gint depth;            /* run()'s only: how deep in main loops it was called */
  int cancel_state;      /* run()'s only: of the OS thread, outside of the loop and in what it calls */
} MyLoop;

void my_loop_init (MyLoop *self);
void my_loop_clear (MyLoop *self);

/* The thread that runs it. */
void my_loop_run (MyLoop *self,
                  MyThread *thread,
                  GError **error);

/* Any thread. */
gboolean my_loop_is_usable (MyLoop *self);
void my_loop_wake (MyLoop *self);
void my_loop_look_locked (MyLoop *self);

G_END_DECLS
