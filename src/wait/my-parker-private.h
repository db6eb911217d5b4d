/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where an OS thread sleeps: one futex word with a token, so an unpark that comes before the park is not lost.
 *
 * To sleep and be woken costs more than most of what is waited for, so a wait that somebody may end soon is first spent
 * awake, by my_parker_watch(), for as long as that has lately paid.
 *
 * There is one per OS thread that ever waited. Parkers are recycled and never freed, so that an unpark may come
 * after its sleeper has gone on: it wakes somebody for nothing, which every caller of park() must bear.
 */
typedef struct _MyParker MyParker;

#define MY_DEADLINE_NEVER G_MAXINT64

/* For functions that only look then, and do not wait. */
#define MY_DEADLINE_PAST G_MININT64

MyParker *my_parker_get_current (void);
gboolean my_parker_watch (MyParker *self);
gboolean my_parker_park (MyParker *self,
                         gint64 deadline);
void my_parker_unpark (MyParker *self);
void my_parker_unpark_later_locked (MyParker *self);
void my_parker_forget_unparks_in_child (void);

/* One turn of a loop that looks out for another processor. */
static inline void
my_parker_relax (void)
{
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause ();
#elif defined(__aarch64__) || defined(__arm__)
  __asm__ volatile("yield" ::
                     : "memory");
#else
  __asm__ volatile("" ::
                     : "memory");
#endif
}

G_END_DECLS
