/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>
#include <mythread/my-types.h>

#include "wait/my-wait-private.h"

G_BEGIN_DECLS

/* What is to be done when the state lock is free again: it is collected under the lock, since none of it may happen
 * there. */
typedef struct {
  MyWakeList wakes;
  MyThread *launch_first; /* threads in MY_PHASE_HANDED, linked by queue_next */
  MyThread *launch_last;
  GSList *groups;       /* references, but for the default one: those whose members are to be cancelled */
  GSList *cancellables; /* references */
  guint is_broken : 1;  /* the OS thread is being ended: no binding is called */
  guint lets_go : 1;    /* there are threads to be let go: see my-let-go-private.h */

  /* while they are launched */
  MyThread *launching;  /* the one that its executor is just being given; compared, not followed */
  MyExecutor *executor; /* that executor, a reference, where one is needed; or NULL */
} MyAfter;

#define MY_AFTER_INIT    \
  {                      \
    .launch_first = NULL \
  }

/* What is done then. It is in files that use this one. */
typedef struct {
  /* Gives a thread in MY_PHASE_HANDED to what is to run it. */
  gboolean (*launch) (MyThread *thread,
                      GError **error);
  /* It could not be launched: takes @error, and adds to @after. */
  void (*refuse) (MyThread *thread,
                  GError *error,
                  MyAfter *after);
  /* Cancels the members, and adds to @after. */
  void (*cancel_group) (MyThreadGroup *group,
                        MyAfter *after);
  /* Drops the references of those that are to be let go. */
  void (*let_go) (void);
} MyAfterHooks;

void my_after_set_hooks (const MyAfterHooks *hooks);
void my_after_launch (MyAfter *self,
                      MyThread *thread);
void my_after_cancel (MyAfter *self,
                      GCancellable *cancellable);
void my_after_cancel_group (MyAfter *self,
                            MyThreadGroup *group);
void my_after_wake_locked (MyAfter *self);
void my_after_run (MyAfter *self);
void my_after_run_at_end (MyAfter *self,
                          MyThread *thread);
void my_after_leave_nothing (void);

G_END_DECLS
