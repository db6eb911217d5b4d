/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "bench-support.h"

G_BEGIN_DECLS

/* Something that has one task run on a pool of OS threads and waits for it. Each toolkit has a file and a program of its own. */
typedef struct {
  gpointer (*open) (guint n_workers);
  void (*submit_and_join) (gpointer pool,
                           GThreadFunc task,
                           gpointer data);
  void (*close) (gpointer pool);
} SubmitPeer;

extern const BenchPeer submit_peers[];
extern const guint n_submit_peers;

G_END_DECLS
