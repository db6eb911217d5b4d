/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "submit-peers.h"

#include <QThreadPool>
#include <QtConcurrent>

static gpointer
qt_peer_open (guint n_workers)
{
  QThreadPool *pool = new QThreadPool ();

  pool->setMaxThreadCount (static_cast<int> (n_workers));

  return pool;
}

static void
qt_peer_submit_and_join (gpointer pool,
                         GThreadFunc task,
                         gpointer data)
{
  QtConcurrent::run (static_cast<QThreadPool *> (pool), [task, data] { task (data); }).waitForFinished ();
}

static void
qt_peer_close (gpointer pool)
{
  delete static_cast<QThreadPool *> (pool);
}

static const SubmitPeer qt_peer = { qt_peer_open, qt_peer_submit_and_join, qt_peer_close };

const BenchPeer submit_peers[] = {
  { "QtConcurrent", &qt_peer },
};
const guint n_submit_peers = G_N_ELEMENTS (submit_peers);
