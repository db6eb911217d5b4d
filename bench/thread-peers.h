/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

#include "bench-support.h"

G_BEGIN_DECLS

/* Something that starts a thread. Each toolkit has a file of its own, and gives a program of its own, so that no peer is measured
 * in a process that has loaded another one's libraries.
 */
typedef struct {
  gpointer (*start) (GThreadFunc body,
                     gpointer data);
  void (*join) (gpointer thread); /* and frees it */
} ThreadPeer;

extern const BenchPeer thread_peers[];
extern const guint n_thread_peers;

G_END_DECLS
