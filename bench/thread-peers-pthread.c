/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "thread-peers.h"

#include <pthread.h>

static gpointer
start_with_attributes (const pthread_attr_t *attributes,
                       GThreadFunc           body,
                       gpointer              data)
{
  pthread_t thread;
  int status = pthread_create (&thread, attributes, body, data);

  g_assert_cmpint (status, ==, 0);

  return GSIZE_TO_POINTER (thread);
}

static gpointer
pthread_peer_start (GThreadFunc body,
                    gpointer    data)
{
  return start_with_attributes (NULL, body, data);
}

static gpointer
pthread_64k_peer_start (GThreadFunc body,
                        gpointer    data)
{
  pthread_attr_t attributes;
  gpointer thread;

  pthread_attr_init (&attributes);
  pthread_attr_setstacksize (&attributes, 64 * 1024);
  thread = start_with_attributes (&attributes, body, data);
  pthread_attr_destroy (&attributes);

  return thread;
}

static void
pthread_peer_join (gpointer thread)
{
  int status = pthread_join (GPOINTER_TO_SIZE (thread), NULL);

  g_assert_cmpint (status, ==, 0);
}

static const ThreadPeer pthread_peer = { pthread_peer_start, pthread_peer_join };
static const ThreadPeer pthread_64k_peer = { pthread_64k_peer_start, pthread_peer_join };

const BenchPeer thread_peers[] = {
  { "pthread", &pthread_peer },
  { "pthread-64k", &pthread_64k_peer },
};
const guint n_thread_peers = G_N_ELEMENTS (thread_peers);
