/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "delivery-peers.h"

#include "floor-source.h"
#include "plain-object.h"

/* The floor: a source, and for each event an object that emits its signal: what GObject itself takes for that, whoever calls it. */

typedef struct {
  FloorNode node;
  GObject *object;
} Event;

typedef struct {
  FloorSource *source;
  Event *events;
} State;

static void
handle_signal (GObject *object,
               gpointer user_data)
{
  Delivery *delivery = user_data;

  delivery->n_handled++;
}

static void
emit_node (FloorNode *node,
           gpointer user_data)
{
  plain_object_emit (((Event *) node)->object);
}

static void
set_up (Delivery *delivery)
{
  State *state = g_new (State, 1);

  state->source = floor_source_new (NULL, emit_node, NULL);
  state->events = g_new0 (Event, delivery->burst);
  for (guint64 i = 0; i < delivery->burst; i++) {
    state->events[i].object = plain_object_new ();
    g_signal_connect (state->events[i].object, "happened", G_CALLBACK (handle_signal), delivery);
  }
  delivery->state = state;
}

static void
post (Delivery *delivery,
      guint64 event)
{
  State *state = delivery->state;

  floor_source_push (state->source, &state->events[event].node);
}

static void
tear_down (Delivery *delivery)
{
  State *state = delivery->state;

  for (guint64 i = 0; i < delivery->burst; i++) {
    g_object_unref (state->events[i].object);
  }
  floor_source_free (state->source);
  g_free (state->events);
  g_free (state);
}

const DeliveryPeer delivery_floor_signal = {
  .set_up = set_up,
  .post = post,
  .tear_down = tear_down,
};
