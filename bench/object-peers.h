/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* An object for a task, that is run on another OS thread and whose end is handled in the main loop. */
typedef struct {
  gpointer (*open) (guint n_workers);
  /* Makes one, has it run @body, and calls @ended in the main loop; then nothing is left of it. */
  void (*start) (gpointer pool,
                 GThreadFunc body,
                 gpointer data,
                 void (*ended) (gpointer data));
  void (*close) (gpointer pool);
} ObjectPeer;

extern const ObjectPeer object_mythread;
extern const ObjectPeer object_gtask;
extern const ObjectPeer object_floor;

G_END_DECLS
