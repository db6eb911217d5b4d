/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread/my-types.h>

G_BEGIN_DECLS

/* Threads that have ended, and whose keep reference is to be dropped as soon as the state lock is free, by any thread: see "Wrappers" in
 * docs/internals.md. */

typedef struct _MyLettingGo MyLettingGo;

/* One that is just being dropped, on the stack of the thread that does it. */
struct _MyLettingGo {
  MyThread *thread;  /* compared, not followed */
  MyLettingGo *next; /* [state] */
};

void my_let_go_add_locked (MyThread *thread);
gboolean my_let_go_take_locked (MyThread *thread);
MyThread *my_let_go_begin (MyLettingGo *letting_go,
                           MyThread *thread);
void my_let_go_end (MyLettingGo *letting_go);
void my_let_go_wait_for (MyThread *thread);

G_END_DECLS
