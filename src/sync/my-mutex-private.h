/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread/my-mutex.h>

#include "core/my-current-private.h"
#include "wait/my-hold-private.h"

G_BEGIN_DECLS

/* What an object has in place of a bare mutex: so a text can name it. Taken with MY_HOLD_TAGGED. */
typedef struct {
  MyMutex mutex;
  char *name; /* [state] or NULL */
} MyNamedMutex;

/* The public struct is a MyHold, and on 32-bit systems something to spare. */
static inline MyHold *
my_mutex_get_hold (MyMutex *self)
{
  return (MyHold *) (gpointer) self;
}

MyWaiter *my_mutex_make_waiter (void);

/* The calling thread, as one that waits and holds. */
static inline MyWaiter *
my_mutex_get_waiter (void)
{
  MyThread *current = my_current;

  return G_LIKELY (current != NULL) ? (MyWaiter *) ((char *) current + my_current_waiter_offset) : my_mutex_make_waiter ();
}

static inline gboolean
my_mutex_is_mine (MyMutex *self,
                  MyWaiter *waiter)
{
  return my_hold_get_holder (my_mutex_get_hold (self)) == waiter;
}

/* For those that my_hold_try() has not served. */
gboolean my_mutex_take (MyMutex *self,
                        MyWaiter *waiter,
                        gsize tag,
                        gint64 timeout_us,
                        GError **error);
void my_mutex_take_anyway (MyMutex *self,
                           MyWaiter *waiter,
                           gsize tag,
                           const char *function);

/* The mutex of an object of the library, which is free soon, or was left by fork(). */
void my_mutex_take_inner (MyMutex *self,
                          MyWaiter *waiter);

/* Lets it go, which the calling thread holds. The first function also takes it off its list, and says whether it was there. */
gboolean my_mutex_let_go (MyMutex *self,
                          MyWaiter *waiter,
                          gsize tag);
void my_mutex_let_go_locked (MyMutex *self,
                             MyWaiter *waiter);

gboolean my_mutex_is_held (MyMutex *self);
void my_mutex_append_holder_locked (MyMutex *self,
                                    GString *text);

G_END_DECLS
