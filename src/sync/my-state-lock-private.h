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

static inline void
my_state_lock (void)
{
  pthread_mutex_lock (&my_state_mutex);
}

static inline void
my_state_unlock (void)
{
  pthread_mutex_unlock (&my_state_mutex);
}

G_END_DECLS
