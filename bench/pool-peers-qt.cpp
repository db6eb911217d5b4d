/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "pool-peers.h"

#include <QRunnable>
#include <QThreadPool>

namespace {

class BatchTask final : public QRunnable {
public:
  explicit BatchTask (const PoolBatch *batch)
      : m_task (batch->task), m_data (batch->data)
  {
  }

  void
  run () override
  {
    m_task (m_data);
  }

private:
  BenchTask m_task;
  gpointer m_data;
};

} // namespace

static gpointer
qt_peer_open (guint n_workers)
{
  QThreadPool *pool = new QThreadPool ();

  pool->setMaxThreadCount (static_cast<int> (n_workers));

  return pool;
}

static void
qt_peer_produce (gpointer pool,
                 const PoolBatch *batch)
{
  for (guint64 i = 0; i < batch->count; i++) {
    static_cast<QThreadPool *> (pool)->start (new BatchTask (batch));
  }
  if (batch->pushed) {
    batch->pushed (batch->data);
  }
}

static void
qt_peer_close (gpointer pool)
{
  delete static_cast<QThreadPool *> (pool);
}

static const PoolPeer qt_peer = { qt_peer_open, qt_peer_produce, qt_peer_close, FALSE };

const BenchPeer pool_peers[] = {
  { "QThreadPool", &qt_peer },
};
const guint n_pool_peers = G_N_ELEMENTS (pool_peers);
