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
  void (*produce) (gpointer         pool,
                   const PoolBatch *batch);
  void (*close) (gpointer pool);
  gboolean one_producer; /* it has to be one thread, which in most of them is one of the workers when it has pushed all */
  gboolean keeps_none;   /* a producer that is too far ahead runs tasks itself, or waits */
  guint64 fewer;         /* 0, or how many times fewer tasks it is given, since it would take too long */
} PoolPeer;

extern const BenchPeer pool_peers[];
extern const guint n_pool_peers;

G_END_DECLS
