/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "delivery-peers.h"

#include "floor-source.h"

typedef struct {
  FloorSource *source;
  FloorNode *nodes;
} FloorState;

static void
handle_node (FloorNode *node,
             gpointer user_data)
{
  Delivery *delivery = user_data;

  delivery->n_handled++;
}

static void
floor_set_up (Delivery *delivery)
{
  FloorState *state = g_new (FloorState, 1);

  state->source = floor_source_new (NULL, handle_node, delivery);
  state->nodes = g_new0 (FloorNode, delivery->burst);
  delivery->state = state;
}

static void
floor_post (Delivery *delivery,
            guint64 event)
{
  FloorState *state = delivery->state;

  floor_source_push (state->source, &state->nodes[event]);
}

static void
floor_tear_down (Delivery *delivery)
{
  FloorState *state = delivery->state;

  floor_source_free (state->source);
  g_free (state->nodes);
  g_free (state);
}

const DeliveryPeer delivery_floor = {
  .set_up = floor_set_up,
  .post = floor_post,
  .tear_down = floor_tear_down,
};

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

static void
invoke_post (Delivery *delivery,
             guint64 event)
{
  g_main_context_invoke_full (NULL, G_PRIORITY_DEFAULT, handle_callback, delivery, NULL);
}

const DeliveryPeer delivery_invoke = {
  .post = invoke_post,
};
