/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>
#include <pthread.h>
#include <stdatomic.h>

G_BEGIN_DECLS

/* The one lock of the library: see "One lock" in docs/internals.md. Fields that it guards are marked [state].
 *
 * Sections are short and call no user code, so nothing is taken inside it but locks that are leaves
 * (malloc's, GLib's for signal look-up). Nor is there a system call in it, which my_state_assert_unlocked() says where there is one.
 */
extern pthread_mutex_t my_state_mutex;

/* Something that a section has to do as soon as it has let the lock go: part of what it is done to, and may be put off again, by another
 * section, while it is being done. */
typedef struct _MyStateLater MyStateLater;

struct _MyStateLater {
  /* Set under the state lock by who puts it off; taken back, without the lock, by the same OS thread before it calls @func. NULL: it is
   * not put off. Sequentially consistent: who finds it put off has made its change before that call. */
  _Atomic (MyStateLater *) next;
  void (*func) (MyStateLater *self); /* [const] */
};

extern MyStateLater *my_state_later; /* [state] what this section has put off, linked by next; NULL: nothing */

/* [state] How many forks this process is from, since the library was loaded: what began with another number is of a process before. */
extern guint my_state_n_forks;

void my_state_lock_contended (void);
void my_state_nap (void);
void my_state_give_way (void);
void my_state_note_fork_in_child (void);
gboolean my_state_put_off (MyStateLater *later);
void my_state_unlock_and_do (void);

/* Builds for debugging check that nothing is done under the lock that takes long, or that may call other code. */
#ifdef MY_DEBUG_STATE_LOCK
extern __thread gboolean my_state_is_held __attribute__ ((tls_model ("initial-exec"))); /* by the calling OS thread */

#define my_state_assert_unlocked() g_assert (!my_state_is_held)
#define my_state_note_held(is_held) (my_state_is_held = (is_held))
#else
#define my_state_assert_unlocked() ((void) 0)
#define my_state_note_held(is_held) ((void) 0)
#endif

static inline void
my_state_lock (void)
{
  if (G_UNLIKELY (pthread_mutex_trylock (&my_state_mutex) != 0)) {
    my_state_lock_contended ();
  }
  my_state_note_held (TRUE);
}

static inline void
my_state_unlock (void)
{
  if (G_UNLIKELY (my_state_later != NULL)) {
    my_state_unlock_and_do ();
  } else {
    my_state_note_held (FALSE);
    pthread_mutex_unlock (&my_state_mutex);
  }
}

G_END_DECLS
