/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>
#include <stdatomic.h>

#include "core/my-process-private.h"
#include "wait/my-state-lock-private.h"

G_BEGIN_DECLS

/* GObject's signals, as far as they can be used: in a child after fork(), its locks may be held by a thread that is gone. See
 * "fork() and exit()" in docs/internals.md. */

typedef enum {
  MY_SIGNALS_WORK,
  MY_SIGNALS_UNKNOWN, /* a child of a process that had other threads: whoever needs them first finds out */
  MY_SIGNALS_LOST,
} MySignals;

/* A MySignals. Written under a lock of its own, in a child, and in its fork handler; read by anyone. Nothing is guarded by
 * it, so no order is needed. */
extern atomic_int my_signals;

/* Whether what a child may need is ready: set with release, read with acquire. */
extern atomic_int my_signals_are_prepared;

gboolean my_signals_find_out (void);
void my_cancellable_cancel (GCancellable *cancellable);
void my_signals_watch_preparation (MyProcessHandler prepare);
void my_signals_prepare_for_children (void);
void my_signals_note_fork_in_child (gboolean had_other_threads);

/* Whether GObject's locks can be had. If not, nothing is emitted, nobody listens, and no object is let go. */
static inline gboolean
my_signals_work (void)
{
  return G_LIKELY (atomic_load_explicit (&my_signals, memory_order_relaxed) == MY_SIGNALS_WORK) || my_signals_find_out ();
}

/* Emits `notify` here and now. g_object_notify() would not, if another thread is in g_object_set(), which freezes the
 * notifications of the object: they would be emitted there. */
static inline void
my_object_notify (GObject *object,
                  GParamSpec *pspec)
{
  my_state_assert_unlocked ();
  if (my_signals_work ()) {
    G_OBJECT_GET_CLASS (object)->dispatch_properties_changed (object, 1, &pspec);
  }
}

/* Whether anybody is connected to @signal, with or without a detail. */
static inline gboolean
my_object_has_handler (GObject *object,
                       guint signal)
{
  return my_signals_work () && g_signal_handler_find (object, G_SIGNAL_MATCH_ID, signal, 0, NULL, NULL, NULL) != 0;
}

/* Has @object, which was just made or is being disposed of, live for ever, where it could not be let go: TRUE. */
static inline gboolean
my_object_keep_if_lost (GObject *object)
{
  my_state_assert_unlocked ();
  if (my_signals_work ()) {
    return FALSE;
  }
  g_object_ref (object);
  return TRUE;
}

/* For what is not of this library's classes. */
static inline void
my_object_unref (gpointer object)
{
  my_state_assert_unlocked ();
  if (my_signals_work ()) {
    g_object_unref (object);
  }
}

G_END_DECLS
