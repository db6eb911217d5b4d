/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "delivery-peers.h"

static gboolean
handle_callback (gpointer user_data)
{
  Delivery *delivery = user_data;

  delivery->n_handled++;

  return G_SOURCE_REMOVE;
}

static void
idle_post (Delivery *delivery,
           guint64 event)
{
  g_idle_add (handle_callback, delivery);
}

const DeliveryPeer delivery_idle = {
  .post = idle_post,
};
