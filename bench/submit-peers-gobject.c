/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "submit-peers.h"

#include "plain-object.h"

static gpointer
object_peer_open (guint n_workers)
{
  return NULL;
}

/* An object for the task, and nobody to hand it over to. */
static void
object_peer_submit_and_join (gpointer pool,
                             GThreadFunc task,
                             gpointer data)
{
  GObject *object = plain_object_new ();

  task (data);
  g_object_unref (object);
}

static void
object_peer_close (gpointer pool)
{
}

static const SubmitPeer object_peer = { object_peer_open, object_peer_submit_and_join, object_peer_close };

const BenchPeer submit_peers[] = {
  { "floor-object", &object_peer },
};
const guint n_submit_peers = G_N_ELEMENTS (submit_peers);
