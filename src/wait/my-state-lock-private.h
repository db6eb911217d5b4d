/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>
#include <pthread.h>

G_BEGIN_DECLS

/* The one lock of the library: see "One lock" in docs/internals.md. Fields that it guards are marked [state].
 *
 * Sections are short and call no user code, so nothing is taken inside it but locks that are leaves
 * (malloc's, GLib's for signal look-up).
 */
extern pthread_mutex_t my_state_mutex;

/* [state] How many forks this process is from, since the library was loaded: what began with another number is of a process before. */
extern guint my_state_n_forks;

void my_state_lock_contended (void);
void my_state_nap (void);
void my_state_give_way (void);
void my_state_note_fork_in_child (void);

static inline void
my_state_lock (void)
{
  if (G_UNLIKELY (pthread_mutex_trylock (&my_state_mutex) != 0)) {
    my_state_lock_contended ();
  }
}

static inline void
my_state_unlock (void)
{
  pthread_mutex_unlock (&my_state_mutex);
}

G_END_DECLS
