/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "delivery-peers.h"

#include "floor-source.h"
#include "plain-object.h"

/* The floor: a source that calls a function for each node; then the same with an object for each node, which emits its `notify` or its signal: what
 * GObject itself takes for that, whoever calls it.
 */

typedef struct {
  FloorNode node;
  GObject *object;
} Event;

typedef struct {
  FloorSource *source;
  Event *events;
} State;

static void
set_up (Delivery    *delivery,
        FloorHandler handler)
{
  State *state = g_new (State, 1);

  state->source = floor_source_new (NULL, handler, delivery);
  state->events = g_new0 (Event, delivery->burst);
  delivery->state = state;
}

static void
post (Delivery *delivery,
      guint64   event)
{
  State *state = delivery->state;

  floor_source_push (state->source, &state->events[event].node);
}

static void
tear_down (Delivery *delivery)
{
  State *state = delivery->state;

  for (guint64 i = 0; i < delivery->burst; i++) {
    g_clear_object (&state->events[i].object);
  }
  floor_source_free (state->source);
  g_free (state->events);
  g_free (state);
}

/* nothing but a call */

static void
handle_node (FloorNode *node,
             gpointer   user_data)
{
  Delivery *delivery = user_data;

  delivery->n_handled++;
}

static void
floor_set_up (Delivery *delivery)
{
  set_up (delivery, handle_node);
}

const DeliveryPeer delivery_floor = {
  .set_up = floor_set_up,
  .post = post,
  .tear_down = tear_down,
};

/* notify */

static void
handle_notify (GObject    *object,
               GParamSpec *pspec,
               gpointer    user_data)
{
  Delivery *delivery = user_data;

  delivery->n_handled++;
}

static void
notify_node (FloorNode *node,
             gpointer   user_data)
{
  plain_object_notify (((Event *) node)->object);
}

static void
notify_set_up (Delivery *delivery)
{
  State *state;

  set_up (delivery, notify_node);
  state = delivery->state;
  for (guint64 i = 0; i < delivery->burst; i++) {
    state->events[i].object = plain_object_new ();
    g_signal_connect (state->events[i].object, "notify::fraction", G_CALLBACK (handle_notify), delivery);
  }
}

const DeliveryPeer delivery_floor_notify = {
  .set_up = notify_set_up,
  .post = post,
  .tear_down = tear_down,
};

/* a signal */

static void
handle_signal (GObject *object,
               gpointer user_data)
{
  Delivery *delivery = user_data;

  delivery->n_handled++;
}

static void
emit_node (FloorNode *node,
           gpointer   user_data)
{
  plain_object_emit (((Event *) node)->object);
}

static void
signal_set_up (Delivery *delivery)
{
  State *state;

  set_up (delivery, emit_node);
  state = delivery->state;
  for (guint64 i = 0; i < delivery->burst; i++) {
    state->events[i].object = plain_object_new ();
    g_signal_connect (state->events[i].object, "happened", G_CALLBACK (handle_signal), delivery);
  }
}

const DeliveryPeer delivery_floor_signal = {
  .set_up = signal_set_up,
  .post = post,
  .tear_down = tear_down,
};
