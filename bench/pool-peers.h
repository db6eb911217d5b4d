/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "bench-support.h"

G_BEGIN_DECLS

typedef void (*BenchTask) (gpointer data);

/* Tasks that one producer pushes, one after the other. */
typedef struct {
  BenchTask task;
  gpointer data;
  guint64 count;
  void (*pushed) (gpointer data); /* NULL, or called once when all are pushed, by the producer, before it waits for any */
} PoolBatch;

/* Something that runs tasks on a few OS threads. As with the threads, each toolkit has a file and a program of its own. */
typedef struct {
  gpointer (*open) (guint n_workers); /* up to 1 Mi tasks may be queued */
  void (*produce) (gpointer pool,
                   const PoolBatch *batch);
  void (*close) (gpointer pool);
  gboolean is_worker; /* the producer is one of the workers: there can be but one, and when it is too far ahead it runs tasks itself */
} PoolPeer;

extern const BenchPeer pool_peers[];
extern const guint n_pool_peers;

G_END_DECLS
