/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "thread-peers.h"

#include <QThread>

namespace {

class BodyThread final : public QThread {
public:
  BodyThread (GThreadFunc body, gpointer data)
      : m_body (body), m_data (data)
  {
  }

protected:
  void
  run () override
  {
    m_body (m_data);
  }

private:
  GThreadFunc m_body;
  gpointer m_data;
};

} // namespace

static gpointer
qthread_peer_start (GThreadFunc body,
                    gpointer data)
{
  BodyThread *thread = new BodyThread (body, data);

  thread->start ();

  return thread;
}

static void
qthread_peer_join (gpointer thread)
{
  BodyThread *body_thread = static_cast<BodyThread *> (thread);

  body_thread->wait ();
  delete body_thread;
}

static const ThreadPeer qthread_peer = { qthread_peer_start, qthread_peer_join };

const BenchPeer thread_peers[] = {
  { "QThread", &qthread_peer },
};
const guint n_thread_peers = G_N_ELEMENTS (thread_peers);
