/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One measurement: a worker tells its progress again and again, and a handler in the main loop sees it. */
typedef struct {
  double seen;     /* by the last handler call; only the main thread touches it */
  guint64 n_calls; /* of the handler; only the main thread touches it */
  gpointer state;  /* the peer's own */
} Progress;

typedef struct {
  /* Starts the worker, which calls @body; in the main thread. */
  void (*start) (Progress *progress,
                 GThreadFunc body,
                 gpointer data);
  /* In the worker. */
  void (*update) (Progress *progress,
                  double fraction);
  /* Joins the worker and frees everything; in the main thread. */
  void (*finish) (Progress *progress);
} ProgressPeer;

extern const ProgressPeer progress_mythread;
extern const ProgressPeer progress_floor;
extern const ProgressPeer progress_idle;

G_END_DECLS
